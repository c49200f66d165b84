package envs_test

import (
	"errors"
	"image"
	"math"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/envs/envtest"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestWrappersConform(t *testing.T) {
	wrap := map[string]func() (envs.Env, error){
		"TimeLimit": func() (envs.Env, error) { return envs.NewTimeLimit(envtest.NewIdentityDiscrete(3), 7) },
		"OrderEnforcing": func() (envs.Env, error) {
			return envs.NewOrderEnforcing(envtest.NewBandit(.5, .5)), nil
		},
		"ClipReward":    func() (envs.Env, error) { return envs.NewClipReward(envtest.NewBandit(.5, .5), 0, .5) },
		"RescaleAction": func() (envs.Env, error) { return envs.NewRescaleAction(envtest.NewIdentityBox(2), -3, 5) },
		"FrameStack": func() (envs.Env, error) {
			return envs.NewFrameStack(classic.NewCartPole(classic.CartPoleOptions{}), 4, envs.PadReset)
		},
		"FrameStack with zeros": func() (envs.Env, error) {
			return envs.NewFrameStack(classic.NewCartPole(classic.CartPoleOptions{}), 2, envs.PadZero)
		},
		"nested": func() (envs.Env, error) {
			c, err := envs.NewClipReward(classic.NewCartPole(classic.CartPoleOptions{}), -1, 1)
			if err != nil {
				return nil, err
			}
			l, err := envs.NewTimeLimit(c, 20)
			if err != nil {
				return nil, err
			}
			return envs.NewFrameStack(l, 3, envs.PadReset)
		},
	}
	for name, newEnv := range wrap {
		t.Run(name, func(t *testing.T) { envtest.Run(t, newEnv) })
	}
}

func TestTimeLimit(t *testing.T) {
	row := envs.MakeRows(newCounter(1, 0).Spec().Observation, 1).Row(0)
	// The last step may be both terminated and truncated.
	for _, tt := range []struct {
		end  int
		want envs.Result
	}{{9, envs.Result{Reward: 3, Truncated: true}}, {3, envs.Result{Reward: 3, Terminated: true, Truncated: true}}} {
		e := must[*envs.TimeLimit](t)(envs.NewTimeLimit(newCounter(tt.end, 50), 3))
		if e.Spec().MaxSteps != 3 {
			t.Errorf("MaxSteps %d", e.Spec().MaxSteps)
		}
		if _, err := e.Step(envs.Action{0}, row); !errors.Is(err, envs.ErrNeedsReset) {
			t.Errorf("before Reset: %v", err)
		}
		if err := e.Reset(row); err != nil {
			t.Fatal(err)
		}
		var r envs.Result
		for range 3 {
			r = must[envs.Result](t)(e.Step(envs.Action{0}, row))
		}
		if r != tt.want {
			t.Errorf("third step %+v, want %+v", r, tt.want)
		}
		if _, err := e.Step(envs.Action{0}, row); !errors.Is(err, envs.ErrNeedsReset) {
			t.Errorf("after the end: %v", err)
		}
	}
	if _, err := envs.NewTimeLimit(newCounter(1, 0), 0); err == nil {
		t.Error("no limit at all was accepted")
	}
}

// Rewards are limited, but episodes count them as they were, through other wrappers too.
func TestClipRewardKeepsReturns(t *testing.T) {
	c := must[*envs.ClipReward](t)(envs.NewClipReward(newCounter(4, 0), -1, 1.5))
	e := must[*envs.FrameStack](t)(envs.NewFrameStack(c, 2, envs.PadReset))
	lines := []float32{}
	v := envs.NewSyncVec([]envs.Env{e})
	obs := envs.MakeRows(v.Spec().Observation, 1)
	if err := v.Reset(obs); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		out := must[*envs.Outcome](t)(v.Step([]float32{0}, obs))
		lines = append(lines, out.Reward[0])
		if len(out.Episodes) > 0 && out.Episodes[0].Return != 10 {
			t.Errorf("return %v, want 10", out.Episodes[0].Return)
		}
	}
	if want := []float32{1, 1.5, 1.5, 1.5}; !slices.Equal(lines, want) {
		t.Errorf("rewards %v, want %v", lines, want)
	}
	if _, err := envs.NewClipReward(newCounter(1, 0), 1, -1); err == nil {
		t.Error("an empty interval was accepted")
	}
}

