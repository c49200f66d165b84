// Package weiqi is the game of Go, on boards of 1x1 to 25x25 points and rectangles: exact rules,
// scores, unconditional life and quick random play.
//
// Points are numbered row by row from the top left, row*cols + col; the number after the last
// point is the pass.
package weiqi

import (
	"errors"
	"fmt"
	"math/bits"

	"tesuji/snapshot"
)

// Errors of Play, wrapped with the move.
var (
	ErrOver     = errors.New("the game is over")
	ErrOccupied = errors.New("the point is occupied")
	ErrSuicide  = errors.New("the play would remove its own stones")
	ErrRepeats  = errors.New("the play would repeat a position")
	ErrRange    = errors.New("there is no such point")
)

// Board is a game of Go at one position, with its history. It is not safe for concurrent use.
type Board struct {
	g       *geometry
	rules   Rules
	stones  stones
	history history

	toMove   Colour
	passes   int // in a row, up to now
	cap      int // plies after which the game is over
	handicap int
	start    start
	moves    []Move // of the game so far
}

// Move is one ply.
type Move struct {
	Colour Colour
	Point  int // or the number of points for a pass
}

// start is the position before the first ply.
type start struct {
	black, white []int
	toMove       Colour
}

// New returns an empty board with Black to move. It panics if a side is out of range or the
// rules are not valid.
func New(rows, cols int, rules Rules) *Board {
	if err := rules.Validate(); err != nil {
		panic("weiqi: " + err.Error())
	}
	g := geometryOf(rows, cols)
	b := &Board{g: g, rules: rules, stones: newStones(g), history: newHistory(g), cap: 2 * rows * cols}
	b.start.toMove = Black
	b.begin()
	return b
}

// begin returns to the start position.
func (b *Board) begin() {
	b.stones.clear()
	for _, i := range b.start.black {
		b.stones.put(Black, b.g.at[i])
	}
	for _, i := range b.start.white {
		b.stones.put(White, b.g.at[i])
	}
	b.moves = b.moves[:0]
	b.passes, b.toMove = 0, b.start.toMove
	b.history.clear()
	b.history.push(&b.stones, b.toMove.Opponent(), true)
}

// Clear begins a new game on the empty board.
func (b *Board) Clear() {
	b.start = start{toMove: Black}
	b.handicap = 0
	b.begin()
}

// SetUp begins a new game with stones on the board. handicap is the number of handicap stones
// among Black's, which may cost points by the rules. A point given twice, or a chain without
// liberties, is an error, and nothing is changed.
func (b *Board) SetUp(black, white []int, toMove Colour, handicap int) error {
	fresh := New(b.g.rows, b.g.cols, b.rules)
	fresh.start = start{black: append([]int(nil), black...), white: append([]int(nil), white...), toMove: toMove}
	for c, points := range map[Colour][]int{Black: black, White: white} {
		for _, i := range points {
			if i < 0 || i >= b.g.points {
				return fmt.Errorf("set-up of %s: %w", b.Vertex(i), ErrRange)
			}
			if fresh.stones.cells[b.g.at[i]].colour != Empty {
				return fmt.Errorf("set-up of %s: %w", b.Vertex(i), ErrOccupied)
			}
			fresh.stones.put(c, b.g.at[i])
		}
	}
	for _, points := range [][]int{black, white} {
		for _, i := range points {
			if fresh.stones.chains[fresh.stones.cells[b.g.at[i]].head].count == 0 {
				return fmt.Errorf("set-up: the chain of %s has no liberty", b.Vertex(i))
			}
		}
	}
	b.start, b.handicap = fresh.start, handicap
	b.begin()
	return nil
}

// Rows returns the number of rows.
func (b *Board) Rows() int { return b.g.rows }

// Cols returns the number of columns.
func (b *Board) Cols() int { return b.g.cols }

// Points returns the number of points, which is also the number that stands for a pass.
func (b *Board) Points() int { return b.g.points }

// Pass returns the number that stands for a pass.
func (b *Board) Pass() int { return b.g.points }

// Rules returns the rules of the game.
func (b *Board) Rules() Rules { return b.rules }

// SetKomi changes the komi. A value that is not valid is an error.
func (b *Board) SetKomi(komi float64) error {
	r := b.rules
	r.Komi = komi
	if err := r.Validate(); err != nil {
		return err
	}
	b.rules = r
	return nil
}

