package envs

import (
	"fmt"
	"math"

	"tesuji/internal/rng"
)

// NewBox returns the float32 box of the given shape whose elements are all in [low, high].
// It panics with *SpaceError if low > high, a bound is NaN or the shape is empty.
func NewBox(low, high float32, shape ...int) *Box {
	return filledBox(low, high, Float32, shape)
}

// NewBoxOf returns the one-dimensional float32 box with element i in [low[i], high[i]]. It
// keeps the slices. It panics with *SpaceError as NewBox does, or if the lengths differ.
func NewBoxOf(low, high []float32) *Box {
	b := &Box{Low: low, High: high, Shape: []int{len(low)}, Type: Float32}
	b.must()
	return b
}

// NewImage returns the uint8 box with elements 0 to 255. Encode scales it to [0, 1].
func NewImage(shape ...int) *Box { return filledBox(0, 255, Uint8, shape) }

// NewUint8Box returns the uint8 box whose elements are all in [low, high], such as the 0 and 1
// of binary planes.
func NewUint8Box(low, high uint8, shape ...int) *Box {
	return filledBox(float32(low), float32(high), Uint8, shape)
}

func filledBox(low, high float32, t Elem, shape []int) *Box {
	n := 1
	for _, d := range shape {
		n *= max(d, 0)
	}
	b := &Box{Low: make([]float32, n), High: make([]float32, n), Shape: append([]int(nil), shape...), Type: t}
	for i := range b.Low {
		b.Low[i], b.High[i] = low, high
	}
	b.must()
	return b
}

func (b *Box) must() {
	if err := b.validate(); err != nil {
		panic(err)
	}
}

// validate returns a *SpaceError for the first thing wrong with the box.
func (b *Box) validate() error {
	fail := func(format string, args ...any) error {
		return &SpaceError{"Box", fmt.Sprintf(format, args...)}
	}
	n := 1
	for _, d := range b.Shape {
		n *= d
	}
	if n < 1 || len(b.Low) != n || len(b.High) != n {
		return fail("shape %v with %d low and %d high bounds", b.Shape, len(b.Low), len(b.High))
	}
	for i := range b.Low {
		lo, hi := b.Low[i], b.High[i]
		if !(lo <= hi) {
			return fail("element %d: low %v is not at most high %v", i, lo, hi)
		}
		if b.Type == Uint8 && (lo < 0 || hi > 255 || lo != float32(uint8(lo)) || hi != float32(uint8(hi))) {
			return fail("element %d: bounds %v, %v are no uint8", i, lo, hi)
		}
	}
	return nil
}

// Size returns the product of Shape.
func (b *Box) Size() int { return len(b.Low) }

// Elem returns Type.
func (b *Box) Elem() Elem { return b.Type }

// Contains reports whether every element is within its bounds (NaN is not).
func (b *Box) Contains(r Row) bool {
	if b.Type == Uint8 {
		if len(r.U8) != len(b.Low) {
			return false
		}
		for i, v := range r.U8 {
			if float32(v) < b.Low[i] || float32(v) > b.High[i] {
				return false
			}
		}
		return true
	}
	if len(r.F32) != len(b.Low) {
		return false
	}
	for i, v := range r.F32 {
		if !(v >= b.Low[i] && v <= b.High[i]) {
			return false
		}
	}
	return true
}

// Sample draws each bounded element uniformly, with Gymnasium's numbers if all elements are
// bounded. An element without bounds is normal, and one with one bound is that bound plus or
// minus an exponential deviate, distributed as Gymnasium's but not the same numbers.
func (b *Box) Sample(r *rng.PCG64, dst Row) {
	for i := range b.Low {
		lo, hi := float64(b.Low[i]), float64(b.High[i])
		if b.Type == Uint8 {
			dst.U8[i] = uint8(r.Uniform(lo, hi+1))
			continue
		}
		var v float64
		switch below, above := math.IsInf(lo, -1), math.IsInf(hi, 1); {
		case below && above:
			v = r.Normal()
		case below:
			v = hi - r.Exponential()
		case above:
			v = lo + r.Exponential()
		default:
			v = r.Uniform(lo, hi)
		}
		dst.F32[i] = float32(v)
	}
}

// Bounded reports whether no bound is infinite.
func (b *Box) Bounded() bool {
	for i := range b.Low {
		if math.IsInf(float64(b.Low[i]), 0) || math.IsInf(float64(b.High[i]), 0) {
			return false
		}
	}
	return true
}

// image reports whether the box is of pixels, which a network reads scaled to [0, 1].
func (b *Box) image() bool {
	if b.Type != Uint8 {
		return false
	}
	for i := range b.Low {
		if b.Low[i] != 0 || b.High[i] != 255 {
			return false
		}
	}
	return true
}
