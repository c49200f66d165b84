package onnx

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"tesuji/nets"
	"tesuji/tensor"
)

// Export writes a network, with metadata that says what it was trained on, for example. The
// parameters keep their names. An error names the operation that cannot be exported.
func Export(w io.Writer, m nets.Blueprint, metadata map[string]string) (err error) {
	defer func() {
		if e := recover(); e != nil {
			shape, ok := e.(*tensor.ShapeError)
			if !ok {
				panic(e)
			}
			err = fmt.Errorf("onnx: %s: %w", m.Name, shape)
		}
	}()
	// Two batches whose sizes and elements differ tell what depends on the input.
	a, b := record(m, 2, 1), record(m, 3, 2)
	g := &graph{values: map[int]*value{}, batches: [2]int{2, 3}}
	if err := g.match(a, b); err != nil {
		return fmt.Errorf("onnx: %s: %w", m.Name, err)
	}
	names := map[*float32]*nets.Param{}
	for p := range m.Params {
		if len(p.Value.Data) > 0 {
			names[&p.Value.Data[0]] = p
		}
	}
	if err := g.build(m, a, names); err != nil {
		return fmt.Errorf("onnx: %s: %w", m.Name, err)
	}
	var entries [][2]string
	for _, k := range slices.Sorted(maps.Keys(metadata)) {
		entries = append(entries, [2]string{k, metadata[k]})
	}
	out := encodeModel(g.encode(m), entries)
	if len(out) > math.MaxInt32 {
		return fmt.Errorf("onnx: %s: the model has %d bytes, and the format holds 2 GB", m.Name, len(out))
	}
	_, err = w.Write(out)
	return err
}

// recording is one run of the network.
type recording struct {
	input   int // number of the input's value
	data    []float32
	steps   []tensor.Step
	outputs []nets.Output
	values  []int // numbers of the outputs' values
	shapes  []tensor.Shape
}

// record runs the network on a batch of n, with elements that depend on seed.
func record(m nets.Blueprint, n int, seed uint32) recording {
	x := tensor.New(append([]int{n}, m.Dims...)...)
	for i := range x.Data {
		h := (uint32(i) + seed*0x9e3779b9) * 0x85ebca6b
		h ^= h >> 13
		x.Data[i] = float32(h>>8) / (1 << 24)
	}
	t := tensor.NewTape()
	v := t.Param(x, tensor.New(append([]int{n}, m.Dims...)...)) // as a parameter, so that all is recorded
	r := recording{input: t.Number(v), data: x.Data, outputs: m.Forward(t, v)}
	r.steps = t.Steps()
	for _, o := range r.outputs {
		r.values = append(r.values, t.Number(o.Var))
		r.shapes = append(r.shapes, t.Shape(o.Var))
	}
	return r
}

// value is an array of the graph: a leaf or the result of a step.
type value struct {
	shape tensor.Shape
	data  []float32
	dims  []int64 // shape, -1 for the dimension that grows with the batch
	grows bool    // there is one
	// A constant does not depend on the input.
	constant bool

	plain  string // name in the graph, laid out as here; "" if it is not there
	images string // name of it as [N, C, H, W]; "" if it is not there
}

// graph is an ONNX graph that is being made.
type graph struct {
	values       map[int]*value
	batches      [2]int
	nodes        []message
	initializers []message
	outputs      []message
	wanted       map[int]bool   // values that an output depends on
	counts       map[string]int // of nodes, by operator
	params       map[*float32]*nets.Param
	written      map[string]bool // initializers
}

