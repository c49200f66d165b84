package nets

import (
	"slices"
	"testing"

	"tesuji/snapshot"
)

func TestEMA(t *testing.T) {
	p, fixed := NewParam("p", 2), NewFixed("f", 1)
	s := Collect(params{p, fixed})
	e := NewEMA(s, .75, false)
	copy(p.Value.Data, []float32{4, 8})
	fixed.Value.Data[0] = 5
	e.Update()
	copy(p.Value.Data, []float32{0, 4})
	e.Update()
	want := []float32{.75, 2.5} // 1 then .75, 2 then 2.5
	e.Swap()
	if !slices.Equal(p.Value.Data, want) || fixed.Value.Data[0] != 5 {
		t.Errorf("average %v, fixed %v", p.Value.Data, fixed.Value.Data)
	}
	for name, f := range map[string]func(){"Update": e.Update, "State": func() { _, _ = snapshot.Save(e) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s while swapped", name)
				}
			}()
			f()
		}()
	}
	e.Swap()
	if !slices.Equal(p.Value.Data, []float32{0, 4}) {
		t.Errorf("after the second swap %v", p.Value.Data)
	}
	other := Collect(params{NewParam("p", 2), NewFixed("f", 1)})
	e.CopyTo(other)
	if !slices.Equal(other.All()[0].Value.Data, want) || other.All()[1].Value.Data[0] != 5 {
		t.Errorf("copied %v", other.All()[0].Value.Data)
	}
	b, err := snapshot.Save(e)
	if err != nil {
		t.Fatal(err)
	}
	again := NewEMA(s, .75, false)
	if err := snapshot.Restore(b, again); err != nil || again.updates != 2 || !slices.Equal(again.average, e.average) {
		t.Errorf("restored %+v, %v", again, err)
	}
	if n := testing.AllocsPerRun(10, e.Update); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEMAWarmsUp(t *testing.T) {
	p := NewParam("p", 1)
	e := NewEMA(Collect(params{p}), .3, true)
	p.Value.Data[0] = 1
	for i, want := range []float64{.1, 2. / 11, .25, .3, .3} {
		if got := e.Decay(); got != want {
			t.Errorf("decay of update %d is %v, want %v", i, got, want)
		}
		e.Update()
	}
}
