package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Each function here is run by every set on the same random data, special values included, and
// must leave the same bits everywhere, also around what it may write.

// same reports whether two numbers have the same bits or are both NaN (R11).
func same(a, b float32) bool { return bits(a) == bits(b) || a != a && b != b }

// difference returns the first index at which two slices differ, or -1.
func difference(a, b []float32) int {
	for i := range a {
		if !same(a[i], b[i]) {
			return i
		}
	}
	return -1
}

var specials = []float32{
	0, f32(1 << 31), 1, -1, f32(1), f32(0x80000001), f32(0x007fffff), f32(0x00800000), f32(0x80800000),
	math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	88.7, 89, -87.4, -103.9, -105, 0.9375, 4, 10, 0x1p-100, 0x1p-101, 1.41421356, 0.70710678, 0.41421357,
}

// fill returns n numbers of the given family, with length n.
func fill(r *rand.Rand, n, family int) []float32 {
	x := make([]float32, n)
	for i := range x {
		switch family {
		case 0: // like network values
			x[i] = float32(r.NormFloat64())
		case 1: // wide exponents
			x[i] = float32(math.Ldexp(r.Float64()*2-1, r.IntN(60)-30))
		case 2: // any bits
			x[i] = f32(r.Uint32())
		case 3: // near the subnormals
			x[i] = float32(math.Ldexp(r.Float64()*2-1, -120-r.IntN(30)))
		case 4: // ties and zeros
			x[i] = float32(r.IntN(5)-2) / 2
		}
		if family != 0 && r.IntN(9) == 0 {
			x[i] = specials[r.IntN(len(specials))]
		}
	}
	return x
}

const families = 5

type operation struct {
	name string
	run  func(x [4][]float32, rows, cols int)
}

