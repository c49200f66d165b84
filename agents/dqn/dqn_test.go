package dqn

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/snapshot"
)

// corridor is a walk on {0, ..., 5} from 2: action 1 goes right, 0 left. The right end gives
// 1 and ends the task, the left end ends it with nothing; there is a time limit of 8 steps.
type corridor struct {
	spec envs.Spec
	r    *rng.PCG64
	at   int
	nan  bool
}

func newCorridor() *corridor {
	return &corridor{
		r: rng.NewPCG64(0),
		spec: envs.Spec{
			ID: "Corridor", Observation: envs.NewDiscrete(6), Action: envs.NewDiscrete(2), MaxSteps: 8,
		},
	}
}

func (c *corridor) Spec() *envs.Spec { return &c.spec }
func (c *corridor) Seed(seed uint64) { c.r.Seed(seed) }

func (c *corridor) Reset(obs envs.Row) error {
	c.at = 2
	obs.F32[0] = 2
	return nil
}

func (c *corridor) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if c.r.Random() < .9 {
		c.at += 2*a.Index() - 1
	}
	obs.F32[0] = float32(c.at)
	reward := 0.0
	if c.at == 5 {
		reward = 1
	}
	if c.nan {
		reward = math.NaN()
	}
	return envs.Result{Reward: reward, Terminated: c.at == 0 || c.at == 5}, nil
}

func (c *corridor) State(a *snapshot.Archive) {
	a.Int("at", &c.at)
	a.Object("rng", c.r)
}

func corridors(t testing.TB, n int) envs.Vec {
	list := make([]envs.Env, n)
	for i := range list {
		list[i] = newCorridor()
	}
	v := envs.NewSyncVec(list)
	v.Seed(1)
	return v
}

func small(change func(*Config)) Config {
	c := Default()
	c.LearningRate, c.NetArch, c.BatchSize = nets.Constant(1e-2), []int{16}, 16
	c.BufferSize, c.LearningStarts, c.TargetUpdateInterval, c.ExplorationFraction = 300, 20, 40, .5
	c.Gamma = .9
	if change != nil {
		change(&c)
	}
	return c
}

// variants are configurations that together use every switch.
var variants = []struct {
	name   string
	envs   int
	change func(*Config)
}{
	{"plain", 1, nil},
	{"three environments", 3, func(c *Config) { c.GradientSteps = -1 }},
	{"double dueling", 1, func(c *Config) { c.DoubleQ, c.Dueling = true, true }},
	{"prioritised", 2, func(c *Config) { c.PrioritizedReplay = true }},
	{"everything", 3, func(c *Config) {
		c.DoubleQ, c.Dueling, c.PrioritizedReplay, c.NSteps = true, true, true, 3
		c.Tau, c.TargetUpdateInterval, c.TrainFreq, c.GradientSteps = .05, 1, 7, 2
		c.LearningRate = nets.LinearSchedule(1e-2, 0, 1)
	}},
	{"centred RMSProp", 1, func(c *Config) {
		c.Optimizer, c.RMSPropAlpha, c.RMSPropEps, c.RMSPropCentered = optimizerRMSProp, .95, .01, true
		c.ExplorationStart = 25
	}},
	{"c51", 1, c51},
	{"quantile", 1, quantile},
	{"noisy", 1, noisy},
	{"rainbow", 2, func(c *Config) {
		c51(c)
		noisy(c)
		c.DoubleQ, c.Dueling, c.PrioritizedReplay, c.NSteps = true, true, true, 3
	}},
	{"quantile rainbow", 2, func(c *Config) {
		quantile(c)
		noisy(c)
		c.DoubleQ, c.Dueling, c.PrioritizedReplay, c.NSteps = true, true, true, 3
	}},
}

func c51(c *Config) { c.Distribution, c.Atoms, c.VMin, c.VMax = distributionC51, 11, 0, 1 }

func quantile(c *Config) { c.Distribution, c.Atoms = distributionQuantile, 8 }

func noisy(c *Config) {
	c.Noisy, c.ExplorationInitialEps, c.ExplorationFinalEps = true, 0, 0
}

func build(t testing.TB, c Config, envs int, steps int64) (*Agent, agents.Setup) {
	s := agents.Setup{Env: corridors(t, envs), Steps: steps, Seed: 4}
	a, err := New(c, s)
	if err != nil {
		t.Fatal(err)
	}
	return a.(*Agent), s
}

func finish(t *testing.T, a *Agent, rec agents.Recorder) {
	for done, total := a.Progress(); done < total; done, total = a.Progress() {
		if err := a.Advance(context.Background(), rec); err != nil {
			t.Fatal(err)
		}
	}
}

func TestContract(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			agenttest.Run(t, agenttest.Case{
				New: func(s agents.Setup) (agents.Agent, error) { return New(small(v.change), s) },
				Env: func() envs.Env { return newCorridor() }, NumEnvs: v.envs,
				Steps: int64(45 * v.envs), Warm: 400, WarmSteps: 300000,
			})
		})
	}
}

