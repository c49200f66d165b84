package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// A writer collects the functions of one assembly file and their Go declarations.
type writer struct {
	*build.Context
	*lanes
	isa
	masks  *operand.Mem // 8 set lanes, then 8 clear ones
	uses   map[bits]int // of constants
	order  []bits       // constants in order of first use
	stubs  bytes.Buffer
	labels int
}

func newWriter(i isa) *writer {
	w := &writer{Context: build.NewContext(), isa: i, uses: map[bits]int{}}
	w.lanes = &lanes{Context: w.Context, isa: i, table: map[bits]operand.Mem{}, used: func(c bits) {
		if w.uses[c]++; w.uses[c] == 1 {
			w.order = append(w.order, c)
		}
	}}
	return w
}

// function begins a function with the name and the isa's suffix, which does not let its
// pointers escape.
func (w *writer) function(name, signature string) {
	w.Function(name + w.suffix)
	w.Attributes(attr.NOSPLIT)
	w.SignatureExpr(signature)
	fmt.Fprintf(&w.stubs, "\n//go:noescape\nfunc %s%s%s\n", name, w.suffix, strings.TrimPrefix(signature, "func"))
}

// abreast emits a body for several vectors, instruction by instruction in turn: one vector's chain of
// dependent instructions would fill the processor's queues before it came to the next's.
func (w *writer) abreast(vectors int, body func(i int)) {
	f, err := w.Result()
	if err != nil {
		panic(err)
	}
	fn := f.Functions()[len(f.Functions())-1]
	start := len(fn.Nodes)
	var bodies [][]ir.Node
	for i := range vectors {
		from := len(fn.Nodes)
		body(i)
		bodies = append(bodies, slices.Clone(fn.Nodes[from:]))
	}
	fn.Nodes = fn.Nodes[:start]
	for i := range bodies[0] {
		if vectors > 1 && !w.wide {
			w.shareConstant(fn, bodies, i)
		}
		for _, b := range bodies {
			fn.Nodes = append(fn.Nodes, b[i])
		}
	}
}

// shareConstant lets instruction i of all bodies read a constant from a register, if it reads one
// from memory: there are fewer loads in a cycle than multiply-adds.
func (w *writer) shareConstant(fn *ir.Function, bodies [][]ir.Node, i int) {
	first, ok := bodies[0][i].(*ir.Instruction)
	if !ok {
		return
	}
	for o, op := range first.Operands {
		m, ok := op.(operand.Mem)
		if !ok || m.Symbol.Name == "" || first.Opcode == "VMOVUPS" || first.Opcode == "VMOVAPS" {
			continue
		}
		r := w.vec()
		w.VMOVUPS(m, r)
		for _, b := range bodies {
			ins := b[i].(*ir.Instruction)
			for k := range ins.Operands {
				if k == o {
					ins.Operands[k] = r
				}
			}
			for k, in := range ins.Inputs {
				if _, ok := in.(operand.Mem); ok {
					ins.Inputs[k] = r
				}
			}
		}
	}
}

// widest returns how many vectors abreast a function has registers for, and how many constants
// beside them with AVX-512: as many as are asked for or, of one, two.
func (w *writer) widest(vectors int, emit func(w *writer, vectors int)) (int, int) {
	for _, n := range []int{max(vectors, 2), 1} {
		for _, limit := range residents {
			t := newWriter(w.isa)
			t.lanes.limit = limit
			emit(t, n)
			f, err := t.Result()
			if err != nil {
				panic(err)
			}
			if pass.Compile.Execute(f) == nil && (w.wide || lowRegisters(f)) {
				return n, limit
			}
		}
	}
	panic("gen: too few registers for one vector")
}

// lowRegisters reports whether a compiled file does without vector registers 16 to 31, which AVX2
// has not.
func lowRegisters(f *ir.File) bool {
	for _, fn := range f.Functions() {
		for _, i := range fn.Instructions() {
			for _, r := range i.Registers() {
				if p, ok := r.(reg.Physical); ok && r.Kind() == reg.KindVector && p.PhysicalIndex() > 15 {
					return false
				}
			}
		}
	}
	return true
}

