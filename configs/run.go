// Package configs reads what a run is, of an agent in an environment or of a model on its data: a typed, validated configuration from a YAML file or one
// of the presets that are part of the program, changed by environment variables and --set.
//
// Nothing is guessed: an unknown key, a wrong type, a key given twice or a value out of range
// is an error that says where it is, what was wrong and which key was probably meant.
package configs

import (
	"reflect"

	"tesuji/agents"
	"tesuji/models"
)

// Run is everything that decides the numbers of a run: the same Run gives the same bits.
// Load returns only valid, complete ones.
//
// A run trains an agent (agent and env) or a model. Fields tagged "of" belong to runs of that
// kind only, and are zero in the others.
//
// Names are rl-baselines3-zoo's wherever it has one. All frequencies are in steps: an agent's
// transitions (steps of one environment), whatever the number of environments, or a model's
// iterations (of the optimiser).
type Run struct {
	// Name names the run's directory. Default: the preset's name or the file's base name.
	Name string `yaml:"name"`
	// Agent is the algorithm, one of agents/all's names, such as "ppo".
	Agent string `yaml:"agent" of:"agent"`
	// Env is the environment's id, one of envs/all's, such as "CartPole-v1".
	Env string `yaml:"env" of:"agent"`
	// EnvOptions is a pointer to the environment's typed options (env_kwargs), nil if it has
	// none. It is what envs/all's Make takes.
	EnvOptions any `yaml:"-"`
	// Atari prepares the screens of an arcade game for learning, nil if they stay as they are.
	Atari *Atari `yaml:"atari,omitzero" of:"agent"`
	// NEnvs is the number of environments stepped together, at least 1. Default 1.
	NEnvs int `yaml:"n_envs" of:"agent"`
	// NTimesteps is the number of transitions to train for: a positive multiple of NEnvs.
	NTimesteps int64 `yaml:"n_timesteps" of:"agent"`
	// Model is the model, one of models/all's names, such as "gpt".
	Model string `yaml:"model" of:"model"`
	// NIterations is the number of iterations of the optimiser to train for, at least 1.
	NIterations int64 `yaml:"n_iterations" of:"model"`
	// Seed is that of all random streams. Default 1.
	Seed uint64 `yaml:"seed"`
	// Normalize scales observations and rewards by their running statistics.
	Normalize Normalize `yaml:"normalize" of:"agent"`
	// Options is a pointer to the agent's typed options: the block named after the agent.
	Options agents.Config `yaml:"-"`
	// ModelOptions is a pointer to the model's typed options: the block named after the model.
	ModelOptions models.Config `yaml:"-"`
	// Data is a pointer to the typed options of the model's data: the block data.
	Data models.Config `yaml:"-"`
	// Eval measures now and then what was learned: a policy on environments of its own, a model on
	// held-out data.
	Eval Eval `yaml:"eval"`
	// Checkpoint says how often everything is saved.
	Checkpoint Checkpoint `yaml:"checkpoint"`
	// FinalEvalEpisodes is the number of episodes that the final weights are measured on, at
	// least 1. Default 20.
	FinalEvalEpisodes int `yaml:"final_eval_episodes" of:"agent"`
}

// The kinds of runs, as the tags of Run's fields name them.
const (
	ofAgent = "agent"
	ofModel = "model"
)

// IsModel reports whether the run trains a model, not an agent.
func (r *Run) IsModel() bool { return r.Model != "" }

func (r *Run) kind() string {
	if r.IsModel() {
		return ofModel
	}
	return ofAgent
}

// Total returns the number of steps to train for: transitions or iterations.
func (r *Run) Total() int64 {
	if r.IsModel() {
		return r.NIterations
	}
	return r.NTimesteps
}

// Normalize is Stable-Baselines3's VecNormalize. Its discount is the agent's gamma: Run.Gamma.
type Normalize struct {
	// Obs shifts and scales each element of the observations to mean 0 and variance 1.
	Obs bool `yaml:"obs"`
	// Reward scales rewards by the standard deviation of the discounted return.
	Reward bool `yaml:"reward"`
	// ClipObs bounds normalised observations to ±ClipObs, > 0. Default 10.
	ClipObs float64 `yaml:"clip_obs"`
	// ClipReward bounds normalised rewards to ±ClipReward, > 0. Default 10.
	ClipReward float64 `yaml:"clip_reward"`
}

// Eval is periodic evaluation during training.
type Eval struct {
	// Freq is the number of steps between evaluations; 0 evaluates only at the end. Default
	// 25000 transitions or 500 iterations.
	Freq int64 `yaml:"freq"`
	// Episodes is the number of episodes of each evaluation, at least 1. Default 5.
	Episodes int `yaml:"episodes" of:"agent"`
	// Deterministic takes the most likely action instead of sampling, in the final evaluation
	// too. Default true.
	Deterministic bool `yaml:"deterministic" of:"agent"`
}

// Checkpoint is saving everything a run needs to go on exactly.
type Checkpoint struct {
	// Freq is the number of steps between checkpoints; 0 saves only at the end and when
	// interrupted. Default 50000 transitions or 500 iterations.
	Freq int64 `yaml:"freq"`
	// Keep is the number of checkpoints kept, the newest ones, at least 1. Default 2.
	Keep int `yaml:"keep"`
}

// Gamma returns the discount of the agent's options (its field tagged "gamma"), which the
// normalisation of rewards shares, or 1 if the agent has none.
func (r *Run) Gamma() float64 {
	v := reflect.Indirect(reflect.ValueOf(r.Options))
	if v.Kind() != reflect.Struct {
		return 1
	}
	for i := range v.NumField() {
		if key, _ := tagged(v.Type().Field(i)); key == "gamma" && v.Field(i).CanFloat() {
			return v.Field(i).Float()
		}
	}
	return 1
}