// operations are run on x[0], x[1], ... of n = rows*cols elements each, which they may overwrite.
var operations = []operation{
	{"Add", func(x [4][]float32, _, _ int) { Add(x[0], x[1], x[2]) }},
	{"AddInPlace", func(x [4][]float32, _, _ int) { Add(x[0], x[0], x[0]) }},
	{"Sub", func(x [4][]float32, _, _ int) { Sub(x[0], x[1], x[2]) }},
	{"Mul", func(x [4][]float32, _, _ int) { Mul(x[1], x[1], x[2]) }},
	{"Div", func(x [4][]float32, _, _ int) { Div(x[0], x[1], x[2]) }},
	{"Min", func(x [4][]float32, _, _ int) { Min(x[0], x[1], x[2]) }},
	{"Max", func(x [4][]float32, _, _ int) { Max(x[0], x[1], x[2]) }},
	{"AddScalar", func(x [4][]float32, _, _ int) { AddScalar(x[0], x[1], x[2][0]) }},
	{"Scale", func(x [4][]float32, _, _ int) { Scale(x[0], x[1], x[2][0]) }},
	{"AddTo", func(x [4][]float32, _, _ int) { AddTo(x[0], x[1]) }},
	{"Axpy", func(x [4][]float32, _, _ int) { Axpy(x[0], x[1], x[2][0]) }},
	{"MulAdd", func(x [4][]float32, _, _ int) { MulAdd(x[0], x[1], x[2]) }},
	{"Neg", func(x [4][]float32, _, _ int) { Neg(x[0], x[1]) }},
	{"Abs", func(x [4][]float32, _, _ int) { Abs(x[0], x[1]) }},
	{"Sqrt", func(x [4][]float32, _, _ int) { Sqrt(x[0], x[1]) }},
	{"Square", func(x [4][]float32, _, _ int) { Square(x[0], x[1]) }},
	{"Exp", func(x [4][]float32, _, _ int) { Exp(x[0], x[0]) }},
	{"Log", func(x [4][]float32, _, _ int) { Log(x[0], x[1]) }},
	{"Tanh", func(x [4][]float32, _, _ int) { Tanh(x[0], x[1]) }},
	{"Sigmoid", func(x [4][]float32, _, _ int) { Sigmoid(x[0], x[1]) }},
	{"Softplus", func(x [4][]float32, _, _ int) { Softplus(x[0], x[1]) }},
	{"Erf", func(x [4][]float32, _, _ int) { Erf(x[0], x[1]) }},
	{"ReLU", func(x [4][]float32, _, _ int) { ReLU(x[0], x[1]) }},
	{"Clamp", func(x [4][]float32, _, _ int) { Clamp(x[0], x[1], -0.5, 2) }},
	{"Huber", func(x [4][]float32, _, _ int) { Huber(x[0], x[1], 0.7) }},
	{"ReLUBackward", func(x [4][]float32, _, _ int) { ReLUBackward(x[0], x[1], x[2]) }},
	{"TanhBackward", func(x [4][]float32, _, _ int) { TanhBackward(x[0], x[1], x[2]) }},
	{"SigmoidBackward", func(x [4][]float32, _, _ int) { SigmoidBackward(x[0], x[0], x[2]) }},
	{"ClampBackward", func(x [4][]float32, _, _ int) { ClampBackward(x[0], x[1], x[2], -0.5, 0.5) }},
	{"HuberBackward", func(x [4][]float32, _, _ int) { HuberBackward(x[0], x[1], x[2], 0.7) }},
	{"MinBackward", func(x [4][]float32, _, _ int) { MinBackward(x[0], x[1], x[2], x[3], x[2]) }},
	{"Adam", func(x [4][]float32, _, _ int) {
		Adam(x[0], x[1], x[2], x[3], AdamStep{C1: 0.1, Beta2: 0.999, C2: 0.001, R2: 30, Eps: 1e-8, Rate: 1e-2, Decay: 0.99})
	}},
	{"RMSProp", func(x [4][]float32, _, _ int) { RMSProp(x[0], x[1], x[2], 1e-3, 0.99, 1e-5) }},
	{"RMSPropTF", func(x [4][]float32, _, _ int) { RMSPropTF(x[0], x[1], x[2], 1e-3, 0.95, 1e-2) }},
	{"Sum", func(x [4][]float32, _, _ int) { x[0][0] = Sum(x[1]) }},
	{"Dot", func(x [4][]float32, _, _ int) { x[0][0] = Dot(x[1], x[2]) }},
	{"SumSquares", func(x [4][]float32, _, _ int) { x[0][0] = SumSquares(x[1]) }},
	{"MaxOf", func(x [4][]float32, _, _ int) { x[0][0] = MaxOf(x[1]) }},
	{"AllFinite", func(x [4][]float32, _, _ int) {
		if AllFinite(x[1]) {
			x[0][0] = 1
		}
	}},
	{"RowSums", func(x [4][]float32, rows, cols int) { RowSums(x[0], x[1], rows, cols) }},
	{"RowMax", func(x [4][]float32, rows, cols int) { RowMax(x[0], x[1], rows, cols) }},
	{"RowDots", func(x [4][]float32, rows, cols int) { RowDots(x[0], x[1], x[2], rows, cols) }},
	{"ColumnSums", func(x [4][]float32, rows, cols int) { ColumnSums(x[0], x[1], rows, cols, false) }},
	{"ColumnSumsAccumulate", func(x [4][]float32, rows, cols int) { ColumnSums(x[0], x[1], rows, cols, true) }},
	{"AddRow", func(x [4][]float32, rows, cols int) { AddRow(x[0], x[1], x[2], rows, cols) }},
	{"SubRow", func(x [4][]float32, rows, cols int) { SubRow(x[0], x[1], x[2], rows, cols) }},
	{"MulRow", func(x [4][]float32, rows, cols int) { MulRow(x[0], x[1], x[2], rows, cols) }},
	{"AddCol", func(x [4][]float32, rows, cols int) { AddCol(x[0], x[1], x[2], rows, cols) }},
	{"SubCol", func(x [4][]float32, rows, cols int) { SubCol(x[0], x[1], x[2], rows, cols) }},
	{"MulCol", func(x [4][]float32, rows, cols int) { MulCol(x[0], x[1], x[2], rows, cols) }},
	{"DivCol", func(x [4][]float32, rows, cols int) { DivCol(x[0], x[1], x[2], rows, cols) }},
	{"Softmax", func(x [4][]float32, rows, cols int) { Softmax(x[0], x[1], rows, cols) }},
	{"SoftmaxInPlace", func(x [4][]float32, rows, cols int) { Softmax(x[0], x[0], rows, cols) }},
	{"LogSoftmax", func(x [4][]float32, rows, cols int) { LogSoftmax(x[0], x[0], rows, cols) }},
	{"SoftmaxBackward", func(x [4][]float32, rows, cols int) { SoftmaxBackward(x[0], x[1], x[2], rows, cols) }},
	{"LogSoftmaxBackward", func(x [4][]float32, rows, cols int) { LogSoftmaxBackward(x[0], x[1], x[0], rows, cols) }},
	{"Transpose", func(x [4][]float32, rows, cols int) { Transpose(x[0], x[1], rows, cols) }},
}