// finish ends a function.
func (w *writer) finish() {
	w.VZEROUPPER()
	w.RET()
}

// label returns a label that no other has.
func (w *writer) label(name string) string {
	w.labels++
	return fmt.Sprintf("%s%d", name, w.labels)
}

// tailMask returns a mask of the first n lanes, 0 < n < lanes.
func (w *writer) tailMask(n operand.Op) operand.Op {
	if w.wide {
		bit, count := w.GP32(), w.GP64()
		_ = count
		w.MOVL(operand.U32(1), bit)
		w.MOVQ(n, reg.RCX)
		w.SHLL(reg.CL, bit)
		w.DECL(bit)
		k := w.K()
		w.KMOVW(bit, k)
		return k
	}
	if w.masks == nil {
		m := w.StaticGlobal("masks" + w.suffix)
		w.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 16 {
			w.AddDatum(4*i, operand.U32(uint32(int32(i-8)>>31)))
		}
		w.masks = &m
	}
	base, back := w.GP64(), w.GP64()
	w.LEAQ(w.masks.Offset(32), base)
	w.MOVQ(n, back)
	w.NEGQ(back)
	y := w.YMM()
	w.VMOVUPS(operand.Mem{Base: base, Index: back, Scale: 4}, y)
	return y
}

// loadTail loads the lanes of the mask; the others are zero.
func (w *writer) loadTail(m operand.Mem, mask operand.Op) reg.VecVirtual {
	r := w.vec()
	if w.wide {
		w.VMOVUPS_Z(m, mask, r)
	} else {
		w.VMASKMOVPS(m, mask, r)
	}
	return r
}

// storeTail stores the first n lanes at base+index. With AVX2 it is by halves, for masked stores
// are slow on some processors.
func (w *writer) storeTail(r reg.VecVirtual, base, index reg.Register, mask, n operand.Op) {
	if w.wide {
		w.VMOVUPS(r, mask, operand.Mem{Base: base, Index: index, Scale: 1})
		return
	}
	p := w.GP64()
	w.LEAQ(operand.Mem{Base: base, Index: index, Scale: 1}, p)
	w.storeLow(r, p, n)
}

// storeLow stores the first n < 8 lanes of a YMM register, and spoils it and p.
func (w *writer) storeLow(r reg.VecVirtual, p reg.GPVirtual, n operand.Op) {
	two, one, end := w.label("two"), w.label("one"), w.label("end")
	w.TESTQ(operand.U32(4), n)
	w.JEQ(operand.LabelRef(two))
	w.VMOVUPS(r.AsX(), operand.Mem{Base: p})
	w.VEXTRACTF128(operand.U8(1), r, r.AsX())
	w.ADDQ(operand.U32(16), p)
	w.Label(two)
	w.TESTQ(operand.U32(2), n)
	w.JEQ(operand.LabelRef(one))
	w.VMOVLPS(r.AsX(), operand.Mem{Base: p})
	w.VPERMILPD(operand.U8(1), r.AsX(), r.AsX())
	w.ADDQ(operand.U32(8), p)
	w.Label(one)
	w.TESTQ(operand.U32(1), n)
	w.JEQ(operand.LabelRef(end))
	w.VMOVSS(r.AsX(), operand.Mem{Base: p})
	w.Label(end)
}

// write writes the assembly and the declarations into a directory.
func (w *writer) write(dir, name string) error {
	f, err := w.Result()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := pass.Compile.Execute(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if !w.wide && !lowRegisters(f) {
		return fmt.Errorf("%s: AVX2 has 16 vector registers, and more are used", name)
	}
	asm, err := printer.NewGoAsm(printer.Config{Name: "go generate", Pkg: "kernel"}).Print(f)
	if err != nil {
		return err
	}
	header := []byte("// Code generated by go generate; DO NOT EDIT.\n")
	_, rest, _ := bytes.Cut(asm, []byte("\n"))
	if err := os.WriteFile(filepath.Join(dir, name+"_amd64.s"), append(header, rest...), 0o644); err != nil {
		return err
	}
	return writeGo(dir, name+"_amd64.go", w.stubs.String())
}
