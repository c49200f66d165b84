package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// MSE returns the mean of (a-b)², a scalar.
func (t *Tape) MSE(a, b Var) Var { return t.Mean(t.Square(t.Sub(a, b))) }

// CrossEntropyOptions are what CrossEntropyWith does beside CrossEntropy. The zero value is none.
type CrossEntropyOptions struct {
	// Smoothing spreads this part of each target, in [0, 1], evenly over all classes. (Szegedy et
	// al., "Rethinking the Inception Architecture", 2016.)
	Smoothing float32
	// Weights [C] multiply what a class contributes, nil for 1. They are shared until Reset.
	Weights []float32
	// IgnoreNegative leaves out rows whose label is below 0: their loss is 0.
	IgnoreNegative bool
}

// CrossEntropy returns -log softmax(x)[label] for each row of logits x [R, C]: [R, 1]. The
// labels, 0 to C-1, are shared until Reset.
//
//	dx = dy (softmax(x) - onehot(label))
func (t *Tape) CrossEntropy(x Var, labels []int32) Var {
	return t.CrossEntropyWith(x, labels, CrossEntropyOptions{})
}

// CrossEntropyWith returns the cross-entropy of each row of logits x [R, C] with its target q, [R, 1]:
//
//	loss = -Σ q log softmax(x)    q = w ((1-ε) onehot(label) + ε/C)    dx = dy (softmax(x) Σq - q)
//
// for the smoothing ε and the class weights w. That is PyTorch's cross_entropy without reduction;
// its mean with weights divides the sum by the sum of the labels' weights, see LabelWeight.
func (t *Tape) CrossEntropyWith(x Var, labels []int32, o CrossEntropyOptions) Var {
	n := t.at(x)
	rows, cols := n.shape.Rows(), n.shape.Cols()
	t.need(opCrossEntropy, "a label for each row", len(labels) == rows, x)
	t.need(opCrossEntropy, "a weight for each column", o.Weights == nil || len(o.Weights) == cols, x)
	if !(o.Smoothing >= 0 && o.Smoothing <= 1) {
		panic(fmt.Sprintf("tensor: CrossEntropy with a smoothing of %v, want one in [0, 1]", o.Smoothing))
	}
	shape, src, needs := n.shape, n.val, n.needs
	p := t.result(shape, false)
	y := t.result(shape.withCols(1), needs)
	dst := t.nodes[y.id].val
	m := t.mem.mark()
	top, logs, weights := t.mem.alloc(rows), t.mem.alloc(rows), o.Weights
	kernel.SoftmaxLoss(t.nodes[p.id].val, top, logs, src, rows, cols)
	if weights == nil {
		weights = t.mem.alloc(cols)
		fill(weights, 1)
	}
	all := kernel.Sum(weights)
	for i, label := range labels {
		if label < 0 && o.IgnoreNegative {
			dst[i] = 0
			continue
		}
		if uint(label) >= uint(cols) {
			panic(fmt.Sprintf("tensor: CrossEntropy label %d of row %d is outside 0..%d", label, i, cols-1))
		}
		row := src[i*cols : (i+1)*cols]
		loss := weights[label] * (logs[i] - (row[label] - top[i]))
		if o.Smoothing > 0 {
			kernel.RowDotsCentred(dst[i:i+1], weights, row, top[i:i+1], 1, cols)
			rest := (float32(all*logs[i]) - dst[i]) * (o.Smoothing / float32(cols))
			loss = float32((1-o.Smoothing)*loss) + float32(rest)
		}
		dst[i] = loss
	}
	t.mem.release(m)
	r := record{op: opCrossEntropy, out: y.id, a: x.id, b: -1, c: -1, aux: p.id, index: labels, f0: o.Smoothing}
	if o.Weights != nil { // a leaf keeps them for the way back
		r.b = t.push(node{val: o.Weights, shape: ShapeOf(cols)}).id
	}
	return t.record(r)
}

var opCrossEntropy = define("CrossEntropy", backwardCrossEntropy)

