package othello

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
	for _, size := range []int{4, 6, 8} {
		gametest.Run(t, New(size))
	}
}

// perft returns the number of sequences of so many plies, passes included.
func perft(g *Game, plies int) int {
	if g.over {
		return 0
	}
	if plies == 1 {
		n := 0
		for m := g.moves; m != 0; m &= m - 1 {
			n++
		}
		return max(1, n)
	}
	n := 0
	next := g.Clone().(*Game)
	for m := range g.Moves() {
		if m < g.Pass() && g.moves>>m&1 == 0 || m == g.Pass() && g.moves != 0 {
			continue
		}
		next.CopyFrom(g)
		if next.Play(m) == nil {
			n += perft(next, plies-1)
		}
	}
	return n
}

// TestPerft has the counts that programs agree on (A. Petersen's table). Passes begin at ply 9.
func TestPerft(t *testing.T) {
	for i, want := range []int{4, 12, 56, 244, 1396, 8200, 55092, 390216, 3005288} {
		if testing.Short() && want > 400_000 {
			break
		}
		if got := perft(New(8), i+1); got != want {
			t.Errorf("%d plies: %d sequences, want %d", i+1, got, want)
		}
	}
}

// slowFlips finds what a disc turns, point by point.
func slowFlips(n int, own, theirs uint64, at int) (turned uint64) {
	for dr := -1; dr <= 1; dr++ {
		for dc := -1; dc <= 1; dc++ {
			run := uint64(0)
			for r, c := at/n+dr, at%n+dc; (dr != 0 || dc != 0) && r >= 0 && r < n && c >= 0 && c < n; r, c = r+dr, c+dc {
				bit := uint64(1) << (r*n + c)
				if own&bit != 0 {
					turned |= run
				}
				if theirs&bit == 0 {
					break
				}
				run |= bit
			}
		}
	}
	return turned
}

// TestAgainstSlow plays random games of all sizes and finds every move and what it turns again.
func TestAgainstSlow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for game := range 60 {
		g := New(4 + game%3*2)
		n := g.size
		for !g.Over() {
			own, theirs := g.discs[g.player], g.discs[1-g.player]
			var legal []int
			for p := range n * n {
				free := (own|theirs)>>p&1 == 0
				want := slowFlips(n, own, theirs, p)
				if got := g.moves>>p&1 != 0; got != (free && want != 0) {
					t.Fatalf("%dx%d, discs %x and %x: point %d legal is %v", n, n, own, theirs, p, got)
				}
				if !free || want == 0 {
					continue
				}
				legal = append(legal, p)
				if got := g.lines.flips(own, theirs, p); got != want {
					t.Fatalf("%dx%d, discs %x and %x: point %d turns %x, want %x", n, n, own, theirs, p, got, want)
				}
			}
			move := g.Pass()
			if len(legal) > 0 {
				move = legal[r.IntN(len(legal))]
			}
			if err := g.Play(move); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a board of 5 points a side was made")
		}
	}()
	New(5)
}
