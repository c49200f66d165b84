package replay

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// history plays made-up episodes into a buffer and remembers everything: observations count
// up, so that a transition can be told by its observation.
type history struct {
	envs    int
	elem    envs.Elem
	count   float32
	steps   [][]past // [N][t]
	r       *rng.Stream
	actions []float32
	out     envs.Outcome
}

type past struct {
	obs, next, action, reward float32
	end                       uint8
}

func newHistory(n int, elem envs.Elem) *history {
	h := &history{envs: n, elem: elem, steps: make([][]past, n), r: rng.New(7, "history"), actions: make([]float32, n)}
	h.out = envs.Outcome{
		Reward: make([]float32, n), Terminated: make([]bool, n), Truncated: make([]bool, n),
		Final: envs.MakeRows(space(elem), n),
	}
	return h
}

// space is observations of two elements.
func space(elem envs.Elem) envs.Space {
	return &envs.Box{Low: []float32{0, 0}, High: []float32{1e9, 1e9}, Shape: []int{2}, Type: elem}
}

func (h *history) write(row envs.Row) float32 {
	h.count++
	v := h.count
	if h.elem == envs.Uint8 {
		v = float32(int(v) % 251)
		row.U8[0], row.U8[1] = uint8(v), uint8(v)
	} else {
		row.F32[0], row.F32[1] = v, -v
	}
	return v
}

type ring interface {
	Live() envs.Rows
	Next() envs.Rows
	Push([]float32, *envs.Outcome)
}

func (h *history) reset(b ring) {
	for i := range h.envs {
		h.write(b.Live().Row(i))
	}
}

func first(r envs.Row) float32 {
	if r.U8 != nil {
		return float32(r.U8[0])
	}
	return r.F32[0]
}

func (h *history) step(b ring) {
	live, next := b.Live(), b.Next()
	for i := range h.envs {
		p := past{obs: first(live.Row(i)), action: float32(h.r.Intn(5)), reward: float32(h.r.Intn(9)) - 4}
		v := h.write(next.Row(i))
		p.next = v
		switch h.r.Intn(8) {
		case 0:
			p.end = terminated
		case 1:
			p.end = truncated
		}
		if p.end != running {
			p.next = h.write(h.out.Final.Row(i))
		}
		h.out.Reward[i], h.actions[i] = p.reward, p.action
		h.out.Terminated[i], h.out.Truncated[i] = p.end == terminated, p.end == truncated
		h.steps[i] = append(h.steps[i], p)
	}
	b.Push(h.actions, &h.out)
}

// want is the n-step transition that starts at step t of environment e, straight from its
// definition.
func (h *history) want(e, t, n int, gamma float64) (reward, discount, next float32) {
	sum, g := 0.0, 1.0
	for k := 0; k < n && t+k < len(h.steps[e]); k++ {
		p := h.steps[e][t+k]
		sum += g * float64(p.reward)
		g *= gamma
		next = p.next
		if p.end != running {
			if p.end == terminated {
				g = 0
			}
			break
		}
	}
	return float32(sum), float32(g), next
}

func TestEveryTransitionIsWhatHappened(t *testing.T) {
	for _, elem := range []envs.Elem{envs.Float32, envs.Uint8} {
		for _, c := range []struct{ envs, capacity, n, steps int }{
			{1, 1, 1, 5}, {1, 10, 1, 4}, {1, 10, 1, 10}, {1, 10, 3, 47}, {3, 31, 1, 20}, {3, 31, 3, 95}, {2, 2, 4, 9}, {4, 400, 5, 333},
		} {
			t.Run(fmt.Sprintf("%+v,%d", c, elem), func(t *testing.T) {
				b, err := New(Options{Capacity: c.capacity, Envs: c.envs, Observation: space(elem), ActionSize: 1, Steps: c.n, Gamma: .5})
				if err != nil {
					t.Fatal(err)
				}
				h := newHistory(c.envs, elem)
				h.reset(b)
				for range c.steps {
					h.step(b)
				}
				held := min(c.steps, c.capacity/c.envs)
				if b.Len() != held*c.envs || b.Cap() != c.capacity/c.envs*c.envs {
					t.Fatalf("holds %d of %d, want %d", b.Len(), b.Cap(), held*c.envs)
				}
				batch := b.NewBatch(40 * b.Len())
				b.Sample(batch, rng.New(1, "replay"))
				seen := map[int]bool{}
				for i, slot := range batch.Slots {
					seen[slot] = true
					e := slot % c.envs
					age := ((b.head-slot/c.envs)+b.rows)%b.rows - 1 // 0 for the newest
					at := c.steps - 1 - age
					if age >= held || at < 0 {
						t.Fatalf("slot %d is not among the %d held", slot, held)
					}
					p := h.steps[e][at]
					reward, discount, next := h.want(e, at, c.n, .5)
					got := []float32{first(batch.Obs.Row(i)), batch.Actions[i], batch.Rewards[i], batch.Discounts[i], first(batch.Next.Row(i)), batch.Weights[i]}
					want := []float32{p.obs, p.action, reward, discount, next, 1}
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("environment %d step %d of %d: got obs, action, reward, discount, next, weight %v, want %v", e, at, c.steps, got, want)
					}
				}
				if len(seen) != b.Len() {
					t.Errorf("%d of %d transitions were ever drawn", len(seen), b.Len())
				}
			})
		}
	}
}

