package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// strange is numbers that make or meet special cases.
var strange = []float32{0, float32(math.Copysign(0, -1)), 1, -1, float32(math.Inf(1)), float32(math.Inf(-1)),
	float32(math.NaN()), math.SmallestNonzeroFloat32, -1e-42, math.MaxFloat32, 0x1p-126}

func randomSlice(r *rand.Rand, n int, special bool) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64() * math.Exp2(float64(r.IntN(61)-30)))
		if special && r.IntN(9) == 0 {
			x[i] = strange[r.IntN(len(strange))]
		}
	}
	return x
}

func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// TestGemmHasOneResult compares every set and number of threads with the definition, over
// random shapes, strides, starts and values, and checks that nothing outside C is written.
//
// Every other case lets products be packed that are much too small for it.
func TestGemmHasOneResult(t *testing.T) {
	smallBlocks, usualBlocks := blockSizes()
	defer usualBlocks()
	defer func(s set, n int) { active, threads = s, n }(active, threads)
	r := rand.New(rand.NewPCG(7, 7))
	cases := 400
	if testing.Short() {
		cases = 100
	}
	for c := range cases {
		m, n, k := 1+r.IntN(40), 1+r.IntN(70), r.IntN(50)
		switch c % 10 {
		case 0:
			m, n, k = 1+r.IntN(150), 1+r.IntN(150), 1+r.IntN(150)
		case 1, 2, 3: // heads
			m, n = 1+r.IntN(150), 1+r.IntN(6)
		}
		usualBlocks()
		if c%2 == 0 {
			smallBlocks()
		}
		special := c%3 == 0
		aRow, aCol := k+r.IntN(3), 1
		if r.IntN(2) == 0 {
			aRow, aCol = 1, m+r.IntN(3)
		}
		ldb, ldc := n+r.IntN(3), n+r.IntN(3)
		a := randomSlice(r, (m-1)*aRow+max(k-1, 0)*aCol+1, special)
		b := randomSlice(r, max(k*ldb, 1), special)
		c0 := randomSlice(r, m*ldc, special)
		bias := randomSlice(r, n, special)
		start, relu := Start(r.IntN(3)), r.IntN(2) == 0
		want := append([]float32(nil), c0...)
		gemmGo(m, n, k, a, aRow, aCol, b, ldb, want, ldc, start, bias, relu)
		for s := setGo; s <= best; s++ {
			for _, threads = range []int{1, 2, 3} {
				active = s
				got := append([]float32(nil), c0...)
				Gemm(m, n, k, a, aRow, aCol, b, ldb, got, ldc, start, bias, relu)
				for i := range got {
					if !sameBits(got[i], want[i]) {
						t.Fatalf("%s, %d threads, %dx%dx%d strides %d,%d start %d relu %v: C[%d,%d] = %x, want %x", setNames[s], threads,
							m, n, k, aRow, aCol, start, relu, i/ldc, i%ldc, math.Float32bits(got[i]), math.Float32bits(want[i]))
					}
				}
			}
		}
	}
}

func TestGemmAllocatesNothing(t *testing.T) {
	defer func(n int) { threads = n }(threads)
	a, b, c := make([]float32, 256*256), make([]float32, 256*256), make([]float32, 256*256)
	for _, threads = range []int{1, 2} {
		run := func() {
			Gemm(256, 256, 256, a, 256, 1, b, 256, c, 256, FromZero, nil, false)
			Gemm(256, 2, 256, a, 1, 256, b, 2, c, 2, FromZero, nil, false)
			Gemm(1, 256, 256, a, 256, 1, b, 256, c, 256, FromZero, nil, false)
			GemmTransposed(256, 256, 256, a, 256, 1, b, 256, c, 256, FromZero)
			GemmTransposed(1, 256, 256, a, 1, 256, b, 256, c, 256, FromC)
			BatchGemm(4, 4, 64, 64, 64, Matrices{a, 1 << 14, 64, 256, 1}, Matrices{b, 1 << 14, 64, 1, 256}, Matrices{c, 1 << 14, 64, 256, 1}, FromZero)
		}
		run()
		if n := testing.AllocsPerRun(10, run); n != 0 {
			t.Errorf("%d threads: %v allocations", threads, n)
		}
	}
}

// The shapes of RL: forward, the gradient of weights (A transposed) and of inputs.
func BenchmarkGemm(b *testing.B) {
	for _, s := range []struct {
		m, n, k    int
		transposed bool
	}{
		{64, 64, 64, false}, {128, 128, 128, false}, {256, 256, 256, false}, {512, 512, 512, false},
		{256, 64, 4, false}, {256, 64, 64, false}, {256, 2, 64, false}, {64, 64, 256, true}, {4, 64, 256, true}, {64, 2, 256, true},
		{64, 256, 256, false}, {256, 256, 64, true}, {8, 64, 64, false}, {1, 64, 64, false}, {1, 256, 256, false}, {64, 128, 784, false}, {128, 512, 512, false},
	} {
		name := fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k)
		aRow, aCol := s.k, 1
		if s.transposed {
			name += "T"
			aRow, aCol = 1, s.m
		}
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			x, y, c := randomSlice(r, s.m*s.k, false), randomSlice(r, s.k*s.n, false), make([]float32, s.m*s.n)
			for b.Loop() {
				Gemm(s.m, s.n, s.k, x, aRow, aCol, y, s.n, c, s.n, FromZero, nil, false)
			}
			b.ReportMetric(2*float64(s.m*s.n*s.k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

func BenchmarkTranspose(b *testing.B) {
	for _, n := range []int{64, 256} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x, y := make([]float32, n*n), make([]float32, n*n)
			for b.Loop() {
				Transpose(y, x, n, n)
			}
		})
	}
}

func TestTranspose(t *testing.T) {
	defer func(s set) { active = s }(active)
	for s := setGo; s <= best; s++ {
		active = s
		for _, d := range [][2]int{{1, 5}, {5, 1}, {8, 8}, {7, 9}, {16, 24}, {23, 41}, {64, 64}, {100, 3}} {
			rows, cols := d[0], d[1]
			x, y := make([]float32, rows*cols), make([]float32, rows*cols)
			for i := range x {
				x[i] = float32(i)
			}
			Transpose(y, x, rows, cols)
			for i := range rows {
				for j := range cols {
					if y[j*rows+i] != x[i*cols+j] {
						t.Fatalf("%s %v: element %d,%d", setNames[s], d, i, j)
					}
				}
			}
		}
	}
}
