package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// blockSizes returns functions that make blocks so small that small products are packed, and that
// make them as they were.
func blockSizes() (small, usual func()) {
	a, b := blockingAVX2, blockingAVX512
	return func() { blockingAVX2, blockingAVX512 = blocking{k: 24, n: 32, m: 18}, blocking{k: 24, n: 64, m: 8} },
		func() { blockingAVX2, blockingAVX512 = a, b }
}

// TestBlocksHaveOneResult compares products by blocks, with small blocks and every way of copying
// or not copying the operands, with the definition.
func TestBlocksHaveOneResult(t *testing.T) {
	defer func(a, b blocking, s set) { blockingAVX2, blockingAVX512, active = a, b, s }(blockingAVX2, blockingAVX512, active)
	r := rand.New(rand.NewPCG(11, 3))
	cases := 300
	if testing.Short() {
		cases = 60
	}
	for c := range cases {
		m, n, k := 16+r.IntN(40), 32+r.IntN(70), 1+r.IntN(90)
		if c%4 == 0 {
			m = 16 + r.IntN(3)
		}
		a, b := blocking{k: 40, n: 32, m: 18}, blocking{k: 40, n: 64, m: 8}
		if c%3 == 0 { // A is not copied
			a.columns, b.columns = 1000, 1000
		}
		if c%5 == 0 {
			a.k, b.k, a.m, b.m = 512, 256, 512, 512
		}
		blockingAVX2, blockingAVX512 = a, b
		g := product{m: m, n: n, k: k, aRow: k + r.IntN(3), aCol: 1, ldb: n + r.IntN(3), ldc: n + r.IntN(3), relu: c%2 == 0, start: Start(r.IntN(3))}
		if r.IntN(2) == 0 {
			g.aRow, g.aCol = 1, m+r.IntN(3)
		}
		special := c%7 == 0
		g.a = randomSlice(r, (m-1)*g.aRow+(k-1)*g.aCol+1, special)
		g.b = randomSlice(r, (k-1)*g.ldb+n, special)
		g.bias = randomSlice(r, n, special)
		c0 := randomSlice(r, m*g.ldc, special)
		want := append([]float32(nil), c0...)
		gemmGo(m, n, k, g.a, g.aRow, g.aCol, g.b, g.ldb, want, g.ldc, g.start, g.bias, g.relu)
		for active = setAVX2; active <= best; active++ {
			h := g
			h.c = append([]float32(nil), c0...)
			h.blocks()
			if i := difference(h.c, want); i >= 0 {
				t.Fatalf("case %d, %s: %s: C[%d,%d] = %x, want %x", c, setNames[active], describe(&g), i/g.ldc, i%g.ldc, bits(h.c[i]), bits(want[i]))
			}
		}
	}
}

func describe(g *product) string {
	return fmt.Sprintf("%dx%dx%d strides %d,%d ldb %d transposed %v start %d relu %v", g.m, g.n, g.k, g.aRow, g.aCol, g.ldb, g.transposed, g.start, g.relu)
}
