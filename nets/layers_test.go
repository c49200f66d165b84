package nets

import (
	"math"
	"os"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// layerGoldens is the arrays of testdata/layers.safetensors by name.
func layerGoldens(t *testing.T) map[string][]float32 {
	t.Helper()
	b, err := os.ReadFile("testdata/layers.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	tensors, _, err := ReadSafetensors(b)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]float32{}
	for _, a := range tensors {
		all[a.Name] = make([]float32, len(a.Data)/4)
		if err := a.Floats(all[a.Name]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// affine returns scale*U(k)+shift.
func affine(x *tensor.Tensor, scale, shift float64) *tensor.Tensor {
	for i, v := range x.Data {
		x.Data[i] = float32(shift + scale*float64(v))
	}
	return x
}

// layerCase is a case of testdata/layers.py: operands by the names of their gradients there.
type layerCase struct {
	name     string
	names    []string
	operands []*tensor.Tensor
	run      func(t *tensor.Tape, v []tensor.Var) tensor.Var
}

func layerCases() (all []layerCase) {
	normCase := func(name string, x *tensor.Tensor, f func(t *tensor.Tape, v []tensor.Var) tensor.Var) {
		c := x.Shape.Cols()
		all = append(all, layerCase{name, []string{"x", "gamma", "beta"}, []*tensor.Tensor{x, affine(hashed(1, c), .1, 1), affine(hashed(2, c), .1, 0)}, f})
	}
	normCase("layer_norm", hashed(0, 6, 70), func(t *tensor.Tape, v []tensor.Var) tensor.Var { return t.LayerNorm(v[0], v[1], v[2], 1e-5) })
	normCase("group_norm", hashed(0, 2, 3, 5, 6), func(t *tensor.Tape, v []tensor.Var) tensor.Var {
		return t.GroupNorm(v[0], v[1], v[2], 3, 1e-5)
	})
	normCase("batch_norm", hashed(0, 3, 6, 5, 5), func(t *tensor.Tape, v []tensor.Var) tensor.Var {
		return t.BatchNorm(v[0], v[1], v[2], nil, 1e-5)
	})
	running := runningOf()
	normCase("batch_norm_eval", hashed(0, 3, 2, 2, 5), func(t *tensor.Tape, v []tensor.Var) tensor.Var {
		return t.BatchNorm(v[0], v[1], v[2], running, 1e-5)
	})
	all = append(all, layerCase{"rms_norm", []string{"x", "gamma"}, []*tensor.Tensor{hashed(0, 6, 33), affine(hashed(1, 33), .1, 1)},
		func(t *tensor.Tape, v []tensor.Var) tensor.Var { return t.RMSNorm(v[0], v[1], 1e-6) }})
	all = append(all, layerCase{"prelu", []string{"x", "slope"}, []*tensor.Tensor{hashed(0, 2, 3, 4, 5), affine(hashed(1, 5), .1, .25)},
		func(t *tensor.Tape, v []tensor.Var) tensor.Var { return t.PReLU(v[0], v[1]) }})

	of := func(name string, x *tensor.Tensor, f func(t *tensor.Tape, x tensor.Var) tensor.Var) {
		all = append(all, layerCase{name, []string{"x"}, []*tensor.Tensor{x}, func(t *tensor.Tape, v []tensor.Var) tensor.Var { return f(t, v[0]) }})
	}
	for _, a := range activations {
		if a.act != tensor.None {
			of(a.name, affine(hashed(0, 4, 11), 6, 0), func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Activate(x, a.act) })
		}
	}
	for name, f := range map[string]func(t *tensor.Tape, x tensor.Var) tensor.Var{
		"softplus_beta": func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.SoftplusBeta(x, 3) },
		"elu_alpha":     func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.ELU(x, 1.3) },
		"log1p":         func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Log1p(t.Scale(x, .1)) },
		"expm1":         (*tensor.Tape).Expm1, "erf": (*tensor.Tape).Erf, "sin": (*tensor.Tape).Sin, "cos": (*tensor.Tape).Cos,
		"softmax": (*tensor.Tape).Softmax, "log_softmax": (*tensor.Tape).LogSoftmax,
		"cumsum": (*tensor.Tape).CumSum, "var": (*tensor.Tape).VarLast,
	} {
		of(name, affine(hashed(0, 4, 11), 6, 0), f)
	}

	labels, some := []int32{2, 0, 4, 1, 3, 2}, []int32{2, -1, 4, 1, -1, 2}
	weights := affine(hashed(3, 5), .5, 1).Data
	input := func(k int, scale, shift float64) func(t *tensor.Tape) tensor.Var {
		return func(t *tensor.Tape) tensor.Var { return t.Input(affine(hashed(k, 6, 5), scale, shift)) }
	}
	other, target := input(5, 1, 0), input(4, .5, .5)
	for name, f := range map[string]func(t *tensor.Tape, x tensor.Var) tensor.Var{
		"cross_entropy": func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return CrossEntropy(t, x, labels, tensor.CrossEntropyOptions{})
		},
		"cross_entropy_smooth": func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return CrossEntropy(t, x, labels, tensor.CrossEntropyOptions{Smoothing: .1})
		},
		"cross_entropy_all": func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return CrossEntropy(t, x, some, tensor.CrossEntropyOptions{Smoothing: .2, Weights: weights, IgnoreNegative: true})
		},
		"soft_cross_entropy": func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return t.Mean(t.SoftCrossEntropy(x, t.Softmax(input(4, 1, 0)(t))))
		},
		"nll":       func(t *tensor.Tape, x tensor.Var) tensor.Var { return NLL(t, t.LogSoftmax(x), labels) },
		"bce":       func(t *tensor.Tape, x tensor.Var) tensor.Var { return BCE(t, x, target(t), 2.5) },
		"mse":       func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.MSE(x, other(t)) },
		"l1":        func(t *tensor.Tape, x tensor.Var) tensor.Var { return L1(t, x, other(t)) },
		"smooth_l1": func(t *tensor.Tape, x tensor.Var) tensor.Var { return SmoothL1(t, x, other(t), .7) },
		"huber":     func(t *tensor.Tape, x tensor.Var) tensor.Var { return Huber(t, x, other(t), .7) },
		"cosine":    func(t *tensor.Tape, x tensor.Var) tensor.Var { return CosineSimilarity(t, x, other(t), 1e-8) },
		"kl_categorical": func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return KLCategorical(t, t.LogSoftmax(x), t.LogSoftmax(other(t)))
		},
		"kl_normals": func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return KLNormals(t, x, other(t), input(6, 1, 0)(t), input(7, 1, 0)(t))
		},
	} {
		of(name, affine(hashed(0, 6, 5), 3, 0), f)
	}
	return all
}

