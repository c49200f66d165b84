package torch

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"tesuji/internal/suggest"
	"tesuji/nets"
)

// MismatchError says how a state dict does not fit a network.
type MismatchError struct {
	Missing    []string // arrays that the network wants and the state dict does not have
	Unexpected []string // arrays that the network has no use for
	Misshaped  []string // arrays of other shapes than the network wants
}

// shown is the most lines of a kind that the error's text has.
const shown = 8

func (e *MismatchError) Error() string {
	var b strings.Builder
	b.WriteString("the state dict does not fit the network:")
	for _, part := range []struct {
		what  string
		lines []string
	}{{"missing", e.Missing}, {"of another shape", e.Misshaped}, {"unexpected", e.Unexpected}} {
		for i, line := range part.lines {
			if i == shown {
				fmt.Fprintf(&b, "\n  %d more %s", len(part.lines)-shown, part.what)
				break
			}
			fmt.Fprintf(&b, "\n  %s: %s", part.what, line)
		}
	}
	return b.String()
}

// Load sets the parameters from a state dict, whose arrays may be of any type: each must have one
// that a rule gives it, in the shape that the layout says, and each array must be used, skipped or
// tied. Otherwise the error is a *MismatchError, which lists all that does not fit with the
// nearest names, and nothing is changed.
func (m Map) Load(set *nets.ParamSet, tensors []nets.NamedTensor) error {
	pieces, err := m.pieces(set)
	if err != nil {
		return err
	}
	d := newDict(m, tensors)
	e := &MismatchError{}
	for _, c := range pieces {
		t, ok := d.take(c.theirs)
		switch {
		case !ok:
			line := fmt.Sprintf("%q %v", c.theirs, c.full)
			if !slices.Contains(e.Missing, line) {
				e.Missing = append(e.Missing, line)
			}
		case !slices.Equal(t.Shape, c.full):
			e.Misshaped = append(e.Misshaped, fmt.Sprintf("%q is %v, and parameter %q %v wants %v", t.Name, t.Shape, c.param.Name, c.param.Value.Shape, c.full))
		}
	}
	left := d.left()
	for i, line := range e.Missing {
		name, _, _ := strings.Cut(line[1:], `"`)
		e.Missing[i] += d.nearest(name, left)
	}
	for _, name := range left {
		e.Unexpected = append(e.Unexpected, fmt.Sprintf("%q %v", name, d.byName[name].Shape))
	}
	if len(e.Missing)+len(e.Misshaped)+len(e.Unexpected) > 0 {
		return e
	}
	if err := d.checkTies(m.Ties); err != nil {
		return err
	}
	return d.fill(pieces)
}

// dict is a state dict while it is loaded.
type dict struct {
	prefixes []string
	byName   map[string]nets.NamedTensor
	names    []string
	used     map[string]bool
}

func newDict(m Map, tensors []nets.NamedTensor) *dict {
	d := &dict{prefixes: append([]string{""}, m.Prefixes...), byName: map[string]nets.NamedTensor{}, used: map[string]bool{}}
	var skip []pattern
	for _, s := range m.Skip {
		skip = append(skip, compile(s))
	}
	for _, t := range tensors {
		d.byName[t.Name] = t
		d.names = append(d.names, t.Name)
		d.used[t.Name] = slices.ContainsFunc(skip, func(p pattern) bool {
			return slices.ContainsFunc(d.prefixes, func(prefix string) bool {
				rest, ok := strings.CutPrefix(t.Name, prefix)
				if ok {
					_, ok = p.match(rest)
				}
				return ok
			})
		})
	}
	for _, tie := range m.Ties {
		d.take(tie.Name)
	}
	return d
}

// find returns the array of a name, with a prefix or without.
func (d *dict) find(name string) (nets.NamedTensor, bool) {
	for _, prefix := range d.prefixes {
		if t, ok := d.byName[prefix+name]; ok {
			return t, true
		}
	}
	return nets.NamedTensor{}, false
}

// take is find for an array that is then used.
func (d *dict) take(name string) (nets.NamedTensor, bool) {
	t, ok := d.find(name)
	if ok {
		d.used[t.Name] = true
	}
	return t, ok
}

// left returns the names that nothing has used.
func (d *dict) left() []string {
	var names []string
	for _, n := range d.names {
		if !d.used[n] {
			names = append(names, n)
		}
	}
	return names
}

// nearest returns the end of a message with the name nearest to a missing one, prefixes aside.
func (d *dict) nearest(name string, left []string) string {
	var bare []string
	for _, n := range left {
		for _, prefix := range d.prefixes[1:] {
			n = strings.TrimPrefix(n, prefix)
		}
		bare = append(bare, n)
	}
	if i := slices.Index(bare, suggest.Nearest(name, bare)); i >= 0 {
		return fmt.Sprintf(", did you mean %q?", left[i])
	}
	return ""
}

// checkTies compares what must be the same.
func (d *dict) checkTies(ties []Tie) error {
	for _, tie := range ties {
		a, ok := d.find(tie.Name)
		b, also := d.find(tie.Same)
		if ok && also && !(a.DType == b.DType && slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)) {
			return fmt.Errorf("%q and %q differ, and the network has one array for both", a.Name, b.Name)
		}
	}
	return nil
}

// fill sets the parameters, one array of theirs at a time. All is known to fit.
func (d *dict) fill(pieces []piece) error {
	wide := map[string][]float32{} // arrays that are used more than once
	uses := map[string]int{}
	for _, c := range pieces {
		uses[c.theirs]++
	}
	for _, c := range pieces {
		t, _ := d.find(c.theirs)
		x := wide[t.Name]
		if x == nil {
			x = make([]float32, t.Len())
			if err := t.Convert(x); err != nil {
				return err
			}
			if uses[c.theirs] > 1 {
				wide[t.Name] = x
			}
		}
		c.copy(func(theirs, ours int) { c.param.Value.Data[ours] = x[theirs] })
	}
	return nil
}
