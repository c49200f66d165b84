package configs

import (
	"cmp"
	"fmt"
	"reflect"
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
	name    string // of the run, unless the config gives one
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

// choose finds what is trained, an agent in its environment or a model, which decides what other
// keys there are.
func (l *loader) choose(environ []string) {
	var chosen []*entry
	for _, text := range environ {
		name, value, _ := strings.Cut(text, "=")
		for _, path := range []string{"agent", "env", "model", atariBlock + ".preset"} {
			if name == variableOf(path) {
				chosen = append(chosen, variable(name, value, path))
			}
		}
	}
	l.layers.file(chosen)
	switch model := l.layers.get("model"); {
	case model == nil:
		l.chooseAgent()
	case l.layers.get("agent") != nil:
		l.add(model.failKey("a run trains an agent or a model, and an agent is given too"))
	default:
		l.chooseModel()
	}
}

func (l *loader) chooseModel() {
	l.run = modelDefaults(l.name)
	model := l.text("model", &l.run.Model, "")
	if model == nil {
		return
	}
	if m, ok := l.catalog.model(l.run.Model); ok {
		l.run.ModelOptions, l.run.Data = m.Config(), m.Data()
	} else {
		names := l.catalog.modelNames()
		l.add(model.fail("unknown model %q%s (known: %s)", shorten(l.run.Model),
			suggest.DidYouMean(l.run.Model, names), strings.Join(names, ", ")))
	}
}

func (l *loader) chooseAgent() {
	l.run = agentDefaults(l.name)
	agent := l.text("agent", &l.run.Agent, `the algorithm, such as "ppo" (or else model, such as "gpt")`)
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
	l.chooseAtari()
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
	_, isAgent := l.catalog.agent(top)
	_, isModel := l.catalog.model(top)
	if top != l.run.Agent && top != l.run.Model && (isAgent || isModel) {
		return fmt.Sprintf("holds options of %s, but the %s is %s", top, l.run.kind(), cmp.Or(l.run.Model, l.run.Agent))
	}
	for _, other := range []*Run{{Agent: "an agent"}, {Model: "a model"}} {
		if other.kind() != l.run.kind() && newSchema(other).byPath[path] != nil {
			return fmt.Sprintf("is a key for training %s, and this run trains the %s %s", cmp.Or(other.Agent, other.Model), l.run.kind(), cmp.Or(l.run.Model, l.run.Agent))
		}
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

// foreign reports whether a variable is an option of an agent, environment or model that this run
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
	for _, m := range l.catalog.models {
		for _, f := range newSchema(&Run{Model: m.Name, ModelOptions: m.Config(), Data: m.Data()}).values {
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
