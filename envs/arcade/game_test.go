package arcade

import (
	"errors"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/atari"
	"tesuji/envs/envtest"
	"tesuji/envs/internal/goldentest"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Games are all that the preprocessing of Atari screens asks for.
var (
	_ atari.Blind   = (*Game)(nil)
	_ envs.Renderer = (*Game)(nil)
)

func TestContract(t *testing.T) {
	for _, c := range cabinets {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.name != "Pong" {
				t.Skip("a second for each game")
			}
			o := Options{FullActionSpace: c.name == "Pong"} // the others in envs/all, without
			envtest.Run(t, func() (envs.Env, error) { return c.make(o), nil })
			if id := c.make(Options{}).Spec().ID; id != "Arcade/"+c.name+"-v0" {
				t.Errorf("ID is %s", id)
			}
		})
	}
}

func TestMeanings(t *testing.T) {
	want := strings.Fields(`NOOP FIRE UP RIGHT LEFT DOWN UPRIGHT UPLEFT DOWNRIGHT DOWNLEFT UPFIRE RIGHTFIRE LEFTFIRE
		DOWNFIRE UPRIGHTFIRE UPLEFTFIRE DOWNRIGHTFIRE DOWNLEFTFIRE`)
	for _, c := range cabinets {
		if got := c.make(Options{FullActionSpace: true}).Meanings(); !slices.Equal(got, want) {
			t.Errorf("%s: %v", c.name, got)
		}
		last := -1
		for _, m := range c.make(Options{}).Meanings() {
			i := slices.Index(want, m)
			if i <= last {
				t.Errorf("%s: %s is out of order", c.name, m)
			}
			last = i
		}
	}
}

func TestJoystick(t *testing.T) {
	for i, j := range allSticks {
		m := j.meaning()
		has := func(s string) int {
			if strings.Contains(m, s) {
				return 1
			}
			return 0
		}
		if j.dx() != has("RIGHT")-has("LEFT") || j.dy() != has("DOWN")-has("UP") || j.fires() != (has("FIRE") == 1) {
			t.Errorf("action %d, %s: %d, %d, %v", i, m, j.dx(), j.dy(), j.fires())
		}
	}
}

func TestActionsOutsideTheSpace(t *testing.T) {
	for _, c := range cabinets {
		g := c.make(Options{})
		row := envs.MakeRows(g.Spec().Observation, 1).Row(0)
		if _, err := g.StepBlind(envs.Action{0}); !errors.Is(err, envs.ErrNeedsReset) {
			t.Errorf("%s: before the first episode: %v", c.name, err)
		}
		if err := g.Reset(row); err != nil {
			t.Fatal(err)
		}
		for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), -1, .5, 18, 1e30} {
			if _, err := g.Step(envs.Action{v}, row); !errors.Is(err, envs.ErrAction) {
				t.Errorf("%s: action %v: %v", c.name, v, err)
			}
		}
	}
}

// The preprocessing wraps every game, in every preset.
func TestPreprocessing(t *testing.T) {
	for _, c := range cabinets {
		for _, name := range atari.Presets() {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				o, err := atari.Preset(name)
				if err != nil {
					t.Fatal(err)
				}
				e, err := atari.Wrap(c.make(Options{}), o)
				if err != nil {
					t.Fatal(err)
				}
				v := envs.NewSyncVec([]envs.Env{e})
				rows := envs.MakeRows(v.Spec().Observation, 1)
				if err := v.Reset(rows); err != nil {
					t.Fatal(err)
				}
				draw := rng.New(1, "actions")
				seen := map[uint8]bool{}
				for range 200 {
					a := []float32{float32(draw.Intn(v.Spec().Action.(*envs.Discrete).N))}
					if _, err := v.Step(a, rows); err != nil {
						t.Fatal(err)
					}
				}
				for _, x := range rows.U8 {
					seen[x] = true
				}
				if len(seen) < 8 {
					t.Errorf("the picture has %d levels", len(seen))
				}
			})
		}
	}
}

// Nothing of a frame depends on what was shown of those before.
func TestBlindStepsAreSteps(t *testing.T) {
	for _, c := range cabinets {
		a, b := c.make(Options{}), c.make(Options{})
		rows := envs.MakeRows(a.Spec().Observation, 2)
		draw := rng.New(1, "actions")
		for i, g := range []*Game{a, b} {
			g.Seed(3)
			if err := g.Reset(rows.Row(i)); err != nil {
				t.Fatal(err)
			}
		}
		for range 500 {
			act := envs.Action{float32(draw.Intn(len(a.sticks)))}
			x, err := a.Step(act, rows.Row(0))
			if err != nil {
				t.Fatal(err)
			}
			if y, err := b.StepBlind(act); err != nil || x != y {
				t.Fatalf("%s: %v, %v, want %v", c.name, y, err, x)
			}
			if x.Done() {
				break
			}
		}
		b.Show(rows.Row(1))
		if !slices.Equal(rows.Row(0).U8, rows.Row(1).U8) {
			t.Errorf("%s: the pictures differ", c.name)
		}
	}
}

