package kernel

// Statistics of columns, for normalisation: sums over the rows of a matrix [rows, cols]. The rows
// are cut into blocks of 64, in each of which a column is a chain over the rows from zero. The
// results of the blocks, as the rows of a matrix, are summed likewise, until one row is left. This
// is R6 for columns: more accurate than one long chain, and blocks can be shared between threads.

// columnBlock is the rows of a block.
const columnBlock = 64

// blocksOf returns how many blocks there are of some rows.
func blocksOf(rows int) int { return (rows + columnBlock - 1) / columnBlock }

// columnSum sets sum[j] to the sum of column j over at most 64 rows. sum may be the first row of x.
func columnSum(sum, x []float32, rows, cols int) {
	if columnSumVec(sum, x, rows, cols) {
		return
	}
	for j := range cols {
		s := float32(0)
		for i := range rows {
			s += x[i*cols+j]
		}
		sum[j] = s
	}
}

// columnSquares sums (x-mean)² over at most 64 rows; mean is a row.
func columnSquares(squares, x, mean []float32, rows, cols int) {
	if columnSquaresVec(squares, x, mean, rows, cols) {
		return
	}
	clear(squares[:cols])
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			d := v - mean[j]
			squares[j] = fma(d, d, squares[j])
		}
	}
}

// columnDots sums dy and dy*(x-mean) over at most 64 rows; mean is a row.
func columnDots(sum, dot, dy, x, mean []float32, rows, cols int) {
	if columnDotsVec(sum, dot, dy, x, mean, rows, cols) {
		return
	}
	clear(sum[:cols])
	clear(dot[:cols])
	for i := range rows {
		for j, g := range dy[i*cols : (i+1)*cols] {
			sum[j] += g
			dot[j] = fma(g, x[i*cols+j]-mean[j], dot[j])
		}
	}
}

// columnNorms sums dy and dy*((x-mean)*rstd) over at most 64 rows, each of which has its own mean
// and rstd.
func columnNorms(sum, dot, dy, x, mean, rstd []float32, rows, cols int) {
	if columnNormsVec(sum, dot, dy, x, mean, rstd, rows, cols) {
		return
	}
	clear(sum[:cols])
	clear(dot[:cols])
	for i := range rows {
		for j, g := range dy[i*cols : (i+1)*cols] {
			sum[j] += g
			dot[j] = fma(g, (x[i*cols+j]-mean[i])*rstd[i], dot[j])
		}
	}
}

// columnScaled sums dy*(x*rstd) over at most 64 rows, each of which has its own rstd.
func columnScaled(dot, dy, x, rstd []float32, rows, cols int) {
	if columnScaledVec(dot, dy, x, rstd, rows, cols) {
		return
	}
	clear(dot[:cols])
	for i := range rows {
		for j, g := range dy[i*cols : (i+1)*cols] {
			dot[j] = fma(g, x[i*cols+j]*rstd[i], dot[j])
		}
	}
}

// foldColumns sums the columns of the results of blocks, x [blocks, cols], which it spoils, to dst.
func foldColumns(dst, x []float32, blocks, cols int) {
	for blocks > columnBlock {
		n := 0
		for from := 0; from < blocks; from += columnBlock {
			part := min(columnBlock, blocks-from)
			columnSum(x[n*cols:(n+1)*cols], x[from*cols:(from+part)*cols], part, cols)
			n++
		}
		blocks = n
	}
	columnSum(dst, x, blocks, cols)
}

// addOrSet puts x where a gradient goes: onto what is there or in its place (R13).
func addOrSet(dst, x []float32, accumulate bool) {
	if accumulate {
		AddTo(dst, x)
	} else {
		copy(dst, x)
	}
}
