package envtest

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Recall shows one of two cues, then nothing for a number of steps, and then asks which cue it was:
// 1 for the right answer, -1 for the other. The return of an agent that remembers is 1; that of one
// that does not is 0 on average, whatever it does. Observations are (first cue, second cue, ask).
type Recall struct {
	spec  envs.Spec
	draw  rng.PCG64
	delay int
	cue   int
	step  int // of the episode; past the last one before Reset
}

// NewRecall returns the environment with the given number of empty steps.
func NewRecall(delay int) *Recall {
	e := &Recall{
		spec:  envs.Spec{ID: "Recall-v0", Observation: envs.NewBox(0, 1, 3), Action: envs.NewDiscrete(2)},
		delay: delay, step: delay + 2,
	}
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *Recall) Spec() *envs.Spec { return &e.spec }

// Seed starts the random stream anew.
func (e *Recall) Seed(seed uint64) { e.draw.Seed(seed) }

// Reset shows a cue.
func (e *Recall) Reset(obs envs.Row) error {
	e.step = 0
	e.cue = 0
	if e.draw.Random() < .5 {
		e.cue = 1
	}
	clear(obs.F32)
	obs.F32[e.cue] = 1
	return nil
}

// Step goes on, and takes the answer when it has asked.
func (e *Recall) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if e.step == e.delay+2 {
		return envs.Result{}, fmt.Errorf("%s: step: %w", e.spec.ID, envs.ErrNeedsReset)
	}
	if !e.spec.Action.Contains(envs.Row{F32: a}) {
		return envs.Result{}, fmt.Errorf("%s: %w: %v", e.spec.ID, envs.ErrAction, []float32(a))
	}
	e.step++
	clear(obs.F32)
	switch {
	case e.step == e.delay+1:
		obs.F32[2] = 1
	case e.step == e.delay+2 && a.Index() == e.cue:
		return envs.Result{Reward: 1, Terminated: true}, nil
	case e.step == e.delay+2:
		return envs.Result{Reward: -1, Terminated: true}, nil
	}
	return envs.Result{}, nil
}

// State saves or restores the environment.
func (e *Recall) State(a *snapshot.Archive) {
	a.Int("cue", &e.cue)
	a.Int("step", &e.step)
	a.Object("rng", &e.draw)
}
