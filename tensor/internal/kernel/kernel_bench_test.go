package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkFunctions gives nanoseconds per element of 4096, which stay in cache.
func BenchmarkFunctions(b *testing.B) {
	const n = 4096
	r := rand.New(rand.NewPCG(1, 1))
	x, y, z := fill(r, n, 0), fill(r, n, 0), make([]float32, n)
	for _, f := range []struct {
		name string
		run  func()
	}{
		{"add", func() { Add(z, x, y) }}, {"mulAdd", func() { MulAdd(z, x, y) }}, {"relu", func() { ReLU(z, x) }},
		{"exp", func() { Exp(z, x) }}, {"log", func() { Log(z, x) }}, {"tanh", func() { Tanh(z, x) }},
		{"sigmoid", func() { Sigmoid(z, x) }}, {"softplus", func() { Softplus(z, x) }}, {"erf", func() { Erf(z, x) }},
		{"huber", func() { Huber(z, x, 1) }},
		{"log1p", func() { Log1p(z, x) }}, {"expm1", func() { Expm1(z, x) }}, {"sin", func() { Sin(z, x) }},
		{"gelu", func() { GELU(z, x) }}, {"geluBackward", func() { GELUBackward(z, y, x) }},
		{"geluTanh", func() { GELUTanh(z, x) }}, {"geluTanhBackward", func() { GELUTanhBackward(z, y, x) }},
		{"silu", func() { SiLU(z, x) }}, {"elu", func() { ELU(z, x, 1) }},
		{"dropout", func() { Dropout(z, x, Stream{Seed: 1}, 0.1, 1/0.9) }}, {"normal", func() { Normal(z, Stream{Seed: 1}) }},
		{"sum", func() { z[0] = Sum(x) }}, {"dot", func() { z[0] = Dot(x, y) }}, {"max", func() { z[0] = MaxOf(x) }},
		{"finite", func() { AllFinite(x) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				f.run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/elem")
		})
	}
}

// BenchmarkRows gives nanoseconds per row, with the shapes of action heads and hidden layers.
func BenchmarkRows(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	const rows = 256
	for _, cols := range []int{2, 6, 18, 64, 512} {
		x, y, z := fill(r, rows*cols, 0), fill(r, rows*cols, 0), make([]float32, rows*cols)
		col, rstd, d := make([]float32, rows), make([]float32, rows), make([]float32, 2*cols)
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"softmax", func() { Softmax(z, x, rows, cols) }},
			{"softmaxBackward", func() { SoftmaxBackward(z, x, y, rows, cols) }},
			{"layerNorm", func() {
				LayerNorm(z, Norm{X: x, Gamma: y[:cols], Beta: y[:cols], Mean: col, Rstd: rstd, Rows: rows, Cols: cols, Eps: 1e-5})
			}},
			{"layerNormBackward", func() {
				n := Norm{X: x, Gamma: y[:cols], Beta: y[:cols], Mean: col, Rstd: rstd, Rows: rows, Cols: cols, Eps: 1e-5}
				LayerNormBackward(y, n, NormGradients{DX: z, DGamma: d[:cols], DBeta: d[cols:]})
			}},
			{"logSoftmax", func() { LogSoftmax(z, x, rows, cols) }},
			{"logSoftmaxBackward", func() { LogSoftmaxBackward(z, x, y, rows, cols) }},
			{"rowSums", func() { RowSums(col, x, rows, cols) }},
			{"columnSums", func() { ColumnSums(z[:cols], x, rows, cols, false) }},
			{"addRow", func() { AddRow(z, x, y, rows, cols) }},
			{"mulCol", func() { MulCol(z, x, col, rows, cols) }},
		} {
			b.Run(fmt.Sprintf("%s/%d", f.name, cols), func(b *testing.B) {
				for b.Loop() {
					f.run()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
			})
		}
	}
}

// BenchmarkAdam gives nanoseconds per parameter: of a small network, of a larger one and of one
// that does not fit the caches.
func BenchmarkAdam(b *testing.B) {
	for _, n := range []int{4608, 118_000, 1_690_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			for i := range g {
				g[i] = float32(i%7) - 3
			}
			s := AdamStep{C1: 0.1, Beta2: 0.999, C2: 0.001, R2: 1, Eps: 1e-8, Rate: 1e-3, Decay: 1}
			for b.Loop() {
				Adam(p, g, m, v, s)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/param")
		})
	}
}

// BenchmarkHandOver is the cost of a second thread: an empty Parallel on two.
func BenchmarkHandOver(b *testing.B) {
	defer func(n int) { threads = n }(threads)
	threads = 2
	for b.Loop() {
		Parallel(2, 1, &nothing{})
	}
}
