package replay

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// film is N made-up environments whose observations are stacks of random frames. Now and then an
// observation has nothing to do with the one before, though no episode ended.
type film struct {
	layout  frameLayout
	r       *rng.Stream
	out     envs.Outcome
	actions []float32
	now     envs.Rows // [N, size]
}

func newFilm(s envs.Space, frames, n int) *film {
	layout, err := newFrameLayout(s, frames)
	if err != nil {
		panic(err)
	}
	return &film{
		layout: layout, r: rng.New(3, "film"), actions: make([]float32, n), now: envs.MakeRows(s, n),
		out: envs.Outcome{
			Reward: make([]float32, n), Terminated: make([]bool, n), Truncated: make([]bool, n), Final: envs.MakeRows(s, n),
		},
	}
}

// fill makes random elements.
func (f *film) fill(row envs.Row) {
	for i := range row.U8 {
		row.U8[i] = uint8(f.r.Intn(4))
	}
	for i := range row.F32 {
		row.F32[i] = float32(f.r.Intn(4))
	}
}

// advance moves the observation on by a frame; or begins anew, with copies of a frame.
func (f *film) advance(obs envs.Row, anew bool) {
	frame := (&framePool{size: f.layout.size(), bytes: obs.U8 != nil}).rows(1).Row(0)
	for at := range f.layout.frames - 1 {
		f.layout.extract(frame, obs, at+1)
		f.layout.insert(obs, frame, at)
	}
	f.fill(frame)
	f.layout.insert(obs, frame, f.layout.frames-1)
	for at := 0; anew && at < f.layout.frames; at++ {
		f.layout.insert(obs, frame, at)
	}
}

func (f *film) reset(buffers ...ring) {
	for i := range f.now.N {
		f.advance(f.now.Row(i), true)
	}
	for _, b := range buffers {
		for i := range f.now.N {
			b.Live().Row(i).Copy(f.now.Row(i))
		}
	}
}

func (f *film) step(buffers ...ring) {
	for i := range f.now.N {
		now := f.now.Row(i)
		f.out.Reward[i], f.actions[i] = float32(f.r.Intn(9))-4, float32(f.r.Intn(5))
		f.out.Terminated[i], f.out.Truncated[i] = false, false
		f.advance(now, false)
		switch f.r.Intn(12) {
		case 0:
			f.out.Terminated[i] = true
		case 1:
			f.out.Truncated[i] = true
		case 2:
			f.fill(now)
		case 3:
			f.fill(now)
			f.out.Truncated[i] = true
		}
		if f.out.Done(i) {
			f.out.Final.Row(i).Copy(now)
			f.advance(now, true)
		}
	}
	for _, b := range buffers {
		for i := range f.now.N {
			b.Next().Row(i).Copy(f.now.Row(i))
		}
		b.Push(f.actions, &f.out)
	}
}

func pixels(shape ...int) envs.Space {
	n := 1
	for _, d := range shape {
		n *= d
	}
	b := &envs.Box{Low: make([]float32, n), High: make([]float32, n), Shape: shape, Type: envs.Uint8}
	for i := range b.High {
		b.High[i] = 255
	}
	return b
}

func numbers(shape ...int) envs.Space {
	b := pixels(shape...).(*envs.Box)
	b.Type = envs.Float32
	return b
}

var stacked = []struct {
	name   string
	space  envs.Space
	frames int
}{
	{"grey", pixels(5, 3, 4), 4},
	{"three grey", pixels(4, 4, 3), 3},
	{"colour", pixels(3, 2, 6), 2},
	{"bytes", pixels(4, 7), 4},
	{"numbers", numbers(4, 5), 4},
	{"one number each", numbers(3, 1), 3},
}

// TestStacksEqualPlainStorage: the same run gives the same batches, and saved and restored it goes
// on as if it had not been.
func TestStacksEqualPlainStorage(t *testing.T) {
	for _, c := range stacked {
		for _, envs := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s, %d environments", c.name, envs), func(t *testing.T) {
				o := Options{Capacity: 90 * envs, Envs: envs, Observation: c.space, ActionSize: 1, Steps: 3, Gamma: .9}
				plain, _ := New(o)
				o.Frames = c.frames
				once, err := New(o)
				if err != nil {
					t.Fatal(err)
				}
				f := newFilm(c.space, c.frames, envs)
				f.reset(plain, once)
				a, b := plain.NewBatch(20), once.NewBatch(20)
				for step := range 700 {
					f.step(plain, once)
					plain.Sample(a, rng.New(uint64(step), "draws"))
					once.Sample(b, rng.New(uint64(step), "draws"))
					if !reflect.DeepEqual(a, b) {
						t.Fatalf("after step %d the batches differ", step)
					}
					if !reflect.DeepEqual(plain.Live(), once.Live()) {
						t.Fatalf("after step %d the live observations differ", step)
					}
					if step%83 == 0 {
						saved, err := snapshot.Save(once)
						if err != nil {
							t.Fatal(err)
						}
						other, _ := New(o)
						if step%2 == 0 {
							other = once // a buffer that was used is restored, too
						}
						if err := snapshot.Restore(saved, other); err != nil {
							t.Fatal(err)
						}
						again, _ := snapshot.Save(other)
						if string(again) != string(saved) {
							t.Fatalf("after step %d the restored buffer is another", step)
						}
						once = other
					}
				}
			})
		}
	}
}

