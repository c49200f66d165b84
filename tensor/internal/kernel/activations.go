package kernel

// The nonlinearities of networks and their gradients, beside those of elementwise.go.

var (
	rootHalfOne = f32(0x3f3504f3) // √½
	normalPeak  = f32(0x3f4c422a) // 2/√(2π)
	geluLinear  = f32(0x3fcc422a) // 2√(2/π)
	geluCubic   = f32(0x3d922279) // 2√(2/π) * 0.044715
	geluCubic3  = f32(0x3e5b33b6) // three times that
	third       = f32(0x3eaaaaab)
	sixth       = f32(0x3e2aaaab)
)

// normalTail returns h = exp(-x²/2)/2, 0 below 2^-126, and the standard normal distribution function
// at -|x|, which is h times a polynomial in |x|/√2: no digits cancel, however small it is. Beyond |x| =
// 4.95 the polynomial stays what it is there, at most a third too great up to |x| = 7.
func normalTail(x float32) (h, tail float32) {
	i, r := reduceExp(maxOf(-87.4, x*-0.5*x)) // of -126 at least, which makes 0
	p := fma(fma(horner(polyExp[:], r), r, 1), r, 1)
	h = float32(p * f32(uint32(i+126)<<23))
	a := minOf(3.5, absOf(x)*rootHalfOne)
	return h, float32(h * horner(polyErfcx[:], a))
}

// normalOf returns the standard normal distribution function at x, given it at -|x|.
func normalOf(x, tail float32) float32 {
	if x < 0 {
		return tail
	}
	return 1 - tail
}

func geluOf(x float32) float32 {
	_, tail := normalTail(x)
	return x * normalOf(x, tail)
}

func geluSlope(x float32) float32 {
	h, tail := normalTail(x)
	return fma(h*normalPeak, x, normalOf(x, tail))
}

func geluTanhOf(x float32) float32 {
	return x * sigmoidOf(fma(x*x, geluCubic, geluLinear)*x)
}

func geluTanhSlope(x float32) float32 {
	x2 := x * x
	s := sigmoidOf(fma(x2, geluCubic, geluLinear) * x)
	return fma(fma(x2, geluCubic3, geluLinear)*x, s*(1-s), s)
}

func siluSlope(x float32) float32 {
	s := sigmoidOf(x)
	return fma(x*s, 1-s, s)
}

func hardsigmoidOf(x float32) float32 { return maxOf(0, minOf(6, x+3)) * sixth }

// GELU sets dst = x Φ(x), Φ the standard normal distribution function, within 3 ulp for x > -1
// and with an absolute error below 2^-25 elsewhere.
func GELU(dst, x []float32) {
	x = x[:len(dst)]
	if !geluVec(dst, x) {
		for i, v := range x {
			dst[i] = geluOf(v)
		}
	}
}

// GELUBackward sets dst = dy * fma(φ(x), x, Φ(x)), φ the normal density.
func GELUBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !geluBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * geluSlope(v)
		}
	}
}

// GELUTanh sets dst = x σ(2√(2/π) (x + 0.044715 x³)), which is the tanh form of GELU.
func GELUTanh(dst, x []float32) {
	x = x[:len(dst)]
	if !geluTanhVec(dst, x) {
		for i, v := range x {
			dst[i] = geluTanhOf(v)
		}
	}
}

// GELUTanhBackward is the gradient of GELUTanh.
func GELUTanhBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !geluTanhBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * geluTanhSlope(v)
		}
	}
}

// SiLU sets dst = x σ(x).
func SiLU(dst, x []float32) {
	x = x[:len(dst)]
	if !siluVec(dst, x) {
		for i, v := range x {
			dst[i] = v * sigmoidOf(v)
		}
	}
}

// SiLUBackward sets dst = dy * fma(xσ, 1-σ, σ) with σ = σ(x).
func SiLUBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !siluBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * siluSlope(v)
		}
	}
}

// SoftplusBackward sets dst = σ(x) * dy.
func SoftplusBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !softplusBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = sigmoidOf(v) * dy[i]
		}
	}
}

// SoftplusBeta sets dst = ln(1+e^(beta x)) / beta.
func SoftplusBeta(dst, x []float32, beta float32) {
	x = x[:len(dst)]
	if !softplusBetaVec(dst, x, beta) {
		for i, v := range x {
			dst[i] = softplusOf(float32(v*beta)) / beta
		}
	}
}

// SoftplusBetaBackward sets dst = σ(beta x) * dy.
func SoftplusBetaBackward(dst, dy, x []float32, beta float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !softplusBetaBackwardVec(dst, dy, x, beta) {
		for i, v := range x {
			dst[i] = sigmoidOf(v*beta) * dy[i]
		}
	}
}

