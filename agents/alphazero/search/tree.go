// Package search looks ahead in games with a network's priors and values: Gumbel AlphaZero
// (I. Danihelka et al., "Policy improvement by planning with Gumbel", ICLR 2022) and PUCT
// (D. Silver et al., "Mastering the game of Go without human knowledge", 2017).
//
// In this package's comments A is the number of moves, N the number of nodes a tree has room for.
// Values are from the point of view of the player to move at a node, so that a child's counts
// with its discount, which is -1 between players who alternate and 0 after the end of the game.
package search

import (
	"math"
	"math/bits"

	"tesuji/tensor"
)

// none is where an array of nodes or moves has no entry.
const none = int32(-1)

// tree is the positions that a search has evaluated, in arrays. Node 0 is the root.
type tree struct {
	moves int // A
	n     int // nodes so far

	// Of each node [N].
	parent, via []int32   // where it hangs, and by which move; none for the root
	reward      []float32 // of that move, for who made it
	discount    []float32 // of the node's value, for who made that move
	visits      []int32   // how often its value was updated, its own evaluation included
	value       []float64 // mean of those values
	raw         []float32 // the network's value
	known       []known   // what is proven, for the player to move
	key         []uint64  // of the position, where keys are asked for
	// Of each node and move [N, A].
	child  []int32   // the node it leads to, or none
	logits []float32 // the network's, the largest is 0; masked where the move is illegal
	prior  []float32 // their softmax

	// index finds nodes by key: open addressing, none for an empty slot. nil unless asked for.
	index []int32
	moved []int32 // [N] of keep: the new number of a node, or none
}

// masked is the logit of an illegal move: its softmax is 0, and sums with it stay finite.
const masked = float32(-1e30)

// newTree returns a tree with room for so many nodes; indexed says whether find is wanted.
func newTree(nodes, moves int, indexed bool) *tree {
	t := &tree{
		moves:  moves,
		parent: make([]int32, nodes), via: make([]int32, nodes),
		reward: make([]float32, nodes), discount: make([]float32, nodes),
		visits: make([]int32, nodes), value: make([]float64, nodes), raw: make([]float32, nodes),
		known: make([]known, nodes), key: make([]uint64, nodes), moved: make([]int32, nodes),
		child: make([]int32, nodes*moves), logits: make([]float32, nodes*moves), prior: make([]float32, nodes*moves),
	}
	if indexed {
		t.index = make([]int32, 1<<bits.Len(uint(2*nodes)))
	}
	t.clear()
	return t
}

// clear empties the tree.
func (t *tree) clear() {
	t.n = 0
	for i := range t.index {
		t.index[i] = none
	}
}

// row returns the entries of a node in an array [N, A].
func row[E any](t *tree, x []E, node int32) []E {
	lo := int(node) * t.moves
	return x[lo : lo+t.moves]
}

// add appends an evaluated node that move via of parent leads to, and returns it. logits [A] has
// masked entries where the move is illegal. The first node is the root, whose parent is none.
func (t *tree) add(parent, via int32, reward, discount float32, logits []float32, value float32) int32 {
	node := int32(t.n)
	t.n++
	t.parent[node], t.via[node] = parent, via
	t.reward[node], t.discount[node] = reward, discount
	t.visits[node], t.value[node], t.raw[node] = 0, 0, value
	t.known[node], t.key[node] = unknown, 0
	c := row(t, t.child, node)
	for i := range c {
		c[i] = none
	}
	t.setLogits(node, logits)
	if parent != none {
		row(t, t.child, parent)[via] = node
	}
	t.backUp(node, float64(value))
	return node
}

// setLogits sets a node's logits and prior.
func (t *tree) setLogits(node int32, logits []float32) {
	l := row(t, t.logits, node)
	most := masked
	for _, x := range logits {
		if x > most {
			most = x
		}
	}
	l = l[:len(logits)]
	for i, x := range logits {
		if x > masked {
			l[i] = x - most
		} else {
			l[i] = masked
		}
	}
	tensor.SoftmaxRows(row(t, t.prior, node), l, 1, t.moves)
}

// backUp counts a value of a node at the node and all above it.
func (t *tree) backUp(node int32, value float64) {
	for {
		t.value[node] = (t.value[node]*float64(t.visits[node]) + value) / float64(t.visits[node]+1)
		t.visits[node]++
		value = float64(t.reward[node]) + float64(float64(t.discount[node])*value)
		if node = t.parent[node]; node == none {
			return
		}
	}
}

// count returns how often a move of a node was tried.
func (t *tree) count(node int32, move int) int32 {
	if c := row(t, t.child, node)[move]; c != none {
		return t.visits[c]
	}
	return 0
}

// q returns the value of a move that was tried, for the player to move at its node.
func (t *tree) q(child int32) float64 {
	return float64(t.reward[child]) + float64(float64(t.discount[child])*t.value[child])
}

// argmax returns the first of the largest elements.
func argmax(x []float32) int {
	best, at := float32(math.Inf(-1)), 0
	for i, v := range x {
		if v > best {
			best, at = v, i
		}
	}
	return at
}
