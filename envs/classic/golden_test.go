package classic

import (
	"fmt"
	"math"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/goldentest"
)

func TestGymnasiumTrajectories(t *testing.T) {
	makers := map[string]func(map[string]any) envs.Env{
		"CartPole-v1": func(kw map[string]any) envs.Env {
			return NewCartPole(CartPoleOptions{SuttonBartoReward: kw["sutton_barto_reward"] == true})
		},
		"MountainCar-v0":           func(map[string]any) envs.Env { return NewMountainCar() },
		"MountainCarContinuous-v0": func(map[string]any) envs.Env { return NewMountainCarContinuous() },
		"Acrobot-v1":               func(map[string]any) envs.Env { return NewAcrobot() },
		"Pendulum-v1":              func(map[string]any) envs.Env { return NewPendulum() },
	}
	records := goldentest.Load(t, "../testdata/gymnasium.json.gz",
		"CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1")
	if len(records) != 20 {
		t.Fatalf("%d records, want 20", len(records))
	}
	for i, rec := range records {
		t.Run(fmt.Sprintf("%d/%s/%s/%d", i, rec.ID, rec.Policy, rec.Seed), func(t *testing.T) {
			rec.Replay(t, makers[rec.ID](rec.Kwargs))
		})
	}
}

// Observations of Gymnasium's reset(seed=123), with its reset options where it has some.
func TestResetWithSeed123(t *testing.T) {
	const seed = 123
	tests := []struct {
		name  string
		env   envs.Env
		reset func(envs.Env, envs.Row) error
		want  []float64
	}{
		{"CartPole low -.1 high .1", NewCartPole(CartPoleOptions{}), func(e envs.Env, obs envs.Row) error {
			return e.(*CartPole).ResetWithin(-.1, .1, obs)
		}, []float64{.03647037, -.0892358, -.05592803, -.06312564}},
		{"MountainCar", NewMountainCar(), envs.Env.Reset, []float64{-.46352962, 0}},
		{"MountainCarContinuous", NewMountainCarContinuous(), envs.Env.Reset, []float64{-.46352962, 0}},
		{"Pendulum x_init π/2 y_init .5", NewPendulum(), func(e envs.Env, obs envs.Row) error {
			return e.(*Pendulum).ResetAround(math.Pi/2, .5, obs)
		}, []float64{.8403459, .54205054, -.44617897}},
		{"Acrobot", NewAcrobot(), envs.Env.Reset,
			[]float64{.99933505, .03646229, .99602115, -.08911742, -.05592803, -.06312564}},
	}
	for _, tt := range tests {
		row := envs.MakeRows(tt.env.Spec().Observation, 1).Row(0)
		tt.env.Seed(seed)
		if err := tt.reset(tt.env, row); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		for i, want := range tt.want {
			// NumPy prints the shortest number, or eight decimals.
			if row.F32[i] != float32(want) && !(math.Abs(float64(row.F32[i])-want) <= 5.01e-9) {
				t.Errorf("%s: element %d is %v, want %v", tt.name, i, row.F32[i], want)
			}
		}
	}
}
