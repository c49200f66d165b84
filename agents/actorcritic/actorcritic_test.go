package actorcritic

import (
	"math"
	"slices"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

func specOf(obs, action envs.Space) *envs.Spec {
	return &envs.Spec{ID: "Test-v0", Observation: obs, Action: action}
}

func newNetwork(t *testing.T, o Options, spec *envs.Spec) *Network {
	t.Helper()
	n, err := NewNetwork(&o, nil, spec, rng.New(1, "init"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// CartPole's two networks have 9,155 parameters in Stable-Baselines3.
func TestParameterCount(t *testing.T) {
	n := newNetwork(t, DefaultOptions(), specOf(envs.NewBox(-1, 1, 4), envs.NewDiscrete(2)))
	if got := nets.Collect(n).Count(); got != 9155 {
		t.Errorf("%d parameters, want 9155", got)
	}
}

// With ortho_init the shorter side of each weight is orthogonal with the layer's gain.
func TestOrthogonalGains(t *testing.T) {
	n := newNetwork(t, DefaultOptions(), specOf(envs.NewBox(-1, 1, 4), envs.NewDiscrete(2)))
	gains := map[string]float64{
		"pi.0.weight": math.Sqrt2, "pi.1.weight": math.Sqrt2, "action_net.weight": .01,
		"vf.0.weight": math.Sqrt2, "vf.1.weight": math.Sqrt2, "value_net.weight": 1,
	}
	for p := range n.Params() {
		gain, weight := gains[p.Name]
		if !weight {
			if slices.ContainsFunc(p.Value.Data, func(v float32) bool { return v != 0 }) {
				t.Errorf("%s is not 0", p.Name)
			}
			continue
		}
		delete(gains, p.Name)
		rows, cols := p.Value.Shape.Rows(), p.Value.Shape.Cols()
		at := func(i, k int) float64 { return float64(p.Value.Data[i*cols+k]) }
		short, long := rows, cols
		if cols < rows {
			short, long = cols, rows
			at = func(i, k int) float64 { return float64(p.Value.Data[k*cols+i]) }
		}
		for i := range short {
			for j := range short {
				sum, want := 0.0, 0.0
				for k := range long {
					sum += at(i, k) * at(j, k)
				}
				if i == j {
					want = gain * gain
				}
				if math.Abs(sum-want) > 1e-6*gain*gain {
					t.Fatalf("%s: product of vectors %d and %d is %v, want %v", p.Name, i, j, sum, want)
				}
			}
		}
	}
	if len(gains) > 0 {
		t.Errorf("no parameters %v", gains)
	}
}

// A gradient of the policy's outputs reaches no parameter of the value function, and the other
// way round.
func TestNoGradientCrosses(t *testing.T) {
	n := newNetwork(t, DefaultOptions(), specOf(envs.NewBox(-1, 1, 4), envs.NewBox(-1, 1, 2)))
	set := nets.Collect(n)
	side := func(forward func(*tensor.Tape, tensor.Var) tensor.Var) (touched []string) {
		set.ZeroGrad()
		tape := tensor.NewTape()
		tape.Backward(tape.Sum(forward(tape, tape.InputOf([]float32{.1, -.2, .3, .4}, 1, 4))))
		for _, p := range set.All() {
			if slices.ContainsFunc(p.Grad.Data, func(v float32) bool { return v != 0 }) {
				touched = append(touched, p.Name)
			}
		}
		return touched
	}
	for _, name := range side(n.Policy) {
		if slices.Contains(side(n.Value), name) {
			t.Errorf("%s is part of both networks", name)
		}
	}
}

// Standardized 1 to 4, and the cases without a deviation.
func TestStandardize(t *testing.T) {
	x := []float32{1, 2, 3, 4}
	Standardize(x)
	for i, want := range []float64{-1.1618950, -.3872983, .3872983, 1.1618950} {
		if math.Abs(float64(x[i])-want) > 1e-6 {
			t.Errorf("element %d: %v, want %v", i, x[i], want)
		}
	}
	one, equal := []float32{7}, []float32{3, 3, 3}
	Standardize(one)
	Standardize(equal)
	if one[0] != 7 || !slices.Equal(equal, []float32{0, 0, 0}) {
		t.Errorf("one element became %v, equal ones %v", one, equal)
	}
}

func TestSend(t *testing.T) {
	squash := Options{SquashOutput: true}
	box := &envs.Box{Low: []float32{-2, 0}, High: []float32{2, 1}, Shape: []int{2}}
	for _, tt := range []struct {
		name        string
		options     Options
		space       envs.Space
		drawn, want []float32
	}{
		{"Discrete", Options{}, envs.NewDiscrete(3), []float32{2, 0}, []float32{2, 0}},
		{"Discrete from 5", Options{}, &envs.Discrete{N: 3, Start: 5}, []float32{2, 0}, []float32{7, 5}},
		{"MultiBinary", Options{}, envs.NewMultiBinary(2), []float32{1, 0}, []float32{1, 0}},
		{"Box is clipped", Options{}, box, []float32{-3, .5, 1, 7}, []float32{-2, .5, 1, 1}},
		{"squashed Box is scaled", squash, box, []float32{-1, 0, 1, 1}, []float32{-2, .5, 2, 1}},
	} {
		s := newSender(&tt.options, tt.space)
		got := make([]float32, len(tt.drawn))
		s.send(got, tt.drawn)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What is stored is what was drawn, also where the environment got it clipped; and a score is
// that of what was drawn.
func TestCollectStoresUnclipped(t *testing.T) {
	o := DefaultOptions()
	o.LogStdInit = 1.5
	env := envs.NewSyncVec([]envs.Env{envtest.NewIdentityBox(1), envtest.NewIdentityBox(1)})
	env.Seed(1)
	n := newNetwork(t, o, env.Spec())
	c := NewCollector(n, &o, env, 32, .99, rng.New(1, "actions"))
	if err := c.Collect(32, discard{}); err != nil {
		t.Fatal(err)
	}
	c.Score()
	outside := 0
	for i, a := range c.Rollout().Actions() {
		if a < -1 || a > 1 {
			outside++
		}
		z := (float64(a) - float64(c.outputs[i])) / math.Exp(1.5)
		want := -z*z/2 - 1.5 - math.Log(2*math.Pi)/2
		if got := float64(c.Rollout().LogProbs()[i]); math.Abs(got-want) > 1e-5 {
			t.Fatalf("log-probability of action %d: %v, want %v", i, got, want)
		}
	}
	if outside < 20 {
		t.Errorf("%d of 64 stored actions are outside the bounds, with a deviation of 4.5", outside)
	}
}

type discard struct{}

var _ agents.Recorder = discard{}

func (discard) Record(string, float64) {}
func (discard) Episode(envs.Episode)   {}
func (discard) Dump(int64)             {}

// The reward of a step that a time limit ended holds the discounted value of the observation
// that the reset hid; others are the environment's.
func TestCollectBootstrapsTimeLimits(t *testing.T) {
	o := DefaultOptions()
	env := envs.NewSyncVec([]envs.Env{envtest.NewRing(envs.NewDiscrete(2))})
	n := newNetwork(t, o, env.Spec())
	c := NewCollector(n, &o, env, 16, .5, rng.New(1, "actions"))
	if err := c.Collect(16, discard{}); err != nil {
		t.Fatal(err)
	}
	// Eight steps from state 0 end in state 0 again, whose value the rollout has at step 0.
	c.Rollout().Advantages(0, 0) // advantages are now r - V, returns r
	for i, got := range c.Rollout().Returns() {
		want := float32(1)
		if i%8 == 7 {
			want = 1 + float32(.5*float64(c.Rollout().Values()[0]))
		}
		if math.Abs(float64(got-want)) > 1e-6 {
			t.Errorf("reward of step %d: %v, want %v", i, got, want)
		}
	}
}

// A policy that explores by gSDE draws noise of its own: the training's stays.
func TestPolicyLeavesNoiseAlone(t *testing.T) {
	o := DefaultOptions()
	o.UseSDE = true
	spec := specOf(envs.NewBox(-1, 1, 3), envs.NewBox(-1, 1, 2))
	n := newNetwork(t, o, spec)
	draws := rng.New(1, "actions")
	n.sde.Resample(1, draws)
	sample := func() []float32 {
		tape := tensor.NewTape()
		a := make([]float32, 2)
		n.Dist.Sample(tape.Value(n.Policy(tape, tape.InputOf([]float32{1, 2, 3}, 1, 3))), 1, draws, a)
		return a
	}
	before := sample()
	p := NewPolicy(n, &o, spec, rng.New(1, "policy"))
	obs := envs.Rows{N: 4, Size: 3, F32: make([]float32, 12)}
	if err := p.Act(obs, false, make([]float32, 8)); err != nil {
		t.Fatal(err)
	}
	if after := sample(); !slices.Equal(before, after) {
		t.Errorf("the same state and noise gave %v and then %v", before, after)
	}
}
