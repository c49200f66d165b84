package toytext

import (
	"errors"
	"math"
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/snapshot"
)

func members(t *testing.T) map[string]func() envs.Env {
	lake := func(o FrozenLakeOptions) func() envs.Env {
		return func() envs.Env { return must[*FrozenLake](t)(NewFrozenLake(o)) }
	}
	dry := DefaultFrozenLakeOptions()
	dry.Slippery = false
	random := DefaultFrozenLakeOptions()
	random.Random = &RandomMap{Size: 6, Frozen: .7, Seed: 3}
	random.SuccessRate = .8
	return map[string]func() envs.Env{
		"FrozenLake-v1":           lake(DefaultFrozenLakeOptions()),
		"FrozenLake-v1 dry":       lake(dry),
		"FrozenLake-v1 random":    lake(random),
		"FrozenLake8x8-v1":        func() envs.Env { return must[*FrozenLake](t)(NewFrozenLake8x8(DefaultFrozenLake8x8Options())) },
		"CliffWalking-v1":         func() envs.Env { return NewCliffWalking(CliffWalkingOptions{}) },
		"CliffWalking-v1 wet":     func() envs.Env { return NewCliffWalking(CliffWalkingOptions{Slippery: true}) },
		"CliffWalkingSlippery-v1": func() envs.Env { return NewCliffWalkingSlippery() },
		"Taxi-v4":                 func() envs.Env { return NewTaxi(TaxiOptions{}) },
		"Taxi-v4 rain":            func() envs.Env { return NewTaxi(TaxiOptions{Rainy: true, FicklePassenger: true}) },
		"Blackjack-v1":            func() envs.Env { return NewBlackjack(DefaultBlackjackOptions()) },
		"Blackjack-v1 natural":    func() envs.Env { return NewBlackjack(BlackjackOptions{Natural: true}) },
	}
}

func TestContract(t *testing.T) {
	for name, newEnv := range members(t) {
		t.Run(name, func(t *testing.T) {
			envtest.Run(t, func() (envs.Env, error) { return newEnv(), nil })
		})
	}
}

func TestActionsOutsideTheSpace(t *testing.T) {
	for name, newEnv := range members(t) {
		e := newEnv()
		row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
		if _, err := e.Step(envs.Action{0}, row); !errors.Is(err, envs.ErrNeedsReset) {
			t.Errorf("%s: step before reset: %v", name, err)
		}
		if err := e.Reset(row); err != nil {
			t.Fatal(err)
		}
		for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), -1, .5, 6, 1e-40, 1e30} {
			if _, err := e.Step(envs.Action{v}, row); !errors.Is(err, envs.ErrAction) {
				t.Errorf("%s: action %v: %v", name, v, err)
			}
		}
	}
}

func TestSnapshotNeedsSameOptions(t *testing.T) {
	all := members(t)
	for _, pair := range [][2]string{
		{"FrozenLake-v1", "FrozenLake-v1 dry"},
		{"FrozenLake-v1", "FrozenLake-v1 random"},
		{"CliffWalking-v1", "CliffWalking-v1 wet"},
		{"Taxi-v4", "Taxi-v4 rain"},
		{"Blackjack-v1", "Blackjack-v1 natural"},
	} {
		b, err := snapshot.Save(all[pair[0]]())
		if err != nil {
			t.Fatal(err)
		}
		if err := snapshot.Restore(b, all[pair[1]]()); err == nil {
			t.Errorf("%s restored as %s", pair[0], pair[1])
		}
	}
}

// TestLegal holds Taxi's legal actions against its table: an action is legal if it can change
// the state.
func TestLegal(t *testing.T) {
	e := NewTaxi(TaxiOptions{})
	legal := make([]bool, 6)
	for s := range 500 {
		e.state = s
		e.Legal(legal)
		for a, ok := range legal {
			if o := e.Table().Outcomes(s, a)[0]; ok != (o.Next != s) {
				t.Errorf("state %d action %d: legal %v, leads to %d", s, a, ok, o.Next)
			}
		}
	}
}
