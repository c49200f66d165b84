package replay

import (
	"math"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// priorities returns a buffer with transitions of the given p^alpha.
func priorities(t *testing.T, alpha float64, ps ...float64) *Prioritized {
	b, err := NewPrioritized(Options{Capacity: len(ps), Envs: 1, Observation: space(envs.Float32), ActionSize: 1, Steps: 1, Gamma: 1}, alpha, 1e-6)
	if err != nil {
		t.Fatal(err)
	}
	h := newHistory(1, envs.Float32)
	h.reset(b)
	for range ps {
		h.step(b)
	}
	for i, p := range ps {
		b.tree.set(i, p)
	}
	b.Beta = .4
	return b
}

// TestWeights has the golden vector: p^alpha = 1, 2, 3, 4 and beta .4.
func TestWeights(t *testing.T) {
	b := priorities(t, .6, 1, 2, 3, 4)
	want := []float64{1, .7578583, .6443940, .5743492}
	batch := b.NewBatch(1000)
	b.Sample(batch, rng.New(1, "replay"))
	for i, slot := range batch.Slots {
		if math.Abs(float64(batch.Weights[i])-want[slot]) > 1e-6 {
			t.Fatalf("slot %d: weight %v, want %v", slot, batch.Weights[i], want[slot])
		}
	}
}

// TestStratified: each transition is drawn as often as its share, to within one, because each
// slice of the total gives one draw.
func TestStratified(t *testing.T) {
	b := priorities(t, .6, 1, 2, 3, 4)
	batch, counts := b.NewBatch(1000), [4]int{}
	b.Sample(batch, rng.New(1, "replay"))
	for _, s := range batch.Slots {
		counts[s]++
	}
	for i, n := range counts {
		if want := 100 * (i + 1); n < want-1 || n > want+1 {
			t.Errorf("slot %d: drawn %d times, want %d", i, n, want)
		}
	}
}

func TestUpdateAndNewPriorities(t *testing.T) {
	b := priorities(t, .5, 1, 1, 1, 1)
	b.Update([]int{0, 2}, []float32{-8.999999, .25})
	for slot, want := range []float64{3, 1, .5, 1} {
		if got := b.tree.weight(slot); math.Abs(got-want) > 1e-5 {
			t.Errorf("slot %d: priority %v, want %v", slot, got, want)
		}
	}
	h := newHistory(1, envs.Float32)
	h.step(b) // takes the live row 4 and makes row 0 live
	if got := b.tree.weight(4); math.Abs(got-3) > 1e-5 {
		t.Errorf("a new transition has priority %v, want the greatest so far, 3", got)
	}
	if got := b.tree.weight(0); got != 0 {
		t.Errorf("the live row has priority %v, want 0", got)
	}
}

func TestSumTree(t *testing.T) {
	for _, leaves := range []int{1, 2, 3, 5, 8, 100} {
		tree, r, plain := makeSumTree(leaves), rng.New(9, "tree"), make([]float64, leaves)
		for range 500 {
			i, w := r.Intn(leaves), float64(r.Intn(5))
			plain[i] = w
			tree.set(i, w)
			sum := 0.0
			for _, w := range plain {
				sum += w
			}
			if tree.total() != sum {
				t.Fatalf("%d leaves: total %v, want %v", leaves, tree.total(), sum)
			}
			if sum == 0 {
				continue
			}
			u := r.Float64() * sum
			want, left := 0, u
			for left >= plain[want] {
				left -= plain[want]
				want++
			}
			if got := tree.find(u); got != want {
				t.Fatalf("%d leaves %v: find(%v) = %d, want %d", leaves, plain, u, got, want)
			}
			for _, u := range []float64{sum, sum * 2, math.Nextafter(sum, 0)} {
				if got := tree.find(u); got >= leaves || plain[got] == 0 {
					t.Fatalf("%d leaves %v: find(%v) = %d, of weight 0", leaves, plain, u, got)
				}
			}
		}
	}
}

func TestPower(t *testing.T) {
	r := rng.New(2, "power")
	for range 20000 {
		x, y := math.Exp(r.Float64()*60-30), r.Float64()
		if got, want := power(x, y), math.Pow(x, y); math.Abs(got-want) > 1e-14*want {
			t.Fatalf("power(%v, %v) = %v, want %v", x, y, got, want)
		}
	}
	for _, c := range []struct{ x, y, want float64 }{{0, .5, 0}, {0, 0, 1}, {7, 0, 1}, {7, 1, 7}, {9, .5, 3}, {1, .3, 1}, {1e-300, .25, 1e-75}} {
		if got := power(c.x, c.y); math.Abs(got-c.want) > 1e-14*c.want {
			t.Errorf("power(%v, %v) = %v, want %v", c.x, c.y, got, c.want)
		}
	}
	// The bits are part of what a run is: they may not change.
	if got := math.Float64bits(power(.37, .6)); got != 0x3fe19f6573449fc5 {
		t.Errorf("power(.37, .6) has bits %#x", got)
	}
}
