package envs

import (
	"fmt"

	"tesuji/internal/rng"
)

// Space is a set of observations or actions, and the layout of a row that holds one. The
// spaces are *Box, *Discrete, *MultiDiscrete, *MultiBinary and *Dict, always as pointers.
type Space interface {
	// Size returns the number of elements of a row.
	Size() int
	// Elem returns the element type of observation rows. Action rows are always float32.
	Elem() Elem
	// Contains reports whether the row is in the space.
	Contains(Row) bool
	// Sample writes a uniformly drawn member to dst, as Gymnasium's space.sample() would
	// from the same generator.
	Sample(r *rng.PCG64, dst Row)
	// String describes the space as Gymnasium prints it.
	String() string
}

// SpaceError is what a space's constructor panics with: the caller's mistake.
type SpaceError struct {
	Space   string // "Box", "Dict", ...
	Problem string
}

func (e *SpaceError) Error() string { return fmt.Sprintf("envs: %s: %s", e.Space, e.Problem) }

// Box is the product of intervals, in the C order of Shape.
type Box struct {
	Low, High []float32 // per element; ±Inf where unbounded
	Shape     []int
	Type      Elem
}

// Discrete is {Start, ..., Start+N-1}; a row is one element holding the number.
type Discrete struct{ N, Start int }

// MultiDiscrete is the product of {0..N[i]-1}.
type MultiDiscrete struct{ N []int }

// MultiBinary is {0,1}^N.
type MultiBinary struct{ N int }

// Dict is named spaces one after the other in a row, in the order of Names.
type Dict struct {
	Names  []string
	Spaces []Space
}
