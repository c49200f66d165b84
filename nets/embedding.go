package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Embedding is a table with a row for each symbol.
type Embedding struct{ Weight *Param } // [symbols, width]

// NewEmbedding returns a table name.weight drawn from N(0, std²). PyTorch's std is 1, GPT-2's 0.02.
func NewEmbedding(name string, symbols, width int, std float64, r *rng.Stream) *Embedding {
	e := &Embedding{NewParam(name+".weight", symbols, width)}
	normal(e.Weight.Value, std, r)
	return e
}

// normal fills x from N(0, std²).
func normal(x *tensor.Tensor, std float64, r *rng.Stream) {
	for i := range x.Data {
		x.Data[i] = float32(std * r.Normal())
	}
}

// Forward maps symbols [...], whole numbers, to their rows [..., width].
func (e *Embedding) Forward(t *tensor.Tape, symbols tensor.Var) tensor.Var {
	return t.EmbeddingOf(e.Weight.Var(t), symbols)
}

// Lookup returns the rows of symbols, [dims..., width], as tensor.Tape.Embedding does.
func (e *Embedding) Lookup(t *tensor.Tape, symbols []int32, dims ...int) tensor.Var {
	return t.Embedding(e.Weight.Var(t), symbols, dims...)
}

// Logits maps x [..., width] to its products with all rows, [..., symbols]: an output layer that
// shares the table.
func (e *Embedding) Logits(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.TiedHead(x, e.Weight.Var(t))
}

// Params yields the table.
func (e *Embedding) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { yield(e.Weight) }
}
