package rng

import (
	"fmt"
	"math/bits"

	"tesuji/snapshot"
)

// PCG64 is the permuted congruential generator PCG XSL-RR 128/64 (M. O'Neill, 2014) seeded
// and read as numpy.random.Generator does. It is not safe for concurrent use.
type PCG64 struct {
	hi, lo       uint64 // state
	incHi, incLo uint64
	half         uint64 // high half of the word that Uint32 took last, if kept
	kept         bool
}

const (
	pcgMulHi = 0x2360ed051fc65da4
	pcgMulLo = 0x4385df649fccf645
)

// NewPCG64 returns NumPy's default_rng(seed).
func NewPCG64(seed uint64) *PCG64 {
	p := new(PCG64)
	p.Seed(seed)
	return p
}

// NewPCG64From returns NumPy's Generator(PCG64(s)).
func NewPCG64From(s *SeedSequence) *PCG64 {
	p := new(PCG64)
	p.seed(s)
	return p
}

// Seed starts the stream of the seed, as a new generator would.
func (p *PCG64) Seed(seed uint64) {
	s := seedWords(seed)
	p.seed(&s)
}

func (p *PCG64) seed(s *SeedSequence) {
	var w [4]uint64
	s.Generate(w[:])
	*p = PCG64{incHi: w[2]<<1 | w[3]>>63, incLo: w[3]<<1 | 1}
	p.step()
	var carry uint64
	p.lo, carry = bits.Add64(p.lo, w[1], 0)
	p.hi, _ = bits.Add64(p.hi, w[0], carry)
	p.step()
}

func (p *PCG64) step() {
	hi, lo := bits.Mul64(p.lo, pcgMulLo)
	hi += p.hi*pcgMulLo + p.lo*pcgMulHi
	lo, carry := bits.Add64(lo, p.incLo, 0)
	hi, _ = bits.Add64(hi, p.incHi, carry)
	p.hi, p.lo = hi, lo
}

// Uint64 returns 64 random bits.
func (p *PCG64) Uint64() uint64 {
	p.step()
	return bits.RotateLeft64(p.hi^p.lo, -int(p.hi>>58))
}

// Uint32 returns 32 random bits: the low half of a 64-bit word, then its high half. Draws of
// other kinds in between leave the kept half alone, as in NumPy.
func (p *PCG64) Uint32() uint32 {
	if p.kept {
		p.kept = false
		return uint32(p.half)
	}
	w := p.Uint64()
	p.half, p.kept = w>>32, true
	return uint32(w)
}

// Random returns a float64 in [0, 1): Generator.random().
func (p *PCG64) Random() float64 { return float64(p.Uint64()>>11) * 0x1p-53 }

// Float32 returns a float32 in [0, 1): Generator.random(dtype=float32).
func (p *PCG64) Float32() float32 { return float32(p.Uint32()>>8) * 0x1p-24 }

// Uniform returns a float64 in [lo, hi): Generator.uniform(lo, hi).
func (p *PCG64) Uniform(lo, hi float64) float64 {
	return lo + float64((hi-lo)*p.Random())
}

// Integers returns a whole number in [lo, hi): Generator.integers(lo, hi). A range of one
// value draws nothing. It panics if hi <= lo.
func (p *PCG64) Integers(lo, hi int64) int64 {
	if hi <= lo {
		panic(fmt.Sprintf("rng: Integers(%d, %d): empty range", lo, hi))
	}
	n := uint64(hi) - uint64(lo)
	switch {
	case n == 1:
		return lo
	case n < 1<<32:
		return lo + int64(p.below32(uint32(n)))
	case n == 1<<32:
		return int64(uint64(lo) + uint64(p.Uint32()))
	}
	// D. Lemire, "Fast random integer generation in an interval", 2019.
	hi64, low := bits.Mul64(p.Uint64(), n)
	if low < n {
		for t := -n % n; low < t; {
			hi64, low = bits.Mul64(p.Uint64(), n)
		}
	}
	return int64(uint64(lo) + hi64)
}

// below32 is Lemire's method with 32-bit draws, n >= 2.
func (p *PCG64) below32(n uint32) uint32 {
	m := uint64(p.Uint32()) * uint64(n)
	if uint32(m) < n {
		for t := -n % n; uint32(m) < t; {
			m = uint64(p.Uint32()) * uint64(n)
		}
	}
	return uint32(m >> 32)
}

// Choice returns an index drawn with probabilities weights/sum(weights), from one Random
// draw: Generator.choice(len(weights), p=weights). The sum must be positive.
func (p *PCG64) Choice(weights []float64) int {
	var total float64
	for _, w := range weights {
		total += w
	}
	if !(total > 0) {
		panic(fmt.Sprintf("rng: Choice: weights sum to %v", total))
	}
	u := p.Random()
	var sum float64
	for i, w := range weights {
		sum += w
		if sum/total > u {
			return i
		}
	}
	return len(weights) - 1
}

// Pick returns the first index at which the running sum of the probabilities exceeds one
// Random draw, or 0 if rounding leaves none: how Gymnasium's table environments choose a
// transition. It draws even where there is one outcome.
func (p *PCG64) Pick(probs []float64) int {
	u := p.Random()
	var sum float64
	for i, q := range probs {
		sum += q
		if sum > u {
			return i
		}
	}
	return 0
}

// State saves or restores the generator, the kept half included.
func (p *PCG64) State(a *snapshot.Archive) {
	a.Uint64("hi", &p.hi)
	a.Uint64("lo", &p.lo)
	a.Uint64("inc_hi", &p.incHi)
	a.Uint64("inc_lo", &p.incLo)
	a.Uint64("half", &p.half)
	a.Bool("kept", &p.kept)
}
