package envs

import (
	"fmt"
	"slices"

	"tesuji/internal/rng"
)

// NewDict returns the spaces under their names, in that order (Gymnasium sorts a plain
// dict's keys: do so to match it). It panics with *SpaceError if there is none, a name
// is empty or repeated, or the element types differ: a row has one type.
func NewDict(names []string, spaces []Space) *Dict {
	d := &Dict{Names: names, Spaces: spaces}
	if err := d.validate(); err != nil {
		panic(err)
	}
	return d
}

func (d *Dict) validate() error {
	fail := func(format string, args ...any) error {
		return &SpaceError{"Dict", fmt.Sprintf(format, args...)}
	}
	if len(d.Names) == 0 || len(d.Names) != len(d.Spaces) {
		return fail("%d names of %d spaces", len(d.Names), len(d.Spaces))
	}
	for i, s := range d.Spaces {
		if d.Names[i] == "" || slices.Contains(d.Names[:i], d.Names[i]) {
			return fail("name %q is empty or repeated", d.Names[i])
		}
		if s.Elem() != d.Spaces[0].Elem() {
			return fail("%q and %q have different element types", d.Names[0], d.Names[i])
		}
		if err := validateSpace(s); err != nil {
			return fail("%q: %v", d.Names[i], err)
		}
	}
	return nil
}

// validateSpace returns what is wrong with a space that was not made by its constructor.
func validateSpace(s Space) error {
	switch s := s.(type) {
	case *Box:
		return s.validate()
	case *Discrete:
		return s.validate()
	case *MultiDiscrete:
		return s.validate()
	case *MultiBinary:
		return s.validate()
	case *Dict:
		return s.validate()
	case nil:
		return &SpaceError{"Space", "missing"}
	}
	return nil
}

// part returns the elements of r that hold the space s, whose elements begin at *at, and
// moves *at past them.
func part(r Row, s Space, at *int) Row {
	lo, hi := *at, *at+s.Size()
	*at = hi
	if s.Elem() == Uint8 {
		return Row{U8: r.U8[lo:hi:hi]}
	}
	return Row{F32: r.F32[lo:hi:hi]}
}

// Size returns the sum of the sizes.
func (d *Dict) Size() int {
	n := 0
	for _, s := range d.Spaces {
		n += s.Size()
	}
	return n
}

// Elem returns the element type that all the spaces share.
func (d *Dict) Elem() Elem { return d.Spaces[0].Elem() }

// Contains reports whether every part is in its space.
func (d *Dict) Contains(r Row) bool {
	if len(r.F32)+len(r.U8) != d.Size() || (d.Elem() == Uint8) != (r.U8 != nil) {
		return false
	}
	at := 0
	for _, s := range d.Spaces {
		if !s.Contains(part(r, s, &at)) {
			return false
		}
	}
	return true
}

// Sample draws the parts in order from the one generator. Gymnasium gives each part a
// generator of its own: to have its numbers, sample the parts from those.
func (d *Dict) Sample(r *rng.PCG64, dst Row) {
	at := 0
	for _, s := range d.Spaces {
		s.Sample(r, part(dst, s, &at))
	}
}

// Seeds returns the seeds that Gymnasium's Dict and Tuple give the generators of n parts when
// they are seeded themselves.
func Seeds(seed uint64, n int) []uint64 {
	r := rng.NewPCG64(seed)
	out := make([]uint64, n)
	for i := range out {
		out[i] = uint64(r.Integers(0, 1<<31-1))
	}
	return out
}
