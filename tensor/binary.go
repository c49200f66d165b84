package tensor

import "tesuji/tensor/internal/kernel"

// The second operand of a binary operation has the first's shape or is broadcast: a row [C]
// over the rows, a column [R, 1] over the columns, or a single element over everything.
type broadcast int32

const (
	same broadcast = iota
	byRow
	byColumn
	byScalar
)

func (t *Tape) broadcastOf(op *operation, a, b Var) broadcast {
	sa, sb := t.at(a).shape, t.at(b).shape
	switch {
	case sa == sb:
		return same
	case sb.Size() == 1:
		return byScalar
	case sb.Size() == sb.Cols() && sb.Cols() == sa.Cols():
		return byRow
	case sb.Cols() == 1 && sb.Rows() == sa.Rows():
		return byColumn
	case sa.Size() == sb.Size() && sa.Cols() == sb.Cols():
		return same
	}
	t.need(op, "equal shapes, or a second operand that is a row [C], a column [R 1] or one element", false, a, b)
	return same
}

// expand returns b over a's shape: b itself, or a copy in the arena.
func (t *Tape) expand(b []float32, bc broadcast, rows, cols int) []float32 {
	if bc == same {
		return b
	}
	e := t.mem.alloc(rows * cols)
	for i := range rows {
		row := e[i*cols : (i+1)*cols]
		switch bc {
		case byRow:
			copy(row, b)
		case byColumn:
			fill(row, b[i])
		case byScalar:
			fill(row, b[0])
		}
	}
	return e
}

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

// reduceInto adds to node id the gradient d [rows, cols] summed over what was broadcast.
func (t *Tape) reduceInto(id int32, d []float32, bc broadcast, rows, cols int) {
	if bc == byRow {
		db, accumulate := t.chain(id)
		kernel.ColumnSums(db, d, rows, cols, accumulate)
		return
	}
	s := t.open(id)
	switch bc {
	case same:
		copy(s.dst, d)
	case byColumn:
		kernel.RowSums(s.dst, d, rows, cols)
	case byScalar:
		s.dst[0] = kernel.Sum(d)
	}
	t.commit(s)
}

// binary adds the result node and record; the caller fills the result.
func (t *Tape) binary(op *operation, a, b Var) (y Var, dst, va, vb []float32, bc broadcast, rows, cols int) {
	bc = t.broadcastOf(op, a, b)
	na, nb := t.at(a), t.at(b)
	shape, needs := na.shape, na.needs || nb.needs
	va, vb, rows, cols = na.val, nb.val, shape.Rows(), shape.Cols()
	y = t.result(shape, needs)
	t.record(record{op: op, out: y.id, a: a.id, b: b.id, c: -1, aux: -1, n0: int32(bc)})
	return y, t.nodes[y.id].val, va, vb, bc, rows, cols
}

// operands returns what a binary operation's backward pass works on.
func (t *Tape) operands(r *record) (dy, a, b []float32, bc broadcast, rows, cols int) {
	out := &t.nodes[r.out]
	return out.grad, t.nodes[r.a].val, t.nodes[r.b].val, broadcast(r.n0), out.shape.Rows(), out.shape.Cols()
}

// Add returns a + b, b broadcast as this file's top says.
func (t *Tape) Add(a, b Var) Var {
	y, dst, va, vb, bc, rows, cols := t.binary(opAdd, a, b)
	switch bc {
	case same:
		kernel.Add(dst, va, vb)
	case byRow:
		kernel.AddRow(dst, va, vb, rows, cols)
	case byColumn:
		kernel.AddCol(dst, va, vb, rows, cols)
	case byScalar:
		kernel.AddScalar(dst, va, vb[0])
	}
	return y
}

var opAdd = define("Add", backwardAdd)

func backwardAdd(t *Tape, r *record) {
	dy, _, _, bc, rows, cols := t.operands(r)
	if t.nodes[r.a].needs {
		t.reduceInto(r.a, dy, same, rows, cols)
	}
	if t.nodes[r.b].needs {
		t.reduceInto(r.b, dy, bc, rows, cols)
	}
}

// Sub returns a - b, b broadcast.
func (t *Tape) Sub(a, b Var) Var {
	y, dst, va, vb, bc, rows, cols := t.binary(opSub, a, b)
	switch bc {
	case same:
		kernel.Sub(dst, va, vb)
	case byRow:
		kernel.SubRow(dst, va, vb, rows, cols)
	case byColumn:
		kernel.SubCol(dst, va, vb, rows, cols)
	case byScalar:
		kernel.AddScalar(dst, va, -vb[0])
	}
	return y
}

var opSub = define("Sub", backwardSub)

