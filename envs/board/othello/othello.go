// Package othello is Othello (Reversi) on square boards of 4, 6 or 8 points a side, in bit boards.
package othello

import (
	"errors"
	"fmt"
	"math/bits"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Game is a game of Othello. A move places a disc where it encloses discs of the other player, in
// lines between itself and another of one's own, and turns them over. Who can do that nowhere must
// pass; when nobody can, the game is over and who has more discs has won.
//
// Points are numbered row by row from the top left; the number after the last point is the pass.
// Player 0 has the dark discs.
type Game struct {
	size   int
	lines  *lines
	discs  [2]uint64 // of player 0 and 1, a bit for each point
	player int
	moves  uint64 // where the player to move may place a disc
	over   bool
	past   []byte // the moves
}

// lines is what boards of one size share: how to move all discs of a bit board by one point.
type lines struct {
	full  uint64    // all points
	steps [4]int    // to the right, down-left, down and down-right: so many bits up
	up    [4]uint64 // the points from which a step up the bits stays on the board
	down  [4]uint64 // and a step down them
}

var linesOf = map[int]*lines{4: newLines(4), 6: newLines(6), 8: newLines(8)}

func newLines(n int) *lines {
	l := &lines{full: 1<<(n*n) - 1, steps: [4]int{1, n - 1, n, n + 1}}
	left := uint64(0)
	for r := range n {
		left |= 1 << (r * n)
	}
	right := left << (n - 1)
	l.up = [4]uint64{^right, ^left, ^uint64(0), ^right}
	l.down = [4]uint64{^left, ^right, ^uint64(0), ^left}
	for i := range l.up {
		l.up[i] &= l.full
		l.down[i] &= l.full
	}
	return l
}

// New returns Othello on a board of so many points a side: 4, 6 or 8. Others panic.
func New(size int) *Game {
	l := linesOf[size]
	if l == nil {
		panic(fmt.Sprintf("othello: a board of %d points a side: want 4, 6 or 8", size))
	}
	g := &Game{size: size, lines: l}
	g.Clear()
	return g
}

// Clear begins a new game, with two discs of each player crosswise in the middle.
func (g *Game) Clear() {
	n, m := g.size, g.size/2
	g.discs[0] = 1<<((m-1)*n+m) | 1<<(m*n+m-1)
	g.discs[1] = 1<<((m-1)*n+m-1) | 1<<(m*n+m)
	g.player, g.over, g.past = 0, false, g.past[:0]
	g.moves = g.lines.moves(g.discs[0], g.discs[1])
}

// moves returns where own can place a disc that encloses some of theirs.
func (l *lines) moves(own, theirs uint64) uint64 {
	free := l.full &^ (own | theirs)
	found := uint64(0)
	for i, s := range l.steps {
		// Discs of theirs that lie next to each other, beginning beside one of one's own: at
		// most six in a row.
		up, down := theirs&l.up[i], theirs&l.down[i]
		a := own & l.up[i] << s & up
		b := own & l.down[i] >> s & down
		for range 2 {
			a |= a << s & up
			a |= a << s & up
			b |= b >> s & down
			b |= b >> s & down
		}
		a |= a << s & up
		b |= b >> s & down
		found |= a<<s | b>>s
	}
	return found & free
}

// flips returns the discs that are turned over by placing one at a point.
func (l *lines) flips(own, theirs uint64, at int) uint64 {
	turned := uint64(0)
	disc := uint64(1) << at
	for i, s := range l.steps {
		run := uint64(0)
		x := disc & l.up[i] << s
		for ; x&theirs != 0; x = x & l.up[i] << s {
			run |= x
		}
		if x&own != 0 {
			turned |= run
		}
		run = 0
		x = disc & l.down[i] >> s
		for ; x&theirs != 0; x = x & l.down[i] >> s {
			run |= x
		}
		if x&own != 0 {
			turned |= run
		}
	}
	return turned
}

// Name names the game with its size.
func (g *Game) Name() string { return fmt.Sprintf("othello %dx%d", g.size, g.size) }

// Size returns the points of a side.
func (g *Game) Size() int { return g.size }

// Moves returns the number of points and one for the pass.
func (g *Game) Moves() int { return g.size*g.size + 1 }

// Pass returns the number that stands for a pass.
func (g *Game) Pass() int { return g.size * g.size }

// Player returns who is to move.
func (g *Game) Player() int { return g.player }

// Discs returns a player's discs, bit i for point i.
func (g *Game) Discs(player int) uint64 { return g.discs[player] }

// Over reports whether nobody can place a disc.
func (g *Game) Over() bool { return g.over }

// Margin returns player 0's discs minus player 1's.
func (g *Game) Margin() int { return bits.OnesCount64(g.discs[0]) - bits.OnesCount64(g.discs[1]) }

// Outcome returns 1 if player 0 has more discs, -1 if player 1, 0 if both have as many.
func (g *Game) Outcome() float64 {
	switch m := g.Margin(); {
	case m > 0:
		return 1
	case m < 0:
		return -1
	}
	return 0
}

// Legal sets the points where a disc may be placed; if there are none, the pass.
func (g *Game) Legal(legal []bool) {
	n := g.size * g.size
	for i := range n {
		legal[i] = g.moves>>i&1 != 0
	}
	legal[n] = g.moves == 0 && !g.over
}

// Play places a disc, or passes.
func (g *Game) Play(move int) error {
	pass := g.Pass()
	switch {
	case g.over:
		return fmt.Errorf("othello: move %d: the game is over", move)
	case move < 0 || move > pass:
		return fmt.Errorf("othello: move %d: want 0 to %d", move, pass)
	case move == pass && g.moves != 0:
		return errors.New("othello: pass: a disc can be placed")
	case move < pass && g.moves>>move&1 == 0:
		return fmt.Errorf("othello: move %d: it would turn no disc", move)
	}
	own, theirs := &g.discs[g.player], &g.discs[1-g.player]
	if move < pass {
		turned := g.lines.flips(*own, *theirs, move)
		*own |= turned | 1<<move
		*theirs &^= turned
	}
	g.player = 1 - g.player
	g.past = append(g.past, byte(move))
	g.moves = g.lines.moves(*theirs, *own)
	// After a pass the other player can move, so that two passes never follow each other.
	g.over = g.moves == 0 && g.lines.moves(*own, *theirs) == 0
	return nil
}

// Key tells positions apart.
func (g *Game) Key() uint64 {
	return mix(g.discs[0]) ^ mix(mix(g.discs[1])+uint64(g.player))
}

// mix scatters the bits of x (D. Stafford's variant 13 of MurmurHash3's finaliser).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Planes returns the board's size and three planes.
func (g *Game) Planes() (rows, cols, planes int) { return g.size, g.size, 3 }

// Observe writes, for each point, whether a disc of the player to move is there, whether one of the
// other's, and whether one may be placed.
func (g *Game) Observe(x []float32) {
	sets := [3]uint64{g.discs[g.player], g.discs[1-g.player], g.moves}
	for i := range g.size * g.size {
		for k, set := range sets {
			x[3*i+k] = float32(set >> i & 1)
		}
	}
}

// CopyFrom makes g equal to a game of the same name.
func (g *Game) CopyFrom(from envs.Game) {
	f := from.(*Game)
	past := append(g.past[:0], f.past...)
	*g = *f
	g.past = past
}

// Clone returns a copy.
func (g *Game) Clone() envs.Game {
	c := New(g.size)
	c.CopyFrom(g)
	return c
}

// State saves or restores the moves, from which all else follows.
func (g *Game) State(a *snapshot.Archive) {
	a.Check("game", g.Name())
	past := append([]byte(nil), g.past...)
	a.Bytes("moves", &past)
	if a.Saving() || a.Err() != nil {
		return
	}
	g.Clear()
	for _, m := range past {
		if err := g.Play(int(m)); err != nil {
			a.Fail(errors.Join(errors.New("the saved game is damaged"), err))
			return
		}
	}
}
