package nets

import (
	"fmt"
	"iter"
	"math"

	"tesuji/internal/elementary"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Positions is a learned vector for each position of a sequence.
type Positions struct{ Weight *Param } // [positions, width]

// NewPositions returns a table name.weight drawn from N(0, std²).
func NewPositions(name string, positions, width int, std float64, r *rng.Stream) *Positions {
	p := &Positions{NewParam(name+".weight", positions, width)}
	normal(p.Weight.Value, std, r)
	return p
}

// Forward adds to x [B, T, width] the vectors of the positions 0 to T-1.
func (p *Positions) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return p.From(t, x, 0) }

// From adds to x [B, T, width] the vectors of the positions from first on.
func (p *Positions) From(t *tensor.Tape, x tensor.Var, first int) tensor.Var {
	return addPositions(t, x, p.Weight.Var(t), first)
}

// Params yields the table.
func (p *Positions) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { yield(p.Weight) }
}

// addPositions adds the rows of a table [positions, width] from first on to each sequence of x
// [B, T, width].
func addPositions(t *tensor.Tape, x, table tensor.Var, first int) tensor.Var {
	s, all := t.Shape(x), t.Shape(table)
	if s.Rank() != 3 || s.Dim(2) != all.Dim(1) || first < 0 || first+s.Dim(1) > all.Dim(0) {
		panic(&tensor.ShapeError{Op: "Positions", Want: fmt.Sprintf("sequences [B T width] within the table, from position %d", first), Got: []tensor.Shape{s, all}})
	}
	steps, width := s.Dim(1), s.Dim(2)
	rows := t.Reshape(table, all.Size())
	if steps != all.Dim(0) {
		rows = t.Slice(t.Reshape(table, 1, all.Size()), first*width, (first+steps)*width)
	}
	y := t.Add(t.Reshape(x, s.Dim(0), steps*width), rows)
	return t.Reshape(y, s.Dim(0), steps, width)
}

// Sinusoids is the fixed vectors of "Attention Is All You Need" (Vaswani et al., 2017, section
// 3.5): element 2i of position p is sin(p/10000^(2i/width)), element 2i+1 the cosine.
type Sinusoids struct{ table *tensor.Tensor } // [positions, width]

// NewSinusoids returns the vectors of an even width.
func NewSinusoids(positions, width int) *Sinusoids {
	if width%2 != 0 {
		panic(fmt.Sprintf("nets: sinusoids of width %d: want an even one", width))
	}
	table := tensor.New(positions, width)
	for i, frequency := range geometric(1e-4, width/2) {
		for p := range positions {
			sin, cos := elementary.Sincos(float64(p) * frequency)
			table.Data[p*width+2*i], table.Data[p*width+2*i+1] = float32(sin), float32(cos)
		}
	}
	return &Sinusoids{table}
}

// Forward adds to x [B, T, width] the vectors of the positions 0 to T-1.
func (s *Sinusoids) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return s.From(t, x, 0) }

// From adds to x [B, T, width] the vectors of the positions from first on.
func (s *Sinusoids) From(t *tensor.Tape, x tensor.Var, first int) tensor.Var {
	return addPositions(t, x, t.Input(s.table), first)
}

// Params yields nothing.
func (s *Sinusoids) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }

// Rotations is the angles of rotary positions (Su et al., "RoFormer", 2021): pair i of width/2
// turns by p*base^(-2i/width) at position p.
type Rotations struct{ cos, sin *tensor.Tensor } // [positions, width/2]

// NewRotations returns the angles for width columns of each head, an even number; base is 10000
// in the paper.
func NewRotations(positions, width int, base float64) *Rotations {
	if width%2 != 0 || !(base > 1) {
		panic(fmt.Sprintf("nets: rotations of width %d and base %g: want an even width and a base above 1", width, base))
	}
	half := width / 2
	r := &Rotations{tensor.New(positions, half), tensor.New(positions, half)}
	for i, frequency := range geometric(1/base, half) {
		for p := range positions {
			sin, cos := elementary.Sincos(float64(p) * frequency)
			r.cos.Data[p*half+i], r.sin.Data[p*half+i] = float32(cos), float32(sin)
		}
	}
	return r
}

// Turn turns the first heads groups of width columns of x [B, T, C], the first row being at
// position first.
func (r *Rotations) Turn(t *tensor.Tape, x tensor.Var, heads, width, first int) tensor.Var {
	return t.Rotary(x, t.Input(r.cos), t.Input(r.sin), heads, width, first)
}

// geometric returns end^(i/n) for i from 0 to n-1 and 0 < end < 1, the same on every machine: Go's
// math.Pow is not.
func geometric(end float64, n int) []float64 {
	power := func(x float64, n int) float64 {
		y := 1.0
		for ; n > 0; n /= 2 {
			if n%2 == 1 {
				y *= x
			}
			x *= x
		}
		return y
	}
	// The n-th root, by bisection to the last bit.
	low, high := end, 1.0
	for {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			break
		}
		if power(middle, n) < end {
			low = middle
		} else {
			high = middle
		}
	}
	all := make([]float64, n)
	for i := range all {
		all[i] = power(high, i)
	}
	return all
}

// ALiBiSlopes returns the slopes of attention with linear biases (Press, Smith and Lewis, "Train
// Short, Test Long", 2022) for any number of heads: 2^(-8h/n), h = 1..n, for n a power of two, and
// otherwise those of the power of two below, then every second one of the power of two above.
func ALiBiSlopes(heads int) []float32 {
	below := 1
	for 2*below <= heads {
		below *= 2
	}
	all := make([]float32, 0, heads)
	ratio := slopeRatio(below)
	for s := ratio; len(all) < below && len(all) < heads; s *= ratio {
		all = append(all, float32(s))
	}
	ratio = slopeRatio(2 * below)
	for s := ratio; len(all) < heads; s *= ratio * ratio {
		all = append(all, float32(s))
	}
	return all
}

// slopeRatio returns 2^(-8/n) for n a power of two.
func slopeRatio(n int) float64 {
	r := 1.0 / 256
	for ; n > 1; n /= 2 {
		r = math.Sqrt(r)
	}
	return r
}
