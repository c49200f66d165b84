package ppo

import (
	"math"
	"strings"
	"testing"

	"tesuji/agents/actorcritic/actest"
	"tesuji/nets"
	"tesuji/replay"
)

func goldenAgent(t *testing.T) *Agent {
	t.Helper()
	c := Default()
	c.NetArch.Pi, c.NetArch.Vf = actest.NetArch()
	c.EntCoef = .01
	a, err := newAgent(c, actest.Setup())
	if err != nil {
		t.Fatal(err)
	}
	actest.SetParams(a.params)
	return a
}

// learn is one update with a minibatch.
func (a *Agent) learn(m *replay.Minibatch, h hyper) (stop bool, err error) {
	a.work = work{m: m, h: h, obs: a.net.Ready(m.Obs)}
	return a.update()
}

// near fails unless got is want, an expectation worked out in float64, to float32 precision.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 2e-6*max(1, math.Abs(want)) {
		t.Errorf("%s: %.9f, want %.9f", what, got, want)
	}
}

// The data and the expectations are those of a float64 derivation of Stable-Baselines3's
// update; see package actest.
func TestUpdateGolden(t *testing.T) {
	a := goldenAgent(t)
	h := hyper{rate: 3e-4, clip: .2}
	for step, want := range []struct{ total, norm, sum float64 }{
		{.476572603, 1.194986898, .944124607},
		{.475064973, 1.193268234, .945620093},
	} {
		a.stats.begin()
		if _, err := a.learn(actest.Minibatch(), h); err != nil {
			t.Fatal(err)
		}
		near(t, "total", a.stats.last.total, want.total)
		near(t, "norm", float64(a.stats.lastNorm), want.norm)
		near(t, "sum of parameters", actest.Sum(a.params), want.sum)
		if step > 0 {
			continue
		}
		near(t, "policy", a.stats.last.policy, .003744999)
		near(t, "value", a.stats.last.value, .957444779)
		near(t, "entropy", a.stats.last.entropy, -.589478441)
		near(t, "k3", a.stats.lastKL, .135138240)
		near(t, "clip fraction", a.stats.clipFraction.value(), 1)
		for _, p := range a.params.All() {
			if p.Name == "value_net.bias" {
				near(t, p.Name, float64(p.Value.Data[0]), .062086553)
			}
		}
	}
}

func TestUpdateGoldenClippedValues(t *testing.T) {
	a := goldenAgent(t)
	a.cfg.ClipRangeVf = &a.cfg.ClipRange
	if _, err := a.learn(actest.Minibatch(), hyper{rate: 3e-4, clip: .2, clipVf: .2}); err != nil {
		t.Fatal(err)
	}
	near(t, "value", a.stats.last.value, .595)
	near(t, "total", a.stats.last.total, .295350214)
	near(t, "norm", float64(a.stats.lastNorm), .278782077)
}

// With target_kl, the step of a minibatch over the limit is not made.
func TestTargetKL(t *testing.T) {
	for _, tt := range []struct {
		limit float64
		stop  bool
	}{{.135 / 1.5, true}, {.136 / 1.5, false}} {
		a := goldenAgent(t)
		a.cfg.TargetKL = &tt.limit
		before := a.params.Hash()
		stop, err := a.learn(actest.Minibatch(), hyper{rate: 3e-4, clip: .2})
		if err != nil || stop != tt.stop || (a.params.Hash() == before) != tt.stop {
			t.Errorf("target_kl %v: stop %v, error %v; want stop %v", tt.limit, stop, err, tt.stop)
		}
	}
}

// A minibatch of one transition is not normalised, and trains without a NaN.
func TestMinibatchOfOne(t *testing.T) {
	a := goldenAgent(t)
	m := actest.Minibatch()
	m.Obs = m.Obs.Slice(0, 1)
	m.Actions, m.LogProbs, m.Values = m.Actions[:1], m.LogProbs[:1], m.Values[:1]
	m.Advantages, m.Returns = m.Advantages[:1], m.Returns[:1]
	if _, err := a.learn(m, hyper{rate: 3e-4, clip: .2}); err != nil {
		t.Fatal(err)
	}
	if m.Advantages[0] != 1 || !a.params.Finite() {
		t.Errorf("advantage %v, finite parameters %v", m.Advantages[0], a.params.Finite())
	}
}

func TestNotFinite(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		key  string
		harm func(*replay.Minibatch)
	}{
		{"train/policy_gradient_loss", func(m *replay.Minibatch) { m.LogProbs[1] = nan }},
		{"train/value_loss", func(m *replay.Minibatch) { m.Returns[2] = nan }},
	} {
		a, m := goldenAgent(t), actest.Minibatch()
		tt.harm(m)
		before := a.params.Hash()
		if _, err := a.learn(m, hyper{rate: 3e-4, clip: .2}); err == nil || !strings.Contains(err.Error(), tt.key) {
			t.Errorf("error %v, want one that names %s", err, tt.key)
		}
		if a.params.Hash() != before {
			t.Errorf("%s: the parameters were changed", tt.key)
		}
	}
}

func TestSchedulesAreClamped(t *testing.T) {
	a := goldenAgent(t)
	a.cfg.LearningRate, a.cfg.ClipRange = nets.LinearSchedule(1e-3, 0, 1), nets.LinearSchedule(.2, 0, 1)
	for _, tt := range []struct {
		done int64
		want float64
	}{{0, 1e-3}, {4, 5e-4}, {8, 0}} {
		a.done = tt.done
		if got := a.now().rate; got != tt.want {
			t.Errorf("learning rate after %d of 8: %v, want %v", tt.done, got, tt.want)
		}
	}
}
