package a2c

import (
	"math"
	"strings"
	"testing"

	"tesuji/agents/actorcritic/actest"
	"tesuji/replay"
)

func goldenAgent(t *testing.T) *Agent {
	t.Helper()
	c := Default()
	c.NetArch.Pi, c.NetArch.Vf = actest.NetArch()
	a, err := newAgent(c, actest.Setup())
	if err != nil {
		t.Fatal(err)
	}
	actest.SetParams(a.params)
	return a
}

// The data and the expectations are those of a float64 derivation of Stable-Baselines3's
// update; see package actest.
func TestUpdateGolden(t *testing.T) {
	a := goldenAgent(t)
	if err := a.update(actest.Minibatch(), 7e-4); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what      string
		got, want float64
	}{
		{"policy", float64(a.last.policy), .501631847},
		{"value", float64(a.last.value), .957444779},
		{"total", float64(a.last.policy) + .5*float64(a.last.value), .980354236},
		{"norm", float64(a.last.norm), 1.217350506},
		{"sum of parameters", actest.Sum(a.params), .976582348},
	} {
		if math.Abs(tt.got-tt.want) > 2e-6 {
			t.Errorf("%s: %.9f, want %.9f", tt.what, tt.got, tt.want)
		}
	}
}

func TestNotFinite(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, tt := range []struct {
		key  string
		harm func(*replay.Minibatch)
	}{
		{"train/policy_loss", func(m *replay.Minibatch) { m.Advantages[1] = inf }},
		{"train/value_loss", func(m *replay.Minibatch) { m.Returns[2] = inf }},
	} {
		a, m := goldenAgent(t), actest.Minibatch()
		tt.harm(m)
		before := a.params.Hash()
		if err := a.update(m, 7e-4); err == nil || !strings.Contains(err.Error(), tt.key) {
			t.Errorf("error %v, want one that names %s", err, tt.key)
		}
		if a.params.Hash() != before {
			t.Errorf("%s: the parameters were changed", tt.key)
		}
	}
}
