package boardgame

import (
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// TestSymmetries: each is a permutation, no two are equal, and a board seen through one is the board
// of the game in which every move was seen through it.
func TestSymmetries(t *testing.T) {
	for _, c := range []struct {
		data Data
		n    int
	}{{DefaultData(), 8}, {Data{Game: Go, Size: 5, Rules: "cgos", Komi: .5}, 8}, {Data{Game: ConnectFour}, 2}, {Data{Game: Othello, Size: 6}, 8}, {Data{Game: Hex, Size: 4}, 2}} {
		g, err := c.data.New()
		if err != nil {
			t.Fatal(err)
		}
		list := Symmetries(c.data.Game, g)
		if len(list) != c.n {
			t.Errorf("%s: %d symmetries, want %d", g.Name(), len(list), c.n)
		}
		for k, s := range list {
			for _, p := range [][]int32{s.Points, s.Moves} {
				sorted := slices.Sorted(slices.Values(p))
				for i, v := range sorted {
					if int(v) != i {
						t.Fatalf("%s: symmetry %d is no permutation", g.Name(), k)
					}
				}
			}
			if c.data.Game == Othello && k > 0 {
				continue // its start is not symmetric in all of them
			}
			seenThrough(t, g, s)
		}
	}
}

// seenThrough plays a game at random, and beside it the one that s sees: move s.moves[a] of one is a of
// the other.
func seenThrough(t *testing.T, start envs.Game, s Symmetry) {
	t.Helper()
	a, b := start.Clone(), start.Clone()
	r := rng.New(3, "moves")
	rows, cols, planes := a.Planes()
	x, y := make([]float32, rows*cols*planes), make([]float32, rows*cols*planes)
	legal, seen := make([]bool, a.Moves()), make([]bool, a.Moves())
	for range 12 {
		a.Observe(x)
		b.Observe(y)
		a.Legal(legal)
		b.Legal(seen)
		for i, from := range s.Points {
			if !slices.Equal(y[i*planes:(i+1)*planes], x[int(from)*planes:(int(from)+1)*planes]) {
				t.Fatalf("%s: point %d is not what point %d was", a.Name(), i, from)
			}
		}
		var moves []int
		for i, from := range s.Moves {
			if seen[i] != legal[from] {
				t.Fatalf("%s: move %d is not as legal as %d", a.Name(), i, from)
			}
			if seen[i] {
				moves = append(moves, i)
			}
		}
		if a.Over() || len(moves) == 0 {
			return
		}
		i := moves[r.Intn(len(moves))]
		MustPlay(b, i)
		MustPlay(a, int(s.Moves[i]))
	}
}
