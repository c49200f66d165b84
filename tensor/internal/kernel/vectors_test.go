package kernel

import (
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

// Golden bits of the canonical arithmetic. They were computed once by an independent
// implementation of the rules in doc.go and must never change.

func bits(x float32) uint32 { return math.Float32bits(x) }

// eachSet runs a test with every set of kernels that this machine has.
func eachSet(t *testing.T, f func(t *testing.T)) {
	old := Name()
	defer Force(old)
	for s := range best + 1 {
		if err := Force(setNames[s]); err != nil {
			t.Fatal(err)
		}
		t.Run(setNames[s], f)
	}
}

func TestFMAVectors(t *testing.T) {
	for _, c := range [][4]uint32{
		{0x3a7fffe0, 0xba000010, 0x416c9205, 0x416c9205},
		{0x25800040, 0x24ffff80, 0x9710b737, 0x9710b737},
		{0x4afffffe, 0x4b000001, 0x62cd6c31, 0x62cd6c31},
		{0x1a000004, 0x19fffff8, 0x80ae457b, 0x80ae457b},
		{0x9a000100, 0x19fffe00, 0x805c01ed, 0x805c01ed},
		{0x9a000001, 0x19fffffe, 0x8016505d, 0x8016505d},
	} {
		if got := bits(fma(f32(c[0]), f32(c[1]), f32(c[2]))); got != c[3] {
			t.Errorf("fma(%08x, %08x, %08x) = %08x, want %08x", c[0], c[1], c[2], got, c[3])
		}
	}
}

// congruential returns successive values of a linear congruential generator in [-1, 1).
func congruential() func(n int) []float32 {
	u := uint32(1)
	return func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			u = u*1664525 + 1013904223
			x[i] = float32(int32(u)>>8) * 0x1p-23
		}
		return x
	}
}

func TestGemmVectors(t *testing.T) {
	eachSet(t, func(t *testing.T) {
		for _, c := range []struct {
			m, n, k     int
			start       Start
			first, last uint32
			hash        uint64
		}{
			{3, 5, 7, FromZero, 0xbf36bf6f, 0xbf60f126, 0x3a38ab9a22561531},
			{3, 5, 7, FromC, 0x3d5c9ca6, 0x3d0310a6, 0xd24202752f344515},
			{37, 50, 61, FromZero, 0x407419b0, 0xbfdeea80, 0xe07a22405ff00294},
			{37, 50, 61, FromC, 0x4075c0b0, 0xbf89e93e, 0xfda1599c50f0b0c0},
			{64, 64, 300, FromZero, 0x40daae16, 0x3f1f159d, 0x368dc563b387f355},
			{64, 64, 300, FromC, 0x40dccf22, 0xbe4ec883, 0x8dfb5bdf5f9a303f},
		} {
			fill := congruential()
			a, b, out := fill(c.m*c.k), fill(c.k*c.n), fill(c.m*c.n)
			Gemm(c.m, c.n, c.k, a, c.k, 1, b, c.n, out, c.n, c.start, nil, false)
			h := fnv.New64a()
			for _, v := range out {
				w := bits(v)
				h.Write([]byte{byte(w), byte(w >> 8), byte(w >> 16), byte(w >> 24)})
			}
			got := fmt.Sprintf("%08x %08x %016x", bits(out[0]), bits(out[len(out)-1]), h.Sum64())
			if want := fmt.Sprintf("%08x %08x %016x", c.first, c.last, c.hash); got != want {
				t.Errorf("%dx%dx%d start %d: %s, want %s", c.m, c.n, c.k, c.start, got, want)
			}
		}
	})
}

func TestReductionVectors(t *testing.T) {
	eachSet(t, func(t *testing.T) {
		for _, c := range []struct {
			n            int
			sum, squares uint32
		}{
			{5, 0x3f622222, 0x3fbb579c},
			{17, 0x3fac720a, 0x3fcb3d40},
			{64, 0x3fea3f38, 0x3fd0912d},
			{1000, 0x402efd73, 0x3fd26c70},
		} {
			x := make([]float32, c.n)
			for i := range x {
				x[i] = 1 / float32(i+1)
				if i%3 == 1 {
					x[i] = -x[i]
				}
			}
			if got := bits(Sum(x)); got != c.sum {
				t.Errorf("Sum of %d = %08x, want %08x", c.n, got, c.sum)
			}
			if got := bits(SumSquares(x)); got != c.squares {
				t.Errorf("SumSquares of %d = %08x, want %08x", c.n, got, c.squares)
			}
		}
	})
}

