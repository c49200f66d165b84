package agenttest

import (
	"context"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
)

// Train runs an agent to its end and returns it.
func Train(t testing.TB, newAgent func(agents.Setup) (agents.Agent, error), env envs.Vec, steps int64, seed uint64) agents.Agent {
	t.Helper()
	env.Seed(seed)
	a, err := newAgent(agents.Setup{Env: env, Steps: steps, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	for done, total := a.Progress(); done < total; done, _ = a.Progress() {
		if err := a.Advance(context.Background(), Discard{}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// MeanReturn plays exactly the given number of episodes deterministically, each on an
// environment of its own with the seed seed + its number, and returns the mean of their raw returns.
func MeanReturn(t testing.TB, p agents.Policy, env func() envs.Env, episodes int, seed uint64) float64 {
	t.Helper()
	members := make([]envs.Env, episodes)
	for i := range members {
		members[i] = env()
	}
	return MeanReturnVec(t, p, envs.NewSyncVec(members), seed)
}

// MeanReturnVec plays the first episode of each environment of the Vec deterministically and
// returns the mean of their raw returns.
func MeanReturnVec(t testing.TB, p agents.Policy, env envs.Vec, seed uint64) float64 {
	t.Helper()
	spec, n := env.Spec(), env.Len()
	env.Seed(seed)
	obs := envs.MakeRows(spec.Observation, n)
	if err := env.Reset(obs); err != nil {
		t.Fatal(err)
	}
	actions := make([]float32, n*spec.Action.Size())
	seen, left, sum := make([]bool, n), n, 0.0
	ended := make([]bool, n)
	agents.Forget(p, nil)
	for left > 0 {
		if err := p.Act(obs, true, actions); err != nil {
			t.Fatal(err)
		}
		out, err := env.Step(actions, obs)
		if err != nil {
			t.Fatal(err)
		}
		for i := range ended {
			ended[i] = out.Done(i)
		}
		agents.Forget(p, ended)
		for _, e := range out.Episodes {
			if !seen[e.Env] {
				seen[e.Env] = true
				left--
				sum += e.Return
			}
		}
	}
	return sum / float64(n)
}
