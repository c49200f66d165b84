package nets

import (
	"iter"

	"tesuji/tensor"
)

// MaxPool2D takes the largest of each window of images [N, H, W, C].
type MaxPool2D tensor.PoolOptions

// Forward maps x [N, H, W, C] to [N, OH, OW, C].
func (p MaxPool2D) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.MaxPool2D(x, tensor.PoolOptions(p))
}

// Params yields nothing.
func (p MaxPool2D) Params() iter.Seq[*Param] { return noParams }

// AvgPool2D takes the mean of each window of images [N, H, W, C].
type AvgPool2D tensor.PoolOptions

// Forward maps x [N, H, W, C] to [N, OH, OW, C].
func (p AvgPool2D) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.AvgPool2D(x, tensor.PoolOptions(p))
}

// Params yields nothing.
func (p AvgPool2D) Params() iter.Seq[*Param] { return noParams }

// AdaptiveAvgPool2D takes means over OH·OW windows that cover images [N, H, W, C].
type AdaptiveAvgPool2D struct{ OH, OW int }

// Forward maps x [N, H, W, C] to [N, OH, OW, C].
func (p AdaptiveAvgPool2D) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.AdaptiveAvgPool2D(x, p.OH, p.OW)
}

// Params yields nothing.
func (p AdaptiveAvgPool2D) Params() iter.Seq[*Param] { return noParams }

func noParams(func(*Param) bool) {}

// GlobalAvgPool2D and Flatten are layers of what the tape's operations of these names do.
var (
	GlobalAvgPool2D = Func((*tensor.Tape).GlobalAvgPool2D)
	Flatten         = Func((*tensor.Tape).Flatten)
)
