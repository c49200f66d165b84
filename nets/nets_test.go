package nets

import (
	"iter"
	"math"
	"strings"
	"testing"
	"unsafe"

	"tesuji/internal/rng"
	"tesuji/snapshot"
	"tesuji/tensor"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*(1+math.Abs(want))) {
		t.Errorf("%s = %.9g, want %.9g", what, got, want)
	}
}

// params is a module of given parameters.
type params []*Param

func (m params) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		for _, p := range m {
			if !yield(p) {
				return
			}
		}
	}
}

func set(values ...float32) *ParamSet {
	p := NewParam("p", len(values))
	copy(p.Value.Data, values)
	return Collect(params{p})
}

func TestCollectMovesParameters(t *testing.T) {
	a, b := NewParam("a", 3), NewParam("b", 2, 2)
	a.Value.Data[2], b.Value.Data[0] = 5, 7
	s := Collect(params{a, b}, params{a})
	if s.Count() != 7 || len(s.All()) != 2 || len(s.Values()) != 32 {
		t.Fatalf("count %d, %d parameters, %d elements", s.Count(), len(s.All()), len(s.Values()))
	}
	if s.Values()[2] != 5 || s.Values()[16] != 7 {
		t.Error("values were lost")
	}
	b.Grad.Data[3] = 4
	if s.GradNorm() != 4 {
		t.Errorf("norm %g", s.GradNorm())
	}
	if n := s.ClipGradNorm(2); n != 4 || math.Abs(float64(b.Grad.Data[3]-2)) > 1e-6 {
		t.Errorf("norm %g, clipped to %g", n, b.Grad.Data[3])
	}
	s.ZeroGrad()
	if b.Grad.Data[3] != 0 {
		t.Error("gradients are not zero")
	}
	h := s.Hash()
	b.Value.Data[1] = 1
	if s.Hash() == h {
		t.Error("the hash did not change")
	}
	defer func() {
		if recover() == nil {
			t.Error("two parameters of one name were accepted")
		}
	}()
	Collect(params{NewParam("x", 1), NewParam("x", 1)})
}

// The coefficient is 0.5/(5+1e-6), a little below 0.1; gradients within the limit stay.
func TestClipGradNorm(t *testing.T) {
	s := Collect(params{NewParam("a", 1), NewParam("b", 1)})
	for _, c := range []struct{ limit, a, b float32 }{{0.5, 0.29999994, 0.39999992}, {5.1, 3, 4}} {
		s.All()[0].Grad.Data[0], s.All()[1].Grad.Data[0] = 3, 4
		if n := s.ClipGradNorm(c.limit); n != 5 {
			t.Errorf("norm %g", n)
		}
		near(t, "a", float64(s.All()[0].Grad.Data[0]), float64(c.a), 3e-8)
		near(t, "b", float64(s.All()[1].Grad.Data[0]), float64(c.b), 3e-8)
	}
	s.All()[1].Grad.Data[0] = float32(math.NaN())
	if n := s.ClipGradNorm(0.5); n == n {
		t.Errorf("norm %g of a NaN", n)
	}
}

// TestSetsAreFlat: every vector begins on a 64-byte boundary and so does every parameter; the
// padding stays 0 whatever an optimiser does.
func TestSetsAreFlat(t *testing.T) {
	aligned64 := func(what string, x []float32) {
		t.Helper()
		if p := uintptr(unsafe.Pointer(&x[0])); p%64 != 0 {
			t.Errorf("%s begins at %#x", what, p)
		}
	}
	for name, make := range map[string]func(*ParamSet) Optimizer{
		"Adam": func(s *ParamSet) Optimizer {
			return NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .1})
		},
		"RMSProp":   func(s *ParamSet) Optimizer { return NewRMSProp(s, .99, 1e-5) },
		"RMSPropTF": func(s *ParamSet) Optimizer { return NewRMSPropTF(s, .99, 1e-5) },
		"SGD": func(s *ParamSet) Optimizer {
			return NewSGD(s, SGDConfig{Momentum: .9, Nesterov: true, WeightDecay: .1})
		},
	} {
		s := Collect(params{NewParam("a", 3), NewParam("b", 17), NewParam("c", 3000)})
		aligned64("values", s.Values())
		aligned64("gradients", s.Grads())
		for _, p := range s.All() {
			aligned64(p.Name, p.Value.Data)
			aligned64(p.Name+"'s gradient", p.Grad.Data)
			for i := range p.Grad.Data {
				p.Grad.Data[i], p.Value.Data[i] = 1, 1
			}
		}
		o := make(s)
		o.Step(0.1)
		o.Step(0.1)
		sum, whole := 0.0, 0.0
		for _, p := range s.All() {
			for _, v := range p.Value.Data {
				sum += math.Abs(float64(v))
			}
		}
		for _, v := range s.Values() {
			whole += math.Abs(float64(v))
		}
		if sum != whole || !s.Finite() {
			t.Errorf("%s: the padding is not 0", name)
		}
	}
}

