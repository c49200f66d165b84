// Package hex is Hex (P. Hein, 1942; J. Nash, 1948): the players place stones on a rhombus of
// hexagons, and who connects the two sides of the own colour has won. There are no draws.
package hex

import (
	"errors"
	"fmt"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Smallest and largest number of points of a side.
const (
	MinSize = 3
	MaxSize = 19
)

// Game is a game of Hex. Points are numbered row by row from the top left, each row being half a
// point further to the right than the one above: the neighbours of (r, c) are (r-1, c), (r-1, c+1),
// (r, c-1), (r, c+1), (r+1, c-1) and (r+1, c). Player 0 connects top and bottom, player 1 left and
// right.
//
// With the swap rule there is one more move, which the second player may make at once: to take the
// first stone over, as one of its own at the point mirrored in the long diagonal, (r, c) to (c, r).
// To each player's sides it stands as it stood to the other's, so the players keep their sides. It
// makes who begins choose a fair point.
type Game struct {
	size  int
	swap  bool
	board []int8  // [size*size] 0 empty, 1 player 0, 2 player 1
	chain []int16 // [size*size] union-find: a stone nearer to the one that names its chain
	sides []uint8 // [size*size] of that stone: which sides of its colour the chain touches
	plies int
	won   int8 // 1 player 0, 2 player 1, 0 nobody yet
	key   uint64
	past  []uint16 // the moves
}

// Sides of a colour: its first is the top or the left one.
const (
	first = 1 << iota
	second
	both = first | second
)

// New returns Hex of so many points a side, 3 to 19, with or without the swap rule. Other sizes
// panic.
func New(size int, swap bool) *Game {
	if size < MinSize || size > MaxSize {
		panic(fmt.Sprintf("hex: a board of %d points a side: want %d to %d", size, MinSize, MaxSize))
	}
	n := size * size
	return &Game{size: size, swap: swap, board: make([]int8, n), chain: make([]int16, n), sides: make([]uint8, n)}
}

// Clear begins a new game.
func (g *Game) Clear() {
	clear(g.board)
	g.plies, g.won, g.key, g.past = 0, 0, 0, g.past[:0]
}

// Name names the game with its size and rule.
func (g *Game) Name() string {
	if g.swap {
		return fmt.Sprintf("hex %dx%d swap", g.size, g.size)
	}
	return fmt.Sprintf("hex %dx%d", g.size, g.size)
}

// Size returns the points of a side.
func (g *Game) Size() int { return g.size }

// Swap returns the number of the move that takes the first stone over, where the rule is in force.
func (g *Game) Swap() int { return len(g.board) }

// Moves returns the number of points, and one for the swap where the rule is in force.
func (g *Game) Moves() int {
	if g.swap {
		return len(g.board) + 1
	}
	return len(g.board)
}

// Player returns who is to move.
func (g *Game) Player() int { return g.plies % 2 }

// At returns whose stone is at a point: 0 or 1, or -1 if it is empty.
func (g *Game) At(point int) int { return int(g.board[point]) - 1 }

// Over reports whether a player's sides are connected.
func (g *Game) Over() bool { return g.won != 0 }

// Outcome returns 1 if player 0 has connected its sides, -1 if player 1 has.
func (g *Game) Outcome() float64 {
	switch g.won {
	case 1:
		return 1
	case 2:
		return -1
	}
	return 0
}

// Legal sets the empty points, and the swap when it may be made.
func (g *Game) Legal(legal []bool) {
	for i, c := range g.board {
		legal[i] = c == 0 && g.won == 0
	}
	if g.swap {
		legal[len(g.board)] = g.plies == 1
	}
}

// Play places a stone or swaps.
func (g *Game) Play(move int) error {
	switch {
	case g.Over():
		return fmt.Errorf("hex: move %d: the game is over", move)
	case move < 0 || move >= g.Moves():
		return fmt.Errorf("hex: move %d: want 0 to %d", move, g.Moves()-1)
	case move == len(g.board) && g.plies != 1:
		return errors.New("hex: swap: only the second ply may be one")
	case move < len(g.board) && g.board[move] != 0:
		return fmt.Errorf("hex: move %d: the point is occupied", move)
	}
	at := move
	if move == len(g.board) {
		from := int(g.past[0])
		at = from%g.size*g.size + from/g.size
		g.board[from] = 0
		g.key = 0
	}
	g.place(at, int8(1+g.Player()))
	g.plies++
	g.past = append(g.past, uint16(move))
	return nil
}

// place puts a stone on an empty point and joins it with its neighbours.
func (g *Game) place(at int, who int8) {
	g.board[at], g.chain[at], g.sides[at] = who, int16(at), g.touches(at, who)
	g.key ^= mix(uint64(at)<<2 | uint64(who))
	root := int16(at)
	n := g.size
	r, c := at/n, at%n
	for _, d := range [6][2]int{{-1, 0}, {-1, 1}, {0, -1}, {0, 1}, {1, -1}, {1, 0}} {
		y, x := r+d[0], c+d[1]
		if y < 0 || y >= n || x < 0 || x >= n || g.board[y*n+x] != who {
			continue
		}
		if other := g.find(int16(y*n + x)); other != root {
			g.chain[root] = other
			g.sides[other] |= g.sides[root]
			root = other
		}
	}
	if g.sides[root] == both {
		g.won = who
	}
}

// touches returns the sides of a player's colour that a point lies on.
func (g *Game) touches(at int, who int8) uint8 {
	k := at / g.size
	if who == 2 {
		k = at % g.size
	}
	s := uint8(0)
	if k == 0 {
		s = first
	}
	if k == g.size-1 {
		s |= second
	}
	return s
}

// find returns the stone that names a stone's chain, and shortens the way to it.
func (g *Game) find(p int16) int16 {
	for g.chain[p] != p {
		g.chain[p] = g.chain[g.chain[p]]
		p = g.chain[p]
	}
	return p
}

// mix scatters the bits of x (D. Stafford's variant 13 of MurmurHash3's finaliser).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Key tells positions apart, also by who is to move and, after the first ply, whether a swap is
// possible: without a swap, it follows from the stones.
func (g *Game) Key() uint64 {
	if g.swap && g.plies == 1 {
		return g.key ^ 0x9e3779b97f4a7c15
	}
	return g.key ^ uint64(g.plies&1)*0xd1b54a32d192ed03
}

// Planes returns the board's size and three planes.
func (g *Game) Planes() (rows, cols, planes int) { return g.size, g.size, 3 }

// Observe writes, for each point, whether a stone of the player to move is there, whether one of the
// other's, and ones where the player to move is 0, whose sides are the top and the bottom.
func (g *Game) Observe(x []float32) {
	own := int8(1 + g.Player())
	for i, c := range g.board {
		p := x[3*i : 3*i+3]
		p[0], p[1], p[2] = 0, 0, float32(2-own)
		switch {
		case c == own:
			p[0] = 1
		case c != 0:
			p[1] = 1
		}
	}
}

// CopyFrom makes g equal to a game of the same name.
func (g *Game) CopyFrom(from envs.Game) {
	f := from.(*Game)
	copy(g.board, f.board)
	copy(g.chain, f.chain)
	copy(g.sides, f.sides)
	g.plies, g.won, g.key = f.plies, f.won, f.key
	g.past = append(g.past[:0], f.past...)
}

// Clone returns a copy.
func (g *Game) Clone() envs.Game {
	c := New(g.size, g.swap)
	c.CopyFrom(g)
	return c
}

// State saves or restores the moves, from which all else follows.
func (g *Game) State(a *snapshot.Archive) {
	a.Check("game", g.Name())
	var past []byte
	for _, m := range g.past {
		past = append(past, byte(m), byte(m>>8))
	}
	a.Bytes("moves", &past)
	if a.Saving() || a.Err() != nil {
		return
	}
	g.Clear()
	for ; len(past) > 1; past = past[2:] {
		if err := g.Play(int(past[0]) | int(past[1])<<8); err != nil {
			a.Fail(errors.Join(errors.New("the saved game is damaged"), err))
			return
		}
	}
	if len(past) != 0 {
		a.Fail(errors.New("the saved game is damaged: half a move"))
	}
}
