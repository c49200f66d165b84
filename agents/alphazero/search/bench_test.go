package search

import (
	"context"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
)

func TestNothingAllocates(t *testing.T) {
	for name, cfg := range configs(30) {
		g := weiqi.NewGame(5, 5, weiqi.Rules{})
		b := NewBatch(cfg, &ignorant{}, g, 2)
		games := []envs.Game{g, g.Clone()}
		noise := []*rng.Stream{rng.New(1, "a"), rng.New(2, "b")}
		out := make([]Decision, 2)
		n := testing.AllocsPerRun(5, func() {
			b.Search(context.Background(), games, noise, out)
			b.Played(0, out[0].Move)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// BenchmarkSearch counts the simulations of 64 games of 9x9 Go side by side, on one thread, with a
// network that costs nothing. The games are 20 random plies old.
func BenchmarkSearch(b *testing.B) {
	r := rng.New(1, "bench")
	var games []envs.Game
	for range 64 {
		g := weiqi.NewGame(9, 9, weiqi.Rules{Komi: 7.5})
		for range 20 {
			for g.Play(r.Intn(81)) != nil {
			}
		}
		games = append(games, g)
	}
	for _, c := range []struct {
		name string
		cfg  Config
	}{
		{"gumbel-32", Config{Simulations: 32, Gumbel: DefaultGumbel()}},
		{"puct-32", Config{Simulations: 32, Rule: ByPUCT, PUCT: DefaultPUCT(), Noise: DefaultNoise()}},
		{"puct-400", Config{Simulations: 400, Rule: ByPUCT, PUCT: DefaultPUCT(), Noise: DefaultNoise()}},
		{"puct-400-all", Config{Simulations: 400, Rule: ByPUCT, PUCT: DefaultPUCT(), Noise: DefaultNoise(), Solve: true, Transpose: true}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, c.cfg, games) })
	}
}

func benchmark(b *testing.B, cfg Config, games []envs.Game) {
	batch := NewBatch(cfg, &ignorant{}, games[0], len(games))
	noise := make([]*rng.Stream, len(games))
	for i := range noise {
		noise[i] = rng.New(uint64(i), "noise")
	}
	out := make([]Decision, len(games))
	b.ReportAllocs()
	for b.Loop() {
		if err := batch.Search(context.Background(), games, noise, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(games)*cfg.Simulations)/b.Elapsed().Seconds(), "simulations/s")
}
