package nets

import (
	"math"
	"testing"

	"tesuji/internal/rng"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// distributions returns one of each, with the head's row and action that tests use.
func distributions() []struct {
	name         string
	d            Distribution
	out, actions []float32
} {
	return []struct {
		name         string
		d            Distribution
		out, actions []float32
	}{
		{"Categorical", NewCategorical(4), []float32{.1, -1, 2, .5}, []float32{2}},
		{"masked", NewCategorical(4), []float32{.1, MaskedLogit, 2, .5}, []float32{3}},
		{"MultiCategorical", NewMultiCategorical([]int{3, 2}), []float32{.5, -1, .2, 1, 0}, []float32{0, 1}},
		{"Bernoulli", NewBernoulli(2), []float32{.7, -1.5}, []float32{1, 0}},
		{"DiagGaussian", NewDiagGaussian(2, .3), []float32{1, -2}, []float32{.4, -1}},
		{"SquashedGaussian", NewSquashedGaussian(2), []float32{1, -2, .1, -.3}, []float32{.4, -.9}},
		{"GSDE", NewGSDE(1, 2, GSDEOptions{LogStd: -.3}), []float32{.5, 1.5, -.7}, []float32{.4}},
		{"GSDE, expln, squashed", NewGSDE(1, 2, GSDEOptions{LogStd: .3, Expln: true, Squash: true}), []float32{.5, 1.5, -.7}, []float32{.4}},
	}
}

// TestStepsAllocateNothing: scoring, its gradient, sampling and the mode of every distribution.
func TestStepsAllocateNothing(t *testing.T) {
	for _, c := range distributions() {
		const rows = 6
		out, actions := repeat(c.out, rows), repeat(c.actions, rows)
		head := &Param{Name: "head", Value: tensor.Of(out, rows, c.d.Inputs()), Grad: tensor.New(rows, c.d.Inputs())}
		tape, r := tensor.NewTape(), rng.New(1, "actions")
		step := func() {
			tape.Reset()
			o := head.Var(tape)
			logp := c.d.LogProb(tape, o, tape.InputOf(actions, rows, c.d.ActionSize()))
			tape.Backward(tape.Sum(tape.Add(logp, c.d.Entropy(tape, o))))
		}
		step()
		if n := testing.AllocsPerRun(10, step); n != 0 {
			t.Errorf("%s: %v allocations to score", c.name, n)
		}
		sampled := make([]float32, len(actions))
		c.d.Sample(out, rows, r, sampled)
		if n := testing.AllocsPerRun(10, func() { c.d.Sample(out, rows, r, sampled); c.d.Mode(out, rows, sampled) }); n != 0 {
			t.Errorf("%s: %v allocations to act", c.name, n)
		}
		if g, ok := c.d.(*GSDE); ok {
			if n := testing.AllocsPerRun(10, func() { g.Resample(rows, r) }); n != 0 {
				t.Errorf("%s: %v allocations to draw noise", c.name, n)
			}
		}
	}
}

func repeat(x []float32, n int) []float32 {
	var all []float32
	for range n {
		all = append(all, x...)
	}
	return all
}

// TestKernelSetsAgree trains and samples with each kernel set of this machine: the same bits.
func TestKernelSetsAgree(t *testing.T) {
	before := tensor.Kernels()
	defer func() {
		if err := tensor.ForceKernels(before); err != nil {
			t.Fatal(err)
		}
	}()
	bits := map[string][2]string{}
	for _, set := range []string{"go", "avx2", "avx512"} {
		if err := tensor.ForceKernels(set); err != nil {
			t.Logf("not compared here: %v", err)
			continue
		}
		var weights, actions string
		for _, c := range distributions() {
			w, a := trained(c.d, c.actions)
			weights, actions = weights+w, actions+a
		}
		bits[set] = [2]string{weights, actions}
	}
	for set, b := range bits {
		if b != bits["go"] {
			t.Errorf("%s differs from the definition", set)
		}
	}
}

// trained returns the hash of a network's weights after some steps that make the actions
// likelier, and of actions that it then samples.
func trained(d Distribution, actions []float32) (weights, sampled string) {
	const rows, in = 19, 7
	r := rng.New(8, "all")
	body := NewMLP("body", in, []int{33, 20}, tensor.Tanh, Orthogonal(math.Sqrt2), r)
	head := NewLinear("head", 20, d.Inputs(), tensor.None, PyTorchLinear, r)
	s := Collect(body, head, d)
	o := NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-5})
	x, taken := tensor.New(rows, in), repeat(actions, rows)
	for i := range x.Data {
		x.Data[i] = float32(r.Normal())
	}
	tape := tensor.NewTape()
	var out tensor.Var
	for range 5 {
		tape.Reset()
		s.ZeroGrad()
		out = head.Forward(tape, body.Forward(tape, tape.Input(x)))
		logp := d.LogProb(tape, out, tape.InputOf(taken, rows, d.ActionSize()))
		gain := tape.Add(tape.Mean(logp), tape.Scale(tape.Mean(d.Entropy(tape, out)), 0.01))
		tape.Backward(tape.Neg(gain))
		s.ClipGradNorm(0.5)
		o.Step(1e-2)
	}
	drawn := NewParam("drawn", rows, d.ActionSize())
	d.Sample(tape.Value(out), rows, r, drawn.Value.Data)
	return s.Hash(), Collect(params{drawn}).Hash()
}

