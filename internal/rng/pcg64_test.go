package rng

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"tesuji/snapshot"
)

// The vectors here were printed by NumPy 1.24, unless one says otherwise.

func TestSeedSequence(t *testing.T) {
	tests := []struct {
		name  string
		words []uint32
		spawn []uint32
		pool  [4]uint32 // zero: not checked
		out   [4]uint64
		first []uint64
	}{
		{
			"0",
			[]uint32{0},
			nil,
			[4]uint32{0xfe40eb07, 0x4f363a36, 0x4eb2009d, 0xc89a7aa7},
			[4]uint64{0xdb2cd7e7b0f478be, 0xabf4641a2c71ba49, 0x20c6ed6d9d7b8d41, 0x2c4099de223c39d4},
			[]uint64{0xa30febcfd9c2825f, 0x4510bdf882d9d721, 0x0a7d3da94ecde8b8},
		},
		{
			"no words", nil, nil,
			[4]uint32{0xfe40eb07, 0x4f363a36, 0x4eb2009d, 0xc89a7aa7},
			[4]uint64{0xdb2cd7e7b0f478be, 0xabf4641a2c71ba49, 0x20c6ed6d9d7b8d41, 0x2c4099de223c39d4},
			nil,
		},
		{
			"42",
			[]uint32{42},
			nil,
			[4]uint32{0x631d3606, 0x07ae90ae, 0x6fc4be28, 0x2ced5c75},
			[4]uint64{0x9f1e2e6dcd540ab7, 0xd57873dc79fb94b6, 0x7d282a1b64d420b7, 0x336579714692d5ff},
			[]uint64{0xc621fbcd16d92688, 0x705a5661a791ffc1, 0xdbcd12c26eda1624},
		},
		{
			"2^31",
			[]uint32{1 << 31},
			nil,
			[4]uint32{0x9b92a367, 0x9ed54e35, 0xbce5c51c, 0x8aee5307},
			[4]uint64{0xd9806b5cbc10c13a, 0x13f0783e3f3ace43, 0x14122dde8db0b0ea, 0x4db024ce8a3c5405},
			[]uint64{0xe722628e2338f3e1, 0x0e1cdcee3e2d9434, 0xf77b846eb264f4c1},
		},
		{
			"2^40+5",
			[]uint32{5, 1 << 8},
			nil,
			[4]uint32{0x9d1074f4, 0xcce4e184, 0xceb91484, 0xbbf9d350},
			[4]uint64{0xdae41755e08a170b, 0x8415abe87ecdcb2c, 0x2525c5b44b9118d0, 0x42c2793f3392bed3},
			nil,
		},
		{
			"2^128+7",
			[]uint32{7, 0, 0, 0, 1},
			nil,
			[4]uint32{0x1594b1fb, 0x85ff3232, 0xc1225278, 0xcb042508},
			[4]uint64{0x3819da2ed7b54d03, 0xfaed8d3810e1c57c, 0x0ade8f094f719bb7, 0x9cab805ecce4c2f9},
			nil,
		},
		{
			"42 spawn 3",
			[]uint32{42},
			[]uint32{3},
			[4]uint32{},
			[4]uint64{0x34037e9dc34fc8c5, 0xed87f1b548019fd6, 0xa1db5735489f1365, 0x98ce064ce6639a14},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewSeedSequence(tt.words, tt.spawn...)
			if tt.pool != ([4]uint32{}) && s.pool != tt.pool {
				t.Errorf("pool %08x, want %08x", s.pool, tt.pool)
			}
			var out [4]uint64
			s.Generate(out[:])
			if out != tt.out {
				t.Errorf("words %016x, want %016x", out, tt.out)
			}
			p := NewPCG64From(s)
			for i, want := range tt.first {
				if got := p.Uint64(); got != want {
					t.Errorf("draw %d: %016x, want %016x", i, got, want)
				}
			}
		})
	}
}

func TestSeedEqualsWords(t *testing.T) {
	for _, seed := range []uint64{0, 42, 1 << 31, 1<<40 + 5} {
		words := []uint32{uint32(seed)}
		if seed>>32 != 0 {
			words = append(words, uint32(seed>>32))
		}
		if a, b := *NewPCG64(seed), *NewPCG64From(NewSeedSequence(words)); a != b {
			t.Errorf("seed %d: %+v, from words %+v", seed, a, b)
		}
	}
}

