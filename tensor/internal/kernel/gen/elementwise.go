package main

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A formula is an elementwise function: vectors in, vectors out. formulas.go lists them.
type formula struct {
	name    string
	args    string // names of the slices, destination first
	reads   string // which of them are operands, in the order of body's x
	writes  string // which of them get results
	scalars string // names of the numbers, in the order of body's s
	unroll  int    // vectors in one turn of the loop
	body    func(v *lanes, x, s []val) []val
}

// signature returns the parameters of the assembly function.
func (f formula) signature() string {
	s := strings.ReplaceAll(f.args, " ", ", ") + " *float32, n int"
	if f.scalars != "" {
		s += ", " + strings.ReplaceAll(f.scalars, " ", ", ") + " float32"
	}
	return "func(" + s + ")"
}

// tried is what emitting a body in vain shows of it.
type tried struct {
	constants    []bits // the most used first
	instructions int
}

// try emits a body that takes so many vectors of each kind.
func try(i isa, body func(v *lanes, x [4][]val), kinds ...string) tried {
	w := newWriter(i)
	w.Function("f")
	w.lanes.resident = map[bits]reg.VecVirtual{}
	var x [4][]val
	for k, names := range kinds {
		for range strings.Fields(names) {
			x[k] = append(x[k], w.lanes.vec())
		}
	}
	body(w.lanes, x)
	f, err := w.Result()
	if err != nil {
		panic(err)
	}
	slices.SortStableFunc(w.order, func(a, b bits) int { return w.uses[b] - w.uses[a] })
	return tried{w.order, len(f.Functions()[0].Instructions())}
}

func (f formula) try(i isa) tried {
	return try(i, func(v *lanes, x [4][]val) { f.body(v, x[0], x[1]) }, f.reads, f.scalars)
}

// elementwise emits a formula over n > 0 elements.
func (w *writer) elementwise(f formula) {
	f.unroll, w.lanes.limit = w.widest(f.unroll, func(w *writer, unroll int) {
		f.unroll = unroll
		w.emitElementwise(f)
	})
	w.emitElementwise(f)
}

func (w *writer) emitElementwise(f formula) {
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
	v.preload(f.try(w.isa).constants)
	at := w.GP64() // bytes done
	w.XORQ(at, at)

	turn := func(vectors int) {
		w.abreast(vectors, func(i int) {
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
		})
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
