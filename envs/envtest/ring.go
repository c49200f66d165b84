package envtest

import (
	"fmt"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Ring walks around four states, whatever the action, and pays 1 at every step. It never ends,
// but a time limit of 8 steps truncates it: an agent with discount g that handles truncation
// rightly values every state at 1/(1-g), such as 50 for .98, and one that takes it for an end
// does not.
type Ring struct {
	spec    envs.Spec
	state   int
	running bool
}

// NewRing returns the ring with the given action space, since the actions do nothing.
func NewRing(action envs.Space) *Ring {
	return &Ring{spec: envs.Spec{ID: "Ring-v0", Observation: envs.NewDiscrete(4), Action: action, MaxSteps: 8}}
}

// Spec describes the environment.
func (e *Ring) Spec() *envs.Spec { return &e.spec }

// Seed does nothing: nothing is random.
func (e *Ring) Seed(uint64) {}

// Reset begins an episode in state 0.
func (e *Ring) Reset(obs envs.Row) error {
	e.state, e.running = 0, true
	obs.F32[0] = 0
	return nil
}

// Step goes on to the next state.
func (e *Ring) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.running {
		return envs.Result{}, fmt.Errorf("%s: step: %w", e.spec.ID, envs.ErrNeedsReset)
	}
	if !e.spec.Action.Contains(envs.Row{F32: a}) {
		return envs.Result{}, fmt.Errorf("%s: %w: %v", e.spec.ID, envs.ErrAction, []float32(a))
	}
	e.state = (e.state + 1) % 4
	obs.F32[0] = float32(e.state)
	return envs.Result{Reward: 1}, nil
}

// State saves or restores the environment.
func (e *Ring) State(a *snapshot.Archive) {
	a.Int("state", &e.state)
	a.Bool("running", &e.running)
}
