package tensor

import (
	_ "embed"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// imageOps are the operations on images by the names of testdata/images.py, and of gradCases.
var imageOps = map[string]func(t *Tape, v []Var) Var{
	"conv":                          convOp(ConvOptions{}),
	"conv stride 2 pad 1":           convOp(ConvOptions{Stride: Both(2), Pad: Both(1)}),
	"conv uneven":                   convOp(ConvOptions{Stride: [2]int{1, 2}, Pad: [2]int{1, 0}, Dilation: [2]int{2, 1}}),
	"conv groups":                   convOp(ConvOptions{Pad: Both(1), Groups: 2}),
	"conv without bias":             convOp(ConvOptions{}),
	"conv relu":                     convOp(ConvOptions{Pad: Both(1), Act: ReLU}),
	"conv depthwise":                convOp(ConvOptions{Pad: Both(1), Groups: 4}),
	"conv transpose":                transposeOp(ConvOptions{Stride: Both(2), Pad: Both(1)}),
	"conv transpose groups":         transposeOp(ConvOptions{Stride: [2]int{2, 1}, Dilation: [2]int{1, 2}, Groups: 2}),
	"max pool":                      maxPoolOp(PoolOptions{Window: Both(2)}),
	"max pool overlapping":          maxPoolOp(PoolOptions{Window: Both(3), Stride: Both(2), Pad: Both(1)}),
	"max pool ceil":                 maxPoolOp(PoolOptions{Window: Both(3), Stride: Both(2), Ceil: true}),
	"avg pool":                      avgPoolOp(PoolOptions{Window: [2]int{3, 2}, Stride: Both(2), Pad: Both(1)}),
	"avg pool exclude pad":          avgPoolOp(PoolOptions{Window: Both(3), Stride: Both(2), Pad: Both(1), ExcludePad: true}),
	"avg pool ceil":                 avgPoolOp(PoolOptions{Window: Both(3), Stride: Both(2), Pad: Both(1), Ceil: true}),
	"adaptive avg pool":             func(t *Tape, v []Var) Var { return t.AdaptiveAvgPool2D(v[0], 3, 7) },
	"global avg pool":               func(t *Tape, v []Var) Var { return t.GlobalAvgPool2D(v[0]) },
	"response norm":                 responseNormOp(ResponseNorm{Size: 5, Alpha: .1, Beta: .75, K: 2, Mean: true}),
	"response norm even":            responseNormOp(ResponseNorm{Size: 4, Alpha: .3, Beta: .5, K: 1, Mean: true}),
	"pixel shuffle":                 func(t *Tape, v []Var) Var { return t.PixelShuffle(v[0], 2) },
	"pixel unshuffle":               func(t *Tape, v []Var) Var { return t.PixelUnshuffle(v[0], 2) },
	"pad reflect":                   func(t *Tape, v []Var) Var { return t.PadReflect(v[0], Padding{Top: 1, Bottom: 3, Left: 2, Right: 1}) },
	"pad zero":                      func(t *Tape, v []Var) Var { return t.PadZero(v[0], Padding{Bottom: 3, Left: 2, Right: 1}) },
	"resize nearest":                resizeOp(7, 8, ResizeOptions{}),
	"resize bilinear":               resizeOp(7, 3, ResizeOptions{Mode: Bilinear}),
	"resize bilinear aligned":       resizeOp(7, 3, ResizeOptions{Mode: Bilinear, AlignCorners: true}),
	"resize bicubic":                resizeOp(7, 3, ResizeOptions{Mode: Bicubic}),
	"resize bicubic aligned":        resizeOp(6, 9, ResizeOptions{Mode: Bicubic, AlignCorners: true}),
	"conv transpose output padding": transposeOp(ConvOptions{Stride: Both(2), Pad: Both(1), OutputPad: Both(1)}),
}

func biasOr(v []Var) Var {
	if len(v) > 2 {
		return v[2]
	}
	return Var{}
}

func convOp(o ConvOptions) func(*Tape, []Var) Var {
	return func(t *Tape, v []Var) Var { return t.Conv2D(v[0], v[1], biasOr(v), o) }
}

func transposeOp(o ConvOptions) func(*Tape, []Var) Var {
	return func(t *Tape, v []Var) Var { return t.ConvTranspose2D(v[0], v[1], biasOr(v), o) }
}

func maxPoolOp(o PoolOptions) func(*Tape, []Var) Var {
	return func(t *Tape, v []Var) Var { return t.MaxPool2D(v[0], o) }
}

func avgPoolOp(o PoolOptions) func(*Tape, []Var) Var {
	return func(t *Tape, v []Var) Var { return t.AvgPool2D(v[0], o) }
}

func responseNormOp(o ResponseNorm) func(*Tape, []Var) Var {
	return func(t *Tape, v []Var) Var { return t.LocalResponseNorm(v[0], o) }
}

func resizeOp(h, w int, o ResizeOptions) func(*Tape, []Var) Var {
	return func(t *Tape, v []Var) Var { return t.Resize(v[0], h, w, o) }
}

//go:embed testdata/images.json
var imageGoldens []byte

type imageGolden struct {
	Name   string
	Shapes [][]int
	Y      []float64
	Grads  [][]float64
}

func readImageGoldens() []imageGolden {
	var all []imageGolden
	if err := json.Unmarshal(imageGoldens, &all); err != nil {
		panic(err)
	}
	return all
}

func init() {
	for _, g := range readImageGoldens() {
		span := 1.0
		if strings.HasPrefix(g.Name, "max") { // so that no two are as near as the differences
			span = 20
		}
		gradCases = append(gradCases, gradCase{"image " + g.Name, g.Shapes, -span, span, imageOps[g.Name]})
	}
	gradCases = append(gradCases,
		gradCase{"Conv2D tanh", [][]int{{1, 4, 4, 2}, {2, 2, 2, 3}, {3}}, -1, 1, convOp(ConvOptions{Act: Tanh})},
		gradCase{"Conv2D sigmoid", [][]int{{1, 4, 4, 2}, {2, 2, 2, 3}, {3}}, -1, 1, convOp(ConvOptions{Act: Sigmoid})},
		gradCase{"Scatter", [][]int{{3}}, -1, 1, func(t *Tape, v []Var) Var { return t.Scatter(v[0], []int32{4, 0, 5}, 2, 3) }},
		gradCase{"Resize cubic", [][]int{{1, 4, 6, 2}}, -1, 1, resizeOp(8, 3, ResizeOptions{Mode: Cubic})},
		gradCase{"the paper's response norm", [][]int{{1, 1, 2, 6}}, -1, 1, responseNormOp(ResponseNorm{Size: 5, Alpha: .1, Beta: .75, K: 2})})
}

// runImage computes an operation and its gradients for the goldens' loss.
func runImage(shapes [][]int, f func(*Tape, []Var) Var) (y []float32, grads []*Tensor, tape *Tape) {
	tape = NewTape()
	var v []Var
	for k, s := range shapes {
		grads = append(grads, New(s...))
		v = append(v, tape.Param(hashed(k, s...), grads[k]))
	}
	out := f(tape, v)
	n := len(tape.Value(out))
	tape.Backward(tape.Sum(tape.Mul(tape.Reshape(out, n), tape.Input(hashed(9, n)))))
	return tape.Value(out), grads, tape
}

// TestImagesEqualPyTorch compares every element of results and gradients.
func TestImagesEqualPyTorch(t *testing.T) {
	const tolerance = 3e-6
	seen := 0
	for _, g := range readImageGoldens() {
		seen++
		t.Run(g.Name, func(t *testing.T) {
			y, grads, _ := runImage(g.Shapes, imageOps[g.Name])
			compare := func(what string, got []float32, want []float64) {
				if len(got) != len(want) {
					t.Fatalf("%s has %d elements, want %d", what, len(got), len(want))
				}
				for i := range got {
					if math.Abs(float64(got[i])-want[i]) > tolerance*(1+math.Abs(want[i])) {
						t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], want[i])
					}
				}
			}
			compare("y", y, g.Y)
			for k := range grads {
				compare("the gradient of operand "+string(rune('0'+k)), grads[k].Data, g.Grads[k])
			}
		})
	}
	if seen != len(imageOps) {
		t.Errorf("%d goldens for %d operations", seen, len(imageOps))
	}
}

