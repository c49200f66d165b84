package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// ConvOptions says how a convolution moves over an image. Pairs are of rows and columns; Both
// makes one of equal numbers. The zero value is stride 1 without padding.
type ConvOptions struct {
	Stride   [2]int // pixels from window to window; 0 means 1
	Pad      [2]int // rows above and below, columns left and right, that count as zeros
	Dilation [2]int // pixels from tap to tap; 0 means 1
	// Groups divide input and output channels into parts of equal width; each part of the output
	// is computed from its part of the input. 0 means 1. As many groups as channels make a
	// depthwise convolution.
	Groups int
	// OutputPad is rows and columns that a transposed convolution adds below and to the right, less
	// than the stride.
	OutputPad [2]int
	// Act is applied to the result while it is in cache.
	Act Activation
}

// Both returns n rows and n columns.
func Both(n int) [2]int { return [2]int{n, n} }

// over returns the convolution of images of h·w pixels and ci channels to co channels with
// kh·kw taps; its output's size is to be set.
func (o ConvOptions) over(h, w, ci, kh, kw, co int) kernel.Conv {
	return kernel.Conv{
		H: h, W: w, CI: ci, KH: kh, KW: kw, CO: co,
		StrideH: max(1, o.Stride[0]), StrideW: max(1, o.Stride[1]), PadH: o.Pad[0], PadW: o.Pad[1],
		DilationH: max(1, o.Dilation[0]), DilationW: max(1, o.Dilation[1]), Groups: max(1, o.Groups),
	}
}

// Conv2D returns the convolution (in fact the cross-correlation, as everywhere in the field)
//
//	y[n,i,j] = act(b + Σ x[n, i·Stride-Pad+kh·Dilation, j·Stride-Pad+kw·Dilation]·w[kh,kw])
//
// of x [N, H, W, CI] with w [KH, KW, CI/Groups, CO] and b [CO] or the zero Var for no bias:
// [N, OH, OW, CO] with OH = ⌊(H+2·Pad-Dilation·(KH-1)-1)/Stride⌋+1, and OW likewise.
//
// Taps in the padding do not exist: chains leave them out. The chain of a weight's gradient
// restarts after 4096 pixels of y, in whole rows. docs/decisions/0005-convolution.md says why.
func (t *Tape) Conv2D(x, w, b Var, o ConvOptions) Var {
	sx, sw := t.at(x).shape, t.at(w).shape
	groups := max(1, o.Groups)
	if !(sx.rank == 4 && sw.rank == 4 && sw.dims[2]*groups == sx.dims[3] && sw.dims[3]%groups == 0 && t.isBias(b, sw.dims[3])) {
		t.need(opConv2D, fmt.Sprintf("x [N H W CI], w [KH KW CI/%d CO] and b [CO], of channels that %d groups divide", groups, groups), false, x, w)
	}
	c := o.over(sx.dims[1], sx.dims[2], sx.dims[3], sw.dims[0], sw.dims[1], sw.dims[3])
	c.OH = outputs(c.H+2*c.PadH, c.KH, c.StrideH, c.DilationH)
	c.OW = outputs(c.W+2*c.PadW, c.KW, c.StrideW, c.DilationW)
	y, z := t.convolve(opConv2D, ShapeOf(sx.dims[0], max(0, c.OH), max(0, c.OW), c.CO), c, x, w, b, o.Act)
	start, bias := t.startBias(b)
	c.Forward(z, t.nodes[x.id].val, t.nodes[w.id].val, sx.dims[0], start, bias, o.Act == ReLU)
	t.activate(y, z, o.Act)
	return y
}

// outputs returns how many windows fit in n coordinates, 0 or less if none does.
func outputs(n, taps, stride, dilation int) int {
	span := dilation*(taps-1) + 1
	if n < span {
		return 0
	}
	return (n-span)/stride + 1
}

func (t *Tape) isBias(b Var, n int) bool { return b == (Var{}) || len(t.at(b).val) == n }

// startBias returns where chains begin: at the bias, or at zero without one.
func (t *Tape) startBias(b Var) (kernel.Start, []float32) {
	if b == (Var{}) {
		return kernel.FromZero, nil
	}
	return kernel.FromBias, t.at(b).val
}

// convolve adds the result node and record of a convolution, if it has a valid shape, and returns
// where its sums go.
func (t *Tape) convolve(op *operation, shape Shape, c kernel.Conv, x, w, b Var, act Activation) (y Var, z []float32) {
	if err := c.Check(); err != nil {
		t.need(op, fmt.Sprintf("a convolution that exists (%v), stride %dx%d, padding %dx%d, dilation %dx%d,", err,
			c.StrideH, c.StrideW, c.PadH, c.PadW, c.DilationH, c.DilationW), false, x, w)
	}
	bias, needs := int32(-1), t.nodes[x.id].needs || t.nodes[w.id].needs
	if b != (Var{}) {
		bias, needs = b.id, needs || t.nodes[b.id].needs
	}
	y = t.result(shape, needs)
	z, aux := t.preactivation(y, act)
	t.convs = append(t.convs, c)
	return t.record(record{op: op, out: y.id, a: x.id, b: w.id, c: bias, aux: aux, n0: int32(len(t.convs) - 1), n1: int32(act)}), z
}

