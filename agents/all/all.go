// Package all lists the agents: one entry each, in the order in which they are shown.
package all

import (
	"fmt"
	"slices"
	"strings"

	"tesuji/agents"
	"tesuji/agents/a2c"
	"tesuji/agents/actorcritic"
	"tesuji/agents/dqn"
	"tesuji/agents/ppo"
	"tesuji/envs"
	"tesuji/internal/suggest"
)

// Entry is one agent.
type Entry struct {
	Name string // as configs write it: "ppo"
	Doc  string // one sentence
	// Config returns a pointer to the agent's options, set to their defaults.
	Config func() agents.Config
	// New makes an agent. The config is of the type that Config returns.
	New func(agents.Config, agents.Setup) (agents.Agent, error)
	// CanAct returns nil if the agent can act in the action space, else an error that says in
	// which spaces it can.
	CanAct func(action envs.Space) error
}

// List returns all agents.
func List() []Entry { return slices.Clone(entries) }

// Find returns the agent of a name. The error of an unknown name tells the nearest one.
func Find(name string) (Entry, error) {
	names := make([]string, len(entries))
	for i, e := range entries {
		if e.Name == name {
			return e, nil
		}
		names[i] = e.Name
	}
	return Entry{}, fmt.Errorf("unknown agent %q%s (known: %s)", name, suggest.DidYouMean(name, names), strings.Join(names, ", "))
}

// entries is filled by one line per agent.
var entries = []Entry{
	entry("ppo", "Proximal policy optimisation: on-policy, robust, for any actions.", ppo.Default, ppo.New, actorcritic.CanAct),
	entry("a2c", "Advantage actor-critic: on-policy, an update every few steps, for any actions.", a2c.Default, a2c.New, actorcritic.CanAct),
	entry("dqn", "Deep Q-network: off-policy with replay, for a choice of actions; double, dueling, prioritised, n-step, noisy and distributional as options.", dqn.Default, dqn.New, discrete),
	entry("rainbow", "DQN with all of these options at once, and Rainbow's values.", dqn.DefaultRainbow, dqn.New, discrete),
	entry("qrdqn", "DQN that learns the quantiles of returns (QR-DQN).", dqn.DefaultQuantile, dqn.New, discrete),
}

// entry makes an entry of a package's functions. C is the options, P the pointer to them.
func entry[C any, P interface {
	*C
	agents.Config
}](name, doc string, defaults func() C, construct func(C, agents.Setup) (agents.Agent, error), canAct func(envs.Space) error) Entry {
	return Entry{
		Name: name, Doc: doc, CanAct: canAct,
		Config: func() agents.Config { c := defaults(); return P(&c) },
		New: func(cfg agents.Config, s agents.Setup) (agents.Agent, error) {
			c, ok := cfg.(P)
			if !ok {
				return nil, fmt.Errorf("options of %s: have %T, want %T", name, cfg, P(nil))
			}
			return construct(*c, s)
		},
	}
}

// discrete is CanAct of agents that choose one of a number of actions.
func discrete(action envs.Space) error {
	if _, ok := action.(*envs.Discrete); ok {
		return nil
	}
	return fmt.Errorf("actions are %v: want Discrete; ppo and a2c take others", action)
}
