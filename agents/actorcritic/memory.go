package actorcritic

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Kinds of memory.
const (
	noMemory    = "none"
	lstm        = "lstm"
	transformer = "transformer"
)

// MemoryOptions give the networks a memory of the episode, for observations that do not tell the
// whole state. Those of the LSTM have sb3-contrib's names and defaults (RecurrentPPO).
type MemoryOptions struct {
	// Memory is none, lstm (a state carried from step to step) or transformer (attention to the
	// features of the latest steps).
	Memory string `yaml:"memory"`
	// LSTMHiddenSize is the number of units of a layer of the LSTM, at least 1. 32 to 512.
	LSTMHiddenSize int `yaml:"lstm_hidden_size"`
	// NLSTMLayers is the number of its layers, 1 to 16.
	NLSTMLayers int `yaml:"n_lstm_layers"`
	// EnableCriticLSTM gives the value function an LSTM of its own. Without it, and without
	// shared_lstm, the value function has a linear layer in its place and remembers nothing.
	EnableCriticLSTM bool `yaml:"enable_critic_lstm"`
	// SharedLSTM lets the value function read the policy's LSTM, without teaching it. It excludes
	// enable_critic_lstm.
	SharedLSTM bool `yaml:"shared_lstm"`
	// SequenceLength is how many steps of an environment an LSTM learns from in a row, 1 to
	// batch_size: gradients reach that far back, its state reaches further. Short sequences make
	// minibatches of many environments, which is quicker. 8 to 128.
	SequenceLength int `yaml:"sequence_length"`
	// MemoryWindow is the number of steps that a transformer sees, the present one included, at
	// least 1. A step costs that many times a step's features. 4 to 64.
	MemoryWindow int `yaml:"memory_window"`
	// TransformerWidth is the number of elements of a step in a transformer, a multiple of
	// transformer_heads. 16 to 256.
	TransformerWidth int `yaml:"transformer_width"`
	// TransformerHeads is the number of its heads, at least 1. 1 to 8.
	TransformerHeads int `yaml:"transformer_heads"`
	// TransformerLayers is the number of its layers, at least 1. 1 or 2.
	TransformerLayers int `yaml:"transformer_layers"`
}

// DefaultMemoryOptions returns no memory, and what each kind begins from.
func DefaultMemoryOptions() MemoryOptions {
	return MemoryOptions{
		Memory: noMemory, LSTMHiddenSize: 256, NLSTMLayers: 1, EnableCriticLSTM: true, SequenceLength: 32,
		MemoryWindow: 16, TransformerWidth: 64, TransformerHeads: 4, TransformerLayers: 1,
	}
}

// Validate returns an error that names the first option out of range.
func (o *MemoryOptions) Validate(batchSize int) error {
	known := o.Memory == noMemory || o.Memory == lstm || o.Memory == transformer
	heads := o.TransformerHeads
	return FirstError(
		Check{known, "memory", o.Memory, "none, lstm or transformer"},
		Check{o.LSTMHiddenSize >= 1, "lstm_hidden_size", o.LSTMHiddenSize, "at least 1"},
		Check{o.NLSTMLayers >= 1 && o.NLSTMLayers <= nets.MaxRecurrent, "n_lstm_layers", o.NLSTMLayers, fmt.Sprintf("1 to %d", nets.MaxRecurrent)},
		Check{!o.SharedLSTM || !o.EnableCriticLSTM, "shared_lstm", o.SharedLSTM, "false with enable_critic_lstm"},
		Check{o.SequenceLength >= 1, "sequence_length", o.SequenceLength, "at least 1"},
		Check{o.Memory != lstm || o.SequenceLength <= batchSize, "sequence_length", o.SequenceLength, fmt.Sprintf("at most batch_size, which is %d", batchSize)},
		Check{o.MemoryWindow >= 1, "memory_window", o.MemoryWindow, "at least 1"},
		Check{heads >= 1, "transformer_heads", heads, "at least 1"},
		Check{heads >= 1 && o.TransformerWidth >= 1 && o.TransformerWidth%heads == 0, "transformer_width", o.TransformerWidth, fmt.Sprintf("a multiple of transformer_heads, which is %d", heads)},
		Check{o.TransformerLayers >= 1, "transformer_layers", o.TransformerLayers, "at least 1"},
	)
}

// memory is layers between the features and the heads that see earlier steps, too.
type memory interface {
	nets.Module
	// read maps the features [rows, F] of what look or recall gave to what the policy's layers and
	// the value function's read [B, width] each. Without critic the latter may be left out.
	read(t *tensor.Tape, features tensor.Var, p Past, critic bool) (pi, vf tensor.Var, next carried)
	// newStream returns a stream of n environments that records rollouts of at most the given
	// steps, 0 for none.
	newStream(space envs.Space, n, steps int) stream
	width() int
}

// newMemory returns the memory that the options choose, nil for none.
func newMemory(o *MemoryOptions, features int, r *rng.Stream) memory {
	switch {
	case o == nil || o.Memory == noMemory:
		return nil
	case o.Memory == lstm:
		return newLSTMMemory(o, features, r)
	}
	return newAttentionMemory(o, features, r)
}

// Past is what a memory is told of earlier steps, besides observations. The zero value is for
// networks without memory.
type Past struct {
	steps   int         // rows are sequences of so many steps
	starts  []bool      // [rows] where an episode begins within a sequence
	states  [][]float32 // [sequences, units] each: an LSTM's before the first steps
	lengths []int32     // [windows] how many of a window's steps there have been
}

// carried is the states of LSTMs after the last steps, on a tape.
type carried struct{ pi, vf nets.State }

// stream is the memories of environments that are stepped together, and of what was remembered at
// each step of their rollout.
type stream interface {
	// look returns what the network reads to act on observations [N] that come next, valid until
	// the next call. It may be called with other observations in their place.
	look(obs envs.Rows) (envs.Rows, Past)
	// keep makes the observations looked at last those of the past.
	keep(t *tensor.Tape, next carried)
	// forget begins an episode in environment i.
	forget(i int)

	// begin begins a rollout.
	begin()
	// shuffle fills order with the transitions of the rollout, counted as replay.Rollout.Gather
	// does, in an order whose minibatches, as end cuts them, recall takes.
	shuffle(draws *rng.Stream, order []int32)
	// end returns where the minibatch from place lo on ends.
	end(lo, size int) int
	// recall returns what the network reads to learn from a minibatch, valid until the next call.
	recall(indices []int32, m *replay.Minibatch) (envs.Rows, Past)

	// State saves or restores the memories, between rollouts.
	snapshot.Stater
}
