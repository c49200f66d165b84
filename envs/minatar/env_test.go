package minatar

import (
	"errors"
	"math"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/snapshot"
)

// made turns a constructor's results into those that envtest.Run takes.
func made[G game](g G, err error) (envs.Env, error) { return g, err }

// members are the games in both versions.
var members = map[string]func(Options) (envs.Env, error){
	"MinAtar/Asterix-v0":       func(o Options) (envs.Env, error) { return made(NewAsterixV0(o)) },
	"MinAtar/Asterix-v1":       func(o Options) (envs.Env, error) { return made(NewAsterix(o)) },
	"MinAtar/Breakout-v0":      func(o Options) (envs.Env, error) { return made(NewBreakoutV0(o)) },
	"MinAtar/Breakout-v1":      func(o Options) (envs.Env, error) { return made(NewBreakout(o)) },
	"MinAtar/Freeway-v0":       func(o Options) (envs.Env, error) { return made(NewFreewayV0(o)) },
	"MinAtar/Freeway-v1":       func(o Options) (envs.Env, error) { return made(NewFreeway(o)) },
	"MinAtar/SpaceInvaders-v0": func(o Options) (envs.Env, error) { return made(NewSpaceInvadersV0(o)) },
	"MinAtar/SpaceInvaders-v1": func(o Options) (envs.Env, error) { return made(NewSpaceInvaders(o)) },
	"MinAtar/Seaquest-v0":      func(o Options) (envs.Env, error) { return made(NewSeaquestV0(sea(o))) },
	"MinAtar/Seaquest-v1":      func(o Options) (envs.Env, error) { return made(NewSeaquest(sea(o))) },
}

// sea returns Seaquest's options, mended so that the tests see both kinds.
func sea(o Options) SeaquestOptions {
	return SeaquestOptions{StickyActionProb: o.StickyActionProb, DifficultyRamping: o.DifficultyRamping, Fixed: true}
}

func TestContract(t *testing.T) {
	for id, newEnv := range members {
		t.Run(id, func(t *testing.T) {
			envtest.Run(t, func() (envs.Env, error) { return newEnv(DefaultOptions()) })
			e, err := newEnv(DefaultOptions())
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Spec().ID; got != id {
				t.Errorf("ID is %s", got)
			}
			b := e.Spec().Observation.(*envs.Box)
			if len(b.Shape) != 3 || b.Shape[0] != side || b.Shape[1] != side || b.Type != envs.Uint8 {
				t.Errorf("observations are %v", b)
			}
		})
	}
}

func TestMinimalActions(t *testing.T) {
	for id, want := range map[string][]move{
		"MinAtar/Asterix-v1":       {none, left, up, right, down},
		"MinAtar/Breakout-v1":      {none, left, right},
		"MinAtar/Freeway-v1":       {none, up, down},
		"MinAtar/SpaceInvaders-v1": {none, left, right, fire},
		"MinAtar/Seaquest-v1":      {none, left, up, right, down, fire},
	} {
		e, err := members[id](Options{})
		if err != nil {
			t.Fatal(err)
		}
		row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
		if n := e.Spec().Action.(*envs.Discrete).N; n != len(want) {
			t.Fatalf("%s has %d actions, want %d", id, n, len(want))
		}
		for i, m := range want {
			if err := e.Reset(row); err != nil {
				t.Fatal(err)
			}
			if _, err := e.Step(envs.Action{float32(i)}, row); err != nil {
				t.Fatal(err)
			}
			if got := e.(game).shared().last; got != m {
				t.Errorf("%s: action %d is move %d, want %d", id, i, got, m)
			}
		}
	}
}

func TestActionsOutsideTheSpace(t *testing.T) {
	for id, newEnv := range members {
		e, err := newEnv(DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
		if err := e.Reset(row); err != nil {
			t.Fatal(err)
		}
		for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), -1, .5, 6, 1e-40, 1e30} {
			if _, err := e.Step(envs.Action{v}, row); !errors.Is(err, envs.ErrAction) {
				t.Errorf("%s: action %v: %v", id, v, err)
			}
		}
	}
}

