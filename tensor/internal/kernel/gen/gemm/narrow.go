package main

import "fmt"

// A narrow product has at most 4 columns, fewer than a vector has lanes. Its vectors run over
// rows instead: groups of 8 (AVX-512: 16) rows of A are transposed in registers, 4 columns at a
// time, and C is kept transposed, [n, ldt].
//
// General registers, from beginning to end:
//
//	R8 groups left    R9 k            SI A of the block  R10 A's row stride in bytes, R15 = 3·R10
//	R12 ldb           DX C of the block, transposed       R13 ldt in bytes
//
// and within a block AX (A of a group), BX (its next four rows), R11 (A of the block at the
// present k), CX (B at the present k), DI (B three steps on), R14 (k left).
const narrowArgs = "(groups, k int, a *float32, aRow int, b *float32, ldb int, t *float32, ldt int)"

// narrow describes one kernel: n columns, g groups of rows at a time.
type narrow struct{ n, g int }

func (w *writer) narrowKernel(n int) {
	name := fmt.Sprintf("narrow%d%s", n, w.suffix)
	fmt.Fprintf(w, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-64\n", name, narrowArgs, name)
	for _, s := range []string{"groups+0(FP), R8", "k+8(FP), R9", "a+16(FP), SI", "aRow+24(FP), R10", "ldb+40(FP), R12", "t+48(FP), DX", "ldt+56(FP), R13"} {
		w.line("MOVQ %s", s)
	}
	for _, r := range []string{"R10", "R12", "R13"} {
		w.line("SHLQ $2, %s", r)
	}
	w.line("LEAQ (R10)(R10*2), R15")
	if w.lanes == 16 {
		w.line("MOVQ R9, CX // the last k%%4 columns of A")
		w.line("ANDQ $3, CX")
		w.line("MOVL $1, AX")
		w.line("SHLL CX, AX")
		w.line("DECL AX")
		w.line("KMOVW AX, K1")
	}
	most := 4 // groups at a time: what gives 8 chains
	if n > 2 {
		most = 2
	}
	for _, g := range []int{most, 1} {
		w.narrowBlocks(narrow{n, g})
	}
	w.line("VZEROUPPER")
	w.line("RET")
}

// acc is the sum of column j in group g; quad is one of 4 columns of A; the other temporaries
// follow.
func (p narrow) acc(g, j int) int { return g*p.n + j }

const (
	quad  = 8  // 4 columns of a group, after the transposition
	spare = 12 // 4 temporaries
	coef  = 16 // AVX-512: B at 4 steps of k
)

func (w *writer) narrowBlocks(p narrow) {
	at := func(s string) string { return fmt.Sprintf("n%d%s%d", p.n, s, p.g) }
	w.label("%s", at("blocks"))
	w.line("CMPQ R8, $%d", p.g)
	w.line("JLT %s", at("end"))
	for j := range p.n {
		w.line("%s", map[bool]string{true: "MOVQ DX, AX", false: "ADDQ R13, AX"}[j == 0])
		for g := range p.g {
			w.line("VMOVUPS %d(AX), %s", g*w.lanes*4, w.vec(p.acc(g, j)))
		}
	}
	w.line("MOVQ SI, R11")
	w.line("MOVQ b+32(FP), CX")
	w.line("MOVQ R9, R14")
	w.line("SUBQ $4, R14")
	w.line("JLT %s", at("rest"))

	w.label("%s", at("loop"))
	w.narrowSteps(p, 4)
	w.line("ADDQ $16, R11")
	w.line("SUBQ $4, R14")
	w.line("JGE %s", at("loop"))

	w.label("%s", at("rest"))
	w.line("ADDQ $4, R14")
	for steps := 3; steps > 0; steps-- {
		w.line("CMPQ R14, $%d", steps)
		w.line("JEQ %s", at(fmt.Sprintf("rest%dof", steps)))
	}
	w.line("JMP %s", at("store"))
	for steps := 3; steps > 0; steps-- {
		w.label("%s", at(fmt.Sprintf("rest%dof", steps)))
		w.narrowSteps(p, steps)
		if steps > 1 {
			w.line("JMP %s", at("store"))
		}
	}

	w.label("%s", at("store"))
	for j := range p.n {
		w.line("%s", map[bool]string{true: "MOVQ DX, AX", false: "ADDQ R13, AX"}[j == 0])
		for g := range p.g {
			w.line("VMOVUPS %s, %d(AX)", w.vec(p.acc(g, j)), g*w.lanes*4)
		}
	}
	w.line("ADDQ $%d, DX", p.g*w.lanes*4)
	for range p.g * w.lanes / 8 {
		w.line("LEAQ (SI)(R10*8), SI")
	}
	w.line("SUBQ $%d, R8", p.g)
	w.line("JMP %s", at("blocks"))
	w.label("%s", at("end"))
}

// narrowSteps emits 1 to 4 steps of k and, after 4, moves CX on.
func (w *writer) narrowSteps(p narrow, steps int) {
	b := func(i, j int) string { // B's column j at step i
		return [...]string{
			fmt.Sprintf("%d(CX)", 4*j), fmt.Sprintf("%d(CX)(R12*1)", 4*j), fmt.Sprintf("%d(CX)(R12*2)", 4*j), fmt.Sprintf("%d(DI)", 4*j),
		}[i]
	}
	if steps == 4 {
		w.line("LEAQ (CX)(R12*2), DI")
		w.line("ADDQ R12, DI")
	}
	if w.lanes == 16 {
		for i := range steps {
			for j := range p.n {
				w.line("VBROADCASTSS %s, %s", b(i, j), w.vec(coef+i*p.n+j))
			}
		}
	}
	w.line("MOVQ R11, AX")
	for g := range p.g {
		w.narrowTranspose(steps)
		for i := range steps {
			for j := range p.n {
				c := coef + i*p.n + j
				if w.lanes == 8 {
					c = spare + (i*p.n+j)%4
					w.line("VBROADCASTSS %s, %s", b(i, j), w.vec(c))
				}
				w.line("VFMADD231PS %s, %s, %s", w.vec(quad+i), w.vec(c), w.vec(p.acc(g, j)))
			}
		}
		if g < p.g-1 {
			w.line("LEAQ (BX)(R10*4), AX")
		}
	}
	if steps == 4 {
		w.line("LEAQ (CX)(R12*4), CX")
	}
}

// narrowTranspose loads columns of the group at AX into registers quad and up, and leaves BX
// at its last four rows.
func (w *writer) narrowTranspose(steps int) {
	row := func(base string, r int) string {
		return [...]string{"(" + base + ")", "(" + base + ")(R10*1)", "(" + base + ")(R10*2)", "(" + base + ")(R15*1)"}[r]
	}
	x := func(i int) string { return fmt.Sprintf("X%d", i) }
	for part := range w.lanes / 4 {
		base := "BX"
		switch part {
		case 0:
			base = "AX"
		case 1:
			w.line("LEAQ (AX)(R10*4), BX")
		default:
			w.line("LEAQ (BX)(R10*4), BX")
		}
		for r := range 4 {
			switch {
			case steps == 4 && part == 0:
				w.line("VMOVUPS %s, %s", row(base, r), x(quad+r))
			case steps == 4 && w.lanes == 8:
				w.line("VINSERTF128 $%d, %s, %s, %s", part, row(base, r), w.vec(quad+r), w.vec(quad+r))
			case steps == 4:
				w.line("VINSERTF32X4 $%d, %s, %s, %s", part, row(base, r), w.vec(quad+r), w.vec(quad+r))
			default:
				to := quad + r
				if part > 0 {
					to = spare
				}
				w.narrowTail(row(base, r), to, steps)
				if part > 0 && w.lanes == 8 {
					w.line("VINSERTF128 $%d, X%d, %s, %s", part, to, w.vec(quad+r), w.vec(quad+r))
				} else if part > 0 {
					w.line("VINSERTF32X4 $%d, X%d, %s, %s", part, to, w.vec(quad+r), w.vec(quad+r))
				}
			}
		}
	}
	v := w.vec
	w.line("VUNPCKLPS %s, %s, %s", v(quad+1), v(quad), v(spare))
	w.line("VUNPCKHPS %s, %s, %s", v(quad+1), v(quad), v(spare+1))
	w.line("VUNPCKLPS %s, %s, %s", v(quad+3), v(quad+2), v(spare+2))
	w.line("VUNPCKHPS %s, %s, %s", v(quad+3), v(quad+2), v(spare+3))
	w.line("VSHUFPS $0x44, %s, %s, %s", v(spare+2), v(spare), v(quad))
	w.line("VSHUFPS $0xee, %s, %s, %s", v(spare+2), v(spare), v(quad+1))
	w.line("VSHUFPS $0x44, %s, %s, %s", v(spare+3), v(spare+1), v(quad+2))
	w.line("VSHUFPS $0xee, %s, %s, %s", v(spare+3), v(spare+1), v(quad+3))
}

// narrowTail loads 1 to 3 elements into an XMM register without touching what follows them.
func (w *writer) narrowTail(from string, to, steps int) {
	switch {
	case w.lanes == 16:
		w.line("VMOVUPS.Z %s, K1, X%d", from, to)
	case steps == 1:
		w.line("VMOVSS %s, X%d", from, to)
	case steps == 2:
		w.line("VMOVSD %s, X%d", from, to)
	default:
		w.line("VMOVUPS ·gemmMasks+20(SB), X%d", to)
		w.line("VMASKMOVPS %s, X%d, X%d", from, to, to)
	}
}
