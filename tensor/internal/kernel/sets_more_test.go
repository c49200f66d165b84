package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// More operations for TestSetsAgree and TestNothingAllocates.
func init() {
	unary := func(name string, f func(dst, x []float32)) operation {
		return operation{name, func(x [4][]float32, _, _ int) { f(x[0], x[1]) }}
	}
	scaled := func(name string, s float32, f func(dst, x []float32, s float32)) operation {
		return operation{name, func(x [4][]float32, _, _ int) { f(x[0], x[1], s) }}
	}
	backward := func(name string, f func(dst, dy, y []float32)) operation {
		return operation{name, func(x [4][]float32, _, _ int) { f(x[0], x[1], x[2]) }}
	}
	backwardScaled := func(name string, s float32, f func(dst, dy, y []float32, s float32)) operation {
		return operation{name, func(x [4][]float32, _, _ int) { f(x[0], x[0], x[2], s) }}
	}
	operations = append(operations,
		unary("Log1p", Log1p), unary("Expm1", Expm1), unary("Sin", Sin), unary("Cos", Cos), unary("Rsqrt", Rsqrt),
		unary("GELU", GELU), unary("GELUTanh", GELUTanh), unary("SiLU", SiLU), unary("Hardsigmoid", Hardsigmoid), unary("Hardswish", Hardswish),
		scaled("Pow", 1.7, Pow), scaled("Pow of -0.75", -0.75, Pow), scaled("SoftplusBeta", 3, SoftplusBeta), scaled("LeakyReLU", 0.2, LeakyReLU), scaled("ELU", 1.3, ELU), scaled("Lerp", 0.3, Lerp),
		backward("SqrtBackward", SqrtBackward), backward("SquareBackward", SquareBackward), backward("AbsBackward", AbsBackward),
		backward("RsqrtBackward", RsqrtBackward), backward("ErfBackward", ErfBackward), backward("Log1pBackward", Log1pBackward),
		backward("Expm1Backward", Expm1Backward), backward("SinBackward", SinBackward), backward("CosBackward", CosBackward),
		backward("GELUBackward", GELUBackward), backward("GELUTanhBackward", GELUTanhBackward), backward("SiLUBackward", SiLUBackward),
		backward("SoftplusBackward", SoftplusBackward), backward("HardsigmoidBackward", HardsigmoidBackward), backward("HardswishBackward", HardswishBackward),
		backward("PReLUSlope", PReLUSlope), backward("KLNormal", KLNormal), backward("KLNormalBackward", KLNormalBackward),
		backwardScaled("PowBackward", 1.7, PowBackward), backwardScaled("SoftplusBetaBackward", 3, SoftplusBetaBackward), backwardScaled("LeakyReLUBackward", 0.2, LeakyReLUBackward),
		backwardScaled("ELUBackward", 1.3, ELUBackward), backwardScaled("BCE", 2.5, BCE), backwardScaled("BCESlope", 2.5, BCESlope),
		operation{"TanhScaled", func(x [4][]float32, _, _ int) { TanhScaled(x[0], x[1], 1.7159, 2.0/3) }},
		operation{"TanhScaledBackward", func(x [4][]float32, _, _ int) { TanhScaledBackward(x[0], x[1], x[2], 1.7159, 2.0/3) }},
		operation{"PReLU", func(x [4][]float32, rows, cols int) { PReLU(x[0], x[1], x[2], rows, cols) }},
		operation{"PReLUBackward", func(x [4][]float32, rows, cols int) { PReLUBackward(x[0], x[1], x[2], x[3], rows, cols) }},
		operation{"DivRow", func(x [4][]float32, rows, cols int) { DivRow(x[0], x[1], x[2], rows, cols) }},
		operation{"AdamL2", func(x [4][]float32, _, _ int) {
			AdamL2(x[0], x[1], x[2], x[3], AdamStep{C1: 0.1, Beta2: 0.999, C2: 0.001, R2: 30, Eps: 1e-8, Rate: 1e-2}, 0.1)
		}},
		operation{"SGD", func(x [4][]float32, _, _ int) { SGD(x[0], x[1], x[2], 0.1, 0.9, 0.01, false) }},
		operation{"SGDNesterov", func(x [4][]float32, _, _ int) { SGD(x[0], x[1], x[2], 0.1, 0.9, 0.01, true) }},
		operation{"Adagrad", func(x [4][]float32, _, _ int) { Adagrad(x[0], x[1], x[2], 0.1, 1e-10, 0.01) }},
		operation{"RMSPropCentered", func(x [4][]float32, _, _ int) { RMSPropCentered(x[0], x[1], x[2], x[3], 1e-3, 0.95, 1e-8, 1e-2) }},
		operation{"SoftmaxLoss", func(x [4][]float32, rows, cols int) { SoftmaxLoss(x[0], x[1], x[2], x[3], rows, cols) }},
		operation{"QuantileHuber", func(x [4][]float32, rows, cols int) {
			s := borrow(cols)
			x[3][0] = QuantileHuber(x[0][:rows], x[1][:rows], x[2][:rows], x[2][:cols], 0.7, s.of(cols))
			giveBack(s)
		}},
		operation{"LayerNorm", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) { LayerNorm(x[1], n) })
		}},
		operation{"LayerNormPlain", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) { n.Gamma, n.Beta = nil, nil; LayerNorm(x[1], n) })
		}},
		operation{"LayerNormScale", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) { n.Beta = nil; LayerNorm(x[1], n) })
		}},
		operation{"LayerNormBackward", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) {
				LayerNorm(x[1], n)
				LayerNormBackward(x[1], n, NormGradients{DX: x[3], DGamma: x[2][:cols], DBeta: x[2][:cols], AddB: true})
			})
		}},
		operation{"LayerNormPlainBackward", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) {
				n.Gamma, n.Beta = nil, nil
				LayerNorm(x[1], n)
				LayerNormBackward(x[1], n, NormGradients{DX: x[3]})
			})
		}},
		operation{"RMSNorm", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) { RMSNorm(x[1], n) })
		}},
		operation{"RMSNormBackward", func(x [4][]float32, rows, cols int) {
			layer(x, rows, cols, func(n Norm) {
				RMSNorm(x[1], n)
				RMSNormBackward(x[1], n, NormGradients{DX: x[3], DGamma: x[2][:cols]})
				n.Gamma = nil
				RMSNormBackward(x[3], n, NormGradients{DX: x[1]})
			})
		}},
		operation{"BatchNorm", func(x [4][]float32, rows, cols int) {
			batch(x, rows, cols, func(b Batch) { BatchNorm(x[1], b) })
		}},
		operation{"BatchNormBackward", func(x [4][]float32, rows, cols int) {
			batch(x, rows, cols, func(b Batch) {
				BatchNormBackward(x[1], b, NormGradients{DX: x[3], DGamma: x[2][:cols], DBeta: x[2][:cols], AddGamma: true}, true)
				BatchNormBackward(x[3], b, NormGradients{DX: x[1]}, false)
			})
		}},
		operation{"GroupNorm", func(x [4][]float32, rows, cols int) {
			group(x, rows, cols, func(g Group) { GroupNorm(x[1], g) })
		}},
		operation{"GroupNormBackward", func(x [4][]float32, rows, cols int) {
			group(x, rows, cols, func(g Group) {
				GroupNorm(x[1], g)
				GroupNormBackward(x[3], x[1], g, NormGradients{DGamma: x[2][:cols], DBeta: x[2][:cols], AddB: true})
			})
		}},
		operation{"Dropout", func(x [4][]float32, _, _ int) {
			Dropout(x[0], x[1], Stream{Seed: 1 << 40, Step: 5, Draw: 3}, 0.3, 1/0.7)
		}},
		operation{"Uniform", func(x [4][]float32, _, _ int) { Uniform(x[0], Stream{Seed: 7, Step: 1 << 50}) }},
		operation{"Normal", func(x [4][]float32, _, _ int) { Normal(x[0], Stream{Seed: 9, Draw: 1}) }},
	)
}

