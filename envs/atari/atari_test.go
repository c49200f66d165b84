package atari

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

func preset(t testing.TB, name string) Options {
	t.Helper()
	o, err := Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func must(t testing.TB) func(*Env, error) *Env {
	return func(e *Env, err error) *Env {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
}

func row(e *Env) envs.Row { return envs.MakeRows(e.Spec().Observation, 1).Row(0) }

func TestContract(t *testing.T) {
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			o := preset(t, name)
			if o.Grey == GreyNone {
				o.Stack = 2 // color pictures
			} else {
				o.Size = 12
			}
			envtest.Run(t, func() (envs.Env, error) { return Wrap(newSmallTape(), o) })
		})
	}
	t.Run("blind", func(t *testing.T) {
		o := preset(t, "sb3")
		o.StickyActionProb, o.Size = .25, 12
		envtest.Run(t, func() (envs.Env, error) { return Wrap(blindTape{newSmallTape()}, o) })
	})
}

func TestShapes(t *testing.T) {
	for name, want := range map[string][]int{
		"nature": {84, 84, 4}, "sb3": {84, 84, 1}, "gymnasium": {84, 84, 1}, "ale-vec": {84, 84, 4}, "v5": {210, 160, 3}, "none": {210, 160, 3},
	} {
		e := must(t)(Wrap(newTape(t), preset(t, name)))
		if got := e.Spec().Observation.(*envs.Box).Shape; !slices.Equal(got, want) {
			t.Errorf("%s: observations %v, want %v", name, got, want)
		}
	}
}

// A game that leaves frames undrawn gives what one that draws them all does.
func TestBlindIsTheSame(t *testing.T) {
	for _, name := range Presets() {
		o := preset(t, name)
		o.StickyActionProb = .3
		a, b := must(t)(Wrap(newTape(t), o)), must(t)(Wrap(blindTape{newTape(t)}, o))
		rowA, rowB := row(a), row(b)
		draw := rng.New(1, "actions")
		done := true
		for step := range 120 {
			if done {
				if err := errors.Join(a.Reset(rowA), b.Reset(rowB)); err != nil {
					t.Fatal(err)
				}
			} else {
				action := envs.Action{float32(draw.Intn(4))}
				x, errA := a.Step(action, rowA)
				y, errB := b.Step(action, rowB)
				if err := errors.Join(errA, errB); err != nil || x != y {
					t.Fatalf("%s, step %d: %+v, blind %+v, %v", name, step, x, y, err)
				}
				done = x.Done()
			}
			if !slices.Equal(rowA.U8, rowB.U8) {
				t.Fatalf("%s, step %d: observations differ", name, step)
			}
			done = done && step > 0 && !a.running
		}
	}
}

// Observations hold the last pictures, the newest last, after padding; a new episode forgets
// those of the one before.
func TestStack(t *testing.T) {
	for _, pad := range []string{PadZero, PadFirst} {
		for _, k := range []int{1, 2, 4, 5} {
			for _, grey := range []string{GreyALE, GreyNone} {
				o := preset(t, "gymnasium")
				o.Stack, o.Pad, o.Grey = k, pad, grey
				if grey == GreyNone {
					o.Size = 0
				}
				single := o
				single.Stack = 1
				a, b := must(t)(Wrap(newTape(t), o)), must(t)(Wrap(newTape(t), single))
				rowA, rowB := row(a), row(b)
				channels := b.Spec().Observation.(*envs.Box).Shape[2]
				var pictures [][]uint8
				reset := func() {
					if err := errors.Join(a.Reset(rowA), b.Reset(rowB)); err != nil {
						t.Fatal(err)
					}
					pictures = nil
					for range k - 1 {
						first := make([]uint8, len(rowB.U8))
						if pad == PadFirst {
							copy(first, rowB.U8)
						}
						pictures = append(pictures, first)
					}
				}
				reset()
				for step := range 50 {
					pictures = append(pictures, slices.Clone(rowB.U8))
					last := pictures[len(pictures)-k:]
					for i, v := range rowA.U8 {
						pixel, c := i/(k*channels), i%(k*channels)
						if want := last[c/channels][pixel*channels+c%channels]; v != want {
							t.Fatalf("stack of %d, step %d: byte %d is %d, want %d", k, step, i, v, want)
						}
					}
					r, errA := a.Step(envs.Action{0}, rowA)
					_, errB := b.Step(envs.Action{0}, rowB)
					if err := errors.Join(errA, errB); err != nil {
						t.Fatal(err)
					}
					if r.Done() {
						reset()
					}
				}
			}
		}
	}
}

