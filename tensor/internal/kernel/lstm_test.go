package kernel

import (
	"math/rand/v2"
	"testing"
)

// TestRecurrentCellsAgree: every set leaves the bits of the pure-Go definitions, for lengths
// around the vectors' and special values.
func TestRecurrentCellsAgree(t *testing.T) {
	defer func(s set) { active = s }(active)
	cells := []struct {
		name string
		run  func(x [8][]float32)
	}{
		{"LSTM", func(x [8][]float32) { LSTM(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]) }},
		{"LSTMBackward", func(x [8][]float32) { LSTMBackward(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]) }},
		{"GRU", func(x [8][]float32) { GRU(x[0], x[1], x[2], x[3], x[4], x[5]) }},
		{"GRUBackward", func(x [8][]float32) { GRUBackward(x[0], x[1], x[2], x[3], x[4], x[5]) }},
	}
	r := rand.New(rand.NewPCG(5, 6))
	for _, c := range cells {
		for n := range 70 {
			for family := range families {
				const around = 20
				var before [8][]float32
				for i := range before {
					before[i] = fill(r, n+2*around, family)
				}
				run := func(s set) (x [8][]float32) {
					active = s
					var inner [8][]float32
					for i := range x {
						x[i] = append([]float32(nil), before[i]...)
						inner[i] = x[i][around : around+n]
					}
					c.run(inner)
					return x
				}
				want := run(setGo)
				for s := setAVX2; s <= best; s++ {
					got := run(s)
					for i := range got {
						if at := difference(got[i], want[i]); at >= 0 {
							t.Fatalf("%s of %d, %s, family %d: argument %d differs at %d: %x, want %x",
								c.name, n, setNames[s], family, i, at-around, bits(got[i][at]), bits(want[i][at]))
						}
					}
				}
			}
		}
	}
}

// TestPanelProduct is Gemm, for all shares of the columns.
func TestPanelProduct(t *testing.T) {
	defer func(s set) { active = s }(active)
	r := rand.New(rand.NewPCG(7, 8))
	for active = setGo; active <= best; active++ {
		for _, d := range [][3]int{{1, 5, 3}, {7, 16, 9}, {33, 50, 20}, {6, 100, 64}} {
			m, n, k := d[0], d[1], d[2]
			a, b, bT, start := fill(r, m*k, 0), fill(r, k*(n+3), 0), make([]float32, (n+3)*k), fill(r, m*n, 0)
			want := append([]float32(nil), start...)
			Gemm(m, n, k, a, k, 1, b, n+3, want, n, FromC, nil, false)
			Transpose(bT, b, k, n+3)
			for _, transposed := range []bool{false, true} {
				panels, got := make([]float32, k*n), append([]float32(nil), start...)
				if transposed {
					PackPanelsTransposed(panels, bT, k, n, k)
				} else {
					PackPanels(panels, b, k, n, n+3)
				}
				half := min(n, PanelWidth())
				PanelProduct(m, half, n, n, k, a, k, panels, got, n, FromC)
				PanelProduct(m, 0, half, n, k, a, k, panels, got, n, FromC)
				if at := difference(got, want); at >= 0 {
					t.Fatalf("%s %v transposed %v: differs at %d", Name(), d, transposed, at)
				}
			}
		}
	}
	active = best
}