// TestImagesHaveOneResult runs every operation with every kernel set and 1 to 3 threads.
func TestImagesHaveOneResult(t *testing.T) {
	set, threads := Kernels(), Threads()
	defer func() { ForceKernels(set); SetThreads(threads) }()
	shapes := map[string][][]int{ // large enough to be divided among threads
		"conv": {{8, 21, 20, 8}, {3, 3, 8, 24}, {24}}, "conv depthwise": {{9, 40, 40, 4}, {3, 3, 1, 4}, {4}},
		"conv groups": {{8, 20, 20, 8}, {3, 3, 4, 18}, {18}}, "max pool": {{8, 40, 40, 16}}, "avg pool": {{8, 40, 41, 16}},
	}
	for _, g := range readImageGoldens() {
		for _, s := range [][][]int{g.Shapes, shapes[g.Name]} {
			if s == nil {
				continue
			}
			ForceKernels("go")
			SetThreads(1)
			y, grads, _ := runImage(s, imageOps[g.Name])
			for _, name := range []string{"go", "avx2", "avx512"} {
				if ForceKernels(name) != nil {
					continue
				}
				for n := 1; n <= 3; n++ {
					SetThreads(n)
					y2, grads2, _ := runImage(s, imageOps[g.Name])
					for i := range y {
						if math.Float32bits(y[i]) != math.Float32bits(y2[i]) {
							t.Fatalf("%s: y[%d] = %v with %s and %d threads, %v with go", g.Name, i, y2[i], name, n, y[i])
						}
					}
					for k := range grads {
						for i, v := range grads[k].Data {
							if w := grads2[k].Data[i]; math.Float32bits(v) != math.Float32bits(w) {
								t.Fatalf("%s: gradient %d [%d] = %v with %s and %d threads, %v with go", g.Name, k, i, w, name, n, v)
							}
						}
					}
				}
			}
		}
	}
}