func TestParamSetState(t *testing.T) {
	a, b := set(1, 2, 3), set(4, 5, 6)
	saved, err := snapshot.Save(a)
	if err == nil {
		err = snapshot.Restore(saved, b)
	}
	if err != nil || a.Hash() != b.Hash() {
		t.Errorf("restored %v: %v", b.Values()[:3], err)
	}
	if err := snapshot.Restore(saved, set(1, 2)); err == nil {
		t.Error("another size was accepted")
	}
	b.Values()[1] = float32(math.Inf(1))
	if b.Finite() || !a.Finite() {
		t.Error("Finite is wrong")
	}
}

func TestProgrammerErrorsPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"CopyFrom":     func() { set(1).CopyFrom(set(1, 2)) },
		"Lerp":         func() { set(1).Lerp(Collect(), 0.5) },
		"Adam eps":     func() { NewAdam(set(1), AdamConfig{Beta1: .9, Beta2: .999}) },
		"Adam beta":    func() { NewAdam(set(1), AdamConfig{Beta1: 1, Beta2: .999, Eps: 1e-8}) },
		"RMSProp eps":  func() { NewRMSProp(set(1), .99, 0) },
		"RMSProp mean": func() { NewRMSPropTF(set(1), 1, 1e-5) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "nets: ") {
					t.Errorf("%s: panic %v", name, s)
				}
			}()
			f()
		}()
	}
}

func TestLerp(t *testing.T) {
	a, b := set(1, 2), set(3, 6)
	a.Lerp(b, 0.25)
	if a.Values()[0] != 1.5 || a.Values()[1] != 3 {
		t.Errorf("got %v", a.Values()[:2])
	}
	a.CopyFrom(b)
	if a.Values()[1] != 6 {
		t.Error("not copied")
	}
}

func TestOrthogonal(t *testing.T) {
	for _, s := range [][2]int{{4, 64}, {64, 64}, {64, 2}, {1, 5}} {
		w, b := tensor.New(s[0], s[1]), tensor.New(s[1])
		Orthogonal(math.Sqrt2)(w, b, rng.New(1, "init"))
		rows, cols := s[0], s[1]
		k := min(rows, cols)
		at := func(v, i int) float64 { // element i of vector v
			if rows > cols {
				return float64(w.Data[i*cols+v])
			}
			return float64(w.Data[v*cols+i])
		}
		for x := range k {
			for y := range k {
				dot := 0.0
				for i := range max(rows, cols) {
					dot += at(x, i) * at(y, i)
				}
				want := 0.0
				if x == y {
					want = 2
				}
				if math.Abs(dot-want) > 1e-5 {
					t.Fatalf("%v: vectors %d and %d have product %g, want %g", s, x, y, dot, want)
				}
			}
		}
	}
}

func TestInitialisersKeepTheirBounds(t *testing.T) {
	for name, c := range map[string]struct {
		init  Init
		bound float64
	}{
		"PyTorchLinear":  {PyTorchLinear, 1 / math.Sqrt(50)},
		"KaimingUniform": {KaimingUniform(math.Sqrt2), math.Sqrt2 * math.Sqrt(3.0/50)},
		"XavierUniform":  {XavierUniform(1), math.Sqrt(6.0 / 80)},
		"Uniform":        {Uniform(0.1), 0.1},
	} {
		w, b := tensor.New(50, 30), tensor.New(30)
		c.init(w, b, rng.New(3, "init"))
		biggest, square := 0.0, 0.0
		for _, v := range w.Data {
			biggest = max(biggest, math.Abs(float64(v)))
			square += float64(v) * float64(v)
		}
		if biggest > c.bound*(1+1e-6) || biggest < 0.99*c.bound {
			t.Errorf("%s: largest weight %g, bound %g", name, biggest, c.bound)
		}
		near(t, name+" variance", square/1500, c.bound*c.bound/3, 0.05)
	}
}

