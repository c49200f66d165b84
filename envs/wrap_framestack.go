package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// Padding is what fills a FrameStack at the beginning of an episode.
type Padding uint8

const (
	PadReset Padding = iota // copies of the first observation, as Gymnasium does
	PadZero                 // zeros, as Stable-Baselines3 does
)

// FrameStack gives the last k observations of a Box, on a new first axis, the newest last.
type FrameStack struct {
	Env
	spec  Spec
	k     int
	pad   Padding
	stack Rows // the k observations
	next  Row  // where the environment writes, so that a refused action leaves the stack alone
}

// NewFrameStack returns e with observations of shape [k, ...]. It returns an error if k < 1 or
// the observation space is not a Box.
func NewFrameStack(e Env, k int, pad Padding) (*FrameStack, error) {
	s := *e.Spec()
	b, ok := s.Observation.(*Box)
	if !ok || k < 1 {
		return nil, fmt.Errorf("stacking %d observations of %s: the space is %v, want a Box and at least 1", k, s.ID, s.Observation)
	}
	stacked := &Box{Shape: append([]int{k}, b.Shape...), Type: b.Type}
	for range k {
		stacked.Low = append(stacked.Low, b.Low...)
		stacked.High = append(stacked.High, b.High...)
	}
	if pad == PadZero { // zeros are observations now
		for i := range stacked.Low {
			stacked.Low[i], stacked.High[i] = min(stacked.Low[i], 0), max(stacked.High[i], 0)
		}
	}
	s.Observation = stacked
	return &FrameStack{Env: e, spec: s, k: k, pad: pad, stack: MakeRows(b, k), next: MakeRows(b, 1).Row(0)}, nil
}

// Unwrap returns the environment inside.
func (f *FrameStack) Unwrap() Env { return f.Env }

// Spec returns the environment's Spec with the stacked observation space.
func (f *FrameStack) Spec() *Spec { return &f.spec }

// Reset begins an episode with a stack of padding.
func (f *FrameStack) Reset(obs Row) error {
	newest := f.stack.Row(f.k - 1)
	if err := f.Env.Reset(newest); err != nil {
		return err
	}
	for i := range f.k - 1 {
		row := f.stack.Row(i)
		if f.pad == PadReset {
			row.Copy(newest)
		} else {
			clear(row.F32)
			clear(row.U8)
		}
	}
	obs.Copy(Row{F32: f.stack.F32, U8: f.stack.U8})
	return nil
}

// Step steps the environment and pushes its observation onto the stack. The last observation
// of an episode is stacked on those of its own episode.
func (f *FrameStack) Step(a Action, obs Row) (Result, error) {
	r, err := f.Env.Step(a, f.next)
	if err != nil {
		return r, err
	}
	n := f.stack.Size
	if f.stack.U8 != nil {
		copy(f.stack.U8, f.stack.U8[n:])
	} else {
		copy(f.stack.F32, f.stack.F32[n:])
	}
	f.stack.Row(f.k - 1).Copy(f.next)
	obs.Copy(Row{F32: f.stack.F32, U8: f.stack.U8})
	return r, nil
}

// State saves or restores the stack and the environment.
func (f *FrameStack) State(a *snapshot.Archive) {
	if f.stack.U8 != nil {
		a.Uint8s("stack", f.stack.U8)
	} else {
		a.Float32s("stack", f.stack.F32)
	}
	a.Object("env", f.Env)
}
