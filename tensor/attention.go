package tensor

import (
	"fmt"
	"math"

	"tesuji/tensor/internal/kernel"
)

// AttentionOptions says what queries see, and how scores become weights. Its slices are shared
// until the tape's Reset.
type AttentionOptions struct {
	// Heads divide the columns of queries, keys and values into parts of equal width that attend
	// separately; 0 means 1.
	Heads int
	// Scale multiplies the scores; 0 means 1/√(width of a head).
	Scale float32
	// Causal hides later positions. The queries are the last positions of the keys: with as many
	// of both, query i sees the keys 0 to i.
	Causal bool
	// Lengths [B] hides the keys from Lengths[b] on (padding); nil hides none. A query that sees
	// no key gets weights and output 0.
	Lengths []int32
	// Bias is added to the scores: [Tq, Tk] for all heads, [H, Tq, Tk] for each, [B, 1, Tq, Tk]
	// or [B, H, Tq, Tk]. It gets a gradient. The zero Var means none.
	Bias Var
	// Slopes [H] add Slopes[h]*(j-i) to the score of key j for the query at position i: attention
	// with linear biases (Press, Smith and Lewis, 2022). nil means none.
	Slopes []float32
	// Dropout is the probability with which a weight is dropped in training, in [0, 1); the others
	// grow by 1/(1-Dropout).
	Dropout float32
}

// attention is what an attention keeps for the way back.
type attention struct {
	kernel.Attention
	q, k, v, bias int32 // nodes, -1 for none
	packed        bool  // queries, keys and values lie side by side in node q
	out           int32
}

// Attention returns softmax(Scale*q·kᵀ + biases)·v for each head: for queries q [B, Tq, C], keys k
// [B, Tk, C] and values v [B, Tk, V], the outputs [B, Tq, V], heads side by side. (Vaswani et al.,
// "Attention Is All You Need", 2017, section 3.2.)
//
// Each score is a chain over a head's columns, each output a chain over the keys, each gradient
// of a key or value a chain over the queries; kernel.Attention has the whole definition.
func (t *Tape) Attention(q, k, v Var, o AttentionOptions) Var {
	sq, sk, sv := t.at(q).shape, t.at(k).shape, t.at(v).shape
	t.need(opAttention, "queries [B Tq C], keys [B Tk C] and values [B Tk V]", sq.rank == 3 && sk.rank == 3 && sv.rank == 3 &&
		sq.dims[0] == sk.dims[0] && sk.dims[0] == sv.dims[0] && sk.dims[1] == sv.dims[1] && sq.dims[2] == sk.dims[2], q, k, v)
	return t.attend(attention{
		q: q.id, k: k.id, v: v.id,
		Attention: kernel.Attention{
			Batch: sq.dims[0], Queries: sq.dims[1], Keys: sk.dims[1],
			Q: t.at(q).val, K: t.at(k).val, V: t.at(v).val,
			QRow: sq.dims[2], KRow: sk.dims[2], VRow: sv.dims[2],
		},
	}, sq.dims[2], sv.dims[2], o)
}

// SelfAttention is Attention with queries, keys and values side by side in qkv [B, T, 3C], as one
// linear layer computes them: the outputs are [B, T, C].
func (t *Tape) SelfAttention(qkv Var, o AttentionOptions) Var {
	s := t.at(qkv).shape
	t.need(opAttention, "queries, keys and values [B T 3C]", s.rank == 3 && s.dims[2]%3 == 0, qkv)
	c, row, val := s.dims[2]/3, s.dims[2], t.at(qkv).val
	return t.attend(attention{
		q: qkv.id, k: qkv.id, v: qkv.id, packed: true,
		Attention: kernel.Attention{
			Batch: s.dims[0], Queries: s.dims[1], Keys: s.dims[1],
			Q: val, K: from(val, c), V: from(val, 2*c),
			QRow: row, KRow: row, VRow: row,
		},
	}, c, c, o)
}

// AttentionTo is Attention with given scores [B, H, Tq, Tk] instead of queries and keys, such as
// those of AdditiveScores. The options' Bias must be the zero Var.
func (t *Tape) AttentionTo(scores, v Var, o AttentionOptions) Var {
	ss, sv := t.at(scores).shape, t.at(v).shape
	t.need(opAttention, "scores [B H Tq Tk] of the heads and values [B Tk V], and no other bias", ss.rank == 4 && sv.rank == 3 &&
		ss.dims[1] == max(1, o.Heads) && ss.dims[0] == sv.dims[0] && ss.dims[3] == sv.dims[1] && o.Bias == (Var{}), scores, v)
	o.Bias = scores
	return t.attend(attention{
		q: -1, k: -1, v: v.id,
		Attention: kernel.Attention{Batch: ss.dims[0], Queries: ss.dims[2], Keys: ss.dims[3], V: t.at(v).val, VRow: sv.dims[2]},
	}, 0, sv.dims[2], o)
}

func from(x []float32, n int) []float32 { return x[min(n, len(x)):] }

