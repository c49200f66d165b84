package envs_test

import (
	"math"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/snapshot"
)

func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if len(got) != len(want) || math.Abs(got[i]-want[i]) > tolerance {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

// Computed with Stable-Baselines3 2.4.
func TestRunningStats(t *testing.T) {
	s := envs.NewRunningStats(2)
	s.Update([]float64{1, 2, 3, 4})
	near(t, "mean", s.Mean, []float64{1.9999, 2.99985}, 5e-6)
	near(t, "var", s.Var, []float64{1.0002, 1.00045}, 5e-6)
	if math.Abs(s.Count-2.0001) > 1e-12 {
		t.Errorf("count %v", s.Count)
	}
	s.Update32([]float32{5, -1})
	near(t, "mean", s.Mean, []float64{2.9999, 1.6666111}, 5e-6)
	near(t, "var", s.Var, []float64{2.6669111, 4.2222074}, 5e-6)
}

// Three updates, or a merge of two halves, are the moments of all the data.
func TestRunningStatsMerge(t *testing.T) {
	data := []float64{3, -1, 4, 1, -5, 9, 2, 6, -5, 3, 5, 8}
	var mean, variance float64
	for _, v := range data {
		mean += v / float64(len(data))
	}
	for _, v := range data {
		variance += (v - mean) * (v - mean) / float64(len(data))
	}
	parts, a, b := envs.NewRunningStats(1), envs.NewRunningStats(1), envs.NewRunningStats(1)
	parts.Count, a.Count, b.Count = 0, 0, 0
	parts.Update(data[:3])
	parts.Update(data[3:4])
	parts.Update(data[4:])
	parts.Update(nil)
	a.Update(data[:7])
	b.Update(data[7:])
	a.Merge(b)
	for name, s := range map[string]*envs.RunningStats{"updates": parts, "merge": a} {
		near(t, name, []float64{s.Mean[0], s.Var[0], s.Count}, []float64{mean, variance, 12}, 1e-12)
	}
}

// scripted is a Vec that gives what its fields say.
type scripted struct {
	spec    envs.Spec
	obs     [][]float32 // of Reset, then of each step
	final   [][]float32
	rewards [][]float32
	done    [][]bool
	at      int
	out     envs.Outcome
}

func (s *scripted) Spec() *envs.Spec { return &s.spec }
func (s *scripted) Len() int         { return len(s.rewards[0]) }
func (s *scripted) Seed(uint64)      {}

func (s *scripted) Reset(obs envs.Rows) error {
	copy(obs.F32, s.obs[0])
	s.at = 0
	return nil
}

func (s *scripted) Step(_ []float32, next envs.Rows) (*envs.Outcome, error) {
	copy(next.F32, s.obs[s.at+1])
	s.out = envs.Outcome{
		Reward: slices.Clone(s.rewards[s.at]), Terminated: s.done[s.at], Truncated: make([]bool, s.Len()),
		Final: envs.Rows{N: s.Len(), Size: s.spec.Observation.Size(), F32: slices.Clone(s.final[s.at])},
	}
	s.at++
	return &s.out, nil
}

func (s *scripted) State(a *snapshot.Archive) { a.Int("at", &s.at) }

// Rewards of two environments; environment 1 ends at the second step. By Stable-Baselines3 2.4.
func script() *scripted {
	return &scripted{
		spec:    envs.Spec{ID: "Scripted-v0", Observation: envs.NewBox(-inf, inf, 1), Action: envs.NewDiscrete(2)},
		obs:     [][]float32{{1, 3}, {5, -1}, {0, 2}, {1000, -1000}},
		final:   [][]float32{{0, 0}, {0, 7}, {0, 0}},
		rewards: [][]float32{{1, 2}, {0, -1}, {3, .5}},
		done:    [][]bool{{false, false}, {false, true}, {false, false}},
	}
}

func TestNormalizeRewards(t *testing.T) {
	opt := envs.DefaultNormalizeOptions()
	opt.Obs = false
	n := must[*envs.Normalize](t)(envs.NewNormalize(script(), opt))
	obs := envs.MakeRows(n.Spec().Observation, 2)
	if err := n.Reset(obs); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{1.9994003, 3.9988006}, {0, -2.2858856}, {2.5743971, .4290662}} {
		out := must[*envs.Outcome](t)(n.Step([]float32{0, 0}, obs))
		near(t, "rewards", []float64{float64(out.Reward[0]), float64(out.Reward[1])}, want, 5e-7)
		if i == 1 && out.Final.F32[1] != 7 {
			t.Errorf("final %v was normalised against the options", out.Final.F32[1])
		}
	}
}

