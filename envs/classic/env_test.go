package classic

import (
	"errors"
	"math"
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/snapshot"
)

func members() map[string]func() envs.Env {
	return map[string]func() envs.Env{
		"CartPole-v1":              func() envs.Env { return NewCartPole(CartPoleOptions{}) },
		"CartPole-v0":              func() envs.Env { return NewCartPoleV0(CartPoleOptions{SuttonBartoReward: true}) },
		"MountainCar-v0":           func() envs.Env { return NewMountainCar() },
		"MountainCarContinuous-v0": func() envs.Env { return NewMountainCarContinuous() },
		"Acrobot-v1":               func() envs.Env { return NewAcrobot() },
		"Pendulum-v1":              func() envs.Env { return NewPendulum() },
	}
}

func TestContract(t *testing.T) {
	for id, newEnv := range members() {
		t.Run(id, func(t *testing.T) {
			if got := newEnv().Spec().ID; got != id {
				t.Errorf("ID is %s", got)
			}
			envtest.Run(t, func() (envs.Env, error) { return newEnv(), nil })
		})
	}
}

func TestActionsOutsideTheSpace(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for id, newEnv := range members() {
		e := newEnv()
		row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
		if _, err := e.Step(envs.Action{0}, row); !errors.Is(err, envs.ErrNeedsReset) {
			t.Errorf("%s: step before reset: %v", id, err)
		}
		if err := e.Reset(row); err != nil {
			t.Fatal(err)
		}
		bad := []float32{nan, inf, -inf, -2.001, 3}
		if _, discrete := e.Spec().Action.(*envs.Discrete); discrete {
			bad = append(bad, .5, -1, 1e-40, 1e9, -1e30)
		}
		for _, v := range bad {
			if _, err := e.Step(envs.Action{v}, row); !errors.Is(err, envs.ErrAction) {
				t.Errorf("%s: action %v: %v", id, v, err)
			}
		}
		if _, err := e.Step(envs.Action{1}, row); err != nil {
			t.Errorf("%s: after refused actions: %v", id, err)
		}
	}
}

func TestResetRanges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for id, newEnv := range members() {
		e := newEnv()
		row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
		var err []error
		switch e := e.(type) {
		case interface {
			ResetWithin(low, high float64, obs envs.Row) error
		}:
			for _, r := range [][2]float64{{1, 0}, {nan, 0}, {0, nan}, {-inf, 0}, {0, inf}, {-1001, 0}, {0, 1001}} {
				err = append(err, e.ResetWithin(r[0], r[1], row))
			}
		case *Pendulum:
			for _, r := range [][2]float64{{-1, 0}, {1, nan}, {inf, 1}, {1, 1001}} {
				err = append(err, e.ResetAround(r[0], r[1], row))
			}
		default:
			t.Errorf("%s: no reset options", id)
		}
		for i, err := range err {
			if err == nil {
				t.Errorf("%s: bad range %d accepted", id, i)
			}
		}
	}
}

func TestSnapshotNeedsSameOptions(t *testing.T) {
	b, err := snapshot.Save(NewCartPole(CartPoleOptions{SuttonBartoReward: true}))
	if err != nil {
		t.Fatal(err)
	}
	if err := snapshot.Restore(b, NewCartPole(CartPoleOptions{})); err == nil {
		t.Error("restored with another reward")
	}
}

// TestAbsurdStates: the widest reset ranges give finite numbers and pictures.
func TestAbsurdStates(t *testing.T) {
	for id, newEnv := range members() {
		e := newEnv()
		row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
		for k := range 20 {
			e.Seed(uint64(k))
			var err error
			switch e := e.(type) {
			case interface {
				ResetWithin(low, high float64, obs envs.Row) error
			}:
				err = e.ResetWithin(-1000, 1000, row)
			case *Pendulum:
				err = e.ResetAround(1000, 1000, row)
			}
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			if _, err := e.Step(envs.Action{1}, row); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			for _, v := range row.F32 {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("%s: observation %v", id, row.F32)
				}
			}
			if k == 0 {
				r := e.(envs.Renderer)
				r.Render(picture(r))
			}
		}
	}
}