func runningOf() *tensor.Running {
	// What testdata/layers.py has after its training step, from 0.1 U(3) and 1 + 0.1 U(4).
	run := &tensor.Running{Mean: affine(hashed(3, 5), .1, 0).Data, Var: affine(hashed(4, 5), .1, 1).Data, Momentum: .1}
	tape := tensor.NewTape()
	tape.Train(true)
	tape.BatchNorm(tape.Input(hashed(0, 3, 6, 5, 5)), tensor.Var{}, tensor.Var{}, run, 1e-5)
	return run
}

// TestLayersEqualPyTorch compares results and all gradients.
func TestLayersEqualPyTorch(t *testing.T) {
	want := layerGoldens(t)
	run := runningOf()
	closeTo(t, "running mean", run.Mean, want["batch_norm.running_mean"])
	closeTo(t, "running variance", run.Var, want["batch_norm.running_var"])
	seen := map[string]bool{"batch_norm.running_mean": true, "batch_norm.running_var": true}
	for _, c := range layerCases() {
		tape := tensor.NewTape()
		var v []tensor.Var
		var grads []*tensor.Tensor
		for _, x := range c.operands {
			g := tensor.Of(make([]float32, len(x.Data)), dims(x.Shape)...)
			grads = append(grads, g)
			v = append(v, tape.Param(x, g))
		}
		y := c.run(tape, v)
		n := len(tape.Value(y))
		tape.Backward(tape.Sum(tape.Mul(tape.Reshape(y, n), tape.Input(hashed(9, n)))))
		closeTo(t, c.name, tape.Value(y), want[c.name+".y"])
		seen[c.name+".y"] = true
		for i, name := range c.names {
			closeTo(t, c.name+" d"+name, grads[i].Data, want[c.name+".d"+name])
			seen[c.name+".d"+name] = true
		}
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("%s is not compared", name)
		}
	}
}

