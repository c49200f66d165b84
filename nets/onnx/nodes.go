package onnx

import (
	"fmt"

	"tesuji/tensor"
)

// add adds a node with one output.
func (g *graph) add(op string, inputs []string, output string, attributes ...attribute) string {
	g.counts[op]++
	name := fmt.Sprintf("%s_%d", op, g.counts[op])
	if output == "" {
		output = name
	}
	g.nodes = append(g.nodes, encodeNode(op, inputs, []string{output}, name, attributes))
	return output
}

// floats adds an initializer and returns its name.
func (g *graph) floats(name string, x []float32, dims ...int) string {
	if g.written[name] {
		return name
	}
	g.written[name] = true
	long := make([]int64, len(dims))
	for i, d := range dims {
		long[i] = int64(d)
	}
	g.initializers = append(g.initializers, encodeFloats(name, long, x))
	return name
}

// scalar adds an initializer of one number.
func (g *graph) scalar(x float32) string {
	return g.floats(fmt.Sprintf("constant_%v", x), []float32{x})
}

// integers adds an initializer of int64.
func (g *graph) integers(x ...int64) string {
	name := "constant"
	for _, v := range x {
		name += fmt.Sprintf("_%d", v)
	}
	name += "_int64"
	if !g.written[name] {
		g.written[name] = true
		g.initializers = append(g.initializers, encodeInts(name, x))
	}
	return name
}

// of returns the graph's value of one of the tape.
func (g *graph) of(v tensor.Value) *value { return g.values[v.ID] }

// constantName returns what a constant is called: as the parameter that it is, or by number.
func (g *graph) constantName(v *value) string {
	if len(v.data) > 0 {
		if p := g.params[&v.data[0]]; p != nil {
			return p.Name
		}
	}
	g.counts["constant"]++
	return fmt.Sprintf("constant_array_%d", g.counts["constant"])
}

// rowMajor returns the name of a value that is laid out as here.
func (g *graph) rowMajor(v *value) string {
	switch {
	case v.plain != "":
	case v.constant:
		dims := make([]int, v.shape.Rank())
		for i := range dims {
			dims[i] = v.shape.Dim(i)
		}
		v.plain = g.floats(g.constantName(v), v.data, dims...)
	default:
		v.plain = g.add("Transpose", []string{v.images}, "", attribute{"perm", []int64{0, 2, 3, 1}})
	}
	return v.plain
}

// channelsFirst returns the name of a value [N, H, W, C] as [N, C, H, W].
func (g *graph) channelsFirst(v *value) string {
	if v.images == "" {
		v.images = g.add("Transpose", []string{g.rowMajor(v)}, "", attribute{"perm", []int64{0, 3, 1, 2}})
	}
	return v.images
}

// isImages reports whether a value is there as [N, C, H, W] only: what follows should be, too.
func (v *value) isImages() bool { return v.plain == "" && v.images != "" }
