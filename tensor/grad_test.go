package tensor

import (
	"math"
	"math/rand/v2"
	"testing"
)

// gradCase is an operation over parameters, whose gradients finite differences must match.
type gradCase struct {
	name   string
	shapes [][]int
	lo, hi float64 // range of the parameters
	f      func(t *Tape, v []Var) Var
}

var index3 = []int32{2, 0, 4}

var gradCases = []gradCase{
	{"MatMul", [][]int{{3, 4}, {4, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.MatMul(v[0], v[1]) }},
	{"MatMul of itself", [][]int{{3, 3}}, -1, 1, func(t *Tape, v []Var) Var { return t.MatMul(v[0], v[0]) }},
	{"Linear", [][]int{{7, 5}, {5, 3}, {3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Linear(v[0], v[1], v[2], None) }},
	{"Linear of rank 3", [][]int{{2, 3, 5}, {5, 3}, {3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Linear(v[0], v[1], v[2], None) }},
	{"Linear ReLU", [][]int{{7, 5}, {5, 3}, {3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Linear(v[0], v[1], v[2], ReLU) }},
	{"Linear Tanh", [][]int{{7, 5}, {5, 3}, {3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Linear(v[0], v[1], v[2], Tanh) }},
	{"Linear Sigmoid", [][]int{{7, 5}, {5, 3}, {3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Linear(v[0], v[1], v[2], Sigmoid) }},
	{"two layers that share a weight", [][]int{{4, 4}, {4, 4}, {4}}, -1, 1, func(t *Tape, v []Var) Var {
		return t.Linear(t.Linear(v[0], v[1], v[2], Tanh), v[1], v[2], Tanh)
	}},
	{"Add", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Add(v[0], v[1]) }},
	{"Add row", [][]int{{3, 4}, {4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Add(v[0], v[1]) }},
	{"Add column", [][]int{{3, 4}, {3, 1}}, -1, 1, func(t *Tape, v []Var) Var { return t.Add(v[0], v[1]) }},
	{"Add scalar", [][]int{{3, 4}, {1}}, -1, 1, func(t *Tape, v []Var) Var { return t.Add(v[0], v[1]) }},
	{"Add itself", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Add(v[0], v[0]) }},
	{"Sub", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sub(v[0], v[1]) }},
	{"Sub row", [][]int{{3, 4}, {1, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sub(v[0], v[1]) }},
	{"Sub column", [][]int{{3, 4}, {3, 1}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sub(v[0], v[1]) }},
	{"Sub scalar", [][]int{{3, 4}, {1}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sub(v[0], v[1]) }},
	{"Mul", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mul(v[0], v[1]) }},
	{"Mul row", [][]int{{3, 4}, {4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mul(v[0], v[1]) }},
	{"Mul column", [][]int{{3, 4}, {3, 1}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mul(v[0], v[1]) }},
	{"Mul scalar", [][]int{{3, 4}, {1}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mul(v[0], v[1]) }},
	{"Mul itself", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mul(v[0], v[0]) }},
	{"Div", [][]int{{3, 4}, {3, 4}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Div(v[0], v[1]) }},
	{"Div row", [][]int{{3, 4}, {4}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Div(v[0], v[1]) }},
	{"Div column", [][]int{{3, 4}, {3, 1}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Div(v[0], v[1]) }},
	{"Div scalar", [][]int{{3, 4}, {1}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Div(v[0], v[1]) }},
	{"Min", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Min(v[0], v[1]) }},
	{"Max", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Max(v[0], v[1]) }},
	{"Neg", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Neg(v[0]) }},
	{"Scale", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Scale(v[0], -2.5) }},
	{"AddScalar", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.AddScalar(v[0], 3) }},
	{"Exp", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Exp(v[0]) }},
	{"Log", [][]int{{3, 4}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Log(v[0]) }},
	{"Sqrt", [][]int{{3, 4}}, 0.5, 2, func(t *Tape, v []Var) Var { return t.Sqrt(v[0]) }},
	{"Square", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Square(v[0]) }},
	{"Abs", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Abs(v[0]) }},
	{"Tanh", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Tanh(v[0]) }},
	{"Sigmoid", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sigmoid(v[0]) }},
	{"ReLU", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.ReLU(v[0]) }},
	{"Softplus", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Softplus(v[0]) }},
	{"Clamp", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Clamp(v[0], -0.4, 0.5) }},
	{"Huber", [][]int{{3, 4}}, -2, 2, func(t *Tape, v []Var) Var { return t.Huber(v[0], 0.7) }},
	{"Sum", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Sum(v[0]) }},
	{"Mean", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Mean(v[0]) }},
	{"SumLast", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.SumLast(v[0]) }},
	{"MSE", [][]int{{3, 4}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.MSE(v[0], v[1]) }},
	{"Softmax", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.Softmax(v[0]) }},
	{"LogSoftmax", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.LogSoftmax(v[0]) }},
	{"LogSoftmax of two columns", [][]int{{9, 2}}, -1, 1, func(t *Tape, v []Var) Var { return t.LogSoftmax(v[0]) }},
	{"CrossEntropy", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.CrossEntropy(v[0], index3) }},
	{"Gather", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.Gather(v[0], index3) }},
	{"Pick", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var {
		return t.Pick(v[0], t.InputOf([]float32{2, 0, 4}, 3, 1))
	}},
	{"Gather twice", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var {
		return t.Mul(t.Gather(v[0], index3), t.Gather(v[0], index3))
	}},
	{"Concat", [][]int{{3, 2}, {3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Concat(v[0], v[1]) }},
	{"Slice", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var { return t.Slice(v[0], 1, 4) }},
	{"Slices that overlap", [][]int{{3, 5}}, -1, 1, func(t *Tape, v []Var) Var {
		return t.Add(t.Slice(v[0], 0, 3), t.Slice(v[0], 2, 5))
	}},
	{"Reshape", [][]int{{3, 4}}, -1, 1, func(t *Tape, v []Var) Var { return t.Square(t.Reshape(v[0], 2, 6)) }},
}

