package tensor

import "tesuji/tensor/internal/kernel"

// Normalisations. Their factors gamma and summands beta, of [C], may be left out: the zero Var says
// so, for beta alone or for both.

// given reports whether an optional operand is there.
func (v Var) given() bool { return v != Var{} }

// operand returns an optional operand's elements, its id (-1 for none) and whether it wants a
// gradient.
func (t *Tape) operand(v Var) (val []float32, id int32, needs bool) {
	if !v.given() {
		return nil, -1, false
	}
	n := t.at(v)
	return n.val, v.id, n.needs
}

// normOperands checks a normalisation's operands and returns them.
func (t *Tape) normOperands(op *operation, x, gamma, beta Var) (g, b []float32, gid, bid int32, needs bool) {
	g, gid, gNeeds := t.operand(gamma)
	b, bid, bNeeds := t.operand(beta)
	n := t.at(x)
	c := n.shape.Cols()
	if g != nil && len(g) != c || b != nil && (g == nil || len(b) != c) {
		vs := []Var{x}
		for _, v := range []Var{gamma, beta} {
			if v.given() {
				vs = append(vs, v)
			}
		}
		t.need(op, "x [... C], gamma [C] or none, and with gamma beta [C] or none", false, vs...)
	}
	return g, b, gid, bid, n.needs || gNeeds || bNeeds
}

// elements returns an optional operand's elements, from a record.
func (t *Tape) elements(id int32) []float32 {
	if id < 0 {
		return nil
	}
	return t.nodes[id].val
}

// gradients opens the gradients of x, gamma and beta that are wanted. The caller commits the sink
// if to.DX is not nil.
func (t *Tape) gradients(x, gamma, beta int32) (to kernel.NormGradients, dx sink) {
	if gamma >= 0 && t.nodes[gamma].needs {
		to.DGamma, to.AddGamma = t.chain(gamma)
	}
	if beta >= 0 && t.nodes[beta].needs {
		to.DBeta, to.AddB = t.chain(beta)
	}
	if t.nodes[x].needs {
		dx = t.open(x)
		to.DX = dx.dst
	}
	return to, dx
}

// LayerNorm normalises the last dimension of x [..., C], with gamma [C] and beta [C] or without:
//
//	y = (x - mean)/√(variance + eps) * gamma + beta
//
// with the biased variance, both of a row. PyTorch's eps is 1e-5. (Ba et al., "Layer
// Normalization", 2016.)
func (t *Tape) LayerNorm(x, gamma, beta Var, eps float32) Var {
	g, b, gid, bid, needs := t.normOperands(opLayerNorm, x, gamma, beta)
	n := t.at(x)
	shape, src := n.shape, n.val
	rows := shape.Rows()
	y := t.result(shape, needs)
	stats := t.result(ShapeOf(2, rows), false)
	s := t.nodes[stats.id].val
	kernel.LayerNorm(t.nodes[y.id].val, kernel.Norm{X: src, Gamma: g, Beta: b, Mean: s[:rows], Rstd: s[rows:], Rows: rows, Cols: shape.Cols(), Eps: eps})
	return t.record(record{op: opLayerNorm, out: y.id, a: x.id, b: gid, c: bid, aux: stats.id, f0: eps})
}

var opLayerNorm = define("LayerNorm", backwardLayerNorm)

func backwardLayerNorm(t *Tape, r *record) {
	to, dx := t.gradients(r.a, r.b, r.c)
	kernel.LayerNormBackward(t.nodes[r.out].grad, t.normOf(r), to)
	if to.DX != nil {
		t.commit(dx)
	}
}

// normOf returns what a normalisation of rows worked on.
func (t *Tape) normOf(r *record) kernel.Norm {
	x, s := &t.nodes[r.a], t.nodes[r.aux].val
	rows := x.shape.Rows()
	return kernel.Norm{X: x.val, Gamma: t.elements(r.b), Beta: t.elements(r.c), Mean: s[:rows], Rstd: s[rows:], Rows: rows, Cols: x.shape.Cols()}
}

// RMSNorm scales the last dimension of x [..., C] to a mean square of 1, with gamma [C] or without:
//
//	y = x/√(mean(x²) + eps) * gamma
//
// (Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.)
func (t *Tape) RMSNorm(x, gamma Var, eps float32) Var {
	g, _, gid, _, needs := t.normOperands(opRMSNorm, x, gamma, Var{})
	n := t.at(x)
	shape, src := n.shape, n.val
	rows := shape.Rows()
	y := t.result(shape, needs)
	stats := t.result(ShapeOf(2, rows), false)
	s := t.nodes[stats.id].val
	kernel.RMSNorm(t.nodes[y.id].val, kernel.Norm{X: src, Gamma: g, Rstd: s[rows:], Rows: rows, Cols: shape.Cols(), Eps: eps})
	return t.record(record{op: opRMSNorm, out: y.id, a: x.id, b: gid, c: -1, aux: stats.id, f0: eps})
}

var opRMSNorm = define("RMSNorm", backwardRMSNorm)

func backwardRMSNorm(t *Tape, r *record) {
	to, dx := t.gradients(r.a, r.b, -1)
	kernel.RMSNormBackward(t.nodes[r.out].grad, t.normOf(r), to)
	if to.DX != nil {
		t.commit(dx)
	}
}

