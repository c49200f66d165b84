package bridge

import (
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/atari"
	"tesuji/snapshot"
)

var _ atari.Blind = (*Game)(nil)
var _ atari.Framewise = (*Game)(nil)

func openGame(t *testing.T, id, kwargs string) *Game {
	t.Helper()
	o := DefaultOptions()
	o.ID, o.Kwargs, o.Python = id, kwargs, python(t, "gymnasium", "ale_py")
	e, err := New(o)
	must(t, err)
	g, ok := e.(*Game)
	if !ok {
		t.Fatalf("%s is a %T", id, e)
	}
	return g
}

const oneFrame = `{"frameskip": 1, "repeat_action_probability": 0}`

// TestGame plays Breakout: the lives fall, blind steps are steps, and a restored game has its lives.
func TestGame(t *testing.T) {
	a, b := openGame(t, "ALE/Breakout-v5", oneFrame), openGame(t, "ALE/Breakout-v5", oneFrame)
	if got := strings.Join(a.Meanings(), " "); got != "NOOP FIRE RIGHT LEFT" {
		t.Errorf("actions are %s", got)
	}
	rows := envs.MakeRows(a.Spec().Observation, 2)
	for i, g := range []*Game{a, b} {
		g.Seed(1)
		must(t, g.Reset(rows.Row(i)))
	}
	if a.Lives() != 5 {
		t.Errorf("%d lives at the start", a.Lives())
	}
	for i := range 400 {
		action := envs.Action{float32(i / 10 % 2)}
		x, err := a.Step(action, rows.Row(0))
		must(t, err)
		y, err := b.StepBlind(action)
		must(t, err)
		if x != y || a.Lives() != b.Lives() {
			t.Fatalf("step %d: %v, blind %v", i, x, y)
		}
		if i%50 == 0 {
			if b.Show(rows.Row(1)); !slices.Equal(rows.Row(0).U8, rows.Row(1).U8) {
				t.Fatalf("step %d: the pictures differ", i)
			}
		}
	}
	if a.Lives() >= 5 {
		t.Errorf("%d lives after 400 frames without moving", a.Lives())
	}
	saved, err := snapshot.Save(a)
	must(t, err)
	c := openGame(t, "ALE/Breakout-v5", oneFrame)
	must(t, snapshot.Restore(saved, c))
	if c.Lives() != a.Lives() {
		t.Errorf("restored with %d lives, want %d", c.Lives(), a.Lives())
	}
}

// TestPreprocessing prepares ALE's Pong, and refuses one that skips frames or sticks to actions.
func TestPreprocessing(t *testing.T) {
	o, err := atari.Preset("nature")
	must(t, err)
	for _, kwargs := range []string{"", `{"frameskip": 1}`} {
		if _, err := atari.Wrap(openGame(t, "ALE/Pong-v5", kwargs), o); err == nil || !strings.Contains(err.Error(), "set env_kwargs.kwargs to '{") {
			t.Errorf("kwargs %s: %v", kwargs, err)
		}
	}
	e, err := atari.Wrap(openGame(t, "ALE/Pong-v5", oneFrame), o)
	must(t, err)
	vec := envs.NewSyncVec([]envs.Env{e})
	vec.Seed(1)
	rows := envs.MakeRows(e.Spec().Observation, 1)
	must(t, vec.Reset(rows))
	lost := 0.
	for range 150 {
		out, err := vec.Step([]float32{0}, rows)
		must(t, err)
		lost += float64(out.Reward[0])
	}
	if lost > -2 {
		t.Errorf("%v points in 600 frames without moving", lost)
	}
	still := []float32{0}
	if n := testing.AllocsPerRun(20, func() { vec.Step(still, rows) }); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}