// TestIllegalChoicesAreNeverDrawn, and no gradient reaches their logits.
func TestIllegalChoicesAreNeverDrawn(t *testing.T) {
	d, r := NewCategorical(4), rng.New(3, "actions")
	const rows = 1 << 14
	actions := make([]float32, rows)
	d.Sample(repeat([]float32{MaskedLogit, -30, MaskedLogit, 40}, rows), rows, r, actions)
	for _, a := range actions {
		if a != 1 && a != 3 {
			t.Fatalf("drew %g", a)
		}
	}
	head := &Param{Value: tensor.Of([]float32{.3, MaskedLogit, 1, MaskedLogit}, 1, 4), Grad: tensor.New(1, 4)}
	tape := tensor.NewTape()
	out := head.Var(tape)
	tape.Backward(tape.Sum(tape.Add(d.Entropy(tape, out), d.LogProb(tape, out, tape.InputOf([]float32{2}, 1, 1)))))
	if g := head.Grad.Data; g[1] != 0 || g[3] != 0 || g[0] == 0 || g[2] == 0 {
		t.Errorf("gradient %v", g)
	}
}

// TestDrawTakesTheLastWhenTheSumFallsShort: rounding may leave a sum below the uniform draw.
func TestDrawTakesTheLastWhenTheSumFallsShort(t *testing.T) {
	r := rng.New(1, "draw")
	for range 100 {
		if i := draw([]float32{0, 1e-30, 0}, r); i != 1 {
			t.Fatalf("drew %d of probability 0", i)
		}
	}
}

// TestLogSoftmaxIsSharedWithinAStep: what was scored for acting must not take the gradient
// from a later score of the same head, and one step's is not another's.
func TestLogSoftmaxIsSharedWithinAStep(t *testing.T) {
	d := NewCategorical(2)
	head := &Param{Value: tensor.Of([]float32{1, 0}, 1, 2), Grad: tensor.New(1, 2)}
	tape, action := tensor.NewTape(), []float32{0}
	for step := range 2 {
		tape.Reset()
		clear(head.Grad.Data)
		head.Value.Data[0] = float32(1 + step)
		out := head.Var(tape)
		tape.Inference(true)
		d.LogProb(tape, out, tape.InputOf(action, 1, 1))
		tape.Inference(false)
		tape.Backward(tape.Sum(d.LogProb(tape, out, tape.InputOf(action, 1, 1))))
		near(t, "gradient", float64(head.Grad.Data[0]), 1/(1+math.Exp(float64(1+step))), 1e-6)
	}
}

// TestKullbackLeibler: E_p[log p - log q] over samples of p is the closed form.
func TestKullbackLeibler(t *testing.T) {
	const rows = 1 << 17
	softmax := func(x ...float64) []float64 {
		sum := 0.0
		for _, v := range x {
			sum += math.Exp(v)
		}
		for i, v := range x {
			x[i] = math.Exp(v) / sum
		}
		return x
	}
	categorical := 0.0
	p, q := softmax(.1, -1, 2), softmax(1, 0, .5)
	for i := range p {
		categorical += p[i] * math.Log(p[i]/q[i])
	}
	gauss, wide := NewDiagGaussian(1, 0), NewDiagGaussian(1, .5)
	for name, c := range map[string]struct {
		p, q       Distribution
		outP, outQ []float32
		want       float64
	}{
		"Categorical":  {NewCategorical(3), NewCategorical(3), []float32{.1, -1, 2}, []float32{1, 0, .5}, categorical},
		"DiagGaussian": {gauss, wide, []float32{.3}, []float32{-.4}, .5 + (1+.49)/(2*math.E) - .5},
	} {
		outP := repeat(c.outP, rows)
		actions := make([]float32, rows)
		c.p.Sample(outP, rows, rng.New(4, "kl"), actions)
		logP, _ := score(c.p, outP, actions)
		logQ, _ := score(c.q, repeat(c.outQ, rows), actions)
		kl := 0.0
		for i := range logP {
			kl += (float64(logP[i]) - float64(logQ[i])) / rows
		}
		near(t, name, kl, c.want, 8e-3)
	}
}

