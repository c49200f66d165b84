package dqn

import (
	"context"
	"testing"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/envs"
	"tesuji/envs/minatar"
	"tesuji/nets"
)

// BenchmarkMinAtar is a frame of Breakout and an update of 32 transitions: with the values of
// MinAtar's paper, and with the parts of Rainbow.
func BenchmarkMinAtar(b *testing.B) {
	b.Run("paper", func(b *testing.B) { benchmarkMinAtar(b, func(*Config) {}) })
	b.Run("quantile rainbow", func(b *testing.B) {
		benchmarkMinAtar(b, func(c *Config) {
			c.DoubleQ, c.Dueling, c.PrioritizedReplay, c.NSteps = true, true, true, 3
			c.Distribution, c.Atoms = distributionQuantile, 32
			c.Optimizer, c.RMSPropCentered = optimizerAdam, false
		})
	})
	b.Run("rainbow", func(b *testing.B) {
		benchmarkMinAtar(b, func(c *Config) {
			c.DoubleQ, c.Dueling, c.PrioritizedReplay, c.NSteps = true, true, true, 3
			c.Distribution, c.Noisy = distributionC51, true
			c.Optimizer, c.RMSPropCentered = optimizerAdam, false
		})
	})
}

func benchmarkMinAtar(b *testing.B, change func(*Config)) {
	game, err := minatar.NewBreakoutV0(minatar.DefaultOptions())
	if err != nil {
		b.Fatal(err)
	}
	c := minAtar()
	change(&c)
	const warm = 1200
	a, err := New(c, agents.Setup{Env: envs.NewSyncVec([]envs.Env{game}), Steps: int64(warm + b.N), Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	for range warm {
		if err := a.Advance(context.Background(), agenttest.Discard{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for range b.N {
		if err := a.Advance(context.Background(), agenttest.Discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

// minAtar returns the options of the preset dqn-minatar-breakout, but for the beginning.
func minAtar() Config {
	c := Default()
	c.CNN, c.NetArch, c.MaxGradNorm = "minatar", []int{128}, 1e6
	c.Optimizer, c.RMSPropAlpha, c.RMSPropEps, c.RMSPropCentered = optimizerRMSProp, .95, .01, true
	c.LearningRate, c.BufferSize, c.LearningStarts, c.TrainFreq = nets.Constant(2.5e-4), 100_000, 1000, 1
	c.TargetUpdateInterval, c.ExplorationFinalEps, c.ExplorationFraction = 1000, .1, .02
	return c
}
