package configs

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"tesuji/internal/suggest"

	"github.com/spf13/viper"
)

// layers merges what file, variables and arguments say, later ones over earlier ones. Keys are
// whole paths, so that a value never meets a block of the same name; values are entries, which
// know where they come from.
type layers struct{ v *viper.Viper }

func newLayers() layers {
	return layers{viper.NewWithOptions(viper.KeyDelimiter("\x00"))}
}

// file adds a layer below the arguments and above earlier ones.
func (l layers) file(list []*entry) {
	m := map[string]any{}
	for _, e := range list {
		// viper takes "Agent" and "agent" for the same key. They are not: a key with capitals
		// stays out of the merge, and check refuses it.
		if !e.block && e.path == strings.ToLower(e.path) {
			m[e.path] = e
		}
	}
	// Fails only for what is no map.
	if err := l.v.MergeConfigMap(m); err != nil {
		panic("configs: " + err.Error())
	}
}

// argument puts an entry over all layers.
func (l layers) argument(e *entry) {
	if e.path == strings.ToLower(e.path) {
		l.v.Set(e.path, e)
	}
}

// get returns the entry that decides a key, nil if nothing gives it.
func (l layers) get(path string) *entry {
	e, _ := l.v.Get(path).(*entry)
	return e
}

// loader is one call of Load under way.
type loader struct {
	catalog catalog
	shown   string // what errors call the file
	layers  layers
	set     []*entry // from arguments
	run     *Run
	schema  *schema
	wrong   Errors
}

func (l *loader) add(e *Error) { l.wrong = append(l.wrong, e) }

// arguments reads the "key=value" texts of --set.
func (l *loader) arguments(set []string) {
	for _, text := range set {
		from := &origin{name: "--set " + text}
		key, value, ok := strings.Cut(text, "=")
		key = strings.TrimSpace(key)
		if !ok || key == "" {
			l.add(&Error{Source: from.name, Problem: "want key=value, such as --set n_envs=16"})
			continue
		}
		e := &entry{path: key, origin: from, text: strings.TrimSpace(value)}
		l.set = append(l.set, e)
		l.layers.argument(e)
	}
}

// variablePrefix begins the names of the environment variables that are read.
const variablePrefix = "TESUJI_"