// Running is the running statistics of a BatchNorm, [C] each: start them at 0 and 1.
type Running struct {
	Mean, Var []float32
	Momentum  float32 // the part of the way that they move to a batch's; PyTorch's is 0.1
}

// BatchNorm normalises the columns of x [..., C] over all rows, with gamma [C] and beta [C] or
// without:
//
//	y = (x - mean)/√(variance + eps) * gamma + beta
//
// On a training tape the mean and the biased variance are the batch's, of two rows at least, and
// run, if not nil, moves towards the mean and the unbiased variance. Otherwise they are run's.
// PyTorch's eps is 1e-5. (Ioffe and Szegedy, "Batch Normalization", 2015.)
func (t *Tape) BatchNorm(x, gamma, beta Var, run *Running, eps float32) Var {
	g, b, gid, bid, needs := t.normOperands(opBatchNorm, x, gamma, beta)
	n := t.at(x)
	shape, src := n.shape, n.val
	rows, c := shape.Rows(), shape.Cols()
	own := t.train || run == nil
	t.need(opBatchNorm, "two rows at least in training", rows > 1 || !own, x)
	t.need(opBatchNorm, "running statistics of [C]", run == nil || len(run.Mean) == c && len(run.Var) == c, x)
	y := t.result(shape, needs)
	stats := t.result(ShapeOf(2, c), false)
	s := t.nodes[stats.id].val
	batch := kernel.Batch{X: src, Gamma: g, Beta: b, Mean: s[:c], Rstd: s[c:], Rows: rows, Cols: c}
	switch {
	case !own:
		copy(batch.Mean, run.Mean)
		kernel.AddScalar(batch.Rstd, run.Var, eps)
		kernel.Rsqrt(batch.Rstd, batch.Rstd)
	case run != nil:
		batch.BatchMoments(run.Mean, run.Var, run.Momentum, eps)
	default:
		batch.BatchMoments(nil, nil, 0, eps)
	}
	kernel.BatchNorm(t.nodes[y.id].val, batch)
	r := record{op: opBatchNorm, out: y.id, a: x.id, b: gid, c: bid, aux: stats.id}
	if own {
		r.n0 = 1
	}
	return t.record(r)
}

var opBatchNorm = define("BatchNorm", backwardBatchNorm)

func backwardBatchNorm(t *Tape, r *record) {
	to, dx := t.gradients(r.a, r.b, r.c)
	x, s := &t.nodes[r.a], t.nodes[r.aux].val
	c := x.shape.Cols()
	kernel.BatchNormBackward(t.nodes[r.out].grad, kernel.Batch{X: x.val, Gamma: t.elements(r.b), Beta: t.elements(r.c),
		Mean: s[:c], Rstd: s[c:], Rows: x.shape.Rows(), Cols: c}, to, r.n0 == 1)
	if to.DX != nil {
		t.commit(dx)
	}
}

// GroupNorm normalises x [B, ..., C], such as images [B, H, W, C], over what lies between B and C and
// over each of so many groups of neighbouring columns, with gamma [C] and beta [C] or without:
//
//	y = (x - mean)/√(variance + eps) * gamma + beta
//
// with the biased variance. PyTorch's eps is 1e-5. (Wu and He, "Group Normalization", 2018.)
func (t *Tape) GroupNorm(x, gamma, beta Var, groups int, eps float32) Var {
	g, b, gid, bid, needs := t.normOperands(opGroupNorm, x, gamma, beta)
	n := t.at(x)
	shape, src := n.shape, n.val
	t.need(opGroupNorm, "x [B ... C] and groups that divide C", shape.rank >= 2 && groups > 0 && shape.Cols()%groups == 0, x)
	y := t.result(shape, needs)
	stats := t.result(ShapeOf(2, shape.dims[0]*groups), false)
	k := groupOf(src, g, b, shape, t.nodes[stats.id].val, groups)
	k.Eps = eps
	kernel.GroupNorm(t.nodes[y.id].val, k)
	return t.record(record{op: opGroupNorm, out: y.id, a: x.id, b: gid, c: bid, aux: stats.id, n0: int32(groups), f0: eps})
}

func groupOf(x, gamma, beta []float32, s Shape, stats []float32, groups int) kernel.Group {
	samples, half := s.dims[0], len(stats)/2
	return kernel.Group{X: x, Gamma: gamma, Beta: beta, Mean: stats[:half], Rstd: stats[half:],
		Samples: samples, Pixels: s.Rows() / max(1, samples), Cols: s.Cols(), Groups: groups}
}

var opGroupNorm = define("GroupNorm", backwardGroupNorm)

func backwardGroupNorm(t *Tape, r *record) {
	to, dx := t.gradients(r.a, r.b, r.c)
	x := &t.nodes[r.a]
	kernel.GroupNormBackward(to.DX, t.nodes[r.out].grad,
		groupOf(x.val, t.elements(r.b), t.elements(r.c), x.shape, t.nodes[r.aux].val, int(r.n0)), to)
	if to.DX != nil {
		t.commit(dx)
	}
}