// TestIdentity is Stable-Baselines3's gate: reward 1 for the action that equals the
// observation, 100 steps an episode.
func TestIdentity(t *testing.T) {
	c := Default()
	c.Gamma, c.LearningRate, c.LearningStarts = .4, nets.Constant(2e-3), 0
	env := func() envs.Env { return envtest.NewIdentityDiscrete(4) }
	a := agenttest.Train(t, func(s agents.Setup) (agents.Agent, error) { return New(c, s) }, envs.NewSyncVec([]envs.Env{env()}), 1200, 1)
	if got := agenttest.MeanReturn(t, a.Policy(), env, 20, 1000); got < 90 {
		t.Errorf("mean return %v after 1,200 steps, want at least 90 of 100", got)
	}
}

// TestTimeLimitIsNoDeath: in a ring where each step gives 1 the value of every state is
// 1/(1-gamma) = 50, though a time limit ends each episode after 8 steps.
func TestTimeLimitIsNoDeath(t *testing.T) {
	for _, n := range []int{1, 3} {
		c := Default()
		c.Gamma, c.LearningRate, c.LearningStarts, c.NetArch, c.NSteps = .98, nets.LinearSchedule(.2, 0, 1), 0, nil, n
		c.TargetUpdateInterval, c.TrainFreq, c.MaxGradNorm = 8, 2, 1e9
		env := envs.NewSyncVec([]envs.Env{envtest.NewRing(envs.NewDiscrete(2))})
		a := agenttest.Train(t, func(s agents.Setup) (agents.Agent, error) { return New(c, s) }, env, 8000, 1).(*Agent)
		obs := envs.MakeRows(env.Spec().Observation, 1)
		a.tape.Reset()
		for _, q := range a.tape.Value(a.online.Forward(a.tape, a.reader.Read(a.tape, obs))) {
			if math.Abs(float64(q)-50) > 1 {
				t.Errorf("%d-step: Q is %v, want 50 within 1", n, q)
			}
		}
	}
}

func TestLearnsTheCorridor(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			a, _ := build(t, small(v.change), v.envs, 3000)
			finish(t, a, agenttest.Discard{})
			obs, actions := envs.MakeRows(envs.NewDiscrete(6), 4), make([]float32, 4)
			for i := range 4 {
				obs.F32[i] = float32(i + 1)
			}
			if err := a.Policy().Act(obs, true, actions); err != nil {
				t.Fatal(err)
			}
			if want := []float32{1, 1, 1, 1}; !reflect.DeepEqual(actions, want) {
				t.Errorf("from cells 1 to 4 the actions are %v, want right everywhere", actions)
			}
		})
	}
}

func TestUpdatesAreCounted(t *testing.T) {
	for _, c := range []struct {
		name   string
		envs   int
		change func(*Config)
		want   int64
	}{
		{"every 4 after 20", 1, nil, 20}, // at 24, 28, ..., 100: training starts after step 20
		{"as many as collected", 2, func(c *Config) { c.GradientSteps = -1 }, 80},
		{"more environments than train_freq", 5, func(c *Config) { c.GradientSteps = 3 }, 48},
		{"no warm-up", 1, func(c *Config) { c.LearningStarts = 0 }, 25},
	} {
		a, _ := build(t, small(c.change), c.envs, 100)
		finish(t, a, agenttest.Discard{})
		if a.updates != c.want {
			t.Errorf("%s: %d updates, want %d", c.name, a.updates, c.want)
		}
	}
}

// TestTargetFollows: the target is a copy of the online network at the last multiple of the
// interval, and has no part of it in common.
func TestTargetFollows(t *testing.T) {
	a, _ := build(t, small(func(c *Config) { c.TargetUpdateInterval, c.TrainFreq = 10, 5 }), 1, 100)
	for range 6 { // 30 steps: copied at step 30, before the training at 30
		if err := a.Advance(context.Background(), agenttest.Discard{}); err != nil {
			t.Fatal(err)
		}
	}
	if a.updates != 2 {
		t.Fatalf("%d updates, want those at 25 and 30", a.updates)
	}
	before := a.targetParams.Hash()
	if before == a.onlineParams.Hash() {
		t.Error("the target changed with the online network's update")
	}
	online := a.onlineParams.Hash()
	for a.done < 40 {
		if err := a.step(agenttest.Discard{}); err != nil {
			t.Fatal(err)
		}
	}
	if a.targetParams.Hash() != online {
		t.Error("at step 40 the target is no copy")
	}
}

