package envtest

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Bandit has arms that pay 1 with a probability each, and 0 else. Every episode is one step,
// and there is nothing to see: the observation is 0.
type Bandit struct {
	spec    envs.Spec
	arms    []float64
	draw    rng.PCG64
	running bool
}

// NewBandit returns the bandit whose arm i pays with probability arms[i].
func NewBandit(arms ...float64) *Bandit {
	e := &Bandit{
		spec: envs.Spec{ID: "Bandit-v0", Observation: envs.NewBox(0, 1, 1), Action: envs.NewDiscrete(len(arms))},
		arms: arms,
	}
	e.Seed(0)
	return e
}

// Spec describes the environment.
func (e *Bandit) Spec() *envs.Spec { return &e.spec }

// Seed starts the random stream anew.
func (e *Bandit) Seed(seed uint64) { e.draw.Seed(seed) }

// Reset begins an episode.
func (e *Bandit) Reset(obs envs.Row) error {
	e.running = true
	obs.F32[0] = 0
	return nil
}

// Step pulls an arm, which ends the episode.
func (e *Bandit) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.running {
		return envs.Result{}, fmt.Errorf("%s: step: %w", e.spec.ID, envs.ErrNeedsReset)
	}
	if !e.spec.Action.Contains(envs.Row{F32: a}) {
		return envs.Result{}, fmt.Errorf("%s: %w: %v", e.spec.ID, envs.ErrAction, []float32(a))
	}
	e.running = false
	obs.F32[0] = 0
	r := envs.Result{Terminated: true}
	if e.draw.Random() < e.arms[a.Index()] {
		r.Reward = 1
	}
	return r, nil
}

// State saves or restores the environment.
func (e *Bandit) State(a *snapshot.Archive) {
	a.Bool("running", &e.running)
	a.Object("rng", &e.draw)
}
