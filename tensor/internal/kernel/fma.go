package kernel

import "math"

// fma returns x*y+z rounded once to float32, as the hardware's instruction does.
//
// The product is exact in float64 (48 bits of 53), so only the rounding of the sum to float64
// and then to float32 can go wrong. Rounding to float64 is monotonic and every midpoint between
// two float32 is a float64, so the second rounding errs only if the first landed on a midpoint,
// or below the normal range, where midpoints are elsewhere.
func fma(x, y, z float32) float32 {
	p := float64(x) * float64(y)
	s := p + float64(z)
	if b := math.Float64bits(s); b&midpointMask != midpoint && b&^(1<<63) >= minNormal {
		return float32(s)
	}
	return fmaOdd(p, float64(z), s)
}

const (
	midpointMask = 1<<29 - 1 // the bits of a float64 that a float32 lacks
	midpoint     = 1 << 28
	minNormal    = (1023 - 126) << 52 // the float64 bits of 2^-126
)

// fmaOdd rounds p+z, whose float64 sum is s, to float32 by way of the odd neighbour: a sum that
// lost something is moved to the neighbouring float64 with an odd last bit, which no float32 or
// midpoint has, so that the second rounding sees on which side the exact sum lies.
func fmaOdd(p, z, s float64) float32 {
	bb := s - p
	e := (p - (s - bb)) + (z - bb) // the exact error of s (Knuth's TwoSum)
	b := math.Float64bits(s)
	if e != 0 && e == e && b&1 == 0 {
		if (e > 0) == (s > 0) {
			b++
		} else {
			b--
		}
		s = math.Float64frombits(b)
	}
	return float32(s)
}
