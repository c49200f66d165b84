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
type school []swimmer

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
	for _, s := range [...]school{g.fish, g.subs} {
		for _, other := range s {
			if other.y == y && other.dir != dir {
				return
			}
		}
	}
	s := swimmer{x: x, y: y, dir: dir, timer: int8(g.moveSpeed)}
	if sub {
		s.shot = subShot
		g.subs = append(g.subs, s)
	} else {
		g.fish = append(g.fish, s)
	}
}

// in tells whether the swimmer is in the cell of the submarine's front.
func (s *swimmer) in(g *Seaquest) bool { return int(s.x) == g.x && int(s.y) == g.y }

// swim moves the swimmer by one cell and tells whether it is still on the board.
func (s *swimmer) swim() bool {
	s.x += s.dir
	return uint8(s.x) < side
}

// remove removes the oldest swimmer that is equal to swimmer i, as removing a value from a list
// does in Python, and returns where i is now. That is -1, gone, but in rare cases: then it is one
// place down, and the walk backwards comes upon it again.
func (s *school) remove(i int) (place int) {
	for k, other := range *s {
		if other == (*s)[i] {
			s.removeIndex(k)
			if k < i {
				return i - 1
			}
			break
		}
	}
	return -1
}

func (s *school) removeIndex(k int) { *s = append((*s)[:k], (*s)[k+1:]...) }

// removeIn removes the oldest swimmer in a cell and tells whether there is one.
func (s *school) removeIn(x, y int8) bool {
	for k := range *s {
		if (*s)[k].x == x && (*s)[k].y == y {
			s.removeIndex(k)
			return true
		}
	}
	return false
}

// moveShots moves the submarine's bullets, each of which hits a fish, or else an enemy.
func (g *Seaquest) moveShots(out *outcome) {
	for i := len(g.shots) - 1; i >= 0; i-- {
		s := &g.shots[i]
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
	for i := len(g.divers) - 1; i >= 0; i-- {
		s := &g.divers[i]
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
	if !s.in(g) || g.carried >= maxCarried {
		return false
	}
	g.carried++
	return true
}

// moveSubs moves the enemies and lets them shoot, even one that has just gone.
func (g *Seaquest) moveSubs(out *outcome) {
	for i := len(g.subs) - 1; i >= 0; i-- {
		s, place := g.moveEnemy(&g.subs, i, out)
		if s.shot > 0 {
			s.shot--
		} else {
			s.shot = subShot
			g.bombs = append(g.bombs, swimmer{x: s.x, y: s.y, dir: s.dir})
		}
		if place >= 0 {
			g.subs[place] = s
		}
	}
}

// moveFish moves the fish.
func (g *Seaquest) moveFish(out *outcome) {
	for i := len(g.fish) - 1; i >= 0; i-- {
		g.moveEnemy(&g.fish, i, out)
	}
}

// moveEnemy moves fish or enemy i of a school, which goes at the edge or against a bullet, and
// stays where it meets the submarine. It returns it and its place, -1 if it is gone.
func (g *Seaquest) moveEnemy(list *school, i int, out *outcome) (moved swimmer, place int) {
	s := &(*list)[i]
	if s.in(g) {
		out.over = true
	}
	if s.timer > 0 {
		s.timer--
		return *s, i
	}
	s.timer = int8(g.moveSpeed)
	inside := s.swim()
	moved = *s
	switch {
	case !inside:
		return moved, list.remove(i)
	case s.in(g):
		out.over = true
	case g.shots.removeIn(s.x, s.y):
		out.reward++
		return moved, list.remove(i)
	}
	return moved, i
}

// moveBombs moves the enemies' bullets. One shot by an enemy that has left the board goes too.
func (g *Seaquest) moveBombs(out *outcome) {
	for i := len(g.bombs) - 1; i >= 0; i-- {
		s := &g.bombs[i]
		hit := s.in(g)
		if !s.swim() {
			g.bombs.remove(i)
		} else if s.in(g) {
			hit = true
		}
		out.over = out.over || hit
	}
}

// observe sets the swimmers' cells in a channel.
func (s school) observe(obs []uint8, channel int) {
	for _, w := range s {
		obs[at(int(w.x), int(w.y), seaquestChannels, channel)] = 1
	}
}

// observeTrails sets the cells behind the swimmers in the trail's channel.
func (s school) observeTrails(obs []uint8) {
	for _, w := range s {
		if behind := int(w.x) - int(w.dir); uint(behind) < side {
			obs[at(behind, int(w.y), seaquestChannels, 3)] = 1
		}
	}
}

// archive is a field of swimmers on the board, five bytes each.
func (s *school) archive(a *snapshot.Archive, name string) {
	var b []byte
	for _, w := range *s {
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
	*s = (*s)[:0]
	for ; len(b) > 0; b = b[5:] {
		w := swimmer{x: int8(b[0]), y: int8(b[1]), dir: int8(b[2]), timer: int8(b[3]), shot: int8(b[4])}
		if uint8(w.x) >= side || uint8(w.y) > seaFloor || (w.dir != 1 && w.dir != -1) || w.timer < 0 || w.timer > seaquestMoveSpeed || w.shot < 0 || w.shot > subShot {
			a.Fail(fmt.Errorf("%s: impossible %+v", name, w))
			return
		}
		*s = append(*s, w)
	}
}
