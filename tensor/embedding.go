package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Embedding returns row index[i] of the table [V, C] for each i: [dims..., C] for dims whose
// product is the length of the index, or [len(index), C] without. The index is shared until Reset.
// Backward adds to the looked-up rows only, in the order of the index.
func (t *Tape) Embedding(table Var, index []int32, dims ...int) Var {
	n := t.at(table)
	rows, c := n.shape.Rows(), n.shape.Cols()
	shape := ShapeOf(len(index))
	if len(dims) > 0 {
		shape = ShapeOf(dims...)
	}
	t.need(opEmbedding, "a table [V C], and dimensions of the index's length", n.shape.rank == 2 && shape.Size() == len(index) && shape.rank < MaxRank, table)
	src, needs := n.val, n.needs
	y := t.result(shape.with(c), needs)
	dst := t.nodes[y.id].val
	for i, v := range index {
		if uint(v) >= uint(rows) {
			panic(fmt.Sprintf("tensor: Embedding index %d at %d is outside 0..%d", v, i, rows-1))
		}
		copy(dst[i*c:(i+1)*c], src[int(v)*c:])
	}
	return t.record(record{op: opEmbedding, out: y.id, a: table.id, b: -1, c: -1, aux: -1, index: index})
}

// EmbeddingOf is Embedding with the index in a Var [...] of whole numbers, as observations and
// actions are stored: [..., C]. No gradient flows into the index.
func (t *Tape) EmbeddingOf(table, index Var) Var {
	n, ni := t.at(table), t.at(index)
	rows, c := n.shape.Rows(), n.shape.Cols()
	t.need(opEmbedding, "a table [V C], and an index of at most 3 dimensions", n.shape.rank == 2 && ni.shape.rank < MaxRank, table, index)
	shape, src, idx, needs := ni.shape.with(c), n.val, ni.val, n.needs
	y := t.result(shape, needs)
	dst := t.nodes[y.id].val
	for i, f := range idx {
		if !(f >= 0 && f < float32(rows)) {
			panic(fmt.Sprintf("tensor: Embedding index %v at %d is outside 0..%d", f, i, rows-1))
		}
		copy(dst[i*c:(i+1)*c], src[int(f)*c:])
	}
	return t.record(record{op: opEmbedding, out: y.id, a: table.id, b: index.id, c: -1, aux: -1})
}

// with returns s with one more dimension.
func (s Shape) with(last int) Shape {
	s.dims[s.rank] = last
	s.rank++
	return s
}

var opEmbedding = define("Embedding", backwardEmbedding)

func backwardEmbedding(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	shape := t.nodes[r.out].shape
	d, accumulate := t.chain(r.a)
	if !accumulate {
		clear(d)
	}
	var whole []float32
	if r.b >= 0 {
		whole = t.nodes[r.b].val
	}
	kernel.AddRows(d, t.nodes[r.out].grad, r.index, whole, shape.Rows(), shape.Cols())
}

// TiedHead returns y = x·tableᵀ for x [..., C] and the table [V, C] of an embedding: [..., V], the
// logits of a language model whose output layer is its embedding (Press and Wolf, 2017).
//
//	dx = dy·table    dtable = dyᵀ·x
func (t *Tape) TiedHead(x, table Var) Var {
	nx, nt := t.at(x), t.at(table)
	m, c, rows := nx.shape.Rows(), nx.shape.Cols(), nt.shape.Rows()
	t.need(opTiedHead, "x [R C] and a table [V C]", nt.shape.rank == 2 && nt.shape.dims[1] == c, x, table)
	shape, vx, vt, needs := nx.shape.withCols(rows), nx.val, nt.val, nx.needs || nt.needs
	y := t.result(shape, needs)
	mark := t.mem.mark()
	transposed := t.mem.alloc(len(vt))
	kernel.Transpose(transposed, vt, rows, c)
	kernel.Gemm(m, rows, c, vx, c, 1, transposed, rows, t.nodes[y.id].val, rows, kernel.FromZero, nil, false)
	t.mem.release(mark)
	return t.record(record{op: opTiedHead, out: y.id, a: x.id, b: table.id, c: -1, aux: -1})
}

var opTiedHead = define("TiedHead", backwardTiedHead)

func backwardTiedHead(t *Tape, r *record) {
	dy, x, table := t.nodes[r.out].grad, &t.nodes[r.a], &t.nodes[r.b]
	m, c, rows := x.shape.Rows(), x.shape.Cols(), table.shape.Rows()
	if table.needs {
		d, accumulate := t.chain(r.b)
		kernel.Gemm(rows, c, m, dy, 1, rows, t.nodes[r.a].val, c, d, c, startOf(accumulate), nil, false)
	}
	if x.needs {
		d, accumulate := t.chain(r.a)
		kernel.Gemm(m, c, rows, dy, rows, 1, t.nodes[r.b].val, c, d, c, startOf(accumulate), nil, false)
	}
}
