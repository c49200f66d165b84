package main

import (
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A reduction joins each row of matrices [rows, cols], cols > 0, by rule R5: 64 partials, then the
// tree. Like row formulas, reductions may take rows and columns too.
type reduction struct {
	name     string
	matrices string
	rows     string
	columns  string
	start    bits
	step     func(v *lanes, acc reg.VecVirtual, x, rows, columns []val) // overwrites acc
	join     func(v *lanes, a, b val) val
}

var reductions = []reduction{
	{"sum", "x", "", "", 0, func(v *lanes, acc reg.VecVirtual, x, _, _ []val) {
		v.VADDPS(x[0].(operand.Op), acc, acc)
	}, (*lanes).add},
	{"dot", "x y", "", "", 0, func(v *lanes, acc reg.VecVirtual, x, _, _ []val) {
		v.addMul(acc, x[0], x[1])
	}, (*lanes).add},
	{"dotRow", "x", "row", "", 0, func(v *lanes, acc reg.VecVirtual, x, r, _ []val) {
		v.addMul(acc, x[0], r[0])
	}, (*lanes).add},
	// The sum of squares of x less a number.
	{"squares", "x", "", "mean", 0, func(v *lanes, acc reg.VecVirtual, x, _, c []val) {
		d := v.sub(x[0], c[0])
		v.addMul(acc, d, d)
	}, (*lanes).add},
	{"dotCentred", "x y", "", "mean", 0, func(v *lanes, acc reg.VecVirtual, x, _, c []val) {
		v.addMul(acc, x[0], v.sub(x[1], c[0]))
	}, (*lanes).add},
	{"dotRowCentred", "x y", "row", "mean", 0, func(v *lanes, acc reg.VecVirtual, x, r, c []val) {
		v.addMul(acc, v.mul(x[0], r[0]), v.sub(x[1], c[0]))
	}, (*lanes).add},
	{"dotThree", "x y", "row", "", 0, func(v *lanes, acc reg.VecVirtual, x, r, _ []val) {
		v.addMul(acc, v.mul(x[0], r[0]), x[1])
	}, (*lanes).add},
	// max(new, old): a NaN that is new is passed over.
	{"greatest", "x", "", "", minusInf, func(v *lanes, acc reg.VecVirtual, x, _, _ []val) {
		v.VMAXPS(acc, x[0].(operand.Op), acc)
	}, (*lanes).max},
	// x - x is zero for numbers and NaN for the rest, and the sum keeps NaN.
	{"finite", "x", "", "", 0, func(v *lanes, acc reg.VecVirtual, x, _, _ []val) {
		v.VADDPS(v.sub(x[0], x[0]).(operand.Op), acc, acc)
	}, (*lanes).add},
}

// args returns the names of the operands in order.
func (r reduction) args() []string {
	return strings.Fields(r.matrices + " " + r.rows + " " + r.columns)
}

// reduce emits a reduction, for rows > 0 and cols > 0.
func (w *writer) reduce(r reduction) {
	v := w.lanes
	w.function(r.name, "func(dst, "+strings.Join(r.args(), ", ")+" *float32, rows, cols int)")
	dst := w.Load(w.Param("dst"), w.GP64())
	pointers := map[string]reg.Register{}
	for _, a := range r.args() {
		pointers[a] = w.Load(w.Param(a), w.GP64())
	}
	rows, cols := w.Load(w.Param("rows"), w.GP64()), w.Load(w.Param("cols"), w.GP64())
	at, n := w.GP64(), w.GP64()
	v.preload(nil)

	w.Label("row")
	var columns []val
	for _, c := range strings.Fields(r.columns) {
		x := v.vec()
		w.VBROADCASTSS(operand.Mem{Base: pointers[c]}, x)
		w.ADDQ(operand.U32(4), pointers[c])
		columns = append(columns, x)
	}
	acc := make([]reg.VecVirtual, 64/v.lanes)
	for i := range acc {
		acc[i] = v.copy(r.start).(reg.VecVirtual)
	}
	read := func(names string, i int, load func(m operand.Mem) reg.VecVirtual) (x []val) {
		for _, a := range strings.Fields(names) {
			x = append(x, load(operand.Mem{Base: pointers[a], Index: at, Scale: 1, Disp: i * v.bytes()}))
		}
		return x
	}
	whole := func(m operand.Mem) reg.VecVirtual {
		x := v.vec()
		w.VMOVUPS(m, x)
		return x
	}
	w.XORQ(at, at)
	w.MOVQ(cols, n)
	w.SUBQ(operand.U32(64), n)
	w.JLT(operand.LabelRef("rest"))
	w.Label("loop")
	for i := range acc {
		r.step(v, acc[i], read(r.matrices, i, whole), read(r.rows, i, whole), columns)
	}
	w.ADDQ(operand.U32(256), at)
	w.SUBQ(operand.U32(64), n)
	w.JGE(operand.LabelRef("loop"))
	w.Label("rest")
	w.ADDQ(operand.U32(64), n)
	w.JEQ(operand.LabelRef("join"))
	for i := range acc {
		w.CMPQ(n, operand.U32(v.lanes))
		w.JLT(operand.LabelRef("tail" + string(rune('0'+i))))
		r.step(v, acc[i], read(r.matrices, i, whole), read(r.rows, i, whole), columns)
		w.SUBQ(operand.U32(v.lanes), n)
	}
	w.JMP(operand.LabelRef("join"))
	for i := range acc {
		w.Label("tail" + string(rune('0'+i)))
		w.TESTQ(n, n)
		w.JEQ(operand.LabelRef("join"))
		mask := w.tailMask(n)
		masked := func(m operand.Mem) reg.VecVirtual { return w.loadTail(m, mask) }
		before := acc[i]
		if r.joinsTail() {
			before = v.copy(acc[i]).(reg.VecVirtual)
		}
		r.step(v, acc[i], read(r.matrices, i, masked), read(r.rows, i, masked), columns)
		if r.joinsTail() { // what the zeros of the other lanes do is undone
			w.VMOVUPS(v.choose(mask, acc[i], before).(operand.Op), acc[i])
		}
		w.JMP(operand.LabelRef("join"))
	}
	w.Label("join")
	// Of a short row all partials but those of the first vector are untouched: joined with them, it
	// changes at most from -0 to +0.
	out := w.XMM()
	w.CMPQ(cols, operand.U32(v.lanes))
	w.JLE(operand.LabelRef("short"))
	w.VMOVUPS(w.tree(acc, r.join).AsX(), out)
	w.JMP(operand.LabelRef("next"))
	w.Label("short")
	first := r.join(v, acc[0], v.copy(r.start))
	w.VMOVUPS(w.tree([]reg.VecVirtual{first.(reg.VecVirtual)}, r.join).AsX(), out)
	w.Label("next")
	w.VMOVSS(out, operand.Mem{Base: dst})
	w.ADDQ(operand.U32(4), dst)
	for _, m := range strings.Fields(r.matrices) {
		w.LEAQ(operand.Mem{Base: pointers[m], Index: cols, Scale: 4}, pointers[m])
	}
	w.DECQ(rows)
	w.JNE(operand.LabelRef("row"))
	w.finish()
}

// joinsTail says whether lanes of zeros would change a partial.
func (r reduction) joinsTail() bool { return r.start != 0 || r.columns != "" }

// tree joins the partials, or those of the first vector, as R5 says and returns the result in
// lane 0.
func (w *writer) tree(acc []reg.VecVirtual, join func(v *lanes, a, b val) val) reg.VecVirtual {
	v := w.lanes
	q := []val{acc[0]} // partials 0 to 15, or 0 to 7 with AVX2 alone
	if len(acc) > 1 {
		q = make([]val, len(acc)/4)
		for i := range q {
			s := len(q)
			q[i] = join(v, join(v, acc[i], acc[i+s]), join(v, acc[i+2*s], acc[i+3*s]))
		}
	}
	low := q[0].(reg.VecVirtual) // 8 partials
	half := &lanes{Context: w.Context, isa: avx2, table: v.table, used: v.used}
	if w.wide {
		high := w.YMM()
		w.VEXTRACTF64X4(operand.U8(1), low, high)
		low = join(half, low.AsY(), high).(reg.VecVirtual)
	} else if len(q) > 1 {
		low = join(half, q[0], q[1]).(reg.VecVirtual)
	}
	x := w.XMM()
	w.VEXTRACTF128(operand.U8(1), low, x)
	for _, shuffle := range []int{-1, 0x0e, 0x01} { // lanes 4 apart, 2 apart, 1 apart
		if shuffle >= 0 {
			x = w.XMM()
			w.VPERMILPS(operand.U8(shuffle), low.AsX(), x)
		}
		wide := w.YMM()
		w.VMOVUPS(low, wide)
		high := w.YMM()
		w.VMOVUPS(x, high.AsX())
		low = join(half, wide, high).(reg.VecVirtual)
	}
	return low
}
