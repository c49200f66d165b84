package tensor

import "fmt"

// Scatter returns an array of the given shape with element i of x at index[i], no two at the same
// place, and zeros elsewhere. The index is shared until Reset.
func (t *Tape) Scatter(x Var, index []int32, dims ...int) Var {
	n := t.at(x)
	src, needs := n.val, n.needs
	t.need(opScatter, "an index for each element", len(index) == len(src), x)
	y := t.result(ShapeOf(dims...), needs)
	dst := t.nodes[y.id].val
	clear(dst)
	for i, at := range index {
		if uint(at) >= uint(len(dst)) {
			panic(fmt.Sprintf("tensor: Scatter index %d of element %d is outside 0..%d", at, i, len(dst)-1))
		}
		dst[at] = src[i]
	}
	return t.record(record{op: opScatter, out: y.id, a: x.id, b: -1, c: -1, aux: -1, index: index})
}

var opScatter = define("Scatter", backwardScatter)

func backwardScatter(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy := t.nodes[r.out].grad
	s := t.open(r.a)
	for i, at := range r.index {
		s.dst[i] = dy[at]
	}
	t.commit(s)
}

func init() { flops[opScatter.name] = none }
