package gpt

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// dense is a linear layer whose bias may be left out.
type dense struct {
	weight *nets.Param // [in, out]
	bias   *nets.Param // [out], or nil
}

func newDense(name string, in, out int, bias bool, deviation float64, r *rng.Stream) *dense {
	l := &dense{weight: nets.NewParam(name+".weight", in, out)}
	for i := range l.weight.Value.Data {
		l.weight.Value.Data[i] = float32(deviation * r.Normal())
	}
	if bias {
		l.bias = nets.NewParam(name+".bias", out)
	}
	return l
}

func (l *dense) forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	if l.bias == nil {
		return t.MatMul(x, l.weight.Var(t))
	}
	return t.Linear(x, l.weight.Var(t), l.bias.Var(t), tensor.None)
}

// Params yields the weight, and the bias if there is one.
func (l *dense) Params() iter.Seq[*nets.Param] { return both(l.weight, l.bias) }

// norm is layer normalisation whose bias may be left out.
type norm struct {
	weight *nets.Param // [C]
	bias   *nets.Param // [C], or nil
}

func newNorm(name string, width int, bias bool) *norm {
	l := &norm{weight: nets.NewParam(name+".weight", width)}
	for i := range l.weight.Value.Data {
		l.weight.Value.Data[i] = 1
	}
	if bias {
		l.bias = nets.NewParam(name+".bias", width)
	}
	return l
}

// epsilon is added to the variance.
const epsilon = 1e-5

func (l *norm) forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	var bias tensor.Var
	if l.bias != nil {
		bias = l.bias.Var(t)
	}
	return t.LayerNorm(x, l.weight.Var(t), bias, epsilon)
}

// Params yields the factors, and the bias if there is one.
func (l *norm) Params() iter.Seq[*nets.Param] { return both(l.weight, l.bias) }

func both(weight, bias *nets.Param) iter.Seq[*nets.Param] {
	return func(yield func(*nets.Param) bool) {
		_ = yield(weight) && (bias == nil || yield(bias))
	}
}

func drop(t *tensor.Tape, x tensor.Var, p float32) tensor.Var {
	if p == 0 {
		return x
	}
	return t.Dropout(x, p)
}
