package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Nonlinearities. activation.go lists those that are fused into other operations.

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
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.SoftplusBackward(dst, dy, x) })
}

// GELU returns x Φ(x), Φ the standard normal distribution function: the exact form, by the error
// function, within 3 ulp above -1 and 2^-24 below. (Hendrycks and Gimpel, 2016.)
func (t *Tape) GELU(x Var) Var {
	y, dst, src := t.unary(opGELU, x, 0, 0)
	kernel.GELU(dst, src)
	return y
}

var opGELU = define("GELU", backwardGELU)

func backwardGELU(t *Tape, r *record) { // dy (Φ(x) + x φ(x))
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.GELUBackward(dst, dy, x) })
}

// GELUTanh returns x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation that GPT-1, GPT-2 and
// BLOOM use.
func (t *Tape) GELUTanh(x Var) Var {
	y, dst, src := t.unary(opGELUTanh, x, 0, 0)
	kernel.GELUTanh(dst, src)
	return y
}

var opGELUTanh = define("GELUTanh", backwardGELUTanh)

func backwardGELUTanh(t *Tape, r *record) {
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.GELUTanhBackward(dst, dy, x) })
}

// SiLU returns x σ(x), also called swish.
func (t *Tape) SiLU(x Var) Var {
	y, dst, src := t.unary(opSiLU, x, 0, 0)
	kernel.SiLU(dst, src)
	return y
}

var opSiLU = define("SiLU", backwardSiLU)

func backwardSiLU(t *Tape, r *record) { // dy (σ + xσ(1-σ))
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.SiLUBackward(dst, dy, x) })
}

// Hardswish returns x/6 min(6, max(0, x+3)). (Howard et al., "Searching for MobileNetV3", 2019.)
func (t *Tape) Hardswish(x Var) Var {
	y, dst, src := t.unary(opHardswish, x, 0, 0)
	kernel.Hardswish(dst, src)
	return y
}

var opHardswish = define("Hardswish", backwardHardswish)

func backwardHardswish(t *Tape, r *record) {
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.HardswishBackward(dst, dy, x) })
}

// Hardsigmoid returns min(6, max(0, x+3))/6.
func (t *Tape) Hardsigmoid(x Var) Var {
	y, dst, src := t.unary(opHardsigmoid, x, 0, 0)
	kernel.Hardsigmoid(dst, src)
	return y
}

var opHardsigmoid = define("Hardsigmoid", backwardHardsigmoid)

func backwardHardsigmoid(t *Tape, r *record) {
	t.pull(r, func(dst, dy, x, _ []float32) { kernel.HardsigmoidBackward(dst, dy, x) })
}

// SoftplusBeta returns log(1+e^(beta x))/beta for beta > 0. Its rounding is PyTorch's threshold: x
// itself from about 17/beta on.
func (t *Tape) SoftplusBeta(x Var, beta float32) Var {
	t.positive(opSoftplusBeta, "beta", beta)
	y, dst, src := t.unary(opSoftplusBeta, x, beta, 0)
	kernel.SoftplusBeta(dst, src, beta)
	return y
}

var opSoftplusBeta = define("SoftplusBeta", backwardSoftplusBeta)

func backwardSoftplusBeta(t *Tape, r *record) { // dy σ(beta x)
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.SoftplusBetaBackward(s.dst, t.nodes[r.out].grad, t.nodes[r.a].val, r.f0)
		t.commit(s)
	}
}

// positive panics unless an operation's constant is greater than 0.
func (t *Tape) positive(op *operation, name string, v float32) {
	if !(v > 0) {
		panic(fmt.Sprintf("tensor: %s with %s %v, want one > 0", op.name, name, v))
	}
}

// LeakyReLU returns x where x > 0 and slope*x elsewhere.
func (t *Tape) LeakyReLU(x Var, slope float32) Var {
	y, dst, src := t.unary(opLeakyReLU, x, slope, 0)
	kernel.LeakyReLU(dst, src, slope)
	return y
}

