package tensor

import "tesuji/tensor/internal/kernel"

// Activation is a nonlinearity without parameters, which an operation such as Linear applies to
// its result while that is in cache.
type Activation uint8

// The activations; each is the Tape method of the same name, with PyTorch's default constants.
const (
	None Activation = iota
	ReLU
	Tanh
	Sigmoid
	GELU
	GELUTanh
	SiLU
	ELU       // alpha 1
	LeakyReLU // slope 0.01
	Softplus
	Hardswish
	Hardsigmoid
	ScaledTanh
)

const defaultSlope = 0.01

// ofInput says whether the way back needs the activation's argument, and not its result.
func (a Activation) ofInput() bool {
	switch a {
	case GELU, GELUTanh, SiLU, Softplus, Hardswish, Hardsigmoid:
		return true
	}
	return false
}

// preactivation returns where an operation with result y shall leave what goes into its activation:
// in y itself or, if the way back needs it, in a node of its own, which is -1 otherwise.
func (t *Tape) preactivation(y Var, act Activation) (z []float32, aux int32) {
	n := &t.nodes[y.id]
	if !act.ofInput() || !n.needs {
		return n.val, -1
	}
	v := t.result(n.shape, false)
	return t.nodes[v.id].val, v.id
}

// activated returns what the way back through an operation's activation needs, given where
// preactivation left it.
func (t *Tape) activated(r *record) []float32 {
	if r.aux >= 0 {
		return t.nodes[r.aux].val
	}
	return t.nodes[r.out].val
}

// apply sets y to the activation of z, which may be y.
func (a Activation) apply(y, z []float32) {
	switch a {
	case None:
		if len(y) > 0 && &y[0] != &z[0] {
			copy(y, z)
		}
	case ReLU:
		kernel.ReLU(y, z)
	case Tanh:
		kernel.Tanh(y, z)
	case Sigmoid:
		kernel.Sigmoid(y, z)
	case GELU:
		kernel.GELU(y, z)
	case GELUTanh:
		kernel.GELUTanh(y, z)
	case SiLU:
		kernel.SiLU(y, z)
	case ELU:
		kernel.ELU(y, z, 1)
	case LeakyReLU:
		kernel.LeakyReLU(y, z, defaultSlope)
	case Softplus:
		kernel.Softplus(y, z)
	case Hardswish:
		kernel.Hardswish(y, z)
	case Hardsigmoid:
		kernel.Hardsigmoid(y, z)
	case ScaledTanh:
		kernel.TanhScaled(y, z, scaledTanhA, scaledTanhB)
	}
}

// backward sets dz to the gradient of the activation's argument, from that of its result and what
// activated returns. dz may be dy.
func (a Activation) backward(dz, dy, v []float32) {
	switch a {
	case None:
		if len(dz) > 0 && &dz[0] != &dy[0] {
			copy(dz, dy)
		}
	case ReLU:
		kernel.ReLUBackward(dz, dy, v)
	case Tanh:
		kernel.TanhBackward(dz, dy, v)
	case Sigmoid:
		kernel.SigmoidBackward(dz, dy, v)
	case GELU:
		kernel.GELUBackward(dz, dy, v)
	case GELUTanh:
		kernel.GELUTanhBackward(dz, dy, v)
	case SiLU:
		kernel.SiLUBackward(dz, dy, v)
	case ELU:
		kernel.ELUBackward(dz, dy, v, 1)
	case LeakyReLU: // the result has the argument's sign
		kernel.LeakyReLUBackward(dz, dy, v, defaultSlope)
	case Softplus:
		kernel.SoftplusBackward(dz, dy, v)
	case Hardswish:
		kernel.HardswishBackward(dz, dy, v)
	case Hardsigmoid:
		kernel.HardsigmoidBackward(dz, dy, v)
	case ScaledTanh:
		kernel.TanhScaledBackward(dz, dy, v, scaledTanhA, scaledTanhB)
	}
}

// Activate returns act(x).
func (t *Tape) Activate(x Var, act Activation) Var {
	switch act {
	case ReLU:
		return t.ReLU(x)
	case Tanh:
		return t.Tanh(x)
	case Sigmoid:
		return t.Sigmoid(x)
	case GELU:
		return t.GELU(x)
	case GELUTanh:
		return t.GELUTanh(x)
	case SiLU:
		return t.SiLU(x)
	case ELU:
		return t.ELU(x, 1)
	case LeakyReLU:
		return t.LeakyReLU(x, defaultSlope)
	case Softplus:
		return t.Softplus(x)
	case Hardswish:
		return t.Hardswish(x)
	case Hardsigmoid:
		return t.Hardsigmoid(x)
	case ScaledTanh:
		return t.ScaledTanh(x)
	}
	return x
}
