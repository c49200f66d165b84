// Package tensor computes with float32 arrays and their gradients.
//
// A Tape records operations as they are computed (eagerly) and replays them backwards:
//
//	t := tensor.NewTape()
//	for step := range steps {
//		t.Reset()
//		x := t.Input(batch)                        // [B, 4]
//		h := t.Linear(x, t.Param(w, dw), t.Param(b, db), tensor.Tanh)
//		loss := t.Mean(t.Square(h))
//		t.Backward(loss)                           // adds to dw and db
//	}
//
// Values and gradients live in an arena that Reset empties, operations in a slab that only
// grows: after the first steps nothing is allocated.
//
// Results are the same to the bit with every kernel set (AVX-512, AVX2, pure Go) and any
// number of threads; docs/determinism.md says how.
//
// In this package's comments R is the product of all dimensions but the last, C the last,
// and dy the gradient that flows into an operation's result y.
package tensor

import (
	"fmt"
	"strings"
)

// MaxRank is the largest number of dimensions.
const MaxRank = 4

// Shape is the sizes of up to MaxRank dimensions, outermost first. Arrays are row-major and
// contiguous. The zero Shape is a scalar's.
type Shape struct {
	dims [MaxRank]int
	rank int
}

// ShapeOf returns the shape with the given dimensions.
func ShapeOf(dims ...int) Shape {
	var s Shape
	if len(dims) > MaxRank {
		panic(fmt.Sprintf("tensor: %d dimensions, at most %d are possible", len(dims), MaxRank))
	}
	for i, d := range dims {
		if d < 0 {
			panic(fmt.Sprintf("tensor: dimension %d is negative: %d", i, d))
		}
		s.dims[i] = d
	}
	s.rank = len(dims)
	return s
}

// Rank returns the number of dimensions.
func (s Shape) Rank() int { return s.rank }

// Dim returns the size of dimension i.
func (s Shape) Dim(i int) int { return s.dims[i] }

// Size returns the number of elements.
func (s Shape) Size() int {
	n := 1
	for _, d := range s.dims[:s.rank] {
		n *= d
	}
	return n
}

// Rows returns R, the product of all dimensions but the last.
func (s Shape) Rows() int {
	n := 1
	for i := 0; i < s.rank-1; i++ {
		n *= s.dims[i]
	}
	return n
}

// Cols returns C, the last dimension, or 1 for a scalar.
func (s Shape) Cols() int {
	if s.rank == 0 {
		return 1
	}
	return s.dims[s.rank-1]
}

// withCols returns s with its last dimension replaced.
func (s Shape) withCols(c int) Shape {
	if s.rank == 0 {
		s.rank = 1
	}
	s.dims[s.rank-1] = c
	return s
}

// String writes the shape as [2 3].
func (s Shape) String() string {
	return strings.ReplaceAll(fmt.Sprint(s.dims[:s.rank]), ", ", " ")
}

// Tensor is an array in memory of its own, such as a parameter.
type Tensor struct {
	Shape Shape
	Data  []float32
}

// New returns a tensor of zeros.
func New(dims ...int) *Tensor {
	s := ShapeOf(dims...)
	return &Tensor{Shape: s, Data: make([]float32, s.Size())}
}

// Of returns a tensor over data, which it shares.
func Of(data []float32, dims ...int) *Tensor {
	s := ShapeOf(dims...)
	if s.Size() != len(data) {
		panic(&ShapeError{Op: "Of", Want: fmt.Sprintf("%d elements", len(data)), Got: []Shape{s}})
	}
	return &Tensor{Shape: s, Data: data}
}

// ShapeError is the panic of an operation whose operands do not fit: a programmer's error.
// A network is dry-run when it is built, so that a user never meets one later.
type ShapeError struct {
	Op   string  // the operation
	Want string  // what it needs
	Got  []Shape // its operands
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("tensor: %s needs %s, got %v", e.Op, e.Want, e.Got)
}
