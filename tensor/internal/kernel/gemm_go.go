package kernel

import "math"

// gemmGo is Gemm in pure Go: the definition, one row of C at a time.
func gemmGo(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) {
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		switch start {
		case FromZero:
			clear(row)
		case FromBias:
			copy(row, bias)
		}
		for p := range k {
			axpyGo(row, b[p*ldb:p*ldb+n], a[i*aRow+p*aCol])
		}
		if relu {
			for j, v := range row {
				row[j] = reluOf(v)
			}
		}
	}
}

// axpyGo sets dst = fma(x, s, dst), with the common case of fma written out: the compiler does
// not inline the whole.
func axpyGo(dst, x []float32, s float32) {
	x = x[:len(dst)]
	w := float64(s)
	for i, v := range x {
		p := w * float64(v)
		z := float64(dst[i])
		r := p + z
		if b := math.Float64bits(r); b&midpointMask != midpoint && b&^(1<<63) >= minNormal {
			dst[i] = float32(r)
		} else {
			dst[i] = fmaOdd(p, z, r)
		}
	}
}
