package tensor

import "tesuji/tensor/internal/kernel"

// pull computes an elementwise operation's contribution to its operand's gradient: f writes
// dst from dy, the operand x and the result y.
func (t *Tape) pull(r *record, f func(dst, dy, x, y []float32)) {
	if !t.nodes[r.a].needs {
		return
	}
	s := t.open(r.a)
	f(s.dst, t.nodes[r.out].grad, t.nodes[r.a].val, t.nodes[r.out].val)
	t.commit(s)
}

// Neg returns -x.
func (t *Tape) Neg(x Var) Var {
	y, dst, src := t.unary(opNeg, x, 0, 0)
	kernel.Neg(dst, src)
	return y
}

var opNeg = define("Neg", backwardNeg)

func backwardNeg(t *Tape, r *record) {
	t.pull(r, func(dst, dy, _, _ []float32) { kernel.Neg(dst, dy) })
}

// Scale returns s*x.
func (t *Tape) Scale(x Var, s float32) Var {
	y, dst, src := t.unary(opScale, x, s, 0)
	kernel.Scale(dst, src, s)
	return y
}

var opScale = define("Scale", backwardScale)

func backwardScale(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.Scale(s.dst, t.nodes[r.out].grad, r.f0)
		t.commit(s)
	}
}

// AddScalar returns x + s.
func (t *Tape) AddScalar(x Var, s float32) Var {
	y, dst, src := t.unary(opAddScalar, x, s, 0)
	kernel.AddScalar(dst, src, s)
	return y
}

var opAddScalar = define("AddScalar", backwardAddScalar)

func backwardAddScalar(t *Tape, r *record) {
	t.pull(r, func(dst, dy, _, _ []float32) { copy(dst, dy) })
}

// Exp returns e^x, within 1 ulp.
func (t *Tape) Exp(x Var) Var {
	y, dst, src := t.unary(opExp, x, 0, 0)
	kernel.Exp(dst, src)
	return y
}

var opExp = define("Exp", backwardExp)

func backwardExp(t *Tape, r *record) {
	t.pull(r, func(dst, dy, _, y []float32) { kernel.Mul(dst, dy, y) })
}

// Log returns the natural logarithm, within 1 ulp.
func (t *Tape) Log(x Var) Var {
	y, dst, src := t.unary(opLog, x, 0, 0)
	kernel.Log(dst, src)
	return y
}

var opLog = define("Log", backwardLog)

func backwardLog(t *Tape, r *record) {
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.Div(dst, dy, x) })
}

// Sqrt returns the square root.
func (t *Tape) Sqrt(x Var) Var {
	y, dst, src := t.unary(opSqrt, x, 0, 0)
	kernel.Sqrt(dst, src)
	return y
}

var opSqrt = define("Sqrt", backwardSqrt)

func backwardSqrt(t *Tape, r *record) { // dy / (2y)
	t.pull(r, func(dst, dy, _, y []float32) {
		kernel.Div(dst, dy, y)
		kernel.Scale(dst, dst, 0.5)
	})
}

// Square returns x².
func (t *Tape) Square(x Var) Var {
	y, dst, src := t.unary(opSquare, x, 0, 0)
	kernel.Square(dst, src)
	return y
}

var opSquare = define("Square", backwardSquare)

func backwardSquare(t *Tape, r *record) { // 2 x dy
	t.pull(r, func(dst, dy, x, _ []float32) {
		kernel.Mul(dst, dy, x)
		kernel.Scale(dst, dst, 2)
	})
}

// Abs returns |x|; its gradient at 0 is 0.
func (t *Tape) Abs(x Var) Var {
	y, dst, src := t.unary(opAbs, x, 0, 0)
	kernel.Abs(dst, src)
	return y
}

var opAbs = define("Abs", backwardAbs)

func backwardAbs(t *Tape, r *record) {
	t.pull(r, func(dst, dy, x, _ []float32) {
		for i, g := range dy {
			switch {
			case x[i] > 0:
				dst[i] = g
			case x[i] < 0:
				dst[i] = -g
			default:
				dst[i] = 0
			}
		}
	})
}

// Tanh returns the hyperbolic tangent.
func (t *Tape) Tanh(x Var) Var {
	y, dst, src := t.unary(opTanh, x, 0, 0)
	kernel.Tanh(dst, src)
	return y
}

var opTanh = define("Tanh", backwardTanh)

func backwardTanh(t *Tape, r *record) { // dy (1-y²)
	t.pull(r, func(dst, dy, _, y []float32) { kernel.TanhBackward(dst, dy, y) })
}

// Sigmoid returns 1/(1+e^-x).
func (t *Tape) Sigmoid(x Var) Var {
	y, dst, src := t.unary(opSigmoid, x, 0, 0)
	kernel.Sigmoid(dst, src)
	return y
}

var opSigmoid = define("Sigmoid", backwardSigmoid)

func backwardSigmoid(t *Tape, r *record) { // dy y(1-y)
	t.pull(r, func(dst, dy, _, y []float32) { kernel.SigmoidBackward(dst, dy, y) })
}

// ReLU returns max(x, 0), passing NaN through.
func (t *Tape) ReLU(x Var) Var {
	y, dst, src := t.unary(opReLU, x, 0, 0)
	kernel.ReLU(dst, src)
	return y
}

var opReLU = define("ReLU", backwardReLU)

func backwardReLU(t *Tape, r *record) {
	t.pull(r, func(dst, dy, _, y []float32) { kernel.ReLUBackward(dst, dy, y) })
}

// Softplus returns log(1+e^x), without overflow.
func (t *Tape) Softplus(x Var) Var {
	y, dst, src := t.unary(opSoftplus, x, 0, 0)
	kernel.Softplus(dst, src)
	return y
}

var opSoftplus = define("Softplus", backwardSoftplus)

func backwardSoftplus(t *Tape, r *record) { // dy sigmoid(x)
	t.pull(r, func(dst, dy, x, _ []float32) {
		kernel.Sigmoid(dst, x)
		kernel.Mul(dst, dst, dy)
	})
}

// Clamp returns x limited to [lo, hi]. The gradient is dy inside, bounds included, and 0
// outside.
func (t *Tape) Clamp(x Var, lo, hi float32) Var {
	y, dst, src := t.unary(opClamp, x, lo, hi)
	kernel.Clamp(dst, src, lo, hi)
	return y
}

var opClamp = define("Clamp", backwardClamp)

func backwardClamp(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.ClampBackward(s.dst, t.nodes[r.out].grad, t.nodes[r.a].val, r.f0, r.f1)
		t.commit(s)
	}
}

// Huber returns d²/(2 beta) where |d| < beta and |d| - beta/2 elsewhere, for beta > 0: the
// smooth L1 loss of a difference d.
func (t *Tape) Huber(d Var, beta float32) Var {
	y, dst, src := t.unary(opHuber, d, beta, 0)
	kernel.Huber(dst, src, beta)
	return y
}

var opHuber = define("Huber", backwardHuber)

func backwardHuber(t *Tape, r *record) { // dy clamp(d/beta, -1, 1)
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.HuberBackward(s.dst, t.nodes[r.out].grad, t.nodes[r.a].val, r.f0)
		t.commit(s)
	}
}
