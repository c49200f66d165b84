package actorcritic

import (
	"fmt"
	"iter"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// lstmMemory is the LSTM of the policy and, for the value function, one of its own, the policy's
// or a linear layer:
//
//	features [B, T, F] -> lstm_actor  -> [B, T, H] -> pi
//	                   -> lstm_critic -> [B, T, H] -> vf
type lstmMemory struct {
	actor, critic *nets.Recurrent // critic is nil without enable_critic_lstm
	linear        *nets.Linear    // in the critic's place, unless the actor's outputs are
	units, layers int
	sequence      int // steps of the sequences to learn from
}

func newLSTMMemory(o *MemoryOptions, features int, r *rng.Stream) *lstmMemory {
	m := &lstmMemory{units: o.LSTMHiddenSize, layers: o.NLSTMLayers, sequence: o.SequenceLength}
	shape := nets.RecurrentConfig{In: features, Hidden: m.units, Layers: m.layers}
	m.actor = nets.NewLSTM("lstm_actor", shape, r)
	switch {
	case o.EnableCriticLSTM:
		m.critic = nets.NewLSTM("lstm_critic", shape, r)
	case !o.SharedLSTM:
		m.linear = nets.NewLinear("critic", features, m.units, tensor.None, nets.PyTorchLinear, r)
	}
	return m
}

func (m *lstmMemory) width() int { return m.units }

// Params yields the parameters of the actor's part and of the critic's.
func (m *lstmMemory) Params() iter.Seq[*nets.Param] {
	switch {
	case m.critic != nil:
		return nets.Join(m.actor, m.critic)
	case m.linear != nil:
		return nets.Join(m.actor, m.linear)
	}
	return m.actor.Params()
}

// parts returns the number of arrays of a state: h and c of each layer, of one or two LSTMs.
func (m *lstmMemory) parts() int {
	if m.critic != nil {
		return 4 * m.layers
	}
	return 2 * m.layers
}

func (m *lstmMemory) read(t *tensor.Tape, features tensor.Var, p Past, critic bool) (pi, vf tensor.Var, next carried) {
	shape := t.Shape(features)
	rows, width := shape.Dim(0), shape.Dim(1)
	batch := rows / p.steps
	x := t.Reshape(features, batch, p.steps, width)
	seq := tensor.Sequence{Starts: p.starts}
	pi, next.pi = m.actor.Run(t, x, m.state(t, p.states, batch), seq)
	pi = t.Reshape(pi, rows, m.units)
	switch {
	case !critic:
	case m.critic != nil:
		vf, next.vf = m.critic.Run(t, x, m.state(t, p.states[2*m.layers:], batch), seq)
		vf = t.Reshape(vf, rows, m.units)
	case m.linear != nil:
		vf = m.linear.Forward(t, features)
	default:
		vf = t.Detach(pi)
	}
	return pi, vf, next
}

// state puts the arrays of one LSTM's state on a tape.
func (m *lstmMemory) state(t *tensor.Tape, arrays [][]float32, batch int) nets.State {
	var s nets.State
	for i := range m.layers {
		s.H[i] = t.InputOf(arrays[2*i][:batch*m.units], batch, m.units)
		s.C[i] = t.InputOf(arrays[2*i+1][:batch*m.units], batch, m.units)
	}
	return s
}

// lstmStream carries states of N environments, and marks those at the beginning of each sequence
// of a rollout.
type lstmStream struct {
	*lstmMemory
	envs, steps int // environments, steps of the rollout under way
	states      [][]float32
	marks       [][]float32 // [sequences of an environment, N, units] each
	starts      []bool      // [T, N] an episode begins

	whole    int         // sequences' transitions that come first in an order, those of full length
	rest     int         // steps of the shorter sequences after them
	perm     []int32     // of sequences
	batch    [][]float32 // states before the sequences of a minibatch
	restarts []bool      // [sequences, steps] of a minibatch
}

func (m *lstmMemory) newStream(_ envs.Space, n, steps int) stream {
	arrays := func(rows int) [][]float32 {
		all := make([][]float32, m.parts())
		for i := range all {
			all[i] = make([]float32, rows*m.units)
		}
		return all
	}
	sequences := (steps + m.sequence - 1) / m.sequence * n
	return &lstmStream{
		lstmMemory: m, envs: n, states: arrays(n), marks: arrays(sequences), batch: arrays(sequences),
		starts: make([]bool, n*(steps+1)), perm: make([]int32, sequences), restarts: make([]bool, n*steps),
	}
}

func (s *lstmStream) look(obs envs.Rows) (envs.Rows, Past) {
	return obs, Past{steps: 1, states: s.states}
}

func (s *lstmStream) keep(t *tensor.Tape, next carried) {
	if len(s.perm) > 0 { // a rollout is recorded
		if s.steps%s.sequence == 0 {
			at := s.steps / s.sequence * s.envs * s.units
			for i, x := range s.states {
				copy(s.marks[i][at:], x)
			}
		}
		s.steps++
		clear(s.starts[s.steps*s.envs : (s.steps+1)*s.envs])
	}
	for i := range s.layers {
		copy(s.states[2*i], t.Value(next.pi.H[i]))
		copy(s.states[2*i+1], t.Value(next.pi.C[i]))
		if next.vf.H[i] != (tensor.Var{}) { // there is a critic, and it was asked
			copy(s.states[2*(s.layers+i)], t.Value(next.vf.H[i]))
			copy(s.states[2*(s.layers+i)+1], t.Value(next.vf.C[i]))
		}
	}
}

func (s *lstmStream) forget(i int) {
	for _, x := range s.states {
		clear(x[i*s.units : (i+1)*s.units])
	}
	if len(s.perm) > 0 {
		s.starts[s.steps*s.envs+i] = true
	}
}

// begin does not look back: the states before the first steps are those of episodes' beginnings
// already where these begin there.
func (s *lstmStream) begin() { s.steps = 0 }

// shuffle keeps sequences together. Those of full length come first, then what is left of each
// environment's steps, so that the sequences of a minibatch are equally long.
func (s *lstmStream) shuffle(draws *rng.Stream, order []int32) {
	full := s.steps / s.sequence // of each environment
	s.rest = s.steps % s.sequence
	s.whole = full * s.sequence * s.envs
	at := 0
	put := func(first, steps int) {
		for i := range steps {
			order[at] = int32(first + i)
			at++
		}
	}
	perm := s.perm[:full*s.envs]
	draws.Perm(perm)
	for _, p := range perm {
		env, k := int(p)/full, int(p)%full
		put(env*s.steps+k*s.sequence, s.sequence)
	}
	if s.rest > 0 {
		perm = s.perm[:s.envs]
		draws.Perm(perm)
		for _, env := range perm {
			put(int(env)*s.steps+full*s.sequence, s.rest)
		}
	}
}

func (s *lstmStream) end(lo, size int) int {
	if lo < s.whole {
		return min(lo+size/s.sequence*s.sequence, s.whole)
	}
	return min(lo+size/s.rest*s.rest, s.steps*s.envs)
}

func (s *lstmStream) recall(indices []int32, m *replay.Minibatch) (envs.Rows, Past) {
	steps := s.sequence
	if int(indices[0])%s.steps+steps > s.steps {
		steps = s.rest
	}
	for b := 0; b < len(indices); b += steps {
		env, first := int(indices[b])/s.steps, int(indices[b])%s.steps
		from, to := (first/s.sequence*s.envs+env)*s.units, b/steps*s.units
		for i, x := range s.marks {
			copy(s.batch[i][to:to+s.units], x[from:])
		}
		s.restarts[b] = false // the state is that of the beginning already
		for k := 1; k < steps; k++ {
			s.restarts[b+k] = s.starts[(first+k)*s.envs+env]
		}
	}
	return m.Obs, Past{steps: steps, starts: s.restarts[:len(indices)], states: s.batch}
}

// State saves or restores the states of the environments.
func (s *lstmStream) State(a *snapshot.Archive) {
	for i, x := range s.states {
		a.Float32s(fmt.Sprintf("state%d", i), x)
	}
}
