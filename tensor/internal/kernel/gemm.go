package kernel

// Start says where each chain of Gemm begins.
type Start uint8

const (
	FromZero Start = iota // at +0
	FromC                 // at the old value of C: the product is accumulated
	FromBias              // at bias[j]
)

// Gemm computes C = start + A·B, for A [m, k], B [k, n] and C [m, n], by R2:
// C[i,j] = fma(A[i,p], B[p,j], C[i,j]) for p = 0..k-1. With relu, C = 0 > C ? 0 : C follows.
//
// Element (i, p) of A is a[i*aRow + p*aCol], so that a transposed matrix needs no copy. B and C
// are row-major with ldb and ldc elements from row to row. bias [n] is read for FromBias only.
// C must not overlap A, B or the bias.
func Gemm(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) {
	g := product{m, n, k, a, aRow, aCol, b, ldb, false, c, ldc, start, bias, relu}
	g.run()
}

// GemmTransposed computes C = start + A·Bᵀ like Gemm, for B [n, k] with ldb elements from row to
// row. B is transposed piece by piece, as far as it is needed to be. start is FromZero or FromC.
func GemmTransposed(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start) {
	g := product{m, n, k, a, aRow, aCol, b, ldb, true, c, ldc, start, nil, false}
	g.run()
}

// parallelWork is how many multiply-adds make a product worth a second thread.
const parallelWork = 1 << 18

// product is the arguments of Gemm.
type product struct {
	m, n, k    int
	a          []float32
	aRow, aCol int
	b          []float32
	ldb        int
	transposed bool // b holds Bᵀ
	c          []float32
	ldc        int
	start      Start
	bias       []float32
	relu       bool
}

func (g *product) run() {
	if g.m <= 0 || g.n <= 0 {
		return
	}
	g.check()
	if work := g.m * g.n * g.k; work < parallelWork || threads == 1 || !parallelProduct(g) {
		g.rows(0, g.m)
	}
}

// check panics if a matrix is too short.
func (g *product) check() {
	_ = g.c[(g.m-1)*g.ldc+g.n-1]
	if g.k > 0 {
		_ = g.a[(g.m-1)*g.aRow+(g.k-1)*g.aCol]
		if g.transposed {
			_ = g.b[(g.n-1)*g.ldb+g.k-1]
		} else {
			_ = g.b[(g.k-1)*g.ldb+g.n-1]
		}
	}
	if g.start == FromBias {
		_ = g.bias[g.n-1]
	}
}

// rows computes rows lo to hi of C, which depend on no other row.
func (g *product) rows(lo, hi int) {
	if lo >= hi {
		return
	}
	h := *g
	h.m, h.a, h.c = hi-lo, g.a[lo*g.aRow:], g.c[lo*g.ldc:]
	if !h.vec() {
		h.inGo()
	}
}

// columns computes columns lo to hi of C.
func (g *product) columns(lo, hi int) {
	if lo >= hi {
		return
	}
	h := *g
	h.n, h.c = hi-lo, g.c[lo:]
	if g.transposed {
		h.b = g.b[lo*g.ldb:]
	} else {
		h.b = g.b[lo:]
	}
	if g.start == FromBias {
		h.bias = g.bias[lo:]
	}
	h.rows(0, h.m)
}

// inGo computes a product in pure Go.
func (g *product) inGo() {
	if !g.transposed {
		gemmGo(g.m, g.n, g.k, g.a, g.aRow, g.aCol, g.b, g.ldb, g.c, g.ldc, g.start, g.bias, g.relu)
		return
	}
	s := borrow(g.k * g.n)
	transposeGo(s.data, g.n, g.b, g.ldb, g.n, g.k)
	gemmGo(g.m, g.n, g.k, g.a, g.aRow, g.aCol, s.data, g.n, g.c, g.ldc, g.start, g.bias, g.relu)
	giveBack(s)
}
