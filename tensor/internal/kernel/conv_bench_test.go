package kernel

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkConv times the passes of the layers that docs/decisions/0005-convolution.md measures.
func BenchmarkConv(b *testing.B) {
	for _, s := range []struct {
		name string
		n    int
		c    Conv
	}{
		{"C64x56", 4, Conv{H: 56, W: 56, CI: 64, CO: 64, KH: 3, KW: 3, PadH: 1, PadW: 1}},
		{"C128x28", 8, Conv{H: 28, W: 28, CI: 128, CO: 128, KH: 3, KW: 3, PadH: 1, PadW: 1}},
		{"C256x14", 8, Conv{H: 14, W: 14, CI: 256, CO: 256, KH: 3, KW: 3, PadH: 1, PadW: 1}},
		{"Nature1", 32, Conv{H: 84, W: 84, CI: 4, CO: 32, KH: 8, KW: 8, StrideH: 4, StrideW: 4}},
		{"Nature2", 32, Conv{H: 20, W: 20, CI: 32, CO: 64, KH: 4, KW: 4, StrideH: 2, StrideW: 2}},
		{"Nature3", 32, Conv{H: 9, W: 9, CI: 64, CO: 64, KH: 3, KW: 3}},
		{"Nature1one", 1, Conv{H: 84, W: 84, CI: 4, CO: 32, KH: 8, KW: 8, StrideH: 4, StrideW: 4}},
		{"Nature2one", 1, Conv{H: 20, W: 20, CI: 32, CO: 64, KH: 4, KW: 4, StrideH: 2, StrideW: 2}},
		{"Nature3one", 1, Conv{H: 9, W: 9, CI: 64, CO: 64, KH: 3, KW: 3}},
		{"MinAtar", 32, Conv{H: 10, W: 10, CI: 4, CO: 16, KH: 3, KW: 3}},
		{"LeNet1", 64, Conv{H: 28, W: 28, CI: 1, CO: 6, KH: 5, KW: 5, PadH: 2, PadW: 2}},
		{"LeNet2", 64, Conv{H: 14, W: 14, CI: 6, CO: 16, KH: 5, KW: 5}},
		{"Go9", 32, Conv{H: 9, W: 9, CI: 64, CO: 64, KH: 3, KW: 3, PadH: 1, PadW: 1}},
		{"Depth7", 8, Conv{H: 28, W: 28, CI: 192, CO: 192, KH: 7, KW: 7, PadH: 3, PadW: 3, Groups: 192}},
	} {
		c := convOf(s.c)
		r := rand.New(rand.NewPCG(1, 1))
		x, w, dy := fill(r, s.n*c.inputs(), 0), fill(r, c.weights(), 0), fill(r, s.n*c.outputs(), 0)
		y, dx, dw := clone(dy), clone(x), clone(w)
		for _, pass := range []struct {
			name string
			run  func()
		}{
			{"fwd", func() { c.Forward(y, x, w, s.n, FromZero, nil, false) }},
			{"dx", func() { c.BackwardInput(dx, dy, w, s.n, FromZero, nil, false) }},
			{"dw", func() { c.BackwardWeights(dw, x, dy, s.n, false) }},
		} {
			b.Run(s.name+"/"+pass.name, func(b *testing.B) {
				for b.Loop() {
					pass.run()
				}
				b.ReportMetric(2*float64(s.n*c.OH*c.OW*c.weights())*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}
