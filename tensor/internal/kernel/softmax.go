package kernel

// strip is how many elements of short rows an operation of several passes takes at once, so that
// they stay in the first cache.
const strip = 2048

// stripRows is the greatest number of rows in a strip.
const stripRows = 128

// rowsPerStrip returns how many rows of cols > 0 elements make a strip, at least one.
func rowsPerStrip(cols int) int { return min(stripRows, max(1, strip/cols)) }

// shares says whether an operation of several passes is worth more than one thread.
func shares(rows, cols int) bool { return rows > 1 && rows*cols >= splitRows && threads > 1 }

// rowsPerShare returns how many rows are worth a thread.
func rowsPerShare(cols int) int { return splitRows/2/max(1, cols) + 1 }

// Softmax sets each row of dst [rows, cols] to e * (1/sum e) with e = exp(x - max of the row).
func Softmax(dst, x []float32, rows, cols int) {
	dst, x = dst[:rows*cols], x[:rows*cols]
	if shares(rows, cols) {
		t := newRowTask(softmaxShare, cols)
		t.x = [8][]float32{dst, x}
		t.over(rows, rowsPerShare(cols))
		return
	}
	softmax(dst, x, rows, cols)
}

func softmaxShare(t *rowTask, lo, hi int) {
	c := t.cols
	softmax(t.x[0][lo*c:hi*c], t.x[1][lo*c:hi*c], hi-lo, c)
}

func softmax(dst, x []float32, rows, cols int) {
	if cols == 0 {
		return
	}
	var of [stripRows]float32
	for per := rowsPerStrip(cols); rows > 0; rows -= per {
		part := min(rows, per)
		n, each := part*cols, of[:part]
		d := dst[:n]
		RowMax(each, x[:n], part, cols)
		expShifted(d, x[:n], each, part, cols)
		sumOfX.rows(each, d, nil, nil, nil, part, cols)
		for i, s := range each {
			each[i] = 1 / s
		}
		mulCol(d, d, each, part, cols)
		dst, x = dst[n:], x[n:]
	}
}

// expShifted sets dst = exp(x - col).
func expShifted(dst, x, col []float32, rows, cols int) {
	if expShiftedVec(dst, x, col, rows, cols) {
		return
	}
	for i, s := range col[:rows] {
		for j, v := range x[i*cols : (i+1)*cols] {
			dst[i*cols+j] = expOf(v - s)
		}
	}
}

// logsOf is Log on one thread, so that its operands need not leave the stack.
func logsOf(dst, x []float32) {
	if !logAlone(dst, x) {
		for i, v := range x {
			dst[i] = logOf(v)
		}
	}
}

// LogSoftmax sets each row of dst [rows, cols] to d - log(sum exp d) with d = x - max of the row.
func LogSoftmax(dst, x []float32, rows, cols int) {
	dst, x = dst[:rows*cols], x[:rows*cols]
	if shares(rows, cols) {
		t := newRowTask(logSoftmaxShare, cols)
		t.x = [8][]float32{dst, x}
		t.over(rows, rowsPerShare(cols))
		return
	}
	logSoftmax(dst, x, rows, cols)
}

func logSoftmaxShare(t *rowTask, lo, hi int) {
	c := t.cols
	logSoftmax(t.x[0][lo*c:hi*c], t.x[1][lo*c:hi*c], hi-lo, c)
}

func logSoftmax(dst, x []float32, rows, cols int) {
	if cols == 0 || rows == 0 {
		return
	}
	if &dst[0] != &x[0] {
		logSoftmaxVia(dst, dst, x, rows, cols)
		return
	}
	per := rowsPerStrip(cols)
	s := borrow(per * cols)
	for ; rows > 0; rows -= per {
		part := min(rows, per)
		n := part * cols
		logSoftmaxVia(dst[:n], s.of(n), x[:n], part, cols)
		dst, x = dst[n:], x[n:]
	}
	giveBack(s)
}

