package alphazero

import (
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// BenchmarkEvaluate gives positions a second, 64 at a time, of the networks of the presets' sizes.
func BenchmarkEvaluate(b *testing.B) {
	for _, c := range []struct {
		name                   string
		size, blocks, channels int
	}{{"5x5 b4c32", 5, 4, 32}, {"7x7 b5c64", 7, 5, 64}, {"9x9 b6c64", 9, 6, 64}, {"9x9 b6c96", 9, 6, 96}} {
		b.Run(c.name, func(b *testing.B) {
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
					randomMove(positions[i], legal, r)
				}
			}
			net := NewNetwork(g, c.blocks, c.channels, rng.New(1, "init"))
			net.prepare()
			e := NewEvaluator(net, 0)
			logits, values := make([]float32, n*g.Moves()), make([]float32, n)
			for b.Loop() {
				if err := e.Evaluate(positions, logits, values); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "positions/s")
		})
	}
}