func TestFrameLimit(t *testing.T) {
	for _, tt := range []struct{ option, game, want int }{
		{40, 0, 40}, {0, 40, 40}, {100, 41, 41}, {42, 100, 42}, {0, 0, 123}, // three lives
	} {
		for _, blind := range []bool{false, true} {
			o := preset(t, "gymnasium")
			o.NoopMin, o.NoopMax, o.MaxFrames = 5, 5, tt.option
			g := newTape(t)
			spec := *g.spec
			spec.MaxSteps = tt.game
			g.spec = &spec
			var game Game = g
			if blind {
				game = blindTape{g}
			}
			e := must(t)(Wrap(game, o))
			obs := row(e)
			if err := e.Reset(obs); err != nil {
				t.Fatal(err)
			}
			var r envs.Result
			for !r.Done() {
				var err error
				if r, err = e.Step(envs.Action{0}, obs); err != nil {
					t.Fatal(err)
				}
			}
			if e.elapsed != tt.want || r.Truncated != (tt.want < 123) || r.Terminated == r.Truncated {
				t.Errorf("%+v: %d frames, %+v", tt, e.elapsed, r)
			}
			if err := e.Reset(obs); err != nil {
				t.Fatal(err)
			}
			if g.time != 5 {
				t.Errorf("%+v: the next game has %d frames at its start, want 5", tt, g.time)
			}
		}
	}
}

func TestLostLife(t *testing.T) {
	for _, tt := range []struct {
		loss        string
		lengths     []int // of episodes, in steps of four frames
		starts      []int // frame of the game at the beginning of each
		terminated  int   // frame of the game when the first ended
		wholeReward bool
	}{
		{LifeIgnored, []int{31, 31}, []int{0, 0}, 123, true},
		{LifeEnds, []int{11, 10, 10, 11}, []int{0, 44, 84, 0}, 44, false},
		{LifeEndsNoop, []int{11, 9, 9, 11}, []int{0, 48, 88, 0}, 44, false},
		{LifeResets, []int{11, 11}, []int{0, 0}, 41, false},
	} {
		o := preset(t, "gymnasium")
		o.NoopMin, o.NoopMax, o.LifeLoss = 0, 0, tt.loss
		g := newTape(t)
		e := must(t)(Wrap(g, o))
		obs := row(e)
		for i, length := range tt.lengths {
			if err := e.Reset(obs); err != nil {
				t.Fatal(err)
			}
			if g.time != tt.starts[i] {
				t.Errorf("%s: episode %d begins at frame %d, want %d", tt.loss, i, g.time, tt.starts[i])
			}
			steps := 0
			for done := false; !done; steps++ {
				r, err := e.Step(envs.Action{0}, obs)
				if err != nil {
					t.Fatal(err)
				}
				done = r.Done()
			}
			if steps != length {
				t.Errorf("%s: episode %d has %d steps, want %d", tt.loss, i, steps, length)
			}
			if i == 0 && g.time != tt.terminated {
				t.Errorf("%s: ended at frame %d, want %d", tt.loss, g.time, tt.terminated)
			}
		}
		// A seed begins a new game, whatever went before.
		e.Seed(1)
		if err := e.Reset(obs); err != nil {
			t.Fatal(err)
		}
		if g.time != 0 {
			t.Errorf("%s: after Seed the game is at frame %d", tt.loss, g.time)
		}
	}
}

