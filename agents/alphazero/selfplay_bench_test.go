package alphazero

import (
	"fmt"
	"testing"

	"tesuji/internal/rng"
)

// BenchmarkSelfPlay gives moves and games a second of self-play of Go.
func BenchmarkSelfPlay(b *testing.B) {
	for _, size := range []int{5, 9} {
		b.Run(fmt.Sprintf("%dx%d", size, size), func(b *testing.B) {
			data := goOn(size)
			start, err := data.New()
			if err != nil {
				b.Fatal(err)
			}
			cfg := Default()
			cfg.Games, cfg.MarginWeight = 128, .5
			net := NewNetwork(start, cfg.Blocks, cfg.Channels, rng.New(1, "init"))
			net.prepare()
			p := newSelfPlay(&cfg, start, net, 1)
			for b.Loop() {
				if err := p.step(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(p.plies)/b.Elapsed().Seconds(), "moves/s")
			b.ReportMetric(float64(p.ended)/b.Elapsed().Seconds(), "games/s")
		})
	}
}