// layer runs f on a normalisation of the first operand, whose statistics go to the third or fourth.
func layer(x [4][]float32, rows, cols int, f func(n Norm)) {
	s := borrow(2*rows + 2*cols)
	m := s.of(2*rows + 2*cols)
	copy(m[2*rows:], x[2][:cols])
	copy(m[2*rows+cols:], x[3][:cols])
	f(Norm{X: x[0], Gamma: m[2*rows : 2*rows+cols], Beta: m[2*rows+cols:], Mean: m[:rows], Rstd: m[rows : 2*rows], Rows: rows, Cols: cols, Eps: 1e-5})
	copy(x[2], m[rows:2*rows])
	giveBack(s)
}

func batch(x [4][]float32, rows, cols int, f func(b Batch)) {
	s := borrow(4 * cols)
	m := s.of(4 * cols)
	copy(m[2*cols:], x[2][:cols])
	copy(m[3*cols:], x[3][:cols])
	b := Batch{X: x[0], Mean: m[:cols], Rstd: m[cols : 2*cols], Gamma: m[2*cols : 3*cols], Beta: m[3*cols:], Rows: rows, Cols: cols}
	b.BatchMoments(x[2][:cols], x[3][:cols], 0.1, 1e-5)
	f(b)
	giveBack(s)
}

