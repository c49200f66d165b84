// Package trainertest is the contract of whatever a run trains: its numbers depend on nothing but
// the config, wherever the run is stopped.
package trainertest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tesuji/configs"
	"tesuji/experiments"
)

// Outcome is all of a finished run that must be the same again.
type Outcome struct {
	WeightsSHA256 string
	Final         string // the final evaluation
	Progress      string // progress.csv but for what the clock decides
	Evaluations   string // evaluations.csv
}

// Read returns the outcome of the finished run in dir.
func Read(t testing.TB, dir string) Outcome {
	t.Helper()
	r, err := experiments.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Manifest.State != experiments.Done {
		t.Fatalf("%s is %s: %s", dir, r.Manifest.State, r.Manifest.Error)
	}
	p, err := r.Progress()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range p.Len() {
		for _, c := range p.Columns {
			if !experiments.WallClock(c) {
				b.WriteString(c + "=" + p.Text(i, c) + " ")
			}
		}
		b.WriteByte('\n')
	}
	e, err := os.ReadFile(filepath.Join(dir, "evaluations.csv"))
	if err != nil {
		t.Fatal(err)
	}
	final, err := json.Marshal(r.Manifest.Final)
	if err != nil {
		t.Fatal(err)
	}
	return Outcome{r.Manifest.WeightsSHA256, string(final), b.String(), string(e)}
}

// Same fails the test unless two outcomes agree in every bit.
func Same(t testing.TB, what string, got, want Outcome) {
	t.Helper()
	if got.Progress != want.Progress {
		g, w := strings.Split(got.Progress, "\n"), strings.Split(want.Progress, "\n")
		for i := range min(len(g), len(w)) {
			if g[i] != w[i] {
				t.Errorf("%s: row %d of progress.csv\ngot  %s\nwant %s", what, i+1, g[i], w[i])
				break
			}
		}
		if len(g) != len(w) {
			t.Errorf("%s: %d rows in progress.csv, want %d", what, len(g)-1, len(w)-1)
		}
	}
	if got.Evaluations != want.Evaluations {
		t.Errorf("%s: evaluations.csv\ngot\n%s\nwant\n%s", what, got.Evaluations, want.Evaluations)
	}
	if got.WeightsSHA256 != want.WeightsSHA256 {
		t.Errorf("%s: weights %.12s, want %.12s", what, got.WeightsSHA256, want.WeightsSHA256)
	}
	if got.Final != want.Final {
		t.Errorf("%s: final evaluation %s, want %s", what, got.Final, want.Final)
	}
}

// Run tests a config, which should make no more than about twenty pieces of learning.
func Run(t *testing.T, cfg *configs.Run) {
	t.Helper()
	out := t.TempDir()
	pieces := 0
	first, err := experiments.Train(context.Background(), cfg, experiments.Options{
		Out: out, Progress: func(experiments.Progress) { pieces++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	if first.Steps != cfg.Total() {
		t.Fatalf("trained for %d steps, want %d", first.Steps, cfg.Total())
	}
	want := Read(t, first.Run)

	t.Run("same seed", func(t *testing.T) {
		// The number of threads is whatever else there could be that decides something.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		again, err := experiments.Train(context.Background(), cfg, experiments.Options{Out: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		Same(t, "the same config again", Read(t, again.Run), want)
	})
	t.Run("other seed", func(t *testing.T) {
		other := *cfg
		other.Seed++
		r, err := experiments.Train(context.Background(), &other, experiments.Options{Out: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if r.WeightsSHA256 == first.WeightsSHA256 {
			t.Error("another seed gave the same weights")
		}
	})
	t.Run("stopped at each piece", func(t *testing.T) {
		for k := 1; k < pieces; k++ {
			Same(t, "resumed", Read(t, stopped(t, cfg, k, 1<<30)), want)
		}
	})
	t.Run("stopped again and again", func(t *testing.T) {
		Same(t, "resumed after each piece", Read(t, stopped(t, cfg, 1, 1)), want)
	})
	t.Run("reproduces", func(t *testing.T) {
		r, err := experiments.Reproduce(context.Background(), first.Run, experiments.Options{Out: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Identical || !r.Weights {
			t.Errorf("%+v", r)
		}
	})
}

// stopped trains a config that is interrupted after the given number of pieces of learning and,
// each time it was resumed, after as many as then says. It returns the directory of the run.
func stopped(t *testing.T, cfg *configs.Run, after, then int) string {
	t.Helper()
	dir := ""
	limited := func(pieces int, run func(context.Context, experiments.Options) (*experiments.Result, error)) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		done := 0
		r, err := run(ctx, experiments.Options{Out: t.TempDir(), Progress: func(experiments.Progress) {
			if done++; done == pieces {
				cancel()
			}
		}})
		if r != nil {
			dir = r.Run
		}
		return err
	}
	err := limited(after, func(ctx context.Context, o experiments.Options) (*experiments.Result, error) {
		return experiments.Train(ctx, cfg, o)
	})
	for errors.Is(err, experiments.ErrInterrupted) {
		err = limited(then, func(ctx context.Context, o experiments.Options) (*experiments.Result, error) {
			return experiments.Resume(ctx, dir, o)
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
