package rng

import (
	"math"
	"sort"
	"testing"

	"tesuji/snapshot"
)

// The known answers that the Random123 library publishes for philox4x32-10.
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = 0xffffffff
	tests := []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{ones, ones, ones, ones}, [2]uint32{ones, ones}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			[2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		}, // the digits of pi
	}
	for _, tt := range tests {
		if got := philox(tt.counter, tt.key[0], tt.key[1]); got != tt.want {
			t.Errorf("philox(%08x, %08x) = %08x, want %08x", tt.counter, tt.key, got, tt.want)
		}
	}
}

func TestStreamsAreTold(t *testing.T) {
	seen := map[uint64]string{}
	for _, seed := range []uint64{0, 1, 2, 1 << 32, math.MaxUint64} {
		for _, name := range []string{"", "a", "b", "ab", "ba", "a\x00", "replay", "actions", "replay2"} {
			w := New(seed, name).Uint64()
			if other, ok := seen[w]; ok {
				t.Errorf("seed %d %q begins as %s", seed, name, other)
			}
			seen[w] = name
		}
	}
	if a, b := New(3, "x"), New(3, "x"); *a != *b {
		t.Errorf("same seed and name differ: %+v, %+v", a, b)
	}
}

// The first draws of two streams: a change of them would change every run ever recorded.
func TestStreamIsStable(t *testing.T) {
	s := New(1, "actions")
	got := [3]uint64{s.Uint64(), s.Uint64(), s.Uint64()}
	want := [3]uint64{0xf425eb3fd5e89b0b, 0xb92ab83d56b13b7d, 0x9d4675ffce71a0f7}
	if got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
	if n := New(1, "noise").Normal(); n != 1.2014282428149883 {
		t.Errorf("Normal %v", n)
	}
}

func TestIntnUniform(t *testing.T) {
	s := New(5, "intn")
	for _, n := range []int{1, 2, 3, 7, 10, 100} {
		const draws = 20000
		count := make([]int, n)
		for range draws {
			count[s.Intn(n)]++
		}
		var chi2 float64
		mean := draws / float64(n)
		for _, c := range count {
			chi2 += (float64(c) - mean) * (float64(c) - mean) / mean
		}
		// Five standard deviations of a chi-squared variable.
		if df := float64(n - 1); chi2 > df+5*math.Sqrt(2*df)+1e-9 {
			t.Errorf("Intn(%d): chi-squared %.1f with %v degrees of freedom", n, chi2, df)
		}
	}
	for range 1000 {
		if v := s.Intn(3 << 40); v < 0 || v >= 3<<40 {
			t.Fatalf("Intn(3<<40) = %d", v)
		}
	}
}

func TestFloatsInRange(t *testing.T) {
	s := New(6, "floats")
	var sum, sum32 float64
	const n = 100000
	for range n {
		f, g := s.Float64(), s.Float32()
		if f < 0 || f >= 1 || g < 0 || g >= 1 {
			t.Fatalf("%v, %v outside [0, 1)", f, g)
		}
		sum += f
		sum32 += float64(g)
	}
	limit := 5 / math.Sqrt(12*n)
	if d := math.Abs(sum/n - .5); d > limit {
		t.Errorf("mean of Float64 is off by %v", d)
	}
	if d := math.Abs(sum32/n - .5); d > limit {
		t.Errorf("mean of Float32 is off by %v", d)
	}
}

// Moments, tails and the Kolmogorov-Smirnov distance to the normal distribution.
func TestNormal(t *testing.T) {
	const n = 200000
	s, p := New(7, "normal"), NewPCG64(7)
	for name, draw := range map[string]func() float64{"Stream": s.Normal, "PCG64": p.Normal} {
		x := make([]float64, n)
		var m [5]float64
		tail := 0
		for i := range x {
			x[i] = draw()
			v := 1.0
			for k := range m {
				m[k] += v / n
				v *= x[i]
			}
			if math.Abs(x[i]) > zigR {
				tail++
			}
		}
		// Standard errors of the moments 1 to 4: 1, √2, √15, √96 over √n. Moment 0 is exact.
		for k, want := range [5]float64{1, 0, 1, 0, 3} {
			se := [5]float64{1, 1, math.Sqrt2, math.Sqrt(15), math.Sqrt(96)}[k] / math.Sqrt(n)
			if math.Abs(m[k]-want) > 5*se {
				t.Errorf("%s: moment %d is %v, want %v ± %v", name, k, m[k], want, se)
			}
		}
		if want := n * math.Erfc(zigR/math.Sqrt2); math.Abs(float64(tail)-want) > 5*math.Sqrt(want) {
			t.Errorf("%s: %d in the tail, want %.1f", name, tail, want)
		}
		sort.Float64s(x)
		var dist float64
		for i, v := range x {
			cdf := .5 * math.Erfc(-v/math.Sqrt2)
			dist = max(dist, math.Abs(cdf-float64(i)/n), math.Abs(cdf-float64(i+1)/n))
		}
		if limit := 1.95 / math.Sqrt(n); dist > limit { // 0.1% level
			t.Errorf("%s: Kolmogorov-Smirnov distance %v over %v", name, dist, limit)
		}
	}
}

