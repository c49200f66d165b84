package tensor

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestConvActivations: each activation that a convolution applies is that of a Linear on the same
// sums, forward and backward, for ordinary and transposed ones of single pixels.
func TestConvActivations(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := func(dims ...int) *Tensor {
		x := New(dims...)
		for i := range x.Data {
			x.Data[i] = float32(r.NormFloat64())
		}
		return x
	}
	x, w, b := random(6, 3), random(3, 5), random(5)
	wT := New(5, 3)
	for i := range 3 {
		for j := range 5 {
			wT.Data[j*3+i] = w.Data[i*5+j]
		}
	}
	tape := NewTape()
	run := func(f func(x, w, b Var) Var, w *Tensor, dims ...int) (y, dx, db []float32) {
		tape.Reset()
		gx, gw, gb := New(6, 3), &Tensor{Shape: w.Shape, Data: make([]float32, 15)}, New(5)
		vx := tape.Param(x, gx)
		out := f(tape.Reshape(vx, dims...), tape.Param(w, gw), tape.Param(b, gb))
		tape.Backward(tape.Sum(tape.Square(out)))
		return slices.Clone(tape.Value(out)), gx.Data, gb.Data
	}
	for act := None; act <= ScaledTanh; act++ {
		y, dx, db := run(func(x, w, b Var) Var { return tape.Linear(x, w, b, act) }, w, 6, 3)
		o := ConvOptions{Act: act}
		cy, cdx, cdb := run(func(x, w, b Var) Var { return tape.Conv2D(x, w, b, o) }, Of(w.Data, 1, 1, 3, 5), 6, 1, 1, 3)
		if !slices.Equal(y, cy) || !slices.Equal(dx, cdx) || !slices.Equal(db, cdb) {
			t.Errorf("activation %d of Conv2D: %v, want %v; gradient %v, want %v", act, cy, y, cdx, dx)
		}
		ty, tdx, tdb := run(func(x, w, b Var) Var { return tape.ConvTranspose2D(x, w, b, o) }, Of(wT.Data, 1, 1, 5, 3), 6, 1, 1, 3)
		if !slices.Equal(y, ty) || !slices.Equal(dx, tdx) || !slices.Equal(db, tdb) {
			t.Errorf("activation %d of ConvTranspose2D: %v, want %v; gradient %v, want %v", act, ty, y, tdx, dx)
		}
	}
}
