package nets

import (
	"fmt"
	"slices"

	"tesuji/tensor"
)

// Tensors returns the parameters as tensors of a weights file.
func (s *ParamSet) Tensors() []NamedTensor {
	var ts []NamedTensor
	for _, p := range s.params {
		ts = append(ts, FloatTensor(p.Name, p.Value.Data, dims(p.Value.Shape)...))
	}
	return ts
}

// Load sets the parameters from tensors of the same names and shapes: all of them, and no
// others. On error, which names the tensor, nothing is changed.
func (s *ParamSet) Load(tensors []NamedTensor) error {
	byName := make(map[string]NamedTensor, len(tensors))
	for _, t := range tensors {
		byName[t.Name] = t
	}
	ours := make(map[string]bool, len(s.params))
	for _, p := range s.params {
		ours[p.Name] = true
		switch t, ok := byName[p.Name]; {
		case !ok:
			return fmt.Errorf("parameter %q is missing from the weights", p.Name)
		case t.DType != F32 || !slices.Equal(t.Shape, dims(p.Value.Shape)):
			return fmt.Errorf("parameter %q is %s %v in the weights, F32 %v here", p.Name, t.DType, t.Shape, p.Value.Shape)
		case len(t.Data) != 4*len(p.Value.Data):
			return fmt.Errorf("parameter %q has %d bytes in the weights, want %d", p.Name, len(t.Data), 4*len(p.Value.Data))
		}
	}
	for _, t := range tensors {
		if !ours[t.Name] {
			return fmt.Errorf("the weights have a tensor %q %v, and the network has no such parameter", t.Name, t.Shape)
		}
	}
	for _, p := range s.params {
		if err := byName[p.Name].Floats(p.Value.Data); err != nil {
			return err
		}
	}
	return nil
}

// dims returns the shape's sizes.
func dims(s tensor.Shape) []int {
	d := make([]int, s.Rank())
	for i := range d {
		d[i] = s.Dim(i)
	}
	return d
}
