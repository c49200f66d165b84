// Package solver finds the exact values of small games: alpha-beta search with a transposition
// table, for any game that has the few methods of Position. With it come bit boards of Go and
// Connect Four, and an adapter for every other envs.Game.
//
// A search asks one question after the other, whether the value for the player to move is at least
// v, and halves the range of values with each answer. In games that may go on for hundreds of plies,
// such as Go, it asks within a depth, and then deeper, so that a near proof is not missed for a far
// one. It asks twice then: whether one player can prove it, and whether the other can prove the
// contrary. What is open at the depth counts as failure for who has to prove, so that one reply that
// leaves things open is enough for the other player, and nearly half of the tree is not looked at.
//
// # Repetition
//
// Under superko what may be played depends on how a position came about, and a value found on one
// path need not hold on another: the graph-history interaction. Here every value in the table comes
// with all it rests on. A search looks at certain positions, those that the plays in it lead to, and
// asks of each whether it was on the board before. It would run the same, move for move, after any
// other past that has the same ones of these positions in it. So an entry keeps the set of positions
// that its search looked at (a superset, a bit for each of SetBits classes), and a hash of those
// earlier positions that are in the set, and is used only where the present past gives the same
// hash. Mostly that hash is of nothing: no earlier position could be repeated in the search.
package solver

import (
	"context"
	"math"
	"slices"
)

// Position is a game at one position, as Solver asks for it. Values are within ±127.
type Position interface {
	// Bounds returns what can be told about the value for the player to move without looking
	// ahead. Once the game is over both are the value.
	Bounds() (lo, hi int)
	// Moves appends the legal moves to dst, and those that only an earlier position forbids. A
	// move that Bounds has taken into account may be left out.
	Moves(dst []Move) []Move
	// Play makes a move, and Undo takes the last one back.
	Play(id int)
	Undo()
	// Key is equal for positions of equal value, such as mirrored ones, and hardly ever for
	// others. Where moves depend on the past, Past has to be equal too.
	Key() uint64
}

// Move is one move of a position.
type Move struct {
	ID int // what Play takes, below 256
	// Class is that of the position that the move leads to, if earlier positions may forbid it: a
	// number below SetBits, the same for all symmetric positions. NoClass says they may not.
	Class int16
	// Banned says that an earlier position does forbid it.
	Banned bool
	// Promise orders the moves: the largest is tried first.
	Promise int32
}

// NoClass is that of a move that no past can forbid.
const NoClass = -1

// Remembering is a Position whose moves depend on the positions before it.
type Remembering interface {
	Position
	// Past returns a hash of those earlier positions whose classes are in the set. Where Key
	// is that of a symmetric position, they are seen as from there.
	Past(s *Set) uint64
}

// Mirrored is a Position whose Key is that of a symmetric one.
type Mirrored interface {
	// ToKey returns which move of the position of the key a move is, and FromKey the reverse.
	ToKey(id int) int
	FromKey(id int) int
}

// SetBits is the number of classes of positions.
const SetBits = 1024

// Set is a set of classes of positions.
type Set [SetBits / 64]uint64

// Add adds a class.
func (s *Set) Add(class int) { s[class>>6] |= 1 << (class & 63) }

// Has reports whether a class is in the set.
func (s *Set) Has(class int) bool { return s[class>>6]>>(class&63)&1 != 0 }

func (s *Set) join(t *Set) {
	for i, w := range t {
		s[i] |= w
	}
}

// Solver searches positions of one game. It is not safe for concurrent use.
type Solver struct {
	// Nodes counts the positions looked at.
	Nodes int

	p      Position
	past   Remembering // p, if it is one
	mirror Mirrored    // p, if it is one
	deepen bool
	prover int // who has to prove: 0 the player at plies 0, 2, ..., 1 the other
	table  *table
	levels []level
	good   [2][256]int32 // how often a move was the answer, by who made it
	ctx    context.Context
	halt   bool // the context is done
}

// level is what the search keeps at a distance from the root.
type level struct {
	moves []Move
	rests Set // what the last answer there rests on
}

// answer is one to the question whether a value is at least v.
type answer int8

const (
	no answer = iota - 1
	open
	yes
)

// New returns a solver with room for about so many positions. deepen asks for search depth by depth,
// which games without an end in sight need, and costs little in others.
func New(entries int, deepen bool) *Solver {
	return &Solver{deepen: deepen, table: newTable(entries)}
}

