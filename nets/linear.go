package nets

import (
	"iter"
	"strconv"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Linear is y = act(x·W + b). The weight is laid out [in, out].
type Linear struct {
	Weight, Bias *Param
	Act          tensor.Activation
}

// NewLinear returns a layer with parameters name.weight and name.bias, set by init.
func NewLinear(name string, in, out int, act tensor.Activation, init Init, r *rng.Stream) *Linear {
	l := &Linear{Weight: NewParam(name+".weight", in, out), Bias: NewParam(name+".bias", out), Act: act}
	init(l.Weight.Value, l.Bias.Value, r)
	return l
}

// Forward maps x [..., in] to [..., out].
func (l *Linear) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.Linear(x, l.Weight.Var(t), l.Bias.Var(t), l.Act)
}

// Params yields the weight and the bias.
func (l *Linear) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		_ = yield(l.Weight) && yield(l.Bias)
	}
}

// MLP is linear layers in a row, each followed by the same activation.
type MLP struct{ Layers []*Linear }

// NewMLP returns a layer of each hidden width, with parameters name.0.weight, name.0.bias,
// name.1.weight, ... Without widths it passes its input through.
func NewMLP(name string, in int, hidden []int, act tensor.Activation, init Init, r *rng.Stream) *MLP {
	m := &MLP{}
	for i, width := range hidden {
		m.Layers = append(m.Layers, NewLinear(name+"."+strconv.Itoa(i), in, width, act, init, r))
		in = width
	}
	return m
}

// Forward maps x [..., in] to [..., last width].
func (m *MLP) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	for _, l := range m.Layers {
		x = l.Forward(t, x)
	}
	return x
}

// Params yields the layers' parameters in order.
func (m *MLP) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		for _, l := range m.Layers {
			if !yield(l.Weight) || !yield(l.Bias) {
				return
			}
		}
	}
}
