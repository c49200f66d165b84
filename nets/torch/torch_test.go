package torch

import (
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// list is parameters as a module.
type list []*nets.Param

func (l list) Params() iter.Seq[*nets.Param] { return slices.Values(l) }

func param(set *nets.ParamSet, name string) *nets.Param {
	for _, p := range set.All() {
		if p.Name == name {
			return p
		}
	}
	panic(name)
}

// golden is a file of PyTorch's: the state dict, and the arrays of the given names apart.
type golden struct {
	state []nets.NamedTensor
	apart map[string]nets.NamedTensor
}

func open(t *testing.T, name string, apart ...string) golden {
	t.Helper()
	f, err := nets.OpenSafetensors("testdata/" + name + ".safetensors")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	g := golden{apart: map[string]nets.NamedTensor{}}
	for _, x := range f.Tensors {
		if slices.Contains(apart, x.Name) {
			g.apart[x.Name] = x
		} else {
			g.state = append(g.state, x)
		}
	}
	return g
}

func (g golden) array(t *testing.T, name string) *tensor.Tensor {
	t.Helper()
	n := g.apart[name]
	x := tensor.New(n.Shape...)
	if err := n.Floats(x.Data); err != nil {
		t.Fatal(err)
	}
	return x
}

// near compares with an array of PyTorch's: within 1e-5, and 1e-5 of its size.
func (g golden) near(t *testing.T, name string, got []float32) {
	t.Helper()
	want := g.array(t, name).Data
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", name, len(got), len(want))
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i] - w)); !(d <= 1e-5+1e-5*math.Abs(float64(w))) {
			t.Errorf("%s: element %d is %v, want %v", name, i, got[i], w)
		}
	}
}

// back exports the parameters and compares with the state dict, to the bit, but for what is not
// in it.
func (g golden) back(t *testing.T, m Map, set *nets.ParamSet, but ...string) {
	t.Helper()
	out, err := m.Tensors(set)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, want := range g.state {
		i := slices.IndexFunc(out, func(x nets.NamedTensor) bool { return x.Name == want.Name })
		switch {
		case slices.ContainsFunc(but, func(s string) bool { return strings.HasPrefix(want.Name, s) }):
		case i < 0:
			t.Errorf("%q is not exported", want.Name)
		case !slices.Equal(out[i].Shape, want.Shape) || !slices.Equal(out[i].Data, want.Data):
			t.Errorf("%q %v is exported as %v with other elements", want.Name, want.Shape, out[i].Shape)
		default:
			n++
		}
	}
	if n != len(out) {
		t.Errorf("%d of %d exported arrays are PyTorch's", n, len(out))
	}
}

// TestEveryLayer: a network of all layers computes what PyTorch's does with its state dict.
func TestEveryLayer(t *testing.T) {
	g := open(t, "layers", "x", "y")
	r := rng.New(1, "init")
	lstm := nets.NewLSTM("lstm", nets.RecurrentConfig{In: 5, Hidden: 4}, r)
	gru := nets.NewGRU("gru", nets.RecurrentConfig{In: 4, Hidden: 3}, r)
	set := nets.Collect(list{
		nets.NewParam("conv.weight", 3, 3, 2, 6), nets.NewParam("conv.bias", 6),
		nets.NewParam("depthwise.weight", 3, 2, 1, 6), nets.NewParam("depthwise.bias", 6),
		nets.NewParam("grouped.weight", 1, 1, 3, 4), nets.NewParam("grouped.bias", 4),
		nets.NewParam("up.weight", 2, 3, 3, 4), nets.NewParam("up.bias", 3),
		nets.NewParam("bn.weight", 3), nets.NewParam("bn.bias", 3), nets.NewFixed("bn.running_mean", 3), nets.NewFixed("bn.running_var", 3),
		nets.NewParam("head.weight", 3*4*7, 5), nets.NewParam("head.bias", 5),
	}, lstm, gru)
	m := Sequential().With(Rule{Ours: "head.weight", Theirs: "head.weight", Layout: Flattened(3)})
	if err := m.Load(set, g.state); err != nil {
		t.Fatal(err)
	}
	tape := tensor.NewTape()
	v := func(name string) tensor.Var { return param(set, name).Var(tape) }
	x := tape.Conv2D(tape.Input(g.array(t, "x")), v("conv.weight"), v("conv.bias"), tensor.ConvOptions{Stride: tensor.Both(2), Pad: tensor.Both(1)})
	x = tape.Conv2D(x, v("depthwise.weight"), v("depthwise.bias"), tensor.ConvOptions{Groups: 6})
	x = tape.Conv2D(x, v("grouped.weight"), v("grouped.bias"), tensor.ConvOptions{Groups: 2})
	x = tape.ConvTranspose2D(x, v("up.weight"), v("up.bias"), tensor.ConvOptions{Stride: tensor.Both(2)})
	x = tape.Div(tape.Sub(x, v("bn.running_mean")), tape.Sqrt(tape.AddScalar(v("bn.running_var"), 1e-5)))
	x = tape.Flatten(tape.Add(tape.Mul(x, v("bn.weight")), v("bn.bias")))
	x = tape.Reshape(tape.Linear(x, v("head.weight"), v("head.bias"), tensor.None), 1, 2, 5)
	g.near(t, "y", tape.Value(gru.Forward(tape, lstm.Forward(tape, x))))
	g.back(t, m, set, "bn.num_batches_tracked")
}

