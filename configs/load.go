package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tesuji/internal/suggest"
)

// Load reads a config from a YAML file or, by its name, from a preset. Environment variables
// change it (TESUJI_N_ENVS=16, TESUJI_PPO_LEARNING_RATE=lin_0.001: the key in capitals, dots
// as underscores), and the "key=value" texts of set ("ppo.learning_rate=lin_0.001") change it
// last. Values are written as in YAML. environ has the form of os.Environ.
//
// The result is valid and complete. An error is an Errors that places everything wrong, or
// says that there is no such file or preset.
func Load(nameOrPath string, set, environ []string) (*Run, error) {
	name, shown, text, err := find(nameOrPath)
	if err != nil {
		return nil, err
	}
	return load(known(), name, shown, text, set, environ)
}

// find reads a preset or file. Presets come first; ./name is always a file.
func find(nameOrPath string) (name, shown string, text []byte, err error) {
	if text, err := Preset(nameOrPath); err == nil {
		return nameOrPath, nameOrPath + ".yaml (preset)", text, nil
	}
	text, err = os.ReadFile(nameOrPath)
	if err == nil {
		base := filepath.Base(nameOrPath)
		return strings.TrimSuffix(strings.TrimSuffix(base, ".yaml"), ".yml"), nameOrPath, text, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		hint := suggest.DidYouMean(nameOrPath, Presets())
		if strings.ContainsAny(nameOrPath, `/\`) || hint == "" {
			hint = " (rl list configs shows the presets)"
		}
		return "", "", nil, fmt.Errorf("config: no preset and no file %q%s: %w", nameOrPath, hint, fs.ErrNotExist)
	}
	return "", "", nil, fmt.Errorf("config: %w", err)
}

// load makes a run of a file's text and what changes it.
func load(k catalog, name, shown string, text []byte, set, environ []string) (*Run, error) {
	file, err := parseFile(shown, text)
	if err != nil {
		return nil, err
	}
	l := &loader{catalog: k, shown: shown, layers: newLayers(), name: name}
	l.layers.file(file)
	for _, step := range []func(){
		func() { l.arguments(set) },
		func() { l.choose(environ) },
		func() { l.schema = newSchema(l.run) },
		func() { l.check(file); l.variables(environ); l.check(l.set) },
		l.decode,
		l.validate,
	} {
		// Each step relies on what those before it found right.
		if step(); l.wrong != nil {
			return nil, l.wrong
		}
	}
	return l.run, nil
}

// agentDefaults is what the config of an agent's run does not need to say.
func agentDefaults(name string) *Run {
	return &Run{
		Name:              name,
		NEnvs:             1,
		Seed:              1,
		Normalize:         Normalize{ClipObs: 10, ClipReward: 10},
		Eval:              Eval{Freq: 25_000, Episodes: 5, Deterministic: true},
		Checkpoint:        Checkpoint{Freq: 50_000, Keep: 2},
		FinalEvalEpisodes: 20,
	}
}

// modelDefaults is what the config of a model's run does not need to say.
func modelDefaults(name string) *Run {
	return &Run{Name: name, Seed: 1, Eval: Eval{Freq: 500}, Checkpoint: Checkpoint{Freq: 500, Keep: 2}}
}
