package envs

import (
	"fmt"

	"tesuji/internal/rng"
)

// maxExact is the number of whole numbers from 0 on that a float32 holds exactly.
const maxExact = 1 << 24

// NewDiscrete returns {0, ..., n-1}. It panics with *SpaceError if n < 1.
func NewDiscrete(n int) *Discrete {
	d := &Discrete{N: n}
	if err := d.validate(); err != nil {
		panic(err)
	}
	return d
}

func (d *Discrete) validate() error {
	if d.N < 1 || d.Start <= -maxExact || d.Start+d.N > maxExact {
		return &SpaceError{"Discrete", fmt.Sprintf("%d values from %d on: want at least one, all below 2^24 in size", d.N, d.Start)}
	}
	return nil
}

// Size returns 1.
func (d *Discrete) Size() int { return 1 }

// Elem returns Float32.
func (d *Discrete) Elem() Elem { return Float32 }

// Contains reports whether the row is one whole number of the space.
func (d *Discrete) Contains(r Row) bool {
	return len(r.F32) == 1 && whole(r.F32[0], d.Start, d.N)
}

// whole reports whether v is one of start, ..., start+n-1.
func whole(v float32, start, n int) bool {
	return v >= float32(start) && v < float32(start+n) && v == float32(int(v))
}

// Sample draws one value, as Gymnasium does.
func (d *Discrete) Sample(r *rng.PCG64, dst Row) {
	dst.F32[0] = float32(int64(d.Start) + r.Integers(0, int64(d.N)))
}

// SampleLegal draws one of the values whose legal entry (length N) is true, as Gymnasium does
// with a mask; if none is, it writes Start and draws nothing.
func (d *Discrete) SampleLegal(r *rng.PCG64, legal []bool, dst Row) {
	count := 0
	for _, ok := range legal {
		if ok {
			count++
		}
	}
	dst.F32[0] = float32(d.Start)
	if count == 0 {
		return
	}
	k := int(r.Integers(0, int64(count)))
	for i, ok := range legal {
		if !ok {
			continue
		}
		if k == 0 {
			dst.F32[0] = float32(d.Start + i)
			return
		}
		k--
	}
}

// NewMultiDiscrete returns the product of {0, ..., n[i]-1}. It panics with *SpaceError if n is
// empty or an n[i] < 1.
func NewMultiDiscrete(n ...int) *MultiDiscrete {
	m := &MultiDiscrete{N: n}
	if err := m.validate(); err != nil {
		panic(err)
	}
	return m
}

func (m *MultiDiscrete) validate() error {
	for _, n := range m.N {
		if n < 1 || n > maxExact {
			return &SpaceError{"MultiDiscrete", fmt.Sprintf("%v: each must be 1 to 2^24", m.N)}
		}
	}
	if len(m.N) == 0 {
		return &SpaceError{"MultiDiscrete", "no factors"}
	}
	return nil
}

// Size returns the number of factors.
func (m *MultiDiscrete) Size() int { return len(m.N) }

// Elem returns Float32.
func (m *MultiDiscrete) Elem() Elem { return Float32 }

// Contains reports whether element i is a whole number in [0, N[i]), for every i.
func (m *MultiDiscrete) Contains(r Row) bool {
	if len(r.F32) != len(m.N) {
		return false
	}
	for i, v := range r.F32 {
		if !whole(v, 0, m.N[i]) {
			return false
		}
	}
	return true
}

// Sample draws each factor in turn, as Gymnasium does.
func (m *MultiDiscrete) Sample(r *rng.PCG64, dst Row) {
	for i, n := range m.N {
		dst.F32[i] = float32(int(r.Random() * float64(n)))
	}
}

// NewMultiBinary returns {0,1}^n. It panics with *SpaceError if n < 1.
func NewMultiBinary(n int) *MultiBinary {
	m := &MultiBinary{N: n}
	if err := m.validate(); err != nil {
		panic(err)
	}
	return m
}

func (m *MultiBinary) validate() error {
	if m.N < 1 {
		return &SpaceError{"MultiBinary", fmt.Sprintf("%d bits", m.N)}
	}
	return nil
}

// Size returns N.
func (m *MultiBinary) Size() int { return m.N }

// Elem returns Float32.
func (m *MultiBinary) Elem() Elem { return Float32 }

// Contains reports whether every element is 0 or 1.
func (m *MultiBinary) Contains(r Row) bool {
	if len(r.F32) != m.N {
		return false
	}
	for _, v := range r.F32 {
		if v != 0 && v != 1 {
			return false
		}
	}
	return true
}

// Sample draws each bit, as Gymnasium does: NumPy takes four int8 draws from a 32-bit word,
// the low byte first, and lets the unused bytes of the last word go.
func (m *MultiBinary) Sample(r *rng.PCG64, dst Row) {
	var word uint32
	for i := range m.N {
		if i%4 == 0 {
			word = r.Uint32()
		}
		dst.F32[i] = float32(word >> 7 & 1)
		word >>= 8
	}
}
