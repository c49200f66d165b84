package search

// known is what is proven about a node, for the player to move there.
type known int8

const (
	unknown known = iota
	lost
	drawn
	won
)

// worth is the value of what is known.
func (k known) worth() float64 { return float64(k) - float64(drawn) }

// reverse is what is known for the other player.
func (k known) reverse() known {
	if k == unknown {
		return unknown
	}
	return won + lost - k
}

// prove passes what is known about a node up the tree (M. Winands et al., "Monte-Carlo tree search
// solver", 2008): who can move to a position that is lost for the other has won, and a node all of
// whose moves lead to known ones is worth the best of them. Such a node's value is exact from then
// on, and search does not go there again. It stops at what remains unknown.
func (t *tree) prove(node int32) {
	for {
		p := t.parent[node]
		if p == none {
			return
		}
		k := t.known[node].reverse()
		if k != won {
			k = t.best(p)
		}
		if k == unknown {
			return
		}
		t.known[p], t.value[p] = k, k.worth()
		node = p
	}
}

// best returns what is known of a node from all its moves.
func (t *tree) best(node int32) known {
	logits, most := row(t, t.logits, node), unknown
	for a, c := range row(t, t.child, node) {
		switch {
		case logits[a] == masked:
		case c == none || t.known[c] == unknown:
			return unknown
		default:
			most = max(most, t.known[c].reverse())
		}
	}
	return most
}
