package onnx

import (
	"bytes"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

var update = flag.Bool("update", false, "write testdata; then run testdata/check.py")

// testCase is a network to export.
type testCase struct {
	name  string
	model nets.Blueprint
}

// named is parameters of names, filled with uniform numbers.
func named(r *rng.Stream, p ...*nets.Param) map[string]*nets.Param {
	byName := map[string]*nets.Param{}
	for _, p := range p {
		for i := range p.Value.Data {
			p.Value.Data[i] = float32(2*r.Float64() - 1)
		}
		byName[p.Name] = p
	}
	return byName
}

// values yields the parameters in the order of their names.
func values(byName map[string]*nets.Param) iter.Seq[*nets.Param] {
	var names []string
	for n := range byName {
		names = append(names, n)
	}
	slices.Sort(names)
	return func(yield func(*nets.Param) bool) {
		for _, n := range names {
			if !yield(byName[n]) {
				return
			}
		}
	}
}

func one(name string, f func(t *tensor.Tape, x tensor.Var) tensor.Var) func(*tensor.Tape, tensor.Var) []nets.Output {
	return func(t *tensor.Tape, x tensor.Var) []nets.Output { return []nets.Output{{Name: name, Var: f(t, x)}} }
}

// policy is a multilayer perceptron behind a normalisation, with an action.
func policy() testCase {
	r := rng.New(1, "init")
	body, head := nets.NewMLP("pi", 4, []int{8, 8}, tensor.Tanh, nets.Orthogonal(1.4), r), nets.NewLinear("action_net", 8, 3, tensor.None, nets.Orthogonal(1), r)
	mean, std := tensor.Of([]float32{.1, -.2, .3, 0}, 4), tensor.Of([]float32{1, 2, .5, 1}, 4)
	return testCase{"policy", nets.Blueprint{
		Input: "observation", Dims: []int{4}, Params: nets.Join(body, head),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			x = t.Clamp(t.Div(t.Sub(x, t.Input(mean)), t.Input(std)), -10, 10)
			logits := head.Forward(t, body.Forward(t, x))
			return []nets.Output{{Name: "logits", Var: logits}, {Name: "action", Var: logits, ArgMax: true}}
		},
	}}
}

// elements is every elementwise operation, broadcasts, sums, concatenations and slices.
func elements() testCase {
	p := named(rng.New(2, "init"), nets.NewParam("row", 6), nets.NewParam("line", 1, 6), nets.NewParam("one", 1), nets.NewParam("table", 5, 6))
	return testCase{"elements", nets.Blueprint{
		Input: "x", Dims: []int{6}, Params: values(p),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			v := func(name string) tensor.Var { return p[name].Var(t) }
			a := t.AddScalar(t.Scale(x, 1.5), .25)
			b := t.Mul(t.Add(t.Sub(a, v("row")), v("line")), v("one"))
			c := t.Min(t.Max(t.Exp(t.Neg(b)), t.Abs(b)), t.Softplus(a))
			d := t.Add(t.Log(t.AddScalar(t.Square(b), 1)), t.Sqrt(t.AddScalar(t.ReLU(a), .1)))
			e := t.Div(d, t.AddScalar(t.SumLast(t.Square(a)), 1)) // by columns
			f := t.Concat(t.Slice(c, 1, 3), t.Sigmoid(e))
			h := t.TiedHead(t.Clamp(t.Tanh(e), -.5, .5), v("table"))
			t.Huber(e, 1) // has no counterpart, and nothing needs it
			return []nets.Output{{Name: "f", Var: f}, {Name: "softmax", Var: t.Softmax(h)}, {Name: "log", Var: t.LogSoftmax(t.Reshape(f, t.Shape(x).Dim(0)*2, 4))}}
		},
	}}
}

// sequence is linear layers on [B, T, C], reshaped.
func sequence() testCase {
	r := rng.New(3, "init")
	a, b := nets.NewLinear("a", 3, 4, tensor.ReLU, nets.PyTorchLinear, r), nets.NewLinear("b", 20, 2, tensor.Sigmoid, nets.PyTorchLinear, r)
	return testCase{"sequence", nets.Blueprint{
		Input: "x", Dims: []int{5, 3}, Params: nets.Join(a, b),
		Forward: one("y", func(t *tensor.Tape, x tensor.Var) tensor.Var {
			h := a.Forward(t, x)
			return b.Forward(t, t.Flatten(t.Add(h, h)))
		}),
	}}
}

