package tensor

import "tesuji/tensor/internal/kernel"

// The second operand of a binary operation has the first's shape or is broadcast: with as many
// dimensions, counted from the last, each either equal or 1, and those that are 1 together at the
// start (a row [C] over the rows, [T C] over [B T C]), at the end (a column [R 1] over the columns,
// [B 1 1 1] over [B H W C]) or in the middle ([B 1 1 C] over [B H W C]). A single element goes with
// everything.
type broadcast int32

const (
	same broadcast = iota
	byRow
	byColumn
	byMiddle
	byScalar
)

// spread is how b goes with a: a is a matrix [rows, cols] of which b is a row or a column or, in
// case of byMiddle, [outer, rows, cols] with b [outer, cols].
type spread struct {
	broadcast
	outer, rows, cols int
}

func (t *Tape) spreadOf(op *operation, a, b Var) spread {
	sa, sb := t.at(a).shape, t.at(b).shape
	rows, cols := sa.Rows(), sa.Cols()
	switch {
	case sa == sb:
		return spread{same, 1, rows, cols}
	case sb.Size() == 1:
		return spread{byScalar, 1, rows, cols}
	case sb.Size() == sb.Cols() && sb.Cols() == cols:
		return spread{byRow, 1, rows, cols}
	case sb.Cols() == 1 && sb.Rows() == rows:
		return spread{byColumn, 1, rows, cols}
	case sa.Size() == sb.Size() && sa.Cols() == sb.Cols():
		return spread{same, 1, rows, cols}
	}
	s, ok := aligned(sa, sb)
	t.need(op, "equal shapes, or a second operand that is broadcast: dimensions of 1 at the start, in the middle or at the end", ok, a, b)
	return s
}

// aligned compares shapes dimension by dimension: first some in which they are equal, then some
// that b has not, then some in which they are equal again; one of these may be missing.
func aligned(sa, sb Shape) (s spread, ok bool) {
	if sb.rank > sa.rank {
		return s, false
	}
	size, part := [3]int{1, 1, 1}, 0
	for i := range sa.rank {
		da, db := sa.dims[i], 1
		if j := i - (sa.rank - sb.rank); j >= 0 {
			db = sb.dims[j]
		}
		switch {
		case da == 1 && db == 1:
			continue
		case da == db:
			if part == 1 {
				part = 2
			}
		case db == 1 && part < 2:
			part = 1
		default:
			return s, false
		}
		size[part] *= da
	}
	switch outer, rows, cols := size[0], size[1], size[2]; {
	case outer == 1:
		return spread{byRow, 1, rows, cols}, true
	case cols == 1:
		return spread{byColumn, 1, outer, rows}, true
	default:
		return spread{byMiddle, outer, rows, cols}, true
	}
}

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

// reduceInto adds to node id the gradient d summed over what was broadcast.
func (t *Tape) reduceInto(id int32, d []float32, s spread) {
	if s.broadcast == byRow || s.broadcast == byMiddle {
		db, accumulate := t.chain(id)
		n := s.rows * s.cols
		for i := range s.outer {
			kernel.ColumnSums(db[i*s.cols:(i+1)*s.cols], d[i*n:(i+1)*n], s.rows, s.cols, accumulate)
		}
		return
	}
	k := t.open(id)
	switch s.broadcast {
	case same:
		copy(k.dst, d)
	case byColumn:
		kernel.RowSums(k.dst, d, s.rows, s.cols)
	case byScalar:
		k.dst[0] = kernel.Sum(d)
	}
	t.commit(k)
}

// binary adds the result node and record; the caller fills the result.
func (t *Tape) binary(op *operation, a, b Var) (y Var, dst, va, vb []float32, s spread) {
	s = t.spreadOf(op, a, b)
	na, nb := t.at(a), t.at(b)
	va, vb = na.val, nb.val
	y, dst = t.elementwise(op, a.id, b.id, na.needs || nb.needs, int32(s.broadcast), int32(s.cols), 0, 0)
	return y, dst, va, vb, s
}

// operands returns what a binary operation's backward pass works on.
func (t *Tape) operands(r *record) (dy, a, b []float32, s spread) {
	dy, a, b = t.nodes[r.out].grad, t.nodes[r.a].val, t.nodes[r.b].val
	s = spread{broadcast(r.n0), 1, 0, int(r.n1)}
	if s.broadcast == byMiddle {
		s.outer = len(b) / max(1, s.cols)
	}
	s.rows = len(dy) / max(1, s.outer*s.cols)
	return dy, a, b, s
}

// arithmetic is one of + - * / on arrays of one shape, and on a matrix with a row, a column or a
// number.
type arithmetic struct {
	same     func(dst, a, b []float32)
	row, col func(dst, x, other []float32, rows, cols int)
	scalar   func(dst, x []float32, s float32)
}

var (
	sums        = arithmetic{kernel.Add, kernel.AddRow, kernel.AddCol, kernel.AddScalar}
	differences = arithmetic{kernel.Sub, kernel.SubRow, kernel.SubCol, func(dst, x []float32, s float32) { kernel.AddScalar(dst, x, -s) }}
	products    = arithmetic{kernel.Mul, kernel.MulRow, kernel.MulCol, kernel.Scale}
	quotients   = arithmetic{kernel.Div, kernel.DivRow, kernel.DivCol, kernel.DivScalar}
)

