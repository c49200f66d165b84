package tensor

import "tesuji/tensor/internal/kernel"

// BatchMatMul returns y = a·b for each of a batch of matrices: a [..., M, K] and b [..., K, N]
// with equal leading dimensions, of which there are one or two: [..., M, N].
//
//	da = dy·bᵀ    db = aᵀ·dy
func (t *Tape) BatchMatMul(a, b Var) Var { return t.batchMatMul(a, b, false) }

// BatchMatMulTransposed returns y = a·bᵀ for each of a batch of matrices: a [..., M, K] and
// b [..., N, K] with equal leading dimensions, of which there are one or two: [..., M, N].
//
//	da = dy·b    db = dyᵀ·a
func (t *Tape) BatchMatMulTransposed(a, b Var) Var { return t.batchMatMul(a, b, true) }

func (t *Tape) batchMatMul(a, b Var, transposed bool) Var {
	sa, sb := t.at(a).shape, t.at(b).shape
	r := sa.rank
	fits := r >= 3 && sb.rank == r && sa.dims[0] == sb.dims[0] && (r == 3 || sa.dims[1] == sb.dims[1])
	shape, flag := sa, int32(0)
	if transposed {
		t.need(opBatchMatMul, "a [B M K] and b [B N K]", fits && sa.Cols() == sb.Cols(), a, b)
		shape.dims[r-1], flag = sb.dims[r-2], 1
	} else {
		t.need(opBatchMatMul, "a [B M K] and b [B K N]", fits && sa.Cols() == sb.dims[r-2], a, b)
		shape.dims[r-1] = sb.Cols()
	}
	y := t.result(shape, t.at(a).needs || t.at(b).needs)
	m, n, k := sa.dims[r-2], shape.Cols(), sa.Cols()
	mb := byRows(t.at(b).val, k, n)
	if transposed {
		mb = byColumns(t.at(b).val, k, n)
	}
	kernel.BatchGemm(shape.Size()/max(1, m*n), 1, m, n, k, byRows(t.at(a).val, m, k), mb, byRows(t.at(y).val, m, n), kernel.FromZero)
	return t.record(record{op: opBatchMatMul, out: y.id, a: a.id, b: b.id, c: -1, aux: -1, n0: flag})
}

// byRows is a batch of matrices [rows, cols]; byColumns is one of matrices [rows, cols] that are
// laid out as their transposes.
func byRows(x []float32, rows, cols int) kernel.Matrices {
	return kernel.Matrices{Data: x, Outer: rows * cols, Row: cols, Col: 1}
}

func byColumns(x []float32, rows, cols int) kernel.Matrices {
	return kernel.Matrices{Data: x, Outer: rows * cols, Row: 1, Col: rows}
}

var opBatchMatMul = define("BatchMatMul", backwardBatchMatMul)

func init() { flops["BatchMatMul"] = product }

func backwardBatchMatMul(t *Tape, r *record) {
	out := &t.nodes[r.out]
	shape, dy := out.shape, out.grad
	m, n, k := shape.dims[shape.rank-2], shape.Cols(), t.nodes[r.a].shape.Cols()
	count, transposed := shape.Size()/max(1, m*n), r.n0 == 1
	if t.nodes[r.a].needs {
		b := byColumns(t.nodes[r.b].val, n, k)
		if transposed {
			b = byRows(t.nodes[r.b].val, n, k)
		}
		da, accumulate := t.chain(r.a)
		kernel.BatchGemm(count, 1, m, k, n, byRows(dy, m, n), b, byRows(da, m, k), startOf(accumulate))
	}
	if !t.nodes[r.b].needs {
		return
	}
	db, accumulate := t.chain(r.b)
	if transposed {
		kernel.BatchGemm(count, 1, n, k, m, byColumns(dy, n, m), byRows(t.nodes[r.a].val, m, k), byRows(db, n, k), startOf(accumulate))
	} else {
		kernel.BatchGemm(count, 1, k, n, m, byColumns(t.nodes[r.a].val, k, m), byRows(dy, m, n), byRows(db, k, n), startOf(accumulate))
	}
}
