package minatar

import (
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// BenchmarkVec steps 64 games with random actions, drawn beforehand, through a SyncVec that
// writes their observations; ns/op is that of one game's step.
func BenchmarkVec(b *testing.B) {
	const n, rounds = 64, 256
	for _, name := range games {
		b.Run(name, func(b *testing.B) {
			list := make([]envs.Env, n)
			for i := range list {
				list[i] = newGame(b, name)
			}
			v := envs.NewSyncVec(list)
			rows := envs.MakeRows(v.Spec().Observation, n)
			v.Seed(0)
			if err := v.Reset(rows); err != nil {
				b.Fatal(err)
			}
			random := rng.New(1, "actions")
			actions := make([]float32, rounds*n)
			for i := range actions {
				actions[i] = float32(random.Intn(int(moves)))
			}
			b.ResetTimer()
			for i, k := 0, 0; i < b.N; i, k = i+n, (k+1)%rounds {
				if _, err := v.Step(actions[k*n:(k+1)*n], rows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Msteps/s")
		})
	}
}
