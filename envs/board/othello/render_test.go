package othello

import (
	"testing"

	"tesuji/envs/internal/goldentest"
)

// TestPictures holds the pictures in testdata, which people have looked at.
func TestPictures(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		plies int
	}{{"othello", 8, 23}, {"othello-end", 4, 99}} {
		g := New(c.size)
		for k := 0; k < c.plies && !g.Over(); k++ {
			n := 0
			for m := range g.Moves() { // the (7k)th of the moves, round and round
				if m < g.Pass() && g.moves>>m&1 == 0 || m == g.Pass() && g.moves != 0 {
					continue
				}
				if n++; n > 7*k%4 || g.moves>>(m+1) == 0 {
					if err := g.Play(m); err != nil {
						t.Fatal(err)
					}
					break
				}
			}
		}
		goldentest.Picture(t, g, "testdata/"+c.name+".png")
	}
}
