package replay

import "math"

// power returns x^y for x >= 0 and 0 <= y <= 1, to 1e-14 of it, with the same bits on every
// CPU: math.Pow rests on math.Exp, whose assembly is not the same everywhere. Only operations
// that IEEE 754 rounds exactly are used, and products are converted so that the compiler may
// not fuse them with sums.
func power(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x == 0 || y == 1:
		return x
	case y == .5:
		return math.Sqrt(x)
	}
	return exponential(float64(y * logarithm(x)))
}

const (
	ln2Hi = 0x1.62e42feep-1       // the leading bits of ln 2: k*ln2Hi is exact for |k| < 2^20
	ln2Lo = 0x1.a39ef35793c76p-33 // the rest
)

// logarithm returns ln x for x > 0: with x = 2^k m and s = (m-1)/(m+1), it is
// k ln 2 + 2 (s + s³/3 + s⁵/5 + ...), |s| <= .1716.
func logarithm(x float64) float64 {
	m, k := math.Frexp(x) // [.5, 1)
	if m < math.Sqrt2/2 {
		m *= 2
		k--
	}
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	sum := 0.0
	for _, c := range [...]float64{1. / 21, 1. / 19, 1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3} {
		sum = float64((sum + c) * z)
	}
	return float64(float64(k)*ln2Hi) + (float64(float64(k)*ln2Lo) + (2*s + float64(2*s*sum)))
}

// exponential returns e^x for |x| < 700: with x = k ln 2 + r, it is 2^k (1 + r + r²/2! + ...),
// |r| <= .35.
func exponential(x float64) float64 {
	k := math.Floor(float64(x*math.Log2E) + .5)
	r := (x - float64(k*ln2Hi)) - float64(k*ln2Lo)
	sum := 1.0
	for n := 15; n >= 1; n-- {
		sum = 1 + float64(r*sum)/float64(n)
	}
	return math.Ldexp(sum, int(k))
}
