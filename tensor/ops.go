package tensor

import "fmt"

// operation is a kind of tape record: its name and its backward pass. Forward and backward stand
// side by side in the file that holds the operation.
type operation struct {
	name     string
	backward func(*Tape, *record)
}

// operations is all there are, for tests.
var operations []*operation

func define(name string, backward func(*Tape, *record)) *operation {
	o := &operation{name, backward}
	operations = append(operations, o)
	return o
}

// unary adds the result node and record of an elementwise operation on x; the caller fills
// the returned elements.
func (t *Tape) unary(op *operation, x Var, f0, f1 float32) (y Var, dst, src []float32) {
	n := t.at(x)
	src = n.val
	y, dst = t.elementwise(op, x.id, -1, n.needs, 0, 0, f0, f1)
	return y, dst, src
}

func (t *Tape) need(op *operation, want string, ok bool, vs ...Var) {
	if !ok {
		e := &ShapeError{Op: op.name, Want: want}
		for _, v := range vs {
			e.Got = append(e.Got, t.at(v).shape)
		}
		panic(e)
	}
}

var opReshape = define("Reshape", backwardReshape)

func backwardReshape(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		copy(s.dst, t.nodes[r.out].grad)
		t.commit(s)
	}
}

// Concat joins a [..., A] and b [..., B] along the last dimension: [..., A+B].
func (t *Tape) Concat(a, b Var) Var {
	na, nb := t.at(a), t.at(b)
	ca, cb, rows := na.shape.Cols(), nb.shape.Cols(), na.shape.Rows()
	t.need(opConcat, "operands that differ in the last dimension only", na.shape.withCols(1) == nb.shape.withCols(1), a, b)
	shape, va, vb, needs := na.shape.withCols(ca+cb), na.val, nb.val, na.needs || nb.needs
	y := t.result(shape, needs)
	dst := t.nodes[y.id].val
	for i := range rows {
		copy(dst[i*(ca+cb):], va[i*ca:(i+1)*ca])
		copy(dst[i*(ca+cb)+ca:], vb[i*cb:(i+1)*cb])
	}
	return t.record(record{op: opConcat, out: y.id, a: a.id, b: b.id, c: -1, aux: -1, n0: int32(ca), n1: int32(cb)})
}

var opConcat = define("Concat", backwardConcat)

func backwardConcat(t *Tape, r *record) {
	dy := t.nodes[r.out].grad
	cols, from := int(r.n0+r.n1), 0
	for _, part := range [2]struct{ id, width int32 }{{r.a, r.n0}, {r.b, r.n1}} {
		w := int(part.width)
		if t.nodes[part.id].needs {
			s := t.open(part.id)
			for i := range len(s.dst) / max(w, 1) {
				copy(s.dst[i*w:(i+1)*w], dy[i*cols+from:])
			}
			t.commit(s)
		}
		from += w
	}
}

// Slice returns columns lo to hi of x [..., C]: [..., hi-lo].
func (t *Tape) Slice(x Var, lo, hi int) Var {
	n := t.at(x)
	c, rows := n.shape.Cols(), n.shape.Rows()
	if lo < 0 || hi < lo || hi > c {
		panic(&ShapeError{Op: "Slice", Want: fmt.Sprintf("columns %d to %d", lo, hi), Got: []Shape{n.shape}})
	}
	shape, src, needs := n.shape.withCols(hi-lo), n.val, n.needs
	y := t.result(shape, needs)
	dst, w := t.nodes[y.id].val, hi-lo
	for i := range rows {
		copy(dst[i*w:(i+1)*w], src[i*c+lo:])
	}
	return t.record(record{op: opSlice, out: y.id, a: x.id, b: -1, c: -1, aux: -1, n0: int32(lo), n1: int32(w)})
}

var opSlice = define("Slice", backwardSlice)

// backwardSlice adds to the sliced columns only; the first writer clears the rest.
func backwardSlice(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, c := t.nodes[r.out].grad, t.nodes[r.a].shape.Cols()
	dx, accumulate := t.chain(r.a)
	if !accumulate {
		clear(dx)
	}
	lo, w := int(r.n0), int(r.n1)
	for i := range len(dy) / max(w, 1) {
		row := dx[i*c+lo : i*c+lo+w]
		for j, g := range dy[i*w : (i+1)*w] {
			row[j] += g
		}
	}
}

// Gather picks one element a row: y[r] = x[r, index[r]] for x [R, C], giving [R, 1]. The
// index is shared until Reset.
func (t *Tape) Gather(x Var, index []int32) Var {
	n := t.at(x)
	c, rows := n.shape.Cols(), n.shape.Rows()
	t.need(opGather, "an index for each row", len(index) == rows, x)
	shape, src, needs := n.shape.withCols(1), n.val, n.needs
	y := t.result(shape, needs)
	dst := t.nodes[y.id].val
	for i, j := range index {
		if uint(j) >= uint(c) {
			panic(fmt.Sprintf("tensor: Gather index %d of row %d is outside 0..%d", j, i, c-1))
		}
		dst[i] = src[i*c+int(j)]
	}
	return t.record(record{op: opGather, out: y.id, a: x.id, b: -1, c: -1, aux: -1, index: index})
}

var opGather = define("Gather", backwardGather)

func backwardGather(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, c := t.nodes[r.out].grad, t.nodes[r.a].shape.Cols()
	dx, accumulate := t.chain(r.a)
	if !accumulate {
		clear(dx)
	}
	for i, j := range r.index {
		dx[i*c+int(j)] += dy[i]
	}
}

// Pick is Gather with the index in a Var [R, 1] of whole numbers, as actions are stored; no
// gradient flows into the index.
func (t *Tape) Pick(x, index Var) Var {
	n, ni := t.at(x), t.at(index)
	c, rows := n.shape.Cols(), n.shape.Rows()
	t.need(opPick, "an index for each row", len(ni.val) == rows, x, index)
	shape, src, idx, needs := n.shape.withCols(1), n.val, ni.val, n.needs
	y := t.result(shape, needs)
	dst := t.nodes[y.id].val
	for i, f := range idx {
		if !(f >= 0 && f < float32(c)) {
			panic(fmt.Sprintf("tensor: Pick index %v of row %d is outside 0..%d", f, i, c-1))
		}
		dst[i] = src[i*c+int(f)]
	}
	return t.record(record{op: opPick, out: y.id, a: x.id, b: index.id, c: -1, aux: -1})
}

var opPick = define("Pick", backwardPick)

func backwardPick(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	dy, idx, c := t.nodes[r.out].grad, t.nodes[r.b].val, t.nodes[r.a].shape.Cols()
	dx, accumulate := t.chain(r.a)
	if !accumulate {
		clear(dx)
	}
	for i, f := range idx {
		dx[i*c+int(f)] += dy[i]
	}
}