// TestNStepVectors are the golden values of Stable-Baselines3's tests: reward 1 each step.
func TestNStepVectors(t *testing.T) {
	for _, c := range []struct {
		name             string
		gamma            float64
		end              uint8
		reward, discount float32
	}{
		{"no end", .99, running, 2.9701, .970299},
		{"terminated at offset 1", .98, terminated, 1.98, 0},
		{"time limit at offset 1", .98, truncated, 1.98, .9604},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, _ := New(Options{Capacity: 10, Envs: 1, Observation: space(envs.Float32), ActionSize: 1, Steps: 3, Gamma: c.gamma})
			out := envs.Outcome{Reward: []float32{1}, Terminated: []bool{false}, Truncated: []bool{false}, Final: envs.MakeRows(space(envs.Float32), 1)}
			for i := range 6 {
				out.Terminated[0], out.Truncated[0] = i == 1 && c.end == terminated, i == 1 && c.end == truncated
				b.Next()
				b.Push([]float32{0}, &out)
			}
			batch := b.NewBatch(1)
			batch.Slots[0] = 0
			b.gather(batch)
			if math.Abs(float64(batch.Rewards[0]-c.reward)) > 1e-6 || math.Abs(float64(batch.Discounts[0]-c.discount)) > 1e-6 {
				t.Errorf("got reward %v discount %v, want %v %v", batch.Rewards[0], batch.Discounts[0], c.reward, c.discount)
			}
		})
	}
}

func TestSampleIsUniform(t *testing.T) {
	b, _ := New(Options{Capacity: 10, Envs: 2, Observation: space(envs.Float32), ActionSize: 1, Steps: 1, Gamma: 1})
	h := newHistory(2, envs.Float32)
	h.reset(b)
	for range 13 {
		h.step(b)
	}
	batch, r, counts := b.NewBatch(1000), rng.New(3, "replay"), map[int]int{}
	for range 100 {
		b.Sample(batch, r)
		for _, s := range batch.Slots {
			counts[s]++
		}
	}
	for s, n := range counts { // 10,000 expected, standard deviation 95
		if n < 9600 || n > 10400 {
			t.Errorf("slot %d was drawn %d times in 100,000, want about 10,000", s, n)
		}
	}
}