// activate applies an activation that the kernel has not applied.
func (t *Tape) activate(y Var, z []float32, act Activation) {
	if act != ReLU {
		act.apply(t.nodes[y.id].val, z)
	}
}

// deactivate turns the gradient of a convolution's result into that of its sums, in place:
// nothing else reads it. It adds the bias's gradient and returns the shape.
func (t *Tape) deactivate(r *record) (c kernel.Conv, n int, dz []float32) {
	out := &t.nodes[r.out]
	dz = out.grad
	Activation(r.n1).backward(dz, dz, t.activated(r))
	if r.c >= 0 && t.nodes[r.c].needs {
		shape := out.shape
		db, accumulate := t.chain(r.c)
		kernel.ColumnSums(db, dz, shape.Rows(), shape.Cols(), accumulate)
	}
	return t.convs[r.n0], t.nodes[r.out].shape.dims[0], dz
}

var opConv2D = define("Conv2D", backwardConv2D)

func backwardConv2D(t *Tape, r *record) {
	c, n, dz := t.deactivate(r)
	if t.nodes[r.b].needs {
		dw, accumulate := t.chain(r.b)
		c.BackwardWeights(dw, t.nodes[r.a].val, dz, n, accumulate)
	}
	if t.nodes[r.a].needs {
		dx, accumulate := t.chain(r.a)
		c.BackwardInput(dx, dz, t.nodes[r.b].val, n, startOf(accumulate), nil, false)
	}
}

// ConvTranspose2D returns the transposed convolution of x [N, H, W, CI] with w
// [KH, KW, CO/Groups, CI] and b [CO] or the zero Var: what the gradient of a convolution of those
// options does, from CO to CI channels. It gives [N, OH, OW, CO] with
// OH = (H-1)·Stride - 2·Pad + Dilation·(KH-1) + OutputPad + 1, and OW likewise.
func (t *Tape) ConvTranspose2D(x, w, b Var, o ConvOptions) Var {
	sx, sw := t.at(x).shape, t.at(w).shape
	groups := max(1, o.Groups)
	co := sw.dims[2] * groups
	if !(sx.rank == 4 && sw.rank == 4 && sw.dims[3] == sx.dims[3] && sx.dims[3]%groups == 0 && t.isBias(b, co)) {
		t.need(opConvTranspose2D, fmt.Sprintf("x [N H W CI], w [KH KW CO/%d CI] and b [CO], of channels that %d groups divide", groups, groups), false, x, w)
	}
	c := o.over(0, 0, co, sw.dims[0], sw.dims[1], sx.dims[3])
	c.OH, c.OW = sx.dims[1], sx.dims[2]
	c.H = (c.OH-1)*c.StrideH - 2*c.PadH + c.DilationH*(c.KH-1) + o.OutputPad[0] + 1
	c.W = (c.OW-1)*c.StrideW - 2*c.PadW + c.DilationW*(c.KW-1) + o.OutputPad[1] + 1
	t.need(opConvTranspose2D, "an OutputPad less than the stride",
		o.OutputPad[0] >= 0 && o.OutputPad[0] < c.StrideH && o.OutputPad[1] >= 0 && o.OutputPad[1] < c.StrideW, x, w)
	y, z := t.convolve(opConvTranspose2D, ShapeOf(sx.dims[0], max(0, c.H), max(0, c.W), co), c, x, w, b, o.Act)
	start, bias := t.startBias(b)
	c.BackwardInput(z, t.nodes[x.id].val, t.nodes[w.id].val, sx.dims[0], start, bias, o.Act == ReLU)
	t.activate(y, z, o.Act)
	return y
}

var opConvTranspose2D = define("ConvTranspose2D", backwardConvTranspose2D)

func backwardConvTranspose2D(t *Tape, r *record) {
	c, n, dz := t.deactivate(r)
	if t.nodes[r.b].needs {
		dw, accumulate := t.chain(r.b)
		c.BackwardWeights(dw, dz, t.nodes[r.a].val, n, accumulate)
	}
	if t.nodes[r.a].needs {
		dx, accumulate := t.chain(r.a)
		c.Forward(dx, dz, t.nodes[r.b].val, n, startOf(accumulate), nil, false)
	}
}

func init() {
	// A product's element has as many multiplications as its chain is long at most.
	flops[opConv2D.name] = func(t *Tape, r *record, out float64) float64 {
		return 2 * out * float64(t.nodes[r.b].shape.Rows())
	}
	flops[opConvTranspose2D.name] = func(t *Tape, r *record, _ float64) float64 {
		return 2 * float64(len(t.nodes[r.a].val)) * float64(t.nodes[r.b].shape.Rows())
	}
}
