package search

import (
	"fmt"
	"math"

	"tesuji/tensor"
)

// Gumbel is the constants of Gumbel AlphaZero's use of values.
type Gumbel struct {
	// MaxConsidered is how many moves of the root are tried at most, >= 1. Default 16.
	MaxConsidered int
	// VisitOffset (c_visit) and ValueScale (c_scale) make values weigh more than priors as the
	// most tried move is tried more: sigma(q) = (VisitOffset + max N) ValueScale q. For values in
	// [-1, 1] the paper's Go has 50 and 1/2. (mctx has 0.1 on values scaled to [0, 1].)
	VisitOffset, ValueScale float32
	// Rescale scales a node's values to [0, 1] first.
	Rescale bool
}

// DefaultGumbel returns the constants for games whose values lie in [-1, 1].
func DefaultGumbel() Gumbel { return Gumbel{MaxConsidered: 16, VisitOffset: 50, ValueScale: 0.5} }

// mixedValue returns v_mix, which stands for the value of moves not tried: the network's value of
// the node, mixed with the values of the moves tried, weighted by their priors.
func (t *tree) mixedValue(node int32) float64 {
	visits, weight, sum := int32(0), 0.0, 0.0
	p := row(t, t.prior, node)
	for a, c := range row(t, t.child, node) {
		if c == none {
			continue
		}
		visits += t.visits[c]
		w := float64(max(p[a], smallest))
		weight += w
		sum += float64(w * t.q(c))
	}
	raw := float64(t.raw[node])
	if visits == 0 {
		return raw
	}
	return (raw + float64(float64(visits)*(sum/weight))) / float64(1+visits)
}

// smallest is the smallest normal float32.
const smallest = 0x1p-126

// improved writes l + sigma(Q) [A], Q completed with v_mix for moves not tried: the logits of the
// improved policy.
func (g *Gumbel) improved(t *tree, node int32, dst []float32) {
	mixed := float32(t.mixedValue(node))
	most := int32(0)
	for a, c := range row(t, t.child, node) {
		dst[a] = mixed
		if c != none {
			dst[a] = float32(t.q(c))
			most = max(most, t.visits[c])
		}
	}
	if g.Rescale {
		rescale(dst)
	}
	scale := (g.VisitOffset + float32(most)) * g.ValueScale
	for a, l := range row(t, t.logits, node) {
		dst[a] = l + float32(scale*dst[a])
	}
}

// rescale maps the range of x to [0, 1].
func rescale(x []float32) {
	lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	r := max(hi-lo, 1e-8)
	for i, v := range x {
		x[i] = (v - lo) / r
	}
}

// atRoot returns the move to try next at the root: among those tried visits times since the search
// began, the one with the largest noise + logit + sigma(Q). noise [A] is Gumbel-distributed, or 0;
// before [A] is how often moves had been tried when it began. A move that is known to lose is not
// tried while there is another.
func (g *Gumbel) atRoot(t *tree, visits int32, noise []float32, before []int32, scratch []float32) int {
	g.improved(t, 0, scratch)
	logits := row(t, t.logits, 0)
	at, best := 0, float32(math.Inf(-1))
	for a, c := range row(t, t.child, 0) {
		tried, x := int32(0), scratch[a]+noise[a]
		if c != none {
			tried = t.visits[c]
		}
		// A legal move that was tried more often is still preferred to an illegal one.
		switch {
		case logits[a] == masked:
			x = masked
		case c != none && t.known[c] == won:
			x = masked * .75
		case tried-before[a] != visits:
			x = masked * .5
		}
		if x > best {
			at, best = a, x
		}
	}
	return at
}

// inside returns the move to try next at another node: that of which the improved policy pi' has
// been followed least, the largest pi'(a) - N(a) / (1 + sum N).
func (g *Gumbel) inside(t *tree, node int32, scratch []float32) int {
	g.improved(t, node, scratch)
	tensor.SoftmaxRows(scratch, scratch, 1, t.moves)
	total := float32(t.visits[node]) // its own evaluation is the 1
	logits := row(t, t.logits, node)
	at, best := 0, float32(math.Inf(-1))
	for a, c := range row(t, t.child, node) {
		x := scratch[a]
		switch {
		case logits[a] == masked:
			continue
		case c != none && t.known[c] == won:
			continue // it loses, and unless another move may do better the node is known
		case c != none:
			x -= float32(t.visits[c]) / total
		}
		if x > best {
			at, best = a, x
		}
	}
	return at
}

// target writes the improved policy at the root [A], which a network learns: softmax(l + sigma(Q)).
func (g *Gumbel) target(t *tree, dst []float32) {
	g.improved(t, 0, dst)
	tensor.SoftmaxRows(dst, dst, 1, t.moves)
}

// Validate returns an error that names what is out of range.
func (g Gumbel) Validate() error {
	switch {
	case g.MaxConsidered < 1:
		return fmt.Errorf("max_considered is %d: want at least 1", g.MaxConsidered)
	case !(g.VisitOffset >= 0) || !(g.ValueScale > 0):
		return fmt.Errorf("visit offset %v and value scale %v: want them >= 0 and > 0", g.VisitOffset, g.ValueScale)
	}
	return nil
}

// halving writes, for each simulation, how often the move to try has been tried before: sequential
// halving (Z. Karnin et al., 2013) of the moves considered. dst has an entry for each simulation,
// visits at least one for each move considered.
func halving(considered int, dst, visits []int32) {
	if considered <= 1 {
		for i := range dst {
			dst[i] = int32(i)
		}
		return
	}
	rounds := 0
	for 1<<rounds < considered {
		rounds++
	}
	visits = visits[:considered]
	clear(visits)
	at := 0
	for k := considered; at < len(dst); k = max(2, k/2) {
		for range max(1, len(dst)/(rounds*k)) {
			for a := range visits[:k] {
				if at == len(dst) {
					return
				}
				dst[at] = visits[a]
				at++
				visits[a]++
			}
		}
	}
}
