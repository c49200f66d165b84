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
	if m <= 0 || n <= 0 {
		return
	}
	_ = c[(m-1)*ldc+n-1]
	if k > 0 {
		_, _ = a[(m-1)*aRow+(k-1)*aCol], b[(k-1)*ldb+n-1]
	}
	if start == FromBias {
		_ = bias[n-1]
	}
	g := product{m, n, k, a, aRow, aCol, b, ldb, c, ldc, start, bias, relu}
	if work := m * n * k; work < parallelWork || threads == 1 || !parallelProduct(&g) {
		g.rows(0, m)
	}
}

// parallelWork is how many multiply-adds make a product worth a second thread: about 2 µs.
const parallelWork = 1 << 18

// product is the arguments of Gemm.
type product struct {
	m, n, k    int
	a          []float32
	aRow, aCol int
	b          []float32
	ldb        int
	c          []float32
	ldc        int
	start      Start
	bias       []float32
	relu       bool
}

// rows computes rows lo to hi of C, which depend on no other row.
func (g *product) rows(lo, hi int) {
	if lo >= hi {
		return
	}
	a, c := g.a[lo*g.aRow:], g.c[lo*g.ldc:]
	if !gemmVec(hi-lo, g.n, g.k, a, g.aRow, g.aCol, g.b, g.ldb, c, g.ldc, g.start, g.bias, g.relu) {
		gemmGo(hi-lo, g.n, g.k, a, g.aRow, g.aCol, g.b, g.ldb, c, g.ldc, g.start, g.bias, g.relu)
	}
}

// columns computes columns lo to hi of C.
func (g *product) columns(lo, hi int) {
	if lo >= hi {
		return
	}
	h := *g
	h.n, h.b, h.c = hi-lo, g.b[lo:], g.c[lo:]
	if g.start == FromBias {
		h.bias = g.bias[lo:]
	}
	h.rows(0, h.m)
}

// blocking is the size of blocks, in elements.
type blocking struct {
	k    int // rows of a block of B: a panel of so many stays in the first cache
	n    int // columns of a block of B, which stays in the second cache
	m    int // rows of a block of A, likewise; a multiple of the kernel's rows
	most int // elements of B up to which it is read in place
}

var (
	blockingAVX2   = blocking{k: 256, n: 256, m: 96, most: 1 << 16}
	blockingAVX512 = blocking{k: 256, n: 512, m: 192, most: 3 << 17}
)
