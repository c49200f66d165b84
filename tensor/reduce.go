package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Sum returns the sum of all elements, a scalar.
func (t *Tape) Sum(x Var) Var {
	n := t.at(x)
	src, needs := n.val, n.needs
	y := t.result(Shape{}, needs)
	t.nodes[y.id].val[0] = kernel.Sum(src)
	return t.record(record{op: opSum, out: y.id, a: x.id, b: -1, c: -1, aux: -1})
}

var opSum = define("Sum", backwardSum)

func backwardSum(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		fill(s.dst, t.nodes[r.out].grad[0])
		t.commit(s)
	}
}

// Mean returns the mean of all elements, a scalar.
func (t *Tape) Mean(x Var) Var {
	n := t.at(x)
	src, needs := n.val, n.needs
	y := t.result(Shape{}, needs)
	t.nodes[y.id].val[0] = kernel.Sum(src) / float32(len(src))
	return t.record(record{op: opMean, out: y.id, a: x.id, b: -1, c: -1, aux: -1})
}

var opMean = define("Mean", backwardMean)

func backwardMean(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		fill(s.dst, t.nodes[r.out].grad[0]/float32(len(s.dst)))
		t.commit(s)
	}
}

// SumLast sums over the last dimension: [..., C] gives [..., 1].
func (t *Tape) SumLast(x Var) Var {
	n := t.at(x)
	src, needs, rows, cols := n.val, n.needs, n.shape.Rows(), n.shape.Cols()
	y := t.result(n.shape.withCols(1), needs)
	kernel.RowSums(t.nodes[y.id].val, src, rows, cols)
	return t.record(record{op: opSumLast, out: y.id, a: x.id, b: -1, c: -1, aux: -1})
}

var opSumLast = define("SumLast", backwardSumLast)

func backwardSumLast(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, c := t.nodes[r.out].grad, t.nodes[r.a].shape.Cols()
	s := t.open(r.a)
	for i, g := range dy {
		fill(s.dst[i*c:(i+1)*c], g)
	}
	t.commit(s)
}

// MSE returns the mean of (a-b)², a scalar.
func (t *Tape) MSE(a, b Var) Var { return t.Mean(t.Square(t.Sub(a, b))) }

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

// CrossEntropy returns -log softmax(x)[label] for each row of logits x [R, C]: [R, 1]. The
// labels, 0 to C-1, are shared until Reset.
//
//	dx = dy (softmax(x) - onehot(label))
func (t *Tape) CrossEntropy(x Var, labels []int32) Var {
	n := t.at(x)
	rows, cols := n.shape.Rows(), n.shape.Cols()
	t.need(opCrossEntropy, "a label for each row", len(labels) == rows, x)
	shape, src, needs := n.shape, n.val, n.needs
	logp := t.result(shape, false)
	y := t.result(shape.withCols(1), needs)
	lp, dst := t.nodes[logp.id].val, t.nodes[y.id].val
	kernel.LogSoftmax(lp, src, rows, cols)
	for i, l := range labels {
		if uint(l) >= uint(cols) {
			panic(fmt.Sprintf("tensor: CrossEntropy label %d of row %d is outside 0..%d", l, i, cols-1))
		}
		dst[i] = -lp[i*cols+int(l)]
	}
	return t.record(record{op: opCrossEntropy, out: y.id, a: x.id, b: -1, c: -1, aux: logp.id, index: labels})
}

var opCrossEntropy = define("CrossEntropy", backwardCrossEntropy)

func backwardCrossEntropy(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, cols := t.nodes[r.out].grad, t.nodes[r.a].shape.Cols()
	s := t.open(r.a)
	kernel.Exp(s.dst, t.nodes[r.aux].val)
	for i, l := range r.index {
		s.dst[i*cols+int(l)] -= 1
	}
	kernel.MulCol(s.dst, s.dst, dy, len(dy), cols)
	t.commit(s)
}