// An evaluation plays whole games, and shows the agent after a lost life what training does.
func TestEvaluationPlaysWholeGames(t *testing.T) {
	for _, name := range []string{"nature", "sb3", "gymnasium"} {
		o := preset(t, name)
		o.NoopMin, o.NoopMax, o.Stack = 0, 0, 3
		train, eval := must(t)(Wrap(newTape(t), o)), must(t)(Wrap(newTape(t), o.Evaluation()))
		want, got := row(train), row(eval)
		if err := errors.Join(train.Reset(want), eval.Reset(got)); err != nil {
			t.Fatal(err)
		}
		lost, sum := 0, 0.
		for step := 0; ; step++ {
			a := envs.Action{float32(step % 4)}
			x, errX := train.Step(a, want)
			y, errY := eval.Step(a, got)
			if err := errors.Join(errX, errY); err != nil {
				t.Fatal(err)
			}
			if over := train.game.Lives() == 0; y.Done() != over {
				t.Fatalf("%s, step %d: %+v with %d lives left", name, step, y, train.game.Lives())
			}
			sum += y.Reward
			if y.Done() {
				break
			}
			if x.Done() {
				lost++
				if err := train.Reset(want); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(got.U8, want.U8) {
				t.Fatalf("%s, step %d: evaluation shows another picture", name, step)
			}
		}
		if lives := map[bool]int{false: 2}[o.LifeLoss == LifeIgnored]; lost != lives {
			t.Errorf("%s: %d episodes ended before the game did", name, lost)
		}
		all := 0. // of the frames; those that FIRE took at the game's start are nobody's
		for i := range eval.elapsed {
			all += tapeRewards[(i+1)%len(tapeRewards)]
		}
		if o.FireReset {
			for i := range 2 * o.FrameSkip {
				all -= tapeRewards[(i+1)%len(tapeRewards)]
			}
		}
		if math.Abs(sum-all) > 1e-9 {
			t.Errorf("%s: return %v, want %v", name, sum, all)
		}
	}
}

// A SyncVec measures whole games, whatever an episode is.
func TestVecMeasuresGames(t *testing.T) {
	for _, name := range []string{"nature", "sb3", "gymnasium"} {
		o := preset(t, name)
		o.NoopMin, o.NoopMax, o.FireReset = 0, 0, false
		v := envs.NewSyncVec([]envs.Env{must(t)(Wrap(newTape(t), o))})
		rows := envs.MakeRows(v.Spec().Observation, 1)
		if err := v.Reset(rows); err != nil {
			t.Fatal(err)
		}
		ends, steps := 0, 0
		for range 3 {
			games := 0
			for games == 0 {
				out, err := v.Step([]float32{0}, rows)
				if err != nil {
					t.Fatal(err)
				}
				steps++
				if out.Done(0) {
					ends++
				}
				games = len(out.Episodes)
				if games > 0 && out.Episodes[0].Length != steps {
					t.Errorf("%s: a game of %d steps, want %d", name, out.Episodes[0].Length, steps)
				}
			}
			steps = 0
		}
		if want := map[bool]int{true: 3, false: 9}[o.LifeLoss == LifeIgnored]; ends != want {
			t.Errorf("%s: %d episodes in 3 games, want %d", name, ends, want)
		}
	}
}

func TestStart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		set   func(*Options)
		want  []int // the first actions, if the frames are these
		noops [2]int
	}{
		{"noops", func(*Options) {}, nil, [2]int{3, 6}},
		{"fire start", func(o *Options) { o.FireStart = true }, []int{1}, [2]int{3, 6}},
		{"fire start alone", func(o *Options) { o.FireStart = true; o.NoopMin = 0; o.NoopMax = 1 }, []int{1}, [2]int{1, 1}},
		{"fire reset", func(o *Options) { o.FireReset = true; o.NoopMin, o.NoopMax = 0, 0 }, []int{1, 1, 1, 1, 2, 2, 2, 2}, [2]int{8, 8}},
	} {
		seen := map[int]bool{}
		for seed := range uint64(40) {
			o := preset(t, "gymnasium")
			o.NoopMin, o.NoopMax = 3, 6
			tt.set(&o)
			g := newTape(t)
			g.actions = []int{}
			e := must(t)(Wrap(g, o))
			e.Seed(seed)
			if err := e.Reset(row(e)); err != nil {
				t.Fatal(err)
			}
			n := len(g.actions)
			seen[n] = true
			if n < tt.noops[0] || n > tt.noops[1] {
				t.Errorf("%s: %d frames, want %v", tt.name, n, tt.noops)
			}
			for i, a := range g.actions {
				if want := 0; i < len(tt.want) && a != tt.want[i] || i >= len(tt.want) && a != want {
					t.Errorf("%s: actions %v", tt.name, g.actions)
				}
			}
		}
		if len(seen) != tt.noops[1]-tt.noops[0]+1 {
			t.Errorf("%s: %v frames, want each of %v", tt.name, seen, tt.noops)
		}
	}
}