// TestQKVByHead: BLOOM's fused projection, head by head, becomes one by thirds.
func TestQKVByHead(t *testing.T) {
	g := open(t, "byhead", "x", "q", "k", "v")
	qkv := nets.NewLinear("qkv", 12, 36, tensor.None, nets.Fill(0), nil)
	set := nets.Collect(qkv)
	m := Map{Rules: []Rule{{Ours: "qkv.{*}", Theirs: "qkv.{*}", Layout: QKVByHead(3)}}}
	if err := m.Load(set, g.state); err != nil {
		t.Fatal(err)
	}
	tape := tensor.NewTape()
	y := qkv.Forward(tape, tape.Input(g.array(t, "x")))
	for i, name := range []string{"q", "k", "v"} {
		g.near(t, name, tape.Value(tape.Slice(y, 12*i, 12*i+12)))
	}
	g.back(t, m, set)
}

// TestParts: one array of theirs makes three of ours, and three of theirs one of ours.
func TestParts(t *testing.T) {
	g := open(t, "thirds", "q", "k", "v")
	var modules []nets.Module
	split := Map{Rules: []Rule{
		{Ours: "out.weight", Theirs: "out_proj.weight", Layout: Linear},
		{Ours: "out.bias", Theirs: "out_proj.bias"},
	}}
	joined := Map{}
	for i, name := range []string{"query", "key", "value"} {
		modules = append(modules, nets.NewLinear(name, 12, 12, tensor.None, nets.Fill(0), nil))
		for _, part := range []string{"weight", "bias"} {
			split.Rules = append(split.Rules, Rule{Ours: name + "." + part, Theirs: "in_proj_" + part, Layout: Linear, TheirPart: Part{i, 3}})
		}
		joined.Rules = append(joined.Rules, Rule{Ours: "fused", Theirs: name[:1], Layout: Linear, OurPart: Part{i, 3}})
	}
	set := nets.Collect(append(modules, nets.NewLinear("out", 12, 12, tensor.None, nets.Fill(0), nil))...)
	if err := split.Load(set, g.state); err != nil {
		t.Fatal(err)
	}
	for name, ours := range map[string]string{"q": "query.weight", "k": "key.weight", "v": "value.weight"} {
		want, got := g.array(t, name).Data, param(set, ours).Value.Data
		for i := range want {
			if got[i%12*12+i/12] != want[i] {
				t.Fatalf("%s: element %d differs", ours, i)
			}
		}
	}
	g.back(t, split, set)

	fused := nets.NewParam("fused", 12, 36)
	one := nets.Collect(list{fused})
	if err := joined.Load(one, []nets.NamedTensor{g.apart["q"], g.apart["k"], g.apart["v"]}); err != nil {
		t.Fatal(err)
	}
	whole := Map{Rules: []Rule{{Ours: "fused", Theirs: "in_proj_weight", Layout: Linear}}}
	out, err := whole.Tensors(one)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range g.state {
		if x.Name == "in_proj_weight" && !slices.Equal(out[0].Data, x.Data) {
			t.Error("three parts do not make the fused array")
		}
	}
	g = golden{state: []nets.NamedTensor{g.apart["q"], g.apart["k"], g.apart["v"]}}
	g.back(t, joined, one)
}

