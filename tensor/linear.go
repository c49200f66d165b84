package tensor

import "tesuji/tensor/internal/kernel"

// MatMul returns y = a·b for a [..., M, K] taken as a matrix [R, K], and b [K, N]: [R, N].
//
//	da = dy·bᵀ    db = aᵀ·dy
func (t *Tape) MatMul(a, b Var) Var {
	na, nb := t.at(a), t.at(b)
	m, k, n := na.shape.Rows(), na.shape.Cols(), nb.shape.Cols()
	t.need(opMatMul, "a [R K] and b [K N]", nb.shape.rank == 2 && nb.shape.dims[0] == k, a, b)
	shape, va, vb, needs := na.shape.withCols(n), na.val, nb.val, na.needs || nb.needs
	y := t.result(shape, needs)
	kernel.Gemm(m, n, k, va, k, 1, vb, n, t.nodes[y.id].val, n, kernel.FromZero, nil, false)
	return t.record(record{op: opMatMul, out: y.id, a: a.id, b: b.id, c: -1, aux: -1})
}

var opMatMul = define("MatMul", backwardMatMul)

func backwardMatMul(t *Tape, r *record) {
	t.backwardProduct(r.a, r.b, t.nodes[r.out].grad)
}

// backwardProduct adds the gradients of x·w, x [R, K] and w [K, N], given dy [R, N].
func (t *Tape) backwardProduct(x, w int32, dy []float32) {
	m, k, n := t.nodes[x].shape.Rows(), t.nodes[x].shape.Cols(), t.nodes[w].shape.Cols()
	if t.nodes[w].needs { // dw = xᵀ·dy
		dw, accumulate := t.chain(w)
		kernel.Gemm(k, n, m, t.nodes[x].val, 1, k, dy, n, dw, n, startOf(accumulate), nil, false)
	}
	if t.nodes[x].needs { // dx = dy·wᵀ
		dx, accumulate := t.chain(x)
		kernel.GemmTransposed(m, k, n, dy, n, 1, t.nodes[w].val, n, dx, k, startOf(accumulate))
	}
}

func startOf(accumulate bool) kernel.Start {
	if accumulate {
		return kernel.FromC
	}
	return kernel.FromZero
}

// Linear returns y = act(x·w + b) for x [..., K] taken as [R, K], w [K, N] and b [N]: [..., N].
// Each sum starts from the bias. The weight is laid out [in, out].
//
//	dz = dy·act'    dx = dz·wᵀ    dw = xᵀ·dz    db = column sums of dz
func (t *Tape) Linear(x, w, b Var, act Activation) Var {
	nx, nw, nb := t.at(x), t.at(w), t.at(b)
	m, k, n := nx.shape.Rows(), nx.shape.Cols(), nw.shape.Cols()
	t.need(opLinear, "x [R K], w [K N] and b [N]", nw.shape.rank == 2 && nw.shape.dims[0] == k && len(nb.val) == n, x, w, b)
	shape, vx, vw, vb, needs := nx.shape.withCols(n), nx.val, nw.val, nb.val, nx.needs || nw.needs || nb.needs
	y := t.result(shape, needs)
	z, aux := t.preactivation(y, act)
	kernel.Gemm(m, n, k, vx, k, 1, vw, n, z, n, kernel.FromBias, vb, act == ReLU)
	if act != ReLU {
		act.apply(t.nodes[y.id].val, z)
	}
	return t.record(record{op: opLinear, out: y.id, a: x.id, b: w.id, c: b.id, aux: aux, n0: int32(act)})
}

var opLinear = define("Linear", backwardLinear)

// backwardLinear turns the gradient of y into that of z = x·w + b in place: nothing else
// reads it.
func backwardLinear(t *Tape, r *record) {
	out := &t.nodes[r.out]
	dz := out.grad
	Activation(r.n0).backward(dz, dz, t.activated(r))
	if t.nodes[r.c].needs {
		db, accumulate := t.chain(r.c)
		kernel.ColumnSums(db, dz, out.shape.Rows(), out.shape.Cols(), accumulate)
	}
	t.backwardProduct(r.a, r.b, dz)
}