// logSoftmaxVia is LogSoftmax with memory for the exponentials, which may be dst unless that is x.
func logSoftmaxVia(dst, exps, x []float32, rows, cols int) {
	var tops, sums [stripRows]float32
	for per := rowsPerStrip(cols); rows > 0; rows -= per {
		part := min(rows, per)
		n, top, sum := part*cols, tops[:part], sums[:part]
		RowMax(top, x[:n], part, cols)
		expShifted(exps[:n], x[:n], top, part, cols)
		sumOfX.rows(sum, exps[:n], nil, nil, nil, part, cols)
		logsOf(sum, sum)
		subCol(dst[:n], x[:n], top, part, cols)
		subCol(dst[:n], dst[:n], sum, part, cols)
		dst, exps, x = dst[n:], exps[n:], x[n:]
	}
}

// SoftmaxBackward sets dst = y * (dy - s) with s = the dot product of the rows of dy and y, the
// result of Softmax.
func SoftmaxBackward(dst, dy, y []float32, rows, cols int) {
	dst, dy, y = dst[:rows*cols], dy[:rows*cols], y[:rows*cols]
	if shares(rows, cols) {
		t := newRowTask(softmaxBackwardShare, cols)
		t.x = [8][]float32{dst, dy, y}
		t.over(rows, rowsPerShare(cols))
		return
	}
	softmaxBackward(dst, dy, y, rows, cols)
}

func softmaxBackwardShare(t *rowTask, lo, hi int) {
	c := t.cols
	softmaxBackward(t.x[0][lo*c:hi*c], t.x[1][lo*c:hi*c], t.x[2][lo*c:hi*c], hi-lo, c)
}

func softmaxBackward(dst, dy, y []float32, rows, cols int) {
	var dots [stripRows]float32
	for per := rowsPerStrip(max(1, cols)); rows > 0; rows -= per {
		part := min(rows, per)
		n, dot := part*cols, dots[:part]
		sumOfXY.rows(dot, dy[:n], y[:n], nil, nil, part, cols)
		if !softmaxBackwardVec(dst[:n], dy[:n], y[:n], dot, part, cols) {
			for i, s := range dot {
				for j := i * cols; j < (i+1)*cols; j++ {
					dst[j] = y[j] * (dy[j] - s)
				}
			}
		}
		dst, dy, y = dst[n:], dy[n:], y[n:]
	}
}

// LogSoftmaxBackward sets dst = fma(exp(y), -s, dy) with s = the sum of the row of dy, for y the
// result of LogSoftmax.
func LogSoftmaxBackward(dst, dy, y []float32, rows, cols int) {
	dst, dy, y = dst[:rows*cols], dy[:rows*cols], y[:rows*cols]
	if shares(rows, cols) {
		t := newRowTask(logSoftmaxBackwardShare, cols)
		t.x = [8][]float32{dst, dy, y}
		t.over(rows, rowsPerShare(cols))
		return
	}
	logSoftmaxBackward(dst, dy, y, rows, cols)
}

func logSoftmaxBackwardShare(t *rowTask, lo, hi int) {
	c := t.cols
	logSoftmaxBackward(t.x[0][lo*c:hi*c], t.x[1][lo*c:hi*c], t.x[2][lo*c:hi*c], hi-lo, c)
}

func logSoftmaxBackward(dst, dy, y []float32, rows, cols int) {
	var sums [stripRows]float32
	for per := rowsPerStrip(max(1, cols)); rows > 0; rows -= per {
		part := min(rows, per)
		n, sum := part*cols, sums[:part]
		sumOfX.rows(sum, dy[:n], nil, nil, nil, part, cols)
		if !logSoftmaxBackwardVec(dst[:n], dy[:n], y[:n], sum, part, cols) {
			for i, s := range sum {
				for j := i * cols; j < (i+1)*cols; j++ {
					dst[j] = fma(expOf(y[j]), -s, dy[j])
				}
			}
		}
		dst, dy, y = dst[n:], dy[n:], y[n:]
	}
}
