package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// ClipReward limits rewards to an interval. Outcome.Episodes still counts the rewards as they
// were.
type ClipReward struct {
	Env
	low, high float64
	raw       float64
}

// NewClipReward returns e with rewards limited to [low, high]. It returns an error unless
// low <= high.
func NewClipReward(e Env, low, high float64) (*ClipReward, error) {
	if !(low <= high) {
		return nil, fmt.Errorf("clipping rewards of %s to [%v, %v]: want low <= high", e.Spec().ID, low, high)
	}
	return &ClipReward{Env: e, low: low, high: high}, nil
}

// Unwrap returns the environment inside.
func (c *ClipReward) Unwrap() Env { return c.Env }

// RawReward returns the last step's reward before it was limited.
func (c *ClipReward) RawReward() float64 { return c.raw }

// Step steps the environment and limits the reward.
func (c *ClipReward) Step(a Action, obs Row) (Result, error) {
	r, err := c.Env.Step(a, obs)
	c.raw = r.Reward
	r.Reward = min(max(r.Reward, c.low), c.high)
	return r, err
}

// State saves or restores the environment.
func (c *ClipReward) State(a *snapshot.Archive) { a.Object("env", c.Env) }
