package kernel

// Operations between a matrix [rows, cols] and a row or a column of it.

// rowwise is such an operation in assembly, with operands that meet all rows of the matrix (row)
// or of which each row meets one number (col).
type rowwise func(dst, x, other []float32, rows, cols int)

// overRows runs f on all rows, on several threads if that is worth it.
func overRows(f rowwise, dst, x, other []float32, byRow bool, rows, cols int) {
	if rows*cols < splitCheap || threads == 1 || rows == 1 {
		f(dst, x, other, rows, cols)
		return
	}
	t := newRowTask(rowwiseShare, cols)
	if t.rowwise = f; byRow {
		t.x = [8][]float32{dst, x, other}
	} else {
		t.x = [8][]float32{dst, x, nil, other}
	}
	t.over(rows, splitCheap/2/cols+1)
}

func rowwiseShare(t *rowTask, lo, hi int) {
	if lo == hi {
		return
	}
	c := t.cols
	other := t.x[2]
	if other == nil {
		other = t.x[3][lo:hi]
	}
	t.rowwise(t.x[0][lo*c:hi*c], t.x[1][lo*c:hi*c], other, hi-lo, c)
}

// AddRow sets dst[i,j] = x[i,j] + row[j].
func AddRow(dst, x, row []float32, rows, cols int) {
	overRows(addRow, dst[:rows*cols], x[:rows*cols], row[:cols], true, rows, cols)
}

func addRow(dst, x, row []float32, rows, cols int) {
	if addRowVec(dst, x, row, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v + row[j]
		}
	}
}

// SubRow sets dst[i,j] = x[i,j] - row[j].
func SubRow(dst, x, row []float32, rows, cols int) {
	overRows(subRow, dst[:rows*cols], x[:rows*cols], row[:cols], true, rows, cols)
}

func subRow(dst, x, row []float32, rows, cols int) {
	if subRowVec(dst, x, row, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v - row[j]
		}
	}
}

// MulRow sets dst[i,j] = x[i,j] * row[j].
func MulRow(dst, x, row []float32, rows, cols int) {
	overRows(mulRow, dst[:rows*cols], x[:rows*cols], row[:cols], true, rows, cols)
}

func mulRow(dst, x, row []float32, rows, cols int) {
	if mulRowVec(dst, x, row, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v * row[j]
		}
	}
}

// DivRow sets dst[i,j] = x[i,j] / row[j].
func DivRow(dst, x, row []float32, rows, cols int) {
	overRows(divRow, dst[:rows*cols], x[:rows*cols], row[:cols], true, rows, cols)
}

func divRow(dst, x, row []float32, rows, cols int) {
	if divRowVec(dst, x, row, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v / row[j]
		}
	}
}

// AddCol sets dst[i,j] = x[i,j] + col[i].
func AddCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Add(dst[:rows], x, col)
		return
	}
	overRows(addCol, dst[:rows*cols], x[:rows*cols], col[:rows], false, rows, cols)
}

func addCol(dst, x, col []float32, rows, cols int) {
	if addColVec(dst, x, col, rows, cols) {
		return
	}
	for i, s := range col[:rows] {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v + s
		}
	}
}

// SubCol sets dst[i,j] = x[i,j] - col[i].
func SubCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Sub(dst[:rows], x, col)
		return
	}
	overRows(subCol, dst[:rows*cols], x[:rows*cols], col[:rows], false, rows, cols)
}

func subCol(dst, x, col []float32, rows, cols int) {
	if subColVec(dst, x, col, rows, cols) {
		return
	}
	for i, s := range col[:rows] {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v - s
		}
	}
}

// MulCol sets dst[i,j] = x[i,j] * col[i].
func MulCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Mul(dst[:rows], x, col)
		return
	}
	overRows(mulCol, dst[:rows*cols], x[:rows*cols], col[:rows], false, rows, cols)
}

func mulCol(dst, x, col []float32, rows, cols int) {
	if mulColVec(dst, x, col, rows, cols) {
		return
	}
	for i, s := range col[:rows] {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v * s
		}
	}
}

// DivCol sets dst[i,j] = x[i,j] / col[i].
func DivCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Div(dst[:rows], x, col)
		return
	}
	overRows(divCol, dst[:rows*cols], x[:rows*cols], col[:rows], false, rows, cols)
}

func divCol(dst, x, col []float32, rows, cols int) {
	if divColVec(dst, x, col, rows, cols) {
		return
	}
	for i, s := range col[:rows] {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = v / s
		}
	}
}
