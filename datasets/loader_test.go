package datasets

import (
	"slices"
	"testing"

	"tesuji/snapshot"
)

// numbered is n pictures of 2 x 1 pixels that hold their index.
func numbered(n int) *Images {
	s := &Images{Name: "numbered", H: 2, W: 1, C: 1, Classes: digitNames}
	for i := range n {
		s.Pixels = append(s.Pixels, uint8(i), uint8(i))
		s.Labels = append(s.Labels, uint8(i%10))
	}
	return s
}

// read takes epochs of a loader's items, by their index.
func read(l *Loader, epochs int) (items []int) {
	x, y := make([]float32, 2*100), make([]int32, 100)
	for l.Epoch() < epochs {
		n := l.Size()
		if got := l.Next(x, y); got != n {
			panic("Size and Next disagree")
		}
		for k := range n {
			i := int(x[2*k]*255 + .5)
			if int32(i%10) != y[k] {
				panic("a label is another picture's")
			}
			items = append(items, i)
		}
	}
	return items
}

func TestLoaderGivesEachItemOnceAnEpoch(t *testing.T) {
	set := numbered(37)
	want := read(NewLoader(set, 1, nil, 5), 3)
	for e := range 3 {
		epoch := slices.Clone(want[e*37 : (e+1)*37])
		if slices.IsSorted(epoch) {
			t.Errorf("epoch %d is not shuffled", e)
		}
		slices.Sort(epoch)
		for i, v := range epoch {
			if i != v {
				t.Fatalf("epoch %d has not each item once: %v", e, epoch)
			}
		}
	}
	if slices.Equal(want[:37], want[37:74]) {
		t.Error("two epochs have one order")
	}
	for _, batch := range []int{4, 37, 100} {
		if l := NewLoader(set, batch, nil, 5); !slices.Equal(read(l, 3), want) {
			t.Errorf("batches of %d: another order", batch)
		}
	}
	if slices.Equal(read(NewLoader(set, 4, nil, 6), 3), want) {
		t.Error("two seeds have one order")
	}
	if l := NewLoader(set, 4, nil, 5); l.Batches() != 10 {
		t.Errorf("%d batches of 4 in 37 items", l.Batches())
	}
}

func TestLoaderResumes(t *testing.T) {
	set := numbered(37)
	l := NewLoader(set, 4, nil, 5)
	x, y := make([]float32, 8), make([]int32, 4)
	for range 13 {
		l.Next(x, y)
	}
	saved, err := snapshot.Save(l)
	if err != nil {
		t.Fatal(err)
	}
	want := read(l, 3)
	other := NewLoader(set, 4, nil, 5)
	if err := snapshot.Restore(saved, other); err != nil {
		t.Fatal(err)
	}
	if got := read(other, 3); !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if err := snapshot.Restore(saved, NewLoader(numbered(3), 1, nil, 5)); err == nil {
		t.Error("a place beyond the set was accepted")
	}
}

// TestDistortionsAreTheItems: what an item looks like in an epoch depends on neither the batch
// size nor the order.
func TestDistortionsAreTheItems(t *testing.T) {
	set := Digits(0, "test", 30)
	epoch := func(batch int) [][]float32 {
		l := NewLoader(set, batch, &MNISTAffine, 3)
		x, y := make([]float32, batch*784), make([]int32, batch)
		var all [][]float32
		for l.Epoch() == 0 {
			for k := range l.Next(x, y) {
				all = append(all, slices.Clone(x[k*784:(k+1)*784]))
			}
		}
		return all
	}
	a, b := epoch(1), epoch(7)
	for i := range a {
		if !slices.Equal(a[i], b[i]) {
			t.Fatalf("item %d differs", i)
		}
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	l := NewLoader(Digits(0, "test", 30), 8, &MNISTAffine, 3)
	x, y := make([]float32, 8*784), make([]int32, 8)
	if n := testing.AllocsPerRun(20, func() { l.Next(x, y) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkNextAffine(b *testing.B) {
	l := NewLoader(Digits(0, "test", 640), 64, &MNISTAffine, 3)
	x, y := make([]float32, 64*784), make([]int32, 64)
	for b.Loop() {
		l.Next(x, y)
	}
}
