package nets

import (
	"fmt"
	"iter"

	"tesuji/internal/suggest"
	"tesuji/tensor"
)

var activations = []struct {
	name string
	act  tensor.Activation
}{
	{"tanh", tensor.Tanh}, {"relu", tensor.ReLU}, {"sigmoid", tensor.Sigmoid},
	{"gelu", tensor.GELU}, {"gelu_tanh", tensor.GELUTanh}, {"silu", tensor.SiLU},
	{"elu", tensor.ELU}, {"leaky_relu", tensor.LeakyReLU}, {"softplus", tensor.Softplus},
	{"hardswish", tensor.Hardswish}, {"hardsigmoid", tensor.Hardsigmoid}, {"scaled_tanh", tensor.ScaledTanh},
	{"none", tensor.None},
}

// Activation returns the activation of a name, such as tanh, relu, gelu or none.
func Activation(name string) (tensor.Activation, error) {
	var names []string
	for _, a := range activations {
		if a.name == name {
			return a.act, nil
		}
		names = append(names, a.name)
	}
	return tensor.None, fmt.Errorf("activation_fn %q is unknown: did you mean %q? (there are %v)", name, suggest.Nearest(name, names), names)
}

// Act is an activation as a layer.
type Act tensor.Activation

// Forward applies it.
func (a Act) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.Activate(x, tensor.Activation(a))
}

// Params yields nothing.
func (a Act) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }

// PReLU is x where x > 0 and slope*x elsewhere, with learned slopes. (He et al., "Delving Deep into
// Rectifiers", 2015.)
type PReLU struct{ Slope *Param }

// NewPReLU returns a layer with so many slopes, one for each channel or 1 for all, in name.weight.
// They start at 0.25.
func NewPReLU(name string, slopes int) *PReLU {
	l := &PReLU{NewParam(name+".weight", slopes)}
	for i := range l.Slope.Value.Data {
		l.Slope.Value.Data[i] = 0.25
	}
	return l
}

// Forward maps x [..., C], elementwise.
func (l *PReLU) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return t.PReLU(x, l.Slope.Var(t)) }

// Params yields the slopes.
func (l *PReLU) Params() iter.Seq[*Param] { return func(yield func(*Param) bool) { yield(l.Slope) } }
