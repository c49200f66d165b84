package envtest_test

import (
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
)

func TestEnvironments(t *testing.T) {
	for name, newEnv := range map[string]func() envs.Env{
		"IdentityDiscrete":      func() envs.Env { return envtest.NewIdentityDiscrete(4) },
		"IdentityMultiDiscrete": func() envs.Env { return envtest.NewIdentityMultiDiscrete(4, 4) },
		"IdentityMultiBinary":   func() envs.Env { return envtest.NewIdentityMultiBinary(4) },
		"IdentityBox":           func() envs.Env { return envtest.NewIdentityBox(2) },
		"IdentityImage":         func() envs.Env { return envtest.NewIdentityImage(4, 8) },
		"Recall":                func() envs.Env { return envtest.NewRecall(3) },
		"RingDiscrete":          func() envs.Env { return envtest.NewRing(envs.NewDiscrete(2)) },
		"RingBox":               func() envs.Env { return envtest.NewRing(envs.NewBox(-1, 1, 1)) },
		"Bandit":                func() envs.Env { return envtest.NewBandit(.1, .9, .5) },
	} {
		t.Run(name, func(t *testing.T) {
			envtest.Run(t, func() (envs.Env, error) { return newEnv(), nil })
		})
	}
}

// The best answer to each environment gets the return that its documentation promises.
func TestKnownAnswers(t *testing.T) {
	play := func(e envs.Env, answer func(obs []float32) []float32) envs.Episode {
		t.Helper()
		v := envs.NewSyncVec([]envs.Env{e})
		obs := envs.MakeRows(v.Spec().Observation, 1)
		if err := v.Reset(obs); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			out, err := v.Step(answer(obs.F32), obs)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Episodes) > 0 {
				return out.Episodes[0]
			}
		}
		t.Fatal("the episode does not end")
		return envs.Episode{}
	}
	same := func(obs []float32) []float32 { return append([]float32(nil), obs...) }
	for _, e := range []envs.Env{
		envtest.NewIdentityDiscrete(4), envtest.NewIdentityMultiDiscrete(4, 4),
		envtest.NewIdentityMultiBinary(4), envtest.NewIdentityBox(2),
	} {
		if got := play(e, same); got.Return != 100 || got.Length != 100 {
			t.Errorf("%s: %+v, want 100 in 100 steps", e.Spec().ID, got)
		}
	}
	ring := envtest.NewRing(envs.NewDiscrete(2))
	if got := play(ring, func([]float32) []float32 { return []float32{1} }); got.Return != 8 || got.Length != 8 {
		t.Errorf("ring: %+v, want 8 in 8 steps", got)
	}
	if got := play(envtest.NewBandit(0, 1), func([]float32) []float32 { return []float32{1} }); got.Return != 1 || got.Length != 1 {
		t.Errorf("bandit: %+v, want 1 in 1 step", got)
	}
}
