package kernel

import "math"

var (
	// polySin has the odd powers 3 to 7 of sin r for |r| <= 0.8; relative error 2^-27.7.
	polySin = [...]float32{f32(0xbe2aaaa2), f32(0x3c088355), f32(0xb94c86bb)}
	// polyCos has the even powers 4 to 8 of cos r on the same range; 2^-32.6.
	polyCos = [...]float32{f32(0x3d2aaaa4), f32(0xbab60582), f32(0x37cccc4e)}
	// halfPi are parts of π/2, of 24 bits each: the first products with a whole number cancel
	// exactly.
	halfPi    = [...]float32{f32(0x3fc90fda), f32(0x33a22168), f32(0x27c234c5)}
	twoOverPi = f32(0x3f22f983)
)

// angleEnd is the greatest magnitude of which there is a sine.
const angleEnd = 1 << 22

// circle returns the sine and the cosine of r in [-π/4, π/4].
func circle(r float32) (sin, cos float32) {
	r2 := r * r
	cos = fma(horner(polyCos[:], r2), r2*r2, fma(r2, -0.5, 1))
	sin = fma(float32(horner(polySin[:], r2)*r2), r, r)
	return sin, cos
}

// quadrant returns sin(k*π/2 + r), given the sine and the cosine of r.
func quadrant(k int32, sin, cos float32) float32 {
	y := sin
	if k&1 != 0 {
		y = cos
	}
	return f32(math.Float32bits(y) ^ uint32(k&2)<<30)
}

// angleOf returns sin(x + turns*π/2) for |x| <= angleEnd, NaN elsewhere; at most 1.6 ulp off
// up to 2^17 and 2^-21 beyond.
func angleOf(x float32, turns int32) float32 {
	if !(absOf(x) <= angleEnd) {
		return f32(0x7fc00000)
	}
	t := fma(x, twoOverPi, roundUnit)
	n := t - roundUnit
	r := x
	for _, part := range halfPi {
		r = fma(-n, part, r)
	}
	sin, cos := circle(r)
	return quadrant(int32(math.Float32bits(t))+turns, sin, cos)
}

// Sin sets dst = sin x for |x| <= 2^22, within 1.6 ulp up to 2^17 and within 2^-21 beyond, and NaN
// elsewhere.
func Sin(dst, x []float32) {
	x = x[:len(dst)]
	if !sinVec(dst, x) {
		for i, v := range x {
			dst[i] = angleOf(v, 0)
		}
	}
}

// Cos sets dst = cos x for |x| <= 2^22, within 1.6 ulp up to 2^17 and within 2^-21 beyond, and NaN
// elsewhere.
func Cos(dst, x []float32) {
	x = x[:len(dst)]
	if !cosVec(dst, x) {
		for i, v := range x {
			dst[i] = angleOf(v, 1)
		}
	}
}

// SinBackward sets dst = dy * cos x.
func SinBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !sinBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * angleOf(v, 1)
		}
	}
}

// CosBackward sets dst = -dy * sin x.
func CosBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !cosBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = -dy[i] * angleOf(v, 0)
		}
	}
}