// sums compares the first elements of x and its sums of values and squares with a row of a table.
func sums(t *testing.T, name string, x []float32, first []float64, sum, squares float64) {
	t.Helper()
	for i, w := range first {
		near(t, name, float64(x[i]), w, 2e-6)
	}
	s, q := 0.0, 0.0
	for _, v := range x {
		s, q = s+float64(v), q+float64(v)*float64(v)
	}
	near(t, name+": sum", s, sum, 1e-5)
	near(t, name+": squares", q, squares, 1e-5)
}

// TestNormVectors holds vectors by formula, in float64. Images are written [N, C, H, W] there.
func TestNormVectors(t *testing.T) {
	nhwc := func(x []float32, n, c, p int) *tensor.Tensor {
		y := tensor.New(n, p, c)
		for i := range x {
			y.Data[(i/(c*p)*p+i%p)*c+i/p%c] = x[i]
		}
		return y
	}
	nchw := func(y []float32, n, c, p int) []float32 {
		x := make([]float32, len(y))
		for i := range x {
			x[i] = y[(i/(c*p)*p+i%p)*c+i/p%c]
		}
		return x
	}
	run := func(x, upstream *tensor.Tensor, c int, f func(t *tensor.Tape, x, g, b tensor.Var) tensor.Var) (y, dx []float32) {
		tape := tensor.NewTape()
		tape.Train(true)
		d := tensor.Of(make([]float32, len(x.Data)), dims(x.Shape)...)
		v := f(tape, tape.Param(x, d), tape.Input(affine(hashed(1, c), .1, 1)), tape.Input(affine(hashed(2, c), .1, 0)))
		tape.Backward(tape.Sum(tape.Mul(v, tape.Input(upstream))))
		return append([]float32(nil), tape.Value(v)...), d.Data
	}
	stats := &tensor.Running{Mean: make([]float32, 2), Var: []float32{1, 1}, Momentum: .1}
	y, dx := run(nhwc(hashed(0, 16).Data, 2, 2, 4), nhwc(hashed(9, 16).Data, 2, 2, 4), 2, func(t *tensor.Tape, x, g, b tensor.Var) tensor.Var {
		return t.BatchNorm(x, g, b, stats, 1e-5)
	})
	sums(t, "BatchNorm", nchw(y, 2, 2, 4), []float64{-.7277689546, -1.215612547, .06599486498}, -1.044000912, 16.13130312)
	sums(t, "BatchNorm dx", nchw(dx, 2, 2, 4), []float64{-1.282902354, 1.791547401, .1522041095}, 0, 18.18303014)
	for i, w := range []float64{-.002284561098, .0001843184233} {
		near(t, "running mean", float64(stats.Mean[i]), w, 1e-7)
		near(t, "running variance", float64(stats.Var[i]), []float64{.9284423023, .9286463503}[i], 1e-6)
	}
	y, dx = run(hashed(0, 2, 4), hashed(9, 2, 4), 4, func(t *tensor.Tape, x, g, b tensor.Var) tensor.Var { return t.LayerNorm(x, g, b, 1e-5) })
	sums(t, "LayerNorm", y, []float64{.08843841849, -.7877634718, 1.643404576}, -.6491773783, 8.715385253)
	sums(t, "LayerNorm dx", dx, []float64{-2.3395858, 2.787758699, .7207365059}, 0, 16.17867419)
	y, _ = run(nhwc(hashed(0, 16).Data, 1, 4, 4), nhwc(hashed(9, 16).Data, 1, 4, 4), 4, func(t *tensor.Tape, x, g, b tensor.Var) tensor.Var {
		return t.GroupNorm(x, g, b, 2, 1e-5)
	})
	sums(t, "GroupNorm", nchw(y, 1, 4, 4), []float64{-.1673218582, -.7358427939, .7577109932}, -.8719430635, 17.77734475)

	tape := tensor.NewTape()
	x := tape.InputOf([]float32{-1, .5, 2}, 3)
	for i, w := range []float64{-.1586552539, .3457312306, 1.9544997361} {
		near(t, "GELU", float64(tape.Value(tape.GELU(x))[i]), w, 1e-7)
		near(t, "tanh GELU", float64(tape.Value(tape.GELUTanh(x))[i]), []float64{-.1588080094, .3457140098, 1.9545976941}[i], 1e-7)
	}
	kl := tape.KLNormal(tape.InputOf([]float32{.5, -1}, 2), tape.InputOf([]float32{.2, -.3}, 2))
	near(t, "KL of normals", float64(tape.Scalar(tape.Sum(kl))), .6561104894, 1e-6)
	for _, c := range []struct{ smoothing, want float64 }{{0, .1698460196}, {.1, .3365126862}} {
		l := tape.CrossEntropyWith(tape.InputOf([]float32{2, 0, -1}, 1, 3), []int32{0}, tensor.CrossEntropyOptions{Smoothing: float32(c.smoothing)})
		near(t, "cross-entropy", float64(tape.Scalar(l)), c.want, 1e-6)
	}
}