func TestStickyActionProbability(t *testing.T) {
	for id, newEnv := range members {
		for _, p := range []float64{-.1, 1.01, math.NaN()} {
			if _, err := newEnv(Options{StickyActionProb: p}); err == nil || !strings.Contains(err.Error(), "sticky_action_prob") {
				t.Errorf("%s: probability %v: %v", id, p, err)
			}
		}
	}
	for _, p := range []float64{0, .1, .25, 1} {
		g, err := NewFreewayV0(Options{StickyActionProb: p})
		if err != nil {
			t.Fatal(err)
		}
		g.begin()
		const n = 20000
		repeated := 0
		for range n {
			before := g.last
			m, err := g.choose(envs.Action{float32((before + 1) % moves)})
			if err != nil {
				t.Fatal(err)
			}
			if m == before {
				repeated++
			}
		}
		if got := float64(repeated) / n; math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/n) {
			t.Errorf("probability %v: %v of actions were repeated", p, got)
		}
	}
}

// The last action is in force at the beginning of the next episode, as in the original, even
// after Seed.
func TestLastActionSurvives(t *testing.T) {
	g, err := NewBreakoutV0(Options{StickyActionProb: 1})
	if err != nil {
		t.Fatal(err)
	}
	row := envs.MakeRows(g.Spec().Observation, 1).Row(0)
	g.last = right
	g.Seed(1)
	if err := g.Reset(row); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Step(envs.Action{float32(left)}, row); err != nil {
		t.Fatal(err)
	}
	if g.paddle != 5 {
		t.Errorf("the paddle went to column %d, want 5", g.paddle)
	}
}

func TestSnapshotNeedsSameGame(t *testing.T) {
	save := func(e envs.Env, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		b, err := snapshot.Save(e)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	v1 := save(members["MinAtar/Breakout-v1"](DefaultOptions()))
	mirrored := save(made(NewSeaquest(DefaultSeaquestOptions())))
	for _, tt := range []struct {
		b  []byte
		id string
		o  Options
	}{
		{v1, "MinAtar/Breakout-v0", DefaultOptions()},
		{v1, "MinAtar/Breakout-v1", Options{StickyActionProb: .25}},
		{v1, "MinAtar/Asterix-v1", DefaultOptions()},
		{mirrored, "MinAtar/Seaquest-v1", DefaultOptions()}, // fixed
	} {
		e, err := members[tt.id](tt.o)
		if err != nil {
			t.Fatal(err)
		}
		if err := snapshot.Restore(tt.b, e); err == nil {
			t.Errorf("restored as %s with %+v", tt.id, tt.o)
		}
	}
}

// FuzzPlay holds what is true of every game: observations are in their space, the player is in one
// cell, episodes end, and a damaged snapshot is refused or gives a game that goes on.
func FuzzPlay(f *testing.F) {
	f.Add(uint64(0), []byte("012345"), uint16(3), byte(1))
	f.Add(uint64(1), []byte("5151515155444444444422222222222222"), uint16(2600), byte(255))
	f.Add(uint64(1<<32), []byte(""), uint16(9999), byte(7))
	f.Fuzz(func(t *testing.T, seed uint64, actions []byte, place uint16, flip byte) {
		for _, name := range games {
			g := newGame(t, name)
			row := envs.MakeRows(g.Spec().Observation, 1).Row(0)
			g.Seed(seed)
			if err := g.Reset(row); err != nil {
				t.Fatal(err)
			}
			walk(t, g, row, actions)
			b, err := snapshot.Save(g)
			if err != nil {
				t.Fatal(err)
			}
			b[int(place)%len(b)] ^= flip
			h := newGame(t, name)
			if err := snapshot.Restore(b, h); err == nil {
				walk(t, h, row, actions)
			}
		}
	})
}

// walk plays, with resets as they come due.
func walk(t *testing.T, g game, row envs.Row, actions []byte) {
	channels := len(row.U8) / cells
	for _, a := range actions {
		if !g.shared().running {
			if err := g.Reset(row); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := g.Step(envs.Action{float32(a % byte(moves))}, row); err != nil {
			t.Fatal(err)
		}
		players := 0
		for i, v := range row.U8 {
			if v > 1 {
				t.Fatalf("%s: element %d is %d", g.Spec().ID, i, v)
			}
			if i%channels == 0 {
				players += int(v)
			}
		}
		if players != 1 {
			t.Fatalf("%s: %d players", g.Spec().ID, players)
		}
	}
}