func TestFunctionVectors(t *testing.T) {
	inf := float32(math.Inf(1))
	negZero := float32(math.Copysign(0, -1))
	eachSet(t, func(t *testing.T) {
		for _, c := range []struct {
			name string
			f    func(dst, x []float32)
			x    float32
			want uint32
		}{
			{"exp", Exp, -87.5, 0x006cb2bc}, {"exp", Exp, -1, 0x3ebc5ab2}, {"exp", Exp, 0.5, 0x3fd3094c},
			{"exp", Exp, 10, 0x46ac14ef}, {"exp", Exp, 88, 0x7ef882b7}, {"exp", Exp, 89, bits(inf)},
			{"exp", Exp, -inf, 0}, {"exp", Exp, inf, bits(inf)},
			{"sigmoid", Sigmoid, -10, 0x383e6997}, {"sigmoid", Sigmoid, -1, 0x3e89b2b1}, {"sigmoid", Sigmoid, 2.75, 0x3f709e29},
			{"tanh", Tanh, -0.1, 0xbdcc1ebd}, {"tanh", Tanh, 0.5, 0x3eec9a9e}, {"tanh", Tanh, 2.75, 0x3f7dea85},
			{"tanh", Tanh, negZero, 1 << 31}, {"tanh", Tanh, -inf, 0xbf800000},
			{"log", Log, 1e-40, 0xc2b834f2}, {"log", Log, 0.7, 0xbeb69e1a}, {"log", Log, 1.001, 0x3a83033b},
			{"log", Log, 1e30, 0x428a27b5}, {"log", Log, 0, bits(-inf)}, {"log", Log, inf, bits(inf)},
			{"erf", Erf, 1e-3, 0x3a93e61c}, {"erf", Erf, 0.5, 0x3f053f7b}, {"erf", Erf, 1, 0x3f57bb3d}, {"erf", Erf, 2.75, 0x3f7ff968},
			{"softplus", Softplus, inf, bits(inf)}, {"softplus", Softplus, -inf, 0}, {"softplus", Softplus, 0, 0x3f317218},
			{"relu", ReLU, negZero, 1 << 31},
			{"gelu", GELU, -1e38, 1 << 31}, {"gelu", GELU, 1e38, bits(1e38)}, {"gelu", GELU, -inf, bits(inf - inf)},
			{"log1p", Log1p, -1, bits(-inf)}, {"log1p", Log1p, negZero, 1 << 31},
			{"expm1", Expm1, 88.5, 0x7f4cdcc4}, {"expm1", Expm1, -inf, 0xbf800000}, {"expm1", Expm1, 1e-40, 0x000116c2},
		} {
			var y [1]float32
			c.f(y[:], []float32{c.x})
			if !same(y[0], f32(c.want)) {
				t.Errorf("%s(%v) = %08x, want %08x", c.name, c.x, bits(y[0]), c.want)
			}
		}
	})
}

// TestAdamVector takes three steps of one parameter.
func TestAdamVector(t *testing.T) {
	eachSet(t, func(t *testing.T) {
		const b1, b2, lr = 0.9, 0.999, 1e-3
		p, m, v := []float32{0.5}, []float32{0}, []float32{0}
		b1t, b2t := 1.0, 1.0
		for i, c := range []struct {
			g       float32
			p, m, v uint32
		}{
			{0.1, 0x3eff7cee, 0x3c23d70b, 0x3727c5ae},
			{-0.3, 0x3effbdb4, 0xbcac0831, 0x38d1b1ba},
			{0.7, 0x3eff85ff, 0x3d514e3d, 0x3a1aa2d9},
		} {
			b1t, b2t = b1t*b1, b2t*b2
			Adam(p, []float32{c.g}, m, v, AdamStep{
				C1: float32(1 - b1), Beta2: float32(b2), C2: float32(1 - b2),
				R2: float32(1 / math.Sqrt(1-b2t)), Eps: 1e-8, Rate: float32(lr / (1 - b1t)), Decay: 1,
			})
			if got, want := [3]uint32{bits(p[0]), bits(m[0]), bits(v[0])}, [3]uint32{c.p, c.m, c.v}; got != want {
				t.Errorf("step %d: p, m, v = %08x, want %08x", i+1, got, want)
			}
		}
	})
}
