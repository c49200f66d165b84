package kernel

// transposeBlocks transposes blocks of 8 by 8: dst[j*ldd+i] = src[i*lds+j] for i < 8·rowBlocks,
// j < 8·colBlocks.
//
//go:noescape
func transposeBlocks(dst *float32, ldd int, src *float32, lds int, rowBlocks, colBlocks int)

// transposeVec transposes whole blocks of 8 by 8 and returns how many rows and columns that is.
func transposeVec(dst []float32, ldd int, src []float32, lds, rows, cols int) (doneRows, doneCols int) {
	if active == setGo {
		return 0, 0
	}
	doneRows, doneCols = rows&^7, cols&^7
	if doneRows == 0 || doneCols == 0 {
		return 0, 0
	}
	most := max(8, transposeWork/doneRows&^7)
	for j := 0; j < doneCols; j += most {
		transposeBlocks(&dst[j*ldd], ldd, &src[j], lds, doneRows/8, min(most, doneCols-j)/8)
	}
	return doneRows, doneCols
}

// transposeWork bounds a call of assembly, which cannot be preempted, to about 100 µs.
const transposeWork = 1 << 16
