package kernel

// Elementwise functions. dst decides the length.

// Add sets dst = a + b.
func Add(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !addVec(dst, a, b) {
		for i := range dst {
			dst[i] = a[i] + b[i]
		}
	}
}

// Sub sets dst = a - b.
func Sub(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !subVec(dst, a, b) {
		for i := range dst {
			dst[i] = a[i] - b[i]
		}
	}
}

// Mul sets dst = a * b.
func Mul(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !mulVec(dst, a, b) {
		for i := range dst {
			dst[i] = a[i] * b[i]
		}
	}
}

// Div sets dst = a / b.
func Div(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !divVec(dst, a, b) {
		for i := range dst {
			dst[i] = a[i] / b[i]
		}
	}
}

// Min sets dst = a < b ? a : b.
func Min(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !minVec(dst, a, b) {
		for i := range dst {
			dst[i] = minOf(a[i], b[i])
		}
	}
}

// Max sets dst = a > b ? a : b.
func Max(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !maxVec(dst, a, b) {
		for i := range dst {
			dst[i] = maxOf(a[i], b[i])
		}
	}
}

// AddScalar sets dst = a + s.
func AddScalar(dst, a []float32, s float32) {
	a = a[:len(dst)]
	if !addScalarVec(dst, a, s) {
		for i := range dst {
			dst[i] = a[i] + s
		}
	}
}

// Scale sets dst = a * s.
func Scale(dst, a []float32, s float32) {
	a = a[:len(dst)]
	if !scaleVec(dst, a, s) {
		for i := range dst {
			dst[i] = a[i] * s
		}
	}
}

// DivScalar sets dst = a / s.
func DivScalar(dst, a []float32, s float32) {
	a = a[:len(dst)]
	if !divScalarVec(dst, a, s) {
		for i := range dst {
			dst[i] = a[i] / s
		}
	}
}

// AddTo adds x to dst.
func AddTo(dst, x []float32) { Add(dst, dst, x) }

// Axpy sets dst = fma(x, s, dst).
func Axpy(dst, x []float32, s float32) { mulAddScalar(dst, x, dst, s) }

// ScaleAdd sets dst = fma(x, s, y).
func ScaleAdd(dst, x, y []float32, s float32) { mulAddScalar(dst, x, y, s) }

// mulAddScalar sets dst = fma(x, s, y).
func mulAddScalar(dst, x, y []float32, s float32) {
	x, y = x[:len(dst)], y[:len(dst)]
	if !mulAddScalarVec(dst, x, y, s) {
		for i := range dst {
			dst[i] = fma(x[i], s, y[i])
		}
	}
}

// MulAdd sets dst = fma(a, b, dst).
func MulAdd(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	if !mulAddVec(dst, a, b, dst) {
		for i := range dst {
			dst[i] = fma(a[i], b[i], dst[i])
		}
	}
}

// Neg sets dst = -x.
func Neg(dst, x []float32) {
	x = x[:len(dst)]
	if !negVec(dst, x) {
		for i, v := range x {
			dst[i] = -v
		}
	}
}

// Abs sets dst = |x|.
func Abs(dst, x []float32) {
	x = x[:len(dst)]
	if !absVec(dst, x) {
		for i, v := range x {
			dst[i] = absOf(v)
		}
	}
}

// Sqrt sets dst = √x, NaN below zero.
func Sqrt(dst, x []float32) {
	x = x[:len(dst)]
	if !sqrtVec(dst, x) {
		for i, v := range x {
			dst[i] = sqrtOf(v)
		}
	}
}

// Square sets dst = x².
func Square(dst, x []float32) { Mul(dst, x, x) }

// Exp sets dst = e^x, within 0.9 ulp.
func Exp(dst, x []float32) {
	x = x[:len(dst)]
	if !expVec(dst, x) {
		for i, v := range x {
			dst[i] = expOf(v)
		}
	}
}

// Log sets dst = ln x, within 0.9 ulp: NaN below zero, -Inf at zero.
func Log(dst, x []float32) {
	x = x[:len(dst)]
	if !logVec(dst, x) {
		for i, v := range x {
			dst[i] = logOf(v)
		}
	}
}

