package main

import "fmt"

const bytesArgs = "(dst *float32, src *uint8, vectors int, divisor float32)"

// bytes emits the conversion of whole vectors of bytes.
func (w *writer) bytes() {
	fmt.Fprintf(w, "\n// func fromBytes%s%s\nTEXT ·fromBytes%s(SB), NOSPLIT, $0-28\n", w.suffix, bytesArgs, w.suffix)
	w.line("MOVQ dst+0(FP), DI")
	w.line("MOVQ src+8(FP), SI")
	w.line("MOVQ vectors+16(FP), CX")
	w.line("VBROADCASTSS divisor+24(FP), %s", w.vec(1))
	w.line("TESTQ CX, CX")
	w.line("JEQ converted")
	w.label("convert")
	w.line("VPMOVZXBD (SI), %s", w.vec(0))
	w.line("VCVTDQ2PS %s, %s", w.vec(0), w.vec(0))
	w.line("VDIVPS %s, %s, %s", w.vec(1), w.vec(0), w.vec(0))
	w.line("VMOVUPS %s, (DI)", w.vec(0))
	w.line("ADDQ $%d, SI", w.lanes)
	w.line("ADDQ $%d, DI", 4*w.lanes)
	w.line("DECQ CX")
	w.line("JNE convert")
	w.label("converted")
	w.line("VZEROUPPER")
	w.line("RET")
}
