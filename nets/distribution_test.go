package nets

import (
	"math"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// score returns log p(actions) and the entropy of each row.
func score(d Distribution, out, actions []float32) (logp, entropy []float32) {
	t := tensor.NewTape()
	rows := len(out) / d.Inputs()
	o := t.InputOf(out, rows, d.Inputs())
	lp := d.LogProb(t, o, t.InputOf(actions, rows, d.ActionSize()))
	return t.Value(lp), t.Value(d.Entropy(t, o))
}

// Vectors computed with a known implementation.
func TestDistributionVectors(t *testing.T) {
	gauss := NewDiagGaussian(2, 0)
	copy(gauss.LogStd.Value.Data, []float32{-.5, .3})
	gsde := func(o GSDEOptions) *GSDE {
		d := NewGSDE(2, 3, o)
		copy(d.LogStd.Value.Data, []float32{.5, -.5, 0, 1, -1, .2})
		return d
	}
	for name, c := range map[string]struct {
		d             Distribution
		out, actions  []float32
		logp, entropy float64 // entropy NaN: not compared
	}{
		"DiagGaussian":             {gauss, []float32{.1, -.2}, []float32{.4, -.7}, -1.8288012, 2.6378770},
		"SquashedGaussian":         {NewSquashedGaussian(2), []float32{.1, -.2, -.5, .3}, []float32{.3799490, -.6043678}, -1.2183564, math.NaN()},
		"Categorical":              {NewCategorical(3), []float32{1, 2, 3}, []float32{2}, -.4076059, .8323955},
		"Categorical, 1 illegal":   {NewCategorical(3), []float32{1, MaskedLogit, 3}, []float32{2}, -.1269281, .3653339},
		"Categorical, 1 legal":     {NewCategorical(3), []float32{MaskedLogit, .3, MaskedLogit}, []float32{1}, 0, 0},
		"Bernoulli":                {NewBernoulli(2), []float32{.5, -1}, []float32{1, 0}, -.7873386, 1.2450503},
		"MultiCategorical":         {NewMultiCategorical([]int{2, 3}), []float32{.1, .2, 1, 2, 3}, []float32{0, 2}, -1.1520026, 1.5242941},
		"GSDE, expln":              {gsde(GSDEOptions{Expln: true}), []float32{.1, .2, .3, -.2, .5}, []float32{.3, -.4}, -1.2400961, math.NaN()},
		"GSDE, squashed":           {gsde(GSDEOptions{Squash: true}), []float32{.1, .2, .3, -.2, .5}, []float32{.3, -.4}, -1.1660290, math.NaN()},
		"Categorical, far logits":  {NewCategorical(2), []float32{500, -500}, []float32{0}, 0, 0},
		"Bernoulli, far logits":    {NewBernoulli(1), []float32{200}, []float32{1}, 0, 0},
		"Bernoulli, other far end": {NewBernoulli(1), []float32{-200}, []float32{0}, 0, 0},
	} {
		logp, entropy := score(c.d, c.out, c.actions)
		near(t, name+" log p", float64(logp[0]), c.logp, 2e-6)
		if !math.IsNaN(c.entropy) {
			near(t, name+" entropy", float64(entropy[0]), c.entropy, 2e-6)
		}
	}
}

func TestGSDEDeviations(t *testing.T) {
	for _, c := range []struct {
		o   GSDEOptions
		std []float64 // σ, when given
		dev [2]float64
	}{
		{GSDEOptions{Expln: true}, []float64{1.4054658, .6065307, 1, 1.6931477, .3678795, 1.1823224}, [2]float64{.5016123, .7051607}},
		{GSDEOptions{}, nil, [2]float64{.5643405, .8376328}},
	} {
		d := NewGSDE(2, 3, c.o)
		copy(d.LogStd.Value.Data, []float32{.5, -.5, 0, 1, -1, .2})
		tape := tensor.NewTape()
		sigma := tape.Value(d.sigma(tape))
		for i, want := range c.std {
			near(t, "σ on the tape", float64(sigma[i]), want, 1e-6)
			near(t, "σ", float64(d.Std()[i]), want, 1e-6)
		}
		_, std := d.deviation(tape, tape.InputOf([]float32{.1, .2, .3, -.2, .5}, 1, 5))
		near(t, "deviation 0", float64(tape.Value(std)[0]), c.dev[0], 1e-6)
		near(t, "deviation 1", float64(tape.Value(std)[1]), c.dev[1], 1e-6)
	}
}

// TestSamplesFollowTheDensity: the mean of -log p over samples is the entropy, and of the
// actions the mean that the density gives.
func TestSamplesFollowTheDensity(t *testing.T) {
	const rows = 1 << 17
	gsde := NewGSDE(1, 2, GSDEOptions{LogStd: -0.3})
	for name, c := range map[string]struct {
		d   Distribution
		out []float32
	}{
		"Categorical":      {NewCategorical(4), []float32{.1, -1, 2, .5}},
		"Masked":           {NewCategorical(4), []float32{.1, MaskedLogit, 2, .5}},
		"MultiCategorical": {NewMultiCategorical([]int{3, 2}), []float32{.5, -1, .2, 1, 0}},
		"Bernoulli":        {NewBernoulli(2), []float32{.7, -1.5}},
		"DiagGaussian":     {NewDiagGaussian(2, .3), []float32{1, -2}},
		"GSDE":             {gsde, []float32{.5, 1.5, -.7}},
	} {
		r := rng.New(11, "samples "+name)
		out := make([]float32, 0, rows*len(c.out))
		for range rows {
			out = append(out, c.out...)
		}
		actions := make([]float32, rows*c.d.ActionSize())
		c.d.Sample(out, rows, r, actions)
		logp, entropy := score(c.d, out, actions)
		mean := 0.0
		for _, v := range logp {
			mean -= float64(v) / rows
		}
		near(t, name+": entropy from samples", mean, float64(entropy[0]), 8e-3)
		c.d.Sample(out, 8, r, actions)
		if n := testing.AllocsPerRun(20, func() { c.d.Sample(out, 8, r, actions); c.d.Mode(out, 8, actions) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestSquashedSamples checks log p = -log of the density of tanh(u) by the change of variables,
// averaged: E[1/p] over samples within an interval is its length.
func TestSquashedSamples(t *testing.T) {
	const rows = 1 << 17
	d := NewSquashedGaussian(1)
	out := make([]float32, 0, 2*rows)
	for range rows {
		out = append(out, .3, -.5)
	}
	actions := make([]float32, rows)
	d.Sample(out, rows, rng.New(2, "squashed"), actions)
	logp, _ := score(d, out, actions)
	length := 0.0
	for i, a := range actions {
		if a > -0.3 && a < 0.7 {
			length += math.Exp(-float64(logp[i])) / rows
		}
	}
	near(t, "length of the interval", length, 1, 0.01)
}

// TestDistributionGradients: log p and entropy against finite differences, in the head's
// outputs and the distribution's own parameters.
func TestDistributionGradients(t *testing.T) {
	for name, c := range map[string]struct {
		d            Distribution
		out, actions []float32
	}{
		"Categorical":      {NewCategorical(3), []float32{.1, -.4, .8, 1, 0, -1}, []float32{2, 0}},
		"MultiCategorical": {NewMultiCategorical([]int{2, 3}), []float32{.1, .2, 1, 2, 3, 0, .3, .1, -.5, .7}, []float32{0, 2, 1, 1}},
		"Bernoulli":        {NewBernoulli(2), []float32{.5, -1, .2, 2}, []float32{1, 0, 0, 1}},
		"DiagGaussian":     {NewDiagGaussian(2, .2), []float32{.5, -1, .2, 2}, []float32{1, 0, .3, 1}},
		"SquashedGaussian": {NewSquashedGaussian(1), []float32{.5, -1, .2, .3}, []float32{.3, -.6}},
		"GSDE":             {NewGSDE(1, 2, GSDEOptions{LogStd: -.4}), []float32{.5, 1, -.8, .2, .6, .9}, []float32{.3, -.6}},
		"GSDE, expln":      {NewGSDE(1, 2, GSDEOptions{LogStd: .4, Expln: true}), []float32{.5, 1, -.8, .2, .6, .9}, []float32{.3, -.6}},
	} {
		rows := len(c.out) / c.d.Inputs()
		head := &Param{Name: "head", Value: tensor.Of(c.out, rows, c.d.Inputs()), Grad: tensor.New(rows, c.d.Inputs())}
		all := params{head}
		for p := range c.d.Params() {
			all = append(all, p)
		}
		for part, f := range map[string]func(*tensor.Tape, tensor.Var) tensor.Var{
			"log p": func(tp *tensor.Tape, out tensor.Var) tensor.Var {
				return c.d.LogProb(tp, out, tp.InputOf(c.actions, rows, c.d.ActionSize()))
			},
			"entropy": c.d.Entropy,
		} {
			value := func(backward bool) float64 {
				tp := tensor.NewTape()
				v := f(tp, head.Var(tp))
				sum := 0.0
				for _, x := range tp.Value(v) {
					sum += float64(x)
				}
				if backward {
					tp.Backward(tp.Sum(v))
				}
				return sum
			}
			for _, p := range all {
				clear(p.Grad.Data)
			}
			value(true)
			for _, p := range all {
				for i := range p.Value.Data {
					if _, isGSDE := c.d.(*GSDE); isGSDE && p == head && i%c.d.Inputs() >= c.d.ActionSize() {
						if p.Grad.Data[i] != 0 {
							t.Errorf("%s %s: a gradient flows into z", name, part)
						}
						continue
					}
					const h = 1.0 / 128
					x := p.Value.Data[i]
					p.Value.Data[i] = x + h
					up := value(false)
					p.Value.Data[i] = x - h
					down := value(false)
					p.Value.Data[i] = x
					if got, want := float64(p.Grad.Data[i]), (up-down)/(2*h); math.Abs(got-want) > 3e-3*(1+math.Abs(want)) {
						t.Errorf("%s %s: d/d%s[%d] = %g, finite difference %g", name, part, p.Name, i, got, want)
					}
				}
			}
		}
	}
}

func TestModes(t *testing.T) {
	a := make([]float32, 2)
	NewCategorical(3).Mode([]float32{1, 3, 3}, 1, a)
	if a[0] != 1 {
		t.Errorf("the first of equals: %g", a[0])
	}
	NewBernoulli(2).Mode([]float32{.1, -.1}, 1, a)
	if a[0] != 1 || a[1] != 0 {
		t.Errorf("bits %v", a)
	}
	NewMultiCategorical([]int{2, 2}).Mode([]float32{0, 1, 1, 0}, 1, a)
	if a[0] != 1 || a[1] != 0 {
		t.Errorf("choices %v", a)
	}
	NewSquashedGaussian(1).Mode([]float32{.5, 0}, 1, a)
	near(t, "mode", float64(a[0]), math.Tanh(.5), 1e-6)
}