func TestStableBaselines3(t *testing.T) {
	r := rng.New(1, "init")
	g := open(t, "ppo", "obs", "logits", "value")
	pi, vf := nets.NewMLP("pi", 4, []int{8, 6}, tensor.Tanh, nets.PyTorchLinear, r), nets.NewMLP("vf", 4, []int{7}, tensor.Tanh, nets.PyTorchLinear, r)
	action, value := nets.NewLinear("action_net", 6, 2, tensor.None, nets.PyTorchLinear, r), nets.NewLinear("value_net", 7, 1, tensor.None, nets.PyTorchLinear, r)
	set := nets.Collect(pi, action, vf, value)
	if err := StableBaselines3().Load(set, g.state); err != nil {
		t.Fatal(err)
	}
	tape := tensor.NewTape()
	x := tape.Input(g.array(t, "obs"))
	// SB3's logits are normalised.
	g.near(t, "logits", tape.Value(tape.LogSoftmax(action.Forward(tape, pi.Forward(tape, x)))))
	g.near(t, "value", tape.Value(value.Forward(tape, vf.Forward(tape, x))))
	g.back(t, StableBaselines3(), set)

	g = open(t, "dqn", "obs", "q")
	body, head := nets.NewMLP("q_net", 4, []int{8, 6}, tensor.ReLU, nets.PyTorchLinear, r), nets.NewLinear("q_net.head", 6, 2, tensor.None, nets.PyTorchLinear, r)
	set = nets.Collect(body, head)
	if err := StableBaselines3DQN(2).Load(set, g.state); err != nil {
		t.Fatal(err)
	}
	g.near(t, "q", tape.Value(head.Forward(tape, body.Forward(tape, tape.Input(g.array(t, "obs"))))))
	g.back(t, StableBaselines3DQN(2), set, "q_net_target")
}

// counting is a tensor of a type, shape and elements 1, 2, 3, ...
func counting(name string, shape ...int) nets.NamedTensor {
	x := make([]float32, size(shape))
	for i := range x {
		x[i] = float32(i + 1)
	}
	return nets.FloatTensor(name, x, shape...)
}

// language is a small GPT-2, with PyTorch's arrays for it under a prefix.
func language() (*nets.ParamSet, []nets.NamedTensor) {
	ours := list{nets.NewParam("wte.weight", 5, 2), nets.NewParam("wpe.weight", 3, 2)}
	for _, p := range []*nets.Param{
		nets.NewParam("h.0.ln_1.weight", 2), nets.NewParam("h.0.ln_1.bias", 2),
		nets.NewParam("h.0.attn.c_attn.weight", 2, 6), nets.NewParam("h.0.attn.c_attn.bias", 6),
		nets.NewParam("h.0.mlp.c_proj.weight", 8, 2), nets.NewParam("h.0.mlp.c_proj.bias", 2),
		nets.NewParam("ln_f.weight", 2), nets.NewParam("ln_f.bias", 2),
	} {
		ours = append(ours, p)
	}
	var theirs []nets.NamedTensor
	for _, p := range ours {
		theirs = append(theirs, counting("transformer."+p.Name, dims(p.Value.Shape)...))
	}
	theirs = append(theirs, counting("transformer.h.0.attn.bias", 1, 1, 3, 3), counting("transformer.h.0.attn.masked_bias"), counting("lm_head.weight", 5, 2))
	return nets.Collect(ours), theirs
}

func TestGPT2(t *testing.T) {
	set, theirs := language()
	if err := GPT2().Load(set, theirs); err != nil {
		t.Fatal(err)
	}
	for _, p := range set.All() {
		for i, v := range p.Value.Data {
			if v != float32(i+1) {
				t.Fatalf("%s: element %d is %v: it was laid out anew", p.Name, i, v)
			}
		}
	}
	for i := range theirs { // nanoGPT's are transposed
		if n := &theirs[i]; len(n.Shape) == 2 && strings.Contains(n.Name, ".h.") {
			n.Shape[0], n.Shape[1] = n.Shape[1], n.Shape[0]
		}
	}
	if err := NanoGPT().Load(set, theirs); err != nil {
		t.Fatal(err)
	}
	if got := param(set, "h.0.attn.c_attn.weight").Value.Data[:3]; !slices.Equal(got, []float32{1, 3, 5}) {
		t.Errorf("c_attn begins with %v", got)
	}
	if err := GPT2().Load(set, theirs[:len(theirs)-1]); err == nil || !strings.Contains(err.Error(), `"transformer.h.0.attn.c_attn.weight" is [6 2], and parameter "h.0.attn.c_attn.weight" [2 6] wants [2 6]`) {
		t.Errorf("error %v", err)
	}
	theirs[len(theirs)-1].Data[0]++
	if err := NanoGPT().Load(set, theirs); err == nil || !strings.Contains(err.Error(), `"lm_head.weight" and "transformer.wte.weight" differ`) {
		t.Errorf("error %v", err)
	}
}

