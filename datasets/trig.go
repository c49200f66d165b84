package datasets

import "math"

// math.Sin and math.Cos may differ in the last bit between machines, because a compiler may fuse
// the sums in them. This may not be.

// sincos returns sine and cosine of |x| < 1000, to about 1e-12.
func sincos(x float64) (sin, cos float64) {
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