func TestNormalizeObservations(t *testing.T) {
	s := script()
	n := must[*envs.Normalize](t)(envs.NewNormalize(s, envs.DefaultNormalizeOptions()))
	if got, want := n.Spec().Observation.String(), "Box(-10.0, 10.0, (1,), float32)"; got != want {
		t.Errorf("space %s, want %s", got, want)
	}
	obs := envs.MakeRows(n.Spec().Observation, 2)
	if err := n.Reset(obs); err != nil {
		t.Fatal(err)
	}
	stats := envs.NewRunningStats(1)
	norm := func(x float32) float64 {
		v := (float64(x) - stats.Mean[0]) / math.Sqrt(stats.Var[0]+1e-8)
		return min(max(v, -10), 10)
	}
	compare := func(step int, got []float32, raw []float32) {
		t.Helper()
		for i := range raw {
			if math.Abs(float64(got[i])-norm(raw[i])) > 1e-6 {
				t.Errorf("step %d: %v of %v, want %v", step, got[i], raw[i], norm(raw[i]))
			}
		}
	}
	stats.Update32(s.obs[0])
	compare(0, obs.F32, s.obs[0])
	for i := range 3 {
		out := must[*envs.Outcome](t)(n.Step([]float32{0, 0}, obs))
		stats.Update32(s.obs[i+1]) // and not the final one
		compare(i+1, obs.F32, s.obs[i+1])
		if i == 1 {
			compare(i+1, out.Final.F32[1:], []float32{7})
		}
	}
	if got := n.ObsStats(); got.Mean[0] != stats.Mean[0] || got.Var[0] != stats.Var[0] || got.Count != stats.Count {
		t.Errorf("statistics %+v, want %+v", got, stats)
	}
}

func TestNormalizeFrozenAndSynced(t *testing.T) {
	train := must[*envs.Normalize](t)(envs.NewNormalize(script(), envs.DefaultNormalizeOptions()))
	opt := envs.DefaultNormalizeOptions()
	opt.Reward = false
	eval := must[*envs.Normalize](t)(envs.NewNormalize(script(), opt))
	obs := envs.MakeRows(train.Spec().Observation, 2)
	play := func(n *envs.Normalize) (last []float32) {
		t.Helper()
		if err := n.Reset(obs); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			last = must[*envs.Outcome](t)(n.Step([]float32{0, 0}, obs)).Reward
		}
		return last
	}
	play(train)
	eval.SetTraining(false)
	eval.SyncFrom(train)
	mean, count := eval.ObsStats().Mean[0], eval.RewardStats().Count
	if rewards := play(eval); !slices.Equal(rewards, []float32{0, -1}) {
		t.Errorf("evaluation changed the rewards to %v", rewards)
	}
	if eval.Training() || eval.ObsStats().Mean[0] != mean || eval.RewardStats().Count != count || mean != train.ObsStats().Mean[0] {
		t.Error("evaluation changed the statistics")
	}
	rows := envs.Rows{N: 2, Size: 1, F32: []float32{.25, -3}}
	eval.NormalizeObs(rows)
	eval.UnnormalizeObs(rows)
	near(t, "there and back", []float64{float64(rows.F32[0]), float64(rows.F32[1])}, []float64{.25, -3}, 1e-6)
}

func TestNormalizeState(t *testing.T) {
	a := must[*envs.Normalize](t)(envs.NewNormalize(script(), envs.DefaultNormalizeOptions()))
	b := must[*envs.Normalize](t)(envs.NewNormalize(script(), envs.DefaultNormalizeOptions()))
	x, y := envs.MakeRows(a.Spec().Observation, 2), envs.MakeRows(a.Spec().Observation, 2)
	if err := a.Reset(x); err != nil {
		t.Fatal(err)
	}
	must[*envs.Outcome](t)(a.Step([]float32{0, 0}, x))
	state := must[[]byte](t)(snapshot.Save(a))
	if err := snapshot.Restore(state, b); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		p := must[*envs.Outcome](t)(a.Step([]float32{0, 0}, x))
		q := must[*envs.Outcome](t)(b.Step([]float32{0, 0}, y))
		if !slices.Equal(p.Reward, q.Reward) || !slices.Equal(x.F32, y.F32) {
			t.Errorf("%v %v, restored %v %v", p.Reward, x.F32, q.Reward, y.F32)
		}
	}
}

func TestNormalizeRefuses(t *testing.T) {
	opt := envs.DefaultNormalizeOptions()
	for name, change := range map[string]func(*envs.NormalizeOptions){
		"clip_obs":    func(o *envs.NormalizeOptions) { o.ClipObs = 0 },
		"clip_reward": func(o *envs.NormalizeOptions) { o.ClipReward = -1 },
		"gamma":       func(o *envs.NormalizeOptions) { o.Gamma = 1.5 },
		"epsilon":     func(o *envs.NormalizeOptions) { o.Epsilon = math.NaN() },
	} {
		bad := opt
		change(&bad)
		if _, err := envs.NewNormalize(script(), bad); err == nil {
			t.Errorf("a bad %s was accepted", name)
		}
	}
	discrete := script()
	discrete.spec.Observation = envs.NewDiscrete(3)
	if _, err := envs.NewNormalize(discrete, opt); err == nil {
		t.Error("Discrete observations were accepted")
	}
	opt.Obs = false
	if _, err := envs.NewNormalize(discrete, opt); err != nil {
		t.Errorf("rewards only, of Discrete observations: %v", err)
	}
}

func TestNormalizeAllocs(t *testing.T) {
	n := must[*envs.Normalize](t)(envs.NewNormalize(cartPoles(8), envs.DefaultNormalizeOptions()))
	obs, actions := envs.MakeRows(n.Spec().Observation, 8), make([]float32, 8)
	if err := n.Reset(obs); err != nil {
		t.Fatal(err)
	}
	if got := testing.AllocsPerRun(100, func() {
		if _, err := n.Step(actions, obs); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("%v allocations", got)
	}
}
