package envs_test

import (
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/envs/envtest"
)

func newSelect(elements ...int) (*envs.Select, error) {
	return envs.NewSelect(classic.NewCartPole(classic.CartPoleOptions{}), "Part-v0", elements...)
}

func TestSelectIsAnEnvironment(t *testing.T) {
	envtest.Run(t, func() (envs.Env, error) { return newSelect(2, 0) })
}

// A selection shows the elements in its own order, with their bounds and names.
func TestSelect(t *testing.T) {
	whole := envs.Env(classic.NewCartPole(classic.CartPoleOptions{}))
	part, err := newSelect(2, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, b := envs.MakeRows(whole.Spec().Observation, 1).Row(0), envs.MakeRows(part.Spec().Observation, 1).Row(0)
	same := func() {
		t.Helper()
		if want := []float32{a.F32[2], a.F32[0]}; !slices.Equal(b.F32, want) {
			t.Errorf("observation %v, want %v", b.F32, want)
		}
	}
	whole.Seed(3)
	part.Seed(3)
	if whole.Reset(a) != nil || part.Reset(b) != nil {
		t.Fatal("Reset failed")
	}
	same()
	if _, err := whole.Step(envs.Action{1}, a); err != nil {
		t.Fatal(err)
	}
	if _, err := part.Step(envs.Action{1}, b); err != nil {
		t.Fatal(err)
	}
	same()
	box, all := part.Spec().Observation.(*envs.Box), whole.Spec().Observation.(*envs.Box)
	if part.Spec().ID != "Part-v0" || box.High[0] != all.High[2] || box.High[1] != all.High[0] {
		t.Errorf("%s with %v and bounds %v", part.Spec().ID, box, box.High)
	}
}

func TestSelectRefuses(t *testing.T) {
	for _, elements := range [][]int{{}, {4}, {-1}} {
		if _, err := newSelect(elements...); err == nil || !strings.Contains(err.Error(), "CartPole") {
			t.Errorf("elements %v: error %v", elements, err)
		}
	}
	if _, err := envs.NewSelect(envtest.NewIdentityDiscrete(3), "Part-v0", 0); err == nil {
		t.Error("elements of a Discrete space were selected")
	}
}