// apply sets dst to a op b.
func (o *arithmetic) apply(dst, a, b []float32, s spread) {
	switch s.broadcast {
	case same:
		o.same(dst, a, b)
	case byRow:
		o.row(dst, a, b, s.rows, s.cols)
	case byColumn:
		o.col(dst, a, b, s.rows, s.cols)
	case byScalar:
		o.scalar(dst, a, b[0])
	case byMiddle:
		n := s.rows * s.cols
		for i := range s.outer {
			o.row(dst[i*n:(i+1)*n], a[i*n:(i+1)*n], b[i*s.cols:(i+1)*s.cols], s.rows, s.cols)
		}
	}
}

// Add returns a + b, b broadcast as this file's top says.
func (t *Tape) Add(a, b Var) Var {
	y, dst, va, vb, s := t.binary(opAdd, a, b)
	sums.apply(dst, va, vb, s)
	return y
}

var opAdd = define("Add", backwardAdd)

func backwardAdd(t *Tape, r *record) {
	dy, _, _, s := t.operands(r)
	if t.nodes[r.a].needs {
		t.reduceInto(r.a, dy, spread{broadcast: same})
	}
	if t.nodes[r.b].needs {
		t.reduceInto(r.b, dy, s)
	}
}

// Sub returns a - b, b broadcast.
func (t *Tape) Sub(a, b Var) Var {
	y, dst, va, vb, s := t.binary(opSub, a, b)
	differences.apply(dst, va, vb, s)
	return y
}

var opSub = define("Sub", backwardSub)

func backwardSub(t *Tape, r *record) {
	dy, _, _, s := t.operands(r)
	if t.nodes[r.a].needs {
		t.reduceInto(r.a, dy, spread{broadcast: same})
	}
	if t.nodes[r.b].needs {
		t.reserve(r.b)
		m := t.mem.mark()
		d := t.mem.alloc(len(dy))
		kernel.Neg(d, dy)
		t.reduceInto(r.b, d, s)
		t.mem.release(m)
	}
}

// Mul returns a * b elementwise, b broadcast.
//
//	da = dy*b    db = dy*a, summed over what was broadcast
func (t *Tape) Mul(a, b Var) Var {
	y, dst, va, vb, s := t.binary(opMul, a, b)
	products.apply(dst, va, vb, s)
	return y
}

var opMul = define("Mul", backwardMul)

func backwardMul(t *Tape, r *record) {
	dy, a, b, s := t.operands(r)
	if t.nodes[r.a].needs {
		k := t.open(r.a)
		products.apply(k.dst, dy, b, s)
		t.commit(k)
	}
	if t.nodes[r.b].needs {
		t.reserve(r.b)
		m := t.mem.mark()
		d := t.mem.alloc(len(dy))
		kernel.Mul(d, dy, a)
		t.reduceInto(r.b, d, s)
		t.mem.release(m)
	}
}

// Div returns a / b elementwise, b broadcast.
//
//	da = dy/b    db = -(dy/b)*y, summed over what was broadcast
func (t *Tape) Div(a, b Var) Var {
	y, dst, va, vb, s := t.binary(opDiv, a, b)
	quotients.apply(dst, va, vb, s)
	return y
}

var opDiv = define("Div", backwardDiv)

func backwardDiv(t *Tape, r *record) {
	dy, _, b, s := t.operands(r)
	t.reserve(r.a)
	t.reserve(r.b)
	m := t.mem.mark()
	d := t.mem.alloc(len(dy))
	quotients.apply(d, dy, b, s)
	if t.nodes[r.a].needs {
		t.reduceInto(r.a, d, spread{broadcast: same})
	}
	if t.nodes[r.b].needs {
		kernel.Mul(d, d, t.nodes[r.out].val)
		kernel.Neg(d, d)
		t.reduceInto(r.b, d, s)
	}
	t.mem.release(m)
}

// Min returns the smaller of a and b elementwise, of one shape. Where they are equal each
// gets half the gradient.
func (t *Tape) Min(a, b Var) Var {
	t.need(opMin, "equal shapes", t.at(a).shape == t.at(b).shape, a, b)
	y, dst, va, vb, _ := t.binary(opMin, a, b)
	kernel.Min(dst, va, vb)
	return y
}

var opMin = define("Min", backwardMin)

func backwardMin(t *Tape, r *record) { t.backwardChoice(r, true) }

// Max returns the larger of a and b elementwise, of one shape. Where they are equal each
// gets half the gradient.
func (t *Tape) Max(a, b Var) Var {
	t.need(opMax, "equal shapes", t.at(a).shape == t.at(b).shape, a, b)
	y, dst, va, vb, _ := t.binary(opMax, a, b)
	kernel.Max(dst, va, vb)
	return y
}

var opMax = define("Max", backwardMax)

func backwardMax(t *Tape, r *record) { t.backwardChoice(r, false) }

// backwardChoice gives dy to the operand that was chosen.
func (t *Tape) backwardChoice(r *record, smaller bool) {
	dy, a, b, _ := t.operands(r)
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