// match pairs the values of two recordings and finds out what depends on the batch.
func (g *graph) match(a, b recording) error {
	if len(a.steps) != len(b.steps) || len(a.outputs) != len(b.outputs) {
		return fmt.Errorf("the network does %d operations for one batch and %d for another", len(a.steps), len(b.steps))
	}
	made := map[int]bool{a.input: true}
	for _, s := range a.steps {
		made[s.Result.ID] = true
	}
	pair := func(op string, va, vb tensor.Value) error {
		if g.values[va.ID] != nil {
			return nil
		}
		v := &value{shape: va.Shape, data: va.Data, constant: !made[va.ID]}
		g.values[va.ID] = v
		if v.constant && !slices.EqualFunc(va.Data, vb.Data, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) }) {
			return fmt.Errorf("an operand of %s depends on the input, or on the batch's size, in a way that the tape does not record", op)
		}
		return g.findBatch(op, v, vb.Shape)
	}
	for i, s := range a.steps {
		o := b.steps[i]
		if s.Op != o.Op || len(s.Operands) != len(o.Operands) {
			return fmt.Errorf("the network's operation %d is %s for one batch and %s for another", i, s.Op, o.Op)
		}
		if s.Scalars != o.Scalars || s.Act != o.Act {
			return fmt.Errorf("%s, operation %d, has other constants for another batch", s.Op, i)
		}
		for k, v := range s.Operands {
			if err := pair(s.Op, v, o.Operands[k]); err != nil {
				return err
			}
		}
		if err := pair(s.Op, s.Result, o.Result); err != nil {
			return err
		}
	}
	for i, id := range a.values {
		if g.values[id] == nil || g.values[id].constant {
			return fmt.Errorf("the output %q does not depend on the input, as far as the tape records", a.outputs[i].Name)
		}
	}
	return nil
}

// findBatch says which dimension grows with the batch.
func (g *graph) findBatch(op string, v *value, other tensor.Shape) error {
	if v.shape.Rank() != other.Rank() {
		return fmt.Errorf("%s makes %v for one batch and %v for another", op, v.shape, other)
	}
	for i := range v.shape.Rank() {
		d, e := v.shape.Dim(i), other.Dim(i)
		switch {
		case d == e:
			v.dims = append(v.dims, int64(d))
		case d*g.batches[1] == e*g.batches[0] && !v.grows:
			v.dims = append(v.dims, -1)
			v.grows = true
		default:
			return fmt.Errorf("%s makes %v for a batch of %d and %v for one of %d", op, v.shape, g.batches[0], other, g.batches[1])
		}
	}
	return nil
}

// build makes the nodes.
func (g *graph) build(m nets.Blueprint, r recording, params map[*float32]*nets.Param) error {
	g.params, g.counts, g.written = params, map[string]int{}, map[string]bool{}
	in := g.values[r.input]
	if in == nil {
		return fmt.Errorf("no operation reads the input")
	}
	in.plain = m.Input
	g.want(r)
	for _, s := range r.steps {
		if !g.wanted[s.Result.ID] {
			continue
		}
		convert := converters[s.Op]
		if convert == nil {
			return fmt.Errorf("the operation %s on %s has no counterpart in ONNX that is written here", s.Op, shapes(s.Operands))
		}
		if err := convert(g, s); err != nil {
			return fmt.Errorf("the operation %s on %s: %w", s.Op, shapes(s.Operands), err)
		}
	}
	for i, o := range r.outputs {
		v := g.values[r.values[i]]
		kind, dims := int64(typeFloat), v.dims
		if o.ArgMax {
			kind, dims = typeInt64, v.dims[:len(v.dims)-1]
			g.add("ArgMax", []string{g.rowMajor(v)}, o.Name, attribute{"axis", int64(-1)}, attribute{"keepdims", int64(0)})
		} else {
			g.add("Identity", []string{g.rowMajor(v)}, o.Name)
		}
		g.outputs = append(g.outputs, encodeValue(o.Name, kind, dims))
	}
	return nil
}

// want finds the values that an output depends on: a network may compute more.
func (g *graph) want(r recording) {
	g.wanted = map[int]bool{}
	for _, id := range r.values {
		g.wanted[id] = true
	}
	for _, s := range slices.Backward(r.steps) {
		if g.wanted[s.Result.ID] {
			for _, o := range s.Operands {
				g.wanted[o.ID] = true
			}
		}
	}
}

func shapes(values []tensor.Value) string {
	text := ""
	for i, v := range values {
		if i > 0 {
			text += ", "
		}
		text += v.Shape.String()
	}
	return cmp.Or(text, "nothing")
}

// encode returns the GraphProto.
func (g *graph) encode(m nets.Blueprint) message {
	var out message
	for _, n := range g.nodes {
		out.bytes(1, n)
	}
	out.string(2, m.Name)
	for _, t := range g.initializers {
		out.bytes(5, t)
	}
	dims := []int64{-1}
	for _, d := range m.Dims {
		dims = append(dims, int64(d))
	}
	out.bytes(11, encodeValue(m.Input, typeFloat, dims))
	for _, o := range g.outputs {
		out.bytes(12, o)
	}
	return out
}