func backwardCrossEntropy(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, p, cols := t.nodes[r.out].grad, t.nodes[r.aux].val, t.nodes[r.a].shape.Cols()
	weights := t.elements(r.b)
	s := t.open(r.a)
	if weights == nil && r.f0 == 0 {
		kernel.MulCol(s.dst, p, dy, len(dy), cols)
		for i, label := range r.index {
			if label < 0 {
				clear(s.dst[i*cols : (i+1)*cols])
			} else {
				s.dst[i*cols+int(label)] = (p[i*cols+int(label)] - 1) * dy[i]
			}
		}
		t.commit(s)
		return
	}
	m := t.mem.mark()
	if weights == nil {
		weights = t.mem.alloc(cols)
		fill(weights, 1)
	}
	spread := r.f0 / float32(cols)
	rest := float32(spread * kernel.Sum(weights))
	for i, label := range r.index {
		d, row := s.dst[i*cols:(i+1)*cols], p[i*cols:(i+1)*cols]
		if label < 0 {
			clear(d)
			continue
		}
		hit := float32((1 - r.f0) * weights[label])
		total := hit + rest
		kernel.Scale(d, row, float32(total*dy[i]))
		d[label] = (float32(total*row[label]) - hit) * dy[i]
		kernel.Axpy(d, weights, -float32(spread*dy[i]))
	}
	t.mem.release(m)
	t.commit(s)
}

// SoftCrossEntropy returns -Σ q log softmax(x) for each row of logits x [R, C] and targets q of the
// same shape, such as a search's visits or a teacher's probabilities: [R, 1]. No gradient flows into
// the targets.
//
//	dx = dy (softmax(x) Σq - q)
func (t *Tape) SoftCrossEntropy(x, q Var) Var {
	n, nq := t.at(x), t.at(q)
	t.need(opSoftCrossEntropy, "logits and targets of one shape", n.shape == nq.shape, x, q)
	shape, src, target, needs := n.shape, n.val, nq.val, n.needs
	rows, cols := shape.Rows(), shape.Cols()
	p, sums := t.result(shape, false), t.result(shape.withCols(1), false)
	y := t.result(shape.withCols(1), needs)
	total, dst := t.nodes[sums.id].val, t.nodes[y.id].val
	m := t.mem.mark()
	top, logs := t.mem.alloc(rows), t.mem.alloc(rows)
	kernel.SoftmaxLoss(t.nodes[p.id].val, top, logs, src, rows, cols)
	kernel.RowSums(total, target, rows, cols)
	kernel.RowDotsCentred(dst, target, src, top, rows, cols)
	for i, l := range logs {
		dst[i] = float32(total[i]*l) - dst[i]
	}
	t.mem.release(m)
	return t.record(record{op: opSoftCrossEntropy, out: y.id, a: x.id, b: q.id, c: sums.id, aux: p.id})
}

var opSoftCrossEntropy = define("SoftCrossEntropy", backwardSoftCrossEntropy)

func backwardSoftCrossEntropy(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, p, q := t.nodes[r.out].grad, t.nodes[r.aux].val, t.nodes[r.b].val
	rows, cols := len(dy), t.nodes[r.a].shape.Cols()
	s := t.open(r.a)
	kernel.MulCol(s.dst, p, t.nodes[r.c].val, rows, cols)
	kernel.Sub(s.dst, s.dst, q)
	kernel.MulCol(s.dst, s.dst, dy, rows, cols)
	t.commit(s)
}

// BCEWithLogits returns the binary cross-entropy of each logit of x with its target in z, of the same
// shape and in [0, 1]: -(posWeight z log σ(x) + (1-z) log(1-σ(x))), computed without overflow. No
// gradient flows into the targets.
//
//	dx = dy (σ(x)(1-z) - posWeight z (1-σ(x)))
func (t *Tape) BCEWithLogits(x, z Var, posWeight float32) Var {
	n, nz := t.at(x), t.at(z)
	t.need(opBCE, "logits and targets of one shape", n.shape == nz.shape, x, z)
	shape, src, target, needs := n.shape, n.val, nz.val, n.needs
	y := t.result(shape, needs)
	kernel.BCE(t.nodes[y.id].val, src, target, posWeight)
	return t.record(record{op: opBCE, out: y.id, a: x.id, b: z.id, c: -1, aux: -1, f0: posWeight})
}