// p = [1,-2], lr 0.01, three gradients: Adam and RMSProp against PyTorch and Stable-Baselines3,
// SGD and AdamW against their definitions in float64.
func TestOptimizersMatchTheirDefinitions(t *testing.T) {
	gradients := [][2]float32{{.1, -.5}, {.2, .3}, {-.1, .1}}
	for name, c := range map[string]struct {
		make func(*ParamSet) Optimizer
		want [2]float64
	}{
		"Adam eps 1e-5": {func(s *ParamSet) Optimizer { return NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-5}) }, [2]float64{.9761492, -1.987707}},
		"Adam eps 1e-8": {func(s *ParamSet) Optimizer { return NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8}) }, [2]float64{.9761473, -1.9877068}},
		"RMSProp":       {func(s *ParamSet) Optimizer { return NewRMSProp(s, .99, 1e-5) }, [2]float64{.851621, -1.9686947}},
		"RMSPropTF":     {func(s *ParamSet) Optimizer { return NewRMSPropTF(s, .99, 1e-5) }, [2]float64{.9979902, -1.9990196}},
		"SGD":           {func(s *ParamSet) Optimizer { return NewSGD(s, SGDConfig{}) }, [2]float64{.998, -1.999}},
		"SGD momentum":  {func(s *ParamSet) Optimizer { return NewSGD(s, SGDConfig{Momentum: .9}) }, [2]float64{.99449, -1.99315}},
		"SGD Nesterov":  {func(s *ParamSet) Optimizer { return NewSGD(s, SGDConfig{Momentum: .9, Nesterov: true}) }, [2]float64{.993041, -1.992835}},
		"AdamW": {func(s *ParamSet) Optimizer {
			return NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: 0.1})
		}, [2]float64{.973179929, -1.981734677}},
	} {
		s := set(1, -2)
		o := c.make(s)
		for _, g := range gradients {
			copy(s.Grads(), g[:])
			o.Step(0.01)
		}
		near(t, name+" p[0]", float64(s.Values()[0]), c.want[0], 1e-6)
		near(t, name+" p[1]", float64(s.Values()[1]), c.want[1], 1e-6)
		if n := testing.AllocsPerRun(10, func() { o.Step(0.01) }); n != 0 {
			t.Errorf("%s allocates %v times a step", name, n)
		}
		b, err := snapshot.Save(o)
		if err != nil {
			t.Fatal(err)
		}
		s2 := set(s.Values()[0], s.Values()[1])
		o2 := c.make(s2)
		if err := snapshot.Restore(b, o2); err != nil {
			t.Fatal(err)
		}
		copy(s2.Grads(), s.Grads())
		o.Step(0.01)
		o2.Step(0.01)
		if s.Values()[0] != s2.Values()[0] || s.Values()[1] != s2.Values()[1] {
			t.Errorf("%s: restored optimiser went another way", name)
		}
	}
}

func TestAdamBits(t *testing.T) {
	s := set(0.5)
	o := NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8})
	want := []uint32{0x3eff7cee, 0x3effbdb4, 0x3eff85ff}
	for i, g := range []float32{0.1, -0.3, 0.7} {
		s.Grads()[0] = g
		o.Step(1e-3)
		if got := math.Float32bits(s.Values()[0]); got != want[i] {
			t.Errorf("step %d: %08x, want %08x", i+1, got, want[i])
		}
	}
}

func TestSchedules(t *testing.T) {
	for text, want := range map[string][3]float64{"0.001": {.001, .001, .001}, "lin_0.2": {.2, .1, 0}, "lin_1e-3": {1e-3, 5e-4, 0}} {
		s, err := ParseSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		for i, remaining := range []float64{1.5, 0.5, -1} {
			near(t, text, s.At(remaining), want[i], 1e-12)
		}
		again, err := ParseSchedule(s.String())
		if err != nil || again != s {
			t.Errorf("%q became %q: %v", text, s, err)
		}
	}
	eps := LinearSchedule(1, 0.05, 0.1)
	near(t, "epsilon at the start", eps.At(1), 1, 0)
	near(t, "epsilon half-way down", eps.At(0.95), 0.525, 1e-12)
	near(t, "epsilon after", eps.At(0.5), 0.05, 0)
	if b, err := eps.MarshalText(); err == nil {
		t.Errorf("a schedule without a text form was written as %q", b)
	}
	for _, bad := range []string{"", "fast", "lin_", "lin", "nan", "lin_inf", "1e-3x"} {
		if _, err := ParseSchedule(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestMLP(t *testing.T) {
	r := rng.New(5, "init")
	m := NewMLP("policy", 3, []int{4, 2}, tensor.Tanh, PyTorchLinear, r)
	var names []string
	for p := range m.Params() {
		names = append(names, p.Name)
	}
	if len(names) != 4 || names[0] != "policy.0.weight" || names[3] != "policy.1.bias" {
		t.Errorf("names %v", names)
	}
	s := Collect(m)
	tape, x := tensor.NewTape(), tensor.New(5, 3)
	forward := func() {
		tape.Reset()
		s.ZeroGrad()
		tape.Backward(tape.Sum(m.Forward(tape, tape.Input(x))))
	}
	forward()
	if n := testing.AllocsPerRun(10, forward); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
	if _, err := Activation("tahn"); err == nil || err.Error() == "" {
		t.Error("a misspelt activation was accepted")
	}
}
