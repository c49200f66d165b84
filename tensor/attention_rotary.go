package tensor

import "tesuji/tensor/internal/kernel"

// Rotary turns pairs of columns of x [B, T, C] by angles that grow with the position, so that the
// product of a query and a key depends on how far apart they are. In each of the first heads
// groups of width columns, the pair (i, i+R/2), i < R/2, of position p turns by the angle whose
// cosine and sine are cos[p, i] and sin[p, i], for tables [positions, R/2] with R <= width; the
// other columns stay. The first row of x is at position offset.
//
//	y[i] = x[i]*cos - x[i+R/2]*sin    y[i+R/2] = x[i+R/2]*cos + x[i]*sin
//
// No gradient flows into the tables. (Su et al., "RoFormer", 2021, with the pairs of GPT-NeoX and
// Llama.)
func (t *Tape) Rotary(x, cos, sin Var, heads, width, offset int) Var {
	n, nc := t.at(x), t.at(cos)
	s, sc := n.shape, nc.shape
	t.need(opRotary, "x [B T C] of heads within C, and tables [positions R/2] for all its positions", s.rank == 3 && sc.rank == 2 &&
		t.at(sin).shape == sc && heads >= 0 && heads*width <= s.dims[2] && 2*sc.dims[1] <= width &&
		offset >= 0 && offset+s.dims[1] <= sc.dims[0], x, cos, sin)
	src, needs := n.val, n.needs
	y := t.result(s, needs)
	t.turn(t.nodes[y.id].val, src, s, cos.id, sin.id, heads, width, offset, 1)
	return t.record(record{op: opRotary, out: y.id, a: x.id, b: cos.id, c: sin.id, aux: -1,
		n0: int32(heads), n1: int32(width), f0: float32(offset)})
}

// turn writes x, turned forward (sign 1) or back (-1), to dst.
func (t *Tape) turn(dst, x []float32, s Shape, cos, sin int32, heads, width, offset int, sign float32) {
	half := t.nodes[cos].shape.dims[1]
	mark := t.mem.mark()
	plus, minus := t.mem.alloc(half), t.mem.alloc(half)
	copy(dst, x)
	for p := range s.dims[1] {
		c := t.nodes[cos].val[(offset+p)*half:][:half]
		kernel.Scale(plus, t.nodes[sin].val[(offset+p)*half:], sign)
		kernel.Neg(minus, plus)
		for b := range s.dims[0] {
			for h := range heads {
				at := (b*s.dims[1]+p)*s.dims[2] + h*width
				x1, x2 := x[at:at+half], x[at+half:at+2*half]
				y1, y2 := dst[at:at+half], dst[at+half:at+2*half]
				kernel.Mul(y1, x1, c)
				kernel.MulAdd(y1, x2, minus)
				kernel.Mul(y2, x2, c)
				kernel.MulAdd(y2, x1, plus)
			}
		}
	}
	t.mem.release(mark)
}

var opRotary = define("Rotary", backwardRotary)

// backwardRotary turns the gradient back.
func backwardRotary(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		t.turn(s.dst, t.nodes[r.out].grad, t.nodes[r.out].shape, r.b, r.c, int(r.n0), int(r.n1), int(r.f0), -1)
		t.commit(s)
	}
}
