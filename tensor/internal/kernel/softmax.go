package kernel

// strip is how many elements of short rows are exponentiated in one call, and the longest row
// whose exponentials are kept on the stack.
const strip = 1024

// stripRows is the greatest number of rows in a strip.
const stripRows = 128

// rowsPerStrip returns how many rows of cols > 0 elements make a strip, at least one.
func rowsPerStrip(cols int) int { return min(stripRows, max(1, strip/cols)) }

// shiftRows sets dst[i,j] = x[i,j] - max of row i.
func shiftRows(dst, x []float32, cols int) {
	for len(dst) > 0 {
		m := MaxOf(x[:cols])
		if cols > narrow {
			AddScalar(dst[:cols], x[:cols], -m)
		} else {
			for j, v := range x[:cols] {
				dst[j] = v - m
			}
		}
		dst, x = dst[cols:], x[cols:]
	}
}

// Softmax sets each row of dst [rows, cols] to e * (1/sum e) with e = exp(x - max of the row).
func Softmax(dst, x []float32, rows, cols int) {
	if cols == 0 {
		return
	}
	for per := rowsPerStrip(cols) * cols; rows > 0; {
		n := min(per, rows*cols)
		d := dst[:n]
		shiftRows(d, x[:n], cols)
		Exp(d, d)
		for ; len(d) > 0; d = d[cols:] {
			r := 1 / Sum(d[:cols])
			if cols > narrow {
				Scale(d[:cols], d, r)
				continue
			}
			for j, e := range d[:cols] {
				d[j] = e * r
			}
		}
		dst, x, rows = dst[n:], x[n:], rows-n/cols
	}
}

// LogSoftmax sets each row of dst [rows, cols] to d - log(sum exp d) with d = x - max of the row.
func LogSoftmax(dst, x []float32, rows, cols int) {
	if cols == 0 {
		return
	}
	if cols > strip {
		s := borrow(cols)
		logSoftmax(dst, x, rows, cols, s.of(cols))
		giveBack(s)
		return
	}
	var exps [strip]float32
	logSoftmax(dst, x, rows, cols, exps[:])
}

func logSoftmax(dst, x []float32, rows, cols int, exps []float32) {
	var sums [stripRows]float32
	for rows > 0 {
		part := min(rows, rowsPerStrip(cols))
		n := part * cols
		d, logs := dst[:n], sums[:part]
		shiftRows(d, x[:n], cols)
		Exp(exps[:n], d)
		RowSums(logs, exps, part, cols)
		Log(logs, logs)
		SubCol(d, d, logs, part, cols)
		dst, x, rows = dst[n:], x[n:], rows-part
	}
}

// SoftmaxBackward sets dst = y * (dy - s) with s = the dot product of the rows of dy and y, the
// result of Softmax.
func SoftmaxBackward(dst, dy, y []float32, rows, cols int) {
	for i := range rows {
		d, g, v := dst[i*cols:(i+1)*cols], dy[i*cols:(i+1)*cols], y[i*cols:(i+1)*cols]
		s := Dot(g, v)
		if cols > narrow && softmaxBackwardVec(d, g, v, s) {
			continue
		}
		for j := range d {
			d[j] = v[j] * (g[j] - s)
		}
	}
}

// LogSoftmaxBackward sets dst = fma(exp(y), -s, dy) with s = the sum of the row of dy, for y the
// result of LogSoftmax.
func LogSoftmaxBackward(dst, dy, y []float32, rows, cols int) {
	if cols == 0 {
		return
	}
	if cols > strip {
		s := borrow(cols)
		logSoftmaxBackward(dst, dy, y, rows, cols, s.of(cols))
		giveBack(s)
		return
	}
	var exps [strip]float32
	logSoftmaxBackward(dst, dy, y, rows, cols, exps[:])
}

func logSoftmaxBackward(dst, dy, y []float32, rows, cols int, exps []float32) {
	for per := rowsPerStrip(cols) * cols; rows > 0; {
		n := min(per, rows*cols)
		Exp(exps[:n], y[:n])
		for d, g, e := dst[:n], dy[:n], exps; len(d) > 0; d, g, e = d[cols:], g[cols:], e[cols:] {
			s := Sum(g[:cols])
			if cols > narrow {
				mulAddScalar(d[:cols], e, g, -s)
				continue
			}
			for j := range d[:cols] {
				d[j] = fma(e[j], -s, g[j])
			}
		}
		dst, dy, y, rows = dst[n:], dy[n:], y[n:], rows-n/cols
	}
}
