package weiqi

import (
	"fmt"
	"slices"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// Game is a Board as search and networks see it: Black is player 0, whoever begins.
//
// The planes are, for each point: 0 own stone, 1 opponent's stone, 2 to 4 own chain with one, two or
// three liberties, 5 to 7 the opponent's, 8 where a play would repeat a position, 9 to 11 the
// points of the last three plies (the latest first), 12 and 13 the last ply and the one before were
// passes, 14 the komi from the view of who is to move, over 15, within ±1, and 15 ones, which tell
// the board's edge from beyond it.
type Game struct {
	*Board
	legal   []bool
	playout *Playout // made when it is first wanted
	owner   []Colour // of the points, made when it is first wanted
}

// Planes of Game.
const (
	planeOwn = iota
	planeTheirs
	planeOwnLiberties
	_
	_
	planeTheirLiberties
	_
	_
	planeRepeats
	planeLast
	_
	_
	planePass
	_
	planeKomi
	planeOnes
	planes
)

// NewGame returns a game on an empty board.
func NewGame(rows, cols int, rules Rules) *Game {
	b := New(rows, cols, rules)
	return &Game{Board: b, legal: make([]bool, b.Points()+1)}
}

// Name names the size and the rules.
func (g *Game) Name() string {
	r := g.rules
	return fmt.Sprintf("go %dx%d %v suicide=%v komi=%g", g.g.rows, g.g.cols, r.Ko, r.Suicide, r.Komi)
}

// Moves returns the number of points and one for the pass.
func (g *Game) Moves() int { return g.g.points + 1 }

// Player returns 0 for Black, 1 for White.
func (g *Game) Player() int { return int(g.toMove - Black) }

// Outcome returns 1 if Black has more than White and the komi, -1 if less.
func (g *Game) Outcome() float64 { return outcome(g.Score()) }

// Cost is what Black's area has to exceed: the komi, and points for handicap stones.
func (g *Game) Cost() float64 { return g.cost() }

// Owners writes who has each point, as Area says: 1 Black, -1 White, 0 neither.
func (g *Game) Owners(own []int8) {
	if len(g.owner) == 0 {
		g.owner = make([]Colour, g.g.points)
	}
	g.Area(g.owner)
	for i, c := range g.owner {
		own[i] = 0
		switch c {
		case Black:
			own[i] = 1
		case White:
			own[i] = -1
		}
	}
}

// outcome is what a margin of Black's is worth.
func outcome(margin float64) float64 {
	switch {
	case margin > 0:
		return 1
	case margin < 0:
		return -1
	}
	return 0
}

// Rollout plays on at random and returns the outcome for Black. It leaves the game as it is.
func (g *Game) Rollout(r *rng.Stream) float64 { return outcome(g.RolloutScore(r, nil)) }

// RolloutScore is Rollout, but returns Black's margin, and adds to own [points], if it is not nil, 1
// for each point that ends as Black's and -1 for White's.
func (g *Game) RolloutScore(r *rng.Stream, own []int32) float64 {
	if g.playout == nil {
		g.playout = NewPlayout(g.Board)
	}
	margin := float64(g.playout.Run(g.Board, r)) - g.cost()
	if own != nil {
		g.playout.Own(own)
	}
	return margin
}

// Key hashes the stones, the player to move, the passes and where a ko forbids a play. Positions
// that differ only in older history, which superko may ask for, have equal keys.
func (g *Game) Key() uint64 {
	k := g.stones.hash ^ uint64(g.toMove)*0x9e3779b97f4a7c15 ^ uint64(g.passes)*0xbf58476d1ce4e5b9
	return k ^ uint64(g.koPoint())*0x94d049bb133111eb
}

// Planes returns the board's size and the number of planes.
func (g *Game) Planes() (rows, cols, n int) { return g.g.rows, g.g.cols, planes }

// Observe writes the planes [rows, cols, 16].
func (g *Game) Observe(x []float32) {
	b := g.Board
	x = x[:b.g.points*planes]
	clear(x)
	own := b.toMove
	komi := b.rules.Komi
	if own == Black {
		komi = -komi
	}
	k := float32(min(1, max(-1, komi/15)))
	b.Legal(g.legal)
	for i, p := range b.g.at {
		row := x[i*planes : (i+1)*planes]
		row[planeOnes], row[planeKomi] = 1, k
		c := b.stones.cells[p].colour
		if c == Empty {
			if !g.legal[i] && !b.Over() && b.stones.kind(own, p, b.rules.Suicide) != illegal {
				row[planeRepeats] = 1
			}
			continue
		}
		stone, liberties := planeOwn, planeOwnLiberties
		if c != own {
			stone, liberties = planeTheirs, planeTheirLiberties
		}
		row[stone] = 1
		if n := b.stones.liberties(b.stones.cells[p].head, 4); n <= 3 {
			row[liberties+n-1] = 1
		}
	}
	n := len(b.moves)
	for i := range min(3, n) {
		if at := b.moves[n-1-i].Point; at < b.g.points {
			x[at*planes+planeLast+i] = 1
		}
	}
	for i := range min(2, n) {
		if b.moves[n-1-i].Point == b.g.points {
			for j := range b.g.points {
				x[j*planes+planePass+i] = 1
			}
		}
	}
}

// CopyFrom makes g equal to a game of the same name.
func (g *Game) CopyFrom(from envs.Game) { g.Board.CopyFrom(from.(*Game).Board) }

// Clone returns a copy.
func (g *Game) Clone() envs.Game {
	return &Game{Board: g.Board.Clone(), legal: make([]bool, g.g.points+1)}
}

// liberties counts a chain's liberties, up to most.
func (s *stones) liberties(h place, most int) int {
	var seen [4]place
	n := 0
	for p := h; ; {
		for _, q := range s.g.around(p) {
			if s.cells[q].colour == Empty && !slices.Contains(seen[:n], q) {
				seen[n] = q
				if n++; n == min(most, len(seen)) {
					return n
				}
			}
		}
		if p = s.cells[p].next; p == h {
			return n
		}
	}
}
