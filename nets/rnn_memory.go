package nets

import (
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Memory carries the states of a Recurrent for a batch of streams from one tape, or one step of
// an environment, to the next.
type Memory struct {
	batch, hidden int
	h, c          [][]float32 // of each cell: [batch, hidden]
}

// NewMemory returns a memory of zeros for batch streams.
func (n *Recurrent) NewMemory(batch int) *Memory {
	m := &Memory{batch: batch, hidden: n.cfg.Hidden}
	for range n.cells {
		m.h = append(m.h, make([]float32, batch*m.hidden))
		if n.kind == kindLSTM {
			m.c = append(m.c, make([]float32, batch*m.hidden))
		}
	}
	return m
}

// Recall puts the states on a tape, as copies without history.
func (m *Memory) Recall(t *tensor.Tape) State {
	var s State
	m.each(&s, func(kept []float32, v *tensor.Var) {
		*v = t.Buffer(m.batch, m.hidden)
		copy(t.Value(*v), kept)
	})
	return s
}

// Keep remembers the values of a state that Run returned for as many streams.
func (m *Memory) Keep(t *tensor.Tape, s State) {
	m.each(&s, func(kept []float32, v *tensor.Var) { copy(kept, t.Value(*v)) })
}

func (m *Memory) each(s *State, f func(kept []float32, v *tensor.Var)) {
	for i, h := range m.h {
		f(h, &s.H[i])
	}
	for i, c := range m.c {
		f(c, &s.C[i])
	}
}

// Forget sets the states of stream b to zero, as when its episode ended.
func (m *Memory) Forget(b int) {
	m.each(&State{}, func(kept []float32, _ *tensor.Var) { clear(kept[b*m.hidden : (b+1)*m.hidden]) })
}

// State implements snapshot.Stater.
func (m *Memory) State(a *snapshot.Archive) {
	for i := range m.h {
		a.Float32s("h", m.h[i])
	}
	for i := range m.c {
		a.Float32s("c", m.c[i])
	}
}
