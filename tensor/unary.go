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
	t.pull(r, func(dst, dy, _, y []float32) { kernel.SqrtBackward(dst, dy, y) })
}

// Square returns x².
func (t *Tape) Square(x Var) Var {
	y, dst, src := t.unary(opSquare, x, 0, 0)
	kernel.Square(dst, src)
	return y
}

var opSquare = define("Square", backwardSquare)

func backwardSquare(t *Tape, r *record) { // 2 x dy
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.SquareBackward(dst, dy, x) })
}

// Abs returns |x|; its gradient at 0 is 0.
func (t *Tape) Abs(x Var) Var {
	y, dst, src := t.unary(opAbs, x, 0, 0)
	kernel.Abs(dst, src)
	return y
}

var opAbs = define("Abs", backwardAbs)

func backwardAbs(t *Tape, r *record) {
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.AbsBackward(dst, dy, x) })
}

// Log1p returns log(1+x), within 1.5 ulp.
func (t *Tape) Log1p(x Var) Var {
	y, dst, src := t.unary(opLog1p, x, 0, 0)
	kernel.Log1p(dst, src)
	return y
}

var opLog1p = define("Log1p", backwardLog1p)

func backwardLog1p(t *Tape, r *record) { // dy / (1+x)
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.Log1pBackward(dst, dy, x) })
}

// Expm1 returns e^x - 1, within 1.5 ulp.
func (t *Tape) Expm1(x Var) Var {
	y, dst, src := t.unary(opExpm1, x, 0, 0)
	kernel.Expm1(dst, src)
	return y
}

var opExpm1 = define("Expm1", backwardExpm1)

func backwardExpm1(t *Tape, r *record) { // dy (1+y)
	t.pull(r, func(dst, dy, _, y []float32) { kernel.Expm1Backward(dst, dy, y) })
}

// Rsqrt returns 1/√x, within 1.5 ulp.
func (t *Tape) Rsqrt(x Var) Var {
	y, dst, src := t.unary(opRsqrt, x, 0, 0)
	kernel.Rsqrt(dst, src)
	return y
}

var opRsqrt = define("Rsqrt", backwardRsqrt)

func backwardRsqrt(t *Tape, r *record) { // -dy y³/2
	t.pull(r, func(dst, dy, _, y []float32) { kernel.RsqrtBackward(dst, dy, y) })
}

// Pow returns x^c for x >= 0, as e^(c log x) and so within 2+2|c log x| ulp; NaN below zero.
func (t *Tape) Pow(x Var, c float32) Var {
	y, dst, src := t.unary(opPow, x, c, 0)
	kernel.Pow(dst, src, c)
	return y
}

var opPow = define("Pow", backwardPow)

func backwardPow(t *Tape, r *record) { // dy c x^(c-1)
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.PowBackward(s.dst, t.nodes[r.out].grad, t.nodes[r.a].val, r.f0)
		t.commit(s)
	}
}

// Erf returns the error function, within 1.3 ulp.
func (t *Tape) Erf(x Var) Var {
	y, dst, src := t.unary(opErf, x, 0, 0)
	kernel.Erf(dst, src)
	return y
}

var opErf = define("Erf", backwardErf)

func backwardErf(t *Tape, r *record) { // dy 2/√π e^-x²
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.ErfBackward(dst, dy, x) })
}

// Sin returns the sine for |x| <= 2^22, within 1.6 ulp up to 2^17, and NaN elsewhere.
func (t *Tape) Sin(x Var) Var {
	y, dst, src := t.unary(opSin, x, 0, 0)
	kernel.Sin(dst, src)
	return y
}

var opSin = define("Sin", backwardSin)

func backwardSin(t *Tape, r *record) { // dy cos x
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.SinBackward(dst, dy, x) })
}

// Cos returns the cosine for |x| <= 2^22, within 1.6 ulp up to 2^17, and NaN elsewhere.
func (t *Tape) Cos(x Var) Var {
	y, dst, src := t.unary(opCos, x, 0, 0)
	kernel.Cos(dst, src)
	return y
}

var opCos = define("Cos", backwardCos)

func backwardCos(t *Tape, r *record) { // -dy sin x
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.CosBackward(dst, dy, x) })
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
