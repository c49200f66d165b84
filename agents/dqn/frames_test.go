package dqn

import (
	"reflect"
	"testing"

	"tesuji/agents"
	"tesuji/agents/agenttest"
	"tesuji/envs"
	"tesuji/envs/classic"
)

// pole is a cart-pole whose observations are the last four.
func pole() envs.Env {
	e, err := envs.NewFrameStack(classic.NewCartPole(classic.CartPoleOptions{}), 4, envs.PadReset)
	if err != nil {
		panic(err)
	}
	return e
}

func TestContractWithFrames(t *testing.T) {
	agenttest.Run(t, agenttest.Case{
		New: func(s agents.Setup) (agents.Agent, error) {
			return New(small(func(c *Config) { c.ReplayFrames = 4 }), s)
		},
		Env: pole, NumEnvs: 2, Steps: 90, Warm: 400, WarmSteps: 300000,
	})
}

// TestFramesChangeNothing: what is learned is the same to the bit, however replay keeps frames.
func TestFramesChangeNothing(t *testing.T) {
	train := func(frames int) string {
		v := envs.NewSyncVec([]envs.Env{pole(), pole(), pole()})
		v.Seed(5)
		a, err := New(small(func(c *Config) { c.ReplayFrames, c.PrioritizedReplay, c.NSteps = frames, true, 3 }),
			agents.Setup{Env: v, Steps: 900, Seed: 2})
		if err != nil {
			t.Fatal(err)
		}
		finish(t, a.(*Agent), agenttest.Discard{})
		return a.Params().Hash()
	}
	if plain, once := train(1), train(4); plain != once {
		t.Error("with each frame kept once another network was learned")
	}
}

func TestFramesAreFound(t *testing.T) {
	image := func(shape ...int) envs.Space { return &envs.Box{Shape: shape, Type: envs.Uint8} }
	c, got := Default(), []int{}
	for _, s := range []envs.Space{image(84, 84, 4), image(84, 84, 3), image(10, 10, 4), envs.NewDiscrete(4)} {
		got = append(got, c.frames(s))
	}
	c.ReplayFrames = 2
	got = append(got, c.frames(image(84, 84, 4)))
	if want := []int{4, 1, 1, 1, 2}; !reflect.DeepEqual(got, want) {
		t.Errorf("frames %v, want %v", got, want)
	}
}
