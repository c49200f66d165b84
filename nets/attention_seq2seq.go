package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Additive is the attention of Bahdanau, Cho and Bengio, "Neural Machine Translation by Jointly
// Learning to Align and Translate" (2015): position j of the memory scores vᵀtanh(W·q + U·m_j),
// and the context is the mean of the memory under the softmax of the scores.
type Additive struct {
	Query, Key *Param // W [Q, units], U [M, units]
	Vector     *Param // v [units]
	last       tensor.Var
}

// NewAdditive returns attention from queries of query columns to a memory of memory columns, with
// parameters name.query, name.key and name.vector, drawn from U(±1/√in).
func NewAdditive(name string, query, memory, units int, r *rng.Stream) *Additive {
	a := &Additive{Query: NewParam(name+".query", query, units), Key: NewParam(name+".key", memory, units), Vector: NewParam(name+".vector", units)}
	none := tensor.New(0)
	PyTorchLinear(a.Query.Value, none, r)
	PyTorchLinear(a.Key.Value, none, r)
	PyTorchLinear(tensor.Of(a.Vector.Value.Data, units, 1), none, r)
	return a
}

// Keys returns U·m [B, S, units] of a memory [B, S, M]: computed once, it serves all steps of a
// decoder.
func (a *Additive) Keys(t *tensor.Tape, memory tensor.Var) tensor.Var {
	return project(t, memory, a.Key)
}

// project returns x·w [B, T, units] for x [B, T, in] and w [in, units].
func project(t *tensor.Tape, x tensor.Var, w *Param) tensor.Var {
	s := t.Shape(x)
	return t.Reshape(t.MatMul(x, w.Var(t)), s.Dim(0), s.Dim(1), w.Value.Shape.Cols())
}

// Forward returns the contexts [B, T, M] of queries q [B, T, Q] over a memory [B, S, M], given its
// Keys, of the given lengths [B], nil for whole ones.
func (a *Additive) Forward(t *tensor.Tape, q, memory, keys tensor.Var, lengths []int32) tensor.Var {
	scores := t.AdditiveScores(project(t, q, a.Query), keys, a.Vector.Var(t))
	a.last = t.AttentionTo(scores, memory, tensor.AttentionOptions{Lengths: lengths})
	return a.last
}

// Weights returns the weights [B, 1, T, S] of the last Forward on the tape.
func (a *Additive) Weights(t *tensor.Tape) *tensor.Tensor { return t.AttentionWeights(a.last) }

// Params yields W, U and v.
func (a *Additive) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { _ = yield(a.Query) && yield(a.Key) && yield(a.Vector) }
}

// Luong is the global attention of Luong, Pham and Manning, "Effective Approaches to
// Attention-based Neural Machine Translation" (2015), with the scores sᵀm_j (dot) or sᵀW·m_j
// (general) and the output tanh(Out·[c; s]) for the context c.
type Luong struct {
	Score *Param  // W [S, M] of general, nil for dot
	Out   *Linear // [M+S, S]
	last  tensor.Var
}

// NewLuong returns attention from states of state columns to a memory of memory columns, with the
// layer name.out and, if general, the parameter name.score, drawn from U(±1/√in). Without general
// the columns must be as many.
func NewLuong(name string, state, memory int, general bool, r *rng.Stream) *Luong {
	l := &Luong{Out: NewLinear(name+".out", memory+state, state, tensor.Tanh, PyTorchLinear, r)}
	if general {
		l.Score = NewParam(name+".score", state, memory)
		PyTorchLinear(l.Score.Value, tensor.New(0), r)
	} else if state != memory {
		panic("nets: " + name + ": dot products need states and a memory of one width")
	}
	return l
}

// Forward maps states [B, T, S] and a memory [B, U, M] of the given lengths [B], nil for whole
// ones, to [B, T, S].
func (l *Luong) Forward(t *tensor.Tape, state, memory tensor.Var, lengths []int32) tensor.Var {
	q := state
	if l.Score != nil {
		q = project(t, state, l.Score)
	}
	l.last = t.Attention(q, memory, memory, tensor.AttentionOptions{Scale: 1, Lengths: lengths})
	return l.Out.Forward(t, t.Concat(l.last, state))
}

// Weights returns the weights [B, 1, T, U] of the last Forward on the tape.
func (l *Luong) Weights(t *tensor.Tape) *tensor.Tensor { return t.AttentionWeights(l.last) }

// Params yields W, if there is one, and the layer's parameters.
func (l *Luong) Params() iter.Seq[*Param] {
	if l.Score == nil {
		return l.Out.Params()
	}
	return func(yield func(*Param) bool) {
		_ = yield(l.Score) && yield(l.Out.Weight) && yield(l.Out.Bias)
	}
}
