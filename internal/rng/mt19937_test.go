package rng

import (
	"slices"
	"testing"

	"tesuji/snapshot"
)

// The vectors here were printed by NumPy 1.24's RandomState.

func TestMT19937(t *testing.T) {
	tests := []struct {
		seed   uint64
		words  []uint32
		random []float64
		ints   []int // Intn(2) eight times, 1+Intn(8) eight times, 1+Intn(5) four times
	}{
		{
			0,
			[]uint32{0x8c7f0aac, 0x97c4aa2f, 0xb716a675, 0xd821ccc0},
			[]float64{.5488135039273248, .7151893663724195, .6027633760716439},
			[]int{0, 1, 1, 0, 1, 1, 1, 1, 2, 4, 6, 3, 5, 8, 7, 1, 1, 5, 3, 2},
		},
		{
			1,
			[]uint32{0x6ac1f425, 0xff4780eb, 0xb8672f8c, 0xeebc1448},
			[]float64{.417022004702574, .7203244934421581, .00011437481734488664},
			[]int{1, 1, 0, 0, 1, 1, 1, 1, 8, 1, 1, 2, 5, 8, 6, 5, 2, 3, 5, 3},
		},
		{
			42,
			[]uint32{0x5fe1dc66, 0xcbea3db3, 0xf362035c, 0x2ef5950e},
			[]float64{.3745401188473625, .9507143064099162, .7319939418114051},
			[]int{0, 1, 0, 0, 0, 1, 0, 0, 7, 2, 3, 7, 3, 3, 8, 5, 4, 3, 5, 2},
		},
		{
			1<<32 - 1,
			[]uint32{0x18fe69a3, 0x1c924122, 0xe991ec0c, 0x900cac47},
			[]float64{.0976320289940138, .9123828453026218, .78903530185164},
			[]int{1, 0, 0, 1, 0, 0, 0, 0, 2, 1, 8, 4, 3, 4, 4, 3, 4, 2, 2, 2},
		},
	}
	for _, tt := range tests {
		m := NewMT19937(tt.seed)
		for i, want := range tt.words {
			if got := m.Uint32(); got != want {
				t.Errorf("seed %d, word %d: %08x, want %08x", tt.seed, i, got, want)
			}
		}
		m.Seed(tt.seed)
		for i, want := range tt.random {
			if got := m.Random(); got != want {
				t.Errorf("seed %d, Random %d: %v, want %v", tt.seed, i, got, want)
			}
		}
		m.Seed(tt.seed)
		var ints []int
		for range 8 {
			ints = append(ints, m.Intn(2))
		}
		for range 8 {
			ints = append(ints, 1+m.Intn(8))
		}
		for range 4 {
			ints = append(ints, 1+m.Intn(5))
		}
		if !slices.Equal(ints, tt.ints) {
			t.Errorf("seed %d: %v, want %v", tt.seed, ints, tt.ints)
		}
	}
}

// Draws of several kinds from one stream: a draw from one value takes nothing.
func TestMT19937Mixed(t *testing.T) {
	m := NewMT19937(7)
	random := func(want float64) {
		t.Helper()
		if got := m.Random(); got != want {
			t.Errorf("Random %v, want %v", got, want)
		}
	}
	below := func(n, want int) {
		t.Helper()
		if got := m.Intn(n); got != want {
			t.Errorf("Intn(%d) %d, want %d", n, got, want)
		}
	}
	random(.07630828937395717)
	below(8, 2-1)
	for _, want := range []int{4, 4, 5, 2, 1, 2, 3, 3} {
		below(5, want-1)
	}
	random(.01591036096127696)
	random(.5277647948207705)
	below(5, 0)
	below(1, 0)
	random(.8037390361043755)
}

// The ten thousandth word of seed 5489 is what the C++ standard asks of std::mt19937.
func TestMT19937TenThousandth(t *testing.T) {
	m := NewMT19937(5489)
	var w uint32
	for range 10000 {
		w = m.Uint32()
	}
	if w != 4123659995 {
		t.Errorf("got %d, want 4123659995", w)
	}
}

// RandomState([low, high]) of larger seeds, printed by NumPy 2.4.
func TestMT19937LargeSeeds(t *testing.T) {
	for seed, want := range map[uint64][4]uint32{
		0x100000000:        {0x1ced31d7, 0x59ef8bbc, 0x6af6d506, 0xef49e4d2},
		0x10000000005:      {0x811f1124, 0x8454f73c, 0x44c342a9, 0xa9eeaf02},
		0xffffffffffffffff: {0x05965e7e, 0x3faff328, 0x568d6a40, 0x9e667b13},
		0x123456789abcdef:  {0xe58d45a7, 0x59363fc1, 0x64a9486c, 0x470c2e3d},
	} {
		m := NewMT19937(seed)
		if got := [4]uint32{m.Uint32(), m.Uint32(), m.Uint32(), m.Uint32()}; got != want {
			t.Errorf("seed %#x: %#08x, want %#08x", seed, got, want)
		}
	}
}

func TestMT19937State(t *testing.T) {
	for _, skip := range []int{0, 1, 623, 624, 1000} {
		a := NewMT19937(3)
		for range skip {
			a.Uint32()
		}
		b, err := snapshot.Save(a)
		if err != nil {
			t.Fatal(err)
		}
		c := NewMT19937(9)
		if err := snapshot.Restore(b, c); err != nil {
			t.Fatal(err)
		}
		for i := range 2000 {
			if x, y := a.Uint32(), c.Uint32(); x != y {
				t.Fatalf("after %d draws and %d more: %08x, want %08x", skip, i, y, x)
			}
		}
	}
	bad := NewMT19937(0)
	bad.next = mtSize + 1
	b, err := snapshot.Save(bad)
	if err != nil {
		t.Fatal(err)
	}
	if err := snapshot.Restore(b, NewMT19937(0)); err == nil {
		t.Error("a place beyond the end was accepted")
	}
}

func TestMT19937Panics(t *testing.T) {
	for _, n := range []int{0, -1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Intn(%d) did not panic", n)
				}
			}()
			NewMT19937(0).Intn(n)
		}()
	}
}

func BenchmarkMT19937Random(b *testing.B) {
	m := NewMT19937(0)
	var sum float64
	for b.Loop() {
		sum += m.Random()
	}
	_ = sum
}
