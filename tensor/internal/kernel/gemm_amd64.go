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

// gemmVec is Gemm by the assembly of the active set, or false if there is none.
func gemmVec(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) bool {
	switch {
	case active == setGo || k == 0:
		return false
	case n <= thin && m >= 16 && aRow == 1 && !relu:
		gemmThin(m, n, k, a, aCol, b, ldb, c, ldc, start, bias)
		return true
	case worthPacking(m, n, k, aCol):
		gemmPacked(m, n, k, a, aRow, aCol, b, ldb, c, ldc, start, bias, relu)
		return true
	}
	rows := max(8, callWork/k&^7)
	for i := 0; i < m; i += rows {
		gemmRows(min(rows, m-i), n, k, a[i*aRow:], aRow, aCol, b, ldb, c[i*ldc:], ldc, start, bias, relu)
	}
	return true
}

// thin is the number of columns up to which a product with a transposed A is computed as its
// transpose: vectors then run over the rows, of which there are more.
const thin = 6

// gemmThin computes Cᵀ = Bᵀ·Aᵀ in scratch, for A [m, k] given by columns of stride aCol.
func gemmThin(m, n, k int, a []float32, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32) {
	s := borrow(n * m)
	t := s.of(n * m)
	for j := range n {
		switch row := t[j*m : (j+1)*m]; start {
		case FromC:
			for i := range row {
				row[i] = c[i*ldc+j]
			}
		case FromBias:
			for i := range row {
				row[i] = bias[j]
			}
		}
	}
	if start == FromBias {
		start = FromC
	}
	rows := max(8, callWork/k&^7)
	for j := 0; j < n; j += rows {
		gemmRows(min(rows, n-j), m, k, b[j:], 1, ldb, a, aCol, t[j*m:], m, start, nil, false)
	}
	for j := range n {
		for i, x := range t[j*m : (j+1)*m] {
			c[i*ldc+j] = x
		}
	}
	giveBack(s)
}

// gemmRows computes all panels of some rows.
func gemmRows(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) {
	lanes := vectorLanes()
	most := 2 // vectors of the widest panel that suits so few rows
	switch wide := active == setAVX512; {
	case m <= 2 && wide:
		most = 8
	case m <= 2, m <= 4 && wide:
		most = 4
	}
	for j := 0; j < n; {
		if n-j <= maxNarrow && aCol == 1 && m >= 2*lanes {
			if start == FromBias {
				bias = bias[j:]
			}
			gemmNarrow(m, n-j, k, a, aRow, b[j:], ldb, c[j:], ldc, start, bias, relu)
			return
		}
		v := most
		for v > 1 && n-j <= (v-1)*lanes {
			v /= 2
		}
		width := min(v*lanes, n-j)
		var bp *float32
		if start == FromBias {
			bp = &bias[j]
		}
		panel(v, m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, start, bp, relu, width)
		j += width
	}
}

// panel computes width <= v vectors of columns.
func panel(v, m, k int, a *float32, aRow, aCol int, b *float32, ldb int, c *float32, ldc int, start Start, bias *float32, relu bool, width int) {
	s, r := int(start), 0
	if relu {
		r = 1
	}
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
	}
}

// maxNarrow is the number of columns up to which vectors run over rows, for A by rows.
const maxNarrow = 4

// gemmNarrow computes at most 4 columns, with the result of some rows transposed on the stack.
func gemmNarrow(m, n, k int, a []float32, aRow int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) {
	const per = 64 // rows at a time: whole groups in each set
	var t [maxNarrow * per]float32
	lanes := vectorLanes()
	whole := m &^ (lanes - 1)
	for i := 0; i < whole; i += per {
		rows := min(per, whole-i)
		ci := c[i*ldc:]
		for j := range n {
			row := t[j*per : j*per+rows]
			switch start {
			case FromZero:
				clear(row)
			case FromC:
				for r := range row {
					row[r] = ci[r*ldc+j]
				}
			case FromBias:
				for r := range row {
					row[r] = bias[j]
				}
			}
		}
		narrowVec(n, rows/lanes, k, &a[i*aRow], aRow, &b[0], ldb, &t[0], per)
		for j := range n {
			row := t[j*per : j*per+rows]
			if relu {
				reluInPlace(row)
			}
			for r, x := range row {
				ci[r*ldc+j] = x
			}
		}
	}
	if whole < m {
		var bp *float32
		if start == FromBias {
			bp = &bias[0]
		}
		panel(1, m-whole, k, &a[whole*aRow], aRow, 1, &b[0], ldb, &c[whole*ldc], ldc, start, bp, relu, n)
	}
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
