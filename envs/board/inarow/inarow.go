// Package inarow is games that who first has so many stones in a row wins: Tic-tac-toe and Connect
// Four.
package inarow

import (
	"errors"
	"fmt"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Game is a game of this kind. A row is horizontal, vertical or diagonal; when the board is full
// without one, the game is drawn.
type Game struct {
	name       string
	rows, cols int
	length     int  // of a row that wins
	drops      bool // a move is a column, and the stone falls as low as it can

	board  []int8 // [rows*cols] row by row from the top: 0 empty, 1 player 0, 2 player 1
	plies  int
	winner int8 // 0 for none
	key    uint64
	past   []byte // the moves
}

// NewTicTacToe returns Tic-tac-toe: three in a row on 3x3 points. With best play it is drawn.
func NewTicTacToe() *Game { return newGame("tic-tac-toe", 3, 3, 3, false) }

// NewConnectFour returns Connect Four: four in a row on 6 rows of 7 columns, into which stones
// fall. The first player wins, beginning in the middle (J. Allen and V. Allis, 1988).
func NewConnectFour() *Game { return newGame("connect-four", 6, 7, 4, true) }

// NewConnectFourOn returns Connect Four on a board of another size, with at most 64 points. A side
// below 1 panics.
func NewConnectFourOn(rows, cols int) *Game {
	if rows < 1 || cols < 1 || rows*cols > 64 {
		panic(fmt.Sprintf("inarow: Connect Four on %d rows of %d columns; want sides from 1 and at most 64 points", rows, cols))
	}
	if rows == 6 && cols == 7 {
		return NewConnectFour()
	}
	return newGame(fmt.Sprintf("connect-four %dx%d", rows, cols), rows, cols, 4, true)
}

func newGame(name string, rows, cols, length int, drops bool) *Game {
	return &Game{name: name, rows: rows, cols: cols, length: length, drops: drops, board: make([]int8, rows*cols)}
}

// Name names the game.
func (g *Game) Name() string { return g.name }

// Moves returns the number of points, or of columns where stones fall.
func (g *Game) Moves() int {
	if g.drops {
		return g.cols
	}
	return g.rows * g.cols
}

// Player returns who is to move.
func (g *Game) Player() int { return g.plies % 2 }

// Over reports whether there is a row or the board is full.
func (g *Game) Over() bool { return g.winner != 0 || g.plies == len(g.board) }

// Outcome returns 1 if player 0 has won, -1 if player 1, 0 for a draw.
func (g *Game) Outcome() float64 {
	switch g.winner {
	case 1:
		return 1
	case 2:
		return -1
	}
	return 0
}

// Legal sets the points, or columns, where there is room.
func (g *Game) Legal(legal []bool) {
	over := g.Over()
	for i := range g.Moves() {
		legal[i] = !over && g.board[i] == 0 // a column's top is in the first row
	}
}

// Play places a stone.
func (g *Game) Play(move int) error {
	switch {
	case g.Over():
		return fmt.Errorf("%s: move %d: the game is over", g.name, move)
	case move < 0 || move >= g.Moves():
		return fmt.Errorf("%s: move %d: want 0 to %d", g.name, move, g.Moves()-1)
	case g.board[move] != 0:
		return fmt.Errorf("%s: move %d: there is no room", g.name, move)
	}
	at := move
	if g.drops {
		for at+g.cols < len(g.board) && g.board[at+g.cols] == 0 {
			at += g.cols
		}
	}
	who := int8(1 + g.Player())
	g.board[at] = who
	g.plies++
	g.past = append(g.past, byte(move))
	g.key ^= mix(uint64(at)<<2 | uint64(who))
	if g.wins(at) {
		g.winner = who
	}
	return nil
}

// mix scatters the bits of x (D. Stafford's variant 13 of MurmurHash3's finaliser).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// wins reports whether the stone at a point is in a row.
func (g *Game) wins(at int) bool {
	for _, d := range [4][2]int{{0, 1}, {1, 0}, {1, 1}, {1, -1}} {
		n := 1
		for _, sign := range [2]int{1, -1} {
			r, c := at/g.cols, at%g.cols
			for {
				r, c = r+sign*d[0], c+sign*d[1]
				if r < 0 || r >= g.rows || c < 0 || c >= g.cols || g.board[r*g.cols+c] != g.board[at] {
					break
				}
				n++
			}
		}
		if n >= g.length {
			return true
		}
	}
	return false
}

// Key tells positions apart.
func (g *Game) Key() uint64 { return g.key }

// Planes returns the board's size and two planes.
func (g *Game) Planes() (rows, cols, planes int) { return g.rows, g.cols, 2 }

// Observe writes, for each point, whether a stone of the player to move is there, and one of the
// other's.
func (g *Game) Observe(x []float32) {
	own := int8(1 + g.Player())
	for i, c := range g.board {
		x[2*i], x[2*i+1] = 0, 0
		switch {
		case c == own:
			x[2*i] = 1
		case c != 0:
			x[2*i+1] = 1
		}
	}
}

// CopyFrom makes g equal to a game of the same name.
func (g *Game) CopyFrom(from envs.Game) {
	f := from.(*Game)
	copy(g.board, f.board)
	g.plies, g.winner, g.key = f.plies, f.winner, f.key
	g.past = append(g.past[:0], f.past...)
}

// Clone returns a copy.
func (g *Game) Clone() envs.Game {
	c := newGame(g.name, g.rows, g.cols, g.length, g.drops)
	c.CopyFrom(g)
	return c
}

// State saves or restores the moves, from which all else follows.
func (g *Game) State(a *snapshot.Archive) {
	a.Check("game", g.name)
	past := append([]byte(nil), g.past...)
	a.Bytes("moves", &past)
	if a.Saving() || a.Err() != nil {
		return
	}
	g.CopyFrom(newGame(g.name, g.rows, g.cols, g.length, g.drops))
	for _, m := range past {
		if err := g.Play(int(m)); err != nil {
			a.Fail(errors.Join(errors.New("the saved game is damaged"), err))
			return
		}
	}
}