// images is convolutions of every kind, pools, paddings and a pixel shuffle.
func images() testCase {
	p := named(rng.New(4, "init"),
		nets.NewParam("conv.weight", 3, 3, 2, 6), nets.NewParam("conv.bias", 6),
		nets.NewParam("depthwise.weight", 3, 2, 1, 6), nets.NewParam("depthwise.bias", 6),
		nets.NewParam("grouped.weight", 1, 1, 3, 4),
		nets.NewParam("up.weight", 2, 3, 3, 4), nets.NewParam("up.bias", 3),
		nets.NewParam("gain", 6), nets.NewParam("shift", 6), nets.NewFixed("running_mean", 6), nets.NewFixed("running_var", 6),
		nets.NewParam("head.weight", 3, 5), nets.NewParam("head.bias", 5),
	)
	for i := range p["running_var"].Value.Data {
		p["running_var"].Value.Data[i] += 1.5
	}
	return testCase{"images", nets.Blueprint{
		Input: "image", Dims: []int{9, 8, 2}, Params: values(p),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			v := func(name string) tensor.Var { return p[name].Var(t) }
			x = t.PadReflect(t.PadZero(x, tensor.Padding{Top: 1, Left: 2}), tensor.Padding{Bottom: 1, Right: 1})
			x = t.Conv2D(x, v("conv.weight"), v("conv.bias"), tensor.ConvOptions{Stride: [2]int{1, 2}, Pad: tensor.Both(1)})
			n := t.Div(t.Sub(x, v("running_mean")), t.Sqrt(t.AddScalar(v("running_var"), 1e-5)))
			x = t.Add(x, t.ReLU(t.Add(t.Mul(n, v("gain")), v("shift"))))
			x = t.Conv2D(x, v("depthwise.weight"), v("depthwise.bias"), tensor.ConvOptions{Groups: 6, Act: tensor.Tanh, Dilation: [2]int{2, 1}})
			x = t.Conv2D(x, v("grouped.weight"), tensor.Var{}, tensor.ConvOptions{Groups: 2, Act: tensor.ReLU})
			x = t.MaxPool2D(x, tensor.PoolOptions{Window: tensor.Both(2), Stride: [2]int{2, 1}, Pad: [2]int{1, 0}, Ceil: true})
			x = t.ConvTranspose2D(x, v("up.weight"), v("up.bias"), tensor.ConvOptions{Stride: tensor.Both(2), OutputPad: [2]int{1, 0}})
			x = t.Slice(t.Concat(x, t.Square(x)), 1, 5)
			x = t.PixelShuffle(x, 2)
			x = t.Concat(x, t.Concat(x, x))
			mean := t.AvgPool2D(x, tensor.PoolOptions{Window: [2]int{3, 2}, Stride: tensor.Both(2), Pad: tensor.Both(1), ExcludePad: true})
			mean = t.AvgPool2D(mean, tensor.PoolOptions{Window: tensor.Both(2), Pad: tensor.Both(1)})
			all := t.GlobalAvgPool2D(mean)
			return []nets.Output{{Name: "mean", Var: mean}, {Name: "flat", Var: t.Scale(t.Flatten(mean), 2)}, {Name: "y", Var: t.Linear(all, v("head.weight"), v("head.bias"), tensor.None)}}
		},
	}}
}

// nonlinear is every function of one number.
func nonlinear() testCase {
	r := rng.New(5, "init")
	layer := nets.NewLinear("layer", 6, 6, tensor.GELU, nets.PyTorchLinear, r)
	p := named(r, nets.NewParam("slope", 6))
	return testCase{"nonlinear", nets.Blueprint{
		Input: "x", Dims: []int{6}, Params: func(yield func(*nets.Param) bool) {
			_ = yield(layer.Weight) && yield(layer.Bias) && yield(p["slope"])
		},
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			y := layer.Forward(t, x)
			for _, f := range []func(tensor.Var) tensor.Var{
				t.GELU, t.GELUTanh, t.SiLU, t.Hardswish, t.Hardsigmoid, t.ScaledTanh, t.Erf, t.Sin, t.Cos, t.Log1p, t.Expm1, t.Rsqrt,
			} {
				y = t.Concat(y, f(t.AddScalar(t.Abs(x), .5)))
			}
			for _, v := range []tensor.Var{
				t.SoftplusBeta(x, 2), t.LeakyReLU(x, .1), t.ELU(x, .7), t.Pow(t.Abs(x), 1.5), t.PReLU(x, p["slope"].Var(t)),
				t.GELU(x), t.GELUTanh(x), t.SiLU(x), t.Hardswish(x), t.Hardsigmoid(x), t.ScaledTanh(x),
			} {
				y = t.Concat(y, v)
			}
			return []nets.Output{{Name: "y", Var: y}}
		},
	}}
}

// norms is every normalisation, on images and on rows.
func norms() testCase {
	p := named(rng.New(6, "init"), nets.NewParam("conv.weight", 1, 1, 2, 4), nets.NewParam("gamma", 4), nets.NewParam("beta", 4), nets.NewParam("slope", 4))
	run := &tensor.Running{Mean: []float32{.1, -.2, .3, 0}, Var: []float32{1, .5, 2, .1}}
	return testCase{"norms", nets.Blueprint{
		Input: "x", Dims: []int{3, 3, 2}, Params: values(p),
		Forward: func(t *tensor.Tape, x tensor.Var) []nets.Output {
			v := func(name string) tensor.Var { return p[name].Var(t) }
			x = t.SiLU(t.Conv2D(x, v("conv.weight"), tensor.Var{}, tensor.ConvOptions{}))
			x = t.BatchNorm(x, v("gamma"), v("beta"), run, 1e-5)
			x = t.PReLU(t.GroupNorm(t.BatchNorm(x, tensor.Var{}, tensor.Var{}, run, 1e-3), v("gamma"), v("beta"), 2, 1e-5), v("slope"))
			a := t.LayerNorm(t.RMSNorm(t.GroupNorm(x, tensor.Var{}, tensor.Var{}, 4, 1e-5), v("gamma"), 1e-6), v("gamma"), v("beta"), 1e-5)
			b := t.LayerNorm(t.Reshape(t.BatchNorm(t.Reshape(x, t.Shape(x).Dim(0), 9, 4), v("gamma"), tensor.Var{}, run, 1e-5), t.Shape(x).Dim(0), 36), tensor.Var{}, tensor.Var{}, 1e-5)
			gate := t.Sigmoid(t.AdaptiveAvgPool2D(x, 1, 1)) // [N, 1, 1, C] over all pixels
			return []nets.Output{{Name: "a", Var: a}, {Name: "b", Var: b}, {Name: "c", Var: t.Mul(x, gate)}}
		},
	}}
}

