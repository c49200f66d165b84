package dqn

import (
	"math"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/nets"
	"tesuji/snapshot"
)

// still is an environment that only has spaces.
type still struct{ spec envs.Spec }

func (s *still) Spec() *envs.Spec                                { return &s.spec }
func (s *still) Seed(uint64)                                     {}
func (s *still) Reset(envs.Row) error                            { return nil }
func (s *still) Step(envs.Action, envs.Row) (envs.Result, error) { return envs.Result{}, nil }
func (s *still) State(*snapshot.Archive)                         {}

// withSpaces returns an agent that reads 3 numbers and has the given number of actions.
func withSpaces(t *testing.T, c Config, actions int) *Agent {
	inf := float32(math.Inf(1))
	box := &envs.Box{Low: []float32{-inf, -inf, -inf}, High: []float32{inf, inf, inf}, Shape: []int{3}}
	v := envs.NewSyncVec([]envs.Env{&still{envs.Spec{ID: "Still", Observation: box, Action: envs.NewDiscrete(actions)}}})
	a, err := New(c, agents.Setup{Env: v, Steps: 100})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*Agent)
}

// setParams fills the parameters, in their order, with f(k, i, j): k counts from 1 over all, i
// is the parameter's index and j the position inside it, where weights are [out, in].
func setParams(ps *nets.ParamSet, f func(k, i, j int) float64) {
	k := 0
	for i, p := range ps.All() {
		in, out := 1, p.Value.Shape.Cols()
		if p.Value.Shape.Rank() == 2 {
			in = p.Value.Shape.Dim(0)
		}
		for o := range out {
			for x := range in {
				k++
				p.Value.Data[x*out+o] = float32(f(k, i, o*in+x))
			}
		}
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s is %.9g, want %.9g", what, got, want)
	}
}

// TestWholeUpdate checks one update against the same in float64, from the targets to Adam's
// step. Networks 3-4-2, weights sin(k); the target's 0.9 sin(k) + 0.05 (-1)^i cos(j).
func TestWholeUpdate(t *testing.T) {
	c := Default()
	c.NetArch, c.BatchSize, c.Gamma = []int{4}, 4, .99
	a := withSpaces(t, c, 2)
	setParams(a.onlineParams, func(k, _, _ int) float64 { return math.Sin(float64(k)) })
	setParams(a.targetParams, func(k, i, j int) float64 {
		return .9*math.Sin(float64(k)) + .05*float64(1-2*(i%2))*math.Cos(float64(j))
	})
	obs := []float32{.1, -.2, .3, .5, .4, -.6, -.7, .8, .9, 0, 1, -1}
	b := a.batch
	copy(b.Obs.F32, obs)
	for i := range 4 {
		for j := range 3 {
			b.Next.F32[i*3+j] = obs[(3-i)*3+j]*.5 + .1
		}
	}
	copy(b.Actions, []float32{0, 1, 1, 0})
	copy(b.Rewards, []float32{1, -2, .5, 0})
	copy(b.Discounts, []float32{.99, .99, 0, .99})
	for i := range b.Weights {
		b.Weights[i] = 1
	}
	loss, td, err := a.update(b, 1e-4)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1.51386452, -1.69563971, .5, .43614530} {
		near(t, "target", float64(a.targets[i]), want, 1e-6)
	}
	near(t, "loss", float64(loss), 1.354083488, 1e-6)
	near(t, "|g|", float64(a.onlineParams.GradNorm()), 1.319670504, 1e-6)
	sum := 0.0
	for _, v := range a.onlineParams.Values() {
		sum += float64(v)
	}
	near(t, "sum of the parameters", sum, .704234148, 2e-6)
	mean := 0.0
	for _, d := range td {
		d := math.Abs(float64(d))
		if d < 1 {
			mean += d * d / 8
		} else {
			mean += (d - .5) / 4
		}
	}
	near(t, "mean Huber loss of the differences", mean, float64(loss), 1e-6)
}

// linear returns an agent with Q(s, a) = bias of the action, whatever the state.
func linear(t *testing.T, change func(*Config), actions int) *Agent {
	c := Default()
	c.NetArch, c.BatchSize = nil, 2
	change(&c)
	a := withSpaces(t, c, actions)
	clear(a.onlineParams.Values())
	clear(a.targetParams.Values())
	return a
}

func bias(ps *nets.ParamSet) []float32 { return ps.All()[1].Value.Data }

func TestDoubleQ(t *testing.T) {
	for _, c := range []struct {
		double bool
		want   float32
	}{{false, 1 + .5*7}, {true, 1 + .5*2}} {
		a := linear(t, func(k *Config) { k.DoubleQ = c.double }, 3)
		copy(bias(a.onlineParams), []float32{0, 5, 4}) // prefers action 1
		copy(bias(a.targetParams), []float32{1, 2, 7}) // where action 2 is the best
		copy(a.batch.Rewards, []float32{1, 3})
		copy(a.batch.Discounts, []float32{.5, 0})
		a.bootstrap(a.batch)
		if a.targets[0] != c.want || a.targets[1] != 3 {
			t.Errorf("double_q %v: targets %v, want [%v 3]", c.double, a.targets, c.want)
		}
	}
}

func TestDueling(t *testing.T) {
	a := linear(t, func(k *Config) { k.Dueling = true }, 3)
	copy(bias(a.onlineParams), []float32{10, 1, 2, 6}) // V and three advantages of mean 3
	a.tape.Reset()
	q := a.tape.Value(a.online.Forward(a.tape, a.reader.Read(a.tape, a.batch.Obs)))
	for i, want := range []float64{8, 9, 13, 8, 9, 13} {
		near(t, "Q", float64(q[i]), want, 1e-6)
	}
}

// TestPrioritisedUpdate: the weights scale the loss, the priorities come from the errors
// themselves.
func TestPrioritisedUpdate(t *testing.T) {
	a := linear(t, func(k *Config) { k.PrioritizedReplay = true }, 2)
	copy(a.batch.Rewards, []float32{.5, 3})
	copy(a.batch.Weights, []float32{1, .25})
	loss, td, err := a.update(a.batch, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", float64(loss), (1*.125+.25*2.5)/2, 1e-6)
	if td[0] != -.5 || td[1] != -3 {
		t.Errorf("errors %v, want [-0.5 -3]", td)
	}
}

func TestGradientIsClipped(t *testing.T) {
	a := linear(t, func(k *Config) { k.MaxGradNorm = .1 }, 2)
	copy(a.batch.Rewards, []float32{50, 50})
	if _, _, err := a.update(a.batch, 1e-3); err != nil {
		t.Fatal(err)
	}
	near(t, "|g|", float64(a.onlineParams.GradNorm()), .1, 1e-5)
}