// Every layer has the same area: the tail with its rectangle, and the last one, where an error
// of zigR or zigV would have piled up, too.
func TestZigguratCloses(t *testing.T) {
	tail := math.Sqrt(math.Pi/2) * math.Erfc(zigR/math.Sqrt2)
	if base := zigR*math.Exp(-.5*zigR*zigR) + tail; math.Abs(base-zigV) > 1e-9*zigV {
		t.Errorf("the base has area %v, want %v", base, zigV)
	}
	for i := 1; i < 256; i++ {
		area := zig.x[i] * (zig.f[i+1] - zig.f[i])
		if math.Abs(area-zigV) > 1e-6*zigV {
			t.Errorf("layer %d has area %v, want %v", i, area, zigV)
		}
	}
}

func TestPerm(t *testing.T) {
	s := New(8, "perm")
	count := map[[3]int32]int{}
	var dst [3]int32
	const n = 12000
	for range n {
		s.Perm(dst[:])
		count[dst]++
	}
	if len(count) != 6 {
		t.Fatalf("%d orders of 3, want 6", len(count))
	}
	for order, c := range count {
		if math.Abs(float64(c)-n/6) > 5*math.Sqrt(n/6) {
			t.Errorf("order %v: %d times of %d", order, c, n)
		}
	}
}

func TestStreamState(t *testing.T) {
	for skip := range 20 {
		s := New(9, "state")
		for range skip {
			s.Uint32()
		}
		b, err := snapshot.Save(s)
		if err != nil {
			t.Fatal(err)
		}
		r := New(1, "other")
		if err := snapshot.Restore(b, r); err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			if got, want := r.Uint32(), s.Uint32(); got != want {
				t.Fatalf("after %d draws, draw %d: %x, want %x", skip, i, got, want)
			}
		}
	}
	bad := New(9, "state")
	bad.used = 17
	b, err := snapshot.Save(bad)
	if err != nil {
		t.Fatal(err)
	}
	if snapshot.Restore(b, New(1, "other")) == nil {
		t.Error("an impossible position was accepted")
	}
}

func TestStreamAllocs(t *testing.T) {
	s := New(1, "allocs")
	var dst [10]int32
	if n := testing.AllocsPerRun(1000, func() {
		s.Uint64()
		s.Intn(10)
		s.Normal()
		s.Perm(dst[:])
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkStream(b *testing.B) {
	s := New(1, "bench")
	b.Run("Uint32", func(b *testing.B) {
		for b.Loop() {
			s.Uint32()
		}
	})
	b.Run("Uint64", func(b *testing.B) {
		for b.Loop() {
			s.Uint64()
		}
	})
	b.Run("Intn", func(b *testing.B) {
		for b.Loop() {
			s.Intn(6)
		}
	})
	b.Run("Normal", func(b *testing.B) {
		for b.Loop() {
			s.Normal()
		}
	})
}

// TestGumbel compares mean and variance with Euler's constant and pi^2/6.
func TestGumbel(t *testing.T) {
	s := New(1, "gumbel")
	const n = 200_000
	sum, squares := 0.0, 0.0
	for range n {
		x := s.Gumbel()
		if math.IsInf(x, 0) || math.IsNaN(x) {
			t.Fatalf("drew %v", x)
		}
		sum += x
		squares += x * x
	}
	mean := sum / n
	if variance := squares/n - mean*mean; math.Abs(mean-.5772157) > .01 || math.Abs(variance-1.6449341) > .03 {
		t.Errorf("mean %v, variance %v", mean, variance)
	}
}