var opBCE = define("BCEWithLogits", backwardBCE)

func backwardBCE(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.BCESlope(s.dst, t.nodes[r.a].val, t.nodes[r.b].val, r.f0)
		kernel.Mul(s.dst, s.dst, t.nodes[r.out].grad)
		t.commit(s)
	}
}

// KLNormal returns the Kullback-Leibler divergence of N(mean, e^logVar) from N(0, 1), elementwise,
// as a variational autoencoder wants it: (e^logVar - 1 - logVar + mean²)/2.
//
//	dmean = dy mean    dlogVar = dy (e^logVar - 1)/2
func (t *Tape) KLNormal(mean, logVar Var) Var {
	n, nl := t.at(mean), t.at(logVar)
	t.need(opKLNormal, "means and log-variances of one shape", n.shape == nl.shape, mean, logVar)
	shape, m, l, needs := n.shape, n.val, nl.val, n.needs || nl.needs
	y := t.result(shape, needs)
	kernel.KLNormal(t.nodes[y.id].val, m, l)
	return t.record(record{op: opKLNormal, out: y.id, a: mean.id, b: logVar.id, c: -1, aux: -1})
}

var opKLNormal = define("KLNormal", backwardKLNormal)

func backwardKLNormal(t *Tape, r *record) {
	dy := t.nodes[r.out].grad
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		kernel.Mul(s.dst, dy, t.nodes[r.a].val)
		t.commit(s)
	}
	if t.nodes[r.b].needs {
		s := t.open(r.b)
		kernel.KLNormalBackward(s.dst, dy, t.nodes[r.b].val)
		t.commit(s)
	}
}

// QuantileHuber returns the quantile Huber loss of quantiles theta [R, N], at the fractions
// (i+1/2)/N, with samples target [R, M]: [R, 1]. No gradient flows into the targets. (Dabney et al.,
// "Distributional Reinforcement Learning with Quantile Regression", 2018.)
//
//	loss = Σ_i mean_j |τ_i - (u < 0)| huber(u)    u = target_j - theta_i
//	huber(u) = |u| < kappa ? u²/(2 kappa) : |u| - kappa/2
func (t *Tape) QuantileHuber(theta, target Var, kappa float32) Var {
	t.positive(opQuantileHuber, "kappa", kappa)
	n, nt := t.at(theta), t.at(target)
	rows, cols, samples := n.shape.Rows(), n.shape.Cols(), nt.shape.Cols()
	t.need(opQuantileHuber, "quantiles [R N] and targets [R M]", nt.shape.Rows() == rows && samples > 0, theta, target)
	shape, q, v, needs := n.shape, n.val, nt.val, n.needs
	slope := t.result(shape, false)
	y := t.result(shape.withCols(1), needs)
	d, dst := t.nodes[slope.id].val, t.nodes[y.id].val
	m := t.mem.mark()
	tau, scratch := t.mem.alloc(cols), t.mem.alloc(samples)
	for i := range tau {
		tau[i] = (float32(i) + 0.5) / float32(cols)
	}
	for i := range dst {
		dst[i] = kernel.QuantileHuber(d[i*cols:(i+1)*cols], q[i*cols:(i+1)*cols], tau, v[i*samples:(i+1)*samples], kappa, scratch)
	}
	t.mem.release(m)
	return t.record(record{op: opQuantileHuber, out: y.id, a: theta.id, b: -1, c: -1, aux: slope.id})
}

var opQuantileHuber = define("QuantileHuber", backwardQuantileHuber)

func backwardQuantileHuber(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		dy := t.nodes[r.out].grad
		s := t.open(r.a)
		kernel.MulCol(s.dst, t.nodes[r.aux].val, dy, len(dy), t.nodes[r.a].shape.Cols())
		t.commit(s)
	}
}