var opLeakyReLU = define("LeakyReLU", backwardLeakyReLU)

func backwardLeakyReLU(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.LeakyReLUBackward(s.dst, t.nodes[r.out].grad, t.nodes[r.a].val, r.f0)
		t.commit(s)
	}
}

// ELU returns x where x > 0 and alpha (e^x - 1) elsewhere, for alpha > 0. (Clevert et al., 2016.)
func (t *Tape) ELU(x Var, alpha float32) Var {
	t.positive(opELU, "alpha", alpha)
	y, dst, src := t.unary(opELU, x, alpha, 0)
	kernel.ELU(dst, src, alpha)
	return y
}

var opELU = define("ELU", backwardELU)

func backwardELU(t *Tape, r *record) { // dy (y+alpha) where x <= 0
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.ELUBackward(s.dst, t.nodes[r.out].grad, t.nodes[r.out].val, r.f0)
		t.commit(s)
	}
}

// The constants of ScaledTanh, with which ±1 goes to ±1.
const (
	scaledTanhA = 1.7159
	scaledTanhB = 2.0 / 3
)

// ScaledTanh returns 1.7159 tanh(2x/3). (LeCun et al., "Gradient-Based Learning Applied to Document
// Recognition", 1998, appendix A.)
func (t *Tape) ScaledTanh(x Var) Var {
	y, dst, src := t.unary(opScaledTanh, x, 0, 0)
	kernel.TanhScaled(dst, src, scaledTanhA, scaledTanhB)
	return y
}

var opScaledTanh = define("ScaledTanh", backwardScaledTanh)

func backwardScaledTanh(t *Tape, r *record) {
	t.pull(r, func(dst, dy, _, y []float32) { kernel.TanhScaledBackward(dst, dy, y, scaledTanhA, scaledTanhB) })
}

// PReLU returns x where x > 0 and slope*x elsewhere, for x [..., C] and a slope of [C], or of one
// element for all. (He et al., "Delving Deep into Rectifiers", 2015.)
//
//	dx = x > 0 ? dy : dy*slope    dslope = sum of dy*min(x, 0)
func (t *Tape) PReLU(x, slope Var) Var {
	nx, ns := t.at(x), t.at(slope)
	shape, vx, vs, needs := nx.shape, nx.val, ns.val, nx.needs || ns.needs
	t.need(opPReLU, "x [... C] and a slope [C] or of one element", len(vs) == 1 || len(vs) == shape.Cols(), x, slope)
	y := t.result(shape, needs)
	if dst := t.nodes[y.id].val; len(vs) == 1 {
		kernel.LeakyReLU(dst, vx, vs[0])
	} else {
		kernel.PReLU(dst, vx, vs, shape.Rows(), shape.Cols())
	}
	return t.record(record{op: opPReLU, out: y.id, a: x.id, b: slope.id, c: -1, aux: -1})
}

var opPReLU = define("PReLU", backwardPReLU)

func backwardPReLU(t *Tape, r *record) {
	dy, x, slope := t.nodes[r.out].grad, t.nodes[r.a].val, t.nodes[r.b].val
	rows, cols := t.nodes[r.out].shape.Rows(), t.nodes[r.out].shape.Cols()
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		if len(slope) == 1 {
			kernel.LeakyReLUBackward(s.dst, dy, x, slope[0])
		} else {
			kernel.PReLUBackward(s.dst, dy, x, slope, rows, cols)
		}
		t.commit(s)
	}
	if t.nodes[r.b].needs {
		t.reserve(r.b)
		m := t.mem.mark()
		d := t.mem.alloc(len(dy))
		kernel.PReLUSlope(d, dy, x)
		how := spread{byRow, 1, rows, cols}
		if len(slope) == 1 {
			how.broadcast = byScalar
		}
		t.reduceInto(r.b, d, how)
		t.mem.release(m)
	}
}