// TestNoisy: without noise it is a linear layer; with it each step has other noise, and the sigmas
// learn.
func TestNoisy(t *testing.T) {
	l := NewNoisy("n", 4, 3, tensor.ReLU, .5, rng.New(1, "noisy"))
	s := Collect(l)
	tape := tensor.NewTape()
	forward := func(train bool, step uint64) []float32 {
		tape.Reset()
		tape.Train(train)
		tape.Noise(7, step)
		y := l.Forward(tape, tape.Input(hashed(3, 5, 4)))
		if train {
			tape.Backward(tape.Sum(y))
		}
		return append([]float32(nil), tape.Value(y)...)
	}
	plain := forward(false, 1)
	tape.Reset()
	want := tape.Value(tape.Linear(tape.Input(hashed(3, 5, 4)), l.Weight.Var(tape), l.Bias.Var(tape), tensor.ReLU))
	closeTo(t, "without noise", plain, want)
	one, again, two := forward(true, 1), forward(true, 1), forward(true, 2)
	closeTo(t, "the same noise", again, one)
	same := true
	for i := range one {
		same = same && one[i] == two[i]
	}
	if same {
		t.Error("another step has the same noise")
	}
	if s.GradNorm() == 0 || tensor.Norm(l.WeightSigma.Grad.Data) == 0 || tensor.Norm(l.BiasSigma.Grad.Data) == 0 {
		t.Error("the sigmas get no gradient")
	}
	if v := l.BiasSigma.Value.Data[0]; math.Abs(float64(v)-.25) > 1e-7 {
		t.Errorf("sigma starts at %v, want 0.5/√4", v)
	}
}

// TestBatchNormLearnsAndEvaluates: running statistics are saved with the parameters and left alone by
// optimisers.
func TestBatchNormLearnsAndEvaluates(t *testing.T) {
	l := NewBatchNorm("bn", 3)
	s := Collect(l)
	if s.Count() != 6 || len(s.All()) != 4 {
		t.Fatalf("%d learned numbers in %d parameters", s.Count(), len(s.All()))
	}
	tape := tensor.NewTape()
	for range 100 {
		tape.Reset()
		tape.Train(true)
		l.Forward(tape, tape.Input(affine(hashed(1, 64, 3), 2, 5)))
	}
	tape.Reset()
	tape.Train(false)
	y := tape.Value(l.Forward(tape, tape.Input(affine(hashed(1, 64, 3), 2, 5))))
	mean, square := 0.0, 0.0
	for _, v := range y {
		mean, square = mean+float64(v)/float64(len(y)), square+float64(v)*float64(v)/float64(len(y))
	}
	near(t, "mean after evaluation", mean, 0, 1e-3)
	near(t, "mean square", square, 1, .03)
}

func TestHinge(t *testing.T) {
	tape := tensor.NewTape()
	scores := tape.InputOf([]float32{2, .5, -1, -3}, 4)
	targets := tape.InputOf([]float32{1, 1, 1, -1}, 4)
	near(t, "hinge", float64(tape.Scalar(Hinge(tape, scores, targets))), (0+.5+2+0)/4, 1e-6)
}
