package tensor

import "tesuji/tensor/internal/kernel"

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

// MeanLast returns the mean over the last dimension: [..., C] gives [..., 1].
func (t *Tape) MeanLast(x Var) Var {
	return t.Scale(t.SumLast(x), 1/float32(t.at(x).shape.Cols()))
}

// VarLast returns the biased variance over the last dimension, Σ(x-mean)²/C: [..., C] gives [..., 1].
func (t *Tape) VarLast(x Var) Var {
	return t.MeanLast(t.Square(t.Sub(x, t.MeanLast(x))))
}

// MaxLast returns the maximum over the last dimension: [..., C], C > 0, gives [..., 1]. The gradient
// goes to the first of equal ones.
func (t *Tape) MaxLast(x Var) Var {
	n := t.at(x)
	shape, src, needs := n.shape, n.val, n.needs
	t.need(opMaxLast, "one column at least", shape.Cols() > 0, x)
	y := t.result(shape.withCols(1), needs)
	kernel.RowMax(t.nodes[y.id].val, src, shape.Rows(), shape.Cols())
	return t.record(record{op: opMaxLast, out: y.id, a: x.id, b: -1, c: -1, aux: -1})
}

var opMaxLast = define("MaxLast", backwardMaxLast)

func backwardMaxLast(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, y, x, c := t.nodes[r.out].grad, t.nodes[r.out].val, t.nodes[r.a].val, t.nodes[r.a].shape.Cols()
	s := t.open(r.a)
	clear(s.dst)
	for i, m := range y {
		for j, v := range x[i*c : (i+1)*c] {
			if v == m {
				s.dst[i*c+j] = dy[i]
				break
			}
		}
	}
	t.commit(s)
}

// CumSum returns the sums of the last dimension's elements up to each, in order: [..., C].
func (t *Tape) CumSum(x Var) Var {
	y, dst, src := t.unary(opCumSum, x, 0, 0)
	c := t.nodes[y.id].shape.Cols()
	for i := 0; i < len(src); i += c {
		sum := float32(0)
		for j, v := range src[i : i+c] {
			sum += v
			dst[i+j] = sum
		}
	}
	return y
}

var opCumSum = define("CumSum", backwardCumSum)

// backwardCumSum sums from the other end.
func backwardCumSum(t *Tape, r *record) {
	t.pull(r, func(dst, dy, _, _ []float32) {
		c := t.nodes[r.out].shape.Cols()
		for i := 0; i < len(dy); i += c {
			sum := float32(0)
			for j := c - 1; j >= 0; j-- {
				sum += dy[i+j]
				dst[i+j] = sum
			}
		}
	})
}