func TestSavedBufferGoesOnTheSame(t *testing.T) {
	for _, elem := range []envs.Elem{envs.Float32, envs.Uint8} {
		for _, steps := range []int{0, 1, 7, 10, 11, 25, 200} {
			for _, alpha := range []float64{0, .6} {
				o := Options{Capacity: 30, Envs: 3, Observation: space(elem), ActionSize: 1, Steps: 3, Gamma: .9}
				a, _ := NewPrioritized(o, alpha, 1e-6)
				b, _ := NewPrioritized(o, alpha, 1e-6)
				h := newHistory(3, elem)
				h.reset(a)
				ra, td := rng.New(5, "replay"), []float32{.1, 2, -3, 0, .5, 1, 1, .7}
				x, y := a.NewBatch(8), b.NewBatch(8)
				for range steps {
					h.step(a)
					a.Sample(x, ra)
					a.Update(x.Slots, td)
				}
				saved, err := snapshot.Save(a)
				if err != nil {
					t.Fatal(err)
				}
				junk := newHistory(3, elem)
				junk.reset(b)
				for range 40 { // what b held before must leave no trace
					junk.step(b)
				}
				if err := snapshot.Restore(saved, b); err != nil {
					t.Fatal(err)
				}
				rb := *ra
				g := *h
				g.steps = make([][]past, 3)
				gr := *h.r
				g.r = &gr
				for k := range 30 {
					h.step(a)
					g.step(b)
					a.Sample(x, ra)
					b.Sample(y, &rb)
					if !reflect.DeepEqual(x, y) {
						t.Fatalf("after %d steps, %d on: batches differ\n%v\n%v", steps, k, x, y)
					}
					a.Update(x.Slots, td)
					b.Update(y.Slots, td)
				}
			}
		}
	}
}

func TestSaveIsCompact(t *testing.T) {
	b, _ := New(Options{Capacity: 100000, Envs: 1, Observation: space(envs.Float32), ActionSize: 1, Steps: 1, Gamma: 1})
	h := newHistory(1, envs.Float32)
	h.reset(b)
	for range 10 {
		h.step(b)
	}
	saved, err := snapshot.Save(b)
	if err != nil || len(saved) > 1000 {
		t.Errorf("10 transitions of 100,000 take %d bytes, %v", len(saved), err)
	}
}

func TestDamagedStateIsRefused(t *testing.T) {
	small, _ := New(Options{Capacity: 10, Envs: 1, Observation: space(envs.Float32), ActionSize: 1, Steps: 1, Gamma: 1})
	big, _ := New(Options{Capacity: 20, Envs: 1, Observation: space(envs.Float32), ActionSize: 1, Steps: 1, Gamma: 1})
	h := newHistory(1, envs.Float32)
	h.reset(big)
	for range 15 {
		h.step(big)
	}
	saved, _ := snapshot.Save(big)
	if err := snapshot.Restore(saved, small); err == nil || !strings.Contains(err.Error(), "another size") {
		t.Errorf("15 transitions in a buffer of 10: %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	good := Options{Capacity: 10, Envs: 2, Observation: space(envs.Uint8), ActionSize: 1, Steps: 1, Gamma: .99}
	for _, c := range []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"too small", func(o *Options) { o.Capacity = 1 }, "no room"},
		{"no step", func(o *Options) { o.Steps = 0 }, "0-step"},
		{"gamma", func(o *Options) { o.Gamma = math.NaN() }, "gamma is NaN"},
		{"memory", func(o *Options) { o.Capacity = 1 << 50 }, "lower buffer_size"},
		{"overflow", func(o *Options) { o.Capacity = math.MaxInt - 2 }, "more bytes than can be counted"},
	} {
		o := good
		c.change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := NewPrioritized(good, .5, 0); err == nil {
		t.Error("eps 0 was accepted")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	b, _ := NewPrioritized(Options{Capacity: 300, Envs: 3, Observation: space(envs.Float32), ActionSize: 1, Steps: 3, Gamma: .9}, .6, 1e-6)
	h := newHistory(3, envs.Float32)
	h.reset(b)
	for range 200 {
		h.step(b)
	}
	batch, r, td := b.NewBatch(32), rng.New(1, "replay"), make([]float32, 32)
	out := h.out
	if n := testing.AllocsPerRun(100, func() {
		b.Next()
		b.Push(h.actions, &out)
		b.Sample(batch, r)
		b.Update(batch.Slots, td)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzRestore(f *testing.F) {
	o := Options{Capacity: 8, Envs: 2, Observation: space(envs.Uint8), ActionSize: 1, Steps: 2, Gamma: .9}
	b, _ := NewPrioritized(o, .6, 1e-6)
	h := newHistory(2, envs.Uint8)
	h.reset(b)
	for range 9 {
		h.step(b)
	}
	saved, _ := snapshot.Save(b)
	f.Add(saved)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, _ := NewPrioritized(o, .6, 1e-6)
		if snapshot.Restore(data, b) != nil || b.Len() == 0 {
			return
		}
		b.Sample(b.NewBatch(16), rng.New(1, "replay")) // what was accepted works
	})
}
