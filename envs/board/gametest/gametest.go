// Package gametest tests that a game keeps the contract of envs.Game.
package gametest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Run plays random games from a position of the game, which should be its start.
func Run(t *testing.T, start envs.Game) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	legal := make([]bool, start.Moves())
	for range 30 {
		g := start.Clone()
		for ply := 0; !g.Over(); ply++ {
			before := describe(g)
			g.Legal(legal)
			var moves []int
			for m, ok := range legal {
				if ok {
					moves = append(moves, m)
				} else if g.Play(m) == nil {
					t.Fatalf("%s: the illegal move %d was played", before, m)
				}
			}
			for _, m := range []int{-1, start.Moves()} {
				if g.Play(m) == nil {
					t.Fatalf("%s: move %d was played", before, m)
				}
			}
			if len(moves) == 0 {
				t.Fatalf("%s: not over, and nothing is legal", before)
			}
			c := g.Clone()
			move := moves[r.IntN(len(moves))]
			if err := g.Play(move); err != nil {
				t.Fatalf("%s: %v", before, err)
			}
			if got := describe(c); got != before {
				t.Fatalf("a copy changed with the game: %s, want %s", got, before)
			}
			data, err := snapshot.Save(c)
			if err != nil {
				t.Fatal(err)
			}
			d := start.Clone()
			if err := snapshot.Restore(data, d); err != nil {
				t.Fatal(err)
			}
			if got := describe(d); got != before {
				t.Fatalf("restored: %s, want %s", got, before)
			}
			c.CopyFrom(g)
			if got, want := describe(c), describe(g); got != want {
				t.Fatalf("copied: %s, want %s", got, want)
			}
		}
		g.Legal(legal)
		if slices.Contains(legal, true) {
			t.Fatalf("%s: over, and something is legal", describe(g))
		}
		if o := g.Outcome(); o != 1 && o != 0 && o != -1 {
			t.Fatalf("outcome %v", o)
		}
		if g.Play(0) == nil {
			t.Fatal("a game that is over went on")
		}
	}
}

// describe says everything that is to be seen of a game.
func describe(g envs.Game) string {
	rows, cols, planes := g.Planes()
	x := make([]float32, rows*cols*planes)
	g.Observe(x)
	for _, v := range x {
		if !(v >= -1 && v <= 1) {
			panic(fmt.Sprintf("gametest: %s observes %v", g.Name(), v))
		}
	}
	legal := make([]bool, g.Moves())
	g.Legal(legal)
	return fmt.Sprint(g.Name(), g.Player(), g.Over(), g.Outcome(), g.Key(), x, legal)
}