func TestImagesAllocateNothing(t *testing.T) {
	for _, g := range readImageGoldens() {
		tape := NewTape()
		var values, grads []*Tensor
		for k, s := range g.Shapes {
			values, grads = append(values, hashed(k, s...)), append(grads, New(s...))
		}
		v, f := make([]Var, len(values)), imageOps[g.Name]
		step := func() {
			tape.Reset()
			for k := range values {
				v[k] = tape.Param(values[k], grads[k])
			}
			tape.Backward(tape.Sum(f(tape, v)))
		}
		step()
		step()
		if n := testing.AllocsPerRun(5, step); n != 0 {
			t.Errorf("%s: %v allocations", g.Name, n)
		}
	}
}

// TestFirstInputGetsNoGradient: the most expensive gradient of a network is of no use.
func TestFirstInputGetsNoGradient(t *testing.T) {
	tape := NewTape()
	x, w := tape.Input(hashed(0, 1, 5, 5, 2)), tape.Param(hashed(1, 3, 3, 2, 4), New(3, 3, 2, 4))
	tape.Backward(tape.Sum(tape.Conv2D(x, w, Var{}, ConvOptions{})))
	if tape.Grad(x) != nil {
		t.Error("the input has a gradient")
	}
}

func TestImageShapesAreChecked(t *testing.T) {
	tape := NewTape()
	x, w, b := tape.Input(New(2, 5, 5, 4)), tape.Input(New(3, 3, 4, 6)), tape.Input(New(6))
	for name, f := range map[string]func(){
		"channels":            func() { tape.Conv2D(x, tape.Input(New(3, 3, 3, 6)), b, ConvOptions{}) },
		"bias":                func() { tape.Conv2D(x, w, tape.Input(New(5)), ConvOptions{}) },
		"groups":              func() { tape.Conv2D(x, tape.Input(New(3, 3, 2, 5)), Var{}, ConvOptions{Groups: 2}) },
		"too small":           func() { tape.Conv2D(x, w, b, ConvOptions{Dilation: Both(3)}) },
		"negative stride":     func() { tape.MaxPool2D(x, PoolOptions{Window: Both(2), Stride: Both(-1)}) },
		"padding":             func() { tape.MaxPool2D(x, PoolOptions{Window: Both(2), Pad: Both(2)}) },
		"window too large":    func() { tape.AvgPool2D(x, PoolOptions{Window: Both(6)}) },
		"output padding":      func() { tape.ConvTranspose2D(x, tape.Input(New(3, 3, 6, 4)), b, ConvOptions{OutputPad: Both(1)}) },
		"rank":                func() { tape.MaxPool2D(b, PoolOptions{}) },
		"shuffle":             func() { tape.PixelShuffle(x, 3) },
		"unshuffle":           func() { tape.PixelUnshuffle(x, 2) },
		"reflect":             func() { tape.PadReflect(x, Padding{Top: 5}) },
		"negative pad":        func() { tape.PadZero(x, Padding{Left: -1}) },
		"resize to nothing":   func() { tape.Resize(x, 0, 3, ResizeOptions{}) },
		"aligned nearest":     func() { tape.Resize(x, 3, 3, ResizeOptions{AlignCorners: true}) },
		"bytes":               func() { tape.Pixels(make([]uint8, 5), 2, 3) },
		"response of nothing": func() { tape.LocalResponseNorm(x, ResponseNorm{}) },
		"adaptive to nothing": func() { tape.AdaptiveAvgPool2D(x, 0, 1) },
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

// channelsLast returns x [N, C, H, W] as [N, H, W, C], and weights [O, I, KH, KW] as
// [KH, KW, I, O] with weights set.
func channelsLast(x *Tensor, weights bool) *Tensor {
	a, b, c, d := x.Shape.Dim(0), x.Shape.Dim(1), x.Shape.Dim(2), x.Shape.Dim(3)
	y := New(a, c, d, b)
	if weights {
		y = New(c, d, b, a)
	}
	for i := range x.Data {
		l, k, j, n := i%d, i/d%c, i/d/c%b, i/d/c/b
		if weights {
			y.Data[((k*d+l)*b+j)*a+n] = x.Data[i]
		} else {
			y.Data[((n*c+k)*d+l)*b+j] = x.Data[i]
		}
	}
	return y
}

// channelsFirst undoes channelsLast.
func channelsFirst(data []float32, s Shape, weights bool) []float32 {
	a, b, c, d := s.Dim(0), s.Dim(1), s.Dim(2), s.Dim(3)
	y := make([]float32, len(data))
	for i, v := range data {
		l, k, j, n := i%d, i/d%c, i/d/c%b, i/d/c/b
		if weights { // [KH, KW, I, O]
			y[((l*c+k)*a+n)*b+j] = v
		} else {
			y[((n*d+l)*b+j)*c+k] = v
		}
	}
	return y
}

func scaled(x *Tensor, by float64) *Tensor {
	for i := range x.Data {
		x.Data[i] = float32(float64(x.Data[i]) * by)
	}
	return x
}

// TestImageFormulaGoldens: fills by formula in PyTorch's layout, results from it in float64.
func TestImageFormulaGoldens(t *testing.T) {
	tape := NewTape()
	x := channelsLast(hashed(0, 1, 2, 5, 5), false)
	w := channelsLast(scaled(hashed(1, 3, 2, 3, 3), math.Sqrt(3.0/18)), true)
	b := scaled(hashed(2, 3), .1)
	dx, dw, db := New(1, 5, 5, 2), New(3, 3, 2, 3), New(3)
	y := tape.Conv2D(tape.Param(x, dx), tape.Param(w, dw), tape.Param(b, db), ConvOptions{Stride: Both(2), Pad: Both(1)})
	checkGolden(t, "conv2d", channelsFirst(tape.Value(y), tape.Shape(y), false), []float64{.1818548666, -.5466223465, -.8886675978}, -4.42439086, 6.424540291)
	g := channelsLast(hashed(9, 1, 3, 3, 3), false)
	tape.Backward(tape.Sum(tape.Mul(y, tape.Input(g))))
	checkGolden(t, "conv2d dx", channelsFirst(dx.Data, dx.Shape, false), []float64{-.08018809805}, 1.949042232, 5.318925831)
	checkGolden(t, "conv2d dw", channelsFirst(dw.Data, dw.Shape, true), []float64{.3095879416}, -23.26107595, 48.85144561)
	checkGolden(t, "conv2d db", db.Data, []float64{-1.393846393}, -4.697840333, 9.108568545)

	x = channelsLast(hashed(0, 1, 4, 3, 3), false)
	w = channelsLast(scaled(hashed(1, 4, 3, 4, 4), math.Sqrt(3.0/64)), true)
	y = tape.ConvTranspose2D(tape.Input(x), tape.Input(w), tape.Input(b), ConvOptions{Stride: Both(2), Pad: Both(1)})
	checkGolden(t, "conv-transpose", channelsFirst(tape.Value(y), tape.Shape(y), false), []float64{.06424218127, .2912662339, .001033438591}, -5.519302499, 6.426527732)

	x = channelsLast(hashed(0, 1, 3, 4, 4), false)
	w = channelsLast(scaled(hashed(1, 3, 1, 3, 3), math.Sqrt(3.0/9)), true)
	y = tape.Conv2D(tape.Input(x), tape.Input(w), Var{}, ConvOptions{Pad: Both(1), Groups: 3})
	checkGolden(t, "depthwise", channelsFirst(tape.Value(y), tape.Shape(y), false), []float64{-.3393827363, -.4816085787, -.2692847175}, -.1148300055, 12.96735406)

	six := hashed(0, 6)
	for i := range six.Data {
		six.Data[i] += 2
	}
	o := ResponseNorm{Size: 5, Alpha: .1, Beta: .75, K: 2, Mean: true}
	checkGolden(t, "LRN", tape.Value(tape.LocalResponseNorm(tape.Input(six), o)), []float64{.9128665315, .7630927572, 1.080550911}, 5.764939727, math.NaN())
	o.Mean = false
	checkGolden(t, "the paper's LRN", tape.Value(tape.LocalResponseNorm(tape.Input(six), o)), []float64{.7401721726, .6000864352, .7646575532}, 4.31685659, math.NaN())
}

// TestPoolAndResizeGoldens: short lines with known results.
func TestPoolAndResizeGoldens(t *testing.T) {
	tape := NewTape()
	row := func(n int, f func(i int) float32) Var {
		x := New(1, 1, n, 1)
		for i := range x.Data {
			x.Data[i] = f(i)
		}
		return tape.Input(x)
	}
	count := func(i int) float32 { return float32(i) }
	from1 := func(i int) float32 { return float32(i + 1) }
	wide := func(n int) [2]int { return [2]int{1, n} }
	for _, c := range []struct {
		name string
		y    Var
		want []float32
	}{
		{"adaptive 10 to 4", tape.AdaptiveAvgPool2D(row(10, count), 1, 4), []float32{1, 3, 6, 8}},
		{"adaptive 5 to 6", tape.AdaptiveAvgPool2D(row(5, count), 1, 6), []float32{0, .5, 1.5, 2.5, 3.5, 4}},
		{"max floor", tape.MaxPool2D(row(8, count), PoolOptions{Window: wide(3), Stride: wide(2)}), []float32{2, 4, 6}},
		{"max ceil", tape.MaxPool2D(row(8, count), PoolOptions{Window: wide(3), Stride: wide(2), Ceil: true}), []float32{2, 4, 6, 7}},
		{"average padded", tape.AvgPool2D(row(4, func(int) float32 { return 1 }), PoolOptions{Window: wide(2), Pad: [2]int{0, 1}}), []float32{.5, 1, .5}},
		{"bilinear", tape.Resize(row(3, count), 1, 6, ResizeOptions{Mode: Bilinear}), []float32{0, .25, .75, 1.25, 1.75, 2}},
		{"bilinear aligned", tape.Resize(row(3, count), 1, 6, ResizeOptions{Mode: Bilinear, AlignCorners: true}), []float32{0, .4, .8, 1.2, 1.6, 2}},
		{"imresize 1/2", tape.Resize(row(8, from1), 1, 4, ResizeOptions{Mode: Cubic}), []float32{1.44921875, 3.48828125, 5.51171875, 7.55078125}},
		{"imresize 2", tape.Resize(row(4, func(i int) float32 { return float32(int(1) << i) }), 1, 8, ResizeOptions{Mode: Cubic}),
			[]float32{.90625, 1.15625, 1.65625, 2.3828125, 3.3359375, 4.953125, 7.234375, 8.375}},
		{"imresize 1/3", tape.Resize(row(9, func(i int) float32 { return float32(i * i) }), 1, 3, ResizeOptions{Mode: Cubic}),
			[]float32{1.09876543, 16.22222222, 50.67901235}},
		{"pixels", tape.Pixels([]uint8{0, 51, 255}, 3), []float32{0, .2, 1}},
		{"bytes", tape.Bytes([]uint8{0, 51, 255}, 3), []float32{0, 51, 255}},
	} {
		got := tape.Value(c.y)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if math.Abs(float64(got[i]-c.want[i])) > 1e-6*(1+math.Abs(float64(c.want[i]))) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
	x := channelsLast(hashed(0, 1, 4, 2, 2), false)
	for i := range x.Data { // 0 to 15 in PyTorch's layout
		x.Data[i] = float32(i%4*4 + i/4)
	}
	y := tape.PixelShuffle(tape.Input(x), 2)
	want := []float32{0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15}
	for i, v := range tape.Value(y) {
		if v != want[i] {
			t.Fatalf("pixel shuffle: %v, want %v", tape.Value(y), want)
		}
	}
}
