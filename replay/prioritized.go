package replay

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Prioritized is a Buffer that draws a transition in proportion to a power of its last
// temporal-difference error (T. Schaul et al., "Prioritized Experience Replay", ICLR 2016,
// section 3.3, proportional variant):
//
//	P(i) = p_i^alpha / Σ p^alpha    p_i = |td_i| + eps    w_i = (n P(i))^-beta / max over the batch
//
// A new transition gets the greatest priority seen, so that everything is learned from at
// least once.
type Prioritized struct {
	Buffer
	// Beta is how far the weights undo the bias of the draw: 0 (not at all) to 1 (wholly).
	// Agents raise it to 1 as training goes on; it is theirs and no part of the State.
	Beta float64

	alpha, eps float64
	tree       sumTree // p^alpha by slot; 0 in the live row and where nothing is stored yet
	greatest   float64 // the largest p^alpha given so far
}

// NewPrioritized returns an empty buffer with Beta 1. alpha is 0 (uniform) to 1 (in proportion to the
// error), eps > 0 keeps transitions of no error in play.
func NewPrioritized(o Options, alpha, eps float64) (*Prioritized, error) {
	if !(alpha >= 0 && alpha <= 1) || !(eps > 0) || math.IsInf(eps, 1) {
		return nil, fmt.Errorf("replay: alpha is %v and eps %v; want alpha from 0 to 1 and eps > 0", alpha, eps)
	}
	const perLeaf = 16 // two float64: the leaf and its share of the nodes above
	rows, err := o.check(perLeaf)
	if err != nil {
		return nil, err
	}
	b, err := newBuffer(o, rows)
	if err != nil {
		return nil, err
	}
	return &Prioritized{
		Buffer: *b,
		Beta:   1, alpha: alpha, eps: eps, tree: makeSumTree(rows * o.Envs), greatest: 1,
	}, nil
}

// Push is Buffer's Push.
func (p *Prioritized) Push(actions []float32, out *envs.Outcome) {
	lo := p.head * p.envs
	p.Buffer.Push(actions, out)
	for i := range p.envs {
		p.tree.set(lo+i, p.greatest)
		p.tree.set(p.head*p.envs+i, 0)
	}
}

// Sample fills the batch: the total priority is cut in B equal slices and one transition drawn
// from each.
func (p *Prioritized) Sample(dst *Batch, r *rng.Stream) {
	slice := p.tree.total() / float64(len(dst.Slots))
	least := math.Inf(1)
	for i := range dst.Slots {
		slot := p.tree.find(float64((float64(i) + r.Float64()) * slice))
		dst.Slots[i] = slot
		least = min(least, p.tree.weight(slot))
	}
	// n and the total are the same for all and cancel against the batch's greatest weight,
	// which belongs to the least likely transition.
	for i, slot := range dst.Slots {
		dst.Weights[i] = float32(power(least/p.tree.weight(slot), p.Beta))
	}
	p.gather(dst)
}

// Update gives the transitions in slots [B] the priorities that go with their
// temporal-difference errors [B]. Slots come from a batch sampled since the last Push.
func (p *Prioritized) Update(slots []int, td []float32) {
	for i, slot := range slots {
		w := power(math.Abs(float64(td[i]))+p.eps, p.alpha)
		p.tree.set(slot, w)
		p.greatest = max(p.greatest, w)
	}
}

// State saves or restores the transitions held and their priorities.
func (p *Prioritized) State(a *snapshot.Archive) {
	p.Buffer.State(a)
	a.Float64("greatest", &p.greatest)
	if a.Err() != nil {
		return
	}
	slots := (p.filled + 1) * p.envs
	leaves := p.tree.nodes[p.tree.leaves : p.tree.leaves+slots]
	a.Float64s("priorities", leaves)
	if a.Saving() || a.Err() != nil {
		return
	}
	for i, w := range leaves {
		live := i/p.envs == p.head
		if !(w >= 0) || math.IsInf(w, 1) || live != (w == 0) {
			a.Fail(fmt.Errorf("priority %v of transition %d is impossible", w, i))
			return
		}
	}
	clear(p.tree.nodes[p.tree.leaves+slots:])
	p.tree.rebuild()
}
