package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	allagents "tesuji/agents/all"
	"tesuji/configs"
	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/experiments/players"
	"tesuji/internal/suggest"
	allmodels "tesuji/models/all"

	"github.com/spf13/cobra"
)

// lists are the things that rl list shows, each with a function that gathers them.
var lists = []struct {
	name string
	make func() ([]any, *table, error)
}{
	{"envs", listEnvs},
	{"agents", listAgents},
	{"models", listModels},
	{"configs", listConfigs},
	{"engines", listEngines},
}

func listNames() []string {
	var names []string
	for _, l := range lists {
		names = append(names, l.name)
	}
	return names
}

func (a *app) list() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list envs|agents|models|configs|engines",
		Short: "List environments, agents, models, preset configs or engines of Go",
		Example: `  rl list configs
  rl list envs --json | jq -r '.[].id'`,
		ValidArgs: listNames(),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("rl list wants one of envs, agents, models, configs, engines")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			i := slices.Index(listNames(), args[0])
			if i < 0 {
				return usagef("cannot list %q%s (envs, agents, models, configs or engines)", args[0], suggest.DidYouMean(args[0], listNames()))
			}
			items, shown, err := lists[i].make()
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(a.out)
				e.SetIndent("", "  ")
				return e.Encode(items)
			}
			if len(items) == 0 && !a.quiet {
				a.talk.printf("there are none in this version\n")
			}
			if len(items) > 0 {
				shown.print(a.out)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "a JSON array")
	return c
}

type envItem struct {
	ID          string   `json:"id"`
	Doc         string   `json:"doc"`
	Observation string   `json:"observation,omitempty"` // as Action, unless that depends on options
	Action      string   `json:"action,omitempty"`
	MaxSteps    int      `json:"max_steps,omitempty"`
	Threshold   *float64 `json:"reward_threshold,omitempty"`
}

func listEnvs() ([]any, *table, error) {
	items := []any{}
	t := newTable("id", "observation", "action", ">steps", ">solved at", "what it is")
	for _, e := range allenvs.List() {
		if e.Outside {
			items = append(items, envItem{ID: e.ID, Doc: e.Doc})
			t.row(e.ID, "its own", "its own", "", "", e.Doc)
			continue
		}
		env, err := allenvs.Make(e.ID, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", e.ID, err)
		}
		s := env.Spec()
		item := envItem{ID: e.ID, Doc: e.Doc, Observation: s.Observation.String(), Action: s.Action.String(), MaxSteps: s.MaxSteps}
		steps, threshold := "", ""
		if s.MaxSteps > 0 {
			steps = fmt.Sprint(s.MaxSteps)
		}
		if s.HasThreshold {
			item.Threshold, threshold = &s.RewardThreshold, fmt.Sprint(s.RewardThreshold)
		}
		items = append(items, item)
		t.row(e.ID, spaceText(s.Observation), spaceText(s.Action), steps, threshold, e.Doc)
	}
	return items, t, nil
}

type agentItem struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

func listAgents() ([]any, *table, error) {
	items := []any{}
	t := newTable("name", "what it is")
	for _, e := range allagents.List() {
		items = append(items, agentItem{e.Name, e.Doc})
		t.row(e.Name, e.Doc)
	}
	return items, t, nil
}

func listModels() ([]any, *table, error) {
	items := []any{}
	t := newTable("name", "what it is")
	for _, e := range allmodels.List() {
		items = append(items, agentItem{e.Name, e.Doc})
		t.row(e.Name, e.Doc)
	}
	return items, t, nil
}

type configItem struct {
	Name       string `json:"name"`
	Agent      string `json:"agent,omitempty"`
	Env        string `json:"env,omitempty"`
	Model      string `json:"model,omitempty"`
	Steps      int64  `json:"n_timesteps,omitempty"`
	Iterations int64  `json:"n_iterations,omitempty"`
	Doc        string `json:"doc"`
}

func listConfigs() ([]any, *table, error) {
	items := []any{}
	t := newTable("name", "agent or model", "environment", ">steps", "what it is")
	for _, name := range configs.Presets() {
		r, err := configs.Load(name, nil, nil)
		if err != nil {
			return nil, nil, err
		}
		items = append(items, configItem{name, r.Agent, r.Env, r.Model, r.NTimesteps, r.NIterations, configs.Summary(name)})
		// The environment has a column of its own.
		doc := strings.Replace(configs.Summary(name), " ("+r.Env+")", "", 1)
		t.row(name, r.Agent+r.Model, r.Env, thousands(r.Total()), doc)
	}
	return items, t, nil
}

func listEngines() ([]any, *table, error) {
	items := []any{}
	t := newTable("name", "what it is")
	for _, e := range players.Engines() {
		items = append(items, agentItem{e.Name, e.Doc})
		t.row(e.Name, e.Doc)
	}
	return items, t, nil
}

// spaceText is a space in few characters: the bounds of a Box of many values say little.
func spaceText(s envs.Space) string {
	b, ok := s.(*envs.Box)
	if !ok {
		return s.String()
	}
	kind := "float32"
	if b.Type == envs.Uint8 {
		kind = "uint8"
	}
	return fmt.Sprintf("Box%v %s", b.Shape, kind)
}