// TestDrawnActions: a policy whose weights alone are known, as an evaluation's, explores at the rate of training's
// end, and explains itself without the noise of what it drew before.
func TestDrawnActions(t *testing.T) {
	c := small(func(c *Config) { c.ExplorationFinalEps, c.Noisy = .05, true })
	a, err := New(c, agents.Setup{Env: corridors(t, 1), Steps: 1000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	obs, p := envs.MakeRows(envs.NewDiscrete(6), 1), a.Policy()
	action := make([]float32, 1)
	explain := func() []float32 {
		e, err := p.(agents.Explainer).Explain(obs)
		if err != nil {
			t.Fatal(err)
		}
		return append([]float32(nil), e.Scores...)
	}
	before := explain()
	if err := p.Act(obs, false, action); err != nil {
		t.Fatal(err)
	}
	if after := explain(); !reflect.DeepEqual(before, after) {
		t.Errorf("values %v, and %v after a drawn action", before, after)
	}
	if eps := p.(*policy).eps(); eps != .05 {
		t.Errorf("random actions at the rate %v", eps)
	}
}

func TestExploration(t *testing.T) {
	c := Default()
	c.ExplorationFraction, c.ExplorationInitialEps, c.ExplorationFinalEps = .2, 1, .1
	for _, k := range []struct{ done, want float64 }{{0, 1}, {.1, .55}, {.2, .1}, {.21, .1}, {1, .1}} {
		if got := c.exploration(k.done); math.Abs(got-k.want) > 1e-15 {
			t.Errorf("after %v of the run: %v, want %v", k.done, got, k.want)
		}
	}
	c.ExplorationFraction = 0
	if got := c.exploration(0); got != .1 {
		t.Errorf("with no fraction: %v, want the final rate at once", got)
	}
}

// TestEachEnvironmentExplores: at a rate of 1/2 the environments must not all be random or all
// be greedy together.
func TestEachEnvironmentExplores(t *testing.T) {
	a, _ := build(t, small(func(c *Config) { c.ExplorationFinalEps = .5 }), 3, 300)
	obs, greedy, actions, mixed := envs.MakeRows(envs.NewDiscrete(6), 3), make([]float32, 3), make([]float32, 3), 0
	_ = a.policy.Act(obs, true, greedy)
	for range 100 {
		_ = a.policy.Act(obs, false, actions)
		other := 0
		for i := range actions {
			if actions[i] != greedy[i] {
				other++
			}
		}
		if other == 1 || other == 2 {
			mixed++
		}
	}
	if mixed < 30 { // 57 expected: a row differs with probability 1/4
		t.Errorf("environments acted differently in %d of 100 steps only", mixed)
	}
}

func TestArgmaxTies(t *testing.T) {
	if got := argmax([]float32{1, 3, 3, 2}); got != 1 {
		t.Errorf("argmax = %d, want the lowest index 1", got)
	}
}

func TestNaNIsAnError(t *testing.T) {
	env := newCorridor()
	env.nan = true
	a, err := New(small(nil), agents.Setup{Env: envs.NewSyncVec([]envs.Env{env}), Steps: 100, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		if done, total := a.Progress(); done == total {
			t.Fatal("a reward of NaN went unnoticed")
		}
		err = a.Advance(context.Background(), agenttest.Discard{})
	}
	if !strings.Contains(err.Error(), "train/loss is NaN") || !strings.Contains(err.Error(), "step 24") {
		t.Errorf("got %v", err)
	}
}

func TestBadOptions(t *testing.T) {
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.BatchSize = 0 }, "batch_size is 0: want at least 1"},
		{func(c *Config) { c.Tau = 0 }, "tau is 0"},
		{func(c *Config) { c.GradientSteps = -2 }, "gradient_steps is -2"},
		{func(c *Config) { c.Gamma = math.NaN() }, "gamma is NaN"},
		{func(c *Config) { c.NetArch = []int{8, 0} }, "net_arch is [8 0]"},
		{func(c *Config) { c.ActivationFn = "rleu" }, "activation_fn"},
		{func(c *Config) { c.LearningRate = nets.Constant(0) }, "learning_rate is 0"},
		{func(c *Config) { c.BufferSize = 2 }, "no room"},
		{func(c *Config) { c.Optimizer = "sgd" }, "optimizer is sgd: want adam or rmsprop"},
		{func(c *Config) { c.RMSPropAlpha = 1 }, "rms_prop_alpha is 1"},
		{func(c *Config) { c.RMSPropCentered = true }, "rms_prop_centered is true: want false unless"},
		{func(c *Config) { c.ExplorationStart = -1 }, "exploration_start is -1"},
		{func(c *Config) { c.Distribution = "c52" }, "distribution is c52: want none, c51 or quantile"},
		{func(c *Config) { c.Atoms = 1 }, "atoms is 1: want at least 2"},
		{func(c *Config) { c.VMin = math.NaN() }, "v_min is NaN"},
		{func(c *Config) { c.VMax = -10 }, "v_max is -10: want more than v_min"},
		{func(c *Config) { c.NoisySigma = 0 }, "noisy_sigma is 0"},
	} {
		_, err := New(small(c.change), agents.Setup{Env: corridors(t, 3), Steps: 300})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
