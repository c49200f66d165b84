package rng

import "testing"

func TestSeek(t *testing.T) {
	s, fresh := New(7, "seek"), New(7, "seek")
	first := make([]uint64, 100)
	for i := range first {
		first[i] = fresh.Uint64()
	}
	s.Seek(3)
	third := s.Uint64()
	s.Uint32() // leaves the stream within a block
	s.Seek(0)
	for i, want := range first {
		if got := s.Uint64(); got != want {
			t.Fatalf("draw %d of part 0 is %x, the stream's own is %x", i, got, want)
		}
	}
	s.Seek(3)
	if got := s.Uint64(); got != third {
		t.Errorf("part 3 began with %x, then with %x", third, got)
	}
	seen := map[uint64]uint64{}
	for n := range uint64(1000) {
		s.Seek(n)
		w := s.Uint64()
		if m, ok := seen[w]; ok {
			t.Fatalf("parts %d and %d begin alike", m, n)
		}
		seen[w] = n
	}
	if n := testing.AllocsPerRun(100, func() { s.Seek(5); s.Normal() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