// actionSpy records the action it is given.
type actionSpy struct {
	*counter
	got envs.Action
}

func (s *actionSpy) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	s.got = slices.Clone(a)
	return s.counter.Step(a, obs)
}

func TestRescaleAction(t *testing.T) {
	spy := &actionSpy{counter: newCounter(100, 0)}
	spy.spec.Action = envs.NewBoxOf([]float32{-2, 0}, []float32{2, 10})
	e := must[*envs.RescaleAction](t)(envs.NewRescaleAction(spy, -1, 1))
	if got, want := e.Spec().Action.String(), "Box(-1.0, 1.0, (2,), float32)"; got != want {
		t.Errorf("space %s, want %s", got, want)
	}
	row := envs.MakeRows(spy.spec.Observation, 1).Row(0)
	if err := e.Reset(row); err != nil {
		t.Fatal(err)
	}
	for _, tt := range [][2]envs.Action{
		{{-1, -1}, {-2, 0}}, {{1, 1}, {2, 10}}, {{0, 0}, {0, 5}}, {{.5, -.5}, {1, 2.5}}, {{-7, 7}, {-2, 10}},
	} {
		if _, err := e.Step(tt[0], row); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(spy.got, tt[1]) {
			t.Errorf("%v became %v, want %v", tt[0], spy.got, tt[1])
		}
	}
	if _, err := e.Step(envs.Action{float32(math.NaN()), 0}, row); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(float64(spy.got[0])) {
		t.Errorf("NaN became %v", spy.got[0])
	}
	if _, err := envs.NewRescaleAction(newCounter(1, 0), -1, 1); err == nil {
		t.Error("a Discrete action space was accepted")
	}
	if _, err := envs.NewRescaleAction(spy, 1, 1); err == nil {
		t.Error("an empty interval was accepted")
	}
}

// Over the end of an episode: the final stack is of the old episode only, the next one of the
// new.
func TestFrameStack(t *testing.T) {
	for pad, want := range map[envs.Padding][][]float32{
		envs.PadReset: {{100, 100, 100}, {100, 100, 101}, {200, 200, 200}, {200, 200, 201}},
		envs.PadZero:  {{0, 0, 100}, {0, 100, 101}, {0, 0, 200}, {0, 200, 201}},
	} {
		e := must[*envs.FrameStack](t)(envs.NewFrameStack(newCounter(2, 0), 3, pad))
		if got, want := e.Spec().Observation.String(), "Box(-inf, inf, (3, 1), float32)"; got != want {
			t.Errorf("space %s, want %s", got, want)
		}
		v := envs.NewSyncVec([]envs.Env{e})
		obs := envs.MakeRows(v.Spec().Observation, 1)
		if err := v.Reset(obs); err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if !slices.Equal(obs.F32, w) {
				t.Errorf("pad %d, step %d: %v, want %v", pad, i, obs.F32, w)
			}
			out := must[*envs.Outcome](t)(v.Step([]float32{0}, obs))
			if i != 1 {
				continue
			}
			if final := []float32{100, 101, 102}; !slices.Equal(out.Final.F32, final) {
				t.Errorf("pad %d: final %v, want %v", pad, out.Final.F32, final)
			}
		}
	}
	if _, err := envs.NewFrameStack(envtest.NewIdentityDiscrete(3), 2, envs.PadReset); err == nil {
		t.Error("a Discrete observation space was accepted")
	}
}

type drawn struct{ *counter }

func (drawn) RenderSize() (int, int) { return 1, 1 }
func (drawn) Render(*image.RGBA)     {}

func TestAs(t *testing.T) {
	c := must[*envs.ClipReward](t)(envs.NewClipReward(drawn{newCounter(1, 0)}, 0, 1))
	if _, ok := envs.As[envs.Renderer](envs.NewOrderEnforcing(c)); !ok {
		t.Error("the renderer inside of two wrappers was not found")
	}
	if _, ok := envs.As[envs.Masker](envs.NewOrderEnforcing(c)); ok {
		t.Error("found a Masker where there is none")
	}
	v := envs.NewSyncVec([]envs.Env{newCounter(1, 0)})
	n := must[*envs.Normalize](t)(envs.NewNormalize(v, envs.DefaultNormalizeOptions()))
	if got, ok := envs.AsVec[*envs.SyncVec](n); !ok || got != v {
		t.Error("the SyncVec inside of Normalize was not found")
	}
}
