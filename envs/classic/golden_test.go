package classic

import (
	"fmt"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/goldentest"
)

func TestGymnasiumTrajectories(t *testing.T) {
	makers := map[string]func(map[string]any) envs.Env{
		"CartPole-v1": func(kw map[string]any) envs.Env {
			return NewCartPole(CartPoleOptions{SuttonBartoReward: kw["sutton_barto_reward"] == true})
		},
	}
	ids := []string{"CartPole-v1"}
	records := goldentest.Load(t, "../testdata/gymnasium.json.gz", ids...)
	if len(records) != 6 {
		t.Fatalf("%d records", len(records))
	}
	for _, rec := range records {
		t.Run(fmt.Sprintf("%s/%s/%d", rec.ID, rec.Policy, rec.Seed), func(t *testing.T) {
			rec.Replay(t, makers[rec.ID](rec.Kwargs))
		})
	}
}

func BenchmarkCartPole(b *testing.B) {
	var e envs.Env = NewCartPole(CartPoleOptions{})
	row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
	e.Reset(row)
	actions := []float32{0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1}
	k := 0
	for b.Loop() {
		if k++; k == len(actions) {
			k = 0
		}
		r, _ := e.Step(envs.Action(actions[k:k+1]), row)
		if r.Terminated {
			e.Reset(row)
		}
	}
}