func group(x [4][]float32, rows, cols int, f func(g Group)) {
	groups := 1
	for _, k := range []int{2, 3, 4} {
		if cols%k == 0 {
			groups = k
		}
	}
	samples := 1
	if rows%2 == 0 {
		samples = 2
	}
	s := borrow(2*samples*groups + 2*cols)
	m := s.of(2*samples*groups + 2*cols)
	n := samples * groups
	copy(m[2*n:], x[2][:cols])
	copy(m[2*n+cols:], x[3][:cols])
	f(Group{X: x[0], Mean: m[:n], Rstd: m[n : 2*n], Gamma: m[2*n : 2*n+cols], Beta: m[2*n+cols:], Samples: samples, Pixels: rows / samples, Cols: cols, Groups: groups, Eps: 1e-5})
	giveBack(s)
}

// TestThreadsAgree runs what can be split on sizes that are, with several numbers of threads.
func TestThreadsAgree(t *testing.T) {
	defer func(n int) { threads = n }(threads)
	r := rand.New(rand.NewPCG(21, 22))
	shapes := [][2]int{{1, 150_001}, {1100, 67}, {9, 9001}}
	if testing.Short() {
		shapes = shapes[1:2]
	}
	for _, s := range shapes {
		var x [4][]float32
		for i := range x {
			x[i] = fill(r, s[0]*s[1], 0)
		}
		for _, op := range operations {
			if op.name == "QuantileHuber" {
				continue // it is not split
			}
			var want []float32
			for _, threads = range []int{1, 2, 3} {
				got, parts := framed(x)
				op.run(parts, s[0], s[1])
				if want == nil {
					want = got
				} else if i := difference(got, want); i >= 0 {
					t.Fatalf("%s %v: %d threads give %08x at %d of the frame, one %08x", op.name, s, threads, bits(got[i]), i, bits(want[i]))
				}
			}
		}
	}
}

func TestArgMax(t *testing.T) {
	nan := float32(math.NaN())
	eachSet(t, func(t *testing.T) {
		x := []float32{1, 3, 3, nan, -2, -1, 0, f32(1 << 31), 0, nan, nan, nan}
		got := make([]int32, 4)
		ArgMax(got, x, 4, 3)
		if want := [4]int32{1, 2, 0, 0}; [4]int32(got) != want {
			t.Errorf("ArgMax = %v, want %v", got, want)
		}
	})
}