func TestPCG64SeededState(t *testing.T) {
	want := PCG64{hi: 0x1aa1b5345996452d, lo: 0x09585eb7a69561e3, incHi: 0x418ddadb3af71a82, incLo: 0x588133bc447873a9}
	if got := *NewPCG64(0); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPCG64Random(t *testing.T) {
	want := map[uint64][]float64{
		0:  {.6369616873214543, .2697867137638703, .04097352393619469},
		42: {.7739560485559633, .4388784397520523, .8585979199113825},
	}
	uniform := map[uint64][]float64{
		0:  {.013696168732145436, -.02302132862361297, -.045902647606380534, -.04834723644714709},
		42: {.027395604855596334, -.006112156024794771, .03585979199113824, .019736802905936393},
	}
	for seed := range want {
		p := NewPCG64(seed)
		for i, w := range want[seed] {
			if got := p.Random(); got != w {
				t.Errorf("seed %d random %d: %v, want %v", seed, i, got, w)
			}
		}
		p.Seed(seed)
		for i, w := range uniform[seed] {
			if got := p.Uniform(-.05, .05); got != w {
				t.Errorf("seed %d uniform %d: %v, want %v", seed, i, got, w)
			}
		}
	}
}

func TestPCG64Integers(t *testing.T) {
	tests := []struct {
		seed   uint64
		lo, hi int64
		want   []int64
	}{
		{0, 1, 31, []int64{26, 20, 16, 9, 10, 2, 3, 1}},
		{42, 1, 31, []int64{3, 24, 20, 14, 13, 26, 3, 21}},
		{0, 0, 2, []int64{1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1}},
		{42, 0, 2, []int64{0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1}},
		{0, 0, 1e12, []int64{636961687321, 269786713763, 40973523936}},
		{42, 0, 1e12, []int64{773956048555, 438878439752, 858597919911}},
		{0, -5, -4, []int64{-5, -5}},
		// A range of 2^32 takes the bare 32-bit draws, half a word each.
		{0, 0, 1 << 32, []int64{0xd9c2825f, 0xa30febcf, 0x82d9d721, 0x4510bdf8}},
	}
	for _, tt := range tests {
		p := NewPCG64(tt.seed)
		for i, want := range tt.want {
			if got := p.Integers(tt.lo, tt.hi); got != want {
				t.Errorf("seed %d integers(%d,%d) %d: %d, want %d", tt.seed, tt.lo, tt.hi, i, got, want)
			}
		}
	}
}

// The trap of every port: other draws pass by the kept half word.
func TestPCG64KeepsHalf(t *testing.T) {
	for _, tt := range []struct {
		seed   uint64
		i1, i2 int64
		r1, r2 float64
	}{
		{0, 11, 8, .2697867137638703, .04097352393619469},
		{42, 1, 10, .4388784397520523, .8585979199113825},
	} {
		p := NewPCG64(tt.seed)
		i1, r1 := p.Integers(0, 13), p.Random()
		i2, r2 := p.Integers(0, 13), p.Random()
		if i1 != tt.i1 || r1 != tt.r1 || i2 != tt.i2 || r2 != tt.r2 {
			t.Errorf("seed %d: %d %v %d %v, want %+v", tt.seed, i1, r1, i2, r2, tt)
		}
	}
}

// Gymnasium's FrozenLake draws its random maps with Generator.choice.
func TestPCG64Choice(t *testing.T) {
	p := NewPCG64(42)
	var row []byte
	for range 8 {
		row = append(row, "FH"[p.Choice([]float64{.8, 1 - .8})])
	}
	if got := string(row[1:]); got != "FHFFHFF" { // the corner is overwritten by S
		t.Errorf("first row ?%s, want ?FHFFHFF", got)
	}
	if got := NewPCG64(0).Pick([]float64{.5, .1}); got != 0 {
		t.Errorf("Pick beyond the sum: %d, want 0", got)
	}
	if got := NewPCG64(0).Pick([]float64{.5, .3, .2}); got != 1 { // u = .637
		t.Errorf("Pick: %d, want 1", got)
	}
}

// A long mixture of draws, over every way of drawing a whole number: the FNV-1a hash of their
// little-endian 64-bit patterns, which NumPy 2.4's default_rng gives too.
func TestPCG64Mixture(t *testing.T) {
	h := fnv.New64a()
	add := func(w uint64) { _ = binary.Write(h, binary.LittleEndian, w) }
	for _, seed := range []uint64{0, 42, 123456789, 1<<63 + 11} {
		p := NewPCG64(seed)
		for range 200 {
			for _, r := range [][2]int64{
				{0, 1<<31 + 1},
				{math.MinInt64, math.MaxInt64},
				{0, 1 << 32},
				{0, 1<<32 + 1},
				{-3, 3 << 61},
				{5, 6},
				{0, 7},
			} {
				add(uint64(p.Integers(r[0], r[1])))
			}
			add(uint64(p.Choice([]float64{.1, .2, .3, .4})))
			add(math.Float64bits(p.Uniform(-2, 3)))
			add(math.Float64bits(float64(p.Float32())))
			add(math.Float64bits(p.Random()))
		}
	}
	if got, want := h.Sum64(), uint64(0xcf4a1ff69ae6cfe3); got != want {
		t.Errorf("hash %#x, want %#x", got, want)
	}
}

func TestPCG64State(t *testing.T) {
	p := NewPCG64(7)
	p.Uint32() // leaves a half kept
	b, err := snapshot.Save(p)
	if err != nil {
		t.Fatal(err)
	}
	q := NewPCG64(8)
	if err := snapshot.Restore(b, q); err != nil {
		t.Fatal(err)
	}
	var x, y []uint32
	for range 5 {
		x, y = append(x, p.Uint32()), append(y, q.Uint32())
	}
	if !slices.Equal(x, y) {
		t.Errorf("restored stream differs: %x, want %x", y, x)
	}
}

func TestPCG64EmptyRangePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewPCG64(0).Integers(3, 3)
}

func TestPCG64Allocs(t *testing.T) {
	p := NewPCG64(1)
	w := []float64{1, 2, 3}
	n := testing.AllocsPerRun(100, func() {
		p.Seed(9)
		p.Integers(0, 10)
		p.Choice(w)
		p.Normal()
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