var cases = []func() testCase{policy, elements, sequence, images, nonlinear, norms}

// TestGolden: the models are, to the byte, what onnxruntime has run with our results
// (testdata/check.py).
func TestGolden(t *testing.T) {
	for _, make := range cases {
		c := make()
		c.model.Name = c.name
		var got bytes.Buffer
		if err := Export(&got, c.model, map[string]string{"env": "CartPole-v1", "agent": "ppo"}); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		path := filepath.Join("testdata", c.name)
		results := bytes.Buffer{}
		if err := nets.WriteSafetensors(&results, run(c.model), nil); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(path+".onnx", got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+".safetensors", results.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for ext, b := range map[string][]byte{".onnx": got.Bytes(), ".safetensors": results.Bytes()} {
			want, err := os.ReadFile(path + ext)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b, want) {
				t.Errorf("%s%s has changed: if that is meant, run go test -update and then testdata/check.py", path, ext)
			}
		}
	}
}

// run returns a batch of four and what the network makes of it.
func run(m nets.Blueprint) []nets.NamedTensor {
	r := rng.New(9, "input")
	x := tensor.New(append([]int{4}, m.Dims...)...)
	for i := range x.Data {
		x.Data[i] = float32(r.Normal())
	}
	t := tensor.NewTape()
	out := []nets.NamedTensor{nets.FloatTensor(m.Input, x.Data, append([]int{4}, m.Dims...)...)}
	for _, o := range m.Forward(t, t.Input(x)) {
		y, s := t.Value(o.Var), t.Shape(o.Var)
		var dims []int
		for i := range s.Rank() {
			dims = append(dims, s.Dim(i))
		}
		if o.ArgMax {
			y, dims = largest(y, s.Cols()), dims[:len(dims)-1]
		}
		out = append(out, nets.FloatTensor(o.Name, y, dims...))
	}
	return out
}

func largest(x []float32, cols int) []float32 {
	var all []float32
	for row := range slices.Chunk(x, cols) {
		all = append(all, float32(slices.Index(row, slices.Max(row))))
	}
	return all
}

func TestRefused(t *testing.T) {
	layer := nets.NewLinear("l", 4, 4, tensor.None, nets.Fill(.5), nil)
	export := func(dims []int, f func(t *tensor.Tape, x tensor.Var) tensor.Var) error {
		return Export(&bytes.Buffer{}, nets.Blueprint{Name: "net", Input: "x", Dims: dims, Params: layer.Params(), Forward: one("y", f)}, nil)
	}
	for want, err := range map[string]error{
		"onnx: net: the operation Huber on [2 4] has no counterpart": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Huber(layer.Forward(t, x), 1) }),
		"an operand of Add depends on the input": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return t.Add(x, t.InputOf(slices.Clone(t.Value(x)), t.Shape(x).Dim(0), 4))
		}),
		"other constants for another batch": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Scale(x, t.Value(x)[0]) }),
		"operations for one batch": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var {
			for range t.Shape(x).Dim(0) {
				x = t.Tanh(x)
			}
			return x
		}),
		"is Tanh for one batch and ReLU": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var {
			if t.Shape(x).Dim(0) == 2 {
				return t.Tanh(x)
			}
			return t.ReLU(x)
		}),
		"does not depend on the input": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Detach(x) }),
		"windows differ in size":       export([]int{5, 5, 1}, func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.AdaptiveAvgPool2D(x, 2, 2) }),
		"out of the padding": export([]int{5, 5, 1}, func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return t.AvgPool2D(x, tensor.PoolOptions{Window: tensor.Both(2), Ceil: true})
		}),
		"a mask is not exported": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var {
			mask := t.Buffer(t.Shape(x).Dim(0), 4)
			for i := range t.Value(mask) {
				t.Value(mask)[i] = float32(i % 2)
			}
			return t.MaskedSoftmax(x, mask)
		}),
		"batch's own statistics": export([]int{4}, func(t *tensor.Tape, x tensor.Var) tensor.Var {
			return t.BatchNorm(x, tensor.Var{}, tensor.Var{}, nil, 1e-5)
		}),
		"onnx: net: tensor: Linear needs": export([]int{3}, layer.Forward),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
