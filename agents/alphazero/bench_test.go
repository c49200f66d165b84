package alphazero

import (
	"fmt"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// BenchmarkEvaluate measures how many positions of a game a network evaluates in a second.
func BenchmarkEvaluate(b *testing.B) {
	for _, c := range []struct {
		size, blocks, channels, batch int
	}{{5, 4, 32, 64}, {7, 4, 48, 64}, {9, 6, 64, 64}, {9, 6, 96, 64}, {9, 6, 96, 1}} {
		data := Data{Game: goGame, Size: c.size, Rules: "cgos", Komi: 7}
		start, err := data.New()
		if err != nil {
			b.Fatal(err)
		}
		games := make([]envs.Game, c.batch)
		r, legal := rng.New(1, "moves"), make([]bool, start.Moves())
		for i := range games {
			games[i] = start.Clone()
			for range i % (c.size * c.size / 2) {
				randomMove(games[i], legal, r)
			}
		}
		e := NewEvaluator(NewNetwork(start, c.blocks, c.channels, r), .5)
		logits, values := make([]float32, c.batch*start.Moves()), make([]float32, c.batch)
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%dx%d-b%dc%d-batch%d-threads%d", c.size, c.size, c.blocks, c.channels, c.batch, threads), func(b *testing.B) {
				defer tensor.SetThreads(tensor.Threads())
				tensor.SetThreads(threads)
				for b.Loop() {
					if err := e.Evaluate(games, logits, values); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*c.batch)/b.Elapsed().Seconds(), "positions/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkSelfPlay measures moves of self-play with the values of the presets for Go.
func BenchmarkSelfPlay(b *testing.B) {
	for _, size := range []int{5, 9} {
		b.Run(fmt.Sprintf("%dx%d", size, size), func(b *testing.B) {
			data := Data{Game: goGame, Size: size, Rules: "cgos", Komi: 7}
			start, err := data.New()
			if err != nil {
				b.Fatal(err)
			}
			cfg := Default()
			cfg.Games, cfg.MarginWeight = 128, .5
			e := NewEvaluator(NewNetwork(start, cfg.Blocks, cfg.Channels, rng.New(1, "init")), .5)
			p := newSelfPlay(&cfg, start, e, 1)
			for b.Loop() {
				if err := p.step(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(p.plies)/b.Elapsed().Seconds(), "moves/s")
			b.ReportMetric(float64(p.ended)/b.Elapsed().Seconds(), "games/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