func TestSticky(t *testing.T) {
	o := preset(t, "v5")
	g := newTape(t)
	g.actions = []int{}
	e := must(t)(Wrap(g, o))
	obs := row(e)
	repeated, n := 0, 0
	for episode := range 40 {
		if err := e.Reset(obs); err != nil {
			t.Fatal(err)
		}
		last := 0
		for k := range 20 {
			before := len(g.actions)
			action := 1 + (k+episode)%3
			if _, err := e.Step(envs.Action{float32(action)}, obs); err != nil {
				t.Fatal(err)
			}
			for _, a := range g.actions[before:] {
				if a != action && a != last {
					t.Fatalf("action %d was taken, want %d or %d", a, action, last)
				}
				if last != action {
					n++
					if a == last {
						repeated++
					}
				}
				last = a
			}
		}
	}
	if p := float64(repeated) / float64(n); math.Abs(p-.25) > 4*math.Sqrt(.25*.75/float64(n)) {
		t.Errorf("%v of %d actions were repeated, want .25", p, n)
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		clip     string
		in, want float64
	}{
		{ClipNone, -7, -7}, {ClipLimit, -7, -1}, {ClipLimit, .25, .25}, {ClipLimit, 3, 1},
		{ClipSign, .25, 1}, {ClipSign, 0, 0}, {ClipSign, -7, -1},
	} {
		e := &Env{options: Options{Clip: tt.clip}}
		if got := e.clip(tt.in); got != tt.want {
			t.Errorf("%s of %v is %v, want %v", tt.clip, tt.in, got, tt.want)
		}
	}
	// A SyncVec counts rewards as they are.
	o := preset(t, "nature").Evaluation()
	o.Clip = ClipSign
	v := envs.NewSyncVec([]envs.Env{must(t)(Wrap(newTape(t), o))})
	rows := envs.MakeRows(v.Spec().Observation, 1)
	if err := v.Reset(rows); err != nil {
		t.Fatal(err)
	}
	clipped := 0.
	for {
		out, err := v.Step([]float32{0}, rows)
		if err != nil {
			t.Fatal(err)
		}
		clipped += float64(out.Reward[0])
		if len(out.Episodes) > 0 {
			if out.Episodes[0].Return == clipped {
				t.Errorf("the return is %v, as clipped", clipped)
			}
			break
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		set  func(*Options)
		want string
	}{
		{func(o *Options) { o.FrameSkip = 0 }, "frame_skip is 0"},
		{func(o *Options) { o.StickyActionProb = math.NaN() }, "sticky_action_prob"},
		{func(o *Options) { o.NoopMax = -1 }, "noop_max"},
		{func(o *Options) { o.Stack = 0 }, "frame_stack is 0"},
		{func(o *Options) { o.Pool = "max" }, `pool is "max", want one of none, color, grey`},
		{func(o *Options) { o.Grey = "" }, "grey"},
		{func(o *Options) { o.LifeLoss = "yes" }, "life_loss"},
		{func(o *Options) { o.Clip = "1" }, "clip_reward"},
		{func(o *Options) { o.Pad = "" }, "pad"},
		{func(o *Options) { o.Size = 161 }, "screen_size is 161, but frames are 210 x 160"},
		{func(o *Options) { o.Grey = GreyNone }, "colors are not shrunk"},
		{func(o *Options) { o.MaxFrames = -1 }, "max_frames"},
	} {
		o := preset(t, "sb3")
		tt.set(&o)
		if _, err := Wrap(newTape(t), o); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "Tape") {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
	if _, err := Preset("sb4"); err == nil || !strings.Contains(err.Error(), `"sb3"`) {
		t.Errorf("unknown preset: %v", err)
	}
	g := newTape(t)
	g.spec = &envs.Spec{ID: "Flat", Observation: envs.NewBox(0, 1, 3), Action: g.spec.Action}
	if _, err := Wrap(g, preset(t, "v5")); err == nil || !strings.Contains(err.Error(), "uint8 frames") {
		t.Errorf("a game without frames: %v", err)
	}
	few := newTape(t)
	few.spec = &envs.Spec{ID: "Few", Observation: few.spec.Observation, Action: envs.NewDiscrete(2)}
	if _, err := Wrap(few, preset(t, "sb3")); err == nil || !strings.Contains(err.Error(), "fire_reset") {
		t.Errorf("fire_reset with two actions: %v", err)
	}
}

func TestSnapshotNeedsSameOptions(t *testing.T) {
	a := must(t)(Wrap(newTape(t), preset(t, "nature")))
	b, err := snapshot.Save(a)
	if err != nil {
		t.Fatal(err)
	}
	o := preset(t, "nature")
	o.Clip = ClipNone
	if err := snapshot.Restore(b, must(t)(Wrap(newTape(t), o))); err == nil {
		t.Error("restored with other options")
	}
}
