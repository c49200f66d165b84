package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Random operations draw from the stream that Noise keys: each takes the next number, so that the
// same step of the same program draws the same (rule R12).

// draw returns the stream of the next random operation.
func (t *Tape) draw() kernel.Stream {
	t.noise.draws++
	return t.streamOf(int32(t.noise.draws - 1))
}

func (t *Tape) streamOf(draw int32) kernel.Stream {
	return kernel.Stream{Seed: t.noise.seed, Step: t.noise.step, Draw: uint32(draw)}
}

func mustBeChance(op *operation, p float32) {
	if !(p >= 0 && p < 1) {
		panic(fmt.Sprintf("tensor: %s with a probability of %v, want one in [0, 1)", op.name, p))
	}
}

// Dropout sets each element to 0 with probability p, in [0, 1), and multiplies the others by
// 1/(1-p), on a training tape; otherwise it returns x. (Srivastava et al., "Dropout", 2014.)
//
// Noise must not be called between an operation that draws and Backward.
func (t *Tape) Dropout(x Var, p float32) Var {
	mustBeChance(opDropout, p)
	if !t.train || p == 0 {
		return x
	}
	n := t.at(x)
	shape, src, needs := n.shape, n.val, n.needs
	y := t.result(shape, needs)
	s := t.draw()
	kernel.Dropout(t.nodes[y.id].val, src, s, float64(p), 1/(1-p))
	return t.record(record{op: opDropout, out: y.id, a: x.id, b: -1, c: -1, aux: -1, n0: int32(s.Draw), f0: p})
}

var opDropout = define("Dropout", backwardDropout)

// backwardDropout drops the same elements of the gradient: the stream says again which.
func backwardDropout(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.Dropout(s.dst, t.nodes[r.out].grad, t.streamOf(r.n0), float64(r.f0), 1/(1-r.f0))
		t.commit(s)
	}
}

// DropRows sets each whole sample x[b] of x [B, ...] to 0 with probability p, in [0, 1), and
// multiplies the others by 1/(1-p), on a training tape; otherwise it returns x: stochastic depth,
// for the branch of a residual connection. (Huang et al., "Deep Networks with Stochastic Depth",
// 2016.)
func (t *Tape) DropRows(x Var, p float32) Var {
	mustBeChance(opDropout, p)
	if !t.train || p == 0 {
		return x
	}
	s := t.at(x).shape
	for i := 1; i < s.rank; i++ {
		s.dims[i] = 1
	}
	return t.Mul(x, t.dropoutMask(p, s))
}

// DropChannels sets whole channels of x [B, ..., C] to 0: those of each sample with probability p,
// in [0, 1), and multiplies the others by 1/(1-p), on a training tape; otherwise it returns x.
// (Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015.)
func (t *Tape) DropChannels(x Var, p float32) Var {
	mustBeChance(opDropout, p)
	if !t.train || p == 0 {
		return x
	}
	s := t.at(x).shape
	t.need(opDropout, "x [B ... C]", s.rank >= 2, x)
	for i := 1; i < s.rank-1; i++ {
		s.dims[i] = 1
	}
	return t.Mul(x, t.dropoutMask(p, s))
}

// DropoutMask returns a leaf of what Dropout multiplies by: 0 with probability p, in [0, 1), and
// 1/(1-p) otherwise, whether the tape is training or not.
func (t *Tape) DropoutMask(p float32, dims ...int) Var {
	mustBeChance(opDropout, p)
	return t.dropoutMask(p, ShapeOf(dims...))
}

func (t *Tape) dropoutMask(p float32, s Shape) Var {
	v := t.result(s, false)
	x := t.nodes[v.id].val
	fill(x, 1)
	kernel.Dropout(x, x, t.draw(), float64(p), 1/(1-p))
	return v
}

// Normal returns a leaf of normal deviates of mean 0 and standard deviation 1, at most 6.7 in
// magnitude. It gets no gradient.
func (t *Tape) Normal(dims ...int) Var {
	v := t.Buffer(dims...)
	kernel.Normal(t.nodes[v.id].val, t.draw())
	return v
}

// Uniform returns a leaf of multiples of 2^-24 uniform in [0, 1). It gets no gradient.
func (t *Tape) Uniform(dims ...int) Var {
	v := t.Buffer(dims...)
	kernel.Uniform(t.nodes[v.id].val, t.draw())
	return v
}