// TestStacksBeforeTheFirstStep: the first observations are saved, too.
func TestStacksBeforeTheFirstStep(t *testing.T) {
	o := Options{Capacity: 10, Envs: 1, Observation: pixels(2, 2, 4), ActionSize: 1, Steps: 1, Frames: 4}
	a, _ := New(o)
	b, _ := New(o)
	newFilm(o.Observation, 4, 1).reset(a)
	saved, _ := snapshot.Save(a)
	if err := snapshot.Restore(saved, b); err != nil || !reflect.DeepEqual(a.Live(), b.Live()) {
		t.Errorf("%v, %v, want %v", err, b.Live(), a.Live())
	}
}

// TestStacksAreSmall: a frame a transition and little more, forever.
func TestStacksAreSmall(t *testing.T) {
	space := pixels(12, 12, 4)
	b, err := NewPrioritized(Options{Capacity: 2000, Envs: 2, Observation: space, ActionSize: 1, Steps: 1, Frames: 4}, .6, 1e-6)
	if err != nil {
		t.Fatal(err)
	}
	f := newFilm(space, 4, 2)
	f.reset(b)
	for range 1000 {
		f.step(b)
	}
	chunks, draws, batch := len(b.stacks.queues[0].pool.chunks), rng.New(1, "draws"), b.NewBatch(32)
	clear(f.out.Truncated)
	step := func(ends bool) {
		for i := range f.now.N {
			f.out.Terminated[i] = ends
			f.advanceInPlace(f.now.Row(i))
			b.Next().Row(i).Copy(f.now.Row(i))
		}
		b.Push(f.actions, &f.out)
	}
	count := 0
	if allocated := testing.AllocsPerRun(3000, func() {
		count++
		step(count%40 == 0)
		b.Sample(batch, draws)
	}); allocated > 0 {
		t.Errorf("%v allocations a step", allocated)
	}
	if n := len(b.stacks.queues[0].pool.chunks); n != chunks {
		t.Errorf("%d chunks of frames became %d", chunks, n)
	}
	for range 2000 { // an endless episode
		step(false)
	}
	for i, q := range b.stacks.queues {
		if q.n != 1000+4 {
			t.Errorf("environment %d has %d frames for 1,000 transitions", i, q.n)
		}
	}
}

// advanceInPlace moves grey pictures on by a frame.
func (f *film) advanceInPlace(obs envs.Row) {
	for i := 0; i < len(obs.U8); i += 4 {
		copy(obs.U8[i:i+3], obs.U8[i+1:i+4])
		obs.U8[i+3]++
	}
}

func TestAtariReplayFits(t *testing.T) {
	o := Options{Capacity: 100_000, Envs: 1, Observation: pixels(84, 84, 4), ActionSize: 1, Steps: 1, Frames: 4}
	if n, ok := o.bytes(0); !ok || n > 750e6 {
		t.Errorf("100,000 transitions need %d bytes, want 0.75 GB at most", n)
	}
}

func TestStacksOfWhat(t *testing.T) {
	for _, c := range []struct {
		space  envs.Space
		frames int
		want   string
	}{
		{pixels(8, 8, 3), 4, "no stacks of 4 frames"},
		{numbers(6), 4, "no stacks of 4 frames"},
		{envs.NewDiscrete(4), 4, "observations of 4 frames are wanted, but"},
		{pixels(8, 8, 4), -1, "observations of -1 frames"},
	} {
		_, err := New(Options{Capacity: 10, Envs: 1, Observation: c.space, ActionSize: 1, Steps: 1, Frames: c.frames})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.space, err, c.want)
		}
	}
}

// TestDamagedStacks: what is restored is checked.
func TestDamagedStacks(t *testing.T) {
	o := Options{Capacity: 10, Envs: 1, Observation: pixels(2, 2, 4), ActionSize: 1, Steps: 1, Frames: 4}
	a, _ := New(o)
	f := newFilm(o.Observation, 4, 1)
	f.reset(a)
	for range 5 {
		f.step(a)
	}
	a.stacks.fresh[2] = 9
	if _, err := snapshot.Save(a); err == nil || !strings.Contains(err.Error(), "mark 9") {
		t.Errorf("got %v", err)
	}
}

// BenchmarkStacks stores a step and draws 32 transitions of 84x84 pixels and four frames.
func BenchmarkStacks(b *testing.B) {
	for _, frames := range []int{1, 4} {
		b.Run(fmt.Sprintf("frames=%d", frames), func(b *testing.B) {
			space := pixels(84, 84, 4)
			ring, err := New(Options{Capacity: 5000, Envs: 1, Observation: space, ActionSize: 1, Steps: 1, Frames: frames})
			if err != nil {
				b.Fatal(err)
			}
			f, batch, draws := newFilm(space, 4, 1), ring.NewBatch(32), rng.New(1, "draws")
			f.reset(ring)
			for range 5000 {
				f.advanceInPlace(f.now.Row(0))
				ring.Next().Row(0).Copy(f.now.Row(0))
				ring.Push(f.actions, &f.out)
			}
			for b.Loop() {
				f.advanceInPlace(f.now.Row(0))
				ring.Next().Row(0).Copy(f.now.Row(0))
				ring.Push(f.actions, &f.out)
				ring.Sample(batch, draws)
			}
		})
	}
}
