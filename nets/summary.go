package nets

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"tesuji/tensor"
)

// Summary is a network's layers and what they cost, for one item.
type Summary struct {
	Name   string
	Input  tensor.Shape
	Layers []LayerSummary
	Params int     // numbers that are learned
	Fixed  int     // other numbers that go with them
	MACs   float64 // multiply-adds of products of a forward pass
	Values int     // numbers that a forward pass computes
}

// LayerSummary is a layer, with the operations up to the next one.
type LayerSummary struct {
	Name string // of its parameters, without their last component
	// Ops are the operations in order, each once if several of a kind follow each other. A layer
	// that the forward pass does not use has none.
	Ops    []string
	Out    tensor.Shape // of the last operation
	Params int          // counted where they are used first
	Fixed  int
	MACs   float64
}

// products are the operations that multiply and add, in equal numbers.
var products = []string{"Linear", "MatMul", "TiedHead", "Conv2D", "ConvTranspose2D", "RNN", "LSTM", "GRU", "Attention", "AdditiveScores"}

// Summary runs the network once on zeros and returns its layers. Errors are those of Check.
func (b Blueprint) Summary() (*Summary, error) {
	t, _, err := b.run()
	if err != nil {
		return nil, err
	}
	s := &Summary{Name: b.Name, Input: tensor.ShapeOf(append([]int{1}, b.Dims...)...)}
	params, used := map[*float32]*Param{}, map[*Param]bool{}
	for p := range b.Params {
		params[first(p.Value.Data)] = p
		if p.Fixed {
			s.Fixed += len(p.Value.Data)
		} else {
			s.Params += len(p.Value.Data)
		}
	}
	delete(params, nil)
	for _, step := range t.Steps() {
		if step.Op == "Reshape" && step.Result.Shape == step.Operands[0].Shape {
			continue
		}
		var here []*Param
		for _, o := range step.Operands {
			if p := params[first(o.Data)]; p != nil {
				here = append(here, p)
			}
		}
		s.add(step, here)
		for _, p := range here {
			if !used[p] {
				used[p] = true
				s.Layers[len(s.Layers)-1].count(p)
			}
		}
	}
	for p := range b.Params {
		if !used[p] {
			s.rest(p)
		}
	}
	return s, nil
}

// add appends an operation to the layer under way, or begins one.
func (s *Summary) add(step tensor.Step, params []*Param) {
	name := ""
	if len(params) > 0 {
		name = layerOf(params[0].Name)
	}
	if n := len(s.Layers); n == 0 || name != "" && s.Layers[n-1].Name != name {
		s.Layers = append(s.Layers, LayerSummary{Name: name})
	}
	l := &s.Layers[len(s.Layers)-1]
	op := step.Op
	if step.Act != tensor.None {
		op += "+" + step.Act.String()
	}
	if n := len(l.Ops); n == 0 || l.Ops[n-1] != op {
		l.Ops = append(l.Ops, op)
	}
	l.Out = step.Result.Shape
	if slices.Contains(products, step.Op) {
		l.MACs += step.FLOPs / 2
		s.MACs += step.FLOPs / 2
	}
	if step.Op != "Reshape" {
		s.Values += step.Result.Shape.Size()
	}
}

// rest counts a parameter that no operation was seen to use: to its layer, or as one of its own.
func (s *Summary) rest(p *Param) {
	name := layerOf(p.Name)
	i := slices.IndexFunc(s.Layers, func(l LayerSummary) bool { return l.Name == name })
	if i < 0 {
		i = len(s.Layers)
		s.Layers = append(s.Layers, LayerSummary{Name: name})
	}
	s.Layers[i].count(p)
}

func (l *LayerSummary) count(p *Param) {
	if p.Fixed {
		l.Fixed += len(p.Value.Data)
	} else {
		l.Params += len(p.Value.Data)
	}
}

// String returns the summary as a table.
func (s *Summary) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "layer\toperations\toutput\tparameters\tmultiply-adds\t\n")
	fmt.Fprintf(w, "(input)\t\t%v\t\t\t\n", s.Input)
	for _, l := range s.Layers {
		out := ""
		if len(l.Ops) > 0 {
			out = l.Out.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.0f\t\n", l.Name, strings.Join(l.Ops, " "), out, l.Params+l.Fixed, l.MACs)
	}
	fmt.Fprintf(w, "(total)\t\t\t%d\t%.0f\t\n", s.Params+s.Fixed, s.MACs)
	_ = w.Flush()
	return b.String()
}