// weighted sums the elements of y with fixed weights, in float64 beside the tape's scalar.
func weighted(t *Tape, y Var) (Var, float64) {
	val := t.Value(y)
	w, sum := New(len(val)), 0.0
	for i := range w.Data {
		w.Data[i] = float32(math.Sin(float64(3*i + 1)))
		sum += float64(w.Data[i]) * float64(val[i])
	}
	return t.Sum(t.Mul(t.Reshape(y, len(val)), t.Input(w))), sum
}

func TestGradients(t *testing.T) {
	for _, c := range gradCases {
		t.Run(c.name, func(t *testing.T) { checkGradients(t, c) })
		// The same with operands that are results themselves, whose gradients live in the arena.
		inner := c
		inner.f = func(t *Tape, v []Var) Var {
			w := make([]Var, len(v))
			for i := range v {
				w[i] = t.AddScalar(t.Scale(v[i], 0.75), 0.0625)
			}
			return c.f(t, w)
		}
		t.Run(c.name+" of results", func(t *testing.T) { checkGradients(t, inner) })
	}
}

func checkGradients(t *testing.T, c gradCase) {
	r := rand.New(rand.NewPCG(1, 2))
	var params, grads []*Tensor
	for _, s := range c.shapes {
		p := New(s...)
		for i := range p.Data {
			p.Data[i] = float32(c.lo + (c.hi-c.lo)*r.Float64())
		}
		params, grads = append(params, p), append(grads, New(s...))
	}
	tape := NewTape()
	loss := func(backward bool) float64 {
		tape.Reset()
		var v []Var
		for i := range params {
			v = append(v, tape.Param(params[i], grads[i]))
		}
		l, sum := weighted(tape, c.f(tape, v))
		if backward {
			tape.Backward(l)
		}
		return sum
	}
	loss(true)
	const h = 1.0 / 256
	for k, p := range params {
		for i := range p.Data {
			x := p.Data[i]
			p.Data[i] = x + h
			up := loss(false)
			p.Data[i] = x - h
			down := loss(false)
			p.Data[i] = x
			want := (up - down) / (2 * h)
			if got := float64(grads[k].Data[i]); math.Abs(got-want) > 2e-3*(1+math.Abs(want)) {
				t.Errorf("d/dx%d[%d] = %g, finite difference %g", k, i, got, want)
			}
		}
	}
	// A second backward pass adds the same again (its chains start from the first's sums).
	once := grads[0].Data[0]
	loss(true)
	if got := grads[0].Data[0]; math.Abs(float64(got-2*once)) > 1e-6 {
		t.Errorf("gradient after two passes %g, after one %g", got, once)
	}
}

// TestEveryOpIsChecked fails when an operation is added without a gradient check.
func TestEveryOpIsChecked(t *testing.T) {
	seen := map[*operation]bool{}
	tape := NewTape()
	for _, c := range gradCases {
		tape.Reset()
		var v []Var
		for _, s := range c.shapes {
			v = append(v, tape.Param(New(s...), New(s...)))
		}
		c.f(tape, v)
		for _, r := range tape.records {
			seen[r.op] = true
		}
	}
	for _, op := range operations {
		if !seen[op] {
			t.Errorf("%s has no gradient check", op.name)
		}
	}
}
