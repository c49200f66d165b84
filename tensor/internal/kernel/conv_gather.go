package kernel

import "math"

// Convolutions and pools are products and reductions whose operands are gathered by tables: a
// result row (a pixel, or a weight) has an operand that begins somewhere, and the taps of a
// window lie at the same distances from there for all rows of a class. No column matrix is made,
// and no border.

// gatherRow says where a row's operand begins and where its result does.
type gatherRow struct{ from, to int }

// gatherRun is a stretch of the chain: where it begins, from the beginning of the row's operand,
// and its first row of B. A pool's run is one tap, and b the bits of the tap's number as a float32.
type gatherRun struct{ a, b int }

// gather is a product over tables. Result row r is, for its width elements j,
//
//	C[r.to + j] = start + Σ A[r.from + q.a + s·aStep]·B[(q.b+s)·ldb + j]
//
// as one chain over the runs q and their steps s = 0 .. length-1, in order, then ReLU. In a
// depthwise product the element of A is that at j.
type gather struct {
	a      []float32
	aStep  int
	length int
	b      []float32
	ldb    int
	c      []float32
	start  Start
	bias   []float32
	relu   bool
}

// begin sets a result row to where its chain starts.
func (start Start) begin(row, bias []float32) {
	switch start {
	case FromZero:
		clear(row)
	case FromBias:
		copy(row, bias)
	}
}

func reluGo(row []float32) {
	for j, v := range row {
		row[j] = reluOf(v)
	}
}

// product computes some rows, width elements of each.
func (g *gather) product(rows []gatherRow, runs []gatherRun, width int) {
	if len(rows) == 0 || width == 0 || g.productVec(rows, runs, width) {
		return
	}
	for _, r := range rows {
		row := g.c[r.to : r.to+width]
		g.start.begin(row, g.bias)
		for _, q := range runs {
			for s := range g.length {
				b := (q.b + s) * g.ldb
				axpyGo(row, g.b[b:b+width], g.a[r.from+q.a+s*g.aStep])
			}
		}
		if g.relu {
			reluGo(row)
		}
	}
}

// depthwise computes some rows, width elements of each.
func (g *gather) depthwise(rows []gatherRow, runs []gatherRun, width int) {
	if len(rows) == 0 || width == 0 || g.depthwiseVec(rows, runs, width) {
		return
	}
	for _, r := range rows {
		row := g.c[r.to : r.to+width]
		g.start.begin(row, g.bias)
		for _, q := range runs {
			for s := range g.length {
				x := g.a[r.from+q.a+s*g.aStep:]
				w := g.b[(q.b+s)*g.ldb:]
				for j := range row {
					row[j] = fma(x[j], w[j], row[j])
				}
			}
		}
		if g.relu {
			reluGo(row)
		}
	}
}

// widePool is the number of channels from which pixels are added one after the other, as they lie
// in memory, and not some channels of all pixels of a window after the other.
const widePool = 256

// poolSum sets C[r.to + j] = (start + Σ A[r.from + q.a + j]) / count.
func poolSum(rows []gatherRow, runs []gatherRun, a, c []float32, start Start, count float32, width int) {
	if len(rows) == 0 || width == 0 || width < widePool && poolSumVec(rows, runs, a, c, start, count, width) {
		return
	}
	for _, r := range rows {
		row := c[r.to : r.to+width]
		start.begin(row, nil)
		for _, q := range runs {
			AddTo(row, a[r.from+q.a:])
		}
		if count != 1 {
			DivScalar(row, row, count)
		}
	}
}

// poolMax sets C[r.to + j] to the largest A[r.from + q.a + j], and the index there to the number
// of its tap: of the first of equals, or of the last NaN.
func poolMax(rows []gatherRow, runs []gatherRun, a, c, index []float32, width int) {
	if len(rows) == 0 || width == 0 || poolMaxVec(rows, runs, a, c, index, width) {
		return
	}
	for _, r := range rows {
		row, at := c[r.to:r.to+width], index[r.to:r.to+width]
		for j := range row {
			row[j], at[j] = float32(math.Inf(-1)), f32(uint32(runs[0].b))
		}
		for _, q := range runs {
			for j, x := range a[r.from+q.a : r.from+q.a+width] {
				if x > row[j] || x != x {
					row[j], at[j] = x, f32(uint32(q.b))
				}
			}
		}
	}
}

// poolPick sets C[r.to + j] = start + Σ A[r.from + q.a + j], with +0 for the runs whose tap's
// number the index does not have there.
func poolPick(rows []gatherRow, runs []gatherRun, a, index, c []float32, start Start, width int) {
	if len(rows) == 0 || width == 0 || poolPickVec(rows, runs, a, index, c, start, width) {
		return
	}
	for _, r := range rows {
		row := c[r.to : r.to+width]
		start.begin(row, nil)
		for _, q := range runs {
			x, at := a[r.from+q.a:], index[r.from+q.a:]
			tap := f32(uint32(q.b))
			for j := range row {
				g := float32(0)
				if at[j] == tap {
					g = x[j]
				}
				row[j] += g
			}
		}
	}
}
