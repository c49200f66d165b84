// Package elementary has the logarithm, the exponential, sine and cosine with the same bits
// everywhere. Go's math.Log and math.Exp have assembly that differs between CPUs in the last bit, and a
// compiler may fuse the sums of the others. These use only operations that IEEE 754 rounds exactly; each
// product is converted so that the compiler may not fuse it with a sum.
package elementary

import "math"

const (
	ln2Hi = 0x1.62e42feep-1       // the leading bits of ln 2, so that k·ln2Hi is exact
	ln2Lo = 0x1.a39ef35793c76p-33 // the rest
	sqrt2 = 0x1.6a09e667f3bcdp+0
)

// Log returns ln x for a normal x > 0, to about 1 ulp.
func Log(x float64) float64 {
	b := math.Float64bits(x)
	k := float64(int(b>>52) - 1023)
	m := math.Float64frombits(b&(1<<52-1) | 1023<<52) // [1, 2)
	if m > sqrt2 {
		m /= 2
		k++
	}
	// ln m = 2 artanh s, s = (m-1)/(m+1), |s| <= .1716: the series is good to 2^-56 after 11 terms.
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	sum := 0.0
	for n := 21; n >= 3; n -= 2 {
		sum = float64((sum + 1/float64(n)) * z)
	}
	return float64(k*ln2Hi) + (float64(k*ln2Lo) + (2*s + float64(2*s*sum)))
}

// Exp returns e^x for -700 < x < 700, to about 1 ulp.
func Exp(x float64) float64 {
	k := math.Floor(float64(x*(1/math.Ln2)) + .5)
	r := (x - float64(k*ln2Hi)) - float64(k*ln2Lo) // |r| <= .35
	sum := 1.0
	for n := 15; n >= 1; n-- {
		sum = 1 + float64(r*sum)/float64(n)
	}
	return sum * math.Float64frombits(uint64(1023+int(k))<<52)
}

// Sincos returns sine and cosine of |x| < 1e5, to about 1e-12.
func Sincos(x float64) (sin, cos float64) {
	const hi, lo = 0x1.921fb544p+0, 0x1.0b4611a626331p-34 // π/2; n·hi is exact for small n
	n := math.Floor(float64(x*(2/math.Pi)) + .5)
	r := (x - float64(n*hi)) - float64(n*lo)
	z := float64(r * r)
	sin, cos = 1, 1
	for k := 14.; k >= 2; k -= 2 { // Horner's way through the series of sin r / r and cos r
		sin = 1 - float64(z*sin)/(k*(k+1))
		cos = 1 - float64(z*cos)/(k*(k-1))
	}
	sin = float64(sin * r)
	switch int(n) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}
