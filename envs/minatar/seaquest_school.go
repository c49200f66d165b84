package minatar

import (
	"fmt"

	"tesuji/snapshot"
)

// swimmer is a fish, an enemy, a diver or a bullet of Seaquest.
type swimmer struct {
	x, y  int8
	dir   int8 // -1 left, 1 right
	timer int8 // steps until it moves; 0 for bullets
	shot  int8 // steps until it shoots; 0 but for enemies
}

// school is swimmers, the oldest first. Moves walk it backwards: the newest goes first.
type school struct {
	n    int
	list [schoolRoom]swimmer // the first n
}

// schoolRoom is more than a school can have. Swimmers enter one a step at most and are on the
// board for 60 steps at most (ten moves of six steps each); an enemy shoots every eleventh
// step and its bullet flies for ten.
const schoolRoom = 80

// enter returns where a swimmer enters and which way it goes then.
func enter(fromLeft bool) (x, dir int8) {
	if fromLeft {
		return 0, 1
	}
	return edge, -1
}

// drawRow draws a row to swim in, 1 to 8.
func (g *Seaquest) drawRow() int8 { return int8(1 + g.random.Intn(seaFloor)) }

// spawn lets a fish or an enemy enter, unless one swims against it in its row.
func (g *Seaquest) spawn() {
	x, dir := enter(g.drawLeft())
	sub := g.drawThird()
	y := g.drawRow()
	if g.fish.against(y, dir) || g.subs.against(y, dir) {
		return
	}
	s := swimmer{x: x, y: y, dir: dir, timer: int8(g.moveSpeed)}
	if sub {
		s.shot = subShot
		g.subs.add(s)
	} else {
		g.fish.add(s)
	}
}

// in tells whether the swimmer is in a cell, with one branch, which is easily guessed: no.
func (s *swimmer) in(x, y int8) bool { return (s.x^x)|(s.y^y) == 0 }

// swim moves the swimmer by one cell and tells whether it is still on the board.
func (s *swimmer) swim() bool {
	s.x += s.dir
	return uint8(s.x) < side
}

// add adds the newest swimmer. Only a made-up snapshot can fill a school, where it is left out.
func (s *school) add(w swimmer) {
	if s.n == schoolRoom {
		return
	}
	s.list[s.n] = w
	s.n++
}

// against tells whether one swims in a row in the other direction.
func (s *school) against(y, dir int8) bool {
	for i := range s.n {
		if w := &s.list[i]; w.y == y && w.dir != dir {
			return true
		}
	}
	return false
}

// remove removes the oldest swimmer that is equal to swimmer i, as removing a value from a list
// does in Python, and returns where i is now. That is -1, gone, but in rare cases: then it is one
// place down, and the walk backwards comes upon it again.
func (s *school) remove(i int) (place int) {
	for k := range i {
		if s.list[k] == s.list[i] {
			s.removeIndex(k)
			return i - 1
		}
	}
	s.removeIndex(i)
	return -1
}

func (s *school) removeIndex(k int) {
	if s.n--; k < s.n {
		copy(s.list[k:], s.list[k+1:s.n+1])
	}
}

// removeIn removes the oldest swimmer in a cell and tells whether there is one.
func (s *school) removeIn(x, y int8) bool {
	for k := range s.n {
		if s.list[k].in(x, y) {
			s.removeIndex(k)
			return true
		}
	}
	return false
}

// meets tells whether a swimmer is in the cell of the submarine's front.
func (g *Seaquest) meets(s *swimmer) bool { return s.in(int8(g.x), int8(g.y)) }

// moveShots moves the submarine's bullets, each of which hits a fish, or else an enemy.
func (g *Seaquest) moveShots(out *outcome) {
	for i := g.shots.n - 1; i >= 0; i-- {
		s := &g.shots.list[i]
		switch {
		case !s.swim():
			g.shots.remove(i)
		case g.fish.removeIn(s.x, s.y) || g.subs.removeIn(s.x, s.y):
			g.shots.remove(i)
			out.reward++
		}
	}
}

// moveDivers moves the divers and takes those in the submarine's cell on board.
func (g *Seaquest) moveDivers() {
	for i := g.divers.n - 1; i >= 0; i-- {
		s := &g.divers.list[i]
		switch {
		case g.rescue(s):
			g.divers.remove(i)
		case s.timer > 0:
			s.timer--
		default:
			s.timer = diverMove
			if !s.swim() || g.rescue(s) {
				g.divers.remove(i)
			}
		}
	}
}

