package main

import (
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A reduction joins n > 0 elements by rule R5: 64 partials, then the tree.
type reduction struct {
	name  string
	args  string
	start bits
	step  func(v *lanes, acc reg.VecVirtual, x []val) // overwrites acc
	join  func(v *lanes, a, b val) val
}

var reductions = []reduction{
	{"sumBlock", "x", 0, func(v *lanes, acc reg.VecVirtual, x []val) { v.VADDPS(x[0].(operand.Op), acc, acc) }, (*lanes).add},
	{"dotBlock", "x y", 0, func(v *lanes, acc reg.VecVirtual, x []val) { v.addMul(acc, x[0], x[1]) }, (*lanes).add},
	// max(new, old): a NaN that is new is passed over.
	{"maxBlock", "x", minusInf, func(v *lanes, acc reg.VecVirtual, x []val) { v.VMAXPS(acc, x[0].(operand.Op), acc) }, (*lanes).max},
	// x - x is zero for numbers and NaN for the rest, and the sum keeps NaN.
	{"finiteBlock", "x", 0, func(v *lanes, acc reg.VecVirtual, x []val) {
		v.VADDPS(v.sub(x[0], x[0]).(operand.Op), acc, acc)
	}, (*lanes).add},
}

// reduce emits a reduction.
func (w *writer) reduce(r reduction) {
	v := w.lanes
	args := strings.Fields(r.args)
	w.function(r.name, "func("+strings.Join(args, ", ")+" *float32, n int) float32")
	var pointers []reg.Register
	for _, a := range args {
		pointers = append(pointers, w.Load(w.Param(a), w.GP64()))
	}
	n := w.Load(w.Param("n"), w.GP64())
	v.preload(nil)
	acc := make([]reg.VecVirtual, 64/v.lanes)
	for i := range acc {
		acc[i] = v.copy(r.start).(reg.VecVirtual)
	}
	load := func(i int) (x []val) {
		for _, p := range pointers {
			a := v.vec()
			w.VMOVUPS(operand.Mem{Base: p, Disp: i * v.bytes()}, a)
			x = append(x, a)
		}
		return x
	}
	w.SUBQ(operand.U32(64), n)
	w.JLT(operand.LabelRef("rest"))
	w.Label("loop")
	for i := range acc {
		r.step(v, acc[i], load(i))
	}
	for _, p := range pointers {
		w.ADDQ(operand.U32(256), p)
	}
	w.SUBQ(operand.U32(64), n)
	w.JGE(operand.LabelRef("loop"))
	w.Label("rest")
	w.ADDQ(operand.U32(64), n)
	for i := range acc {
		w.CMPQ(n, operand.U32(v.lanes))
		w.JLT(operand.LabelRef("tail" + string(rune('0'+i))))
		r.step(v, acc[i], load(i))
		w.SUBQ(operand.U32(v.lanes), n)
	}
	w.JMP(operand.LabelRef("join"))
	for i := range acc {
		w.Label("tail" + string(rune('0'+i)))
		w.TESTQ(n, n)
		w.JEQ(operand.LabelRef("join"))
		mask := w.tailMask(n)
		var x []val
		for _, p := range pointers {
			x = append(x, w.loadTail(operand.Mem{Base: p, Disp: i * v.bytes()}, mask))
		}
		if r.start != 0 { // zero would not be neutral
			x[0] = v.choose(mask, x[0], r.start)
		}
		r.step(v, acc[i], x)
		w.JMP(operand.LabelRef("join"))
	}
	w.Label("join")
	out := w.tree(acc, r.join)
	w.Store(out.AsX(), w.ReturnIndex(0))
	w.finish()
}

// tree joins the partials as R5 says and returns the result in lane 0.
func (w *writer) tree(acc []reg.VecVirtual, join func(v *lanes, a, b val) val) reg.VecVirtual {
	v := w.lanes
	q := make([]val, len(acc)/4) // partials 0 to 15
	for i := range q {
		s := len(q)
		q[i] = join(v, join(v, acc[i], acc[i+s]), join(v, acc[i+2*s], acc[i+3*s]))
	}
	var low reg.VecVirtual // 8 partials
	half := &lanes{Context: w.Context, isa: avx2, table: v.table, used: v.used}
	if w.wide {
		z := q[0].(reg.VecVirtual)
		high := w.YMM()
		w.VEXTRACTF64X4(operand.U8(1), z, high)
		low = join(half, z.AsY(), high).(reg.VecVirtual)
	} else {
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
