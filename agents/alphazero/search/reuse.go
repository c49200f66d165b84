package search

// keep makes a node the root and drops all that is not below it. Nodes keep their order, in which
// every node comes after its parent.
func (t *tree) keep(root int32) {
	for i := range t.index {
		t.index[i] = none
	}
	n := int32(0)
	for from := range int32(t.n) {
		t.moved[from] = none
		parent := t.parent[from]
		if from != root && (parent == none || t.moved[parent] == none) {
			continue
		}
		to := n
		n++
		t.moved[from] = to
		t.parent[to], t.via[to] = none, none
		if from != root {
			t.parent[to], t.via[to] = t.moved[parent], t.via[from]
		}
		t.reward[to], t.discount[to], t.visits[to] = t.reward[from], t.discount[from], t.visits[from]
		t.value[to], t.raw[to], t.known[to], t.key[to] = t.value[from], t.raw[from], t.known[from], t.key[from]
		copy(row(t, t.logits, to), row(t, t.logits, from))
		copy(row(t, t.prior, to), row(t, t.prior, from))
		children := row(t, t.child, to)
		for a := range children {
			children[a] = none
		}
		if from != root {
			row(t, t.child, t.parent[to])[t.via[to]] = to
		}
		t.enter(to)
	}
	t.n = int(n)
}

// enter puts a node into the index, if there is one and the node was evaluated.
func (t *tree) enter(node int32) {
	if t.index == nil || t.discount[node] == 0 && t.parent[node] != none {
		return
	}
	mask := uint64(len(t.index) - 1)
	i := t.key[node] & mask
	for t.index[i] != none {
		if t.key[t.index[i]] == t.key[node] {
			return
		}
		i = (i + 1) & mask
	}
	t.index[i] = node
}

// find returns an evaluated node of that key in which all these moves are legal, or none. Which are
// may depend on more than the key says.
func (t *tree) find(key uint64, legal []bool) int32 {
	mask := uint64(len(t.index) - 1)
	for i := key & mask; t.index[i] != none; i = (i + 1) & mask {
		node := t.index[i]
		if t.key[node] != key {
			continue
		}
		for a, l := range row(t, t.logits, node) {
			if legal[a] && l == masked {
				return none
			}
		}
		return node
	}
	return none
}
