package main

import "fmt"

// A tile is two vectors of columns of a product that is big enough for a copy of B to pay. The
// copy is made on the way: the first block of rows reads B's columns in place and stores them one
// row after the other, for the blocks that follow. Multiplying leaves the load and store units
// enough room for that, so that copying costs next to nothing.
//
// There are two kernels: "direct" reads A in place, "packed" reads a copy of it, see pack.go.
// Only direct has blocks with fewer rows than the highest.
//
// General registers, beyond those of a panel: while B is copied, R13 is how far ahead it is
// fetched, and DI where it goes. In the loops, SI (direct) or R10 (packed) is how many steps there
// are in a loop's second part. What they held waits in the arguments.
const (
	tileArgs  = "(m, k int, a *float32, aRow, aCol int, b *float32, ldb int, bCopy *float32, c *float32, ldc int, start int, bias *float32, relu int, mask uint64)"
	tileBytes = 14 * 8
)

type tile struct {
	kind string
	panel
	at func(string) string // a label of the present block
	b0 int                 // B's first register
}

const (
	near      = 64 // steps of k before the end of a block at which the next tile of C is fetched
	rowsAhead = 48 // rows of B that are fetched ahead of copying
	unrolled  = 4  // steps of the packed kernel's loop
)

func (w *writer) tileKernel(kind string, p panel) {
	name := kind + w.suffix
	id := kind[:1] + kind[len(kind)-1:]
	fmt.Fprintf(w, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", name, tileArgs, name, tileBytes)
	w.line("MOVQ m+0(FP), R8")
	w.line("MOVQ k+8(FP), R9")
	w.line("MOVQ a+16(FP), SI")
	w.line("MOVQ b+40(FP), DI")
	w.line("MOVQ ldb+48(FP), R12")
	w.line("MOVQ c+64(FP), DX")
	w.line("MOVQ ldc+72(FP), R13")
	w.line("SHLQ $2, R12")
	w.line("SHLQ $2, R13")
	if kind != "packed" {
		w.line("MOVQ aRow+24(FP), R10")
		w.line("MOVQ aCol+32(FP), R11")
		w.line("SHLQ $2, R10")
		w.line("SHLQ $2, R11")
		w.line("LEAQ (R10)(R10*2), R15")
	}
	w.loadMask(104)
	t := tile{kind: kind, panel: p, b0: p.r * p.v}
	rows := func(r int) string { return fmt.Sprintf("%sBlock%d", id, r) }
	w.label("%sRows", id)
	if kind == "direct" {
		w.line("CMPQ R8, $%d", p.r)
		if p.r == 6 {
			w.line("JEQ %s", rows(6))
			w.line("JLT %sLess", id)
			w.line("CMPQ R8, $8")
			w.line("JLE %s", rows(4))
			w.line("CMPQ R8, $9")
			w.line("JEQ %s", rows(5))
			w.line("JMP %s", rows(6))
			w.label("%sLess", id)
		} else {
			w.line("JGE %s", rows(p.r))
		}
		for r := p.r - 1; r >= 1; r-- {
			w.line("CMPQ R8, $%d", r)
			w.line("JEQ %s", rows(r))
		}
		w.line("JMP %sEnd", id)
	} else {
		w.line("CMPQ R8, $%d", p.r)
		w.line("JLT %sEnd", id)
	}
	for r := p.r; r >= 1 && (r == p.r || kind == "direct"); r-- {
		t.at = func(s string) string { return fmt.Sprintf("%s%s%d", id, s, r) }
		w.label("%s", rows(r))
		w.tileBlock(t, r)
		w.line("SUBQ $%d, R8", r)
		w.line("JMP %sRows", id)
	}
	w.label("%sEnd", id)
	w.line("VZEROUPPER")
	w.line("RET")
}

// fetchC fetches the next block of C: below this one, or after the last, beside the first.
func (w *writer) fetchC(t tile, r int, address, last string) {
	w.line("MOVQ c+64(FP), %s", address)
	w.line("ADDQ $%d, %s", t.v*w.lanes*4, address)
	w.line("CMPQ R8, $%d", r)
	w.line("JEQ %s", last)
	w.line("MOVQ DX, %s", address)
	rows := r
	if rows >= 4 {
		w.line("LEAQ (DX)(R13*4), %s", address)
		rows -= 4
	}
	for range rows {
		w.line("ADDQ R13, %s", address)
	}
	w.label("%s", last)
	for i := range r {
		if i > 0 {
			w.line("ADDQ R13, %s", address)
		}
		for at := 0; at < t.v*w.lanes*4; at += 64 {
			w.line("PREFETCHT0 %d(%s)", at, address)
		}
		w.line("PREFETCHT0 %d(%s)", t.v*w.lanes*4-4, address)
	}
}

func (w *writer) tileBlock(t tile, r int) {
	w.begin(t.panel, r, 80, 88, t.at)
	whole := r == t.r
	second := "SI" // the steps of the loop's second part
	if t.kind == "packed" {
		second = "R10"
	}
	w.line("MOVQ SI, AX")
	if t.kind != "packed" {
		if r > 4 {
			w.line("LEAQ (SI)(R10*4), BX")
		}
		w.line("MOVQ SI, a+16(FP)")
	}
	w.line("MOVQ DI, CX")
	if whole {
		w.line("MOVQ bCopy+56(FP), DI")
		w.line("CMPQ DI, CX")
		w.line("JEQ %s", t.at("again"))
		w.firstLoop(t, r, second)
		w.line("JMP %s", t.at("finish"))
		w.label("%s", t.at("again"))
	}
	if t.kind == "packed" {
		w.packedLoop(t, r)
	} else {
		w.twoParts(t, near, t.at("loop"), func() {
			w.step(t, r, 0, false)
			w.advance(t, r, fmt.Sprintf("$%d", t.v*w.lanes*4))
		}, func() {
			w.fetchC(t, r, "R14", t.at("last"))
		})
	}
	w.label("%s", t.at("finish"))
	if t.kind == "packed" {
		w.line("LEAQ %d(AX), SI", packGap)
	} else {
		w.line("MOVQ a+16(FP), SI")
	}
	w.relu(t.panel, r, 96, t.at)
	w.store(t.panel, r, 104, t.at)
	if t.kind != "packed" {
		w.nextRows(r)
	}
}

// twoParts emits a loop over k that does something when so many steps are left. Products with
// fewer steps do without.
func (w *writer) twoParts(t tile, left int, label string, body, between func()) {
	const second = "SI"
	w.line("MOVQ $%d, %s", left, second)
	w.line("MOVQ R9, R14")
	w.line("SUBQ %s, R14", second)
	w.line("JGT %s", label)
	w.line("MOVQ R9, R14")
	w.line("XORL %s, %s", second, second)
	w.label("%s", label)
	body()
	w.line("DECQ R14")
	w.line("JNE %s", label)
	w.line("TESTQ %s, %s", second, second)
	w.line("JEQ %s", t.at("finish"))
	between()
	w.line("MOVQ %s, R14", second)
	w.line("XORL %s, %s", second, second)
	w.line("JMP %s", label)
}

// firstLoop emits the loop of the first block, which copies B. It fetches the rows of B ahead, in
// its second part those at the head of the next tile.
func (w *writer) firstLoop(t tile, r int, second string) {
	loop := t.at("first")
	body := func() {
		for at := 0; at < t.v*w.lanes*4; at += 64 {
			w.line("PREFETCHT0 %d(CX)(R13*1)", at)
		}
		w.step(t, r, 0, true)
		w.advance(t, r, "R12")
		w.line("ADDQ $%d, DI", t.v*w.lanes*4)
	}
	w.line("MOVQ R12, R13")
	w.line("IMULQ $%d, R13", rowsAhead)
	w.line("MOVQ $%d, %s", rowsAhead, second)
	w.line("MOVQ R9, R14")
	w.line("SUBQ %s, R14", second)
	w.line("JGT %s", loop)
	w.line("MOVQ R9, R14")
	w.line("XORL %s, %s", second, second)
	w.line("MOVQ $%d, R13", t.v*w.lanes*4)
	w.label("%s", loop)
	body()
	w.line("DECQ R14")
	w.line("JNE %s", loop)
	w.line("MOVQ %s, R14", second)
	w.line("XORL %s, %s", second, second)
	w.line("MOVQ R9, R13 // from k - %d rows down to the head of the next columns", rowsAhead)
	w.line("SUBQ $%d, R13", rowsAhead)
	w.line("IMULQ R12, R13")
	w.line("NEGQ R13")
	w.line("ADDQ $%d, R13", t.v*w.lanes*4)
	w.line("TESTQ R14, R14")
	w.line("JNE %s", loop)
	w.line("MOVQ ldc+72(FP), R13")
	w.line("SHLQ $2, R13")
	w.line("MOVQ bCopy+56(FP), DI")
}

func log2(n int) int {
	s := 0
	for n > 1 {
		n, s = n/2, s+1
	}
	return s
}

// packedLoop emits the loop over copies of both operands.
func (w *writer) packedLoop(t tile, r int) {
	group := func() {
		for u := range unrolled {
			if w.lanes == 16 { // B comes from the second cache
				for at := 0; at < t.v*w.lanes*4; at += 64 {
					w.line("PREFETCHT0 %d(CX)", 2048+u*t.v*w.lanes*4+at)
				}
			}
			w.step(t, r, u, false)
		}
		w.line("ADDQ $%d, AX", 4*r*unrolled)
		w.line("ADDQ $%d, CX", t.v*w.lanes*4*unrolled)
	}
	w.line("MOVQ $%d, R10", near/unrolled)
	w.line("MOVQ R9, R14")
	w.line("SHRQ $%d, R14", log2(unrolled))
	w.line("JEQ %s", t.at("rest"))
	w.line("SUBQ R10, R14")
	w.line("JGT %s", t.at("loop"))
	w.line("ADDQ R10, R14")
	w.line("XORL R10, R10")
	w.label("%s", t.at("loop"))
	group()
	w.line("DECQ R14")
	w.line("JNE %s", t.at("loop"))
	w.line("TESTQ R10, R10")
	w.line("JEQ %s", t.at("rest"))
	w.fetchC(t, r, "R14", t.at("last"))
	w.line("MOVQ R10, R14")
	w.line("XORL R10, R10")
	w.line("JMP %s", t.at("loop"))
	w.label("%s", t.at("rest"))
	w.line("MOVQ R9, R14")
	w.line("ANDQ $%d, R14", unrolled-1)
	w.line("JEQ %s", t.at("finish"))
	w.label("%s", t.at("single"))
	w.step(t, r, 0, false)
	w.advance(t, r, fmt.Sprintf("$%d", t.v*w.lanes*4))
	w.line("DECQ R14")
	w.line("JNE %s", t.at("single"))
}

// step emits one step of k; first says that B is read in place and copied.
func (w *writer) step(t tile, r, u int, first bool) {
	for v := range t.v {
		if first {
			w.load(t.panel, "CX", v, t.b0+v)
			w.line("VMOVUPS %s, %d(DI)", w.vec(t.b0+v), v*w.lanes*4)
		} else {
			w.line("VMOVUPS %d(CX), %s", (u*t.v+v)*w.lanes*4, w.vec(t.b0+v))
		}
	}
	for i := range r {
		a := t.b0 + t.v + i%w.aRegs()
		from := row(i)
		if t.kind == "packed" {
			from = fmt.Sprintf("%d(AX)", 4*(u*r+i))
		}
		w.line("VBROADCASTSS %s, %s", from, w.vec(a))
		for v := range t.v {
			w.line("VFMADD231PS %s, %s, %s", w.vec(t.b0+v), w.vec(a), w.vec(t.acc(i, v)))
		}
	}
}

// advance moves on by one step of k.
func (w *writer) advance(t tile, r int, b string) {
	if t.kind == "packed" {
		w.line("ADDQ $%d, AX", 4*r)
	} else {
		w.line("ADDQ R11, AX")
		if r > 4 {
			w.line("ADDQ R11, BX")
		}
	}
	w.line("ADDQ %s, CX", b)
}
