package configs

import (
	"fmt"
	"regexp"
	"strings"

	"tesuji/envs/atari"
)

// reject says what is wrong with the value of a key, wherever it came from.
func (l *loader) reject(path, format string, args ...any) {
	if e := l.layers.get(path); e != nil {
		l.add(e.fail(format, args...))
		return
	}
	l.add(&Error{Source: l.shown, Key: path, Problem: fmt.Sprintf(format, args...)})
}

// directoryName is what a run may be called: its name begins a directory's.
var directoryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// validate checks what types cannot: ranges, and values against one another.
func (l *loader) validate() {
	r := l.run
	if !directoryName.MatchString(r.Name) {
		l.reject("name", "%q cannot name a directory: want letters, digits, '.', '_' and '-', beginning with a letter or digit", shorten(r.Name))
	}
	if r.IsModel() {
		l.validateModel()
	} else {
		l.validateAgent()
	}
}

// limits are checks of single values.
type limits []struct {
	path string
	ok   bool
	want string
	got  any
}

func (l *loader) require(list limits) {
	for _, c := range list {
		if !c.ok {
			l.reject(c.path, "is %v: want %s", c.got, c.want)
		}
	}
}

// common is the limits of what runs of all kinds have.
func (r *Run) common() limits {
	return limits{
		{"eval.freq", r.Eval.Freq >= 0, "0 (only at the end) or more", r.Eval.Freq},
		{"checkpoint.freq", r.Checkpoint.Freq >= 0, "0 (only at the end) or more", r.Checkpoint.Freq},
		{"checkpoint.keep", r.Checkpoint.Keep >= 1, "1 or more", r.Checkpoint.Keep},
	}
}

// maxEnvs bounds n_envs: more are a mistake, and would only use up the memory.
const maxEnvs = 1 << 20

func (l *loader) validateAgent() {
	r := l.run
	if r.NEnvs < 1 || r.NEnvs > maxEnvs {
		l.reject("n_envs", "is %d: want 1 to %d", r.NEnvs, maxEnvs)
	}
	n := int64(r.NEnvs)
	switch {
	case l.layers.get("n_timesteps") == nil:
		l.reject("n_timesteps", "missing: the number of transitions to train for")
	case r.NTimesteps < 1:
		l.reject("n_timesteps", "is %d: want 1 or more", r.NTimesteps)
	case n >= 1 && r.NTimesteps%n != 0:
		below := r.NTimesteps / n * n
		nearest := fmt.Sprintf("%d or %d", below, below+n)
		if below == 0 {
			nearest = fmt.Sprint(n)
		}
		l.reject("n_timesteps", "is %d, which is no multiple of the %d environments (n_envs) that step together: want %s",
			r.NTimesteps, n, nearest)
	}
	l.require(append(r.common(), limits{
		{"normalize.clip_obs", r.Normalize.ClipObs > 0, "more than 0", r.Normalize.ClipObs},
		{"normalize.clip_reward", r.Normalize.ClipReward > 0, "more than 0", r.Normalize.ClipReward},
		{"eval.episodes", r.Eval.Episodes >= 1, "1 or more", r.Eval.Episodes},
		{"final_eval_episodes", r.FinalEvalEpisodes >= 1, "1 or more", r.FinalEvalEpisodes},
	}...))
	l.validateOptions()
}

func (l *loader) validateModel() {
	r := l.run
	switch {
	case l.layers.get("n_iterations") == nil:
		l.reject("n_iterations", "missing: the number of iterations to train for")
	case r.NIterations < 1:
		l.reject("n_iterations", "is %d: want 1 or more", r.NIterations)
	}
	l.require(r.common())
	if err := r.Data.Validate(); err != nil {
		l.rejectOption(dataBlock, err)
	}
	if err := r.ModelOptions.Validate(); err != nil {
		l.rejectOption(r.Model, err)
	}
}

// validateOptions checks the agent's and the environment's options, and that they go together.
func (l *loader) validateOptions() {
	agent, _ := l.catalog.agent(l.run.Agent)
	if err := l.run.Options.Validate(); err != nil {
		l.rejectOption(l.run.Agent, err)
	}
	if l.run.Atari != nil && l.run.Atari.Preset == "" {
		l.reject(atariBlock+".preset", "missing: one of %s", strings.Join(atari.Presets(), ", "))
		return
	}
	entry, _ := l.catalog.env(l.run.Env)
	if entry.Outside {
		return // it may not be there where a config is only looked at
	}
	env, err := entry.New(l.run.EnvOptions)
	if err != nil {
		if l.run.EnvOptions != nil {
			l.rejectOption(envBlock, err)
		} else {
			l.reject("env", "%v", err)
		}
		return
	}
	if env, err = l.run.Atari.prepare(env); err != nil {
		l.rejectOption(atariBlock, err)
		return
	}
	if agent.CanAct == nil {
		return
	}
	if err := agent.CanAct(env.Spec().Action); err != nil {
		l.reject("env", "%s: %v", l.run.Env, err)
	}
}

// rejectOption places an error of a block's own validation.
func (l *loader) rejectOption(block string, err error) {
	path := l.blame(block, err)
	// The place names the key: "gamma is 2: want 0 to 1" becomes "is 2: ...".
	text := strings.TrimPrefix(err.Error(), strings.TrimPrefix(path, block+"."))
	l.reject(path, "%s", strings.TrimLeft(text, ": "))
}

// blame finds the key of a block that an error is about: the one it names first, of those that
// were set if any of them is named; else the block itself.
func (l *loader) blame(block string, err error) string {
	text := err.Error()
	best, bestAt, bestSet := block, len(text)+1, false
	for _, f := range l.schema.values {
		if !strings.HasPrefix(f.path, block+".") {
			continue
		}
		at := wordAt(text, strings.TrimPrefix(f.path, block+"."))
		set := l.layers.get(f.path) != nil
		if at >= 0 && (set && !bestSet || set == bestSet && at < bestAt) {
			best, bestAt, bestSet = f.path, at, set
		}
	}
	return best
}

// wordAt returns where word stands in text by itself, -1 if it does not.
func wordAt(text, word string) int {
	letter := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '_' || text[i] >= '0' && text[i] <= '9' ||
			text[i] >= 'a' && text[i] <= 'z' || text[i] >= 'A' && text[i] <= 'Z')
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		if !letter(i-1) && !letter(i+len(word)) {
			return i
		}
		from = i + 1
	}
}
