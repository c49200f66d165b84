package main

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A rowFormula is an elementwise function of matrices [rows, cols] together with rows, which all
// rows of a matrix meet, and columns, of which each row of a matrix meets one number.
type rowFormula struct {
	name     string
	matrices string // names of the matrices, destination first; all but the destination are operands
	rows     string
	columns  string
	unroll   int
	body     func(v *lanes, x, rows, columns []val) val
}

var rowFormulas = []rowFormula{
	{"addRow", "dst x", "row", "", 4, func(v *lanes, x, r, _ []val) val { return v.add(x[0], r[0]) }},
	{"subRow", "dst x", "row", "", 4, func(v *lanes, x, r, _ []val) val { return v.sub(x[0], r[0]) }},
	{"mulRow", "dst x", "row", "", 4, func(v *lanes, x, r, _ []val) val { return v.mul(x[0], r[0]) }},
	{"divRow", "dst x", "row", "", 2, func(v *lanes, x, r, _ []val) val { return v.div(x[0], r[0]) }},
	{"addCol", "dst x", "", "col", 4, func(v *lanes, x, _, c []val) val { return v.add(x[0], c[0]) }},
	{"subCol", "dst x", "", "col", 4, func(v *lanes, x, _, c []val) val { return v.sub(x[0], c[0]) }},
	{"mulCol", "dst x", "", "col", 4, func(v *lanes, x, _, c []val) val { return v.mul(x[0], c[0]) }},
	{"divCol", "dst x", "", "col", 2, func(v *lanes, x, _, c []val) val { return v.div(x[0], c[0]) }},
	{"preluRow", "dst x", "slope", "", 2, func(v *lanes, x, r, _ []val) val {
		return v.choose(v.cmp(greater, x[0], bits(0)), x[0], v.mul(x[0], r[0]))
	}},
	{"preluRowBackward", "dst dy x", "slope", "", 2, func(v *lanes, x, r, _ []val) val {
		return v.choose(v.cmp(greater, x[1], bits(0)), x[0], v.mul(x[0], r[0]))
	}},
	{"expShifted", "dst x", "", "shift", 1, func(v *lanes, x, _, c []val) val { return v.exp(v.sub(x[0], c[0])) }},
	{"softmaxBackward", "dst dy y", "", "dot", 2, func(v *lanes, x, _, c []val) val {
		return v.mul(x[1], v.sub(x[0], c[0]))
	}},
	{"logSoftmaxBackward", "dst dy y", "", "sum", 1, func(v *lanes, x, _, c []val) val {
		return v.subMul(x[0], v.exp(x[1]), c[0])
	}},
	{"quantileHuber", "dst", "target", "theta tau kappa", 1, func(v *lanes, _, r, c []val) val {
		u := v.sub(r[0], c[0])
		a := v.abs(u)
		square := v.div(v.mul(v.mul(num(0.5), a), a), c[2])
		h := v.choose(v.cmp(less, a, c[2]), square, v.sub(a, v.mul(c[2], num(0.5))))
		return v.mul(quantileWeight(v, u, c[1]), h)
	}},
	{"quantileHuberSlope", "dst", "target", "theta tau kappa", 1, func(v *lanes, _, r, c []val) val {
		u := v.sub(r[0], c[0])
		return v.mul(quantileWeight(v, u, c[1]), v.max(num(-1), v.min(one, v.div(u, c[2]))))
	}},
	{"layerNorm", "dst x", "gamma beta", "mean rstd", 2, func(v *lanes, x, r, c []val) val {
		return v.mulAdd(v.mul(v.sub(x[0], c[0]), c[1]), r[0], r[1])
	}},
	{"layerNormPlain", "dst x", "", "mean rstd", 2, func(v *lanes, x, _, c []val) val {
		return v.mul(v.sub(x[0], c[0]), c[1])
	}},
	{"layerNormScale", "dst x", "gamma", "mean rstd", 2, func(v *lanes, x, r, c []val) val {
		return v.mul(v.mul(v.sub(x[0], c[0]), c[1]), r[0])
	}},
	{"layerNormBackward", "dst dy x", "gamma", "mean rstd shift scale", 1, func(v *lanes, x, r, c []val) val {
		return normSlope(v, v.mul(x[0], r[0]), v.sub(x[1], c[0]), c[1:])
	}},
	{"layerNormPlainBackward", "dst dy x", "", "mean rstd shift scale", 1, func(v *lanes, x, _, c []val) val {
		return normSlope(v, x[0], v.sub(x[1], c[0]), c[1:])
	}},
	{"rmsNorm", "dst x", "gamma", "rstd", 2, func(v *lanes, x, r, c []val) val {
		return v.mul(v.mul(x[0], c[0]), r[0])
	}},
	{"rmsNormBackward", "dst dy x", "gamma", "rstd scale", 2, func(v *lanes, x, r, c []val) val {
		return v.mul(v.subMul(v.mul(x[0], r[0]), x[1], c[1]), c[0])
	}},
	{"rmsNormPlainBackward", "dst dy x", "", "rstd scale", 2, func(v *lanes, x, _, c []val) val {
		return v.mul(v.subMul(x[0], x[1], c[1]), c[0])
	}},
	{"normColumns", "dst x", "mean scale shift", "", 2, func(v *lanes, x, r, _ []val) val {
		return v.mulAdd(v.sub(x[0], r[0]), r[1], r[2])
	}},
	{"normColumnsBackward", "dst dy x", "mean scale shift curve", "", 1, func(v *lanes, x, r, _ []val) val {
		return v.subMul(v.mulAdd(x[0], r[1], v.neg(r[2])), v.sub(x[1], r[0]), r[3])
	}},
}

