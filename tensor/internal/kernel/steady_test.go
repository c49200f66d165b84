package kernel

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

type nothing struct{}

func (*nothing) Run(lo, hi int) {}

func TestNothingAllocates(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for _, s := range [][2]int{{3, 2}, {5, 40}, {2, 1500}, {1, 6000}} {
		var x [4][]float32
		for i := range x {
			x[i] = fill(r, s[0]*s[1], 0)
		}
		for _, op := range operations {
			if n := testing.AllocsPerRun(5, func() { op.run(x, s[0], s[1]) }); n != 0 {
				t.Errorf("%s %v: %v allocations", op.name, s, n)
			}
		}
	}
	if n := testing.AllocsPerRun(20, func() { Parallel(1000, 10, &nothing{}) }); n != 0 {
		t.Errorf("Parallel: %v allocations", n)
	}
}

// TestAdamWithoutGradient holds that moments do not stick in the subnormals, where arithmetic is
// several times slower.
func TestAdamWithoutGradient(t *testing.T) {
	eachSet(t, func(t *testing.T) {
		n, steps := 256, 100_000
		if active == setGo {
			n, steps = 4, 100_000
		}
		p, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range g {
			g[i] = float32(i+1) / 100
		}
		s := AdamStep{C1: 0.1, Beta2: 0.999, C2: 0.001, R2: 1, Eps: 1e-8, Rate: 1e-3, Decay: 1}
		Adam(p, g, m, v, s)
		clear(g)
		quickest := func() time.Duration {
			best := time.Hour
			for range 20 {
				begin := time.Now()
				for range 200 {
					Adam(p, g, m, v, s)
				}
				best = min(best, time.Since(begin))
			}
			return best
		}
		first := quickest()
		for range steps {
			Adam(p, g, m, v, s)
		}
		for i := range m {
			if m[i] != 0 || v[i] != 0 {
				t.Fatalf("after %d steps without a gradient m = %v and v = %v", steps, m[i], v[i])
			}
		}
		if last := quickest(); last > 2*first {
			t.Errorf("a step took %v at first and takes %v now", first/200, last/200)
		}
	})
}

// visits counts how often each output was run.
type visits struct {
	sync.Mutex
	seen []int
}

func (v *visits) Run(lo, hi int) {
	v.Lock()
	defer v.Unlock()
	for i := lo; i < hi; i++ {
		v.seen[i]++
	}
}

func TestParallelCovers(t *testing.T) {
	defer func(n int) { threads = n }(threads)
	for _, threads = range []int{1, 2, 3, 5} {
		for _, n := range []int{0, 1, 9, 10, 11, 64, 1000} {
			v := &visits{seen: make([]int, n)}
			Parallel(n, 10, v)
			for i, times := range v.seen {
				if times != 1 {
					t.Fatalf("%d threads: element %d of %d was visited %d times", threads, i, n, times)
				}
			}
		}
	}
}

// TestTwoAtOnce runs products from several goroutines, of which one at a time has the workers.
func TestTwoAtOnce(t *testing.T) {
	defer func(n int) { threads = n }(threads)
	threads = 2
	r := rand.New(rand.NewPCG(2, 2))
	const n = 96
	a, b, want := fill(r, n*n, 0), fill(r, n*n, 0), make([]float32, n*n)
	Gemm(n, n, n, a, n, 1, b, n, want, n, FromZero, nil, false)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			c := make([]float32, n*n)
			for range 200 {
				Gemm(n, n, n, a, n, 1, b, n, c, n, FromZero, nil, false)
				if difference(c, want) >= 0 {
					t.Error("a product came out differently")
					return
				}
			}
		})
	}
	all.Wait()
}
