package envs_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/envs/envtest"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// counter counts its steps: the observation is episode·100 + step, the reward the step. It
// terminates at step `end`, and fails at step `fail`.
type counter struct {
	spec                     envs.Spec
	seed                     uint64
	episode, step, end, fail int
	running                  bool
}

var errBroken = errors.New("broken")

func newCounter(end, limit int) *counter {
	return &counter{end: end, fail: -1, spec: envs.Spec{
		ID: "Counter-v0", Observation: envs.NewBox(-inf, inf, 1), Action: envs.NewDiscrete(2), MaxSteps: limit,
	}}
}

func (c *counter) Spec() *envs.Spec { return &c.spec }
func (c *counter) Seed(s uint64)    { c.seed = s }

func (c *counter) Reset(obs envs.Row) error {
	c.episode, c.step, c.running = c.episode+1, 0, true
	obs.F32[0] = float32(c.episode * 100)
	return nil
}

func (c *counter) Step(_ envs.Action, obs envs.Row) (envs.Result, error) {
	if !c.running {
		return envs.Result{}, envs.ErrNeedsReset
	}
	c.step++
	if c.step == c.fail {
		return envs.Result{}, errBroken
	}
	obs.F32[0] = float32(c.episode*100 + c.step)
	c.running = c.step != c.end
	return envs.Result{Reward: float64(c.step), Terminated: !c.running}, nil
}

func (c *counter) State(a *snapshot.Archive) {
	a.Uint64("seed", &c.seed)
	a.Int("episode", &c.episode)
	a.Int("step", &c.step)
	a.Bool("running", &c.running)
}

