package nets

import (
	"math"
	"testing"
)

// TestMatricesOnly: with gradients of 0, what decays shrinks by lr*decay and the rest stays.
func TestMatricesOnly(t *testing.T) {
	for _, only := range []bool{false, true} {
		matrix, vector, other := NewParam("matrix", 3, 5), NewParam("vector", 7), NewParam("other", 2, 2)
		fixed := NewFixed("fixed", 4)
		list := []*Param{matrix, vector, fixed, other}
		for _, p := range list {
			for i := range p.Value.Data {
				p.Value.Data[i] = 1
			}
		}
		set := Collect(params(list))
		adam := NewAdam(set, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .1, MatricesOnly: only})
		adam.Step(.5)
		for _, p := range list {
			want := float32(.95)
			if p.Fixed || only && p == vector {
				want = 1
			}
			for i, v := range p.Value.Data {
				if math.Abs(float64(v-want)) > 1e-7 {
					t.Fatalf("matrices only %v: %s[%d] is %v, want %v", only, p.Name, i, v, want)
				}
			}
		}
		if n := testing.AllocsPerRun(10, func() { adam.Step(.5) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}