// Solve returns the value of a position for the player to move, and leaves the position as it is. An
// error is the context's. Values of one game are kept for the next call; the solver must not be
// given a different game.
func (s *Solver) Solve(ctx context.Context, p Position) (int, error) {
	s.p, s.ctx, s.halt = p, ctx, false
	s.past, _ = p.(Remembering)
	s.mirror, _ = p.(Mirrored)
	s.table.withSets(s.past != nil)
	lo, hi := p.Bounds()
	depth := math.MaxInt
	if s.deepen {
		depth = 2
	}
	for lo < hi {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		v := lo + (hi-lo+1)/2
		s.prover = 0
		a := s.search(v, depth, 0)
		if a == open {
			s.prover = 1
			a = s.search(v, depth, 0)
		}
		switch a {
		case yes:
			lo = v
		case no:
			hi = v - 1
		default:
			depth++ // or the context is done
			s.forget()
		}
	}
	return lo, nil
}

// forget halves the counts of good moves.
func (s *Solver) forget() {
	for i := range s.good {
		for j := range s.good[i] {
			s.good[i][j] /= 2
		}
	}
}

// search tells whether the value for the player to move is at least v, looking depth plies ahead.
func (s *Solver) search(v, depth, ply int) answer {
	s.Nodes++
	if ply == len(s.levels) {
		s.levels = append(s.levels, level{})
	}
	s.levels[ply].rests = Set{}
	lo, hi := s.p.Bounds()
	switch {
	case v <= lo:
		return yes
	case v > hi:
		return no
	case depth == 0 || s.halted():
		return open
	}
	key := s.p.Key()
	a, hint := s.recall(key, v, depth, ply)
	if a != open || hint == gaveUp {
		return a
	}
	start := s.Nodes
	moves := s.p.Moves(s.levels[ply].moves[:0])
	s.levels[ply].moves = moves
	s.order(moves, hint, ply&1)
	result, best := no, noMove
	var rests Set
	for i := range moves {
		m := s.levels[ply].moves[i]
		if !m.Banned {
			s.p.Play(m.ID)
			reply := s.search(1-v, depth-1, ply+1)
			s.p.Undo()
			if reply == no {
				// Whatever the past, but for what this one answer rests on.
				result, best = yes, m.ID
				rests = s.levels[ply+1].rests
				if m.Class != NoClass {
					rests.Add(int(m.Class))
				}
				break
			}
			if reply == open {
				result = open
				if s.halt {
					return open
				}
				if ply&1 != s.prover {
					best = m.ID // good enough for who has nothing to prove
					break
				}
			}
			rests.join(&s.levels[ply+1].rests)
		}
		if m.Class != NoClass {
			rests.Add(int(m.Class))
		}
	}
	if best != noMove {
		s.good[ply&1][best] += int32(min(depth, 64))
		if s.mirror != nil {
			best = s.mirror.ToKey(best)
		}
	}
	s.levels[ply].rests = rests
	s.keep(key, v, depth, ply, result, best, s.Nodes-start)
	return result
}

// halted looks at the context now and then.
func (s *Solver) halted() bool {
	if s.Nodes%4096 == 0 && s.ctx.Err() != nil {
		s.halt = true
	}
	return s.halt
}

// order sorts moves: what was best before, then by promise, then by how often they were the answer
// elsewhere.
func (s *Solver) order(moves []Move, hint, side int) {
	if hint != noMove && s.mirror != nil {
		hint = s.mirror.FromKey(hint)
	}
	rank := func(m *Move) int64 {
		if m.ID == hint {
			return math.MaxInt64
		}
		return int64(m.Promise)<<32 + int64(s.good[side][m.ID])
	}
	for i := 1; i < len(moves); i++ {
		m := moves[i]
		r := rank(&m)
		j := i
		for ; j > 0 && rank(&moves[j-1]) < r; j-- {
			moves[j] = moves[j-1]
		}
		moves[j] = m
	}
}

// Openings returns the value of each legal move of a position for who makes it, by its ID, in order
// of ID.
func (s *Solver) Openings(ctx context.Context, p Position) (ids, values []int, err error) {
	moves := p.Moves(nil)
	slices.SortFunc(moves, func(a, b Move) int { return a.ID - b.ID })
	for _, m := range moves {
		if m.Banned {
			continue
		}
		p.Play(m.ID)
		v, err := s.Solve(ctx, p)
		p.Undo()
		if err != nil {
			return ids, values, err
		}
		ids, values = append(ids, m.ID), append(values, -v)
	}
	return ids, values, nil
}
