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
	var s [1]float32
	sumRows(s[:], x, 1, len(x))
	return s[0]
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
	var s [1]float32
	dotRows(s[:], x, y, 1, len(x))
	return s[0]
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
	return longSum(x, x, false)
}

// Dot returns the sum of x[i]*y[i]; x decides the length.
func Dot(x, y []float32) float32 {
	y = y[:len(x)]
	if len(x) <= block {
		return dotBlock(x, y)
	}
	return longSum(x, y, true)
}

// longSum sums x[i], or x[i]*y[i], of more than 4096 elements: partial results first, as the rows
// of a matrix where they are of single blocks.
func longSum(x, y []float32, dot bool) float32 {
	memory := borrow(block)
	s := memory.of(block)
	span := spanOf(len(x))
	n := len(x) / span
	for i := 0; i < n; i++ {
		if span == block {
			if whole := x[:n*span]; dot {
				RowDots(s[:n], whole, y, n, span)
			} else {
				RowSums(s[:n], whole, n, span)
			}
			break
		}
		s[i] = longSum(x[i*span:(i+1)*span], y[i*span:], dot)
	}
	if x, y = x[n*span:], y[n*span:]; len(x) > 0 {
		if dot {
			s[n] = Dot(x, y)
		} else {
			s[n] = Sum(x)
		}
		n++
	}
	total := sumBlock(s[:n])
	giveBack(memory)
	return total
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
		var v [1]float32
		if !greatestVec(v[:], x[:n], 1, n) {
			break
		}
		m = maxOf(v[0], m)
		x = x[n:]
	}
	for _, v := range x {
		m = maxOf(v, m)
	}
	return m + 0
}

// RowMax sets dst[i] to the maximum of row i of x [rows, cols].
func RowMax(dst, x []float32, rows, cols int) {
	dst, x = dst[:rows], x[:rows*cols]
	if cols <= block && greatestVec(dst, x, rows, cols) {
		for i, v := range dst {
			dst[i] = v + 0
		}
		return
	}
	for i := range dst {
		dst[i] = MaxOf(x[i*cols : (i+1)*cols])
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

// ArgMax sets dst[i] to the place of the greatest element of row i of x [rows, cols], the first of
// several. A row of nothing but NaN has none, which is 0.
func ArgMax(dst []int32, x []float32, rows, cols int) {
	for i := range dst[:rows] {
		row := x[i*cols : (i+1)*cols]
		m, at := MaxOf(row), 0
		for j, v := range row {
			if v == m {
				at = j
				break
			}
		}
		dst[i] = int32(at)
	}
}
