package tensor

import (
	"math"
	"testing"
)

var tokens = []int32{3, 0, 3, 1, 3, 4}

func init() {
	gradCases = append(gradCases,
		gradCase{"Embedding", [][]int{{5, 3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Embedding(v[0], tokens, 2, 3) }},
		gradCase{"EmbeddingOf", [][]int{{5, 3}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.EmbeddingOf(v[0], t.InputOf([]float32{3, 0, 3, 1, 3, 4}, 3, 2))
		}},
		gradCase{"TiedHead", [][]int{{2, 3, 4}, {5, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.TiedHead(v[0], v[1]) }},
		gradCase{"embedding and head that share a table", [][]int{{5, 3}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.TiedHead(t.Tanh(t.Embedding(v[0], tokens)), v[0])
		}})
}

func TestEmbeddingShapes(t *testing.T) {
	tape := NewTape()
	table := tape.Input(hashed(0, 5, 3))
	for _, c := range []struct {
		v    Var
		want Shape
	}{
		{tape.Embedding(table, tokens), ShapeOf(6, 3)},
		{tape.Embedding(table, tokens, 3, 2), ShapeOf(3, 2, 3)},
		{tape.EmbeddingOf(table, tape.Input(New(2, 2, 2))), ShapeOf(2, 2, 2, 3)},
	} {
		if got := tape.Shape(c.v); got != c.want {
			t.Errorf("shape %v, want %v", got, c.want)
		}
	}
	mustPanic(t, "Embedding index 5 at 1 is outside 0..4", func() { tape.Embedding(table, []int32{0, 5}) })
	mustPanic(t, "Embedding index -1 at 0 is outside 0..4", func() { tape.EmbeddingOf(table, tape.InputOf([]float32{-1}, 1)) })
	mustPanic(t, "Embedding needs a table", func() { tape.Embedding(table, tokens, 5) })
	mustPanic(t, "TiedHead needs", func() { tape.TiedHead(table, tape.Input(New(5, 4))) })
}

// TestEmbeddingGradient: only rows that were looked up change, each by the sum in order, with any
// kernels and threads, and without allocations.
func TestEmbeddingGradient(t *testing.T) {
	const rows, c, n = 50, 130, 1000
	table, dy := hashed(1, rows, c), hashed(2, n, c)
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(i * i % 23)
	}
	want := make([]float32, rows*c)
	for i := range want {
		want[i] = 7
	}
	for i, v := range index {
		for j := range c {
			want[int(v)*c+j] += dy.Data[i*c+j]
		}
	}
	tape := NewTape()
	grad := New(rows, c)
	step := func() {
		tape.Reset()
		y := tape.Embedding(tape.Param(table, grad), index)
		tape.Backward(tape.Sum(tape.Mul(y, tape.Input(dy))))
	}
	sameBits(t, "embedding", func() [][]float32 {
		for i := range grad.Data {
			grad.Data[i] = 7
		}
		step()
		for i, g := range grad.Data {
			if math.Float32bits(g) != math.Float32bits(want[i]) {
				t.Fatalf("gradient %d is %g, want %g", i, g, want[i])
			}
		}
		return nil
	})
	if allocs := testing.AllocsPerRun(10, step); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
