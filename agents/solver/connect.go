package solver

import "math/bits"

// Connect is Connect Four on bit boards, as a Position: columns side by side, each with a bit more
// than it has rows, which stays 0. Its values are 1, 0 and -1.
type Connect struct {
	rows, cols int
	floor      uint64      // the lowest point of each column
	board      uint64      // all points
	now        int         // plies made here
	stones     [][2]uint64 // before each ply: of the player to move, and all
}

// NewConnect returns an empty board of at most 63 bits: (rows+1)*cols.
func NewConnect(rows, cols int) *Connect {
	if rows < 1 || cols < 1 || (rows+1)*cols > 63 {
		panic("solver: the board has to fit 63 bits")
	}
	c := &Connect{rows: rows, cols: cols, stones: [][2]uint64{{}}}
	for i := range cols {
		c.floor |= 1 << (i * (rows + 1))
	}
	c.board = c.floor * (1<<rows - 1)
	return c
}

// threats returns the empty points that would complete four in a row of own.
func (c *Connect) threats(own, all uint64) uint64 {
	t := (own << 1) & (own << 2) & (own << 3) // on top of three
	for _, d := range [3]int{c.rows, c.rows + 1, c.rows + 2} {
		pair := (own << d) & (own << (2 * d))
		t |= pair & ((own << (3 * d)) | (own >> d))
		pair = (own >> d) & (own >> (2 * d))
		t |= pair & ((own << d) | (own >> (3 * d)))
	}
	return t & (c.board &^ all)
}

// Bounds looks one ply ahead: for a row that can be completed now, two that cannot both be kept from
// the other player, and the full board.
func (c *Connect) Bounds() (lo, hi int) {
	own, all := c.stones[c.now][0], c.stones[c.now][1]
	free := (all + c.floor) & c.board
	theirs := c.threats(all^own, all)
	forced := theirs & free
	switch {
	case free == 0:
		return 0, 0
	case c.threats(own, all)&free != 0:
		return 1, 1
	case forced&(forced-1) != 0 || c.safe(free, theirs) == 0:
		return -1, -1
	}
	return -1, 1
}

// safe returns the moves that avert what the other player threatens and do not prepare a point on
// top for it to win.
func (c *Connect) safe(free, theirs uint64) uint64 {
	if forced := theirs & free; forced != 0 {
		free = forced
	}
	return free &^ (theirs >> 1)
}

// Moves appends the moves that do not lose at once. Bounds has told when there is none.
func (c *Connect) Moves(dst []Move) []Move {
	own, all := c.stones[c.now][0], c.stones[c.now][1]
	free := (all + c.floor) & c.board
	theirs := c.threats(all^own, all)
	for m := c.safe(free, theirs); m != 0; m &= m - 1 {
		at := bits.TrailingZeros64(m)
		col := at / (c.rows + 1)
		middle := min(col, c.cols-1-col)
		made := bits.OnesCount64(c.threats(own|1<<at, all|1<<at))
		dst = append(dst, Move{ID: col, Class: NoClass, Promise: int32(made*16 + middle)})
	}
	return dst
}

// Play drops a stone into a column.
func (c *Connect) Play(col int) {
	own, all := c.stones[c.now][0], c.stones[c.now][1]
	c.now++
	if c.now == len(c.stones) {
		c.stones = append(c.stones, [2]uint64{})
	}
	column := uint64(1<<c.rows-1) << (col * (c.rows + 1))
	c.stones[c.now] = [2]uint64{all ^ own, all | (all+c.floor)&column}
}

// Undo takes the last stone back.
func (c *Connect) Undo() { c.now-- }

// Key is the same for a position and its mirror image.
func (c *Connect) Key() uint64 {
	own, all := c.stones[c.now][0], c.stones[c.now][1]
	// One bit above the top stone of each column tells empty from the other player's.
	key := own + all + c.floor
	mirrored := uint64(0)
	column := uint64(1<<(c.rows+1) - 1)
	for i := range c.cols {
		mirrored = mirrored<<(c.rows+1) | key>>(i*(c.rows+1))&column
	}
	return min(key, mirrored)
}

// ToKey returns the column of the position of the key.
func (c *Connect) ToKey(col int) int {
	if c.mirrored() {
		return c.cols - 1 - col
	}
	return col
}

// FromKey returns the column of this position.
func (c *Connect) FromKey(col int) int { return c.ToKey(col) }

func (c *Connect) mirrored() bool {
	own, all := c.stones[c.now][0], c.stones[c.now][1]
	return c.Key() != own+all+c.floor
}
