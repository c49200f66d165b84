package kernel

// Transpose sets dst [cols, rows] to the transpose of src [rows, cols]. They must not overlap.
func Transpose(dst, src []float32, rows, cols int) {
	dst, src = dst[:rows*cols], src[:rows*cols]
	if rows == 1 || cols == 1 {
		copy(dst, src)
		return
	}
	r, c := transposeVec(dst, rows, src, cols, rows, cols)
	if c < cols {
		transposeGo(dst[c*rows:], rows, src[c:], cols, rows, cols-c)
	}
	if r < rows {
		transposeGo(dst[r:], rows, src[r*cols:], cols, rows-r, c)
	}
}

// transposeGo sets dst[j*ldd+i] = src[i*lds+j], in tiles that keep both sides in cache.
func transposeGo(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	const tile = 16
	for i0 := 0; i0 < rows; i0 += tile {
		for j0 := 0; j0 < cols; j0 += tile {
			for j := j0; j < min(j0+tile, cols); j++ {
				for i := i0; i < min(i0+tile, rows); i++ {
					dst[j*ldd+i] = src[i*lds+j]
				}
			}
		}
	}
}