// normSlope is rstd*(g - shift - centred*scale), with c = rstd, shift and scale; it overwrites g or
// what comes of it.
func normSlope(v *lanes, g, centred val, c []val) val {
	return v.mul(v.subMul(v.sub(g, c[1]), centred, c[2]), c[0])
}

// quantileWeight is |tau - (u < 0)|.
func quantileWeight(v *lanes, u, tau val) val {
	return v.choose(v.cmp(less, u, bits(0)), v.sub(one, tau), tau)
}

// args returns the names of all pointers in order.
func (f rowFormula) args() []string {
	return strings.Fields(f.matrices + " " + f.rows + " " + f.columns)
}

// reads returns the names of the matrices that are operands.
func (f rowFormula) reads() string {
	_, x, _ := strings.Cut(f.matrices, " ")
	return x
}

func (f rowFormula) try(i isa) tried {
	return try(i, func(v *lanes, x [4][]val) { f.body(v, x[0], x[1], x[2]) }, f.reads(), f.rows, f.columns)
}

// rowwise emits a row formula, for rows > 0 and cols > 0.
func (w *writer) rowwise(f rowFormula) {
	f.unroll, w.lanes.limit = w.widest(f.unroll, func(w *writer, unroll int) {
		f.unroll = unroll
		w.emitRowwise(f)
	})
	w.emitRowwise(f)
}

func (w *writer) emitRowwise(f rowFormula) {
	v := w.lanes
	w.function(f.name, "func("+strings.Join(f.args(), ", ")+" *float32, rows, cols int)")
	pointers := map[string]reg.Register{}
	for _, a := range f.args() {
		pointers[a] = w.Load(w.Param(a), w.GP64())
	}
	rows, cols := w.Load(w.Param("rows"), w.GP64()), w.Load(w.Param("cols"), w.GP64())
	v.preload(f.try(w.isa).constants)
	rest := w.GP64() // elements of a row beyond the last whole vector
	w.MOVQ(cols, rest)
	w.ANDQ(operand.U32(v.lanes-1), rest)
	mask := w.tailMask(rest)
	at, n := w.GP64(), w.GP64()

	w.Label("row")
	var columns []val
	for _, c := range strings.Fields(f.columns) {
		r := v.vec()
		w.VBROADCASTSS(operand.Mem{Base: pointers[c]}, r)
		w.ADDQ(operand.U32(4), pointers[c])
		columns = append(columns, r)
	}
	w.XORQ(at, at)
	w.MOVQ(cols, n)
	vectors := func(count int, load func(m operand.Mem) val, store func(y val, i int)) {
		w.abreast(count, func(i int) {
			read := func(names string) (x []val) {
				for _, a := range strings.Fields(names) {
					x = append(x, load(operand.Mem{Base: pointers[a], Index: at, Scale: 1, Disp: i * v.bytes()}))
				}
				return x
			}
			store(f.body(v, read(f.reads()), read(f.rows), columns), i)
		})
	}
	whole := func(m operand.Mem) val {
		r := v.vec()
		w.VMOVUPS(m, r)
		return r
	}
	for _, count := range slices.Compact([]int{f.unroll, 1}) {
		w.strips(count, n, func() {
			vectors(count, whole, func(y val, i int) {
				w.VMOVUPS(y.(operand.Op), operand.Mem{Base: pointers["dst"], Index: at, Scale: 1, Disp: i * v.bytes()})
			})
			w.ADDQ(operand.U32(count*v.bytes()), at)
		})
	}
	w.TESTQ(rest, rest)
	w.JEQ(operand.LabelRef("next"))
	vectors(1, func(m operand.Mem) val { return w.loadTail(m, mask) }, func(y val, _ int) {
		w.storeTail(y.(reg.VecVirtual), pointers["dst"], at, mask, rest)
	})
	w.Label("next")
	for _, m := range strings.Fields(f.matrices) {
		w.LEAQ(operand.Mem{Base: pointers[m], Index: cols, Scale: 4}, pointers[m])
	}
	w.DECQ(rows)
	w.JNE(operand.LabelRef("row"))
	w.finish()
}

// strips emits body in a loop that is run while n holds count vectors more, and takes them off.
func (w *writer) strips(count int, n reg.Register, body func()) {
	loop, done := w.label("strip"), w.label("stripDone")
	w.SUBQ(operand.U32(count*w.isa.lanes), n)
	w.JLT(operand.LabelRef(done))
	w.Label(loop)
	body()
	w.SUBQ(operand.U32(count*w.isa.lanes), n)
	w.JGE(operand.LabelRef(loop))
	w.Label(done)
	w.ADDQ(operand.U32(count*w.isa.lanes), n)
}
