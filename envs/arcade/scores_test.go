package arcade

import (
	"flag"
	"math"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

var episodes = flag.Int("episodes", 2, "how many episodes TestScores plays")

// cabinets are the games, with a player of each and the bounds of what is expected: random
// policies score at most random on average, the player at least scripted.
var cabinets = []struct {
	name             string
	make             func(Options) *Game
	play             player
	random, scripted float64
}{
	{"Pong", NewPong, playPong, -16, 12},
	{"Breakout", NewBreakout, playBreakout, 10, 100},
	{"Freeway", NewFreeway, playFreeway, 3, 25},
	{"SpaceInvaders", NewSpaceInvaders, playSpaceInvaders, 500, 800},
	{"Maze", NewMaze, playMaze, 900, 2000},
}

const frameSkip = 4 // as agents play

// score plays an episode and returns its return and length in frames.
func score(t *testing.T, g *Game, row envs.Row, act func(g *Game) int) (total float64, frames int) {
	t.Helper()
	if err := g.Reset(row); err != nil {
		t.Fatal(err)
	}
	for {
		a := envs.Action{float32(act(g))}
		for range frameSkip {
			r, err := g.StepBlind(a)
			if err != nil {
				t.Fatal(err)
			}
			total += r.Reward
			frames++
			if r.Done() || frames == halfHour {
				return total, frames
			}
		}
	}
}

// TestScores measures the scores of the package's table, with the flag -episodes 100 and -v.
func TestScores(t *testing.T) {
	for _, c := range cabinets {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := c.make(Options{})
			row := envs.MakeRows(g.Spec().Observation, 1).Row(0)
			draw := rng.New(1, "actions")
			measure := func(act func(g *Game) int) float64 {
				var sum, square, frames float64
				for range *episodes {
					s, n := score(t, g, row, act)
					sum += s
					square += s * s
					frames += float64(n)
				}
				n := float64(*episodes)
				mean := sum / n
				t.Logf("mean %.2f, deviation %.2f, %.0f frames", mean, math.Sqrt(max(square/n-mean*mean, 0)), frames/n)
				return mean
			}
			if got := measure(func(g *Game) int { return draw.Intn(len(g.sticks)) }); got > c.random {
				t.Errorf("random actions score %.2f, want at most %v", got, c.random)
			}
			if got := measure(func(g *Game) int { return slices.Index(g.sticks, c.play(g)) }); got < c.scripted {
				t.Errorf("the player scores %.2f, want at least %v", got, c.scripted)
			}
		})
	}
}
