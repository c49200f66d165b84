package main

import "fmt"

// A product of one row of A sweeps over rows of B, 8 together, adding to C: B is read in the order
// in which it lies in memory, once.
//
// General registers, from beginning to end:
//
//	R8 n           R9 k left      SI A       R11 its stride in bytes
//	DI B's rows    R12 ldb        DX C       R15 = 3·R12
//
// and within a sweep AX (C), CX, BX (B's rows 0-3 and 4-7), R14 (n left), R10 (A).
const sweepArgs = "(n, k int, a *float32, aCol int, b *float32, ldb int, c *float32)"

func (w *writer) sweep() {
	name := "sweep" + w.suffix
	fmt.Fprintf(w, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-56\n", name, sweepArgs, name)
	for _, s := range []string{"n+0(FP), R8", "k+8(FP), R9", "a+16(FP), SI", "aCol+24(FP), R11", "b+32(FP), DI", "ldb+40(FP), R12", "c+48(FP), DX"} {
		w.line("MOVQ %s", s)
	}
	w.line("SHLQ $2, R11")
	w.line("SHLQ $2, R12")
	w.line("LEAQ (R12)(R12*2), R15")
	w.line("MOVQ R8, AX")
	w.line("ANDQ $%d, AX", w.lanes-1)
	if w.lanes == 16 {
		w.line("MOVQ AX, CX")
		w.line("MOVL $1, AX")
		w.line("SHLL CX, AX")
		w.line("DECL AX")
		w.line("KMOVW AX, K1")
	} else {
		w.line("NEGQ AX // how many lanes of the last vector")
		w.line("LEAQ ·gemmMasks(SB), BX")
		w.line("VMOVUPS 32(BX)(AX*4), Y7")
	}
	for _, rows := range []int{8, 4, 1} {
		w.sweepRows(rows)
	}
	w.line("VZEROUPPER")
	w.line("RET")
}

// sweepRows emits sweeps over so many rows, while there are as many.
func (w *writer) sweepRows(rows int) {
	at := func(s string) string { return fmt.Sprintf("s%s%d", s, rows) }
	coefficient := func(r int) string { return w.vec(8 + r) }
	w.label("%s", at("rows"))
	w.line("CMPQ R9, $%d", rows)
	w.line("JLT %s", at("end"))
	w.line("MOVQ SI, R10")
	for r := range rows {
		w.line("VBROADCASTSS (R10), %s", coefficient(r))
		w.line("ADDQ R11, R10")
	}
	w.line("MOVQ R10, SI")
	w.line("MOVQ DX, AX")
	w.line("MOVQ DI, CX")
	if rows > 4 {
		w.line("LEAQ (DI)(R12*4), BX")
	}
	w.line("MOVQ R8, R14")
	element := func(r, v int) string {
		base := "CX"
		if r >= 4 {
			base = "BX"
		}
		return fmt.Sprintf([]string{"%d(%s)", "%d(%s)(R12*1)", "%d(%s)(R12*2)", "%d(%s)(R15*1)"}[r%4], v*w.lanes*4, base)
	}
	for _, vectors := range []int{4, 1} {
		loop, end := at(fmt.Sprintf("by%d", vectors)), at(fmt.Sprintf("by%dend", vectors))
		w.line("SUBQ $%d, R14", vectors*w.lanes)
		w.line("JLT %s", end)
		w.label("%s", loop)
		for v := range vectors {
			w.line("VMOVUPS %d(AX), %s", v*w.lanes*4, w.vec(v))
		}
		for r := range rows {
			for v := range vectors {
				w.line("VFMADD231PS %s, %s, %s", element(r, v), coefficient(r), w.vec(v))
			}
		}
		for v := range vectors {
			w.line("VMOVUPS %s, %d(AX)", w.vec(v), v*w.lanes*4)
		}
		w.line("ADDQ $%d, AX", vectors*w.lanes*4)
		w.line("ADDQ $%d, CX", vectors*w.lanes*4)
		if rows > 4 {
			w.line("ADDQ $%d, BX", vectors*w.lanes*4)
		}
		w.line("SUBQ $%d, R14", vectors*w.lanes)
		w.line("JGE %s", loop)
		w.label("%s", end)
		w.line("ADDQ $%d, R14", vectors*w.lanes)
	}
	w.line("JEQ %s", at("next"))
	load, store := "VMASKMOVPS %s, Y7, %s", "VMASKMOVPS %s, Y7, (AX)"
	if w.lanes == 16 {
		load, store = "VMOVUPS.Z %s, K1, %s", "VMOVUPS %s, K1, (AX)"
	}
	w.line(load, "(AX)", w.vec(0))
	for r := range rows {
		w.line(load, element(r, 0), w.vec(1))
		w.line("VFMADD231PS %s, %s, %s", w.vec(1), coefficient(r), w.vec(0))
	}
	w.line(store, w.vec(0))
	w.label("%s", at("next"))
	switch rows {
	case 8:
		w.line("LEAQ (DI)(R12*8), DI")
	case 4:
		w.line("LEAQ (DI)(R12*4), DI")
	case 1:
		w.line("ADDQ R12, DI")
	}
	w.line("SUBQ $%d, R9", rows)
	w.line("JMP %s", at("rows"))
	w.label("%s", at("end"))
}
