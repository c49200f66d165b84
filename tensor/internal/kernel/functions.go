package kernel

import "math"

// The functions on one number that the elementwise kernels compute, as fixed sequences of
// correctly rounded steps (R8, R9). The polynomials are minimax fits, lowest power first.

// bitsOf returns the bits of a float32.
func bitsOf(x float32) uint32 { return math.Float32bits(x) }

// f32 returns the float32 with the given bits.
func f32(b uint32) float32 { return math.Float32frombits(b) }

var (
	// polyExp has the powers 2 to 6 of e^r for |r| <= ln(2)/2; relative error 2^-28.2.
	polyExp = [...]float32{f32(0x3efffffd), f32(0x3e2aaa49), f32(0x3d2aad13), f32(0x3c091cbf), f32(0x3ab4a647)}
	// polyExpm1 has the powers 2 to 7 of e^r - 1, less r², on the same range; 2^-31.
	polyExpm1 = [...]float32{f32(0x3f000000), f32(0x3e2aaaaa), f32(0x3d2aaa78), f32(0x3c088983), f32(0x3ab6a1b4), f32(0x394f05f8)}
	// polyLog1p has the powers 3 to 10 of log(1+g) for g in [√½-1, √2-1]; 2^-26.9.
	polyLog1p = [...]float32{f32(0x3eaaaab8), f32(0xbe80011a), f32(0x3e4cca27), f32(0xbe2a337f), f32(0x3e11ce71), f32(0xbe074b66), f32(0x3e00acba), f32(0xbd9537bc)}
	// polyErf has the even powers 0 to 12 of erf(x)/x - 1 for |x| < 0.9375; 2^-30.
	polyErf = [...]float32{f32(0x3e0375d4), f32(0xbec093a1), f32(0x3de716f3), f32(0xbcdc0604), f32(0x3baa58aa), f32(0xba54c000), f32(0x38ad3842)}
	// polyErfc has the powers 0 to 6 of -log(1-erf(t)) for t in [0.9375, 4]; weighted 2^-29.
	polyErfc = [...]float32{f32(0x396a5c5e), f32(0x3f9053ee), f32(0x3f232aee), f32(0x3dd48260), f32(0xbcb56cdd), f32(0x3b46203a), f32(0xb94b51c1)}

	// polyErfcx has the powers 0 to 13 of e^(t²)*(1-erf(t)) for t in [0, 3.5]; relative error,
	// weighted by e^(-t²/2), 2^-25.
	polyErfcx = [...]float32{1, f32(0xbf906eab), f32(0x3f7ffccc), f32(0xbf40758c), f32(0x3efede8b), f32(0xbe96cb48), f32(0x3e1e3e4f), f32(0xbd8f15aa), f32(0x3cd57385), f32(0xbbf9a6b8), f32(0x3ad82ad3), f32(0xb980ae40), f32(0x37ba8053), f32(0xb576b3e8)}

	log2e     = f32(0x3fb8aa3b)
	ln2High   = f32(0x3f317200) // ln(2) = ln2High + ln2Low; the high part has 9 zero bits at its end
	ln2Low    = f32(0x35bfbe8e)
	roundUnit = f32(0x4b400000) // 1.5*2^23: adding it rounds to an integer, held in the low bits
	smallest  = f32(0x00800000) // 2^-126, the smallest normal number
)

const (
	rootHalf = 0x3f3504f3 // the bits of √½
	erfSplit = 0.9375     // where erf goes over from its own polynomial to that of its complement
)

// horner evaluates the polynomial with coefficients c at x.
func horner(c []float32, x float32) float32 {
	y := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		y = fma(y, x, c[i])
	}
	return y
}

// minOf and maxOf are R7: NaN or equality gives the second operand.
func minOf(a, b float32) float32 {
	if a < b {
		return a
	}
	return b
}

func maxOf(a, b float32) float32 {
	if a > b {
		return a
	}
	return b
}

func absOf(x float32) float32  { return f32(math.Float32bits(x) &^ (1 << 31)) }
func sqrtOf(x float32) float32 { return float32(math.Sqrt(float64(x))) } // exact: 53 >= 2*24+2 bits
func pow2(i int32) float32     { return f32(uint32(i+127) << 23) }

// reduceExp splits x = i*ln(2) + r with |r| <= ln(2)/2.
func reduceExp(x float32) (i int32, r float32) {
	t := fma(x, log2e, roundUnit)
	n := t - roundUnit
	i = int32(math.Float32bits(t)) - int32(math.Float32bits(roundUnit))
	r = fma(-n, ln2High, x)
	return i, fma(-n, ln2Low, r)
}

