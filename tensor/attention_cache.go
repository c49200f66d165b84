package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// KeyValues remembers the keys and values of an attention over the positions so far, so that text
// can be generated token by token: each is then one query, not the whole sequence again.
type KeyValues struct {
	batch, heads, columns, valueColumns, capacity, length int
	keys                                                  []float32 // transposed: [batch, columns, capacity]
	values                                                []float32 // [batch, capacity, valueColumns]
}

// NewKeyValues returns an empty memory for capacity positions of batch sequences, with the given
// columns of keys and of values over all heads.
func NewKeyValues(batch, capacity, heads, columns, valueColumns int) *KeyValues {
	return &KeyValues{
		batch: batch, heads: heads, columns: columns, valueColumns: valueColumns, capacity: capacity,
		keys: make([]float32, batch*columns*capacity), values: make([]float32, batch*capacity*valueColumns),
	}
}

// Len returns the number of positions held.
func (m *KeyValues) Len() int { return m.length }

// Truncate forgets the positions from n on; 0 begins anew. It panics unless 0 <= n <= Len.
func (m *KeyValues) Truncate(n int) {
	if n < 0 || n > m.length {
		panic(fmt.Sprintf("tensor: Truncate to %d of %d positions", n, m.length))
	}
	m.length = n
}

// append adds the keys and values of rows positions, the columns of which begin each row.
func (m *KeyValues) append(k, v []float32, kRow, vRow, rows int) {
	for b := range m.batch {
		for i := range rows {
			at := b*rows + i
			for c, x := range k[at*kRow : at*kRow+m.columns] {
				m.keys[(b*m.columns+c)*m.capacity+m.length+i] = x
			}
			copy(m.values[(b*m.capacity+m.length+i)*m.valueColumns:][:m.valueColumns], v[at*vRow:])
		}
	}
	m.length += rows
}

// CachedAttention adds the keys k [B, T, C] and values v [B, T, V] of T new positions to the
// memory and returns the causal attention of the queries q [B, T, C] at those positions to all in
// it. For finite values the bits are those of Attention over the whole sequences. The options'
// Heads are the memory's; Lengths and Dropout are not for generation. No gradient flows back.
func (t *Tape) CachedAttention(q, k, v Var, m *KeyValues, o AttentionOptions) Var {
	sq, sk, sv := t.at(q).shape, t.at(k).shape, t.at(v).shape
	t.need(opAttention, "queries and keys [B T C] and values [B T V] with the memory's B, C and V",
		sq.rank == 3 && sk == sq && sv.rank == 3 && sq.dims[0] == m.batch && sq.dims[2] == m.columns && sv.dims[0] == m.batch &&
			sv.dims[1] == sq.dims[1] && sv.dims[2] == m.valueColumns, q, k, v)
	return t.attendCached(t.at(q).val, t.at(k).val, t.at(v).val, sq.dims[2], sv.dims[2], sq.dims[1], m, o)
}

// CachedSelfAttention is CachedAttention with queries, keys and values side by side in qkv
// [B, T, 3C], as SelfAttention has them.
func (t *Tape) CachedSelfAttention(qkv Var, m *KeyValues, o AttentionOptions) Var {
	s := t.at(qkv).shape
	c := m.columns
	t.need(opAttention, "queries, keys and values [B T 3C] with the memory's B and C",
		s.rank == 3 && s.dims[0] == m.batch && s.dims[2] == 3*c && m.valueColumns == c, qkv)
	val := t.at(qkv).val
	return t.attendCached(val, from(val, c), from(val, 2*c), 3*c, 3*c, s.dims[1], m, o)
}

func (t *Tape) attendCached(q, k, v []float32, kRow, vRow, rows int, m *KeyValues, o AttentionOptions) Var {
	if rows > m.capacity-m.length || max(1, o.Heads) != m.heads || o.Lengths != nil || o.Bias != (Var{}) {
		panic(&ShapeError{Op: opAttention.name, Got: []Shape{ShapeOf(m.batch, rows, m.columns)},
			Want: fmt.Sprintf("at most %d more positions, %d heads, no lengths and no bias for the memory", m.capacity-m.length, m.heads)})
	}
	m.append(k, v, kRow, vRow, rows)
	o.Causal, o.Dropout = true, 0
	return t.attend(attention{
		q: -1, k: -1, v: -1,
		Attention: kernel.Attention{
			Batch: m.batch, Queries: rows, Keys: m.length, Q: q, QRow: kRow,
			KT: m.keys, KTRow: m.capacity, V: m.values, VRow: m.valueColumns, VBatch: m.capacity * m.valueColumns,
		},
	}, m.columns, m.valueColumns, o)
}
