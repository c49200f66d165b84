// Package all lists the agents: one entry each, in the order in which they are shown.
package all

import (
	"fmt"
	"slices"
	"strings"

	"tesuji/agents"
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
var entries = []Entry{}
