package models

import (
	"math"
	"testing"
)

func TestWarmupCosine(t *testing.T) {
	// The rates of nanoGPT's CPU configuration, by its own formula.
	for _, c := range []struct {
		at   int64
		want float64
	}{
		{0, 1e-3 / 101}, {99, 1e-3 * 100 / 101}, {100, 1e-3}, {1050, 5.5e-4}, {1999, 1.00000615e-4}, {2000, 1e-4}, {9000, 1e-4},
	} {
		if got := WarmupCosine(1e-3, 1e-4, 100, c.at, 2000); math.Abs(got-c.want) > 1e-11 {
			t.Errorf("iteration %d: %v, want %v", c.at, got, c.want)
		}
	}
	if got := WarmupCosine(1, .5, 0, 0, 1); got != 1 {
		t.Errorf("without warm-up a run begins at %v, want 1", got)
	}
}

func TestOneCycle(t *testing.T) {
	// torch.optim.lr_scheduler.OneCycleLR(max_lr=3e-3, total_steps=100).get_last_lr()
	for _, c := range []struct {
		at   int64
		want float64
	}{
		{0, 1.2e-4}, {10, 8.854918e-4}, {29, 3e-3}, {60, 1.7678403e-3}, {99, 1.2e-8},
	} {
		if got := OneCycle(3e-3, c.at, 100); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("iteration %d: %v, want %v", c.at, got, c.want)
		}
	}
	for _, total := range []int64{1, 2, 3, 4, 5} {
		for at := range total {
			if got := OneCycle(1, at, total); !(got > 0 && got <= 1) {
				t.Errorf("iteration %d of %d: %v", at, total, got)
			}
		}
	}
}
