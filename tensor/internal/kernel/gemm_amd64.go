package kernel

//go:generate go -C gen run ./gemm -dir ..

// callWork bounds a call of assembly, which cannot be preempted, to about 100 µs: m·k of one panel.
const callWork = 1 << 18

// vectorLanes is the number of float32 in a vector of the active set.
func vectorLanes() int {
	if active == setAVX512 {
		return 16
	}
	return 8
}

// vec computes a product by the assembly of the active set, or returns false if there is none.
func (g *product) vec() bool {
	if active == setGo || g.k == 0 {
		return false
	}
	switch {
	case g.transposed && g.m == 1 && g.n >= 2*vectorLanes():
		g.rowTransposed()
	case g.transposed:
		g.blocks()
	case g.m == 1 && g.n > sweepFrom:
		g.sweep()
	case g.n <= thinColumns && g.m >= 16 && g.aRow == 1 && !g.relu:
		g.thin()
	case g.worthBlocks():
		g.blocks()
	default:
		rows := max(8, callWork/g.k&^7)
		h := *g
		for i := 0; i < g.m; i += rows {
			h.m, h.a, h.c = min(rows, g.m-i), g.a[i*g.aRow:], g.c[i*g.ldc:]
			h.direct()
		}
	}
	return true
}

// sweepFrom is the number of columns up to which one row's sums stay in registers.
const sweepFrom = 64

// sweep computes one row, adding up rows of B: so B is read once, in the order of memory.
func (g *product) sweep() {
	c := g.c[:g.n]
	switch g.start {
	case FromZero:
		clear(c)
	case FromBias:
		copy(c, g.bias)
	}
	rows := max(8, 4*callWork/g.n&^7)
	for p := 0; p < g.k; p += rows {
		a, b := &g.a[p*g.aCol], &g.b[p*g.ldb]
		if active == setAVX512 {
			sweepAVX512(g.n, min(rows, g.k-p), a, g.aCol, b, g.ldb, &c[0])
		} else {
			sweepAVX2(g.n, min(rows, g.k-p), a, g.aCol, b, g.ldb, &c[0])
		}
	}
	if g.relu {
		ReLU(c, c)
	}
}

// thinColumns is the number of columns up to which a product with a transposed A is computed as its
// transpose: vectors then run over the rows, of which there are more.
const thinColumns = 6

// thin computes Cᵀ = Bᵀ·Aᵀ in scratch, for A given by columns.
func (g *product) thin() {
	m := g.m
	s := borrow(g.n * m)
	t := s.of(g.n * m)
	start := g.start
	for j := range g.n {
		switch row := t[j*m : (j+1)*m]; start {
		case FromC:
			for i := range row {
				row[i] = g.c[i*g.ldc+j]
			}
		case FromBias:
			for i := range row {
				row[i] = g.bias[j]
			}
		}
	}
	if start == FromBias {
		start = FromC
	}
	rows := max(8, callWork/g.k&^7)
	h := product{n: m, k: g.k, aRow: 1, aCol: g.ldb, b: g.a, ldb: g.aCol, ldc: m, start: start}
	for j := 0; j < g.n; j += rows {
		h.m, h.a, h.c = min(rows, g.n-j), g.b[j:], t[j*m:]
		h.direct()
	}
	for j := range g.n {
		for i, x := range t[j*m : (j+1)*m] {
			g.c[i*g.ldc+j] = x
		}
	}
	giveBack(s)
}

// direct computes all panels of some rows, with nothing copied.
func (g *product) direct() {
	lanes := vectorLanes()
	most := 2 // vectors of the widest panel that suits so few rows
	switch wide := active == setAVX512; {
	case g.m == 1 && wide:
		most = 16
	case g.m == 1, g.m == 2 && wide:
		most = 8
	case g.m == 2, g.m <= 4 && wide:
		most = 4
	}
	for j := 0; j < g.n; {
		if g.n-j <= maxNarrow && g.aCol == 1 && g.m >= 2*lanes {
			g.narrow(j)
			return
		}
		v := most
		for v > 1 && g.n-j <= (v-1)*lanes {
			v /= 2
		}
		width := min(v*lanes, g.n-j)
		panel(v, g.m, g.k, &g.a[0], g.aRow, g.aCol, &g.b[j], g.ldb, &g.c[j], g.ldc, g.start, g.biasAt(j), g.relu, width)
		j += width
	}
}

// biasAt is where the bias of a column is, or nil if there is none.
func (g *product) biasAt(j int) *float32 {
	if g.start == FromBias {
		return &g.bias[j]
	}
	return nil
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// panel computes width <= v vectors of columns.
func panel(v, m, k int, a *float32, aRow, aCol int, b *float32, ldb int, c *float32, ldc int, start Start, bias *float32, relu bool, width int) {
	s, r := int(start), toInt(relu)
	if active == setAVX512 {
		mask := uint64(1)<<(width-(v-1)*16) - 1
		switch v {
		case 1:
			gemm1AVX512(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, mask)
		case 2:
			gemm2AVX512(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, mask)
		case 4:
			gemm4AVX512(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, mask)
		case 8:
			gemm8AVX512(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, mask)
		case 16:
			gemm16AVX512(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, mask)
		}
		return
	}
	last := uint64(width - (v-1)*8)
	switch v {
	case 1:
		gemm1AVX2(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, last)
	case 2:
		gemm2AVX2(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, last)
	case 4:
		gemm4AVX2(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, last)
	case 8:
		gemm8AVX2(m, k, a, aRow, aCol, b, ldb, c, ldc, s, bias, r, last)
	}
}
