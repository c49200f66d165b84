// Package corridor is a walk through ten cells to the last one.
package corridor

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

var spec = &envs.Spec{
	ID:          "Corridor-v0",
	Observation: envs.NewBox(0, 9, 1), // one float32
	Action:      envs.NewDiscrete(2),  // 0 left, 1 right
	MaxSteps:    50,                   // the time limit; the environment itself never truncates
}

type Corridor struct {
	random  rng.PCG64 // NumPy's generator, so that Python twins give the same episodes
	at      int
	running bool
}

func New() (envs.Env, error) {
	c := &Corridor{}
	c.Seed(0) // a generator that has no seed draws nothing
	return c, nil
}

func (c *Corridor) Spec() *envs.Spec { return spec }
func (c *Corridor) Seed(s uint64)    { c.random.Seed(s) }

func (c *Corridor) Reset(obs envs.Row) error {
	c.at, c.running = int(c.random.Integers(0, 5)), true
	obs.F32[0] = float32(c.at)
	return nil
}

func (c *Corridor) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !c.running {
		return envs.Result{}, fmt.Errorf("Corridor-v0: %w", envs.ErrNeedsReset)
	}
	if a[0] != 0 && a[0] != 1 {
		return envs.Result{}, fmt.Errorf("Corridor-v0: action %v, want 0 or 1", a[0])
	}
	c.at = max(0, c.at+2*a.Index()-1)
	obs.F32[0] = float32(c.at)
	end := c.at == 9
	c.running = !end
	return envs.Result{Reward: -1, Terminated: end}, nil
}

// State lists everything that the next step depends on, once, for saving and restoring.
func (c *Corridor) State(a *snapshot.Archive) {
	a.Object("random", &c.random)
	a.Int("at", &c.at)
	a.Bool("running", &c.running)
}