// SetCap sets the number of plies after which the game is over: 2 rows cols unless set.
func (b *Board) SetCap(plies int) { b.cap = plies }

// At returns the colour of a point.
func (b *Board) At(point int) Colour { return b.stones.cells[b.g.at[point]].colour }

// ToMove returns who is to move.
func (b *Board) ToMove() Colour { return b.toMove }

// Moves returns the plies so far, shared with the board.
func (b *Board) Moves() []Move { return b.moves }

// Start returns the position before the first ply: stones set up, shared with the board, who begins,
// and how many of Black's stones are a handicap.
func (b *Board) Start() (black, white []int, toMove Colour, handicap int) {
	return b.start.black, b.start.white, b.start.toMove, b.handicap
}

// Hash returns the Zobrist hash of the stones.
func (b *Board) Hash() uint64 { return b.stones.hash }

// Over reports whether two passes followed each other or the cap is reached.
func (b *Board) Over() bool { return b.passes >= 2 || len(b.moves) >= b.cap }

// repeats reports whether a play that is otherwise legal is illegal by the ko rule.
func (b *Board) repeats(c Colour, p place, k kind) bool {
	hash, count := b.stones.effect(c, p, k)
	h := &b.history
	for t := h.last[count]; t >= 0; t = h.link[t] {
		if h.hash[t] == hash && h.counts(b.rules.Ko, t, c) && h.equal(t, &b.stones, c, p, k) {
			return true
		}
	}
	return false
}

// Check returns an error that says why colour c may not play at a point now, or nil. The game
// need not be running, nor c be to move.
func (b *Board) Check(c Colour, point int) error {
	switch {
	case point == b.g.points:
		return nil
	case point < 0 || point > b.g.points:
		return ErrRange
	}
	p := b.g.at[point]
	if b.stones.cells[p].colour != Empty {
		return ErrOccupied
	}
	switch k := b.stones.kind(c, p, b.rules.Suicide); {
	case k == illegal:
		return ErrSuicide
	case b.repeats(c, p, k):
		return ErrRepeats
	}
	return nil
}

// koPoint returns where the player to move may not play by simple ko, or 0: where a stone of theirs
// alone tells the position before the last ply from what a capture there leads to.
func (b *Board) koPoint() place {
	g, s, h := b.g, &b.stones, &b.history
	t := len(h.hash) - 2
	if t < 0 || h.pass[t+1] {
		return 0
	}
	before := h.bits[t*2*g.words : (t+1)*2*g.words]
	lo := int(b.toMove-1) * g.words
	at := -1
	for i := range g.words {
		gone := before[lo+i] &^ s.set[lo+i]
		if gone&(gone-1) != 0 || gone != 0 && at >= 0 {
			return 0 // several stones were taken
		}
		if gone != 0 {
			at = i<<6 + bits.TrailingZeros64(gone)
		}
	}
	if at < 0 {
		return 0
	}
	p := g.at[at]
	if s.kind(b.toMove, p, b.rules.Suicide) == capture && h.equal(int32(t), s, b.toMove, p, capture) {
		return p
	}
	return 0
}

// Play makes a ply of the player to move: a point, or Pass(). An illegal one is an error, and
// nothing is changed.
func (b *Board) Play(point int) error {
	if b.Over() {
		return fmt.Errorf("%v plays %s: %w", b.toMove, b.Vertex(point), ErrOver)
	}
	return b.PlayAs(b.toMove, point)
}

// PlayAs makes a ply of either player, whoever's turn it is and whether or not the game is over,
// as GTP and game records ask for.
func (b *Board) PlayAs(c Colour, point int) error {
	if err := b.Check(c, point); err != nil {
		return fmt.Errorf("%v plays %s: %w", c, b.Vertex(point), err)
	}
	b.ply(c, point)
	return nil
}

// Resume lets the game go on, with colour c to move, as GTP may ask for: after two passes, at the
// cap, or out of turn.
func (b *Board) Resume(c Colour) {
	b.toMove = c
	b.passes = min(b.passes, 1)
	b.cap = max(b.cap, len(b.moves)+2*b.g.points)
}

