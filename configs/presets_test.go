package configs

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	allenvs "tesuji/envs/all"
)

// Every preset loads, says what it is, and survives being written and read.
func TestPresets(t *testing.T) {
	names := Presets()
	if len(names) == 0 {
		t.Fatal("no presets")
	}
	trained := map[string]bool{}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			r, err := Load(name, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			trained[r.Env] = true
			if r.Name != name || !strings.HasPrefix(name, r.Agent+r.Model+"-") {
				t.Errorf("name %q, agent %q, model %q", r.Name, r.Agent, r.Model)
			}
			if s := Summary(name); len(s) < 20 || len(s) > 110 || !strings.HasSuffix(s, ".") {
				t.Errorf("summary %q", s)
			}
			text, err := Preset(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(text, []byte("\n# Values are ")) {
				t.Error("the source of its values is not given")
			}
			again, err := load(known(), "x", "again.yaml", r.YAML(), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if again.Hash() != r.Hash() {
				t.Errorf("differs when read back:\n%s\n%s", r.YAML(), again.YAML())
			}
		})
	}
	for _, id := range []string{
		"CartPole-v1", "Acrobot-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1",
		"FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "Taxi-v4", "Blackjack-v1",
	} {
		if !trained[id] {
			t.Errorf("no preset trains %s", id)
		}
	}
}

// Every key of every agent, environment and model has a variable of its own.
func TestVariables(t *testing.T) {
	for _, m := range known().models {
		variables(t, &Run{Model: m.Name, ModelOptions: m.Config(), Data: m.Data()})
	}
	for _, a := range known().agents {
		for _, e := range allenvs.List() {
			r := &Run{Agent: a.Name, Env: e.ID, Options: a.Config()}
			if e.Options != nil {
				r.EnvOptions = e.Options()
			}
			variables(t, r)
		}
	}
}

func variables(t *testing.T, r *Run) {
	t.Helper()
	taken := map[string]string{}
	for _, f := range newSchema(r).values {
		v := variableOf(f.path)
		if other, ok := taken[v]; ok {
			t.Errorf("%s stands for %s and for %s", v, other, f.path)
		}
		taken[v] = f.path
		if f.path != strings.ToLower(f.path) {
			t.Errorf("%s has capitals, which the merge of layers does not keep", f.path)
		}
		if slices.Contains(otherVariables, v) {
			t.Errorf("%s stands for %s, and for something that is no key", v, f.path)
		}
	}
}

func TestDiscount(t *testing.T) {
	r, err := Load("ppo-cartpole", []string{"ppo.gamma=0.5"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Gamma() != 0.5 {
		t.Errorf("gamma is %v", r.Gamma())
	}
}
