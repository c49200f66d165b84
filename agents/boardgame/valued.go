package alphazero

import (
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
)

// scored is a game that ends with a margin in points of the board.
type scored interface {
	// Owners writes, for each point, 1 if it is player 0's, -1 if it is the other's, 0 if neither's.
	Owners(own []int8)
	// Cost is what player 0's points less the other's have to exceed to win.
	Cost() float64
}

// decidable is a game whose outcome may be certain before its end.
type decidable interface {
	// Decided reports whether no play can change who owns each point, which it then writes to owner.
	Decided(owner []weiqi.Colour) (margin int, decided bool)
}

// valued is a game as the search sees it: it ends when it is decided, and its outcome counts the
// margin too.
type valued struct {
	envs.Game
	weight float64 // of the margin
	early  bool    // end when decided

	ends    decision
	area    int // player 0's points less the other's, of a decided game
	points  int
	own     []int8         // scratch
	colours []weiqi.Colour // scratch
}

// decision is whether a game is decided.
type decision uint8

const (
	notAsked decision = iota
	undecided
	decided
)

// newValued returns a game that is at g, in a copy.
func newValued(g envs.Game, weight float64) *valued {
	rows, cols, _ := g.Planes()
	v := &valued{Game: g.Clone(), weight: weight, early: true, points: rows * cols}
	v.own, v.colours = make([]int8, v.points), make([]weiqi.Colour, v.points)
	return v
}

// decided reports whether the outcome is certain, though the game may go on.
func (v *valued) decided() bool {
	if v.ends == notAsked {
		v.ends = undecided
		if d, ok := v.Game.(decidable); ok {
			if area, ok := d.Decided(nil); ok {
				v.ends, v.area = decided, area
			}
		}
	}
	return v.ends == decided
}

// Over reports whether the game has ended, or nothing can change its outcome.
func (v *valued) Over() bool { return v.Game.Over() || v.early && v.decided() }

// Play makes a move.
func (v *valued) Play(move int) error {
	v.ends = notAsked
	return v.Game.Play(move)
}

// result returns the outcome for player 0 and, if the game has one, the margin as a part of the
// board, within ±1, the komi not counted. A game that is not over is taken as it stands.
func (v *valued) result() (outcome, margin float64) {
	s, ok := v.Game.(scored)
	if !ok {
		if v.Game.Over() {
			outcome = v.Game.Outcome()
		}
		return outcome, 0
	}
	area := 0
	v.owners(s)
	for _, o := range v.own {
		area += int(o)
	}
	z := float64(area) - s.Cost()
	switch {
	case z > 0:
		outcome = 1
	case z < 0:
		outcome = -1
	}
	return outcome, float64(area) / float64(v.points)
}

// owners sets v.own to who owns the points of a game with a score.
func (v *valued) owners(s scored) {
	if v.Game.Over() || !v.decided() {
		s.Owners(v.own)
		return
	}
	v.Game.(decidable).Decided(v.colours)
	for i, c := range v.colours {
		v.own[i] = 1
		if c == weiqi.White {
			v.own[i] = -1
		}
	}
}

// Outcome mixes the result and the margin.
func (v *valued) Outcome() float64 {
	z, m := v.result()
	if v.weight == 0 {
		return z
	}
	return float64((1-v.weight)*z) + float64(v.weight*m)
}

// set makes v's game equal to g.
func (v *valued) set(g envs.Game) {
	v.ends = notAsked
	v.Game.CopyFrom(g)
}

// CopyFrom makes v equal to another.
func (v *valued) CopyFrom(from envs.Game) {
	o := from.(*valued)
	v.weight, v.early, v.ends, v.area = o.weight, o.early, o.ends, o.area
	v.Game.CopyFrom(o.Game)
}

// Clone returns a copy.
func (v *valued) Clone() envs.Game {
	c := newValued(v.Game, v.weight)
	c.early, c.ends, c.area = v.early, v.ends, v.area
	return c
}
