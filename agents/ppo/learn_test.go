package ppo

import (
	"context"
	"testing"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/envs/envtest"
	"tesuji/nets"
)

func newCartPole() envs.Env { return classic.NewCartPole(classic.CartPoleOptions{}) }

func several(n int, env func() envs.Env) envs.Vec {
	members := make([]envs.Env, n)
	for i := range members {
		members[i] = env()
	}
	return envs.NewSyncVec(members)
}

// The gates of Stable-Baselines3's test_identity.py: at least 90 of 100 after very few steps.
func TestIdentity(t *testing.T) {
	discrete := Default()
	discrete.NSteps, discrete.NEpochs, discrete.Gamma, discrete.LearningRate = 256, 4, .4, nets.Constant(2e-3)
	box := Default()
	box.NSteps, box.NEpochs, box.LearningRate = 256, 4, nets.Constant(1e-3)
	images := discrete
	images.NetArch.Pi, images.NetArch.Vf, images.FeaturesDim = nil, nil, 64
	for _, tt := range []struct {
		name   string
		config Config
		env    func() envs.Env
		steps  int64
	}{
		{"Image", images, func() envs.Env { return envtest.NewIdentityImage(4, 36) }, 1200},
		{"Discrete", discrete, func() envs.Env { return envtest.NewIdentityDiscrete(4) }, 1200},
		{"MultiDiscrete", discrete, func() envs.Env { return envtest.NewIdentityMultiDiscrete(4, 4) }, 1200},
		{"MultiBinary", discrete, func() envs.Env { return envtest.NewIdentityMultiBinary(4) }, 1200},
		{"Box", box, func() envs.Env { return envtest.NewIdentityBox(1) }, 1000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := agenttest.Train(t, making(tt.config), several(1, tt.env), tt.steps, 0)
			if got := agenttest.MeanReturn(t, a.Policy(), tt.env, 20, 1000); got < 90 {
				t.Errorf("mean return %.1f of 100 after %d steps, want at least 90", got, tt.steps)
			}
		})
	}
}

// cartPole is rl-baselines3-zoo's config for CartPole-v1: 100,000 transitions of 8 environments.
func cartPole() Config {
	c := Default()
	c.NSteps, c.BatchSize, c.NEpochs = 32, 256, 20
	c.Gamma, c.GAELambda = .98, .8
	c.LearningRate, c.ClipRange = nets.LinearSchedule(1e-3, 0, 1), nets.LinearSchedule(.2, 0, 1)
	return c
}

// Less than half of the zoo's budget is enough; the whole ends at 500 with every seed from 1 to 5.
func TestLearnsCartPole(t *testing.T) {
	if testing.Short() {
		t.Skip("short: learning takes seconds")
	}
	a := agenttest.Train(t, making(cartPole()), several(8, newCartPole), 40_000, 1)
	if got := agenttest.MeanReturn(t, a.Policy(), newCartPole, 20, 1000); got < 400 {
		t.Errorf("mean return %.1f after 40,000 steps, want at least 400", got)
	}
}

// BenchmarkCartPole is the training of the whole zoo budget.
func BenchmarkCartPole(b *testing.B) {
	for b.Loop() {
		agenttest.Train(b, making(cartPole()), several(8, newCartPole), 100_000, 1)
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "steps/s")
}

// BenchmarkUpdate is one step of Adam on a minibatch of 256.
func BenchmarkUpdate(b *testing.B) {
	a, err := newAgent(cartPole(), agents.Setup{Env: several(8, newCartPole), Steps: 100_000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	if err := a.Advance(context.Background(), agenttest.Discard{}); err != nil {
		b.Fatal(err)
	}
	a.order.Perm(a.perm)
	a.rollout.Gather(a.perm, a.batch)
	for b.Loop() {
		if _, err := a.learn(a.batch, hyper{rate: 1e-5, clip: .2}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCollect is a rollout of 32 steps of 8 environments.
func BenchmarkCollect(b *testing.B) {
	a, err := newAgent(cartPole(), agents.Setup{Env: several(8, newCartPole), Steps: 100_000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := a.collector.Collect(32, agenttest.Discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The rows have exactly these keys, one row for each rollout.
func TestLog(t *testing.T) {
	keys := []string{
		"train/approx_kl", "train/clip_fraction", "train/clip_range", "train/entropy_loss",
		"train/explained_variance", "train/learning_rate", "train/loss", "train/n_updates",
		"train/policy_gradient_loss", "train/value_loss",
	}
	limit := nets.Constant(.2)
	clipped := small()
	clipped.ClipRangeVf = &limit
	for _, tt := range []struct {
		name   string
		config Config
		env    func() envs.Env
		more   []string
	}{
		{"Discrete", small(), newCartPole, nil},
		{"Box", clipped, func() envs.Env { return envtest.NewIdentityBox(2) }, []string{"train/std", "train/clip_range_vf"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := New(tt.config, agents.Setup{Env: several(2, tt.env), Steps: 74, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			var log agenttest.Log
			for done, total := a.Progress(); done < total; done, _ = a.Progress() {
				if err := a.Advance(context.Background(), &log); err != nil {
					t.Fatal(err)
				}
			}
			agenttest.CheckKeys(t, log.Rows, []float64{32, 64, 74}, append(tt.more, keys...)...)
			if got := log.Rows[2]["train/n_updates"]; got != 6 { // two epochs of each of three rollouts
				t.Errorf("train/n_updates is %v, want 6", got)
			}
		})
	}
}
