package classic

import "math"

// π/2 in three parts. The first two have 33 bits, so that their products with a whole number
// below 2^20 are exact (Cody and Waite's reduction).
const (
	halfPi1 = 0x1.921fb544p+0
	halfPi2 = 0x1.0b4611a6p-34
	halfPi3 = 0x1.3198a2e037073p-69
)

// largest is the argument up to which the reduction is exact.
const largest = 1 << 19

// sincos returns the sine and cosine of x, to about 1 ulp for |x| <= π/4 and to 2^-53 or so
// absolutely beyond. Unlike math.Sin it gives the same bits on every CPU and platform for
// |x| < 2^19, an angle that no episode of this package comes near.
func sincos(x float64) (sin, cos float64) {
	if math.Abs(x) <= .21 {
		return taylorSmall(x)
	}
	if math.Abs(x) <= math.Pi/4 {
		return taylor(x)
	}
	if !(math.Abs(x) < largest) {
		return math.Sincos(x)
	}
	n := math.Floor(float64(x*(2/math.Pi)) + .5)
	r := x - float64(n*halfPi1)
	r -= float64(n * halfPi2)
	r -= float64(n * halfPi3)
	sin, cos = taylor(r)
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

// Coefficients of the series of sine and cosine.
const (
	s3  = -1. / 6
	s5  = 1. / 120
	s7  = -1. / 5040
	s9  = 1. / 362880
	s11 = -1. / 39916800
	s13 = 1. / 6227020800
	s15 = -1. / 1307674368000
	s17 = 1. / 355687428096000
	c4  = 1. / 24
	c6  = -1. / 720
	c8  = 1. / 40320
	c10 = -1. / 3628800
	c12 = 1. / 479001600
	c14 = -1. / 87178291200
	c16 = 1. / 20922789888000
	c18 = -1. / 6402373705728000
)

// taylor sums the series of sine to x^17 and of cosine to x^18, whose remainders for
// |x| <= π/4 are below 2^-60. Terms are paired (Estrin's scheme) to be summed in parallel.
func taylor(x float64) (sin, cos float64) {
	z := float64(x * x)
	z2 := float64(z * z)
	z4 := float64(z2 * z2)
	s := (s3 + float64(s5*z)) + float64((s7+float64(s9*z))*z2)
	s += float64(((s11 + float64(s13*z)) + float64((s15+float64(s17*z))*z2)) * z4)
	c := (c4 + float64(c6*z)) + float64((c8+float64(c10*z))*z2)
	c += float64(((c12 + float64(c14*z)) + float64((c16+float64(c18*z))*z2)) * z4)
	return x + float64(float64(x*z)*s), oneMinusHalf(z, float64(z2*c))
}

// taylorSmall sums to x^11 and x^10, which is as good for |x| <= .21: a CartPole's angles.
func taylorSmall(x float64) (sin, cos float64) {
	z := float64(x * x)
	z2 := float64(z * z)
	s := (s3 + float64(s5*z)) + float64(((s7+float64(s9*z))+float64(s11*z2))*z2)
	c := (c4 + float64(c6*z)) + float64((c8+float64(c10*z))*z2)
	return x + float64(float64(x*z)*s), oneMinusHalf(z, float64(z2*c))
}

// oneMinusHalf returns 1 - z/2 + rest. The difference 1 - z/2 loses its last bits to rounding;
// (1 - h) - z/2 is exactly what it lost.
func oneMinusHalf(z, rest float64) float64 {
	half := .5 * z
	h := 1 - half
	return h + (((1 - h) - half) + rest)
}
