package weiqi

import (
	"testing"

	"tesuji/internal/rng"
)

// BenchmarkPlies plays uniformly random legal moves on 9x9 with exact masks under positional
// superko.
func BenchmarkPlies(b *testing.B) {
	board := New(9, 9, Rules{})
	legal := make([]bool, board.Points()+1)
	r := rng.New(1, "bench")
	points := make([]int, 0, 82)
	for b.Loop() {
		if board.Over() {
			board.Clear()
		}
		board.Legal(legal)
		points = points[:0]
		for i, ok := range legal[:board.Points()] {
			if ok {
				points = append(points, i)
			}
		}
		move := board.Pass()
		if len(points) > 0 {
			move = points[r.Intn(len(points))]
		}
		board.ply(board.toMove, move)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mplies/s")
}

// BenchmarkPlayouts plays light playouts from the empty 9x9 board.
func BenchmarkPlayouts(b *testing.B) {
	board := New(9, 9, Rules{})
	p := NewPlayout(board)
	r := rng.New(1, "bench")
	plies := 0
	for b.Loop() {
		p.Run(board, r)
		plies += p.plies
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "playouts/s")
	b.ReportMetric(float64(plies)/float64(b.N), "plies/playout")
}

func newStream() *rng.Stream { return rng.New(1, "playouts") }

func TestNothingAllocates(t *testing.T) {
	b := New(9, 9, Rules{})
	randomPlies(b, 60, 1)
	c := b.Clone()
	p := NewPlayout(b)
	r := newStream()
	legal := make([]bool, b.Points()+1)
	for name, f := range map[string]func(){
		"Legal":    func() { b.Legal(legal) },
		"CopyFrom": func() { c.CopyFrom(b) },
		"Run":      func() { p.Run(b, r) },
	} {
		if n := testing.AllocsPerRun(20, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
