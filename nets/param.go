// Package nets holds what networks are made of: parameters and their initialisers, layers,
// probability distributions over actions, optimisers, schedules, and weights files.
package nets

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"math"

	"tesuji/snapshot"
	"tesuji/tensor"
)

// Param is a named array that is learned, or one that goes with those (Fixed).
type Param struct {
	Name        string
	Value, Grad *tensor.Tensor
	// Fixed values get no gradient (Grad is nil) and optimisers leave them alone: a layer's
	// running statistics, say. They are saved, hashed and copied with the others.
	Fixed bool
}

// NewParam returns a parameter of zeros.
func NewParam(name string, dims ...int) *Param {
	return &Param{Name: name, Value: tensor.New(dims...), Grad: tensor.New(dims...)}
}

// NewFixed returns a fixed parameter of zeros.
func NewFixed(name string, dims ...int) *Param {
	return &Param{Name: name, Value: tensor.New(dims...), Fixed: true}
}

// Var puts the parameter on a tape; Backward adds to its gradient, unless it is fixed.
func (p *Param) Var(t *tensor.Tape) tensor.Var {
	if p.Fixed {
		return t.Input(p.Value)
	}
	return t.Param(p.Value, p.Grad)
}

// Module is a part of a network that has parameters.
type Module interface {
	// Params yields the parameters, always in the same order, with dotted names that
	// differ within a network.
	Params() iter.Seq[*Param]
}

// Layer is a module that maps one value to another.
type Layer interface {
	Module
	Forward(t *tensor.Tape, x tensor.Var) tensor.Var
}

// align is the padding of a parameter within a ParamSet, in elements: 64 bytes.
const align = 16

// ParamSet is the parameters of modules, the learned ones moved into one flat vector of values
// and one of gradients, so that an optimiser or a norm is one pass. Each parameter starts on a
// 64-byte boundary; the padding between stays 0.
type ParamSet struct {
	params        []*Param  // in the modules' order
	values, grads []float32 // of the learned ones
	fixed         []float32 // values of the fixed ones
}

// Collect moves the parameters of the modules into a set. A parameter that two modules share
// counts once; two parameters of one name are a programmer's error and panic. A parameter
// belongs to the set that collected it last: earlier sets lose it.
func Collect(modules ...Module) *ParamSet {
	s := &ParamSet{}
	byName := map[string]*Param{}
	learned, fixed := 0, 0
	for _, m := range modules {
		for p := range m.Params() {
			switch other := byName[p.Name]; {
			case other == p:
				continue
			case other != nil:
				panic(fmt.Sprintf("nets: two parameters are named %q", p.Name))
			}
			byName[p.Name] = p
			s.params = append(s.params, p)
			if p.Fixed {
				fixed += padded(len(p.Value.Data))
			} else {
				learned += padded(len(p.Value.Data))
			}
		}
	}
	s.values, s.grads, s.fixed = aligned(learned), aligned(learned), aligned(fixed)
	values, grads, rest := s.values, s.grads, s.fixed
	for _, p := range s.params {
		if p.Fixed {
			rest = moveTo(rest, &p.Value.Data)
			continue
		}
		values, grads = moveTo(values, &p.Value.Data), moveTo(grads, &p.Grad.Data)
	}
	return s
}

// moveTo moves data to the front of a vector and returns what is left of that.
func moveTo(vector []float32, data *[]float32) []float32 {
	n := len(*data)
	copy(vector, *data)
	*data = vector[:n:n]
	return vector[padded(n):]
}

func padded(n int) int { return (n + align - 1) / align * align }

// aligned returns n zeros that start on a 64-byte boundary.
func aligned(n int) []float32 {
	const large = 8192 // elements: Go aligns allocations of 32 KiB and more to pages
	return make([]float32, max(n, large))[:n:n]
}

// All returns the parameters in order.
func (s *ParamSet) All() []*Param { return s.params }

// Values returns the flat vector of learned values, padding included.
func (s *ParamSet) Values() []float32 { return s.values }

// Grads returns the flat vector of gradients, padding included.
func (s *ParamSet) Grads() []float32 { return s.grads }

// Count returns the number of learned numbers.
func (s *ParamSet) Count() int {
	n := 0
	for _, p := range s.params {
		if !p.Fixed {
			n += len(p.Value.Data)
		}
	}
	return n
}

// ZeroGrad begins a new sum of gradients.
func (s *ParamSet) ZeroGrad() { clear(s.grads) }

// GradNorm returns the Euclidean norm of all gradients together.
func (s *ParamSet) GradNorm() float32 { return tensor.Norm(s.grads) }

// ClipGradNorm scales the gradients by min(1, limit/(norm+1e-6)) and returns the norm before.
func (s *ParamSet) ClipGradNorm(limit float32) (norm float32) {
	norm = s.GradNorm()
	if c := limit / (norm + 1e-6); c < 1 {
		tensor.ScaleBy(s.grads, c)
	}
	return norm
}

// CopyFrom copies the values of a set of parameters of the same shapes. Other shapes are a
// programmer's error and panic.
func (s *ParamSet) CopyFrom(from *ParamSet) {
	s.mustMatch(from, "CopyFrom")
	copy(s.values, from.values)
	copy(s.fixed, from.fixed)
}

// mustMatch panics unless the sets' parameters have the same shapes in the same order.
func (s *ParamSet) mustMatch(other *ParamSet, method string) {
	if len(s.params) != len(other.params) {
		panic(fmt.Sprintf("nets: %s between sets of %d and %d parameters", method, len(s.params), len(other.params)))
	}
	for i, p := range s.params {
		if q := other.params[i]; p.Value.Shape != q.Value.Shape {
			panic(fmt.Sprintf("nets: %s of %q %v to %q %v", method, q.Name, q.Value.Shape, p.Name, p.Value.Shape))
		}
	}
}

// Lerp moves the values towards those of a set of the same shapes (otherwise it panics), tau
// in [0, 1] of the way: v = (1-tau) v + tau from. Fixed values are copied. (Polyak averaging.)
func (s *ParamSet) Lerp(from *ParamSet, tau float32) {
	s.mustMatch(from, "Lerp")
	tensor.ScaleBy(s.values, 1-tau)
	tensor.AddScaled(s.values, from.values, tau)
	copy(s.fixed, from.fixed)
}

// Finite reports whether no value is NaN or infinite.
func (s *ParamSet) Finite() bool { return tensor.Finite(s.values) && tensor.Finite(s.fixed) }

// Hash returns the SHA-256, in hexadecimal, of all names, shapes and values.
func (s *ParamSet) Hash() string {
	h := sha256.New()
	var b []byte
	for _, p := range s.params {
		b = append(b[:0], p.Name...)
		b = append(b, p.Value.Shape.String()...)
		for _, v := range p.Value.Data {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// State saves or restores the values.
func (s *ParamSet) State(a *snapshot.Archive) {
	for _, p := range s.params {
		a.Float32s(p.Name, p.Value.Data)
	}
}
