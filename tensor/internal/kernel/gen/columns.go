package main

import (
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A columnReduction sums over the rows of matrices [rows, cols]: each column is a chain over the
// rows in order, from zero. Like row formulas, it may take rows and columns.
type columnReduction struct {
	name     string
	results  string
	matrices string
	rows     string
	columns  string
	step     func(v *lanes, acc []reg.VecVirtual, x, rows, columns []val) // overwrites acc
}

var columnReductions = []columnReduction{
	{"columnSum", "sum", "x", "", "", func(v *lanes, acc []reg.VecVirtual, x, _, _ []val) {
		v.VADDPS(x[0].(operand.Op), acc[0], acc[0])
	}},
	{"columnSquares", "squares", "x", "mean", "", func(v *lanes, acc []reg.VecVirtual, x, r, _ []val) {
		d := v.sub(x[0], r[0])
		v.addMul(acc[0], d, d)
	}},
	{"columnDots", "sum dot", "dy x", "mean", "", func(v *lanes, acc []reg.VecVirtual, x, r, _ []val) {
		v.VADDPS(x[0].(operand.Op), acc[0], acc[0])
		v.addMul(acc[1], x[0], v.sub(x[1], r[0]))
	}},
	{"columnNorms", "sum dot", "dy x", "", "mean rstd", func(v *lanes, acc []reg.VecVirtual, x, _, c []val) {
		v.VADDPS(x[0].(operand.Op), acc[0], acc[0])
		v.addMul(acc[1], x[0], v.mul(v.sub(x[1], c[0]), c[1]))
	}},
	{"columnScaled", "dot", "dy x", "", "rstd", func(v *lanes, acc []reg.VecVirtual, x, _, c []val) {
		v.addMul(acc[0], x[0], v.mul(x[1], c[0]))
	}},
}

// args returns the names of all pointers in order.
func (r columnReduction) args() []string {
	return strings.Fields(r.results + " " + r.matrices + " " + r.rows + " " + r.columns)
}

// columnwise emits a reduction of cols > 0 columns over rows > 0 rows that lie stride elements apart.
func (w *writer) columnwise(r columnReduction) {
	v := w.lanes
	w.function(r.name, "func("+strings.Join(r.args(), ", ")+" *float32, rows, cols, stride int)")
	pointers := map[string]reg.Register{}
	for _, a := range r.args() {
		pointers[a] = w.Load(w.Param(a), w.GP64())
	}
	n := w.Load(w.Param("cols"), w.GP64())
	stride := w.Load(w.Param("stride"), w.GP64())
	w.SHLQ(operand.U8(2), stride)
	v.preload(nil)
	at, row, left := w.GP64(), w.GP64(), w.GP64() // bytes to the columns, to the row; rows left
	w.XORQ(at, at)
	results := strings.Fields(r.results)

	strip := func(vectors int, load func(m operand.Mem) reg.VecVirtual, store func(x reg.VecVirtual, a string, i int)) {
		acc := make([][]reg.VecVirtual, vectors)
		for i := range acc {
			for range results {
				acc[i] = append(acc[i], v.copy(bits(0)).(reg.VecVirtual))
			}
		}
		w.MOVQ(at, row)
		index := w.GP64() // bytes to the row's number in a column
		if r.columns != "" {
			w.XORQ(index, index)
		}
		w.Load(w.Param("rows"), left)
		loop := w.label("rows")
		w.Label(loop)
		var columns []val
		for _, c := range strings.Fields(r.columns) {
			x := v.vec()
			w.VBROADCASTSS(operand.Mem{Base: pointers[c], Index: index, Scale: 1}, x)
			columns = append(columns, x)
		}
		if r.columns != "" {
			w.ADDQ(operand.U32(4), index)
		}
		for i := range vectors {
			read := func(names string, index reg.Register) (x []val) {
				for _, a := range strings.Fields(names) {
					x = append(x, load(operand.Mem{Base: pointers[a], Index: index, Scale: 1, Disp: i * v.bytes()}))
				}
				return x
			}
			r.step(v, acc[i], read(r.matrices, row), read(r.rows, at), columns)
		}
		w.ADDQ(stride, row)
		w.DECQ(left)
		w.JNE(operand.LabelRef(loop))
		for i := range vectors {
			for j, a := range results {
				store(acc[i][j], a, i)
			}
		}
	}
	whole := func(m operand.Mem) reg.VecVirtual {
		x := v.vec()
		w.VMOVUPS(m, x)
		return x
	}
	for _, vectors := range slices.Compact([]int{8 / len(results), 1}) {
		w.strips(vectors, n, func() {
			strip(vectors, whole, func(x reg.VecVirtual, a string, i int) {
				w.VMOVUPS(x, operand.Mem{Base: pointers[a], Index: at, Scale: 1, Disp: i * v.bytes()})
			})
			w.ADDQ(operand.U32(vectors*v.bytes()), at)
		})
	}
	w.TESTQ(n, n)
	w.JEQ(operand.LabelRef("done"))
	mask := w.tailMask(n)
	strip(1, func(m operand.Mem) reg.VecVirtual { return w.loadTail(m, mask) }, func(x reg.VecVirtual, a string, _ int) {
		w.storeTail(x, pointers[a], at, mask, n)
	})
	w.Label("done")
	w.finish()
}
