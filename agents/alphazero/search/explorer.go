package search

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"tesuji/agents"
	"tesuji/envs"
)

// Explorer searches one position by PUCT, without noise, for as long as one likes, in a tree that
// grows. It takes the evaluations of transpositions from one another.
type Explorer struct {
	net  Network
	slot *slot
	root envs.Game

	leaf   [1]envs.Game
	logits []float32  // [A]
	value  [1]float32 // of the leaf
}

// firstNodes is how many nodes an Explorer's tree has room for at first.
const firstNodes = 256

// NewExplorer returns an explorer of games of the kind of game. It panics if puct is not valid.
func NewExplorer(puct PUCT, net Network, game envs.Game) *Explorer {
	if err := puct.Validate(); err != nil {
		panic("search: " + err.Error())
	}
	cfg := Config{Simulations: firstNodes - 1, Rule: ByPUCT, PUCT: puct, Transpose: true}
	return &Explorer{net: net, slot: newSlot(&cfg, game), root: game.Clone(), logits: make([]float32, game.Moves())}
}

// treeBytes bounds an Explorer's tree. Tests change it.
var treeBytes = 1 << 28

// Full reports whether the tree may not grow any more, so that there are to be no more simulations.
func (e *Explorer) Full() bool {
	t := e.slot.tree
	return t.n == len(t.parent) && 2*t.bytes() > treeBytes
}

// Begin makes g, which is not over, the position to search, and forgets what was known before.
func (e *Explorer) Begin(g envs.Game) {
	e.root.CopyFrom(g)
	e.slot.tree.clear()
}

// Visits returns how many simulations there were, the root's evaluation included.
func (e *Explorer) Visits() int {
	if e.slot.tree.n == 0 {
		return 0
	}
	return int(e.slot.tree.visits[0])
}

// Simulate does one simulation of a tree that is not full.
func (e *Explorer) Simulate() error {
	s := e.slot
	t := s.tree
	if t.n == len(t.parent) {
		t.grow()
	}
	if t.n > 0 {
		copy(s.prior, row(t, t.prior, 0))
		if !s.descend(e.root) || s.transpose() {
			return nil
		}
	} else {
		s.begin(e.root)
	}
	e.leaf[0] = s.at
	if err := e.net.Evaluate(e.leaf[:], e.logits, e.value[:]); err != nil {
		return fmt.Errorf("evaluation of a position: %w", err)
	}
	if v := e.value[0]; !(v >= -1 && v <= 1) {
		return fmt.Errorf("the network values %s at %v: want a number from -1 to 1", s.at.Name(), v)
	}
	s.expand(e.logits, e.value[0])
	return nil
}

// Analysis returns what is known of the root, after one simulation at least: the moves tried, those
// tried most often first; before any is tried, the one of the largest prior.
func (e *Explorer) Analysis() *agents.Analysis {
	t := e.slot.tree
	a := &agents.Analysis{Visits: e.Visits(), Value: t.value[0]}
	prior := row(t, t.prior, 0)
	for move, c := range row(t, t.child, 0) {
		if c == none {
			continue
		}
		n := float64(t.visits[c])
		q := t.q(c)
		// A normal approximation of the chance of winning, of an outcome half won and half lost added.
		smooth := (float64((1+q)/2*n) + 0.5) / (n + 1)
		a.Candidates = append(a.Candidates, agents.Candidate{
			Move: move, Visits: int(t.visits[c]), Value: q, Lower: q - float64(2*1.96*math.Sqrt(max(0, smooth*(1-smooth))/n)),
			Prior: float64(prior[move]), Line: t.line(c),
		})
	}
	slices.SortStableFunc(a.Candidates, func(x, y agents.Candidate) int {
		return cmp.Or(cmp.Compare(y.Visits, x.Visits), cmp.Compare(y.Prior, x.Prior))
	})
	if len(a.Candidates) == 0 {
		move := argmax(prior)
		a.Candidates = []agents.Candidate{{Move: move, Value: a.Value, Lower: -1, Prior: float64(prior[move]), Line: []int{move}}}
	}
	return a
}

// line returns the move that leads to a node and what was tried most often after it, for as long as
// that was tried twice.
func (t *tree) line(node int32) []int {
	line := []int{int(t.via[node])}
	for {
		most := none
		for _, c := range row(t, t.child, node) {
			if c != none && (most == none || t.visits[c] > t.visits[most]) {
				most = c
			}
		}
		if most == none || t.visits[most] < 2 {
			return line
		}
		node = most
		line = append(line, int(t.via[node]))
	}
}

// bytes is about how much memory the tree takes.
func (t *tree) bytes() int { return len(t.parent) * (12*t.moves + 56) }

// grow doubles the room for nodes.
func (t *tree) grow() {
	n := 2 * len(t.parent)
	for _, x := range []*[]int32{&t.parent, &t.via, &t.visits, &t.moved} {
		*x = resized(*x, n)
	}
	t.reward, t.discount, t.raw = resized(t.reward, n), resized(t.discount, n), resized(t.raw, n)
	t.value, t.known, t.key = resized(t.value, n), resized(t.known, n), resized(t.key, n)
	t.child, t.logits, t.prior = resized(t.child, n*t.moves), resized(t.logits, n*t.moves), resized(t.prior, n*t.moves)
	if t.index == nil {
		return
	}
	t.index = make([]int32, 1<<bits.Len(uint(2*n)))
	for i := range t.index {
		t.index[i] = none
	}
	for node := range int32(t.n) {
		t.enter(node)
	}
}

func resized[E any](x []E, n int) []E {
	y := make([]E, n)
	copy(y, x)
	return y
}
