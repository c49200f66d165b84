package tensor

import (
	"math"

	"tesuji/tensor/internal/kernel"
)

// Softmax returns e^x normalised over the last dimension.
func (t *Tape) Softmax(x Var) Var {
	y, dst, src := t.unary(opSoftmax, x, 0, 0)
	s := t.nodes[y.id].shape
	kernel.Softmax(dst, src, s.Rows(), s.Cols())
	return y
}

var opSoftmax = define("Softmax", backwardSoftmax)

func backwardSoftmax(t *Tape, r *record) { // y (dy - Σ dy y)
	s := t.nodes[r.out].shape
	if t.nodes[r.a].needs {
		k := t.open(r.a)
		kernel.SoftmaxBackward(k.dst, t.nodes[r.out].grad, t.nodes[r.out].val, s.Rows(), s.Cols())
		t.commit(k)
	}
}

// MaskedSoftmax returns the softmax over the last dimension of x [..., C] of the elements at which
// mask, of the same shape, is not 0, and 0 elsewhere; a row without any is 0. No gradient flows into
// the mask.
func (t *Tape) MaskedSoftmax(x, mask Var) Var {
	nm := t.at(mask)
	t.need(opSoftmax, "a mask of the shape of x", t.at(x).shape == nm.shape, x, mask)
	keep := nm.val
	y, dst, src := t.unary(opSoftmax, x, 0, 0)
	s := t.nodes[y.id].shape
	c := s.Cols()
	for i := 0; i < len(src); i += c {
		any := false
		for j, m := range keep[i : i+c] {
			dst[i+j] = src[i+j]
			if m == 0 {
				dst[i+j] = float32(math.Inf(-1))
			} else {
				any = true
			}
		}
		if any {
			kernel.Softmax(dst[i:i+c], dst[i:i+c], 1, c)
		} else {
			clear(dst[i : i+c])
		}
	}
	return y
}

// LogSoftmax returns x - log Σ e^x over the last dimension.
func (t *Tape) LogSoftmax(x Var) Var {
	y, dst, src := t.unary(opLogSoftmax, x, 0, 0)
	s := t.nodes[y.id].shape
	kernel.LogSoftmax(dst, src, s.Rows(), s.Cols())
	return y
}

var opLogSoftmax = define("LogSoftmax", backwardLogSoftmax)

func backwardLogSoftmax(t *Tape, r *record) { // dy - e^y Σ dy
	s := t.nodes[r.out].shape
	if t.nodes[r.a].needs {
		k := t.open(r.a)
		kernel.LogSoftmaxBackward(k.dst, t.nodes[r.out].grad, t.nodes[r.out].val, s.Rows(), s.Cols())
		t.commit(k)
	}
}
