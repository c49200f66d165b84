package tensor

import (
	"slices"
	"testing"
)

func init() {
	gradCases = append(gradCases,
		gradCase{"BatchMatMul", [][]int{{3, 4, 5}, {3, 5, 2}}, -1, 1, func(t *Tape, v []Var) Var { return t.BatchMatMul(v[0], v[1]) }},
		gradCase{"BatchMatMul of rank 4", [][]int{{2, 3, 4, 5}, {2, 3, 5, 2}}, -1, 1, func(t *Tape, v []Var) Var { return t.BatchMatMul(v[0], v[1]) }},
		gradCase{"BatchMatMul of itself", [][]int{{2, 3, 3}}, -1, 1, func(t *Tape, v []Var) Var { return t.BatchMatMul(v[0], v[0]) }},
		gradCase{"BatchMatMulTransposed", [][]int{{3, 4, 5}, {3, 2, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.BatchMatMulTransposed(v[0], v[1]) }},
		gradCase{"BatchMatMulTransposed with itself", [][]int{{2, 3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.BatchMatMulTransposed(v[0], v[0]) }},
	)
}

func TestBatchMatMul(t *testing.T) {
	tape := NewTape()
	a := tape.InputOf([]float32{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2)
	b := tape.InputOf([]float32{1, 0, 2, 1, 0, 1, 1, 3}, 2, 2, 2)
	if got, want := tape.Value(tape.BatchMatMul(a, b)), []float32{5, 2, 11, 4, 6, 23, 8, 31}; !slices.Equal(got, want) {
		t.Errorf("a·b = %v, want %v", got, want)
	}
	if got, want := tape.Value(tape.BatchMatMulTransposed(a, b)), []float32{1, 4, 3, 10, 6, 23, 8, 31}; !slices.Equal(got, want) {
		t.Errorf("a·bᵀ = %v, want %v", got, want)
	}
	for name, f := range map[string]func(){
		"another batch": func() { tape.BatchMatMul(a, tape.InputOf(make([]float32, 12), 3, 2, 2)) },
		"another depth": func() { tape.BatchMatMulTransposed(a, tape.InputOf(make([]float32, 12), 2, 2, 3)) },
		"rank 2":        func() { tape.BatchMatMul(a, tape.InputOf(make([]float32, 4), 2, 2)) },
	} {
		func() {
			defer func() {
				if _, ok := recover().(*ShapeError); !ok {
					t.Errorf("%s: no ShapeError", name)
				}
			}()
			f()
		}()
	}
}
