// Package agents says what an agent is. Each algorithm has a folder of its own
// (agents/ppo, agents/a2c, agents/dqn, ...) and imports no other; agents/all lists them.
package agents

import (
	"context"

	"tesuji/envs"
	"tesuji/nets"
	"tesuji/snapshot"
)

// Config is an algorithm's hyper-parameters: a struct with documented fields, yaml tags that
// carry Stable-Baselines3's option names, and that library's defaults.
type Config interface {
	// Validate returns an error that names the option, its value and what is allowed.
	Validate() error
}

// Setup is what an agent is built from besides its hyper-parameters.
type Setup struct {
	Env   envs.Vec // stepped by the agent only; already seeded, not yet reset
	Steps int64    // transitions to train for; a multiple of Env.Len()
	Seed  uint64   // of all the agent's random streams
}

// Agent is one learning process over a vectorised environment.
type Agent interface {
	// Advance does the smallest complete piece of learning (a rollout and its update, or a
	// training interval) and reports to rec. It trains for exactly Setup.Steps transitions:
	// the last piece is cut short. It must not be called when Progress is complete.
	// In the steady state it allocates nothing.
	Advance(ctx context.Context, rec Recorder) error
	// Progress returns the transitions done and to do in all.
	Progress() (done, total int64)
	// Policy returns the policy being learned. It follows the learning and shares its
	// weights: use it between calls of Advance only.
	Policy() Policy
	// Params returns the parameters that make the policy, for the weights file.
	Params() *nets.ParamSet
	// State saves or restores everything but the environment: parameters, optimisers,
	// buffers, schedules, counters, random streams, and the observations to act on next.
	snapshot.Stater
}

// Policy chooses actions.
type Policy interface {
	// Act writes one action for each observation to actions [obs.N, action size]. The
	// observations are as the training environment gave them (normalised, if it did that).
	// A deterministic policy takes the most likely or most valuable action.
	Act(obs envs.Rows, deterministic bool, actions []float32) error
}

// Rememberer is a Policy whose actions depend on earlier observations, too: row i of an Act goes on
// from row i of the Act before. An Act with another number of rows remembers nothing.
type Rememberer interface {
	Policy
	// Forget says in which rows the episode is over: what the next Act gets there is the first
	// observation of another one. nil means all.
	Forget(ended []bool)
}

// Forget calls that of a policy that is a Rememberer. Whoever acts with a policy calls it with nil
// before the first Act, and with the episodes that have ended after each step.
func Forget(p Policy, ended []bool) {
	if r, ok := p.(Rememberer); ok {
		r.Forget(ended)
	}
}

// Player chooses moves in games.
type Player interface {
	// Move returns a legal move of a game that is not over, and leaves the game as it is.
	Move(ctx context.Context, g envs.Game) (int, error)
}

// OneBoard is a player that plays on one size of board.
type OneBoard interface {
	Player
	// Board returns the size, in points.
	Board() (rows, cols int)
}

// Recorder receives what an agent measures. Keys are Stable-Baselines3's ("train/loss").
// The recorder itself adds rollout/ep_rew_mean, rollout/ep_len_mean and time/*.
type Recorder interface {
	// Record sets the value of a key in the row under way.
	Record(key string, value float64)
	// Episode reports a finished training episode.
	Episode(e envs.Episode)
	// Dump ends the row, at the given number of transitions.
	Dump(steps int64)
}