func backwardSub(t *Tape, r *record) {
	dy, _, _, bc, rows, cols := t.operands(r)
	if t.nodes[r.a].needs {
		t.reduceInto(r.a, dy, same, rows, cols)
	}
	if t.nodes[r.b].needs {
		t.reserve(r.b)
		m := t.mem.mark()
		d := t.mem.alloc(len(dy))
		kernel.Neg(d, dy)
		t.reduceInto(r.b, d, bc, rows, cols)
		t.mem.release(m)
	}
}

// Mul returns a * b elementwise, b broadcast.
//
//	da = dy*b    db = dy*a, summed over what was broadcast
func (t *Tape) Mul(a, b Var) Var {
	y, dst, va, vb, bc, rows, cols := t.binary(opMul, a, b)
	mulBroadcast(dst, va, vb, bc, rows, cols)
	return y
}

func mulBroadcast(dst, a, b []float32, bc broadcast, rows, cols int) {
	switch bc {
	case same:
		kernel.Mul(dst, a, b)
	case byRow:
		kernel.MulRow(dst, a, b, rows, cols)
	case byColumn:
		kernel.MulCol(dst, a, b, rows, cols)
	case byScalar:
		kernel.Scale(dst, a, b[0])
	}
}

var opMul = define("Mul", backwardMul)

func backwardMul(t *Tape, r *record) {
	dy, a, b, bc, rows, cols := t.operands(r)
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		mulBroadcast(s.dst, dy, b, bc, rows, cols)
		t.commit(s)
	}
	if t.nodes[r.b].needs {
		t.reserve(r.b)
		m := t.mem.mark()
		d := t.mem.alloc(len(dy))
		kernel.Mul(d, dy, a)
		t.reduceInto(r.b, d, bc, rows, cols)
		t.mem.release(m)
	}
}

// Div returns a / b elementwise, b broadcast.
//
//	da = dy/b    db = -(dy/b)*y, summed over what was broadcast
func (t *Tape) Div(a, b Var) Var {
	y, dst, va, vb, bc, rows, cols := t.binary(opDiv, a, b)
	m := t.mem.mark()
	kernel.Div(dst, va, t.expand(vb, bc, rows, cols))
	t.mem.release(m)
	return y
}

var opDiv = define("Div", backwardDiv)

func backwardDiv(t *Tape, r *record) {
	dy, _, b, bc, rows, cols := t.operands(r)
	t.reserve(r.a)
	t.reserve(r.b)
	m := t.mem.mark()
	d := t.mem.alloc(len(dy))
	kernel.Div(d, dy, t.expand(b, bc, rows, cols))
	if t.nodes[r.a].needs {
		t.reduceInto(r.a, d, same, rows, cols)
	}
	if t.nodes[r.b].needs {
		kernel.Mul(d, d, t.nodes[r.out].val)
		kernel.Neg(d, d)
		t.reduceInto(r.b, d, bc, rows, cols)
	}
	t.mem.release(m)
}

// Min returns the smaller of a and b elementwise, of one shape. Where they are equal each
// gets half the gradient.
func (t *Tape) Min(a, b Var) Var {
	t.need(opMin, "equal shapes", t.at(a).shape == t.at(b).shape, a, b)
	y, dst, va, vb, _, _, _ := t.binary(opMin, a, b)
	kernel.Min(dst, va, vb)
	return y
}

var opMin = define("Min", backwardMin)

func backwardMin(t *Tape, r *record) { t.backwardChoice(r, true) }

// Max returns the larger of a and b elementwise, of one shape. Where they are equal each
// gets half the gradient.
func (t *Tape) Max(a, b Var) Var {
	t.need(opMax, "equal shapes", t.at(a).shape == t.at(b).shape, a, b)
	y, dst, va, vb, _, _, _ := t.binary(opMax, a, b)
	kernel.Max(dst, va, vb)
	return y
}

var opMax = define("Max", backwardMax)

func backwardMax(t *Tape, r *record) { t.backwardChoice(r, false) }

// backwardChoice gives dy to the operand that was chosen.
func (t *Tape) backwardChoice(r *record, smaller bool) {
	dy, a, b, _, _, _ := t.operands(r)
	for _, side := range [2]struct {
		id         int32
		mine, them []float32
	}{{r.a, a, b}, {r.b, b, a}} {
		if !t.nodes[side.id].needs {
			continue
		}
		s := t.open(side.id)
		for i, g := range dy {
			switch x, o := side.mine[i], side.them[i]; {
			case x == o:
				s.dst[i] = g * 0.5
			case (x < o) == smaller:
				s.dst[i] = g
			default:
				s.dst[i] = 0
			}
		}
		t.commit(s)
	}
}