// sentinel surrounds operands: it must never change.
const sentinel = 0x7f123456 // a NaN, so that reading it would show as well

// framed copies operands into fresh memory between sentinels, at an odd offset.
func framed(x [4][]float32) (frame []float32, parts [4][]float32) {
	n := len(x[0])
	frame = make([]float32, 4*(n+19)+16)
	for i := range frame {
		frame[i] = f32(sentinel)
	}
	for i := range x {
		at := 3 + i*(n+19)
		parts[i] = frame[at : at+n : at+n]
		copy(parts[i], x[i])
	}
	return frame, parts
}

func TestSetsAgree(t *testing.T) {
	old := Name()
	defer Force(old)
	r := rand.New(rand.NewPCG(1, 2))
	shapes := [][2]int{{1, 1}, {1, 2}, {2, 1}, {3, 2}, {5, 3}, {1, 7}, {1, 8}, {1, 9}, {4, 4}, {1, 15}, {1, 16}, {1, 17}, {2, 13}, {16, 16}, {9, 33}, {1, 63}, {1, 64}, {1, 65}, {7, 31}, {1, 127}, {2, 129}, {33, 6}, {17, 24}, {300, 2}, {3, 1500}, {1, 5003}, {2, 4096}}
	if testing.Short() {
		shapes = slices.DeleteFunc(shapes, func(s [2]int) bool { return s[0]*s[1] > 1000 })
	}
	for range 10 {
		shapes = append(shapes, [2]int{1 + r.IntN(40), 1 + r.IntN(40)})
	}
	for _, op := range operations {
		for _, s := range shapes {
			for family := range families {
				n := s[0] * s[1]
				var x [4][]float32
				for i := range x {
					x[i] = fill(r, n, family)
				}
				Force("go")
				want, parts := framed(x)
				op.run(parts, s[0], s[1])
				for set := setAVX2; set <= best; set++ {
					Force(setNames[set])
					got, parts := framed(x)
					op.run(parts, s[0], s[1])
					if i := difference(got, want); i >= 0 {
						t.Fatalf("%s %v, family %d: %s gives %08x at %d of the frame, go %08x", op.name, s, family, setNames[set], bits(got[i]), i, bits(want[i]))
					}
				}
			}
		}
	}
}

// TestLongReductions holds rule R6: blocks of 4096.
func TestLongReductions(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	x, y := fill(r, 3*block+77, 0), fill(r, 3*block+77, 0)
	var sums, dots []float32
	for at := 0; at < len(x); at += block {
		end := min(at+block, len(x))
		var p, q [lanes]float32
		for i := range x[at:end] {
			p[i%lanes] += x[at+i]
			q[i%lanes] = fma(x[at+i], y[at+i], q[i%lanes])
		}
		sums, dots = append(sums, join(&p)), append(dots, join(&q))
	}
	eachSet(t, func(t *testing.T) {
		if got, want := Sum(x), Sum(sums); bits(got) != bits(want) {
			t.Errorf("Sum = %v, want %v", got, want)
		}
		if got, want := Dot(x, y), Sum(dots); bits(got) != bits(want) {
			t.Errorf("Dot = %v, want %v", got, want)
		}
		if got, want := MaxOf(x), slices.Max(x); got != want {
			t.Errorf("MaxOf = %v, want %v", got, want)
		}
	})
}

// TestShortReductions compares the shortcuts for few elements with the 64 partials.
func TestShortReductions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 17 {
		for family := range families {
			x, y := fill(r, n, family), fill(r, n, family)
			var p, q [lanes]float32
			for i := range x {
				p[i] += x[i]
				q[i] = fma(x[i], y[i], q[i])
			}
			if got, want := Sum(x), join(&p); !same(got, want) {
				t.Errorf("Sum(%v) = %v, want %v", x, got, want)
			}
			if got, want := Dot(x, y), join(&q); !same(got, want) {
				t.Errorf("Dot(%v, %v) = %v, want %v", x, y, got, want)
			}
		}
	}
}

func TestForce(t *testing.T) {
	old := Name()
	defer Force(old)
	if err := Force("sse9"); err == nil || Name() != old {
		t.Errorf("Force of an unknown set: error %v, set %s", err, Name())
	} else if want := fmt.Sprintf("%q", "sse9"); !slices.Contains(setNames[:], old) || len(err.Error()) < len(want) {
		t.Errorf("error %q does not say what there is", err)
	}
}
