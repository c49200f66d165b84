package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// PoolOptions says how a pool moves over an image. Pairs are of rows and columns.
type PoolOptions struct {
	Window [2]int // pixels of a window; 0 means 1
	Stride [2]int // pixels from window to window; 0 means the window's size
	Pad    [2]int // rows above and below, columns left and right; at most half the window
	// Ceil lets a last window that begins inside x or the padding before it reach out of the
	// padding; otherwise there is none.
	Ceil bool
	// ExcludePad lets a mean divide by the pixels of the window that lie in x, and not count the
	// padding as zeros.
	ExcludePad bool
}

// over returns the pool of the options for x.
func (o PoolOptions) over(t *Tape, op *operation, x Var) kernel.Pool {
	s := t.at(x).shape
	t.need(op, "x [N H W C]", s.rank == 4, x)
	p := kernel.Pool{H: s.dims[1], W: s.dims[2], C: s.dims[3], KH: max(1, o.Window[0]), KW: max(1, o.Window[1]),
		StrideH: o.Stride[0], StrideW: o.Stride[1], PadH: o.Pad[0], PadW: o.Pad[1], IncludePad: !o.ExcludePad}
	if p.StrideH == 0 {
		p.StrideH = p.KH
	}
	if p.StrideW == 0 {
		p.StrideW = p.KW
	}
	t.need(op, "strides above 0 and padding of at most half the window",
		p.StrideH > 0 && p.StrideW > 0 && 2*p.PadH <= p.KH && 2*p.PadW <= p.KW, x)
	p.OH = o.outputs(p.H, p.KH, p.StrideH, p.PadH)
	p.OW = o.outputs(p.W, p.KW, p.StrideW, p.PadW)
	if err := p.Check(); err != nil {
		t.need(op, fmt.Sprintf("a pool that exists (%v)", err), false, x)
	}
	return p
}

// outputs returns how many windows there are over n coordinates.
func (o PoolOptions) outputs(n, window, stride, pad int) int {
	span := n + 2*pad - window
	if span < 0 && !(o.Ceil && span > -stride) {
		return 0
	}
	if !o.Ceil {
		return span/stride + 1
	}
	out := (span+stride-1)/stride + 1
	if (out-1)*stride >= n+pad { // the last would begin in the padding behind
		out--
	}
	return out
}

// pooled adds the result node and record of a pool.
func (t *Tape) pooled(op *operation, p kernel.Pool, x Var, aux int32) (y Var, n int) {
	node := t.at(x)
	n, needs := node.shape.dims[0], node.needs
	y = t.result(ShapeOf(n, p.OH, p.OW, p.C), needs)
	t.pools = append(t.pools, p)
	t.record(record{op: op, out: y.id, a: x.id, b: -1, c: -1, aux: aux, n0: int32(len(t.pools) - 1)})
	return y, n
}

// MaxPool2D returns the largest of each window of x [N, H, W, C]: [N, OH, OW, C] with
// OH = ⌊(H+2·Pad-Window)/Stride⌋+1, or ⌈⌉ with Ceil, and OW likewise. NaN counts as the largest. The
// gradient goes to the first of equals.
func (t *Tape) MaxPool2D(x Var, o PoolOptions) Var {
	p := o.over(t, opMaxPool2D, x)
	index := t.result(ShapeOf(t.at(x).shape.dims[0], p.OH, p.OW, p.C), false)
	y, n := t.pooled(opMaxPool2D, p, x, index.id)
	p.Max(t.nodes[y.id].val, t.nodes[index.id].val, t.nodes[x.id].val, n)
	return y
}

var opMaxPool2D = define("MaxPool2D", backwardMaxPool2D)

func backwardMaxPool2D(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		dx, accumulate := t.chain(r.a)
		t.pools[r.n0].BackwardMax(dx, t.nodes[r.out].grad, t.nodes[r.aux].val, t.nodes[r.out].shape.dims[0], accumulate)
	}
}

// AvgPool2D returns the mean of each window of x [N, H, W, C], in the sizes of MaxPool2D.
func (t *Tape) AvgPool2D(x Var, o PoolOptions) Var {
	return t.mean(opAvgPool2D, o.over(t, opAvgPool2D, x), x)
}

var opAvgPool2D = define("AvgPool2D", backwardAvgPool2D)

// AdaptiveAvgPool2D returns means of x [N, H, W, C] over oh·ow windows that cover it: [N, oh, ow, C].
// Window i of the rows reaches from ⌊i·H/oh⌋ to ⌈(i+1)·H/oh⌉, and of the columns likewise.
func (t *Tape) AdaptiveAvgPool2D(x Var, oh, ow int) Var {
	s := t.at(x).shape
	t.need(opAvgPool2D, "x [N H W C] and a window at least", s.rank == 4 && oh > 0 && ow > 0, x)
	p := kernel.Pool{H: s.dims[1], W: s.dims[2], C: s.dims[3], OH: oh, OW: ow, Adaptive: true}
	if err := p.Check(); err != nil {
		t.need(opAvgPool2D, fmt.Sprintf("a pool that exists (%v)", err), false, x)
	}
	return t.mean(opAvgPool2D, p, x)
}

// GlobalAvgPool2D returns the mean over all pixels of x [N, H, W, C]: [N, C].
func (t *Tape) GlobalAvgPool2D(x Var) Var { return t.Flatten(t.AdaptiveAvgPool2D(x, 1, 1)) }

// Flatten returns x [N, ...] as [N, rest]. In images the channels come last: a layer whose weights
// come from PyTorch, where they come first, needs its rows reordered.
func (t *Tape) Flatten(x Var) Var {
	n := t.at(x)
	return t.Reshape(x, n.shape.dims[0], len(n.val)/max(1, n.shape.dims[0]))
}

func (t *Tape) mean(op *operation, p kernel.Pool, x Var) Var {
	y, n := t.pooled(op, p, x, -1)
	p.Mean(t.nodes[y.id].val, t.nodes[x.id].val, n)
	return y
}

func backwardAvgPool2D(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		dx, accumulate := t.chain(r.a)
		t.pools[r.n0].BackwardMean(dx, t.nodes[r.out].grad, t.nodes[r.out].shape.dims[0], accumulate)
	}
}
