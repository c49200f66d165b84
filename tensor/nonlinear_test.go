package tensor

import "testing"

// Gradient cases of activations, elementwise functions and losses. Kinks lie off the values that
// finite differences visit.
func init() {
	of := func(name string, lo, hi float64, f func(t *Tape, x Var) Var) gradCase {
		return gradCase{name, [][]int{{3, 5}}, lo, hi, func(t *Tape, v []Var) Var { return f(t, v[0]) }}
	}
	gradCases = append(gradCases,
		of("Log1p", -0.5, 2, (*Tape).Log1p), of("Expm1", -1, 1, (*Tape).Expm1), of("Rsqrt", 0.5, 2, (*Tape).Rsqrt),
		of("Pow", 0.5, 2, func(t *Tape, x Var) Var { return t.Pow(x, 1.7) }),
		of("Pow of -0.75", 0.5, 2, func(t *Tape, x Var) Var { return t.Pow(x, -0.75) }),
		of("Erf", -1, 1, (*Tape).Erf), of("Sin", -3, 3, (*Tape).Sin), of("Cos", -3, 3, (*Tape).Cos),
		of("GELU", -3, 3, (*Tape).GELU), of("GELUTanh", -3, 3, (*Tape).GELUTanh), of("SiLU", -3, 3, (*Tape).SiLU),
		of("SoftplusBeta", -1, 1, func(t *Tape, x Var) Var { return t.SoftplusBeta(x, 3) }),
		of("LeakyReLU", -1, 1, func(t *Tape, x Var) Var { return t.LeakyReLU(x, 0.2) }),
		of("ELU", -1, 1, func(t *Tape, x Var) Var { return t.ELU(x, 1.3) }),
		of("ScaledTanh", -2, 2, (*Tape).ScaledTanh),
		of("Hardswish", -2.9, 2.9, (*Tape).Hardswish), of("Hardsigmoid", -2.9, 2.9, (*Tape).Hardsigmoid),
		of("CumSum", -1, 1, (*Tape).CumSum), of("MaxLast", -1, 1, (*Tape).MaxLast),
		of("MeanLast", -1, 1, (*Tape).MeanLast), of("VarLast", -1, 1, (*Tape).VarLast),
		gradCase{"PReLU", [][]int{{4, 5}, {5}}, -1, 1, func(t *Tape, v []Var) Var { return t.PReLU(v[0], v[1]) }},
		gradCase{"PReLU of one slope", [][]int{{4, 5}, {1}}, -1, 1, func(t *Tape, v []Var) Var { return t.PReLU(v[0], v[1]) }},
		of("MaskedSoftmax", -1, 1, func(t *Tape, x Var) Var {
			return t.MaskedSoftmax(x, t.InputOf([]float32{1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 3, 5))
		}),
		of("CrossEntropy smoothed", -1, 1, func(t *Tape, x Var) Var {
			return t.CrossEntropyWith(x, index3, CrossEntropyOptions{Smoothing: 0.1})
		}),
		of("CrossEntropy weighted, smoothed and ignoring", -1, 1, func(t *Tape, x Var) Var {
			return t.CrossEntropyWith(x, []int32{2, -1, 4}, CrossEntropyOptions{Smoothing: 0.2, Weights: []float32{1, 2, 0.5, 0.1, 3}, IgnoreNegative: true})
		}),
		of("CrossEntropy ignoring", -1, 1, func(t *Tape, x Var) Var {
			return t.CrossEntropyWith(x, []int32{-1, 3, 4}, CrossEntropyOptions{IgnoreNegative: true})
		}),
		of("SoftCrossEntropy", -1, 1, func(t *Tape, x Var) Var {
			return t.SoftCrossEntropy(x, t.InputOf([]float32{.2, .1, .3, .4, 0, 0, 0, 1, 0, 0, .5, .25, .25, .5, 1}, 3, 5))
		}),
		of("BCEWithLogits", -2, 2, func(t *Tape, x Var) Var {
			return t.BCEWithLogits(x, t.InputOf([]float32{.2, .1, .3, .4, 0, 0, 0, 1, 0, 0, .5, .25, .25, .5, 1}, 3, 5), 2.5)
		}),
		gradCase{"KLNormal", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.KLNormal(v[0], v[1]) }},
		gradCase{"QuantileHuber", [][]int{{2, 4}}, -1, 1, func(t *Tape, v []Var) Var {
			return t.QuantileHuber(v[0], t.InputOf([]float32{-1.3, .21, .733, 1.9, .4, -.511}, 2, 3), 0.7)
		}},
		gradCase{"Add [B 1 1 C]", [][]int{{2, 3, 2, 4}, {2, 1, 1, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Add(v[0], v[1]) }},
		gradCase{"Mul [B 1 1 C]", [][]int{{2, 3, 2, 4}, {2, 1, 1, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mul(v[0], v[1]) }},
		gradCase{"Div [B 1 1 1]", [][]int{{2, 3, 2, 4}, {2, 1, 1, 1}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Div(v[0], v[1]) }},
		gradCase{"Sub [T C]", [][]int{{2, 3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sub(v[0], v[1]) }},
		gradCase{"Sub [B 1 C]", [][]int{{2, 3, 4}, {2, 1, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sub(v[0], v[1]) }},
	)
	for act := None; act <= ScaledTanh; act++ {
		gradCases = append(gradCases, gradCase{"Linear with activation " + string(rune('a'+act)), [][]int{{7, 5}, {5, 3}, {3}}, -1, 1,
			func(t *Tape, v []Var) Var { return t.Linear(v[0], v[1], v[2], act) }})
	}
}

// TestFusedActivations: fused into Linear, an activation is the operation of its name.
func TestFusedActivations(t *testing.T) {
	ops := map[Activation]func(t *Tape, x Var) Var{
		ReLU: (*Tape).ReLU, Tanh: (*Tape).Tanh, Sigmoid: (*Tape).Sigmoid, GELU: (*Tape).GELU, GELUTanh: (*Tape).GELUTanh,
		SiLU: (*Tape).SiLU, Softplus: (*Tape).Softplus, Hardswish: (*Tape).Hardswish, Hardsigmoid: (*Tape).Hardsigmoid, ScaledTanh: (*Tape).ScaledTanh,
		ELU:       func(t *Tape, x Var) Var { return t.ELU(x, 1) },
		LeakyReLU: func(t *Tape, x Var) Var { return t.LeakyReLU(x, 0.01) },
	}
	for act, op := range ops {
		x, p, g := pattern(9, 7), []*Tensor{pattern(7, 5), pattern(5)}, []*Tensor{New(7, 5), New(5)}
		var results [2][]float32
		for i := range results {
			clear(g[0].Data)
			tape := NewTape()
			w, b := tape.Param(p[0], g[0]), tape.Param(p[1], g[1])
			var y Var
			if i == 0 {
				y = tape.Linear(tape.Input(x), w, b, act)
			} else {
				y = op(tape, tape.Linear(tape.Input(x), w, b, None))
			}
			loss := tape.Sum(tape.Square(y))
			tape.Backward(loss)
			results[i] = append([]float32{tape.Scalar(loss)}, g[0].Data...)
		}
		for i, v := range results[0] {
			if v != results[1][i] {
				t.Errorf("activation %d: %v fused, %v apart", act, v, results[1][i])
				break
			}
		}
	}
}

// pattern returns a tensor of some numbers in [-2, 2].
func pattern(dims ...int) *Tensor {
	x := New(dims...)
	for i := range x.Data {
		x.Data[i] = float32((i*37+len(x.Data)*11)%64)/16 - 2
	}
	return x
}
