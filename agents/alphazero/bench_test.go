package alphazero

import (
	"fmt"
	"testing"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// BenchmarkEvaluate gives positions a second, 64 at a time, of the networks of the presets' sizes, on
// one thread and on two, which evaluate positions of their own as in self-play.
func BenchmarkEvaluate(b *testing.B) {
	for _, c := range []struct {
		name                   string
		size, blocks, channels int
	}{{"5x5 b4c32", 5, 4, 32}, {"7x7 b5c48", 7, 5, 48}, {"9x9 b5c64", 9, 5, 64}, {"9x9 b6c96", 9, 6, 96}} {
		data := goOn(c.size)
		g, err := data.New()
		if err != nil {
			b.Fatal(err)
		}
		const n = 64
		positions, r, legal := make([]envs.Game, n), rng.New(1, "moves"), make([]bool, g.Moves())
		for i := range positions {
			positions[i] = g.Clone()
			for range 1 + i%20 {
				boardgame.RandomMove(positions[i], legal, r)
			}
		}
		net := NewNetwork(g, c.blocks, c.channels, rng.New(1, "init"))
		net.prepare()
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s, %d threads", c.name, threads), func(b *testing.B) {
				defer tensor.SetThreads(tensor.Threads())
				tensor.SetThreads(threads)
				evaluators := make([]func(), threads)
				for i := range evaluators {
					e := NewEvaluator(net, 0, nil)
					logits, values := make([]float32, n*g.Moves()), make([]float32, n)
					own := make([]envs.Game, n)
					for k := range own {
						own[k] = positions[k].Clone()
					}
					evaluators[i] = func() { _ = e.Evaluate(own, logits, values) }
				}
				team := tensor.NewTeam(func(i int) { evaluators[i]() })
				for b.Loop() {
					team.Run(threads)
				}
				b.ReportMetric(float64(b.N*threads)*n/b.Elapsed().Seconds(), "positions/s")
			})
		}
	}
}
