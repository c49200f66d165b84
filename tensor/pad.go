package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Padding is rows and columns to add to an image; none is negative.
type Padding struct{ Top, Bottom, Left, Right int }

// PadZero adds zeros around images x [N, H, W, C].
func (t *Tape) PadZero(x Var, p Padding) Var {
	y, src, dst := t.padded(opPadZero, x, p, true)
	clear(dst)
	s, out := t.nodes[x.id].shape, t.nodes[y.id].shape
	n := s.dims[2] * s.dims[3]
	for row := range s.dims[0] * s.dims[1] {
		copy(dst[inside(out, s, row, p.Top, p.Left):], src[row*n:(row+1)*n])
	}
	return y
}

var opPadZero = define("PadZero", backwardPadZero)

func backwardPadZero(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	k := t.open(r.a)
	s, out, dy := t.nodes[r.a].shape, t.nodes[r.out].shape, t.nodes[r.out].grad
	n := s.dims[2] * s.dims[3]
	for row := range s.dims[0] * s.dims[1] {
		copy(k.dst[row*n:(row+1)*n], dy[inside(out, s, row, int(r.n0), int(r.n1)):])
	}
	t.commit(k)
}

// inside returns where row number row of all images of the shape s begins in the padded ones.
func inside(padded, s Shape, row, top, left int) int {
	return ((row/s.dims[1]*padded.dims[1]+row%s.dims[1]+top)*padded.dims[2] + left) * s.dims[3]
}

// PadReflect adds pixels around images x [N, H, W, C] by reflecting them in the first and last
// row and column, which are not repeated: so fewer are added than there are.
func (t *Tape) PadReflect(x Var, p Padding) Var {
	s := t.at(x).shape
	y, src, dst := t.padded(opPadReflect, x, p, s.rank == 4 && max(p.Top, p.Bottom) < s.dims[1] && max(p.Left, p.Right) < s.dims[2])
	h, w, c := s.dims[1], s.dims[2], s.dims[3]
	out := t.nodes[y.id].shape
	for row := range out.dims[0] * out.dims[1] {
		from := src[(row/out.dims[1]*h+reflect(row%out.dims[1]-p.Top, h))*w*c:]
		to := dst[row*out.dims[2]*c:]
		copy(to[p.Left*c:(p.Left+w)*c], from)
		for col := range p.Left {
			copy(to[col*c:(col+1)*c], from[(p.Left-col)*c:])
		}
		for col := p.Left + w; col < out.dims[2]; col++ {
			copy(to[col*c:(col+1)*c], from[reflect(col-p.Left, w)*c:])
		}
	}
	return y
}

// reflect returns the coordinate below n that i is the reflection of.
func reflect(i, n int) int {
	switch {
	case i < 0:
		return -i
	case i >= n:
		return 2*(n-1) - i
	}
	return i
}

var opPadReflect = define("PadReflect", backwardPadReflect)

// backwardPadReflect adds to each pixel the gradients of its reflections, in their order.
func backwardPadReflect(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dx, accumulate := t.chain(r.a)
	if !accumulate {
		clear(dx)
	}
	s, out, dy := t.nodes[r.a].shape, t.nodes[r.out].shape, t.nodes[r.out].grad
	h, w, c := s.dims[1], s.dims[2], s.dims[3]
	top, left := int(r.n0), int(r.n1)
	for row := range out.dims[0] * out.dims[1] {
		to := dx[(row/out.dims[1]*h+reflect(row%out.dims[1]-top, h))*w*c:]
		from := dy[row*out.dims[2]*c:]
		for col := range left {
			kernel.AddTo(to[(left-col)*c:][:c], from[col*c:])
		}
		kernel.AddTo(to[:w*c], from[left*c:])
		for col := left + w; col < out.dims[2]; col++ {
			kernel.AddTo(to[reflect(col-left, w)*c:][:c], from[col*c:])
		}
	}
}

// padded adds the result node and record of a padding.
func (t *Tape) padded(op *operation, x Var, p Padding, ok bool) (y Var, src, dst []float32) {
	n := t.at(x)
	s := n.shape
	if !ok || s.rank != 4 || min(p.Top, p.Bottom, p.Left, p.Right) < 0 {
		t.need(op, fmt.Sprintf("x [N H W C] that can be padded by %+v", p), false, x)
	}
	src, needs := n.val, n.needs
	y = t.result(ShapeOf(s.dims[0], s.dims[1]+p.Top+p.Bottom, s.dims[2]+p.Left+p.Right, s.dims[3]), needs)
	t.record(record{op: op, out: y.id, a: x.id, b: -1, c: -1, aux: -1, n0: int32(p.Top), n1: int32(p.Left)})
	return y, src, t.nodes[y.id].val
}
