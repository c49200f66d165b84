package kernel

//go:generate go -C gen run ./gemm -dir ..

// callWork bounds a call of assembly, which cannot be preempted, to about 100 µs: m·k of one panel.
const callWork = 1 << 18

// gemmVec is Gemm by the assembly of the active set, or false if there is none.
func gemmVec(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) bool {
	if active == setGo || k == 0 {
		return false
	}
	if n <= thin && m >= 16 && aRow == 1 && !relu {
		gemmThin(m, n, k, a, aCol, b, ldb, c, ldc, start, bias)
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
	wide := active == setAVX512
	lanes := 8
	if wide {
		lanes = 16
	}
	most := 2 // vectors of the widest panel that suits so few rows
	switch {
	case m <= 2 && wide:
		most = 8
	case m <= 2, m <= 4 && wide:
		most = 4
	}
	r := 0
	if relu {
		r = 1
	}
	for j := 0; j < n; {
		v := most
		for v > 1 && n-j <= (v-1)*lanes {
			v /= 2
		}
		width := min(v*lanes, n-j)
		last := width - (v-1)*lanes // lanes of the last vector
		var bp *float32
		if start == FromBias {
			bp = &bias[j]
		}
		if wide {
			mask := uint64(1)<<last - 1
			switch v {
			case 1:
				gemm1AVX512(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, mask)
			case 2:
				gemm2AVX512(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, mask)
			case 4:
				gemm4AVX512(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, mask)
			case 8:
				gemm8AVX512(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, mask)
			}
		} else {
			switch v {
			case 1:
				gemm1AVX2(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, uint64(last))
			case 2:
				gemm2AVX2(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, uint64(last))
			case 4:
				gemm4AVX2(m, k, &a[0], aRow, aCol, &b[j], ldb, &c[j], ldc, int(start), bp, r, uint64(last))
			}
		}
		j += width
	}
}
