package search

import "math"

// PUCT is the constants of AlphaZero's rule: the largest q(a) + p(a) c √N / (1 + N(a)), where
// c = Init + ln((N + Base + 1) / Base) and q is scaled to [0, 1] between the smallest and the
// largest value known at the node, a move not tried counting as the smallest.
type PUCT struct {
	Init, Base float64
}

// DefaultPUCT returns AlphaZero's and MuZero's constants.
func DefaultPUCT() PUCT { return PUCT{Init: 1.25, Base: 19652} }

// choose returns the move to try next at a node. prior [A] is the node's, or at the root one with
// noise; a move whose prior is 0 and whose logit is masked is never chosen.
func (p *PUCT) choose(t *tree, node int32, prior []float32, scratch []float32) int {
	lo, hi := t.value[node], t.value[node]
	for _, c := range row(t, t.child, node) {
		if c != none {
			q := t.q(c)
			lo, hi = min(lo, q), max(hi, q)
		}
	}
	r := max(hi-lo, 1e-8)
	n := float64(t.visits[node])
	c := math.Sqrt(n) * (p.Init + logOnePlus((n+1)/p.Base))
	for a, child := range row(t, t.child, node) {
		if row(t, t.logits, node)[a] == masked {
			scratch[a] = masked
			continue
		}
		q, tried := 0.0, int32(0)
		if child != none {
			q, tried = (t.q(child)-lo)/r, t.visits[child]
		}
		scratch[a] = float32(q + float64(float64(prior[a])*c)/float64(1+tried))
	}
	return argmax(scratch)
}

// logOnePlus returns ln(1+x) for x in [0, 1/2], to 1e-12: for less than Base/2 visits.
func logOnePlus(x float64) float64 {
	s := x / (2 + x) // ln(1+x) = 2 artanh s
	z := float64(s * s)
	sum := 0.0
	for n := 15; n >= 3; n -= 2 {
		sum = float64((sum + 1/float64(n)) * z)
	}
	return 2*s + float64(2*s*sum)
}
