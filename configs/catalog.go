package configs

import (
	"slices"

	allagents "tesuji/agents/all"
	allenvs "tesuji/envs/all"
	allmodels "tesuji/models/all"
)

// catalog is the agents, environments and models that a config can name.
type catalog struct {
	agents []allagents.Entry
	envs   []allenvs.Entry
	models []allmodels.Entry
}

func known() catalog { return catalog{allagents.List(), allenvs.List(), allmodels.List()} }

func (c catalog) agent(name string) (allagents.Entry, bool) {
	i := slices.IndexFunc(c.agents, func(e allagents.Entry) bool { return e.Name == name })
	if i < 0 {
		return allagents.Entry{}, false
	}
	return c.agents[i], true
}

func (c catalog) env(id string) (allenvs.Entry, bool) {
	i := slices.IndexFunc(c.envs, func(e allenvs.Entry) bool { return e.ID == id })
	if i < 0 {
		return allenvs.Entry{}, false
	}
	return c.envs[i], true
}

func (c catalog) agentNames() []string {
	names := make([]string, len(c.agents))
	for i, e := range c.agents {
		names[i] = e.Name
	}
	return names
}

func (c catalog) envIDs() []string {
	ids := make([]string, len(c.envs))
	for i, e := range c.envs {
		ids[i] = e.ID
	}
	return ids
}

func (c catalog) model(name string) (allmodels.Entry, bool) {
	i := slices.IndexFunc(c.models, func(e allmodels.Entry) bool { return e.Name == name })
	if i < 0 {
		return allmodels.Entry{}, false
	}
	return c.models[i], true
}

func (c catalog) modelNames() []string {
	names := make([]string, len(c.models))
	for i, e := range c.models {
		names[i] = e.Name
	}
	return names
}
