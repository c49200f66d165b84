package lenet

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// convolution is a convolution of 5 x 5 pixels.
type convolution struct {
	weight, bias *nets.Param // [5, 5, in, out], [out]
	options      tensor.ConvOptions
}

func newConvolution(name string, in, out int, o tensor.ConvOptions, init nets.Init, r *rng.Stream) *convolution {
	c := &convolution{nets.NewParam(name+".weight", 5, 5, in, out), nets.NewParam(name+".bias", out), o}
	init(c.weight.Value, c.bias.Value, r)
	return c
}

func (c *convolution) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.Conv2D(x, c.weight.Var(t), c.bias.Var(t), c.options)
}

func (c *convolution) Params() iter.Seq[*nets.Param] {
	return func(yield func(*nets.Param) bool) { _ = yield(c.weight) && yield(c.bias) }
}