func TestSnapshotNeedsSameGame(t *testing.T) {
	for i, c := range cabinets {
		b, err := snapshot.Save(c.make(Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if err := snapshot.Restore(b, c.make(Options{FullActionSpace: true})); err == nil {
			t.Errorf("%s: restored with other options", c.name)
		}
		if other := cabinets[(i+1)%len(cabinets)]; other.name != c.name {
			if err := snapshot.Restore(b, other.make(Options{})); err == nil {
				t.Errorf("%s: restored as %s", c.name, other.name)
			}
		}
	}
}

// FuzzPlay holds that a damaged snapshot is refused or gives a game that goes on.
func FuzzPlay(f *testing.F) {
	f.Add(uint64(0), []byte("012345"), uint16(3), byte(1))
	f.Add(uint64(1), []byte("111111222222333333444444"), uint16(200), byte(255))
	f.Add(uint64(1<<32), []byte("1"), uint16(9999), byte(7))
	f.Fuzz(func(t *testing.T, seed uint64, actions []byte, place uint16, flip byte) {
		for _, c := range cabinets {
			g := c.make(Options{})
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
			h := c.make(Options{})
			if err := snapshot.Restore(b, h); err == nil {
				walk(t, h, row, actions)
			}
		}
	})
}

// walk plays with each action for some frames, with resets as they come due.
func walk(t *testing.T, g *Game, row envs.Row, actions []byte) {
	for _, a := range actions {
		act := envs.Action{float32(int(a) % len(g.sticks))}
		for range 30 {
			if !g.running {
				if err := g.Reset(row); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := g.StepBlind(act); err != nil {
				t.Fatal(err)
			}
		}
		g.Show(row)
	}
}

// TestPictures holds the pictures in testdata, which people have looked at: some seconds of play.
func TestPictures(t *testing.T) {
	frames := map[string]int{"Pong": 260, "Breakout": 2600, "Freeway": 700, "SpaceInvaders": 900, "Maze": 700}
	for _, c := range cabinets {
		t.Run(c.name, func(t *testing.T) {
			g := c.make(Options{})
			stick := 0
			goldentest.Play(t, g, 1, frames[c.name], func(_ []float32, k int) float32 {
				if k%frameSkip == 0 {
					stick = slices.Index(g.sticks, c.play(g))
				}
				return float32(stick)
			})
			goldentest.Picture(t, g, "testdata/"+strings.ToLower(c.name)+".png")
		})
	}
}

// BenchmarkStep steps a game with random actions, drawn beforehand, and writes the screen.
func BenchmarkStep(b *testing.B) { benchmark(b, (*Game).Step) }

// BenchmarkStepBlind does the same without the screen.
func BenchmarkStepBlind(b *testing.B) {
	benchmark(b, func(g *Game, a envs.Action, _ envs.Row) (envs.Result, error) { return g.StepBlind(a) })
}

// BenchmarkPrepared takes steps of four frames and prepares their screens.
func BenchmarkPrepared(b *testing.B) {
	for _, c := range cabinets {
		for _, name := range atari.Presets() {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				o, err := atari.Preset(name)
				if err != nil {
					b.Fatal(err)
				}
				e, err := atari.Wrap(c.make(Options{}), o)
				if err != nil {
					b.Fatal(err)
				}
				row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
				draw := rng.New(1, "actions")
				done := true
				for b.Loop() {
					if done {
						if err := e.Reset(row); err != nil {
							b.Fatal(err)
						}
					}
					r, err := e.Step(envs.Action{float32(draw.Intn(e.Spec().Action.(*envs.Discrete).N))}, row)
					if err != nil {
						b.Fatal(err)
					}
					done = r.Done()
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
			})
		}
	}
}

func benchmark(b *testing.B, step func(*Game, envs.Action, envs.Row) (envs.Result, error)) {
	for _, c := range cabinets {
		b.Run(c.name, func(b *testing.B) {
			g := c.make(Options{})
			row := envs.MakeRows(g.Spec().Observation, 1).Row(0)
			draw := rng.New(1, "actions")
			actions := make([]float32, 4096)
			for i := range actions {
				actions[i] = float32(draw.Intn(len(g.sticks)))
			}
			k := 0
			for b.Loop() {
				if !g.running {
					if err := g.Reset(row); err != nil {
						b.Fatal(err)
					}
				}
				k = (k + 1) % len(actions)
				if _, err := step(g, actions[k:k+1], row); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	g := NewPong(Options{})
	w, h := g.RenderSize()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for b.Loop() {
		g.Render(img)
	}
}