// rescue takes a diver on board who is in the submarine's cell, if there is room.
func (g *Seaquest) rescue(s *swimmer) bool {
	if !g.meets(s) || g.carried >= maxCarried {
		return false
	}
	g.carried++
	return true
}

// moveSubs moves the enemies and lets them shoot, even one that has just gone.
func (g *Seaquest) moveSubs(out *outcome) {
	for i := g.subs.n - 1; i >= 0; i-- {
		s := &g.subs.list[i]
		y, dir, shot := s.y, s.dir, s.shot-1
		x, place := g.moveEnemy(&g.subs, i, out)
		if shot < 0 {
			shot = subShot
			g.bombs.add(swimmer{x: x, y: y, dir: dir})
		}
		if place >= 0 {
			g.subs.list[place].shot = shot
		}
	}
}

// moveFish moves the fish.
func (g *Seaquest) moveFish(out *outcome) {
	for i := g.fish.n - 1; i >= 0; i-- {
		g.moveEnemy(&g.fish, i, out)
	}
}

// moveEnemy moves fish or enemy i of a school, which goes at the edge or against a bullet, and
// stays where it meets the submarine. It returns its column and its place, -1 if it is gone.
func (g *Seaquest) moveEnemy(from *school, i int, out *outcome) (x int8, place int) {
	s := &from.list[i]
	if g.meets(s) {
		out.over = true
	}
	if s.timer > 0 {
		s.timer--
		return s.x, i
	}
	s.timer = int8(g.moveSpeed)
	inside := s.swim()
	x = s.x
	switch {
	case !inside:
		return x, from.remove(i)
	case g.meets(s):
		out.over = true
	case g.shots.removeIn(x, s.y):
		out.reward++
		return x, from.remove(i)
	}
	return x, i
}

// moveBombs moves the enemies' bullets. One shot by an enemy that has left the board goes too.
func (g *Seaquest) moveBombs(out *outcome) {
	for i := g.bombs.n - 1; i >= 0; i-- {
		s := &g.bombs.list[i]
		hit := g.meets(s)
		if !s.swim() {
			g.bombs.remove(i)
		} else if g.meets(s) {
			hit = true
		}
		out.over = out.over || hit
	}
}

// observe sets the swimmers' cells in a channel.
func (s *school) observe(obs []uint8, channel int) {
	for i := range s.n {
		w := &s.list[i]
		obs[at(int(w.x), int(w.y), seaquestChannels, channel)] = 1
	}
}

// observeWithTrail sets the swimmers' cells in a channel, and those behind them in the trail's.
func (s *school) observeWithTrail(obs []uint8, channel int) {
	const n = seaquestChannels
	for i := range s.n {
		w := &s.list[i]
		x, dir := int(w.x), int(w.dir)
		cell := at(x, int(w.y), n, 0)
		obs[cell+channel] = 1
		in := inside(x - dir) // else nothing is set, in its own cell
		obs[cell+3-(dir&-in)*n] |= uint8(in)
	}
}

// archive is a field of swimmers on the board, five bytes each.
func (s *school) archive(a *snapshot.Archive, name string) {
	var b []byte
	for _, w := range s.list[:s.n] {
		b = append(b, byte(w.x), byte(w.y), byte(w.dir), byte(w.timer), byte(w.shot))
	}
	a.Bytes(name, &b)
	if a.Saving() || a.Err() != nil {
		return
	}
	if len(b)%5 != 0 || len(b) > 5*schoolRoom {
		a.Fail(fmt.Errorf("%s has %d bytes, want five each for at most %d", name, len(b), schoolRoom))
		return
	}
	s.n = 0
	for ; len(b) > 0; b = b[5:] {
		w := swimmer{x: int8(b[0]), y: int8(b[1]), dir: int8(b[2]), timer: int8(b[3]), shot: int8(b[4])}
		if uint8(w.x) >= side || uint8(w.y) > seaFloor || (w.dir != 1 && w.dir != -1) || w.timer < 0 || w.timer > seaquestMoveSpeed || w.shot < 0 || w.shot > subShot {
			a.Fail(fmt.Errorf("%s: impossible %+v", name, w))
			return
		}
		s.add(w)
	}
}
