package scene

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/arcade"
	"tesuji/envs/classic"
	"tesuji/envs/minatar"
	"tesuji/envs/toytext"
	"tesuji/view/session"
)

// thinker acts at random-looking but fixed choices and has an opinion.
type thinker struct{ space envs.Space }

func (p thinker) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	e, err := p.Explain(obs)
	if d, ok := p.space.(*envs.Discrete); ok {
		actions[0] = float32(int(e.Values[0]*8) % d.N)
	} else {
		actions[0] = min(max(e.Scores[0], -2), 2)
	}
	return err
}

func (p thinker) Explain(obs envs.Rows) (agents.Explanation, error) {
	n := 1
	if d, ok := p.space.(*envs.Discrete); ok {
		n = d.N
	}
	e := agents.Explanation{N: obs.N, Size: n, Scores: make([]float32, obs.N*n), Values: make([]float32, obs.N)}
	for i := range obs.N {
		for k, v := range obs.Row(i).F32 {
			e.Values[i] += v * v
			e.Scores[i*n+k%n] += v
		}
		for k, v := range obs.Row(i).U8 {
			e.Values[i] += float32(v) / 100
			e.Scores[i*n+k%n] += float32(int(v)*k%11) / 10
		}
	}
	return e, nil
}

func watch(t *testing.T, make func() envs.Env, policy bool, o WatchOptions) *Watch {
	t.Helper()
	so := session.Options{NewEnv: func() (envs.Env, error) { e := make(); e.Seed(3); return e, nil }}
	if policy {
		so.Policy = thinker{make().Spec().Action}
	}
	s, err := session.New(so)
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWatch(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func cartPole() envs.Env { return classic.NewCartPole(classic.CartPoleOptions{}) }
func pendulum() envs.Env { return classic.NewPendulum() }
func pong() envs.Env     { return arcade.NewPong(arcade.Options{}) }
func taxi() envs.Env     { return toytext.NewTaxi(toytext.TaxiOptions{}) }

func breakout() envs.Env {
	e, err := minatar.NewBreakout(minatar.DefaultOptions())
	if err != nil {
		panic(err)
	}
	return e
}

const tick = time.Second / 60

// press updates the scene once with keys that went down.
func press(t *testing.T, w *Watch, keys ...Key) Request {
	t.Helper()
	in := &Input{Pressed: keys}
	for _, k := range keys {
		in.Held[k] = true
	}
	r, err := w.Update(tick, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run updates the scene for a while.
func run(t *testing.T, w *Watch, d time.Duration, held ...Key) {
	t.Helper()
	in := &Input{}
	for _, k := range held {
		in.Held[k] = true
	}
	for ; d > 0; d -= tick {
		if _, err := w.Update(tick, in); err != nil {
			t.Fatal(err)
		}
	}
}

// colors counts those of a picture, all of which must be painted, from every third pixel.
func colors(t *testing.T, p *image.RGBA) int {
	t.Helper()
	seen := map[[3]uint8]bool{}
	for i := 0; i < len(p.Pix); i += 12 {
		if p.Pix[i+3] != 255 {
			t.Fatalf("pixel %d was not painted", i/4)
		}
		seen[[3]uint8(p.Pix[i:i+3])] = true
	}
	return len(seen)
}

// TestDraw: whatever the environment, the size and the scale, all of the picture is painted, and
// what is painted in parts is what is painted at once.
func TestDraw(t *testing.T) {
	for name, make := range map[string]func() envs.Env{"CartPole": cartPole, "Pendulum": pendulum, "Pong": pong, "Taxi": taxi, "Breakout": breakout} {
		for _, policy := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				w := watch(t, make, policy, WatchOptions{Saliency: name != "Pong"})
				w.patience = time.Hour
				for _, size := range []struct {
					w, h  int
					scale float64
				}{{1180, 764, 1}, {1100, 800, 1.5}, {400, 300, 1}, {640, 300, 1}, {360, 280, 2}} {
					picture := image.NewRGBA(image.Rect(0, 0, size.w, size.h))
					if dirty, err := w.Draw(picture, size.scale); err != nil || len(dirty) == 0 || dirty[0] != picture.Rect {
						t.Fatalf("%v: %v, %v", size, dirty, err)
					}
					for range 3 {
						press(t, w, Right)
						if _, err := w.Draw(picture, size.scale); err != nil {
							t.Fatal(err)
						}
					}
					if dirty, _ := w.Draw(picture, size.scale); len(dirty) != 0 {
						t.Errorf("%v: painted again %v", size, dirty)
					}
					whole := image.NewRGBA(picture.Rect)
					if _, err := w.Draw(whole, size.scale); err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(whole.Pix, picture.Pix) {
						t.Errorf("%v: parts differ from the whole", size)
					}
					if n := colors(t, picture); n < 40 {
						t.Errorf("%v: %d colors", size, n)
					}
				}
			})
			if testing.Short() || name != "CartPole" {
				break
			}
		}
	}
}

func TestKeys(t *testing.T) {
	w := watch(t, cartPole, true, WatchOptions{})
	s := w.Session()
	run(t, w, time.Second/2)
	if n := s.Cursor(); n < 13 || n > 16 {
		t.Errorf("%d steps in half a second at 30 a second", n)
	}
	press(t, w, Space)
	at := s.Cursor()
	if run(t, w, time.Second/4); s.Cursor() != at {
		t.Error("it goes on in a pause")
	}
	if press(t, w, Left); s.Cursor() != at-1 {
		t.Error("no step back")
	}
	if press(t, w, Right); s.Cursor() != at {
		t.Error("no step forward")
	}
	if press(t, w, Right); s.Cursor() != at+1 || s.Last() != at+1 {
		t.Error("no new step")
	}
	if press(t, w, Home); s.Cursor() != 0 {
		t.Error("not at the beginning")
	}
	if press(t, w, End); s.Cursor() != s.Last() {
		t.Error("not at the end")
	}
	if press(t, w, D); !s.Deterministic() {
		t.Error("not deterministic")
	}
	if press(t, w, S); !w.saliency {
		t.Error("no saliency")
	}
	if press(t, w, N); s.Episode() != 2 {
		t.Error("no next episode")
	}
	if r := press(t, w, F); !r.Fullscreen || r.Quit {
		t.Errorf("%+v", r)
	}
	press(t, w, H)
	if r := press(t, w, Escape); r.Quit || w.help {
		t.Error("Escape closes the help first")
	}
	if r := press(t, w, Escape); !r.Quit {
		t.Error("Escape quits")
	}
	for range 20 {
		press(t, w, Up)
	}
	press(t, w, Space)
	before := s.Episode()
	run(t, w, 4*time.Second)
	if s.Episode() < before+3 {
		t.Errorf("as fast as it goes came from episode %d to %d", before, s.Episode())
	}
	for range 20 {
		press(t, w, Minus)
	}
	if w.speedText() != "1/16 ×" {
		t.Error(w.speedText())
	}
}

func TestTimeline(t *testing.T) {
	w := watch(t, cartPole, true, WatchOptions{})
	run(t, w, time.Second/2)
	width, height := w.Size()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	if _, err := w.Draw(picture, 1); err != nil {
		t.Fatal(err)
	}
	bar := w.layout.timeline
	last := w.session.Last()
	in := &Input{Pointer: image.Pt(bar.Min.X, bar.Min.Y+4), Down: true, Clicked: true}
	w.Update(tick, in)
	if w.session.Cursor() != 0 || !w.paused {
		t.Errorf("at %d", w.session.Cursor())
	}
	in.Clicked, in.Pointer = false, image.Pt((bar.Min.X+bar.Max.X)/2, 3) // dragged, off the bar
	w.Update(tick, in)
	if c := w.session.Cursor(); c < last/2-1 || c > last/2+1 {
		t.Errorf("at %d of %d", c, last)
	}
	w.Update(tick, &Input{})
	if w.seeking {
		t.Error("it goes on without the button")
	}
}

func TestPerson(t *testing.T) {
	for _, c := range []struct {
		make func() envs.Env
		keys []Key
		want float32
	}{
		{breakout, nil, 0}, {breakout, []Key{Left}, 1}, {breakout, []Key{D}, 2}, {breakout, []Key{Space}, 0},
		{pong, []Key{W}, 1}, {pong, []Key{Down, Space}, 2}, {pong, []Key{Digit3}, 2},
		{cartPole, []Key{Right}, 1}, {cartPole, nil, 0},
		{pendulum, []Key{Left}, -2}, {pendulum, []Key{Right}, 2}, {pendulum, nil, 0}, {pendulum, []Key{Left, Right}, 0},
		{taxi, []Key{Up}, 1}, {taxi, []Key{Digit5}, 4},
	} {
		e := c.make()
		p, err := newPerson(e)
		if err != nil {
			t.Fatal(err)
		}
		in := &Input{Pressed: c.keys}
		for _, k := range c.keys {
			in.Held[k] = true
		}
		if a := p.action(in); a[0] != c.want {
			t.Errorf("%s, keys %v: %v, want %v", e.Spec().ID, c.keys, a, c.want)
		}
	}
	p, _ := newPerson(taxi())
	if l := p.legend(); len(l) != 8 || l[0] != [2]string{"↑ W", "up"} || l[4] != [2]string{"5", "pick up"} {
		t.Errorf("keys of Taxi: %v", l)
	}
	if got := parse("UPRIGHTFIRE"); got != goUp|goRight|button {
		t.Errorf("UPRIGHTFIRE is %b", got)
	}
	if got := parse("PICK UP"); got != unknown {
		t.Errorf("PICK UP is %b", got)
	}
}

// TestPlay: a steady world waits for the first key, one of moves for every key.
func TestPlay(t *testing.T) {
	w := watch(t, breakout, false, WatchOptions{})
	if run(t, w, time.Second); w.session.Last() != 0 {
		t.Error("it began alone")
	}
	if run(t, w, time.Second, Left); w.session.Last() < 4 {
		t.Errorf("%d steps in a second", w.session.Last())
	}
	w = watch(t, taxi, false, WatchOptions{})
	run(t, w, time.Second, Up)
	if w.session.Last() != 0 {
		t.Error("a key that is held is not a move")
	}
	for i := range 3 {
		press(t, w, Down)
		if w.session.Last() != i+1 {
			t.Errorf("%d moves", w.session.Last())
		}
	}
	press(t, w, P)
	if press(t, w, Left); w.session.Cursor() != 2 {
		t.Error("no step back in a pause")
	}
	// Once it is over, a person's keys are still no commands, and the next game waits for one, no more.
	short := func() envs.Env {
		e, err := envs.NewTimeLimit(taxi(), 5)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	w = watch(t, short, false, WatchOptions{})
	for i := 0; !w.session.Over() && i < 1000; i++ {
		press(t, w, []Key{Up, Left}[i%2])
	}
	if !w.session.Over() {
		t.Fatal("the game does not end")
	}
	press(t, w, Up)
	press(t, w, Down)
	press(t, w, Up)
	if w.speed != usual || w.paused {
		t.Errorf("after the end keys set the speed to %v, and pause: %v", speeds[w.speed], w.paused)
	}
	press(t, w, P)
	press(t, w, N)
	if w.paused {
		t.Error("the next game is paused")
	}
	// A policy's game can be taken over and given back.
	w = watch(t, cartPole, true, WatchOptions{})
	press(t, w, T)
	if run(t, w, time.Second/4); w.session.Last() > 1 || !w.session.Manual() {
		t.Errorf("%d steps of nobody", w.session.Last())
	}
	press(t, w, T)
	if run(t, w, time.Second/4); w.session.Last() < 5 {
		t.Error("the policy does not go on")
	}
}

func TestUnplayable(t *testing.T) {
	e := struct{ envs.Env }{cartPole()}
	spec := *e.Spec()
	spec.Action = envs.NewMultiBinary(3)
	s, err := session.New(session.Options{NewEnv: func() (envs.Env, error) { return respec{cartPole(), &spec}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewWatch(s, WatchOptions{}); err == nil {
		t.Error("actions that are not for keys can be played")
	}
}

type respec struct {
	envs.Env
	spec *envs.Spec
}

func (r respec) Spec() *envs.Spec { return r.spec }
func (r respec) Unwrap() envs.Env { return r.Env }

// reel is a film in memory.
type reel struct {
	frames int
	closed bool
	fails  error
}

func (r *reel) Name() string { return "reel" }

func (r *reel) Add(frame *image.RGBA) error { r.frames++; return r.fails }

func (r *reel) Close() error { r.closed = true; return r.fails }

func TestFilm(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 500, 400))
	filmed := func(r *reel, d time.Duration) *Watch {
		w := watch(t, cartPole, true, WatchOptions{Film: func(float64) (Film, error) { return r, nil }})
		press(t, w, R)
		for ; d > 0; d -= tick {
			run(t, w, tick)
			if _, err := w.Draw(picture, 1); err != nil {
				t.Fatal(err)
			}
			if w.film == nil {
				break
			}
		}
		return w
	}
	r := &reel{}
	w := filmed(r, time.Second)
	if press(t, w, R); !r.closed || r.frames < 28 || r.frames > 32 {
		t.Errorf("%d frames of a second, closed %v", r.frames, r.closed)
	}
	// A closed window completes the recording.
	r = &reel{}
	w = filmed(r, time.Second/4)
	if err := w.Close(); err != nil || !r.closed {
		t.Errorf("%v, closed %v", err, r.closed)
	}
	// A full disk ends the recording, not the show.
	r = &reel{fails: errors.New("no space left")}
	w = filmed(r, 2*time.Second)
	run(t, w, time.Second/10)
	w.Draw(picture, 1)
	if w.film != nil || w.message.text == "" {
		t.Error("a recording that failed goes on")
	}
	// So does a window of another size.
	r = &reel{}
	w = filmed(r, time.Second/4)
	run(t, w, time.Second/10)
	if _, err := w.Draw(image.NewRGBA(image.Rect(0, 0, 600, 400)), 1); err != nil || w.film != nil || !r.closed {
		t.Errorf("%v, recording goes on", err)
	}
	w = watch(t, cartPole, true, WatchOptions{Film: func(float64) (Film, error) { return nil, errors.New("read-only") }})
	if press(t, w, R); w.film != nil || w.message.text != "cannot record: read-only" {
		t.Errorf("message %q", w.message.text)
	}
}

func TestRecord(t *testing.T) {
	r := &reel{}
	n, err := Record(context.Background(), watch(t, breakout, true, WatchOptions{}), r, 1, 7)
	if err != nil || n != 7 || r.frames != 7 {
		t.Errorf("%d frames, %v", n, err)
	}
	w := watch(t, cartPole, true, WatchOptions{})
	if n, err = Record(context.Background(), w, &reel{}, 2, 0); err != nil || w.session.Episode() != 2 || n < 20 {
		t.Errorf("%d frames, episode %d, %v", n, w.session.Episode(), err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Record(ctx, w, &reel{}, 1, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestSlow: a window that does not keep up says so.
func TestSlow(t *testing.T) {
	w := watch(t, cartPole, true, WatchOptions{})
	for range 240 {
		w.Update(tick, &Input{Rate: 13})
	}
	if text, slow := w.fps.text(); !slow || text != "13 of 60 pictures/s: rendering in software is slow here" {
		t.Error(text)
	}
	w.Update(tick, &Input{Rate: 60})
	if text, slow := w.fps.text(); slow || text != "60 fps" {
		t.Error(text)
	}
}

// TestPlace: squares are whole numbers of pixels.
func TestPlace(t *testing.T) {
	for _, c := range []struct {
		area, size image.Point
		pixel      int
		want       image.Point
	}{
		{image.Pt(720, 640), image.Pt(480, 630), 3, image.Pt(480, 630)},
		{image.Pt(1500, 1000), image.Pt(480, 630), 3, image.Pt(640, 840)},
		{image.Pt(1500, 1000), image.Pt(160, 210), 1, image.Pt(640, 840)},
		{image.Pt(720, 640), image.Pt(600, 400), 0, image.Pt(720, 480)},
		{image.Pt(620, 640), image.Pt(600, 400), 0, image.Pt(600, 400)},
		{image.Pt(300, 300), image.Pt(600, 400), 0, image.Pt(300, 200)},
		{image.Pt(90, 90), image.Pt(160, 210), 1, image.Pt(69, 90)},
	} {
		r, _ := place(image.Rectangle{Max: c.area}, c.size, c.pixel)
		if r.Size() != c.want || !r.In(image.Rectangle{Max: c.area}) {
			t.Errorf("%v of %v in %v: %v, want %v", c.size, c.pixel, c.area, r, c.want)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	for name, make := range map[string]func() envs.Env{"CartPole": cartPole, "Pong": pong} {
		b.Run(name, func(b *testing.B) {
			s, err := session.New(session.Options{NewEnv: func() (envs.Env, error) { return make(), nil }, Policy: thinker{make().Spec().Action}})
			if err != nil {
				b.Fatal(err)
			}
			w, err := NewWatch(s, WatchOptions{})
			if err != nil {
				b.Fatal(err)
			}
			picture := image.NewRGBA(image.Rect(0, 0, 1180, 764))
			for b.Loop() {
				if err := s.Forward(); errors.Is(err, session.ErrOver) {
					err = s.Next()
				}
				if _, err := w.Draw(picture, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
