package kernel

import "runtime"

// Matrices is a batch of matrices of one shape, as two dimensions of them: element (i, j) of
// matrix (u, v) is Data[u*Outer + v*Inner + i*Row + j*Col]. The heads of an attention layer on
// [batch, time, heads, width], for example, have Outer = time·heads·width, Inner = width,
// Row = heads·width and Col = 1. A step of 0 gives all the same matrix.
type Matrices struct {
	Data                   []float32
	Outer, Inner, Row, Col int
}

// at returns the data from matrix (u, v) on.
func (x *Matrices) at(u, v int) []float32 { return x.Data[u*x.Outer+v*x.Inner:] }

// BatchGemm computes C = start + A·B for each of outer × inner matrices A [m, k], B [k, n] and
// C [m, n], as Gemm does. B has its rows contiguous (Col is 1) or, transposed, its columns (Row
// is 1); C has its rows contiguous. start is FromZero or FromC. No two of C's matrices overlap.
func BatchGemm(outer, inner, m, n, k int, a, b, c Matrices, start Start) {
	if b.Col != 1 && b.Row != 1 {
		panic("kernel: BatchGemm needs the rows or the columns of B contiguous")
	}
	if c.Col != 1 {
		panic("kernel: BatchGemm needs the rows of C contiguous")
	}
	count := outer * inner
	if count <= 0 || m <= 0 || n <= 0 {
		return
	}
	x := batchProduct{outer: outer, inner: inner, a: a, b: b, c: c, pieces: 1}
	x.product = product{m: m, n: n, k: k, aRow: a.Row, aCol: a.Col, ldb: b.Row, ldc: c.Row, start: start}
	if b.Col != 1 {
		x.transposed, x.ldb = true, b.Col
	}
	parts := min(threads, runtime.GOMAXPROCS(0))
	if parts > 1 && count%parts != 0 && count < 8*parts { // uneven: split the matrices too
		x.pieces = min(parts, (m+7)/8)
	}
	if count*m*n*k < parallelWork || parts <= 1 || !lockPool() {
		x.Run(0, count*x.pieces)
		return
	}
	pool.batch = x // a copy that outlives the caller's, which stays on its stack
	parts = min(parts, count*x.pieces)
	each := (count*x.pieces + parts - 1) / parts
	split(count*x.pieces, parts, each, &pool.batch)
	pool.batch = batchProduct{}
	pool.Unlock()
}

// batchProduct is the arguments of BatchGemm, as a task over the pieces of all matrices.
type batchProduct struct {
	product
	outer, inner int
	a, b, c      Matrices
	pieces       int // of rows, of each matrix
}

func (x *batchProduct) Run(lo, hi int) {
	g := x.product
	each := ((x.m+x.pieces-1)/x.pieces + 7) &^ 7
	for i := lo; i < hi; i++ {
		u, v := i/x.pieces/x.inner, i/x.pieces%x.inner
		g.a, g.b, g.c = x.a.at(u, v), x.b.at(u, v), x.c.at(u, v)
		if x.pieces == 1 {
			g.check()
			g.rows(0, g.m)
			continue
		}
		p := i % x.pieces
		g.check()
		g.rows(min(g.m, p*each), min(g.m, (p+1)*each))
	}
}