func TestLoadListsAllThatDoesNotFit(t *testing.T) {
	set, theirs := language()
	before := set.Hash()
	theirs[0].Name = "transformer.wt.weight"
	theirs[1].Shape = []int{2, 3}
	theirs = append(theirs, counting("transformer.h.1.ln_1.weight", 2))
	err := GPT2().Load(set, theirs)
	var m *MismatchError
	if !errors.As(err, &m) || len(m.Missing) != 1 || len(m.Misshaped) != 1 || len(m.Unexpected) != 2 {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{
		`missing: "wte.weight" [5 2], did you mean "transformer.wt.weight"?`,
		`of another shape: "transformer.wpe.weight" is [2 3], and parameter "wpe.weight" [3 2] wants [3 2]`,
		`unexpected: "transformer.h.1.ln_1.weight" [2]`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
	if set.Hash() != before {
		t.Error("parameters were changed")
	}
}

func TestMapsThatDoNotCover(t *testing.T) {
	set := nets.Collect(list{nets.NewParam("a", 4, 6)})
	for want, rules := range map[string][]Rule{
		"no rule":              {{Ours: "b", Theirs: "b"}},
		"not all parts":        {{Ours: "a", Theirs: "b", OurPart: Part{0, 2}}},
		"no 5 equal parts":     {{Ours: "a", Theirs: "b", OurPart: Part{0, 5}}},
		"part 2 of 2":          {{Ours: "a", Theirs: "b", TheirPart: Part{2, 2}}},
		"wants a kernel":       {{Ours: "a", Theirs: "b", Layout: Conv}},
		"row for each channel": {{Ours: "a", Theirs: "b", Layout: Flattened(3)}},
		"three times as many":  {{Ours: "a", Theirs: "b", Layout: QKVByHead(4)}},
	} {
		if err := (Map{Rules: rules}).Load(set, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	half := Map{Rules: []Rule{{Ours: "a", Theirs: "b", TheirPart: Part{0, 2}}}}
	if _, err := half.Tensors(set); err == nil || !strings.Contains(err.Error(), "no parameter makes 24") {
		t.Errorf("error %v", err)
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ pattern, name, other, want string }{
		{"pi.{i}.weight", "pi.3.weight", "x.{2i}.w", "x.6.w"},
		{"x.{2i}.w", "x.6.w", "pi.{i}.weight", "pi.3.weight"},
		{"x.{2i}.w", "x.5.w", "", ""},
		{"x.{2i+1}", "x.7", "y{i}", "y3"},
		{"x.{i+1}", "x.0", "", ""},
		{"{*}.weight", "a.b.weight", "m.{*}.w", "m.a.b.w"},
		{"h.{i}.{*}", "h.1.2.c", "{*}.{i}", "2.c.1"},
		{"x.{i}.{i}", "x.1.2", "", ""},
		{"x.{i}", "x.01", "", ""},
		{"x.{i}", "xy1", "", ""},
		{"x{j}y{k}", "x1y2", "{k}{j}", "21"},
	} {
		b, ok := compile(c.pattern).match(c.name)
		if ok != (c.want != "") {
			t.Errorf("%s matches %s: %v", c.pattern, c.name, ok)
		} else if ok {
			if got := compile(c.other).fill(b); got != c.want {
				t.Errorf("%s of %s becomes %s, want %s", c.pattern, c.name, got, c.want)
			}
		}
	}
	for _, bad := range []string{"{a}", "{i", "{0i}", "{i+}", "x}"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was compiled", bad)
				}
			}()
			compile(bad)
		}()
	}
}
