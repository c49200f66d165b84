package nets

import (
	"iter"

	"tesuji/tensor"
)

// Dropout sets elements to 0 with probability P, in [0, 1), on a training tape, and scales the others
// by 1/(1-P). (Srivastava et al., "Dropout", 2014.)
type Dropout struct{ P float32 }

// Forward maps x of any shape.
func (l Dropout) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Dropout(x, l.P) }

// Params yields nothing.
func (l Dropout) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }

// DropPath sets whole samples of x [B, ...] to 0 with probability P, in [0, 1), on a training tape,
// and scales the others by 1/(1-P): stochastic depth, at the end of a residual branch. (Huang et
// al., "Deep Networks with Stochastic Depth", 2016.)
type DropPath struct{ P float32 }

// Forward maps x [B, ...].
func (l DropPath) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return t.DropRows(x, l.P) }

// Params yields nothing.
func (l DropPath) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }

// DropChannels sets whole channels of a sample of x [B, ..., C] to 0 with probability P, in [0, 1), on
// a training tape, and scales the others by 1/(1-P). (Tompson et al., 2015.)
type DropChannels struct{ P float32 }

// Forward maps x [B, ..., C].
func (l DropChannels) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.DropChannels(x, l.P)
}

// Params yields nothing.
func (l DropChannels) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }
