package main

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A formula is an elementwise function: vectors in, vectors out.
type formula struct {
	name    string
	args    string // names of the slices, destination first
	reads   string // which of them are operands, in the order of body's x
	writes  string // which of them get results
	scalars string // names of the numbers, in the order of body's s
	unroll  int    // vectors in one turn of the loop
	body    func(v *lanes, x, s []val) []val
}

func unary(name string, unroll int, body func(v *lanes, x val) val) formula {
	return formula{name, "dst x", "x", "dst", "", unroll, func(v *lanes, x, _ []val) []val {
		return []val{body(v, x[0])}
	}}
}

func binary(name string, body func(v *lanes, a, b val) val) formula {
	return formula{name, "dst a b", "a b", "dst", "", 4, func(v *lanes, x, _ []val) []val {
		return []val{body(v, x[0], x[1])}
	}}
}

func withScalar(name string, body func(v *lanes, x, s val) val) formula {
	return formula{name, "dst x", "x", "dst", "s", 4, func(v *lanes, x, s []val) []val {
		return []val{body(v, x[0], s[0])}
	}}
}

func gradient(name, scalars string, body func(v *lanes, dy, y val, s []val) val) formula {
	return formula{name, "dst dy y", "dy y", "dst", scalars, 2, func(v *lanes, x, s []val) []val {
		return []val{body(v, x[0], x[1], s)}
	}}
}

var formulas = []formula{
	binary("add", (*lanes).add),
	binary("sub", (*lanes).sub),
	binary("mul", (*lanes).mul),
	binary("div", (*lanes).div),
	binary("min", (*lanes).min),
	binary("max", (*lanes).max),
	withScalar("addScalar", (*lanes).add),
	withScalar("scale", (*lanes).mul),
	withScalar("divScalar", (*lanes).div),
	{"mulAddScalar", "dst x y", "x y", "dst", "s", 4, func(v *lanes, x, s []val) []val {
		return []val{v.mulAdd(x[0], s[0], x[1])}
	}},
	{"mulAdd", "dst a b c", "a b c", "dst", "", 4, func(v *lanes, x, _ []val) []val {
		return []val{v.mulAdd(x[0], x[1], x[2])}
	}},
	unary("neg", 4, (*lanes).neg),
	unary("abs", 4, (*lanes).abs),
	unary("sqrt", 2, (*lanes).sqrt),
	unary("exp", 1, (*lanes).exp),
	unary("log", 1, (*lanes).log),
	unary("tanh", 1, (*lanes).tanh),
	unary("sigmoid", 1, (*lanes).sigmoid),
	unary("softplus", 1, (*lanes).softplus),
	unary("erf", 1, (*lanes).erf),
	unary("relu", 4, func(v *lanes, x val) val { return v.max(bits(0), x) }),
	{"clamp", "dst x", "x", "dst", "lo hi", 4, func(v *lanes, x, s []val) []val {
		return []val{v.max(s[0], v.min(s[1], x[0]))}
	}},
	{"huber", "dst x", "x", "dst", "beta half", 1, func(v *lanes, x, s []val) []val {
		a := v.abs(x[0])
		square := v.div(v.mul(v.mul(num(0.5), a), a), s[0])
		return []val{v.choose(v.cmp(less, a, s[0]), square, v.sub(a, s[1]))}
	}},
	gradient("reluBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.keep(v.cmp(greater, y, bits(0)), dy)
	}),
	gradient("tanhBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(dy, v.subMul(v.copy(one), y, y))
	}),
	gradient("sigmoidBackward", "", func(v *lanes, dy, y val, _ []val) val {
		return v.mul(dy, v.mul(y, v.sub(one, y)))
	}),
	gradient("clampBackward", "lo hi", func(v *lanes, dy, x val, s []val) val {
		return v.keep(v.cmp(lessOrEqual, s[0], x), v.keep(v.cmp(lessOrEqual, x, s[1]), dy))
	}),
	gradient("huberBackward", "beta", func(v *lanes, dy, x val, s []val) val {
		return v.mul(dy, v.max(num(-1), v.min(one, v.div(x, s[0]))))
	}),
	gradient("softmaxBackward", "s", func(v *lanes, dy, y val, s []val) val {
		return v.mul(y, v.sub(dy, s[0]))
	}),
	{"minBackward", "dst dy a b", "dst dy a b", "dst", "", 1, func(v *lanes, x, _ []val) []val {
		g := v.choose(v.cmp(equal, x[2], x[3]), v.mul(x[1], num(0.5)), x[1])
		return []val{v.add(x[0], v.keep(v.cmp(notGreater, x[2], x[3]), g))}
	}},
	{"adam", "p grad m v", "p grad m v", "p m v", "c1 beta2 c2 r2 eps rate decay", 1, func(v *lanes, x, s []val) []val {
		p, g, m, sq := x[0], x[1], x[2], x[3]
		m = v.flush(v.mulAdd(v.sub(g, m), s[0], m))
		sq = v.flush(v.mulAdd(sq, s[1], v.mul(v.mul(g, g), s[2])))
		d := v.mulAdd(v.sqrt(sq), s[3], s[4])
		return []val{v.mulAdd(v.div(m, d), s[5], v.mul(p, s[6])), m, sq}
	}},
	{"rmsprop", "p grad v", "p grad v", "p v", "rate alpha c eps", 1, func(v *lanes, x, s []val) []val {
		sq := v.flush(v.mulAdd(x[2], s[1], v.mul(v.mul(x[1], x[1]), s[2])))
		return []val{v.mulAdd(v.div(x[1], v.add(v.sqrt(sq), s[3])), s[0], x[0]), sq}
	}},
	{"rmspropTF", "p grad v", "p grad v", "p v", "rate alpha c eps", 1, func(v *lanes, x, s []val) []val {
		sq := v.flush(v.mulAdd(x[2], s[1], v.mul(v.mul(x[1], x[1]), s[2])))
		return []val{v.mulAdd(v.div(x[1], v.sqrt(v.add(sq, s[3]))), s[0], x[0]), sq}
	}},
}

// signature returns the parameters of the assembly function.
func (f formula) signature() string {
	s := strings.ReplaceAll(f.args, " ", ", ") + " *float32, n int"
	if f.scalars != "" {
		s += ", " + strings.ReplaceAll(f.scalars, " ", ", ") + " float32"
	}
	return "func(" + s + ")"
}

// constantsOf returns the constants of a formula, found by emitting it once in vain.
func (w *writer) constantsOf(f formula) []bits {
	t := newWriter(w.isa)
	t.Function("f")
	v := t.lanes
	v.resident = map[bits]reg.VecVirtual{}
	var x, s []val
	for range strings.Fields(f.reads) {
		x = append(x, v.vec())
	}
	for range strings.Fields(f.scalars) {
		s = append(s, v.vec())
	}
	f.body(v, x, s)
	return t.order
}

// elementwise emits a formula over n > 0 elements.
func (w *writer) elementwise(f formula) {
	v := w.lanes
	w.function(f.name, f.signature())
	pointers := map[string]reg.Register{}
	for _, a := range strings.Fields(f.args) {
		pointers[a] = w.Load(w.Param(a), w.GP64())
	}
	n := w.Load(w.Param("n"), w.GP64())
	var s []val
	for _, a := range strings.Fields(f.scalars) {
		x := w.XMM()
		w.Load(w.Param(a), x)
		r := v.vec()
		w.VBROADCASTSS(x, r)
		s = append(s, r)
	}
	v.preload(w.constantsOf(f))
	at := w.GP64() // bytes done
	w.XORQ(at, at)

	turn := func(vectors int) {
		for i := range vectors {
			var x []val
			for _, a := range strings.Fields(f.reads) {
				r := v.vec()
				w.VMOVUPS(operand.Mem{Base: pointers[a], Index: at, Scale: 1, Disp: i * v.bytes()}, r)
				x = append(x, r)
			}
			y := f.body(v, x, s)
			for j, a := range strings.Fields(f.writes) {
				w.VMOVUPS(y[j].(operand.Op), operand.Mem{Base: pointers[a], Index: at, Scale: 1, Disp: i * v.bytes()})
			}
		}
		w.ADDQ(operand.U32(vectors*v.bytes()), at)
	}
	w.SUBQ(operand.U32(f.unroll*v.lanes), n)
	for _, vectors := range slices.Compact([]int{f.unroll, 1}) {
		name := map[bool]string{true: "single", false: "several"}[vectors == 1]
		w.JLT(operand.LabelRef(name + "Done"))
		w.Label(name)
		turn(vectors)
		w.SUBQ(operand.U32(vectors*v.lanes), n)
		w.JGE(operand.LabelRef(name))
		w.Label(name + "Done")
		if vectors > 1 {
			w.ADDQ(operand.U32((vectors-1)*v.lanes), n)
		}
	}
	w.ADDQ(operand.U32(v.lanes), n) // what is left
	w.JEQ(operand.LabelRef("done"))

	mask := w.tailMask(n)
	var x []val
	for _, a := range strings.Fields(f.reads) {
		x = append(x, w.loadTail(operand.Mem{Base: pointers[a], Index: at, Scale: 1}, mask))
	}
	y := f.body(v, x, s)
	for j, a := range strings.Fields(f.writes) {
		w.storeTail(y[j].(reg.VecVirtual), pointers[a], at, mask, n)
	}
	w.Label("done")
	w.finish()
}
