package toytext

import (
	"fmt"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/goldentest"
)

func must[E any](t *testing.T) func(E, error) E {
	return func(e E, err error) E {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
}

func TestGymnasiumTrajectories(t *testing.T) {
	makers := map[string]func(map[string]any) envs.Env{
		"FrozenLake-v1": func(kw map[string]any) envs.Env {
			o := DefaultFrozenLakeOptions()
			o.Slippery = kw["is_slippery"] != false
			return must[*FrozenLake](t)(NewFrozenLake(o))
		},
		"FrozenLake8x8-v1": func(map[string]any) envs.Env {
			return must[*FrozenLake](t)(NewFrozenLake8x8(DefaultFrozenLake8x8Options()))
		},
		"CliffWalking-v1":         func(map[string]any) envs.Env { return NewCliffWalking(CliffWalkingOptions{}) },
		"CliffWalkingSlippery-v1": func(map[string]any) envs.Env { return NewCliffWalkingSlippery() },
		"Taxi-v4": func(kw map[string]any) envs.Env {
			return NewTaxi(TaxiOptions{Rainy: kw["is_rainy"] == true, FicklePassenger: kw["fickle_passenger"] == true})
		},
		"Blackjack-v1": func(kw map[string]any) envs.Env {
			return NewBlackjack(BlackjackOptions{Natural: kw["natural"] == true, SuttonBarto: kw["sab"] != false})
		},
	}
	records := goldentest.Load(t, "../testdata/gymnasium.json.gz", "FrozenLake-v1", "FrozenLake8x8-v1",
		"CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v4", "Blackjack-v1")
	if len(records) != 24 {
		t.Fatalf("%d records, want 24", len(records))
	}
	for i, rec := range records {
		t.Run(fmt.Sprintf("%d/%s/%s/%d", i, rec.ID, rec.Policy, rec.Seed), func(t *testing.T) {
			rec.Replay(t, makers[rec.ID](rec.Kwargs))
		})
	}
}

// Observations of Gymnasium's reset(seed=123).
func TestResetWithSeed123(t *testing.T) {
	for _, tt := range []struct {
		env  envs.Env
		want []float32
	}{
		{NewTaxi(TaxiOptions{}), []float32{341}},
		{NewBlackjack(DefaultBlackjackOptions()), []float32{19, 1, 1}},
	} {
		row := envs.MakeRows(tt.env.Spec().Observation, 1).Row(0)
		tt.env.Seed(123)
		if err := tt.env.Reset(row); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(row.F32) != fmt.Sprint(tt.want) {
			t.Errorf("%s: %v, want %v", tt.env.Spec().ID, row.F32, tt.want)
		}
	}
}
