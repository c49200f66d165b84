package rng

import (
	"math"

	"tesuji/internal/elementary"
)

// Normal deviates by the ziggurat of Marsaglia and Tsang ("The ziggurat method for generating
// random variables", 2000) with 256 layers of equal area under exp(-x²/2). Layer 0 is the
// rectangle under the tail and the tail beyond zigR.

const (
	zigR = 3.6541528853610088 // where the tail begins
	zigV = 0.00492867323399   // area of each layer
)

type ziggurat struct {
	x [257]float64 // right edges, falling from the base's width to 0
	f [257]float64 // exp(-x²/2) at them
}

var zig = makeZiggurat()

func makeZiggurat() *ziggurat {
	z := new(ziggurat)
	density := func(x float64) float64 { return elementary.Exp(-.5 * x * x) }
	z.x[0], z.x[1] = zigV/density(zigR), zigR
	for i := 1; i < 255; i++ {
		z.x[i+1] = math.Sqrt(-2 * elementary.Log(zigV/z.x[i]+density(z.x[i])))
	}
	for i := range z.x {
		z.f[i] = density(z.x[i])
	}
	return z
}

type source interface{ Uint64() uint64 }

// Normal returns a deviate of mean 0 and standard deviation 1.
func (s *Stream) Normal() float64 {
	w := s.Uint64()
	i := w & 0xff
	x := float64(w>>11) * 0x1p-53 * zig.x[i]
	if x >= zig.x[i+1] {
		return zigSlow(s, w)
	}
	return math.Float64frombits(math.Float64bits(x) | w&0x100<<55)
}

// Gumbel returns a deviate of the standard Gumbel distribution, -ln(-ln u).
func (s *Stream) Gumbel() float64 {
	u := (float64(s.Uint64()>>12) + .5) * 0x1p-52 // strictly between 0 and 1
	return -elementary.Log(-elementary.Log(u))
}

// Normal returns a deviate of mean 0 and standard deviation 1. It is not the deviate that
// NumPy's Generator would draw.
func (p *PCG64) Normal() float64 { return zigDraw(p, p.Uint64()) }

// Exponential returns a deviate of mean 1. It is not the deviate that NumPy's Generator would
// draw.
func (p *PCG64) Exponential() float64 { return -elementary.Log(1 - p.Random()) }

// zigDraw makes a deviate of the word w: bits 0-7 choose the layer, bit 8 the sign, bits 11-63
// the place.
func zigDraw(s source, w uint64) float64 {
	i := w & 0xff
	x := float64(w>>11) * 0x1p-53 * zig.x[i]
	if x >= zig.x[i+1] {
		return zigSlow(s, w)
	}
	return math.Float64frombits(math.Float64bits(x) | w&0x100<<55)
}

// zigSlow decides the cases, about one in a hundred, in which x is not under the next layer.
func zigSlow(s source, w uint64) float64 {
	i := w & 0xff
	x := float64(w>>11) * 0x1p-53 * zig.x[i]
	sign := w & 0x100 << 55
	unit := func() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }
	if i == 0 {
		// Marsaglia's tail: x = -ln u/r, accepted with probability exp(-x²/2).
		for {
			x = -elementary.Log(1-unit()) / zigR
			y := -elementary.Log(1 - unit())
			if y+y > float64(x*x) {
				return math.Float64frombits(math.Float64bits(zigR+x) | sign)
			}
		}
	}
	y := zig.f[i] + float64(unit()*(zig.f[i+1]-zig.f[i]))
	if y < elementary.Exp(-.5*float64(x*x)) {
		return math.Float64frombits(math.Float64bits(x) | sign)
	}
	return zigDraw(s, s.Uint64())
}