// TanhScaled sets dst = a tanh(b x).
func TanhScaled(dst, x []float32, a, b float32) {
	x = x[:len(dst)]
	if !tanhScaledVec(dst, x, a, b) {
		for i, v := range x {
			dst[i] = a * tanhOf(b*v)
		}
	}
}

// TanhScaledBackward sets dst = dy * fma(-(y b/a), y, ab), from the result y of TanhScaled.
func TanhScaledBackward(dst, dy, y []float32, a, b float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	slope, curve := a*b, b/a
	if !tanhScaledBackwardVec(dst, dy, y, slope, curve) {
		for i, v := range y {
			dst[i] = dy[i] * fma(-(curve*v), v, slope)
		}
	}
}

// LeakyReLU sets dst = x > 0 ? x : x*slope.
func LeakyReLU(dst, x []float32, slope float32) {
	x = x[:len(dst)]
	if !leakyReLUVec(dst, x, slope) {
		for i, v := range x {
			if !(v > 0) {
				v *= slope
			}
			dst[i] = v
		}
	}
}

// LeakyReLUBackward sets dst = x > 0 ? dy : dy*slope.
func LeakyReLUBackward(dst, dy, x []float32, slope float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !leakyReLUBackwardVec(dst, dy, x, slope) {
		for i, v := range x {
			g := dy[i]
			if !(v > 0) {
				g *= slope
			}
			dst[i] = g
		}
	}
}

// ELU sets dst = x > 0 ? x : alpha (e^x - 1).
func ELU(dst, x []float32, alpha float32) {
	x = x[:len(dst)]
	if !eluVec(dst, x, alpha) {
		for i, v := range x {
			if !(v > 0) {
				v = alpha * expm1Of(v)
			}
			dst[i] = v
		}
	}
}

// ELUBackward sets dst = y > 0 ? dy : dy (y+alpha), from the result y of ELU with alpha > 0.
func ELUBackward(dst, dy, y []float32, alpha float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !eluBackwardVec(dst, dy, y, alpha) {
		for i, v := range y {
			g := dy[i]
			if !(v > 0) {
				g *= v + alpha
			}
			dst[i] = g
		}
	}
}

// Hardsigmoid sets dst = max(0, min(6, x+3)) / 6.
func Hardsigmoid(dst, x []float32) {
	x = x[:len(dst)]
	if !hardsigmoidVec(dst, x) {
		for i, v := range x {
			dst[i] = hardsigmoidOf(v)
		}
	}
}

// HardsigmoidBackward sets dst = |x| < 3 ? dy/6 : 0.
func HardsigmoidBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !hardsigmoidBackwardVec(dst, dy, x) {
		for i, v := range x {
			g := float32(0)
			if absOf(v) < 3 {
				g = dy[i] * sixth
			}
			dst[i] = g
		}
	}
}

// Hardswish sets dst = x max(0, min(6, x+3)) / 6.
func Hardswish(dst, x []float32) {
	x = x[:len(dst)]
	if !hardswishVec(dst, x) {
		for i, v := range x {
			dst[i] = v * hardsigmoidOf(v)
		}
	}
}

// HardswishBackward sets dst = dy (x/3 + 1/2) between -3 and 3, 0 below and dy above.
func HardswishBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !hardswishBackwardVec(dst, dy, x) {
		for i, v := range x {
			switch {
			case v > 3:
				dst[i] = dy[i]
			case v > -3:
				dst[i] = dy[i] * fma(v, third, 0.5)
			default:
				dst[i] = 0
			}
		}
	}
}

// PReLU is LeakyReLU with a slope for each column of x [rows, cols].
func PReLU(dst, x, slope []float32, rows, cols int) {
	if !preluRowVec(dst, x, slope, rows, cols) {
		for i := range rows {
			for j, v := range x[i*cols : (i+1)*cols] {
				if !(v > 0) {
					v *= slope[j]
				}
				dst[i*cols+j] = v
			}
		}
	}
}

// PReLUBackward is the gradient of PReLU with respect to x.
func PReLUBackward(dst, dy, x, slope []float32, rows, cols int) {
	if !preluRowBackwardVec(dst, dy, x, slope, rows, cols) {
		for i := range rows {
			for j, v := range x[i*cols : (i+1)*cols] {
				g := dy[i*cols+j]
				if !(v > 0) {
					g *= slope[j]
				}
				dst[i*cols+j] = g
			}
		}
	}
}

// PReLUSlope sets dst = dy * (x < 0 ? x : 0), each element's part of the slope's gradient.
func PReLUSlope(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !preluSlopeVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * minOf(v, 0)
		}
	}
}
