package nets

import (
	"fmt"
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// MultiHead is self-attention with its linear layers: y = Attention(x·In)·Out, where In computes
// queries, keys and values together. (Vaswani et al., "Attention Is All You Need", 2017, section
// 3.2.2.)
type MultiHead struct {
	In, Out *Linear // [C, 3C], [C, C]
	Heads   int
	Causal  bool       // a position sees those before it and itself
	Dropout float32    // of weights, in training
	Slopes  []float32  // of linear biases, nil for none: ALiBiSlopes
	Rotary  *Rotations // of queries and keys, nil for none
	last    tensor.Var
}

// NewMultiHead returns attention of heads over width columns, with the layers name.in and
// name.out set by init.
func NewMultiHead(name string, width, heads int, init Init, r *rng.Stream) *MultiHead {
	mustDivide(name, width, heads)
	return &MultiHead{
		In: NewLinear(name+".in", width, 3*width, tensor.None, init, r), Out: NewLinear(name+".out", width, width, tensor.None, init, r),
		Heads: heads,
	}
}

func mustDivide(name string, width, heads int) {
	if heads <= 0 || width%heads != 0 {
		panic(fmt.Sprintf("nets: %s of width %d in %d heads: want a number that divides the width", name, width, heads))
	}
}

// Forward maps x [B, T, C] to [B, T, C].
func (m *MultiHead) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return m.Masked(t, x, nil) }

// Masked is Forward over sequences of the given lengths [B], nil for whole ones.
func (m *MultiHead) Masked(t *tensor.Tape, x tensor.Var, lengths []int32) tensor.Var {
	m.last = t.SelfAttention(m.turned(t, m.In.Forward(t, x), 0), tensor.AttentionOptions{
		Heads: m.Heads, Causal: m.Causal, Lengths: lengths, Slopes: m.Slopes, Dropout: m.Dropout})
	return m.Out.Forward(t, m.last)
}

// turned applies rotary positions, if there are any, from position first on.
func (m *MultiHead) turned(t *tensor.Tape, qkv tensor.Var, first int) tensor.Var {
	if m.Rotary == nil {
		return qkv
	}
	return m.Rotary.Turn(t, qkv, 2*m.Heads, m.width()/m.Heads, first)
}

func (m *MultiHead) width() int { return m.Out.Weight.Value.Shape.Rows() }

// NewCache returns a memory of capacity positions of batch streams for Next.
func (m *MultiHead) NewCache(batch, capacity int) *tensor.KeyValues {
	return tensor.NewKeyValues(batch, capacity, m.Heads, m.width(), m.width())
}

// Next is Forward for positions that follow those in the memory, to which it adds them: x
// [B, T, C] gives [B, T, C], bit for bit what Forward gives for them in the whole sequence. The
// attention must be causal.
func (m *MultiHead) Next(t *tensor.Tape, x tensor.Var, memory *tensor.KeyValues) tensor.Var {
	if !m.Causal {
		panic("nets: MultiHead.Next of an attention that is not causal")
	}
	qkv := m.turned(t, m.In.Forward(t, x), memory.Len())
	m.last = t.CachedSelfAttention(qkv, memory, tensor.AttentionOptions{Heads: m.Heads, Slopes: m.Slopes})
	return m.Out.Forward(t, m.last)
}

// Weights returns the weights [B, heads, T, keys] of the last Forward on the tape.
func (m *MultiHead) Weights(t *tensor.Tape) *tensor.Tensor { return t.AttentionWeights(m.last) }

// Params yields the layers' parameters.
func (m *MultiHead) Params() iter.Seq[*Param] { return Join(m.In, m.Out) }

// CrossAttention lets each position of one sequence look at all of another.
type CrossAttention struct {
	Query, Key, Value, Out *Linear // [C, C], [M, C], [M, C], [C, C]
	Heads                  int
	Dropout                float32 // of weights, in training
	last                   tensor.Var
}

// NewCrossAttention returns attention from width columns to a memory of memory columns, with the
// layers name.query, name.key, name.value and name.out set by init.
func NewCrossAttention(name string, width, memory, heads int, init Init, r *rng.Stream) *CrossAttention {
	mustDivide(name, width, heads)
	linear := func(part string, in int) *Linear {
		return NewLinear(name+"."+part, in, width, tensor.None, init, r)
	}
	return &CrossAttention{Query: linear("query", width), Key: linear("key", memory), Value: linear("value", memory), Out: linear("out", width), Heads: heads}
}

// Forward maps x [B, T, C] and a memory [B, S, M] of the given lengths [B], nil for whole ones, to
// [B, T, C].
func (m *CrossAttention) Forward(t *tensor.Tape, x, memory tensor.Var, lengths []int32) tensor.Var {
	m.last = t.Attention(m.Query.Forward(t, x), m.Key.Forward(t, memory), m.Value.Forward(t, memory),
		tensor.AttentionOptions{Heads: m.Heads, Lengths: lengths, Dropout: m.Dropout})
	return m.Out.Forward(t, m.last)
}

// Weights returns the weights [B, heads, T, S] of the last Forward on the tape.
func (m *CrossAttention) Weights(t *tensor.Tape) *tensor.Tensor { return t.AttentionWeights(m.last) }

// Params yields the layers' parameters.
func (m *CrossAttention) Params() iter.Seq[*Param] { return Join(m.Query, m.Key, m.Value, m.Out) }
