package all

import (
	"os"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
)

type strange struct{}

func (strange) Validate() error { return nil }

func TestEntries(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range List() {
		if seen[e.Name] || e.Name == "" || !strings.HasSuffix(e.Doc, ".") {
			t.Errorf("entry %q: %q", e.Name, e.Doc)
		}
		seen[e.Name] = true
		c := e.Config()
		if err := c.Validate(); err != nil {
			t.Errorf("%s: defaults: %v", e.Name, err)
		}
		if c == e.Config() {
			t.Errorf("%s: two calls of Config share their options", e.Name)
		}
		if err := e.CanAct(envs.NewDiscrete(2)); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
		if _, err := e.New(strange{}, agents.Setup{}); err == nil || !strings.Contains(err.Error(), e.Name) {
			t.Errorf("%s: options of another type: error %v", e.Name, err)
		}
		if found, err := Find(e.Name); err != nil || found.Name != e.Name {
			t.Errorf("Find(%q): %v, %v", e.Name, found.Name, err)
		}
	}
}

func TestFind(t *testing.T) {
	if _, err := Find("pp0"); err == nil || !strings.Contains(err.Error(), `did you mean "ppo"?`) {
		t.Errorf("error %v", err)
	}
}

// Every folder with an agent's doc.go and a New is listed.
func TestComplete(t *testing.T) {
	folders, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		text, err := os.ReadFile("../" + f.Name() + "/agent.go")
		if err != nil {
			continue // no agent's folder
		}
		if _, err := Find(f.Name()); err != nil && strings.Contains(string(text), "\nfunc New(") {
			t.Errorf("agents/%s is not listed", f.Name())
		}
	}
}
