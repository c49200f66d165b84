package torch

import (
	"fmt"
	"slices"

	"tesuji/nets"
	"tesuji/tensor"
)

// Rule says that an array of ours corresponds to one of PyTorch's. Both names are patterns: {i}
// (or j to n) is a whole number, {2i+1} one that such an i gives, {*} any text.
type Rule struct {
	Ours, Theirs string
	Layout       Layout // how PyTorch lays it out
	// Parts let several arrays of theirs make one of ours, or several of ours one of theirs: one
	// rule for each, with the part of the outputs that it is.
	OurPart, TheirPart Part
}

// Tie says that theirs may have an array under a second name, which must hold the same: an output
// layer that shares the table of the embedding.
type Tie struct{ Name, Same string }

// Map says how the parameters of a network of ours correspond to a state dict. Of several rules
// for a name of ours the first one holds, unless they have parts.
type Map struct {
	Rules []Rule
	// Prefixes are what names in a state dict may begin with, beyond what the rules say.
	Prefixes []string
	// Skip are patterns of arrays that are no parameters, such as masks.
	Skip []string
	Ties []Tie
}

// With returns the map with rules that come before its own.
func (m Map) With(rules ...Rule) Map {
	m.Rules = slices.Concat(rules, m.Rules)
	return m
}

// piece is the part of a parameter that an array of theirs, or a part of one, makes.
type piece struct {
	param     *nets.Param
	rule      *Rule
	plan      plan
	theirs    string // name
	full      []int  // shape of theirs, all parts
	ours      []int  // shape of the part of ours
	ourAxis   int
	theirAxis int
}

// pieces resolves the rules for all parameters.
func (m Map) pieces(set *nets.ParamSet) (all []piece, err error) {
	type compiled struct{ ours, theirs pattern }
	rules := make([]compiled, len(m.Rules))
	for i, r := range m.Rules {
		rules[i] = compiled{compile(r.Ours), compile(r.Theirs)}
	}
	for _, p := range set.All() {
		var parts []bool // of the parameter: which are covered
		for i := range rules {
			b, ok := rules[i].ours.match(p.Name)
			if !ok {
				continue
			}
			part := m.Rules[i].OurPart
			if parts == nil {
				parts = make([]bool, part.of())
			}
			if len(parts) != part.of() || part.Index < 0 || part.Index >= len(parts) || parts[part.Index] {
				continue // an earlier rule holds
			}
			parts[part.Index] = true
			piece, err := m.Rules[i].piece(p, rules[i].theirs.fill(b))
			if err != nil {
				return nil, fmt.Errorf("parameter %q: %w", p.Name, err)
			}
			all = append(all, piece)
			if len(parts) == 1 {
				break
			}
		}
		if parts == nil || slices.Contains(parts, false) {
			return nil, fmt.Errorf("parameter %q %v: no rule of the map covers it, or not all parts of it", p.Name, p.Value.Shape)
		}
	}
	return all, nil
}

func (r *Rule) piece(p *nets.Param, theirs string) (piece, error) {
	c := piece{param: p, rule: r, theirs: theirs}
	shape := dims(p.Value.Shape)
	c.ourAxis = max(0, len(shape)-1)
	var err error
	if c.ours, err = r.OurPart.narrowed(shape, c.ourAxis); err != nil {
		return c, err
	}
	if c.plan, err = r.Layout.of(c.ours); err != nil {
		return c, err
	}
	if r.TheirPart.Index < 0 || r.TheirPart.Index >= r.TheirPart.of() || r.TheirPart.of() > 1 && len(shape) == 0 {
		return c, fmt.Errorf("part %d of %d of %q does not exist", r.TheirPart.Index, r.TheirPart.of(), theirs)
	}
	c.theirAxis = c.plan.output
	c.full = r.TheirPart.widened(c.plan.theirs, c.theirAxis)
	return c, nil
}

// copy calls f for each element of the piece with its place in the whole of theirs and of ours.
func (c piece) copy(f func(theirs, ours int)) {
	c.plan.pairs(func(theirs, ours int) {
		f(c.rule.TheirPart.place(c.plan.theirs, c.theirAxis, theirs), c.rule.OurPart.place(c.ours, c.ourAxis, ours))
	})
}

// Tensors returns the parameters as PyTorch has them: the state dict of the network, without
// prefix and ties. It is an error if the map does not cover all parameters, and all of what they
// are parts of.
func (m Map) Tensors(set *nets.ParamSet) ([]nets.NamedTensor, error) {
	pieces, err := m.pieces(set)
	if err != nil {
		return nil, err
	}
	type whole struct {
		data    []float32
		shape   []int
		missing int // elements
	}
	var names []string
	wholes := map[string]*whole{}
	for _, c := range pieces {
		w := wholes[c.theirs]
		if w == nil {
			n := size(c.full)
			w = &whole{make([]float32, n), c.full, n}
			wholes[c.theirs] = w
			names = append(names, c.theirs)
		}
		if !slices.Equal(w.shape, c.full) || w.missing < size(c.ours) {
			return nil, fmt.Errorf("parameter %q: another one makes the same of %q, or one of another shape", c.param.Name, c.theirs)
		}
		c.copy(func(theirs, ours int) { w.data[theirs] = c.param.Value.Data[ours] })
		w.missing -= size(c.ours)
	}
	var out []nets.NamedTensor
	for _, name := range names {
		w := wholes[name]
		if w.missing > 0 {
			return nil, fmt.Errorf("no parameter makes %d elements of %q %v", w.missing, name, w.shape)
		}
		out = append(out, nets.FloatTensor(name, w.data, w.shape...))
	}
	return out, nil
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func dims(s tensor.Shape) []int {
	d := make([]int, s.Rank())
	for i := range d {
		d[i] = s.Dim(i)
	}
	return d
}
