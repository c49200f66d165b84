package configs

import (
	"encoding"
	"reflect"
	"strings"

	"tesuji/internal/suggest"
)

// field is one key of a config: a value, or a group of further keys.
type field struct {
	path  string // dotted, such as "ppo.learning_rate"
	value reflect.Value
	group []*field // nil for a value

	// A block that may be left out is a pointer to a struct: null, until one of its keys is
	// given. inner is the struct, which the pointer is set to then.
	optional bool
	omitted  bool // while it is null it is not written, so that configs from before it was there stay the same
	inner    reflect.Value
	parent   *field
}

// allocate makes the optional blocks that the field lies in.
func (f *field) allocate() {
	for p := f.parent; p != nil; p = p.parent {
		if p.optional {
			p.value.Set(p.inner.Addr())
		}
	}
}

func (f *field) name() string {
	return f.path[strings.LastIndexByte(f.path, '.')+1:]
}

// fieldsOf lists the keys of a struct, in the order of its fields, without those of another kind of
// run. Structs that do not read themselves from text are groups. The values can be set.
func fieldsOf(prefix string, v reflect.Value, kind string) []*field {
	var list []*field
	for i := range v.NumField() {
		key, inline := tagged(v.Type().Field(i))
		switch of := v.Type().Field(i).Tag.Get("of"); {
		case of != "" && of != kind:
		case inline:
			list = append(list, fieldsOf(prefix, v.Field(i), kind)...)
		case key != "":
			f := &field{path: prefix + key, value: v.Field(i)}
			f.omitted = strings.HasSuffix(v.Type().Field(i).Tag.Get("yaml"), ",omitzero")
			switch t := f.value.Type(); {
			case isText(f.value):
			case t.Kind() == reflect.Struct:
				f.inner = f.value
			case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !isText(reflect.New(t.Elem()).Elem()):
				f.optional = true
				if f.inner = f.value.Elem(); f.value.IsNil() {
					f.inner = reflect.New(t.Elem()).Elem()
				}
			}
			if f.inner.IsValid() {
				f.group = fieldsOf(f.path+".", f.inner, kind)
				for _, child := range f.group {
					child.parent = f
				}
			}
			list = append(list, f)
		}
	}
	return list
}

// tagged returns the key of a struct's field, as its yaml tag says, and whether its fields are
// those of the struct around it. The key is "" if the field is no part of a config.
func tagged(f reflect.StructField) (key string, inline bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	for option := range strings.SplitSeq(rest, ",") {
		if option == "inline" {
			return "", true
		}
	}
	if name == "-" || !f.IsExported() {
		return "", false
	}
	if name == "" {
		name = strings.ToLower(f.Name)
	}
	return name, false
}

// isText reports whether a settable value reads itself from text, as schedules do.
func isText(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	return ok
}

// schema is the keys that a config may have, for its agent and environment or its model.
type schema struct {
	top    []*field
	byPath map[string]*field
	values []*field // without the groups, in order
}

// newSchema lists the keys of a run and its blocks of options: of an agent's run env_kwargs and
// the one named after the agent, of a model's run data and the one named after the model.
func newSchema(r *Run) *schema {
	s := &schema{byPath: map[string]*field{}}
	s.top = fieldsOf("", reflect.ValueOf(r).Elem(), r.kind())
	block := func(name string, options any) {
		g := &field{path: name, group: []*field{}}
		if options != nil {
			g.group = append(g.group, fieldsOf(name+".", reflect.ValueOf(options).Elem(), r.kind())...)
		}
		s.top = append(s.top, g)
	}
	if r.IsModel() {
		block(dataBlock, r.Data)
		block(r.Model, r.ModelOptions)
	} else {
		block(envBlock, r.EnvOptions)
		block(r.Agent, r.Options)
	}
	s.index(s.top)
	return s
}

// Keys of blocks: of the environment's options, as in rl-baselines3-zoo, and of the data's.
const (
	envBlock  = "env_kwargs"
	dataBlock = "data"
)

func (s *schema) index(list []*field) {
	for _, f := range list {
		s.byPath[f.path] = f
		if f.group == nil {
			s.values = append(s.values, f)
		}
		s.index(f.group)
	}
}

// nearest returns the path most like a wrong one: a misspelt key of the same group first, then
// of any, then the same key in some group ("gamma" for "ppo.gamma"); "" if none is near.
func (s *schema) nearest(path string) string {
	cut := strings.LastIndexByte(path, '.') + 1
	parent, name := path[:cut], path[cut:]
	var siblings, paths, names []string
	nameOf := map[string]string{}
	collect := func(f *field) {
		paths = append(paths, f.path)
		if rest, ok := strings.CutPrefix(f.path, parent); ok && !strings.Contains(rest, ".") {
			siblings = append(siblings, rest)
		}
		if _, ok := nameOf[f.name()]; !ok {
			nameOf[f.name()] = f.path
			names = append(names, f.name())
		}
	}
	var walk func([]*field)
	walk = func(list []*field) {
		for _, f := range list {
			collect(f)
			walk(f.group)
		}
	}
	walk(s.top)
	if p, ok := nameOf[name]; ok {
		return p
	}
	if n := suggest.Nearest(name, siblings); n != "" {
		return parent + n
	}
	if n := suggest.Nearest(path, paths); n != "" {
		return n
	}
	return nameOf[suggest.Nearest(name, names)]
}
