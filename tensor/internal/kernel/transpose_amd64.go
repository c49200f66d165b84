package kernel

// transpose8 transposes blocks·8 rows and 8 columns: dst[j*ldd+i] = src[i*lds+j].
//
//go:noescape
func transpose8(dst *float32, ldd int, src *float32, lds int, blocks int)

// transposeVec transposes whole blocks of 8 by 8 and returns how many rows and columns that is.
func transposeVec(dst []float32, ldd int, src []float32, lds, rows, cols int) (doneRows, doneCols int) {
	if active == setGo {
		return 0, 0
	}
	doneRows, doneCols = rows&^7, cols&^7
	if doneRows == 0 {
		return 0, 0
	}
	for j := 0; j < doneCols; j += 8 {
		transpose8(&dst[j*ldd], ldd, &src[j], lds, doneRows/8)
	}
	return doneRows, doneCols
}
