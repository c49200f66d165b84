package kernel

// Operations between a matrix [rows, cols] and a row or a column of it.

// AddRow sets dst[i,j] = x[i,j] + row[j].
func AddRow(dst, x, row []float32, rows, cols int) {
	for i := range rows {
		Add(dst[i*cols:(i+1)*cols], x[i*cols:], row)
	}
}

// SubRow sets dst[i,j] = x[i,j] - row[j].
func SubRow(dst, x, row []float32, rows, cols int) {
	for i := range rows {
		Sub(dst[i*cols:(i+1)*cols], x[i*cols:], row)
	}
}

// MulRow sets dst[i,j] = x[i,j] * row[j].
func MulRow(dst, x, row []float32, rows, cols int) {
	for i := range rows {
		Mul(dst[i*cols:(i+1)*cols], x[i*cols:], row)
	}
}

// narrow is the number of columns up to which a loop over a row is cheaper than a call.
const narrow = 8

// AddCol sets dst[i,j] = x[i,j] + col[i].
func AddCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Add(dst[:rows], x, col)
		return
	}
	for i, s := range col[:rows] {
		d := dst[i*cols : (i+1)*cols]
		if cols > narrow {
			AddScalar(d, x[i*cols:], s)
			continue
		}
		for j, v := range x[i*cols : (i+1)*cols] {
			d[j] = v + s
		}
	}
}

// SubCol sets dst[i,j] = x[i,j] - col[i].
func SubCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Sub(dst[:rows], x, col)
		return
	}
	for i, s := range col[:rows] {
		d := dst[i*cols : (i+1)*cols]
		if cols > narrow {
			AddScalar(d, x[i*cols:], -s)
			continue
		}
		for j, v := range x[i*cols : (i+1)*cols] {
			d[j] = v - s
		}
	}
}

// MulCol sets dst[i,j] = x[i,j] * col[i].
func MulCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Mul(dst[:rows], x, col)
		return
	}
	for i, s := range col[:rows] {
		d := dst[i*cols : (i+1)*cols]
		if cols > narrow {
			Scale(d, x[i*cols:], s)
			continue
		}
		for j, v := range x[i*cols : (i+1)*cols] {
			d[j] = v * s
		}
	}
}

// DivCol sets dst[i,j] = x[i,j] / col[i].
func DivCol(dst, x, col []float32, rows, cols int) {
	if cols == 1 {
		Div(dst[:rows], x, col)
		return
	}
	for i, s := range col[:rows] {
		d := dst[i*cols : (i+1)*cols]
		if cols > narrow {
			divScalar(d, x[i*cols:], s)
			continue
		}
		for j, v := range x[i*cols : (i+1)*cols] {
			d[j] = v / s
		}
	}
}
