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
		{"rsqrt", Rsqrt, func(x float64) float64 { return 1 / math.Sqrt(x) }, 1.5},
		{"log1p", Log1p, math.Log1p, 1.5},
		{"expm1", Expm1, math.Expm1, 1.5},
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

// TestAngleAccuracy measures sines and cosines in ulp up to 2^17, and from there to 2^22, where
// their zeros lie less well, by the absolute error.
func TestAngleAccuracy(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     func(dst, x []float32)
		exact func(float64) float64
	}{{"sin", Sin, math.Sin}, {"cos", Cos, math.Cos}} {
		worst, far := 0.0, 0.0
		x, y := make([]float32, block), make([]float32, block)
		for b := uint64(0); b < uint64(bits(angleEnd)); b += *stride * block {
			for i := range x {
				x[i] = f32(uint32(min(b+uint64(i)**stride, uint64(bits(angleEnd)))))
			}
			c.f(y, x)
			for i, v := range x {
				if exact := c.exact(float64(v)); v <= 1<<17 {
					worst = max(worst, ulps(y[i], exact))
				} else {
					far = max(far, math.Abs(float64(y[i])-exact))
				}
			}
		}
		if worst > 1.6 || far > 0x1p-21 {
			t.Errorf("%s: %.3f ulp off, and %.3g beyond 2^17", c.name, worst, far)
		}
		if c.f(y[:1], []float32{angleEnd * 1.01}); y[0] == y[0] {
			t.Errorf("%s beyond its end is %v, want NaN", c.name, y[0])
		}
	}
}

// TestActivationAccuracy measures activations that fade below zero: in ulp where they do not, and
// there by the absolute error, in units of 2^-24.
func TestActivationAccuracy(t *testing.T) {
	normal := func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	tanhForm := func(x float64) float64 {
		return sigmoid(2 * math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x))
	}
	slope := func(f func(dst, dy, x []float32)) func(dst, x []float32) {
		ones := make([]float32, block)
		for i := range ones {
			ones[i] = 1
		}
		return func(dst, x []float32) { f(dst, ones, x) }
	}
	for _, c := range []struct {
		name           string
		f              func(dst, x []float32)
		exact          func(float64) float64
		ulp, absolute  float64
		from, to, left float64 // where it is tried; from left on in ulp
	}{
		{"gelu", GELU, func(x float64) float64 { return x * normal(x) }, 3, 1, -40, 40, -1},
		{"gelu'", slope(GELUBackward), func(x float64) float64 {
			return normal(x) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
		}, 3, 3, -40, 40, 0},
		{"geluTanh", GELUTanh, func(x float64) float64 { return x * tanhForm(x) }, 4, 2, -40, 40, -1},
		{"silu", SiLU, func(x float64) float64 { return x * sigmoid(x) }, 3.5, 2, -80, 80, -1},
		{"elu", func(dst, x []float32) { ELU(dst, x, 1) }, func(x float64) float64 {
			if x > 0 {
				return x
			}
			return math.Expm1(x)
		}, 1.1, 1, -40, 40, -40},
	} {
		worst, worstAbsolute := 0.0, 0.0
		var x, y []float32
		check := func() {
			y = append(y[:0], x...)
			c.f(y, x)
			for i, v := range x {
				exact := c.exact(float64(v))
				if float64(v) >= c.left {
					worst = max(worst, ulps(y[i], exact))
				} else {
					worstAbsolute = max(worstAbsolute, math.Abs(float64(y[i])-exact)*0x1p24)
				}
			}
			x = x[:0]
		}
		r := rand.New(rand.NewPCG(3, 3))
		for range 200 {
			for range block {
				v := c.from + (c.to-c.from)*r.Float64()
				if r.IntN(2) == 0 {
					v = (r.Float64()*2 - 1) * 4
				}
				x = append(x, float32(v))
			}
			check()
		}
		t.Logf("%s: at most %.2f ulp, or %.2f/2^24", c.name, worst, worstAbsolute)
		if worst > c.ulp || worstAbsolute > c.absolute {
			t.Errorf("%s: %.2f ulp off, and %.2f/2^24 where it fades", c.name, worst, worstAbsolute)
		}
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

// TestPowAccuracy: an error of the logarithm grows with the power.
func TestPowAccuracy(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for _, c := range []float32{1.7, -0.75, 3, 0.25} {
		x, y := make([]float32, block), make([]float32, block)
		for i := range x {
			x[i] = float32(math.Exp(r.Float64()*16 - 8))
		}
		Pow(y, x, c)
		for i, v := range x {
			exact := math.Pow(float64(v), float64(c))
			if bound := 2 + 2*math.Abs(float64(c)*math.Log(float64(v))); ulps(y[i], exact) > bound {
				t.Fatalf("%v^%v is %v ulp off, more than %v", v, c, ulps(y[i], exact), bound)
			}
		}
	}
}
