package hex

import (
	"math/rand/v2"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/gametest"
)

var (
	_ envs.Game     = (*Game)(nil)
	_ envs.Renderer = (*Game)(nil)
)

func TestContract(t *testing.T) {
	gametest.Run(t, New(3, false))
	gametest.Run(t, New(4, true))
	gametest.Run(t, New(7, true))
}

// connected tells by flood fill whether a player's sides are connected.
func connected(g *Game, who int8) bool {
	n := g.size
	seen := make([]bool, n*n)
	var fill func(r, c int) bool
	fill = func(r, c int) bool {
		if r < 0 || r >= n || c < 0 || c >= n || seen[r*n+c] || g.board[r*n+c] != who {
			return false
		}
		seen[r*n+c] = true
		if who == 1 && r == n-1 || who == 2 && c == n-1 {
			return true
		}
		return fill(r-1, c) || fill(r-1, c+1) || fill(r, c-1) || fill(r, c+1) || fill(r+1, c-1) || fill(r+1, c)
	}
	for i := range n {
		if who == 1 && fill(0, i) || who == 2 && fill(i, 0) {
			return true
		}
	}
	return false
}

// TestAgainstFloodFill plays random games of all sizes: the game is over when flood fill finds the
// sides connected, and no game is drawn.
func TestAgainstFloodFill(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for game := range 120 {
		g := New(MinSize+game%(MaxSize-MinSize+1), game%2 == 0)
		order := r.Perm(g.size * g.size)
		if g.swap && game%4 == 0 {
			g.Play(order[0])
			if err := g.Play(g.Swap()); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range order {
			if g.Over() {
				break
			}
			if g.At(m) >= 0 {
				continue
			}
			if err := g.Play(m); err != nil {
				t.Fatal(err)
			}
			for who := int8(1); who <= 2; who++ {
				if got, want := g.won == who, connected(g, who); got != want {
					t.Fatalf("%s: player %d has won is %v, want %v", g.Name(), who-1, got, want)
				}
			}
		}
		if !g.Over() {
			t.Fatalf("%s: the board is full and nobody has won", g.Name())
		}
	}
}

func TestSwap(t *testing.T) {
	g := New(5, true)
	if g.Play(g.Swap()) == nil {
		t.Error("the first ply was a swap")
	}
	g.Play(1*5 + 3)
	if err := g.Play(g.Swap()); err != nil {
		t.Fatal(err)
	}
	if g.At(1*5+3) != -1 || g.At(3*5+1) != 1 || g.Player() != 0 {
		t.Error("the stone was not taken over at the mirrored point")
	}
	// The stones alone do not tell whether the swap is still possible.
	a, b := New(5, true), New(5, true)
	a.Play(7)
	b.Play(3)
	b.Play(b.Swap())
	if a.Key() == b.Key() {
		t.Error("different positions have the same key")
	}
	if g.Play(g.Swap()) == nil {
		t.Error("the third ply was a swap")
	}
	if New(5, false).Moves() != 25 {
		t.Error("without the rule there is a move for it")
	}
}

// TestCounts: three by three points have as many sequences of plies as there are ways to place
// stones, until somebody may have won at ply 5.
func TestCounts(t *testing.T) {
	g := New(3, false)
	var count func(g *Game, plies int) int
	count = func(g *Game, plies int) int {
		if plies == 0 {
			return 1
		}
		n := 0
		for m := range g.Moves() {
			c := g.Clone().(*Game)
			if c.Play(m) == nil {
				n += count(c, plies-1)
			}
		}
		return n
	}
	for plies, want := range []int{1, 9, 72, 504, 3024, 15120} {
		if got := count(g, plies); got != want {
			t.Errorf("%d plies: %d sequences, want %d", plies, got, want)
		}
	}
}
