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

// BenchmarkMinAtar is a frame of Breakout and an update of 32 transitions, with the values of
// MinAtar's paper.
func BenchmarkMinAtar(b *testing.B) {
	game, err := minatar.NewBreakoutV0(minatar.DefaultOptions())
	if err != nil {
		b.Fatal(err)
	}
	const warm = 2000
	a, err := New(minAtar(), agents.Setup{Env: envs.NewSyncVec([]envs.Env{game}), Steps: int64(warm + b.N), Seed: 1})
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