// variableOf returns the name of the environment variable that sets a key.
func variableOf(path string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// otherVariables begin with the prefix and are not keys of configs.
var otherVariables = []string{
	"TESUJI_KERNELS", // forces a kernel set (tensor)
	"TESUJI_DATA",    // where data sets are kept (datasets)
}

// variable makes an entry of one variable.
func variable(name, value, path string) *entry {
	return &entry{path: path, origin: &origin{name: "environment variable " + name}, text: strings.TrimSpace(value)}
}

// choose finds the agent and the environment, which decide what other keys there are.
func (l *loader) choose(environ []string) {
	var chosen []*entry
	for _, text := range environ {
		name, value, _ := strings.Cut(text, "=")
		for _, path := range []string{"agent", "env"} {
			if name == variableOf(path) {
				chosen = append(chosen, variable(name, value, path))
			}
		}
	}
	l.layers.file(chosen)
	agent := l.text("agent", &l.run.Agent, `the algorithm, such as "ppo"`)
	env := l.text("env", &l.run.Env, `the environment's id, such as "CartPole-v1"`)
	if agent != nil {
		if a, ok := l.catalog.agent(l.run.Agent); ok {
			l.run.Options = a.Config()
		} else {
			names := l.catalog.agentNames()
			l.add(agent.fail("unknown agent %q%s (known: %s)", shorten(l.run.Agent),
				suggest.DidYouMean(l.run.Agent, names), strings.Join(names, ", ")))
		}
	}
	if env != nil {
		if e, ok := l.catalog.env(l.run.Env); !ok {
			l.add(env.fail("unknown environment %q%s (rl list envs shows all)", shorten(l.run.Env),
				suggest.DidYouMean(l.run.Env, l.catalog.envIDs())))
		} else if e.Options != nil {
			l.run.EnvOptions = e.Options()
		}
	}
}

// text decodes a text that must be given.
func (l *loader) text(path string, to *string, what string) *entry {
	e := l.layers.get(path)
	if e == nil {
		l.add(&Error{Source: l.shown, Key: path, Problem: "missing: " + what})
		return nil
	}
	if !l.read(e, &field{path: path, value: reflect.ValueOf(to).Elem()}) {
		return nil
	}
	return e
}

// read decodes an entry into a field.
func (l *loader) read(e *entry, f *field) bool {
	node := e.value
	if e.place == nil {
		var err error
		if node, err = parseText(e.text, f); err != nil {
			l.add(e.fail("%v", err))
			return false
		}
	}
	if err := assign(f.value, node); err != nil {
		l.add(e.fail("%v", err))
		return false
	}
	return true
}

// check refuses entries that are no keys of the schema, or blocks where values are wanted.
func (l *loader) check(list []*entry) {
	for _, e := range list {
		if refused := slices.ContainsFunc(l.wrong, func(w *Error) bool {
			return w.Source == e.origin.name && w.Key != "" && strings.HasPrefix(e.path, w.Key+".")
		}); refused {
			continue // one error for an unknown block is enough
		}
		f := l.schema.byPath[e.path]
		switch {
		case f == nil:
			l.add(e.failKey("%s", l.unknown(e.path)))
		case f.optional && e.isNull():
		case f.group != nil && !e.block:
			l.add(e.failKey("is a block of keys, not a value (%s)", keysOf(f)))
		case f.group == nil && e.block:
			l.add(e.failKey("is a value, not a block of keys"))
		}
	}
}

// unknown says why a path is no key.
func (l *loader) unknown(path string) string {
	top, rest, _ := strings.Cut(path, ".")
	if _, ok := l.catalog.agent(top); ok && top != l.run.Agent {
		return fmt.Sprintf("holds options of %s, but the agent is %s", top, l.run.Agent)
	}
	if top == envBlock && rest != "" && l.run.EnvOptions == nil {
		return fmt.Sprintf("%s has no options", l.run.Env)
	}
	if n := l.schema.nearest(path); n != "" {
		return fmt.Sprintf("unknown key, did you mean %q?", n)
	}
	parent := "" // the keys of the innermost block that exists
	if i := strings.LastIndexByte(path, '.'); i > 0 {
		parent = path[:i]
	}
	return fmt.Sprintf("unknown key (%s)", keysOf(cmp.Or(l.schema.byPath[parent], &field{group: l.schema.top})))
}

// keysOf lists the keys of a group for a message.
func keysOf(f *field) string {
	names := make([]string, len(f.group))
	for i, g := range f.group {
		names[i] = g.name()
	}
	if len(names) == 0 {
		return "it has none"
	}
	return "its keys: " + strings.Join(names, ", ")
}

// variables reads the environment variables that stand for keys.
func (l *loader) variables(environ []string) {
	byName := map[string]string{}
	var names []string
	for _, f := range l.schema.values {
		byName[variableOf(f.path)] = f.path
		names = append(names, variableOf(f.path))
	}
	var list []*entry
	for _, text := range environ {
		name, value, _ := strings.Cut(text, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(otherVariables, name) {
			continue
		}
		if path, ok := byName[name]; ok {
			list = append(list, variable(name, value, path))
		} else if !l.foreign(name) {
			hint := suggest.DidYouMean(name, names)
			if hint == "" {
				hint = " (keys in capitals, dots as underscores: TESUJI_N_ENVS)"
			}
			l.add(variable(name, value, "").fail("stands for no key%s", hint))
		}
	}
	l.layers.file(list)
}

// foreign reports whether a variable is an option of an agent or environment that this run
// does not use: one may set options of several, and train one after the other.
func (l *loader) foreign(name string) bool {
	for _, a := range l.catalog.agents {
		for _, f := range newSchema(&Run{Agent: a.Name, Options: a.Config()}).values {
			if variableOf(f.path) == name {
				return true
			}
		}
	}
	for _, e := range l.catalog.envs {
		if e.Options == nil {
			continue
		}
		for _, f := range newSchema(&Run{EnvOptions: e.Options()}).values {
			if variableOf(f.path) == name {
				return true
			}
		}
	}
	return false
}

// decode sets every value that something gives.
func (l *loader) decode() {
	for _, f := range l.schema.values {
		if e := l.layers.get(f.path); e != nil && l.read(e, f) {
			f.allocate()
		}
	}
}

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
	for _, c := range []struct {
		path string
		ok   bool
		want string
		got  any
	}{
		{"normalize.clip_obs", r.Normalize.ClipObs > 0, "more than 0", r.Normalize.ClipObs},
		{"normalize.clip_reward", r.Normalize.ClipReward > 0, "more than 0", r.Normalize.ClipReward},
		{"eval.freq", r.Eval.Freq >= 0, "0 (only at the end) or more", r.Eval.Freq},
		{"eval.episodes", r.Eval.Episodes >= 1, "1 or more", r.Eval.Episodes},
		{"checkpoint.freq", r.Checkpoint.Freq >= 0, "0 (only at the end) or more", r.Checkpoint.Freq},
		{"checkpoint.keep", r.Checkpoint.Keep >= 1, "1 or more", r.Checkpoint.Keep},
		{"final_eval_episodes", r.FinalEvalEpisodes >= 1, "1 or more", r.FinalEvalEpisodes},
	} {
		if !c.ok {
			l.reject(c.path, "is %v: want %s", c.got, c.want)
		}
	}
	l.validateAgent()
}

// maxEnvs bounds n_envs: more are a mistake, and would only use up the memory.
const maxEnvs = 1 << 20

// validateAgent checks the agent's and the environment's options, and that they go together.
func (l *loader) validateAgent() {
	agent, _ := l.catalog.agent(l.run.Agent)
	if err := l.run.Options.Validate(); err != nil {
		l.rejectOption(l.run.Agent, err)
	}
	entry, _ := l.catalog.env(l.run.Env)
	env, err := entry.New(l.run.EnvOptions)
	if err != nil {
		if l.run.EnvOptions != nil {
			l.rejectOption(envBlock, err)
		} else {
			l.reject("env", "%v", err)
		}
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
