package kernel

import "math"

const (
	lanes = 64   // partials of a reduction (R5)
	block = 4096 // elements reduced at once (R6)
)

// join reduces 64 partials by the fixed tree of R5.
func join(p *[lanes]float32) float32 {
	var q [16]float32
	for l := range q {
		q[l] = (p[l] + p[l+16]) + (p[l+32] + p[l+48])
	}
	return joinLast(&q)
}

func joinLast(q *[16]float32) float32 {
	for w := 8; w > 0; w /= 2 {
		for l := 0; l < w; l++ {
			q[l] += q[l+w]
		}
	}
	return q[0]
}

// sumBlock sums at most 4096 elements.
func sumBlock(x []float32) float32 {
	if len(x) <= 16 {
		return sumShort(x)
	}
	if s, ok := sumBlockVec(x); ok {
		return s
	}
	var p [lanes]float32
	for i, v := range x {
		p[i%lanes] += v
	}
	return join(&p)
}

// sumShort sums at most 16 elements: all other partials are zero, and adding them changes
// nothing, because no partial that started from +0 can be -0.
func sumShort(x []float32) float32 {
	switch {
	case len(x) > 8:
		var q [16]float32
		for i, v := range x {
			q[i] = 0 + v
		}
		return joinLast(&q)
	case len(x) > 2:
		var q [8]float32
		for i, v := range x {
			q[i] = 0 + v
		}
		return join8(&q)
	case len(x) == 2:
		return (0 + x[0]) + (0 + x[1])
	case len(x) == 1:
		return 0 + x[0]
	}
	return 0
}

// join8 is joinLast when the upper 8 are zero.
func join8(q *[8]float32) float32 {
	return ((q[0] + q[4]) + (q[2] + q[6])) + ((q[1] + q[5]) + (q[3] + q[7]))
}

// dotBlock is the dot product of at most 4096 elements; x and y are equally long.
func dotBlock(x, y []float32) float32 {
	if len(x) <= 16 {
		return dotShort(x, y)
	}
	if s, ok := dotBlockVec(x, y); ok {
		return s
	}
	var p [lanes]float32
	for i, v := range x {
		p[i%lanes] = fma(v, y[i], p[i%lanes])
	}
	return join(&p)
}

// dotShort is dotBlock for at most 16 elements. A partial gets one product, and fma(v, w, 0) is
// the rounded product, with -0 made +0.
func dotShort(x, y []float32) float32 {
	switch {
	case len(x) > 8:
		var q [16]float32
		for i, v := range x {
			q[i] = 0 + float32(v*y[i])
		}
		return joinLast(&q)
	case len(x) > 2:
		var q [8]float32
		for i, v := range x {
			q[i] = 0 + float32(v*y[i])
		}
		return join8(&q)
	case len(x) == 2:
		return (0 + float32(x[0]*y[0])) + (0 + float32(x[1]*y[1]))
	case len(x) == 1:
		return 0 + float32(x[0]*y[0])
	}
	return 0
}

// Sum returns the sum of x.
func Sum(x []float32) float32 {
	if len(x) <= block {
		return sumBlock(x)
	}
	var s [block]float32
	span := spanOf(len(x))
	n := 0
	for ; len(x) > span; n++ {
		s[n] = Sum(x[:span])
		x = x[span:]
	}
	s[n] = Sum(x)
	return sumBlock(s[:n+1])
}

// Dot returns the sum of x[i]*y[i]; x decides the length.
func Dot(x, y []float32) float32 {
	y = y[:len(x)]
	if len(x) <= block {
		return dotBlock(x, y)
	}
	var s [block]float32
	span := spanOf(len(x))
	n := 0
	for ; len(x) > span; n++ {
		s[n] = Dot(x[:span], y[:span])
		x, y = x[span:], y[span:]
	}
	s[n] = Dot(x, y)
	return sumBlock(s[:n+1])
}

// spanOf returns how many of n > 4096 elements go into one partial result: a power of 4096 that
// leaves at most 4096 of them.
func spanOf(n int) int {
	span := block
	for n > span*block {
		span *= block
	}
	return span
}

// SumSquares returns the sum of x[i]².
func SumSquares(x []float32) float32 { return Dot(x, x) }

// MaxOf returns the greatest element of x, -Inf of none. NaN is passed over and a zero maximum
// is +0, hence the order in which elements are compared does not show.
func MaxOf(x []float32) float32 {
	m := float32(math.Inf(-1))
	for len(x) > 8 {
		n := min(len(x), block)
		v, ok := maxBlockVec(x[:n])
		if !ok {
			break
		}
		m = maxOf(v, m)
		x = x[n:]
	}
	for _, v := range x {
		m = maxOf(v, m)
	}
	return m + 0
}

// RowSums sets dst[i] to the sum of row i of x [rows, cols].
func RowSums(dst, x []float32, rows, cols int) {
	for i := range dst[:rows] {
		dst[i] = Sum(x[i*cols : (i+1)*cols])
	}
}

// RowMax sets dst[i] to the maximum of row i of x [rows, cols].
func RowMax(dst, x []float32, rows, cols int) {
	for i := range dst[:rows] {
		dst[i] = MaxOf(x[i*cols : (i+1)*cols])
	}
}

// RowDots sets dst[i] to the dot product of rows i of x and y, both [rows, cols].
func RowDots(dst, x, y []float32, rows, cols int) {
	for i := range dst[:rows] {
		dst[i] = Dot(x[i*cols:(i+1)*cols], y[i*cols:(i+1)*cols])
	}
}

// ColumnSums sets dst[j] to the sum of column j of x [rows, cols], a chain over rows in order,
// from zero or, with accumulate, from dst[j]. dst must not be x.
func ColumnSums(dst, x []float32, rows, cols int, accumulate bool) {
	start := FromZero
	if accumulate {
		start = FromC
	}
	// Adding x is fma(1, x, sum), hence this is the product of a row of ones with x.
	Gemm(1, cols, rows, one[:], 0, 0, x, cols, dst, cols, start, nil, false)
}

var one = [...]float32{1}