// TestGSDENoise: one matrix per environment that stays until drawn anew, whose actions have
// the deviation that the density says, and which a snapshot keeps.
func TestGSDENoise(t *testing.T) {
	const rows = 1 << 15
	d, r := NewGSDE(1, 2, GSDEOptions{LogStd: -.5}), rng.New(6, "noise")
	d.LogStd.Value.Data[1] = .5
	out := repeat([]float32{.5, 1.5, -.7}, rows)
	a, b := make([]float32, rows), make([]float32, rows)
	d.Resample(rows, r)
	d.Sample(out, rows, r, a)
	d.Sample(out, rows, r, b)
	square := 0.0
	for i := range a {
		if a[i] != b[i] {
			t.Fatal("the noise changed by itself")
		}
		square += math.Pow(float64(a[i])-.5, 2) / rows
	}
	near(t, "variance", square, 1.5*1.5*math.Exp(-1)+.7*.7*math.E, 0.03)
	saved, err := snapshot.Save(d)
	if err != nil {
		t.Fatal(err)
	}
	e := NewGSDE(1, 2, GSDEOptions{LogStd: -.5})
	if err := snapshot.Restore(saved, e); err != nil {
		t.Fatal(err)
	}
	e.Sample(out, rows, r, b)
	for i := range a {
		if a[i] != b[i] {
			t.Fatal("the restored noise is other noise")
		}
	}
	d.Resample(rows, r)
	if d.Sample(out, rows, r, b); a[0] == b[0] {
		t.Error("the noise was not drawn anew")
	}
	d.rows = maxRows + 1
	d.theta = make([]float32, 2*d.rows)
	if _, err = snapshot.Save(d); err == nil {
		t.Error("noise for too many environments was accepted")
	}
}

// TestReparameterised agrees with scoring the action, and its gradients with differences.
func TestReparameterised(t *testing.T) {
	d := NewSquashedGaussian(1)
	head := &Param{Value: tensor.Of([]float32{.3, -.4}, 1, 2), Grad: tensor.New(1, 2)}
	noise := []float32{.7}
	run := func(backward bool) (sum float64) {
		tape := tensor.NewTape()
		out := head.Var(tape)
		action, logp := d.Reparameterised(tape, out, tape.InputOf(noise, 1, 1))
		near(t, "log p", float64(tape.Value(logp)[0]), float64(tape.Value(d.LogProb(tape, out, action))[0]), 2e-5)
		near(t, "action", float64(tape.Value(action)[0]), math.Tanh(float64(head.Value.Data[0])+.7*math.Exp(float64(head.Value.Data[1]))), 1e-6)
		total := tape.Sum(tape.Add(action, logp))
		if backward {
			tape.Backward(total)
		}
		return float64(tape.Scalar(total))
	}
	run(true)
	for i := range head.Value.Data {
		const h = 1.0 / 128
		x := head.Value.Data[i]
		head.Value.Data[i] = x + h
		up := run(false)
		head.Value.Data[i] = x - h
		down := run(false)
		head.Value.Data[i] = x
		near(t, "gradient", float64(head.Grad.Data[i]), (up-down)/(2*h), 1e-3)
	}
}

// TestSaturatedActions: far out tanh'(u) vanishes and log(0 + 10^-6) is what remains. The u of
// an action of exactly 1 is finite.
func TestSaturatedActions(t *testing.T) {
	d := NewSquashedGaussian(1)
	tape := tensor.NewTape()
	out := tape.InputOf([]float32{20, 0}, 1, 2)
	logp := d.LogProbOf(tape, out, tape.InputOf([]float32{20}, 1, 1))
	near(t, "log p", float64(tape.Value(logp)[0]), -halfLog2Pi-math.Log(1e-6), 1e-6)
	u := unsquash(tape, tape.InputOf([]float32{1, -1}, 1, 2))
	near(t, "u of 1", float64(tape.Value(u)[0]), 0.5*math.Log((2-0x1p-23)/0x1p-23), 1e-6)
	near(t, "u of -1", float64(tape.Value(u)[1]), -float64(tape.Value(u)[0]), 1e-6)
	wide := d.LogProbOf(tape, tape.InputOf([]float32{0, 9}, 1, 2), tape.InputOf([]float32{0}, 1, 1))
	near(t, "log_std is clamped to 2", float64(tape.Value(wide)[0]), -halfLog2Pi-2-math.Log1p(1e-6), 1e-6)
}