// Tanh sets dst = tanh x, within 2.5 ulp.
func Tanh(dst, x []float32) {
	x = x[:len(dst)]
	if !tanhVec(dst, x) {
		for i, v := range x {
			dst[i] = tanhOf(v)
		}
	}
}

// Sigmoid sets dst = 1/(1+e^-x), within 2.5 ulp.
func Sigmoid(dst, x []float32) {
	x = x[:len(dst)]
	if !sigmoidVec(dst, x) {
		for i, v := range x {
			dst[i] = sigmoidOf(v)
		}
	}
}

// Softplus sets dst = ln(1+e^x), within 2 ulp.
func Softplus(dst, x []float32) {
	x = x[:len(dst)]
	if !softplusVec(dst, x) {
		for i, v := range x {
			dst[i] = softplusOf(v)
		}
	}
}

// Erf sets dst = the error function of x, within 1.3 ulp.
func Erf(dst, x []float32) {
	x = x[:len(dst)]
	if !erfVec(dst, x) {
		for i, v := range x {
			dst[i] = erfOf(v)
		}
	}
}

// ReLU sets dst = 0 > x ? 0 : x, so that NaN and -0 pass through.
func ReLU(dst, x []float32) {
	x = x[:len(dst)]
	if !reluVec(dst, x) {
		for i, v := range x {
			dst[i] = reluOf(v)
		}
	}
}

// reluInPlace is ReLU on one thread, so that x need not leave the stack.
func reluInPlace(x []float32) {
	if !reluAlone(x, x) {
		for i, v := range x {
			x[i] = reluOf(v)
		}
	}
}

// Clamp sets dst = max(lo, min(hi, x)); NaN passes through.
func Clamp(dst, x []float32, lo, hi float32) {
	x = x[:len(dst)]
	if !clampVec(dst, x, lo, hi) {
		for i, v := range x {
			dst[i] = maxOf(lo, minOf(hi, v))
		}
	}
}

// Huber sets dst = |d| < beta ? d²/(2 beta) : |d| - beta/2 (PyTorch's smooth L1 loss).
func Huber(dst, d []float32, beta float32) {
	d = d[:len(dst)]
	half := float32(0.5 * beta)
	if !huberVec(dst, d, beta, half) {
		for i, v := range d {
			if a := absOf(v); a < beta {
				dst[i] = (0.5 * a) * a / beta
			} else {
				dst[i] = a - half
			}
		}
	}
}

// Log1p sets dst = ln(1+x), within 1.5 ulp: NaN below -1, -Inf there.
func Log1p(dst, x []float32) {
	x = x[:len(dst)]
	if !log1pVec(dst, x) {
		for i, v := range x {
			dst[i] = log1pOf(v)
		}
	}
}

// Expm1 sets dst = e^x - 1, within 1.5 ulp.
func Expm1(dst, x []float32) {
	x = x[:len(dst)]
	if !expm1Vec(dst, x) {
		for i, v := range x {
			dst[i] = expm1Of(v)
		}
	}
}

// Rsqrt sets dst = 1/√x, within 1.5 ulp: NaN below zero.
func Rsqrt(dst, x []float32) {
	x = x[:len(dst)]
	if !rsqrtVec(dst, x) {
		for i, v := range x {
			dst[i] = 1 / sqrtOf(v)
		}
	}
}

// Pow sets dst = e^(c ln x), within 2+2|c ln x| ulp: NaN below zero.
func Pow(dst, x []float32, c float32) {
	x = x[:len(dst)]
	if !powVec(dst, x, c) {
		for i, v := range x {
			dst[i] = expOf(logOf(v) * c)
		}
	}
}

// Lerp sets dst = fma(x-dst, s, dst): dst moves the part s of the way to x.
func Lerp(dst, x []float32, s float32) {
	x = x[:len(dst)]
	if !lerpVec(dst, x, s) {
		for i, v := range x {
			dst[i] = fma(v-dst[i], s, dst[i])
		}
	}
}