// Chains returns the points of each chain, in order of their first points.
func (b *Board) Chains() [][]int {
	var all [][]int
	number := map[place]int{}
	for i, p := range b.g.at {
		e := b.stones.cells[p]
		if e.colour == Empty {
			continue
		}
		n, ok := number[e.head]
		if !ok {
			n = len(all)
			number[e.head] = n
			all = append(all, nil)
		}
		all[n] = append(all[n], i)
	}
	return all
}

// ply makes a legal ply.
func (b *Board) ply(c Colour, point int) {
	pass := point == b.g.points
	if pass {
		b.passes++
	} else {
		b.passes = 0
		b.stones.play(c, b.g.at[point])
	}
	b.moves = append(b.moves, Move{c, point})
	b.history.push(&b.stones, c, pass)
	b.toMove = c.Opponent()
}

// Undo takes the last ply back, or returns false at the start of the game.
func (b *Board) Undo() bool {
	n := len(b.moves)
	if n == 0 {
		return false
	}
	moves := b.moves[:n-1]
	b.begin()
	for _, m := range moves {
		b.ply(m.Colour, m.Point)
	}
	return true
}

// CopyFrom makes b equal to another board of the same size; a different one is the caller's
// mistake and panics. It allocates only while b has never held so long a game.
func (b *Board) CopyFrom(from *Board) {
	if b.g != from.g {
		panic(fmt.Sprintf("weiqi: copy of a %dx%d board to one of %dx%d", from.g.rows, from.g.cols, b.g.rows, b.g.cols))
	}
	b.rules = from.rules
	b.stones.copyFrom(&from.stones)
	b.history.copyFrom(&from.history)
	b.toMove, b.passes, b.cap, b.handicap, b.start = from.toMove, from.passes, from.cap, from.handicap, from.start
	b.moves = append(b.moves[:0], from.moves...)
}

// Clone returns a copy.
func (b *Board) Clone() *Board {
	c := New(b.g.rows, b.g.cols, b.rules)
	c.CopyFrom(b)
	return c
}

// State saves or restores the game: the komi, the start position and the plies, from which all
// else follows.
func (b *Board) State(a *snapshot.Archive) {
	a.Check("size", fmt.Sprintf("%dx%d", b.g.rows, b.g.cols))
	a.Check("rules", fmt.Sprintf("%v suicide=%v bonus=%d", b.rules.Ko, b.rules.Suicide, b.rules.HandicapBonus))
	komi, handicap, limit := b.rules.Komi, b.handicap, b.cap
	black, white := packPoints(b.start.black), packPoints(b.start.white)
	first := []byte{byte(b.start.toMove)}
	var plies []byte
	for _, m := range b.moves {
		plies = append(plies, byte(m.Colour), byte(m.Point), byte(m.Point>>8))
	}
	a.Float64("komi", &komi)
	a.Int("handicap", &handicap)
	a.Int("cap", &limit)
	a.Bytes("black", &black)
	a.Bytes("white", &white)
	a.Uint8s("first", first)
	a.Bytes("plies", &plies)
	if a.Saving() || a.Err() != nil {
		return
	}
	if err := b.replay(komi, unpackPoints(black), unpackPoints(white), Colour(first[0]), handicap, plies); err != nil {
		a.Fail(fmt.Errorf("weiqi: %w", err))
		return
	}
	b.cap = limit
}

// replay makes the board what a saved game says.
func (b *Board) replay(komi float64, black, white []int, first Colour, handicap int, plies []byte) error {
	if first != Black && first != White || len(plies)%3 != 0 {
		return errors.New("the saved game is damaged")
	}
	if err := b.SetKomi(komi); err != nil {
		return err
	}
	if err := b.SetUp(black, white, first, handicap); err != nil {
		return err
	}
	for ; len(plies) > 0; plies = plies[3:] {
		c := Colour(plies[0])
		if c != Black && c != White {
			return fmt.Errorf("ply %d is of no player", len(b.moves)+1)
		}
		if err := b.PlayAs(c, int(plies[1])|int(plies[2])<<8); err != nil {
			return fmt.Errorf("ply %d: %w", len(b.moves)+1, err)
		}
	}
	return nil
}

func packPoints(points []int) []byte {
	var b []byte
	for _, p := range points {
		b = append(b, byte(p), byte(p>>8))
	}
	return b
}

func unpackPoints(b []byte) []int {
	var points []int
	for ; len(b) > 1; b = b[2:] {
		points = append(points, int(b[0])|int(b[1])<<8)
	}
	return points
}
