package classic

import (
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// BenchmarkCartPoleVec steps 64 environments with random actions, drawn in the loop; ns/op is
// that of one environment's step.
func BenchmarkCartPoleVec(b *testing.B) {
	const n = 64
	list := make([]envs.Env, n)
	for i := range list {
		list[i] = NewCartPole(CartPoleOptions{})
	}
	v := envs.NewSyncVec(list)
	rows := envs.MakeRows(v.Spec().Observation, n)
	if err := v.Reset(rows); err != nil {
		b.Fatal(err)
	}
	random := rng.New(1, "actions")
	actions := make([]float32, n)
	b.ResetTimer()
	for i := 0; i < b.N; i += n {
		bits := random.Uint64()
		for k := range actions {
			actions[k] = float32(bits >> k & 1)
		}
		if _, err := v.Step(actions, rows); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCartPole steps one environment through the interface.
func BenchmarkCartPole(b *testing.B) {
	var e envs.Env = NewCartPole(CartPoleOptions{})
	row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
	if err := e.Reset(row); err != nil {
		b.Fatal(err)
	}
	actions := []float32{0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1}
	k := 0
	for b.Loop() {
		if k++; k == len(actions) {
			k = 0
		}
		r, err := e.Step(envs.Action(actions[k:k+1]), row)
		if err != nil {
			b.Fatal(err)
		}
		if r.Terminated {
			if err := e.Reset(row); err != nil {
				b.Fatal(err)
			}
		}
	}
}