// expWithin returns e^x for x in [-105, 89] or NaN. The power of two is applied in halves, so
// that overflow gives +Inf and underflow subnormals and zero.
func expWithin(x float32) float32 {
	i, r := reduceExp(x)
	p := horner(polyExp[:], r)
	p = fma(p, r, 1)
	p = fma(p, r, 1)
	half := i >> 1
	return (p * pow2(half)) * pow2(i-half)
}

// expOf returns e^x; at most 0.9 ulp off.
func expOf(x float32) float32 { return expWithin(maxOf(-105, minOf(89, x))) }

// sigmoidOf returns 1/(1+e^-x); at most 2.5 ulp off.
func sigmoidOf(x float32) float32 {
	z := expWithin(maxOf(-105, -absOf(x)))
	n := float32(1)
	if x < 0 {
		n = z
	}
	return n / (z + 1)
}

// tanhOf returns tanh x; at most 2.5 ulp off. With e = e^2|x| - 1 it is e/(e+2).
func tanhOf(x float32) float32 {
	a := minOf(10, absOf(x))
	i, r := reduceExp(a + a)
	p := fma(r*r, horner(polyExpm1[:], r), r)
	s := pow2(i)
	e := fma(s, p, s-1)
	y := e / (e + 2)
	return f32(math.Float32bits(y) | math.Float32bits(x)&(1<<31))
}

// log1pReduced returns log(1+g) + e*ln(2) for g in [√½-1, √2-1].
func log1pReduced(g, e float32) float32 {
	q := horner(polyLog1p[:], g)
	g2 := g * g
	y := fma(g*q, g2, e*ln2Low)
	y = fma(g2, -0.5, y)
	y = y + g
	return fma(e, ln2High, y)
}

// log1pOf returns log(1+x); at most 1.5 ulp off. What 1+x rounds away, c, is added after the
// reduction, scaled like the rest; the scale is only right up to 2^60, where c has long been lost
// in the rounding.
func log1pOf(x float32) float32 {
	u := x + 1
	c := x - (u - 1)
	b := int32(math.Float32bits(u))
	j := (b - rootHalf) >> 23
	m := f32(uint32(b - j<<23)) // in [√½, √2)
	low := (int32(math.Float32bits(minOf(0x1p60, u))) - rootHalf) >> 23
	y := log1pReduced(fma(c, f32(uint32(127-low)<<23), m-1), float32(j))
	switch {
	case x != x || x > math.MaxFloat32 || absOf(x) < tiny:
		return x
	case u < 0:
		return f32(0x7fc00000)
	case u == 0:
		return f32(0xff800000)
	}
	return y
}

// tiny is a magnitude below which log(1+x) and e^x - 1 are x.
const tiny = 0x1p-25

// expm1Of returns e^x - 1; at most 1.5 ulp off. It works with half the result, which does not
// overflow before the result does.
func expm1Of(x float32) float32 {
	if absOf(x) < tiny {
		return x
	}
	i, r := reduceExp(maxOf(-25, minOf(89, x)))
	p := fma(horner(polyExpm1[:], r), r*r, r)
	s := f32(uint32(i+126) << 23)
	e := fma(p, s, s-0.5)
	return e + e
}

// logOf returns the natural logarithm of x; at most 0.9 ulp off.
func logOf(x float32) float32 {
	w, e := x, float32(0)
	if x < smallest {
		w, e = x*(1<<23), -23
	}
	b := int32(math.Float32bits(w))
	j := (b - rootHalf) >> 23
	m := f32(uint32(b - j<<23)) // in [√½, √2)
	y := log1pReduced(m-1, float32(j)+e)
	switch {
	case x < 0:
		return f32(0x7fc00000)
	case x == 0:
		return f32(0xff800000)
	case x != x || x > math.MaxFloat32:
		return x
	}
	return y
}

// softplusOf returns log(1+e^x) = max(x, 0) + log1p(e^-|x|); at most 2 ulp off. The logarithm's
// argument 1+z is in (1, 2]: above √2 it is halved, so that the polynomial of log serves.
func softplusOf(x float32) float32 {
	z := expWithin(maxOf(-105, -absOf(x)))
	g, e := z, float32(0)
	if z > rootTwoLess1 {
		g, e = fma(z, 0.5, -0.5), 1
	}
	return maxOf(0, x) + log1pReduced(g, e)
}

// rootTwoLess1 is √2-1 rounded down.
var rootTwoLess1 = f32(0x3ed413cc)

// erfOf returns the error function of x; at most 1.3 ulp off.
func erfOf(x float32) float32 {
	a := absOf(x)
	t := minOf(4, a)
	if a >= erfSplit {
		y := 1 - expWithin(-horner(polyErfc[:], t))
		return f32(math.Float32bits(y) | math.Float32bits(x)&(1<<31))
	}
	return fma(horner(polyErf[:], x*x), x, x)
}

func reluOf(x float32) float32 {
	if 0 > x {
		return 0
	}
	return x
}
