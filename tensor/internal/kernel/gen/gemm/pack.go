package main

import (
	"fmt"
	"strings"
)

// Packing copies A, by blocks of as many rows as a tile's block has, so that a block's elements
// lie one column of it after the other. A row-major matrix is transposed in registers, 8 columns
// at a time; of a transposed one, whose columns are contiguous, pieces are moved.
const (
	packGap         = 64 // bytes between blocks, so that they do not begin at the same place of the cache's sets
	packRowsArgs    = "(dst, src *float32, ld, eights int)"
	packColumnsArgs = "(dst *float32, step int, src *float32, ld, blocks, k int)"
)

// eightsAhead is how many times 8 columns the rows are fetched ahead of their packing.
const eightsAhead = 12

// packRows emits the transposition of one block: ld elements from row to row, eights times 8
// columns.
func (w *writer) packRows(rows int) {
	name := "packRows" + w.suffix
	fmt.Fprintf(w, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-32\n", name, packRowsArgs, name)
	for _, s := range []string{"dst+0(FP), DI", "src+8(FP), AX", "ld+16(FP), R10", "eights+24(FP), R9"} {
		w.line("MOVQ %s", s)
	}
	w.line("SHLQ $2, R10")
	w.line("LEAQ (R10)(R10*2), R15")
	w.line("LEAQ (AX)(R10*4), BX")
	w.line("TESTQ R9, R9")
	w.line("JEQ packedRows")
	w.line("LEAQ %d(AX), CX // what to fetch: so far ahead, in the end the next block's head", 32*eightsAhead)
	w.line("LEAQ %d(BX), DX", 32*eightsAhead)
	w.label("packRows")
	w.line("CMPQ R9, $%d", eightsAhead)
	w.line("JNE packAhead")
	w.line("LEAQ (AX)(R10*%d), CX", map[int]int{6: 2, 8: 8}[rows])
	if rows == 6 {
		w.line("LEAQ (CX)(R10*4), CX")
	}
	w.line("MOVQ eights+24(FP), DX")
	w.line("SUBQ R9, DX")
	w.line("SHLQ $5, DX")
	w.line("SUBQ DX, CX")
	w.line("LEAQ (CX)(R10*4), DX")
	w.label("packAhead")
	for r := range rows {
		w.line("PREFETCHT0 %s", strings.NewReplacer("AX", "CX", "BX", "DX").Replace(row(r)))
	}
	w.line("ADDQ $32, CX")
	w.line("ADDQ $32, DX")
	for at := 0; at < rows*32; at += 64 {
		w.line("PREFETCHT0 %d(DI)", 512+at)
	}
	for r := range rows {
		w.line("VMOVUPS %s, Y%d", row(r), r)
	}
	for i := 0; i < rows; i += 2 { // pairs of rows, interleaved
		w.line("VUNPCKLPS Y%d, Y%d, Y%d", i+1, i, 8+i)
		w.line("VUNPCKHPS Y%d, Y%d, Y%d", i+1, i, 9+i)
	}
	for i := 0; i+4 <= rows; i += 4 { // columns 0 and 4, 1 and 5, ... of four rows
		for j := range 4 {
			w.line("VSHUFPS $%#02x, Y%d, Y%d, Y%d", []int{0x44, 0xee}[j%2], 10+i+j/2, 8+i+j/2, i+j)
		}
	}
	if rows == 8 {
		for j := range 4 {
			w.line("VPERM2F128 $0x20, Y%d, Y%d, Y%d", 4+j, j, 8+j)
			w.line("VPERM2F128 $0x31, Y%d, Y%d, Y%d", 4+j, j, 12+j)
		}
		for j := range 8 {
			w.line("VMOVUPS Y%d, %d(DI)", 8+j, 32*j)
		}
	} else {
		w.line("VEXTRACTF128 $1, Y12, X6")
		w.line("VEXTRACTF128 $1, Y13, X7")
		for j := range 8 {
			if j < 4 {
				w.line("VMOVUPS X%d, %d(DI)", j, 24*j)
			} else {
				w.line("VEXTRACTF128 $1, Y%d, %d(DI)", j-4, 24*j)
			}
			w.line("%s X%d, %d(DI)", []string{"VMOVLPS", "VMOVHPS"}[j%2], []int{12, 13, 6, 7}[j/2], 24*j+16)
		}
	}
	w.line("ADDQ $32, AX")
	w.line("ADDQ $32, BX")
	w.line("ADDQ $%d, DI", rows*32)
	w.line("DECQ R9")
	w.line("JNE packRows")
	w.label("packedRows")
	w.line("VZEROUPPER")
	w.line("RET")
}

// packColumns emits the moving of k columns, ld elements apart, of several blocks, whose copies
// begin step elements apart.
func (w *writer) packColumns(rows int) {
	name := "packColumns" + w.suffix
	fmt.Fprintf(w, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-48\n", name, packColumnsArgs, name)
	for _, s := range []string{"dst+0(FP), DI", "step+8(FP), R8", "src+16(FP), SI", "ld+24(FP), R10", "blocks+32(FP), R9", "k+40(FP), R11"} {
		w.line("MOVQ %s", s)
	}
	w.line("SHLQ $2, R8")
	w.line("SHLQ $2, R10")
	w.line("TESTQ R9, R9")
	w.line("JEQ packedColumns")
	w.line("TESTQ R11, R11")
	w.line("JEQ packedColumns")
	w.label("packColumns")
	w.line("MOVQ SI, AX")
	w.line("MOVQ DI, BX")
	w.line("MOVQ R9, R14")
	w.label("packColumn")
	if rows == 8 {
		w.line("VMOVUPS (AX), Y0")
		w.line("VMOVUPS Y0, (BX)")
	} else {
		w.line("VMOVUPS (AX), X0")
		w.line("VMOVSD 16(AX), X1")
		w.line("VMOVUPS X0, (BX)")
		w.line("VMOVSD X1, 16(BX)")
	}
	w.line("ADDQ $%d, AX", rows*4)
	w.line("ADDQ R8, BX")
	w.line("DECQ R14")
	w.line("JNE packColumn")
	w.line("ADDQ R10, SI")
	w.line("ADDQ $%d, DI", rows*4)
	w.line("DECQ R11")
	w.line("JNE packColumns")
	w.label("packedColumns")
	w.line("VZEROUPPER")
	w.line("RET")
}
