package inarow

import (
	"testing"

	"tesuji/envs/board/gametest"
)

func TestContract(t *testing.T) {
	gametest.Run(t, NewTicTacToe())
	gametest.Run(t, NewConnectFour())
	gametest.Run(t, NewConnectFourOn(4, 5))
}

// count returns the number of sequences of plies.
func count(g *Game, plies int) int {
	if plies == 0 {
		return 1
	}
	legal := make([]bool, g.Moves())
	g.Legal(legal)
	n := 0
	for m, ok := range legal {
		if ok {
			c := g.Clone().(*Game)
			c.Play(m)
			n += count(c, plies-1)
		}
	}
	return n
}

// value is that of a position for the player to move, by trying everything.
func value(g *Game, seen map[uint64]float64) float64 {
	if g.Over() {
		v := g.Outcome()
		if g.Player() == 1 {
			v = -v
		}
		return v
	}
	if v, ok := seen[g.Key()]; ok {
		return v
	}
	best := -2.0
	for m := range g.Moves() {
		c := g.Clone().(*Game)
		if c.Play(m) == nil {
			best = max(best, -value(c, seen))
		}
	}
	seen[g.Key()] = best
	return best
}

// TestTicTacToe has the known counts: 255168 games end somewhere, 5478 positions are reachable, and
// best play is a draw.
func TestTicTacToe(t *testing.T) {
	for plies, want := range []int{1, 9, 72, 504, 3024, 15120, 54720, 148176, 200448, 127872} {
		if got := count(NewTicTacToe(), plies); got != want {
			t.Errorf("%d plies: %d games, want %d", plies, got, want)
		}
	}
	seen := map[uint64]float64{}
	if v := value(NewTicTacToe(), seen); v != 0 {
		t.Errorf("the value of the game is %v, want a draw", v)
	}
	if n := len(seen) + 958; n != 5478 {
		t.Errorf("%d positions that are not over, want 4520 (958 are)", len(seen))
	}
}

// TestConnectFour has the known counts of games (J. Tromp's perft table).
func TestConnectFour(t *testing.T) {
	for plies, want := range []int{1, 7, 49, 343, 2401, 16807, 117649} {
		if got := count(NewConnectFour(), plies); got != want {
			t.Errorf("%d plies: %d games, want %d", plies, got, want)
		}
	}
	if !testing.Short() {
		if got := count(NewConnectFour(), 7); got != 823536 {
			t.Errorf("7 plies: %d games, want 823536", got)
		}
	}
}
