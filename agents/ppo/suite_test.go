package ppo

import (
	"testing"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/envs/envtest"
	"tesuji/envs/minatar"
)

func making(c Config) func(agents.Setup) (agents.Agent, error) {
	return func(s agents.Setup) (agents.Agent, error) { return New(c, s) }
}

// small is a config whose run of 100 transitions has ragged minibatches and a short last rollout.
func small() Config {
	c := Default()
	c.NSteps, c.BatchSize, c.NEpochs = 16, 12, 2
	c.NetArch.Pi, c.NetArch.Vf = []int{8}, []int{8, 8}
	return c
}

// newBreakout is MinAtar's, whose observations are ten by ten of four planes.
func newBreakout() envs.Env {
	e, err := minatar.NewBreakout(minatar.Options{})
	if err != nil {
		panic(err)
	}
	return e
}

func TestContract(t *testing.T) {
	sde := small()
	sde.UseSDE, sde.SDESampleFreq, sde.LogStdInit = true, 4, -1
	squashed := sde
	squashed.SquashOutput, squashed.UseExpln, squashed.EntCoef = true, true, .01
	everything := small()
	limit := .02
	clip := everything.ClipRange
	everything.TargetKL, everything.ClipRangeVf, everything.OrthoInit = &limit, &clip, false
	everything.NetArch.Pi, everything.ActivationFn, everything.EntCoef = nil, "relu", .01
	everything.LogInterval = 2
	nature := small()
	nature.NetArch.Pi, nature.NetArch.Vf, nature.FeaturesDim = nil, nil, 16
	apart := small()
	apart.ShareFeaturesExtractor, apart.FeaturesDim = false, 0
	planes := small()
	planes.FeaturesDim = 8
	for _, tt := range []struct {
		name   string
		config Config
		env    func() envs.Env
	}{
		{"Image", nature, func() envs.Env { return envtest.NewIdentityImage(4, 36) }},
		{"SmallImage", apart, func() envs.Env { return envtest.NewIdentityImage(4, 8) }},
		{"Planes", planes, newBreakout},
		{"CartPole", small(), func() envs.Env { return classic.NewCartPole(classic.CartPoleOptions{}) }},
		{"AllOptions", everything, func() envs.Env { return envtest.NewIdentityDiscrete(4) }},
		{"MultiDiscrete", small(), func() envs.Env { return envtest.NewIdentityMultiDiscrete(4, 3) }},
		{"MultiBinary", small(), func() envs.Env { return envtest.NewIdentityMultiBinary(3) }},
		{"Box", small(), func() envs.Env { return envtest.NewIdentityBox(2) }},
		{"SDE", sde, func() envs.Env { return envtest.NewIdentityBox(2) }},
		{"SquashedSDE", squashed, func() envs.Env { return envtest.NewIdentityBox(2) }},
		{"Truncation", small(), func() envs.Env { return envtest.NewRing(envs.NewDiscrete(2)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := agenttest.Case{New: making(tt.config), Env: tt.env, NumEnvs: 2, Steps: 100, Warm: 6, WarmSteps: 2000}
			if tt.name == "Image" { // slow without vector instructions
				if testing.Short() {
					t.Skip("short: convolutions take seconds")
				}
				c.Steps, c.WarmSteps = 36, 600
			}
			agenttest.Run(t, c)
		})
	}
}

func TestTrace(t *testing.T) {
	c := Default()
	c.NSteps, c.BatchSize, c.NEpochs = 32, 100, 2
	agenttest.Trace(t, agenttest.Case{New: making(c), Env: newCartPole, NumEnvs: 8, Steps: 1000}, 3, "cartpole.trace")
	images := c
	images.NetArch.Pi, images.NetArch.Vf, images.FeaturesDim = nil, nil, 32
	agenttest.Trace(t, agenttest.Case{New: making(images), Env: newBreakout, NumEnvs: 8, Steps: 1000}, 3, "breakout.trace")
	c.UseSDE, c.SDESampleFreq = true, 4
	pendulum := func() envs.Env { return classic.NewPendulum() }
	agenttest.Trace(t, agenttest.Case{New: making(c), Env: pendulum, NumEnvs: 4, Steps: 1000}, 3, "pendulum.trace")
}