// attend fills in what the options say about an attention over c columns of queries and keys and
// cv of values, and computes it.
func (t *Tape) attend(a attention, c, cv int, o AttentionOptions) Var {
	fail := func(want string, shape Shape) {
		panic(&ShapeError{Op: opAttention.name, Want: want, Got: []Shape{shape}})
	}
	a.Heads = max(1, o.Heads)
	if c%a.Heads != 0 || cv%a.Heads != 0 {
		fail(fmt.Sprintf("columns that %d heads divide", a.Heads), ShapeOf(c, cv))
	}
	a.Width, a.ValueWidth = c/a.Heads, cv/a.Heads
	a.Causal, a.Lengths, a.Slopes, a.Scale = o.Causal, o.Lengths, o.Slopes, o.Scale
	if a.Scale == 0 && a.Width > 0 {
		a.Scale = float32(1 / math.Sqrt(float64(a.Width)))
	}
	if a.Lengths != nil && len(a.Lengths) != a.Batch {
		fail(fmt.Sprintf("a length for each of %d sequences", a.Batch), ShapeOf(len(a.Lengths)))
	}
	for _, n := range a.Lengths {
		if n < 0 || int(n) > a.Keys {
			fail(fmt.Sprintf("lengths of 0 to %d keys", a.Keys), ShapeOf(int(max(n, 0))))
		}
	}
	a.bias = -1
	if o.Bias != (Var{}) {
		a.bias = o.Bias.id
		t.biasOf(&a, o.Bias)
	}
	if a.Slopes != nil {
		if len(a.Slopes) != a.Heads {
			fail(fmt.Sprintf("a slope for each of %d heads", a.Heads), ShapeOf(len(a.Slopes)))
		}
		a.Ramp = t.mem.alloc(max(0, a.Queries+a.Keys-1))
		for i := range a.Ramp {
			a.Ramp[i] = float32(i - (a.Keys - 1))
		}
	}
	mustBeChance(opAttention, o.Dropout)
	if o.Dropout > 0 && t.train {
		a.Mask = t.mem.alloc(a.Batch * a.Heads * a.Queries * a.Keys)
		fill(a.Mask, 1)
		kernel.Dropout(a.Mask, a.Mask, t.draw(), float64(o.Dropout), 1/(1-o.Dropout))
	}
	needs := false
	for _, id := range [...]int32{a.q, a.k, a.v, a.bias} {
		needs = needs || id >= 0 && t.nodes[id].needs
	}
	a.Weights = t.mem.alloc(a.Batch * a.Heads * a.Queries * a.Keys)
	y := t.result(ShapeOf(a.Batch, a.Queries, cv), needs)
	a.out, a.Out = y.id, t.nodes[y.id].val
	index := int32(len(t.attentions))
	t.attentions = append(t.attentions, a)
	t.attentions[index].Forward()
	return t.record(record{op: opAttention, out: y.id, a: a.q, b: a.k, c: a.v, d: a.bias, aux: -1, n0: index})
}

// biasOf sets where an attention reads its bias.
func (t *Tape) biasOf(a *attention, bias Var) {
	n := t.at(bias)
	s, each := n.shape, a.Queries*a.Keys
	a.Bias = n.val
	switch s {
	case ShapeOf(a.Queries, a.Keys):
	case ShapeOf(a.Heads, a.Queries, a.Keys):
		a.BiasHead = each
	case ShapeOf(a.Batch, a.Heads, a.Queries, a.Keys):
		a.BiasHead, a.BiasBatch = each, a.Heads*each
	case ShapeOf(a.Batch, 1, a.Queries, a.Keys):
		a.BiasBatch = each
	default:
		t.need(opAttention, fmt.Sprintf("a bias over %d queries and %d keys, of all, each of %d heads or each of %d sequences",
			a.Queries, a.Keys, a.Heads, a.Batch), false, bias)
	}
}

var opAttention = define("Attention", backwardAttention)

func backwardAttention(t *Tape, r *record) {
	a := &t.attentions[r.n0]
	for _, id := range [...]int32{a.q, a.k, a.v, a.bias} {
		if id >= 0 {
			t.reserve(id)
		}
	}
	mark := t.mem.mark()
	a.DOut = t.nodes[r.out].grad
	if a.bias >= 0 && t.nodes[a.bias].needs {
		a.DScores = t.mem.alloc(len(a.Weights))
	}
	var sinks [3]sink
	open := func(i int, id int32) []float32 {
		if id < 0 || !t.nodes[id].needs {
			return nil
		}
		sinks[i] = t.open(id)
		return sinks[i].dst
	}
	if a.packed {
		a.DQ = open(0, a.q)
		a.DK, a.DV = a.DQ[a.Heads*a.Width:], a.DQ[2*a.Heads*a.Width:]
	} else {
		a.DQ, a.DK, a.DV = open(0, a.q), open(1, a.k), open(2, a.v)
	}
	a.Backward()
	for i := len(sinks) - 1; i >= 0; i-- {
		if sinks[i].dst != nil {
			t.commit(sinks[i])
		}
	}
	if a.DScores != nil {
		t.biasGradient(a)
	}
	t.mem.release(mark)
}

// biasGradient adds the gradients of the scores to the bias's, in the order of sequences and
// heads.
func (t *Tape) biasGradient(a *attention) {
	db, accumulate := t.chain(a.bias)
	if !accumulate {
		clear(db)
	}
	each := a.Queries * a.Keys
	for b := range a.Batch {
		for h := range a.Heads {
			at := b*a.BiasBatch + h*a.BiasHead
			kernel.AddTo(db[at:at+each], a.DScores[(b*a.Heads+h)*each:])
		}
	}
}

// AttentionWeights returns the weights [B, H, Tq, Tk] of the attention whose output y is, before
// dropout, shared with the tape.
func (t *Tape) AttentionWeights(y Var) *Tensor {
	t.at(y)
	for i := len(t.attentions) - 1; i >= 0; i-- {
		if a := &t.attentions[i]; a.out == y.id {
			return Of(a.Weights, a.Batch, a.Heads, a.Queries, a.Keys)
		}
	}
	panic("tensor: AttentionWeights of a Var that is no attention's output")
}
