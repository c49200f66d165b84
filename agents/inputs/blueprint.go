package inputs

import "tesuji/tensor"

// Dims returns the dimensions, after the batch, of what Put takes: H, W, C of an image, the size of
// all else.
func (r *Reader) Dims() []int {
	if r.image != nil {
		return r.image
	}
	return []int{r.size}
}

// Put returns what Read gives for observations that are on the tape as numbers, x [N, Dims...], as the
// environment has them: pixels are 0 to 255, MinAtar's planes 0 or 1.
func (r *Reader) Put(t *tensor.Tape, x tensor.Var) tensor.Var {
	if r.scaled {
		return t.Scale(x, 1./255)
	}
	return x
}
