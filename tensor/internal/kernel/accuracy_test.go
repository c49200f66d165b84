package kernel

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"
)

// stride 1 tries every float32, which takes some minutes.
var stride = flag.Uint64("stride", 1009, "distance between the bit patterns that the accuracy tests try")

// ulps is the distance of y from the exact value in units of the last place of a float32 there.
func ulps(y float32, exact float64) float64 {
	if math.IsNaN(exact) || math.IsInf(exact, 0) || math.Abs(exact) > math.MaxFloat32 {
		if r := float32(exact); same(y, r) || float64(y) == math.MaxFloat32 {
			return 0
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(exact)
	return math.Abs(float64(y)-exact) / math.Ldexp(1, max(e, -125)-24)
}

func TestAccuracy(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     func(dst, x []float32)
		exact func(float64) float64
		bound float64
	}{
		{"exp", Exp, math.Exp, 0.9},
		{"log", Log, math.Log, 0.9},
		{"tanh", Tanh, math.Tanh, 2.5},
		{"sigmoid", Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 2.5},
		{"softplus", Softplus, func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, 2},
		{"erf", Erf, math.Erf, 1.3},
		{"sqrt", Sqrt, math.Sqrt, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			step := *stride
			if testing.Short() {
				step *= 10
			}
			worst, at := 0.0, float32(0)
			x, y := make([]float32, 0, block), make([]float32, block)
			check := func() {
				c.f(y[:len(x)], x)
				for i, v := range x {
					if u := ulps(y[i], c.exact(float64(v))); u > worst {
						worst, at = u, v
					}
				}
				x = x[:0]
			}
			for b := uint64(0); b < 1<<32; b += step {
				if x = append(x, f32(uint32(b))); len(x) == block {
					check()
				}
			}
			check()
			if worst > c.bound {
				t.Errorf("%v ulp off at %v (%08x), more than %v", worst, at, bits(at), c.bound)
			}
			t.Logf("at most %.3f ulp off, at %v", worst, at)
		})
	}
}

// TestFMA compares the emulated multiply-add with the hardware's, on numbers at which a simpler
// emulation errs.
func TestFMA(t *testing.T) {
	if best == setGo {
		t.Skip("this machine has no vector multiply-add to compare with")
	}
	defer func(s set) { active = s }(active)
	active = best
	n := 1 << 21
	if testing.Short() {
		n = 1 << 17
	}
	const size = 1 << 12
	x, y, z, got := make([]float32, size), make([]float32, size), make([]float32, size), make([]float32, size)
	r := rand.New(rand.NewPCG(11, 13))
	anyBits := func() float32 { return f32(r.Uint32()) }
	uniform := func() float32 { return float32(r.Float64()*2 - 1) }
	near := func(exponent int) float32 {
		return float32(math.Ldexp(1+r.Float64(), exponent)) * float32(1-2*r.IntN(2))
	}
	for _, family := range []struct {
		name string
		next func() (x, y, z float32)
	}{
		{"any bits", func() (float32, float32, float32) { return anyBits(), anyBits(), anyBits() }},
		{"uniform", func() (float32, float32, float32) { return uniform(), uniform(), uniform() }},
		{"near exponents", func() (float32, float32, float32) { return near(r.IntN(8)), near(r.IntN(8)), near(r.IntN(20)) }},
		{"beside midpoints", func() (float32, float32, float32) {
			// x*y is less than half a unit of z's last place by a factor of 1-d², too little for float64.
			d := float32(math.Ldexp(1, -r.IntN(12)-11))
			return 1 + d, (1 - d) * float32(math.Ldexp(float64(1-2*r.IntN(2)), -24)), near(0)
		}},
		{"midpoints", func() (float32, float32, float32) {
			e := r.IntN(40) - 20
			return float32(math.Ldexp(1, e)), float32(math.Ldexp(float64(1-2*r.IntN(2)), -24-e-r.IntN(3))), near(0)
		}},
		{"subnormal results", func() (float32, float32, float32) {
			return near(-75 + r.IntN(12)), near(-75 + r.IntN(12)), f32(r.Uint32() & 0x807fffff)
		}},
		{"subnormal midpoints", func() (float32, float32, float32) {
			d := float32(math.Ldexp(1, -r.IntN(12)-11))
			return (1 + d) * 0x1p-75, (1 - d) * 0x1p-75 * float32(1-2*r.IntN(2)), f32(r.Uint32() & 0x807fffff)
		}},
		{"cancellation", func() (float32, float32, float32) {
			a, b := uniform(), uniform()
			return a, b, -a * b
		}},
		{"overflow", func() (float32, float32, float32) { return near(63), near(63 + r.IntN(2)), near(127) }},
	} {
		for range n / size {
			for i := range x {
				x[i], y[i], z[i] = family.next()
			}
			copy(got, z)
			MulAdd(got, x, y)
			for i := range x {
				if want := fma(x[i], y[i], z[i]); !same(got[i], want) {
					t.Fatalf("%s: fma(%08x, %08x, %08x) is %08x, emulated %08x", family.name, bits(x[i]), bits(y[i]), bits(z[i]), bits(got[i]), bits(want))
				}
			}
		}
	}
}
