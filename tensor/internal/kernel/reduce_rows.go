package kernel

// Sums over the rows of matrices [rows, cols], by R5 and, for long rows, R6.

// reduction is a kind of sum. Of its operands x and y are matrices, row meets all rows and col has
// one number for each; what it has no use for is nil.
type reduction uint8

const (
	sumOfX reduction = iota
	sumOfXY
	sumOfXRow
	sumOfSquares // of x-col
	sumOfXYCentred
	sumOfXRowYCentred
	sumOfXRowY
)

// blocks sums rows of at most 4096 elements.
func (r reduction) blocks(dst, x, y, row, col []float32, rows, cols int) {
	switch r {
	case sumOfX:
		sumRows(dst, x, rows, cols)
	case sumOfXY:
		dotRows(dst, x, y, rows, cols)
	case sumOfXRow:
		dotRow(dst, x, row, rows, cols)
	case sumOfSquares:
		squaresRows(dst, x, col, rows, cols)
	case sumOfXYCentred:
		dotCentred(dst, x, y, col, rows, cols)
	case sumOfXRowYCentred:
		dotRowCentred(dst, x, y, row, col, rows, cols)
	case sumOfXRowY:
		dotThree(dst, x, y, row, rows, cols)
	}
}

// rows sets dst[i] to the sum over row i.
func (r reduction) rows(dst, x, y, row, col []float32, rows, cols int) {
	if cols <= block {
		r.blocks(dst, x, y, row, col, rows, cols)
		return
	}
	// A row of more than 4096 blocks would need another level; none is that long.
	var s [block]float32
	for i := range dst[:rows] {
		n := 0
		for from := 0; from < cols; from += block {
			w, at := min(block, cols-from), i*cols+from
			r.blocks(s[n:n+1], part(x, at, w), part(y, at, w), part(row, from, w), part(col, i, 1), 1, w)
			n++
		}
		dst[i] = sumBlock(s[:n])
	}
}

// part returns n elements of x, or nil of nil.
func part(x []float32, from, n int) []float32 {
	if x == nil {
		return nil
	}
	return x[from : from+n]
}

// share is a task's part of sums over the rows of one or two matrices.
func (r reduction) share(t *rowTask, lo, hi int) {
	c := t.cols
	r.rows(t.x[0][lo:hi], t.x[1][lo*c:hi*c], part(t.x[2], lo*c, (hi-lo)*c), nil, nil, hi-lo, c)
}

func sumShare(t *rowTask, lo, hi int) { sumOfX.share(t, lo, hi) }
func dotShare(t *rowTask, lo, hi int) { sumOfXY.share(t, lo, hi) }

func sumRows(dst, x []float32, rows, cols int) {
	if sumVec(dst, x, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			p[j%lanes] += v
		}
		dst[i] = join(&p)
	}
}

func dotRows(dst, x, y []float32, rows, cols int) {
	if dotVec(dst, x, y, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			p[j%lanes] = fma(v, y[i*cols+j], p[j%lanes])
		}
		dst[i] = join(&p)
	}
}

// dotRow sums x*row.
func dotRow(dst, x, row []float32, rows, cols int) {
	if dotRowVec(dst, x, row, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			p[j%lanes] = fma(v, row[j], p[j%lanes])
		}
		dst[i] = join(&p)
	}
}

// squaresRows sums (x-col)².
func squaresRows(dst, x, col []float32, rows, cols int) {
	if squaresVec(dst, x, col, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			d := v - col[i]
			p[j%lanes] = fma(d, d, p[j%lanes])
		}
		dst[i] = join(&p)
	}
}

// dotCentred sums x*(y-col).
func dotCentred(dst, x, y, col []float32, rows, cols int) {
	if dotCentredVec(dst, x, y, col, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			p[j%lanes] = fma(v, y[i*cols+j]-col[i], p[j%lanes])
		}
		dst[i] = join(&p)
	}
}

// dotRowCentred sums (x*row)*(y-col).
func dotRowCentred(dst, x, y, row, col []float32, rows, cols int) {
	if dotRowCentredVec(dst, x, y, row, col, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			p[j%lanes] = fma(v*row[j], y[i*cols+j]-col[i], p[j%lanes])
		}
		dst[i] = join(&p)
	}
}

// dotThree sums (x*row)*y.
func dotThree(dst, x, y, row []float32, rows, cols int) {
	if dotThreeVec(dst, x, y, row, rows, cols) {
		return
	}
	for i := range dst[:rows] {
		var p [lanes]float32
		for j, v := range x[i*cols : (i+1)*cols] {
			p[j%lanes] = fma(v*row[j], y[i*cols+j], p[j%lanes])
		}
		dst[i] = join(&p)
	}
}

// RowSums sets dst[i] to the sum of row i of x [rows, cols].
func RowSums(dst, x []float32, rows, cols int) {
	dst, x = dst[:rows], x[:rows*cols]
	if rows > 1 && rows*cols >= splitCheap && threads > 1 {
		t := newRowTask(sumShare, cols)
		t.x = [8][]float32{dst, x}
		t.over(rows, splitCheap/2/cols+1)
		return
	}
	sumOfX.rows(dst, x, nil, nil, nil, rows, cols)
}

// RowDots sets dst[i] to the dot product of rows i of x and y, both [rows, cols].
func RowDots(dst, x, y []float32, rows, cols int) {
	dst, x, y = dst[:rows], x[:rows*cols], y[:rows*cols]
	if rows > 1 && rows*cols >= splitCheap && threads > 1 {
		t := newRowTask(dotShare, cols)
		t.x = [8][]float32{dst, x, y}
		t.over(rows, splitCheap/2/cols+1)
		return
	}
	sumOfXY.rows(dst, x, y, nil, nil, rows, cols)
}

// RowDotsCentred sets dst[i] to the dot product of row i of x with that of y less col[i], both
// [rows, cols].
func RowDotsCentred(dst, x, y, col []float32, rows, cols int) {
	sumOfXYCentred.rows(dst[:rows], x[:rows*cols], y[:rows*cols], nil, col[:rows], rows, cols)
}
