package boardgame

import (
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
)

// Scored is a game that ends with a margin in points of the board.
type Scored interface {
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

// Valued is a game as the search sees it: it ends when it is decided, and its outcome counts the
// margin too.
type Valued struct {
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

// NewValued returns a game that is at g, in a copy.
func NewValued(g envs.Game, weight float64) *Valued {
	rows, cols, _ := g.Planes()
	v := &Valued{Game: g.Clone(), weight: weight, early: true, points: rows * cols}
	v.own, v.colours = make([]int8, v.points), make([]weiqi.Colour, v.points)
	return v
}

// Points returns the number of points of the board.
func (v *Valued) Points() int { return v.points }

// Owned returns, after Result, who owns each point [P], as Scored has it. It is v's own.
func (v *Valued) Owned() []int8 { return v.own }

// Changed tells that the game inside has been changed by other means than v's.
func (v *Valued) Changed() { v.ends = notAsked }

// decided reports whether the outcome is certain, though the game may go on.
func (v *Valued) decided() bool {
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
func (v *Valued) Over() bool { return v.Game.Over() || v.early && v.decided() }

// Play makes a move.
func (v *Valued) Play(move int) error {
	v.ends = notAsked
	return v.Game.Play(move)
}

// Result returns the outcome for player 0 and, if the game has one, the margin as a part of the
// board, within ±1, the komi not counted. A game that is not over is taken as it stands.
func (v *Valued) Result() (outcome, margin float64) {
	s, ok := v.Game.(Scored)
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
func (v *Valued) owners(s Scored) {
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
func (v *Valued) Outcome() float64 {
	z, m := v.Result()
	if v.weight == 0 {
		return z
	}
	return float64((1-v.weight)*z) + float64(v.weight*m)
}

// Set makes v's game equal to g.
func (v *Valued) Set(g envs.Game) {
	v.ends = notAsked
	v.Game.CopyFrom(g)
}

// CopyFrom makes v equal to another.
func (v *Valued) CopyFrom(from envs.Game) {
	o := from.(*Valued)
	v.weight, v.early, v.ends, v.area = o.weight, o.early, o.ends, o.area
	v.Game.CopyFrom(o.Game)
}

// Clone returns a copy.
func (v *Valued) Clone() envs.Game {
	c := NewValued(v.Game, v.weight)
	c.early, c.ends, c.area = v.early, v.ends, v.area
	return c
}

// tidier is a game that tells how to end it when it is decided.
type tidier interface {
	// Tidy returns a move that brings the score nearer to what is certain, or passes if it is that
	// already; and false if the game is not decided.
	Tidy() (move int, decided bool)
}

// Tidy returns how to go on with a game that is decided: a move that brings the score nearer to what is
// certain, or a pass. It returns false if the game is not decided.
func Tidy(g envs.Game) (move int, decided bool) {
	if t, ok := g.(tidier); ok {
		return t.Tidy()
	}
	return 0, false
}

// SetKomi sets the komi of a game that has one.
func (v *Valued) SetKomi(komi float64) error {
	if k, ok := v.Game.(interface{ SetKomi(komi float64) error }); ok {
		return k.SetKomi(komi)
	}
	return nil
}
