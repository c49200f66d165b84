package speed

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	allenvs "tesuji/envs/all"
	"tesuji/tensor"
)

func TestFigures(t *testing.T) {
	want := map[string]int{"kernels": len(products) + len(networks), "layers": 2 * len(layerCases)}
	if tensor.PeakFLOPs(time.Millisecond) > 0 {
		want["kernels"]++
		want["layers"]++
	}
	for _, e := range allenvs.List() {
		if !e.Outside {
			want["envs"]++
		}
		if strings.HasPrefix(e.ID, "Arcade/") { // once more with the screens prepared
			want["envs"]++
		}
	}
	for name, n := range want {
		b, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		var got []Figure
		if err := b.Measure(context.Background(), time.Millisecond, func(f Figure) { got = append(got, f) }); err != nil {
			t.Fatal(err)
		}
		if len(got) != n {
			t.Errorf("%s: %d figures, want %d", name, len(got), n)
		}
		for _, f := range got {
			if f.Bench != name || f.Name == "" || f.Unit == "" || !(f.Value > 0) || f.PercentOfPeak < 0 || math.IsInf(f.Value, 0) {
				t.Errorf("figure %+v", f)
			}
		}
	}
}

func TestTrainings(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for seconds")
	}
	b, err := Find("train")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var got []Figure
	err = b.Measure(ctx, 0, func(f Figure) {
		got = append(got, f)
		cancel() // one shows how it goes
	})
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.Cause(ctx)) {
		t.Errorf("error %v", err)
	}
	if len(got) != 1 || !(got[0].Value > 0) {
		t.Errorf("figures %+v", got)
	}
}

func TestFind(t *testing.T) {
	if _, err := Find("none"); err == nil {
		t.Error("found a bench that does not exist")
	}
}
