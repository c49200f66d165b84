// Package archtest holds the direction of the project's imports: docs/architecture.md draws
// the rooms, this test keeps them.
package archtest

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

const module = "tesuji/"

// rooms lists what each folder may import of the project, itself and its own sub-folders
// aside. A folder is held to its longest matching prefix.
var rooms = map[string][]string{
	"snapshot":            {},
	"internal/suggest":    {},
	"internal/elementary": {},
	"internal/rng":        {"snapshot", "internal/elementary"},
	"tensor":              {"tensor/internal"},
	"tensor/internal":     {},
	"nets":                {"tensor", "internal/rng", "internal/elementary", "snapshot", "internal/suggest"},
	"internal/draw":       {},
	"envs":                {"internal/draw", "internal/rng", "snapshot", "internal/suggest"},
	"envs/classic":        {"envs", "internal/draw", "internal/rng", "snapshot"},
	"envs/toytext":        {"envs", "internal/draw", "internal/rng", "snapshot"},
	"datasets":            {"internal/rng", "internal/elementary", "snapshot", "internal/suggest"},
	"replay":              {"tensor", "envs", "internal/rng", "snapshot"},
	"agents":              {"envs", "nets", "replay", "tensor", "internal/rng", "internal/elementary", "snapshot", "internal/suggest"},
	"sgf":                 {"envs"},
	"gtp":                 {"agents", "envs", "sgf"},
	"match":               {"agents", "envs", "gtp", "sgf", "internal/rng", "internal/elementary"},
	"agents/boardgame":    {"agents", "envs", "gtp", "models", "tensor", "internal/rng", "internal/elementary", "internal/suggest"},
	"agents/alphazero":    {"agents", "envs", "models", "nets", "tensor", "internal/rng", "internal/elementary", "snapshot", "internal/suggest"},
	"agents/alphago":      {"agents", "envs", "models", "sgf", "nets", "tensor", "internal/rng", "internal/elementary", "snapshot", "internal/suggest"},
	"models/all":          {"models", "agents/alphago", "agents/alphazero", "internal/suggest"},
	"models":              {"datasets", "nets", "tensor", "internal/rng", "internal/elementary", "snapshot", "internal/suggest"},
	"configs":             {"agents", "models", "envs", "nets", "internal/suggest"},
	"experiments":         {"configs", "agents", "gtp", "match", "models", "envs", "datasets", "nets", "tensor", "internal", "snapshot"},
	"view":                {"agents", "envs", "internal/draw", "snapshot"},
	"cmd/rl":              {"view", "experiments", "configs", "agents", "gtp", "match", "sgf", "models", "envs", "datasets", "nets", "tensor", "internal/suggest", "internal/version"},
	"cmd/rlweb":           {"view", "experiments/checkpoint", "experiments/trained", "agents", "envs", "internal/rng", "internal/suggest"},
	"benchmarks":          {"experiments", "configs", "agents", "models", "envs", "datasets", "nets", "tensor", "internal", "snapshot"},
}

// importers names, for parts that must stay at the edge, the only folders that may import them.
var importers = map[string][]string{
	"gonum.org/v1/plot":                {"experiments"},
	"github.com/spf13/viper":           {"configs"},
	"github.com/spf13/cobra":           {"cmd/rl"},
	"github.com/hajimehoshi/ebiten/v2": {"view"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	d := json.NewDecoder(strings.NewReader(string(out)))
	for d.More() {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 5 {
		t.Fatalf("only %d packages found", len(all))
	}
	return all
}

// room returns the folder of rooms that path belongs to.
func room(path string) string {
	best := ""
	for r := range rooms {
		if within(path, r) && len(r) > len(best) {
			best = r
		}
	}
	return best
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		path, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || within(path, "internal/archtest") {
			continue
		}
		r := room(path)
		if r == "" {
			if within(path, "internal") {
				continue
			}
			t.Errorf("%s is in no room: add it to the table here and to docs/architecture.md", path)
			continue
		}
		for _, imp := range p.Imports {
			if to, ours := strings.CutPrefix(imp, module); ours {
				if !within(to, r) && !allowed(to, rooms[r]) {
					t.Errorf("%s imports %s: %s may import %v", path, to, r, rooms[r])
				}
			}
			for part, who := range importers {
				if within(imp, part) && !allowed(path, who) {
					t.Errorf("%s imports %s: only %v may", path, imp, who)
				}
			}
		}
	}
}

func allowed(path string, folders []string) bool {
	for _, f := range folders {
		if within(path, f) {
			return true
		}
	}
	return false
}

// TestAgentsAndEnvironmentsStandAlone: an algorithm imports no other algorithm, an
// environment no network.
func TestAgentsAndEnvironmentsStandAlone(t *testing.T) {
	algorithms := []string{"agents/ppo", "agents/a2c", "agents/dqn"}
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		for _, imp := range p.Imports {
			to := strings.TrimPrefix(imp, module)
			for _, a := range algorithms {
				if within(to, a) && allowed(path, algorithms) && !within(path, a) {
					t.Errorf("%s imports %s", path, to)
				}
			}
		}
	}
}
