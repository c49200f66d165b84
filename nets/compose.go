package nets

import (
	"iter"

	"tesuji/tensor"
)

// Join yields the parameters of modules one after the other: what the Params method of a
// network made of them returns.
func Join(modules ...Module) iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		for _, m := range modules {
			for p := range m.Params() {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// Sequence is layers in a row.
type Sequence []Layer

// Forward passes x through the layers in order.
func (s Sequence) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	for _, l := range s {
		x = l.Forward(t, x)
	}
	return x
}

// Params yields the layers' parameters in order.
func (s Sequence) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		for _, l := range s {
			for p := range l.Params() {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// Func is a layer without parameters, such as an activation:
//
//	nets.Sequence{conv, nets.Func((*tensor.Tape).ReLU), pool}
type Func func(t *tensor.Tape, x tensor.Var) tensor.Var

// Forward calls f.
func (f Func) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return f(t, x) }

// Params yields nothing.
func (f Func) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }
