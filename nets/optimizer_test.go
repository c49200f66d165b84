package nets

import (
	"math"
	"testing"
)

// TestOptimizerVectors takes three steps from 1 with gradients 1, -2 and 0.5 at a rate of 0.1, as
// PyTorch does.
func TestOptimizerVectors(t *testing.T) {
	adam := AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8}
	with := func(f func(c *AdamConfig)) func(s *ParamSet) Optimizer {
		c := adam
		f(&c)
		return func(s *ParamSet) Optimizer { return NewAdam(s, c) }
	}
	for _, c := range []struct {
		name string
		make func(s *ParamSet) Optimizer
		want [3]float64
	}{
		{"SGD with momentum", func(s *ParamSet) Optimizer { return NewSGD(s, SGDConfig{Momentum: .9}) }, [3]float64{.9, 1.01, 1.059}},
		{"Nesterov", func(s *ParamSet) Optimizer { return NewSGD(s, SGDConfig{Momentum: .9, Nesterov: true}) }, [3]float64{.81, 1.109, 1.1031}},
		{"SGD with decay", func(s *ParamSet) Optimizer { return NewSGD(s, SGDConfig{Momentum: .9, WeightDecay: .1}) }, [3]float64{.89, .9821, 1.005169}},
		{"RMSProp", func(s *ParamSet) Optimizer { return NewRMSProp(s, .99, 1e-8) }, [3]float64{.0000001, .8953230220, .6758495054}},
		{"Adam", with(func(*AdamConfig) {}), [3]float64{.9000000010, .9366103535, .9502794197}},
		{"Adam with L2", with(func(c *AdamConfig) { c.L2 = .1 }), [3]float64{.9000000009, .9310642948, .9376421549}},
		{"AdamW", with(func(c *AdamConfig) { c.WeightDecay = .1 }), [3]float64{.8900000010, .9177103535, .9222023161}},
		{"Adagrad", func(s *ParamSet) Optimizer { return NewAdagrad(s, 1e-10, 0) }, [3]float64{.9, .9894427191, .9676209301}},
	} {
		s := set(1)
		o := c.make(s)
		for i, g := range []float32{1, -2, .5} {
			s.grads[0] = g
			o.Step(.1)
			near(t, c.name, float64(s.values[0]), c.want[i], 1e-6)
		}
		s.grads[0] = 1
		if n := testing.AllocsPerRun(5, func() { o.Step(.1) }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

// TestCenteredRMSProp compares with the formula in float64.
func TestCenteredRMSProp(t *testing.T) {
	s := set(1)
	o := NewCenteredRMSProp(s, .95, 0, .01)
	p, m, v := 1.0, 0.0, 0.0
	for _, g := range []float64{1, -2, .5, .5} {
		m, v = .95*m+.05*g, .95*v+.05*g*g
		p -= .1 * g / math.Sqrt(v-m*m+.01)
		s.grads[0] = float32(g)
		o.Step(.1)
		near(t, "centred RMSProp", float64(s.values[0]), p, 1e-6)
	}
}

func TestDecaysChooses(t *testing.T) {
	a, b := NewParam("a", 3), NewParam("b", 3)
	s := Collect(params{a, b})
	for i := range s.values {
		s.values[i] = 1
	}
	o := NewAdam(s, AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .1, Decays: func(p *Param) bool { return p.Name == "b" }})
	o.Step(.5)
	if a.Value.Data[0] != 1 || a.Value.Data[2] != 1 {
		t.Errorf("a decays to %v", a.Value.Data)
	}
	near(t, "b", float64(b.Value.Data[1]), .95, 1e-7)
}

func TestStepSchedules(t *testing.T) {
	for _, c := range []struct {
		s    StepSchedule
		step int64
		want float64
	}{
		{Cosine{1e-3, 1e-4, 100, 2000}, 0, 1e-3 / 101}, {Cosine{1e-3, 1e-4, 100, 2000}, 99, 1e-3 * 100 / 101},
		{Cosine{1e-3, 1e-4, 100, 2000}, 100, 1e-3}, {Cosine{1e-3, 1e-4, 100, 2000}, 1050, 5.5e-4},
		{Cosine{1e-3, 1e-4, 100, 2000}, 2000, 1e-4}, {Cosine{1e-3, 1e-4, 100, 2000}, 5000, 1e-4},
		// torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=20)
		{OneCycle{Peak: .1, Steps: 20}, 0, .004}, {OneCycle{Peak: .1, Steps: 20}, 2, .03716718427},
		{OneCycle{Peak: .1, Steps: 20}, 5, .1}, {OneCycle{Peak: .1, Steps: 20}, 12, .05000020000},
		{OneCycle{Peak: .1, Steps: 20}, 19, 4e-7}, {OneCycle{Peak: .1, Steps: 20}, 30, 4e-7},
		{TransformerSchedule(512, 4000), 0, 1.746928e-7}, {TransformerSchedule(512, 4000), 3999, 6.987712e-4},
		{TransformerSchedule(512, 4000), 99999, 1.397542e-4},
	} {
		if got := c.s.Rate(c.step); math.Abs(got-c.want) > 1e-6*c.want {
			t.Errorf("%+v at %d is %.10g, want %.10g", c.s, c.step, got, c.want)
		}
	}
}