// run steps v n times and describes each step: observations, rewards, ends, final
// observations and episodes.
func run(t *testing.T, v *envs.SyncVec, n int) []string {
	t.Helper()
	obs := envs.MakeRows(v.Spec().Observation, v.Len())
	actions := make([]float32, v.Len())
	if err := v.Reset(obs); err != nil {
		t.Fatal(err)
	}
	lines := []string{fmt.Sprint(obs.F32)}
	for range n {
		out, err := v.Step(actions, obs)
		if err != nil {
			return append(lines, err.Error())
		}
		line := fmt.Sprint(obs.F32, " r", out.Reward)
		for i := range v.Len() {
			if out.Done(i) {
				line += fmt.Sprintf(" %d:terminated=%v,truncated=%v,final=%v", i, out.Terminated[i], out.Truncated[i], out.Final.F32[i])
			}
		}
		for _, e := range out.Episodes {
			line += fmt.Sprintf(" %+v", e)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestSyncVecModes(t *testing.T) {
	tests := []struct {
		mode envs.AutoReset
		want []string
	}{
		{envs.SameStep, []string{
			"[100 100]",
			"[101 101] r[1 1]",
			"[200 102] r[2 2] 0:terminated=true,truncated=false,final=102 {Env:0 Return:3 Length:2}",
			"[201 200] r[1 3] 1:terminated=false,truncated=true,final=103 {Env:1 Return:6 Length:3}",
			"[300 201] r[2 1] 0:terminated=true,truncated=false,final=202 {Env:0 Return:3 Length:2}",
		}},
		{envs.NextStep, []string{
			"[100 100]",
			"[101 101] r[1 1]",
			"[102 102] r[2 2] 0:terminated=true,truncated=false,final=102 {Env:0 Return:3 Length:2}",
			"[200 103] r[0 3] 1:terminated=false,truncated=true,final=103 {Env:1 Return:6 Length:3}",
			"[201 200] r[1 0]",
		}},
		{envs.Disabled, []string{
			"[100 100]",
			"[101 101] r[1 1]",
			"[102 102] r[2 2] 0:terminated=true,truncated=false,final=102 {Env:0 Return:3 Length:2}",
			"Counter-v0: step of environment 0 of 2: no episode is under way: call Reset first",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.mode.String(), func(t *testing.T) {
			v := envs.NewSyncVec([]envs.Env{newCounter(2, 3), newCounter(9, 3)}, envs.WithAutoReset(tt.mode))
			if got := run(t, v, 4); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestResetRows(t *testing.T) {
	v := envs.NewSyncVec([]envs.Env{newCounter(2, 0), newCounter(9, 0)}, envs.WithAutoReset(envs.Disabled))
	obs, actions := envs.MakeRows(v.Spec().Observation, 2), make([]float32, 2)
	if err := v.ResetRows([]bool{true, false}, obs); !errors.Is(err, envs.ErrNeedsReset) {
		t.Errorf("resetting one row before the first Reset: %v", err)
	}
	if _, err := v.Step(actions, obs); !errors.Is(err, envs.ErrNeedsReset) {
		t.Errorf("stepping before the first Reset: %v", err)
	}
	if err := v.ResetRows([]bool{true, true}, obs); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := v.Step(actions, obs); err != nil {
			t.Fatal(err)
		}
	}
	if got := v.Waiting(); !slices.Equal(got, []bool{true, false}) {
		t.Errorf("waiting %v", got)
	}
	obs.F32[1] = -7
	if err := v.ResetRows(v.Waiting(), obs); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(obs.F32, []float32{200, -7}) {
		t.Errorf("after resetting row 0: %v", obs.F32)
	}
	if out, err := v.Step(actions, obs); err != nil || !slices.Equal(out.Reward, []float32{1, 3}) {
		t.Errorf("%v, %v", out, err)
	}
}

// The timeline in AutoReset's documentation, which Gymnasium printed.
func TestCartPoleTimeline(t *testing.T) {
	for mode, want := range map[envs.AutoReset][]float64{
		envs.SameStep: {.01370, .01324, .01669, .03133, .03215, .03688},
		envs.NextStep: {.01370, .01324, .01669, .02406, .03133, .03215},
	} {
		v := envs.NewSyncVec([]envs.Env{classic.NewCartPole(classic.CartPoleOptions{})},
			envs.WithAutoReset(mode), envs.WithMaxSteps(3))
		v.Seed(0)
		obs := envs.MakeRows(v.Spec().Observation, 1)
		if err := v.Reset(obs); err != nil {
			t.Fatal(err)
		}
		for i, x := range want {
			if got := float64(obs.F32[0]); math.Abs(got-x) > 6e-6 {
				t.Errorf("%v: step %d: x = %.5f, want %.5f", mode, i, got, x)
			}
			out, err := v.Step([]float32{1}, obs)
			if err != nil {
				t.Fatal(err)
			}
			if i != 2 {
				continue
			}
			if final := float64(out.Final.F32[0]); !out.Truncated[0] || out.Terminated[0] || math.Abs(final-.02406) > 6e-6 {
				t.Errorf("%v: the third step gave truncated %v, final x %.5f", mode, out.Truncated[0], final)
			}
		}
	}
}

func TestSyncVecSeedsAndErrors(t *testing.T) {
	a, b := newCounter(9, 0), newCounter(9, 0)
	v := envs.NewSyncVec([]envs.Env{a, b})
	v.Seed(40)
	if a.seed != 40 || b.seed != 41 {
		t.Errorf("seeds %d, %d, want 40, 41", a.seed, b.seed)
	}
	b.fail = 2
	lines := run(t, v, 3)
	if got, want := lines[len(lines)-1], "Counter-v0: step of environment 1 of 2: broken"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
	if _, err := envs.MakeSyncVec(3, func() (envs.Env, error) { return nil, errBroken }); !errors.Is(err, errBroken) {
		t.Errorf("MakeSyncVec: %v", err)
	}
}

func TestSyncVecPanics(t *testing.T) {
	v := envs.NewSyncVec([]envs.Env{newCounter(9, 0)})
	obs := envs.MakeRows(v.Spec().Observation, 1)
	for name, f := range map[string]func(){
		"no environments": func() { envs.NewSyncVec(nil) },
		"mixed":           func() { envs.NewSyncVec([]envs.Env{newCounter(1, 0), envtest.NewIdentityBox(1)}) },
		"limit":           func() { envs.NewSyncVec([]envs.Env{newCounter(1, 0)}, envs.WithMaxSteps(-1)) },
		"rows":            func() { _ = v.Reset(envs.MakeRows(v.Spec().Observation, 2)) },
		"element type":    func() { _ = v.Reset(envs.MakeRows(envs.NewImage(1), 1)) },
		"actions":         func() { _, _ = v.Step(make([]float32, 2), obs) },
		"mask":            func() { _ = v.ResetRows(nil, obs) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				err, _ := recover().(error)
				var ve *envs.VecError
				if !errors.As(err, &ve) {
					t.Errorf("panic with %v, want a VecError", err)
				}
			}()
			f()
		})
	}
}

// Saved in the middle of episodes, with one row waiting, and restored elsewhere.
func TestSyncVecState(t *testing.T) {
	for _, mode := range []envs.AutoReset{envs.SameStep, envs.NextStep} {
		fresh := func() *envs.SyncVec {
			return envs.NewSyncVec([]envs.Env{newCounter(2, 3), newCounter(9, 3)}, envs.WithAutoReset(mode))
		}
		a, b := fresh(), fresh()
		obs, actions := envs.MakeRows(a.Spec().Observation, 2), make([]float32, 2)
		if err := a.Reset(obs); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := a.Step(actions, obs); err != nil {
				t.Fatal(err)
			}
		}
		state, err := snapshot.Save(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := snapshot.Restore(state, b); err != nil {
			t.Fatal(err)
		}
		other := envs.MakeRows(a.Spec().Observation, 2)
		for range 10 {
			x, err := a.Step(actions, obs)
			if err != nil {
				t.Fatal(err)
			}
			y, err := b.Step(actions, other)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(obs.F32, other.F32) || !slices.Equal(x.Episodes, y.Episodes) || !slices.Equal(x.Truncated, y.Truncated) {
				t.Fatalf("%v: %v %v, restored %v %v", mode, obs.F32, x, other.F32, y)
			}
		}
		limited := envs.NewSyncVec([]envs.Env{newCounter(2, 3), newCounter(9, 3)}, envs.WithAutoReset(mode), envs.WithMaxSteps(4))
		if err := snapshot.Restore(state, limited); err == nil {
			t.Error("a snapshot with another time limit was accepted")
		}
	}
}

func cartPoles(n int) *envs.SyncVec {
	list := make([]envs.Env, n)
	for i := range list {
		list[i] = classic.NewCartPole(classic.CartPoleOptions{})
	}
	return envs.NewSyncVec(list)
}

func TestSyncVecAllocs(t *testing.T) {
	v := cartPoles(8)
	v.Seed(1)
	obs, actions := envs.MakeRows(v.Spec().Observation, 8), make([]float32, 8)
	if n := testing.AllocsPerRun(10, func() {
		if err := v.Reset(obs); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations in Reset", n)
	}
	if n := testing.AllocsPerRun(200, func() {
		if _, err := v.Step(actions, obs); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations in Step", n)
	}
}

// CartPole-v1 with random actions, drawing them included: ns/op is one environment step.
func BenchmarkSyncVecCartPole(b *testing.B) {
	for _, n := range []int{1, 8, 64, 1024} {
		b.Run(fmt.Sprintf("envs=%d", n), func(b *testing.B) {
			v, draw := cartPoles(n), rng.New(1, "actions")
			v.Seed(1)
			obs, actions := envs.MakeRows(v.Spec().Observation, n), make([]float32, n)
			if err := v.Reset(obs); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += n {
				for i := range actions {
					actions[i] = float32(draw.Uint32() >> 31)
				}
				if _, err := v.Step(actions, obs); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Msteps/s")
		})
	}
}
