package replay

// sumTree is a binary tree whose leaves are weights and whose inner nodes are the sums of
// their two children. The number of leaves is a power of two, so that the leaves are in the
// order of their index from left to right.
type sumTree struct {
	leaves int
	nodes  []float64 // [2*leaves]; node 1 is the root, node i has the children 2i and 2i+1
}

func makeSumTree(atLeast int) sumTree {
	n := powerOfTwo(atLeast)
	return sumTree{leaves: n, nodes: make([]float64, 2*n)}
}

// total returns the sum of all weights.
func (t *sumTree) total() float64 { return t.nodes[1] }

// weight returns leaf i's.
func (t *sumTree) weight(i int) float64 { return t.nodes[t.leaves+i] }

// set gives leaf i the weight w >= 0. Parents are computed anew from their children, so that no
// error builds up however often a leaf changes.
func (t *sumTree) set(i int, w float64) {
	i += t.leaves
	t.nodes[i] = w
	for i /= 2; i >= 1; i /= 2 {
		t.nodes[i] = t.nodes[2*i] + t.nodes[2*i+1]
	}
}

// rebuild computes every parent from the leaves.
func (t *sumTree) rebuild() {
	for i := t.leaves - 1; i >= 1; i-- {
		t.nodes[i] = t.nodes[2*i] + t.nodes[2*i+1]
	}
}

// find returns the leaf in which u lies when the weights are laid side by side from 0. A leaf
// of weight 0 is never found, though rounding may carry u to the total or a little beyond.
func (t *sumTree) find(u float64) int {
	i := 1
	for i < t.leaves {
		left, right := t.nodes[2*i], t.nodes[2*i+1]
		i *= 2
		if u >= left && right > 0 {
			u -= left
			i++
		}
	}
	return i - t.leaves
}
