package kernel

// A product of few columns has its vectors run over rows, in groups of as many as a vector has
// lanes, and is computed transposed.

// maxNarrow is the number of columns up to which that is done, for A by rows.
const maxNarrow = 4

// narrow computes the columns from j on, at most 4.
func (g *product) narrow(j int) {
	h := *g
	h.n, h.b, h.c = g.n-j, g.b[j:], g.c[j:]
	if g.start == FromBias {
		h.bias = g.bias[j:]
	}
	whole := h.narrowGroups(h.b, h.ldb, h.ldc, 1)
	if whole < h.m {
		panel(1, h.m-whole, h.k, &h.a[whole*h.aRow], h.aRow, 1, &h.b[0], h.ldb, &h.c[whole*h.ldc], h.ldc, h.start, h.biasAt(0), h.relu, h.n)
	}
}

// rowTransposed computes the one row of A·Bᵀ as (B·Aᵀ)ᵀ, so that B need not be transposed.
func (g *product) rowTransposed() {
	h := product{m: g.n, n: 1, k: g.k, a: g.b, aRow: g.ldb, c: g.c, start: g.start}
	whole := h.narrowGroups(g.a, g.aCol, 1, g.ldc)
	if whole < g.n {
		r := *g
		r.n, r.b, r.c = g.n-whole, g.b[whole*g.ldb:], g.c[whole:]
		r.blocks()
	}
}

// narrowGroups computes whole groups of rows, element (i, j) of C being c[i*cRow+j*cCol], and
// returns how many rows that is. A is by rows.
func (g *product) narrowGroups(b []float32, ldb, cRow, cCol int) (whole int) {
	const per = 64 // rows at a time, transposed on the stack: whole groups in each set
	var t [maxNarrow * per]float32
	lanes := vectorLanes()
	whole = g.m &^ (lanes - 1)
	for i := 0; i < whole; i += per {
		rows := min(per, whole-i)
		ci := g.c[i*cRow:]
		for j := range g.n {
			row := t[j*per : j*per+rows]
			switch g.start {
			case FromZero:
				clear(row)
			case FromC:
				for r := range row {
					row[r] = ci[r*cRow+j*cCol]
				}
			case FromBias:
				for r := range row {
					row[r] = g.bias[j]
				}
			}
		}
		narrowVec(g.n, rows/lanes, g.k, &g.a[i*g.aRow], g.aRow, &b[0], ldb, &t[0], per)
		for j := range g.n {
			row := t[j*per : j*per+rows]
			for r, x := range row {
				if g.relu {
					x = reluOf(x)
				}
				ci[r*cRow+j*cCol] = x
			}
		}
	}
	return whole
}

func narrowVec(n, groups, k int, a *float32, aRow int, b *float32, ldb int, t *float32, ldt int) {
	if active == setAVX512 {
		switch n {
		case 1:
			narrow1AVX512(groups, k, a, aRow, b, ldb, t, ldt)
		case 2:
			narrow2AVX512(groups, k, a, aRow, b, ldb, t, ldt)
		case 3:
			narrow3AVX512(groups, k, a, aRow, b, ldb, t, ldt)
		case 4:
			narrow4AVX512(groups, k, a, aRow, b, ldb, t, ldt)
		}
		return
	}
	switch n {
	case 1:
		narrow1AVX2(groups, k, a, aRow, b, ldb, t, ldt)
	case 2:
		narrow2AVX2(groups, k, a, aRow, b, ldb, t, ldt)
	case 3:
		narrow3AVX2(groups, k, a, aRow, b, ldb, t, ldt)
	case 4:
		narrow4AVX2(groups, k, a, aRow, b, ldb, t, ldt)
	}
}
