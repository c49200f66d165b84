package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// RescaleAction maps actions of [low, high] to a bounded Box action space linearly:
// low goes to the space's Low, high to its High.
type RescaleAction struct {
	Env
	spec      Spec
	low, high float32
	inner     *Box
	buf       Action
}

// NewRescaleAction returns e with the action space Box(low, high). It returns an error if e's
// action space is not a bounded Box, or low >= high.
func NewRescaleAction(e Env, low, high float32) (*RescaleAction, error) {
	s := *e.Spec()
	b, ok := s.Action.(*Box)
	if !ok || !b.Bounded() {
		return nil, fmt.Errorf("rescaling actions of %s: the action space is %v, want a bounded Box", s.ID, s.Action)
	}
	if !(low < high) {
		return nil, fmt.Errorf("rescaling actions of %s to [%v, %v]: want low < high", s.ID, low, high)
	}
	s.Action = NewBox(low, high, b.Shape...)
	return &RescaleAction{Env: e, spec: s, low: low, high: high, inner: b, buf: make(Action, b.Size())}, nil
}

// Unwrap returns the environment inside.
func (r *RescaleAction) Unwrap() Env { return r.Env }

// Spec returns the environment's Spec with the new action space.
func (r *RescaleAction) Spec() *Spec { return &r.spec }

// Step steps the environment with the mapped action. Values outside of [low, high] become the
// nearest bound; NaN stays what it is, for the environment to refuse.
func (r *RescaleAction) Step(a Action, obs Row) (Result, error) {
	scale := 1 / (float64(r.high) - float64(r.low))
	for i, v := range a {
		lo, hi := float64(r.inner.Low[i]), float64(r.inner.High[i])
		x := lo + float64((hi-lo)*float64((float64(v)-float64(r.low))*scale))
		r.buf[i] = float32(min(max(x, lo), hi))
	}
	return r.Env.Step(r.buf, obs)
}

// State saves or restores the environment.
func (r *RescaleAction) State(a *snapshot.Archive) { a.Object("env", r.Env) }
