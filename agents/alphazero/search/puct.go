package search

import (
	"fmt"
	"math"

	"tesuji/internal/elementary"
	"tesuji/internal/rng"
)

// PUCT is the constants of AlphaZero's rule: the largest q(a) + p(a) c √N / (1 + N(a)), where
// c = Init + ln((N + Base + 1) / Base).
type PUCT struct {
	Init, Base float64
	// Rescale scales q to [0, 1] between the smallest and the largest value known at the node, its
	// own included, as MuZero does. Otherwise q is in [-1, 1].
	Rescale bool
	// FPU, first-play urgency, is what a move counts that was not tried yet. Reduction is that
	// of FPUParent, RootReduction that at the root: 0 where there is noise.
	FPU                      FPU
	Reduction, RootReduction float64
}

// FPU is what a move counts that was not tried yet.
type FPU uint8

const (
	// FPUSmallest is the smallest value known at the node.
	FPUSmallest FPU = iota
	// FPUParent is the node's own value, less Reduction times the square root of the prior mass of
	// the moves tried: the more of what looks good was tried, the less is hoped of the rest.
	FPUParent
	// FPUDraw is 0.
	FPUDraw
	// FPULoss is -1.
	FPULoss
)

// DefaultPUCT returns AlphaZero's and MuZero's constants, as mctx uses them.
func DefaultPUCT() PUCT { return PUCT{Init: 1.25, Base: 19652, Rescale: true, Reduction: 0.2} }

// Validate returns an error that names what is out of range.
func (p PUCT) Validate() error {
	switch {
	case !(p.Init >= 0) || !(p.Base > 0):
		return fmt.Errorf("PUCT's init %v and base %v: want them >= 0 and > 0", p.Init, p.Base)
	case p.FPU > FPULoss:
		return fmt.Errorf("first-play urgency %d: want 0 to %d", p.FPU, FPULoss)
	case !(p.Reduction >= 0) || !(p.RootReduction >= 0):
		return fmt.Errorf("first-play reductions %v and %v: want them >= 0", p.Reduction, p.RootReduction)
	}
	return nil
}

// choose returns the move to try next at a node. prior [A] is the node's, or at the root one with
// noise. Illegal moves are never chosen, and those known to lose only if all are.
func (p *PUCT) choose(t *tree, node int32, prior []float32) int {
	lo, hi, mass := t.value[node], t.value[node], 0.0
	children := row(t, t.child, node)
	for a, c := range children {
		if c != none {
			q := t.q(c)
			lo, hi = min(lo, q), max(hi, q)
			mass += float64(prior[a])
		}
	}
	fresh := p.urgency(t, node, lo, mass)
	shift, r := 0.0, 1.0
	if p.Rescale {
		shift, r = lo, max(hi-lo, 1e-8)
		fresh = min(max((fresh-shift)/r, 0), 1)
	}
	n := float64(t.visits[node])
	c := math.Sqrt(n) * (p.Init + elementary.Log(1+(n+1)/p.Base))
	logits := row(t, t.logits, node)
	at, best := 0, float32(math.Inf(-1))
	prior = prior[:len(children)]
	for a, child := range children {
		var x float32
		if child == none {
			x = float32(fresh + float64(float64(prior[a])*c))
		} else if t.known[child] == won {
			x = masked
		} else {
			q := (t.q(child) - shift) / r
			x = float32(q + float64(float64(prior[a])*c)/float64(1+t.visits[child]))
		}
		if x > best && logits[a] != masked {
			at, best = a, x
		}
	}
	return at
}

// urgency returns what a move not tried counts, before rescaling.
func (p *PUCT) urgency(t *tree, node int32, smallest, mass float64) float64 {
	switch p.FPU {
	case FPUParent:
		r := p.Reduction
		if node == 0 {
			r = p.RootReduction
		}
		return t.value[node] - float64(r*math.Sqrt(mass))
	case FPUDraw:
		return 0
	case FPULoss:
		return -1
	}
	return smallest
}

// Noise is Dirichlet noise in the root's prior, with which PUCT tries moves that the network
// overlooks: p = (1-Weight) p + Weight d, d ~ Dir(alpha, ..., alpha) over the legal moves.
type Noise struct {
	// Weight is in [0, 1]; 0 means none. AlphaZero has 0.25.
	Weight float64
	// Concentration is alpha times the number of legal moves, > 0: 10.83 is AlphaZero's 0.03 on the
	// empty 19x19 board.
	Concentration float64
}

// DefaultNoise returns AlphaZero's noise.
func DefaultNoise() Noise { return Noise{Weight: 0.25, Concentration: 10.83} }

// Validate returns an error that names what is out of range.
func (n Noise) Validate() error {
	if !(n.Weight >= 0 && n.Weight <= 1) || n.Weight > 0 && !(n.Concentration > 0) {
		return fmt.Errorf("noise of weight %v and concentration %v: want them in [0, 1] and > 0", n.Weight, n.Concentration)
	}
	return nil
}

// mix writes the root's prior with noise [A].
func (n Noise) mix(dst, prior, logits []float32, r *rng.Stream, draws []float64) {
	copy(dst, prior)
	if n.Weight == 0 || r == nil {
		return
	}
	legal := 0
	for _, l := range logits {
		if l != masked {
			legal++
		}
	}
	alpha := n.Concentration / float64(legal)
	sum := 0.0
	for a, l := range logits {
		draws[a] = 0
		if l != masked {
			draws[a] = gamma(alpha, r)
			sum += draws[a]
		}
	}
	if !(sum > 0) {
		return // every draw was too small for a float64
	}
	for a, d := range draws {
		dst[a] = float32(float64((1-n.Weight)*float64(dst[a])) + float64(n.Weight*(d/sum)))
	}
}

// gamma draws from the Gamma distribution of that shape (G. Marsaglia and W. Tsang, "A simple method
// for generating gamma variables", 2000).
func gamma(shape float64, r *rng.Stream) float64 {
	boost := 1.0
	if shape < 1 {
		boost = elementary.Exp(max(elementary.Log(1-r.Float64())/shape, -690))
		shape++
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.Normal()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := 1 - r.Float64()
		if elementary.Log(u) < float64(0.5*x*x)+d-float64(d*v)+float64(d*elementary.Log(v)) {
			return boost * d * v
		}
	}
}
