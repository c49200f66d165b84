package tensor

import "tesuji/tensor/internal/kernel"

// AdditiveScores returns the scores [B, 1, Tq, Tk] of additive attention, for queries q [B, Tq, C]
// and keys k [B, Tk, C], both projected already, and a vector v [C]:
//
//	score[i,j] = Σ over C of v * tanh(q[i] + k[j])
//
// (Bahdanau, Cho and Bengio, "Neural Machine Translation by Jointly Learning to Align and
// Translate", 2015.) AttentionTo takes them from there.
func (t *Tape) AdditiveScores(q, k, v Var) Var {
	nq, nk, nv := t.at(q), t.at(k), t.at(v)
	sq, sk := nq.shape, nk.shape
	t.need(opAdditiveScores, "queries [B Tq C], keys [B Tk C] and a vector [C]", sq.rank == 3 && sk.rank == 3 &&
		sq.dims[0] == sk.dims[0] && sq.dims[2] == sk.dims[2] && len(nv.val) == sq.dims[2], q, k, v)
	batch, queries, keys, c := sq.dims[0], sq.dims[1], sk.dims[1], sq.dims[2]
	vq, vk, vv, needs := nq.val, nk.val, nv.val, nq.needs || nk.needs || nv.needs
	hidden := t.result(ShapeOf(batch*queries, keys, c), false)
	y := t.result(ShapeOf(batch, 1, queries, keys), needs)
	tanh, dst := t.nodes[hidden.id].val, t.nodes[y.id].val
	for bi := range batch * queries {
		part := tanh[bi*keys*c : (bi+1)*keys*c]
		kernel.AddRow(part, vk[bi/queries*keys*c:], vq[bi*c:(bi+1)*c], keys, c)
		kernel.Tanh(part, part)
		for j := range keys {
			dst[bi*keys+j] = kernel.Dot(part[j*c:(j+1)*c], vv)
		}
	}
	return t.record(record{op: opAdditiveScores, out: y.id, a: q.id, b: k.id, c: v.id, aux: hidden.id})
}

var opAdditiveScores = define("AdditiveScores", backwardAdditiveScores)

func backwardAdditiveScores(t *Tape, r *record) {
	dy, tanh, v := t.nodes[r.out].grad, t.nodes[r.aux].val, t.nodes[r.c].val
	shape := t.nodes[r.out].shape
	batch, queries, keys, c := shape.dims[0], shape.dims[2], shape.dims[3], len(v)
	if t.nodes[r.c].needs { // dv = Σ dy * tanh
		dv, accumulate := t.chain(r.c)
		kernel.Gemm(1, c, len(dy), dy, 0, 1, tanh, c, dv, c, startOf(accumulate), nil, false)
	}
	for _, id := range [...]int32{r.a, r.b} {
		t.reserve(id)
	}
	mark := t.mem.mark()
	d := t.mem.alloc(len(tanh)) // the gradients of the sums q[i] + k[j]
	for i, g := range dy {
		kernel.Scale(d[i*c:(i+1)*c], v, g)
	}
	kernel.TanhBackward(d, d, tanh)
	if t.nodes[r.a].needs {
		dq, accumulate := t.chain(r.a)
		for bi := range batch * queries {
			kernel.ColumnSums(dq[bi*c:(bi+1)*c], d[bi*keys*c:], keys, c, accumulate)
		}
	}
	if t.nodes[r.b].needs {
		dk, accumulate := t.chain(r.b)
		for b := range batch {
			kernel.ColumnSums(dk[b*keys*c:(b+1)*keys*c], d[b*queries*keys*c:], queries, keys*c, accumulate)
		}
	}
	t.mem.release(mark)
}
