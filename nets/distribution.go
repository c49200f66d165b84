package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Distribution turns the outputs of a network's head, [B, Inputs()], into a probability
// distribution over actions [B, ActionSize()]. It keeps scratch memory: one goroutine at a time.
type Distribution interface {
	Module // its own parameters, such as log_std
	// Inputs returns the width of the head.
	Inputs() int
	// ActionSize returns the width of an action.
	ActionSize() int
	// LogProb returns log p(action) [B, 1].
	LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var
	// Entropy returns the entropy [B, 1].
	Entropy(t *tensor.Tape, out tensor.Var) tensor.Var
	// Sample draws an action for each of the rows of out. Nothing is allocated after the
	// first call.
	Sample(out []float32, rows int, r *rng.Stream, actions []float32)
	// Mode writes the most likely action for each of the rows of out.
	Mode(out []float32, rows int, actions []float32)
}

// none is the parameters of a distribution that has none.
type none struct{}

func (none) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }

// grow returns s with length n, its contents arbitrary.
func grow(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
