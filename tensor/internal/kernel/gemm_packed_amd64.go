package kernel

// Products too big for their operands to stay in cache go block by block, with the blocks of B,
// and of a transposed A, copied into contiguous memory. The order of k stays as it is, so that
// the bits do.

func activeBlocking() *blocking {
	if active == setAVX512 {
		return &blockingAVX512
	}
	return &blockingAVX2
}

// strideWorthCopying is the distance of A's columns from which they disturb each other in the
// first cache.
const strideWorthCopying = 128

// worthPacking reports whether the copies cost less than they save.
func worthPacking(m, n, k, aCol int) bool {
	if m < 32 || n < 32 || k < 16 {
		return false
	}
	most := activeBlocking().most
	if m < 64 { // few rows use a panel few times
		most *= 4
	}
	return k*n > most || aCol >= strideWorthCopying && n >= 128
}

// gemmPacked is Gemm by blocks.
func gemmPacked(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) {
	size := activeBlocking()
	lanes := vectorLanes()
	width := 2 * lanes // of a panel
	s := borrow(size.k * (size.n + size.m))
	bs, as := s.data[:size.k*size.n], s.data[size.k*size.n:]
	for jc := 0; jc < n; jc += size.n {
		nc := min(size.n, n-jc)
		for pc := 0; pc < k; pc += size.k {
			kc := min(size.k, k-pc)
			for j := 0; j < nc; j += width {
				packPanel(bs[j*kc:], b[pc*ldb+jc+j:], ldb, kc, min(width, nc-j), width)
			}
			from, last := start, relu && pc+kc == k
			if pc > 0 {
				from = FromC
			}
			for ic := 0; ic < m; ic += size.m {
				mc := min(size.m, m-ic)
				block, row, col := a[ic*aRow+pc*aCol:], aRow, aCol
				if aCol != 1 {
					transposeBlock(as, kc, block, aCol, kc, mc, aRow)
					block, row, col = as, kc, 1
				}
				for j := 0; j < nc; j += width {
					w := min(width, nc-j)
					var bp *float32
					if from == FromBias {
						bp = &bias[jc+j]
					}
					panel((w+lanes-1)/lanes, mc, kc, &block[0], row, col, &bs[j*kc], width, &c[ic*ldc+jc+j], ldc, from, bp, last, w)
				}
			}
		}
	}
	giveBack(s)
}

// packPanel copies rows of cols <= width elements, ld apart, to rows of width elements.
func packPanel(dst, src []float32, ld, rows, cols, width int) {
	if cols < width {
		for p := range rows {
			copy(dst[p*width:p*width+cols], src[p*ld:])
		}
		return
	}
	if active == setAVX512 {
		packAVX512(&dst[0], &src[0], ld, rows)
	} else {
		packAVX2(&dst[0], &src[0], ld, rows)
	}
}

// transposeBlock sets dst[i*ldd+p] = src[p*lds+i*step] for p < rows, i < cols.
func transposeBlock(dst []float32, ldd int, src []float32, lds, rows, cols, step int) {
	if step != 1 {
		for i := range cols {
			for p := range rows {
				dst[i*ldd+p] = src[p*lds+i*step]
			}
		}
		return
	}
	r, c := transposeVec(dst, ldd, src, lds, rows, cols)
	if c < cols {
		transposeGo(dst[c*ldd:], ldd, src[c:], lds, rows, cols-c)
	}
	if r < rows {
		transposeGo(dst[r:], ldd, src[r*lds:], lds, rows-r, c)
	}
}
