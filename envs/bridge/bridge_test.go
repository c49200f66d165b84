package bridge

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/classic"
	"tesuji/snapshot"
)

// python returns an interpreter that can import the modules, or skips the test.
func python(t *testing.T, modules ...string) string {
	t.Helper()
	path := os.Getenv("TESUJI_TEST_PYTHON")
	if path == "" {
		path = "python3"
	}
	for _, m := range modules {
		if out, err := exec.Command(path, "-c", "import "+m).CombinedOutput(); err != nil {
			t.Skipf("%s cannot import %s (set TESUJI_TEST_PYTHON to one that can): %.200s", path, m, out)
		}
	}
	return path
}

func open(t *testing.T, o Options) *Env {
	t.Helper()
	e, _, err := start(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestSameAsOurs holds that Gymnasium's CartPole behind the bridge is ours, to the bit, through
// episodes and their resets.
func TestSameAsOurs(t *testing.T) {
	o := DefaultOptions()
	o.ID, o.Python = "CartPole-v1", python(t, "gymnasium")
	theirs := open(t, o)
	ours := classic.NewCartPole(classic.CartPoleOptions{})
	if a, b := theirs.Spec(), ours.Spec(); a.MaxSteps != b.MaxSteps || a.RewardThreshold != b.RewardThreshold ||
		a.Observation.String() != b.Observation.String() || a.Action.String() != b.Action.String() {
		t.Errorf("spec %+v, want %+v", a, b)
	}
	x, y := envs.Row{F32: make([]float32, 4)}, envs.Row{F32: make([]float32, 4)}
	reset := func() {
		must(t, theirs.Reset(x))
		must(t, ours.Reset(y))
	}
	theirs.Seed(3)
	ours.Seed(3)
	reset()
	for i := range 300 {
		a := envs.Action{float32(i / 3 % 2)}
		r, err := theirs.Step(a, x)
		must(t, err)
		q, err := ours.Step(a, y)
		must(t, err)
		if r != q || !slices.Equal(x.F32, y.F32) {
			t.Fatalf("step %d: %v %v, want %v %v", i, r, x.F32, q, y.F32)
		}
		if r.Terminated {
			reset()
		}
	}
}

func TestContract(t *testing.T) {
	path := python(t, "gymnasium")
	for _, id := range []string{"CartPole-v1", "Pendulum-v1", "FrozenLake-v1", "Blackjack-v1"} {
		t.Run(id, func(t *testing.T) {
			o := DefaultOptions()
			o.ID, o.Python = id, path
			e := open(t, o)
			vec := envs.NewSyncVec([]envs.Env{e, open(t, o)})
			vec.Seed(1)
			obs := envs.MakeRows(vec.Spec().Observation, 2)
			must(t, vec.Reset(obs))
			size := vec.Spec().Action.Size()
			actions := make([]float32, 2*size)
			play := func(n int) []float32 {
				var seen []float32
				for i := range n {
					for k := range actions {
						actions[k] = float32((i + k) % 2)
					}
					out, err := vec.Step(actions, obs)
					must(t, err)
					seen = append(append(seen, obs.F32...), out.Reward...)
				}
				return seen
			}
			play(30)
			saved, err := snapshot.Save(vec)
			must(t, err)
			want := play(40)
			must(t, snapshot.Restore(saved, vec))
			if got := play(40); !slices.Equal(got, want) {
				t.Error("restored, it goes on in another way")
			}
		})
	}
}

// TestPong plays the Arcade Learning Environment's Pong, saves it in a game and goes on.
func TestPong(t *testing.T) {
	o := DefaultOptions()
	o.ID, o.Python = "ALE/Pong-v5", python(t, "gymnasium", "ale_py")
	o.Kwargs = `{"frameskip": 4, "repeat_action_probability": 0}`
	e := open(t, o)
	if s := e.Spec(); s.Observation.Size() != 210*160*3 || s.Observation.Elem() != envs.Uint8 || s.Action.String() != "Discrete(6)" {
		t.Fatalf("spec %v %v", s.Observation, s.Action)
	}
	obs := envs.Row{U8: make([]uint8, 210*160*3)}
	e.Seed(5)
	must(t, e.Reset(obs))
	play := func(n int) (rewards []float64, last []uint8) {
		for i := range n {
			r, err := e.Step(envs.Action{float32(i * 7 % 6)}, obs)
			must(t, err)
			rewards = append(rewards, r.Reward)
		}
		return rewards, slices.Clone(obs.U8)
	}
	play(50)
	saved, err := snapshot.Save(e)
	must(t, err)
	rewards, last := play(60)
	f := open(t, o)
	must(t, snapshot.Restore(saved, f))
	e = f
	if r, l := play(60); !slices.Equal(r, rewards) || !slices.Equal(l, last) {
		t.Error("restored in another process, it goes on in another way")
	}
	if w, h := e.RenderSize(); w != 160 || h != 210 {
		t.Errorf("picture of %dx%d", w, h)
	}
	if n := testing.AllocsPerRun(20, func() { e.Step(envs.Action{0}, obs) }); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func TestErrors(t *testing.T) {
	o := DefaultOptions()
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "id is empty") {
		t.Errorf("without an id: %v", err)
	}
	o.ID, o.Python = "CartPole-v1", "no-such-python"
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "install Python 3") {
		t.Errorf("without Python: %v", err)
	}
	o.Python = python(t, "gymnasium")
	o.Imports = []string{"no_such_module"}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "cannot import no_such_module") {
		t.Errorf("without a package: %v", err)
	}
	o.Imports, o.ID = nil, "NoSuch-v9"
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "NoSuch") {
		t.Errorf("an environment that is not there: %v", err)
	}
	o.ID, o.Kwargs = "CartPole-v1", "{max"
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "no JSON object") {
		t.Errorf("kwargs that are no JSON: %v", err)
	}
	o.Kwargs = ""
	e := open(t, o)
	obs := envs.Row{F32: make([]float32, 4)}
	if _, err := e.Step(envs.Action{0}, obs); err == nil {
		t.Error("a step before the first reset passed")
	}
	must(t, e.Reset(obs))
	e.child.process.Process.Kill()
	if _, err := e.Step(envs.Action{0}, obs); err == nil || !strings.Contains(err.Error(), "process ended") && !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("with the process killed: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var _ envs.Renderer = (*Env)(nil)
var _ envs.Starter = (*Env)(nil)
