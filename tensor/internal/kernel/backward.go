package kernel

// Gradients of elementwise functions: dst gets dL/dx from dy = dL/dy and what the forward pass
// left, its argument x or its result y.

// ReLUBackward sets dst = y > 0 ? dy : 0.
func ReLUBackward(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !reluBackwardVec(dst, dy, y) {
		for i, v := range y {
			g := dy[i]
			if !(v > 0) {
				g = 0
			}
			dst[i] = g
		}
	}
}

// TanhBackward sets dst = dy * fma(-y, y, 1).
func TanhBackward(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !tanhBackwardVec(dst, dy, y) {
		for i, v := range y {
			dst[i] = dy[i] * fma(-v, v, 1)
		}
	}
}

// SigmoidBackward sets dst = dy * (y * (1-y)).
func SigmoidBackward(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !sigmoidBackwardVec(dst, dy, y) {
		for i, v := range y {
			dst[i] = dy[i] * (v * (1 - v))
		}
	}
}

// ClampBackward sets dst = lo <= x <= hi ? dy : 0, which is PyTorch's choice at the ends.
func ClampBackward(dst, dy, x []float32, lo, hi float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !clampBackwardVec(dst, dy, x, lo, hi) {
		for i, v := range x {
			g := dy[i]
			if !(lo <= v && v <= hi) {
				g = 0
			}
			dst[i] = g
		}
	}
}

// HuberBackward sets dst = dy * max(-1, min(1, d/beta)).
func HuberBackward(dst, dy, d []float32, beta float32) {
	dy, d = dy[:len(dst)], d[:len(dst)]
	if !huberBackwardVec(dst, dy, d, beta) {
		for i, v := range d {
			dst[i] = dy[i] * maxOf(-1, minOf(1, v/beta))
		}
	}
}

// SqrtBackward sets dst = (dy/y) * 0.5.
func SqrtBackward(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !sqrtBackwardVec(dst, dy, y) {
		for i, v := range y {
			dst[i] = dy[i] / v * 0.5
		}
	}
}

// SquareBackward sets dst = (dy*x) * 2.
func SquareBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !squareBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * v * 2
		}
	}
}

// AbsBackward sets dst = x > 0 ? dy : x < 0 ? -dy : 0.
func AbsBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !absBackwardVec(dst, dy, x) {
		for i, v := range x {
			switch g := dy[i]; {
			case v > 0:
				dst[i] = g
			case v < 0:
				dst[i] = -g
			default:
				dst[i] = 0
			}
		}
	}
}

// RsqrtBackward sets dst = dy * (y³ * -0.5).
func RsqrtBackward(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !rsqrtBackwardVec(dst, dy, y) {
		for i, v := range y {
			dst[i] = dy[i] * (v * v * v * -0.5)
		}
	}
}

// PowBackward sets dst = (dy*c) * e^((c-1) ln x).
func PowBackward(dst, dy, x []float32, c float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !powBackwardVec(dst, dy, x, c) {
		for i, v := range x {
			dst[i] = dy[i] * c * expOf(logOf(v)*(c-1))
		}
	}
}

// Log1pBackward sets dst = dy / (x+1).
func Log1pBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !log1pBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] / (v + 1)
		}
	}
}

// Expm1Backward sets dst = dy * (y+1).
func Expm1Backward(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	if !expm1BackwardVec(dst, dy, y) {
		for i, v := range y {
			dst[i] = dy[i] * (v + 1)
		}
	}
}

// ErfBackward sets dst = dy * (e^-x² * 2/√π).
func ErfBackward(dst, dy, x []float32) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	if !erfBackwardVec(dst, dy, x) {
		for i, v := range x {
			dst[i] = dy[i] * (expWithin(maxOf(-105, -(v*v))) * erfSlope)
		}
	}
}

// erfSlope is 2/√π, the slope of erf at 0.
var erfSlope = f32(0x3f906ebb)

// MinBackward adds the gradients of min(a, b) to da and db: the smaller operand gets dy, equal
// ones half of it each, and NaN passes it to both, as in PyTorch. For max, exchange a and b but
// not da and db. da or db may be nil.
func MinBackward(da, db, dy, a, b []float32) {
	if da != nil {
		minBackward(da, dy, a, b)
	}
	if db != nil {
		minBackward(db, dy, b, a)
	}
}

// minBackward adds to da the gradient of min(a, b) with respect to a.
func minBackward(da, dy, a, b []float32) {
	dy, a, b = dy[:len(da)], a[:len(da)], b[:len(da)]
	if !minBackwardVec(da, dy, a, b) {
		for i := range da {
			g := dy[i]
			if a[i] == b[i] {
				g *= 0.5
			}
			if a[i] > b[i] {
				g = 0
			}
			da[i] += g
		}
	}
}
