package dqn

import (
	"tesuji/agents/inputs"
	"tesuji/nets"
)

// Default returns Stable-Baselines3's defaults (2.9), and the papers' for what it lacks.
func Default() Config {
	return Config{
		LearningRate:           nets.Constant(1e-4),
		BufferSize:             1_000_000,
		LearningStarts:         100,
		BatchSize:              32,
		Tau:                    1,
		Gamma:                  .99,
		TrainFreq:              4,
		GradientSteps:          1,
		TargetUpdateInterval:   10_000,
		ExplorationFraction:    .1,
		ExplorationInitialEps:  1,
		ExplorationFinalEps:    .05,
		MaxGradNorm:            10,
		NetArch:                []int{64, 64},
		CNN:                    inputs.Auto,
		ActivationFn:           "relu",
		Loss:                   lossHuber,
		Optimizer:              optimizerAdam,
		AdamEps:                1e-8,
		RMSPropAlpha:           .99,
		RMSPropEps:             1e-8,
		LogInterval:            4,
		NSteps:                 1,
		PrioritizedReplayAlpha: .6,
		PrioritizedReplayBeta0: .4,
		PrioritizedReplayEps:   1e-6,
		Distribution:           distributionNone,
		Atoms:                  51,
		VMin:                   -10,
		VMax:                   10,
		NoisySigma:             .5,
	}
}

// DefaultRainbow returns the values of Rainbow: all the switches at once (M. Hessel et al.,
// "Rainbow: Combining Improvements in Deep Reinforcement Learning", AAAI 2018, table 1; a step is
// four of its frames).
func DefaultRainbow() Config {
	c := Default()
	c.LearningRate, c.AdamEps = nets.Constant(6.25e-5), 1.5e-4
	c.LearningStarts, c.TargetUpdateInterval = 20_000, 8_000
	c.DoubleQ, c.Dueling, c.NSteps = true, true, 3
	c.PrioritizedReplay, c.PrioritizedReplayAlpha = true, .5
	c.Distribution = distributionC51
	c.Noisy, c.ExplorationInitialEps, c.ExplorationFinalEps = true, 0, 0
	return c
}

// DefaultQuantile returns the values of QR-DQN in Stable-Baselines3's contrib (2.9), which are those
// of W. Dabney et al., "Distributional Reinforcement Learning with Quantile Regression", AAAI 2018,
// on another schedule of exploration. Gradients are not clipped.
func DefaultQuantile() Config {
	c := Default()
	c.LearningRate, c.AdamEps, c.MaxGradNorm = nets.Constant(5e-5), .01/32, 1e6
	c.ExplorationFraction, c.ExplorationFinalEps = .005, .01
	c.Distribution, c.Atoms = distributionQuantile, 200
	return c
}
