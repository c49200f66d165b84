package arcade

// A player is a policy that sees a game from the inside. It is asked every fourth frame, as agents
// are.
type player func(g *Game) joystick

// steer returns stick if there is more than slack to go in the direction that is positive, other
// if there is in the negative one.
func steer(way, slack int, stick, other joystick) joystick {
	switch {
	case way > slack:
		return stick
	case way < -slack:
		return other
	}
	return center
}

// playPong meets the ball where it will come, with the end of the paddle that the other is farther
// from.
func playPong(g *Game) joystick {
	r := g.rules.(*pong)
	const middle = paddleHeight * sub / 2
	if r.dx <= 0 {
		return steer((pongTop+pongBottom)/2*sub-r.player-middle, 4*sub, down, up)
	}
	y := r.y
	if frames := ((pongRight-ballSide)*sub - r.x) / r.dx; frames > 0 {
		y += frames * r.dy
	}
	const highest, lowest = pongTop * sub, (pongBottom - ballSide) * sub
	if y < highest {
		y = 2*highest - y
	}
	if y > lowest {
		y = 2*lowest - y
	}
	end := 7 * sub
	if r.rival+middle < (pongTop+pongBottom)/2*sub {
		end = -end
	}
	return steer(y+ballSide*sub/2-r.player-middle+end, 2*sub, down, up)
}

// playBreakout meets the ball where it will fall, with one part of the paddle after the other.
func playBreakout(g *Game) joystick {
	r := g.rules.(*breakout)
	if r.wait > 0 {
		return fire
	}
	goal := width / 2 * sub
	if r.dy > 0 && r.y < batTop*sub {
		const leftmost, rightmost = roomLeft * sub, (roomRight - pelletSide) * sub
		goal = r.x + ((batTop-pelletSide)*sub-r.y)/r.dy*r.dx
		for goal < leftmost || goal > rightmost {
			if goal < leftmost {
				goal = 2*leftmost - goal
			} else {
				goal = 2*rightmost - goal
			}
		}
		goal += pelletSide*sub/2 + (r.dx*7+r.x)%(5*sub)
	}
	return steer(goal-r.bat-batWidth*sub/2, batSpeed/2, right, left)
}

// playFreeway goes up unless that leads into a car; then it waits, or steps back from one.
func playFreeway(g *Game) joystick {
	r := g.rules.(*freeway)
	for _, j := range []joystick{up, center, down} {
		if !r.meetsCar(j.dy()) {
			return j
		}
	}
	return up
}

// meetsCar reports whether the hen will be hit within some frames of going in a direction.
func (g *freeway) meetsCar(dy int) bool {
	for k := 1; k <= 2*frameSkip+laneHeight*max(-dy, 0); k++ {
		for i, x := range g.x {
			if touches(floor(x+max(k-g.gap[i], 0)*g.speed[i]), carTop(i), g.y+k*dy) {
				return true
			}
		}
	}
	return false
}

// playSpaceInvaders gets out of the way of bombs, and else shoots at the nearest column, ahead of its march.
func playSpaceInvaders(g *Game) joystick {
	r := g.rules.(*invaders)
	cannon := floor(r.cannon) + cannonWidth/2
	danger, way := cannonTop, 0
	for i, y := range r.bombY {
		off := cannon - r.bombX[i] - shotWidth/2
		if y == 0 || off*sign(off) > cannonWidth/2+4 || cannonTop-floor(y) > 30 || cannonTop-floor(y) > danger {
			continue
		}
		danger = cannonTop - floor(y)
		if way = sign(off); way == 0 {
			way = 1
		}
		if cannon < 20 {
			way = 1
		} else if cannon > width-20 {
			way = -1
		}
	}
	if way != 0 {
		return steer(way, 0, right, left) | fire
	}
	lead := (cannonTop - r.bottom()) / shotSpeed / r.interval() * aliensMarch * r.way
	goal, nearest := cannon, 2*width
	for c := range alienColumns {
		x := r.x + c*alienStepX + alienWidth/2 + lead
		if off := x - cannon; r.columns()>>c&1 == 1 && off*sign(off) < nearest {
			goal, nearest = x, off*sign(off)
		}
	}
	j := steer(goal-cannon, 3, right, left)
	if nearest < 6 {
		j |= fire
	}
	return j
}

// playMaze goes the shortest way to something to eat that keeps away from cats.
func playMaze(g *Game) joystick {
	r := g.rules.(*maze)
	start := r.mouse
	if start.way != nowhere && start.step > 0 {
		start.column, start.row = start.next(start.way)
	}
	type place struct {
		runner
		first way
	}
	var seen [mazeRows]int
	seen[start.row] = 1 << start.column
	for todo := []place{{start, nowhere}}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if at.first != nowhere && r.tempting(at.column, at.row) {
			return wayStick[at.first]
		}
		for w := range ways {
			if !at.open(w) {
				continue
			}
			to := at
			if to.column, to.row = at.next(w); seen[to.row]>>to.column&1 == 1 || r.dangerous(to.column, to.row) {
				continue
			}
			seen[to.row] |= 1 << to.column
			if to.first == nowhere {
				to.first = w
			}
			todo = append(todo, to)
		}
	}
	best, farthest := center, -1
	for w := range ways {
		if start.open(w) {
			column, row := start.next(w)
			if d := r.catDistance(column, row); d > farthest {
				best, farthest = wayStick[w], d
			}
		}
	}
	return best
}

// tempting reports whether there is something to eat, or a scared cat.
func (g *maze) tempting(column, row int) bool {
	for i, c := range g.cats {
		if g.scared[i] && g.wait[i] == 0 && c.column == column && c.row == row {
			return true
		}
	}
	return g.crumbs[row]>>column&1 == 1
}

func (g *maze) dangerous(column, row int) bool { return g.catDistance(column, row) < 4 }

// catDistance returns how far the nearest cat that is not scared is.
func (g *maze) catDistance(column, row int) int {
	nearest := mazeColumns + mazeRows
	for i, c := range g.cats {
		if !g.scared[i] && g.wait[i] == 0 {
			dx, dy := c.column-column, c.row-row
			nearest = min(nearest, dx*sign(dx)+dy*sign(dy))
		}
	}
	return nearest
}
