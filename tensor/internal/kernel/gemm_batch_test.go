package kernel

import (
	"math/rand/v2"
	"testing"
)

// TestGemmTransposedHasOneResult compares every set and number of threads with the definition.
func TestGemmTransposedHasOneResult(t *testing.T) {
	defer func(s set, n int) { active, threads = s, n }(active, threads)
	r := rand.New(rand.NewPCG(12, 3))
	cases := 300
	if testing.Short() {
		cases = 60
	}
	for c := range cases {
		m, n, k := 1+r.IntN(30), 1+r.IntN(70), r.IntN(60)
		switch c % 10 {
		case 0:
			m, n, k = 1+r.IntN(150), 1+r.IntN(150), 1+r.IntN(150)
		case 1, 2, 3: // few rows
			m = 1 + r.IntN(5)
		case 4:
			k = 500 + r.IntN(100)
		}
		aRow, aCol := k+r.IntN(3), 1
		if r.IntN(2) == 0 {
			aRow, aCol = 1, m+r.IntN(3)
		}
		special := c%3 == 0
		ldb, ldc := k+r.IntN(3), n+r.IntN(3)
		a, b := randomSlice(r, (m-1)*aRow+max(k-1, 0)*aCol+1, special), randomSlice(r, max(1, (n-1)*ldb+k), special)
		c0 := randomSlice(r, m*ldc, special)
		bT := make([]float32, max(1, k*n))
		for i := range k {
			for j := range n {
				bT[i*n+j] = b[j*ldb+i]
			}
		}
		start := Start(r.IntN(2))
		want := append([]float32(nil), c0...)
		gemmGo(m, n, k, a, aRow, aCol, bT, n, want, ldc, start, nil, false)
		for active = setGo; active <= best; active++ {
			for _, threads = range []int{1, 2, 3} {
				got := append([]float32(nil), c0...)
				GemmTransposed(m, n, k, a, aRow, aCol, b, ldb, got, ldc, start)
				if i := difference(got, want); i >= 0 {
					t.Fatalf("case %d, %s, %d threads: %dx%dx%d strides %d,%d ldb %d start %d: C[%d,%d] = %x, want %x", c, setNames[active], threads,
						m, n, k, aRow, aCol, ldb, start, i/ldc, i%ldc, bits(got[i]), bits(want[i]))
				}
			}
		}
	}
}

// TestBatchGemmIsManyGemms compares batches, strided like the heads of an attention layer and
// with operands that several matrices share, with one product after the other.
func TestBatchGemmIsManyGemms(t *testing.T) {
	defer func(s set, n int) { active, threads = s, n }(active, threads)
	r := rand.New(rand.NewPCG(13, 3))
	cases := 60
	if testing.Short() {
		cases = 12
	}
	for c := range cases {
		outer, inner := 1+r.IntN(4), 1+r.IntN(4)
		m, n, k := 1+r.IntN(30), 1+r.IntN(40), 1+r.IntN(40)
		if c%5 == 0 { // enough for threads
			m, n, k = 60+r.IntN(30), 60+r.IntN(30), 60+r.IntN(30)
		}
		// Matrices of one batch lie side by side in rows, or one below the other.
		lay := func(rows, cols int, transposed bool) Matrices {
			x := Matrices{Outer: rows * cols * inner, Inner: cols, Row: cols * inner, Col: 1}
			if c%2 == 0 {
				x.Inner, x.Row = rows*cols, cols
			}
			if transposed {
				x.Row, x.Col = 1, x.Row
			}
			x.Data = randomSlice(r, outer*inner*rows*cols, c%3 == 0)
			return x
		}
		var a, b Matrices
		if r.IntN(2) == 0 {
			a = lay(k, m, true)
		} else {
			a = lay(m, k, false)
		}
		if r.IntN(2) == 0 {
			b = lay(n, k, true)
		} else {
			b = lay(k, n, false)
		}
		if c%4 == 0 {
			b.Outer = 0
		}
		cm := lay(m, n, false)
		start := Start(r.IntN(2))
		want := append([]float32(nil), cm.Data...)
		rows := make([]float32, k*n)
		for u := range outer {
			for v := range inner {
				for p := range k {
					for j := range n {
						rows[p*n+j] = b.at(u, v)[p*b.Row+j*b.Col]
					}
				}
				gemmGo(m, n, k, a.at(u, v), a.Row, a.Col, rows, n, want[u*cm.Outer+v*cm.Inner:], cm.Row, start, nil, false)
			}
		}
		for active = setGo; active <= best; active++ {
			for _, threads = range []int{1, 2, 3} {
				got := cm
				got.Data = append([]float32(nil), cm.Data...)
				BatchGemm(outer, inner, m, n, k, a, b, got, start)
				if i := difference(got.Data, want); i >= 0 {
					t.Fatalf("case %d, %s, %d threads: %d,%d of %dx%dx%d, strides of A %d,%d and B %d,%d, start %d: element %d = %x, want %x", c, setNames[active], threads,
						outer, inner, m, n, k, a.Row, a.Col, b.Row, b.Col, start, i, bits(got.Data[i]), bits(want[i]))
				}
			}
		}
	}
}

func TestBatchGemmRefuses(t *testing.T) {
	x, rows, columns := make([]float32, 64), Matrices{Row: 2, Col: 1}, Matrices{Row: 1, Col: 2}
	rows.Data, columns.Data = x, x
	scattered := Matrices{Data: x, Row: 4, Col: 2}
	for name, f := range map[string]func(){
		"a scattered B": func() { BatchGemm(1, 1, 2, 2, 2, rows, scattered, rows, FromZero) },
		"C by columns":  func() { BatchGemm(1, 1, 2, 2, 2, rows, rows, columns, FromZero) },
		"a short B":     func() { BatchGemm(1, 1, 2, 80, 2, rows, rows, rows, FromZero) },
		"a short batch": func() { BatchGemm(40, 1, 2, 2, 2, rows, Matrices{Data: x, Outer: 4, Row: 2, Col: 1}, rows, FromZero) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			f()
		}()
	}
}
