package main

import (
	"fmt"
	"strings"

	"tesuji/agents"
	"tesuji/agents/dqn"
	"tesuji/agents/ppo"
	"tesuji/envs"
	"tesuji/envs/arcade"
	"tesuji/envs/atari"
	"tesuji/envs/classic"
	"tesuji/envs/minatar"
	"tesuji/envs/toytext"
	"tesuji/experiments/checkpoint"
	"tesuji/internal/suggest"
)

// preset is a trained agent. The packages that read configs would be most of the program, so what
// the networks are made of is written here; TestPresets holds it against the config.
type preset struct {
	name  string // of the config
	agent string
	env   func() (envs.Env, error)
	new   func(agents.Setup) (agents.Agent, error)
}

// presets are the agents to choose from. The first is shown if none is chosen.
var presets = []preset{
	{"ppo-cartpole", "ppo", sure(func() envs.Env { return classic.NewCartPole(classic.CartPoleOptions{}) }), newPPO(nil)},
	{"ppo-minatar-breakout", "ppo", func() (envs.Env, error) { return minatar.NewBreakoutV0(minatar.DefaultOptions()) }, newPPO(func(c *ppo.Config) {
		c.CNN, c.FeaturesDim = "minatar", 128
		c.NetArch.Pi, c.NetArch.Vf = nil, nil
	})},
	{"ppo-breakout", "ppo", screens(arcade.NewBreakout), newPPO(fromScreens)},
	{"ppo-pong", "ppo", screens(arcade.NewPong), newPPO(fromScreens)},
	{"dqn-mountaincar", "dqn", sure(func() envs.Env { return classic.NewMountainCar() }), newDQN(128, 128)},
	{"dqn-frozenlake", "dqn", func() (envs.Env, error) { return toytext.NewFrozenLake(toytext.DefaultFrozenLakeOptions()) }, newDQN(64, 64)},
}

// sure is the maker of an environment that cannot fail.
func sure(env func() envs.Env) func() (envs.Env, error) {
	return func() (envs.Env, error) { return env(), nil }
}

// screens is the maker of an arcade game as agents see it that learn from screens.
func screens(game func(arcade.Options) *arcade.Game) func() (envs.Env, error) {
	return func() (envs.Env, error) {
		o, err := atari.Preset("nature")
		if err != nil {
			return nil, err
		}
		return atari.Wrap(game(arcade.Options{}), o.Evaluation())
	}
}

// fromScreens are the networks of ppo-pong and ppo-breakout.
func fromScreens(c *ppo.Config) {
	c.CNN, c.FeaturesDim = "nips", 256
	c.NetArch.Pi, c.NetArch.Vf = nil, nil
}

func newPPO(change func(*ppo.Config)) func(agents.Setup) (agents.Agent, error) {
	return func(s agents.Setup) (agents.Agent, error) {
		c := ppo.Default()
		if change != nil {
			change(&c)
		}
		return ppo.New(c, s)
	}
}

func newDQN(width ...int) func(agents.Setup) (agents.Agent, error) {
	return func(s agents.Setup) (agents.Agent, error) {
		c := dqn.Default()
		c.NetArch = width
		return dqn.New(c, s)
	}
}

// find returns the preset of a name, the first for "".
func find(name string) (*preset, error) {
	names := make([]string, len(presets))
	for i := range presets {
		if names[i] = presets[i].name; name == names[i] {
			return &presets[i], nil
		}
	}
	if name == "" {
		return &presets[0], nil
	}
	for _, g := range goGames {
		names = append(names, g.preset)
	}
	return nil, fmt.Errorf("no trained agent %q%s (there are: %s)", name, suggest.DidYouMean(name, names), strings.Join(names, ", "))
}

// load returns the trained policy and the number of transitions that it learned from.
func (p *preset) load() (agents.Policy, int64, error) {
	b, err := weights(p.name)
	if err != nil {
		return nil, 0, err
	}
	f, err := checkpoint.Decode(b)
	if err != nil {
		return nil, 0, fmt.Errorf("weights of %s: %w", p.name, err)
	}
	vec, err := envs.MakeSyncVec(1, p.env)
	if err != nil {
		return nil, 0, err
	}
	// Nothing is trained: the agent makes room for a few steps only.
	a, err := p.new(agents.Setup{Env: vec, Steps: 64})
	if err != nil {
		return nil, 0, fmt.Errorf("agent of %s: %w", p.name, err)
	}
	if err := a.Params().Load(f.Tensors); err != nil {
		return nil, 0, fmt.Errorf("weights of %s: %w", p.name, err)
	}
	return a.Policy(), f.Steps, nil
}

// playerSteps is the longest episode of an environment that has no limit of its own.
const playerSteps = 10_000

// seeded returns what makes environments that all play the same episodes.
func (p *preset) seeded(seed uint64) func() (envs.Env, error) {
	return func() (envs.Env, error) {
		e, err := p.env()
		if err != nil {
			return nil, err
		}
		limit := e.Spec().MaxSteps
		if limit == 0 {
			limit = playerSteps
		}
		limited, err := envs.NewTimeLimit(e, limit)
		if err != nil {
			return nil, err
		}
		limited.Seed(seed)
		return limited, nil
	}
}
