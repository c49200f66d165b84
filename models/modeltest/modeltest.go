// Package modeltest is the suite that every model passes: the same seed gives the same bits, on
// any kernel set and any number of threads; a trainer saved and restored at any point goes on as
// one that was never stopped; the budget of iterations is kept exactly; learning allocates nothing
// in its steady state; and measuring changes nothing.
package modeltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/models"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Case is a model to be tested.
type Case struct {
	New func(models.Setup) (models.Trainer, error)
	// Iterations of a run: several calls of Advance.
	Iterations int64
	// Warm is the number of calls of Advance after which nothing is allocated any more.
	Warm int
	// Short leaves out the pure-Go kernels, which are slow, except with one thread.
	Short bool
}

// Log is a Recorder that keeps everything as text, with numbers written exactly.
type Log struct {
	text strings.Builder
	Rows []map[string]float64 // each with its iterations under "iterations"
	row  map[string]float64
}

// Record sets a key of the row under way.
func (l *Log) Record(key string, value float64) {
	fmt.Fprintf(&l.text, "%s %x\n", key, value)
	if l.row == nil {
		l.row = map[string]float64{}
	}
	l.row[key] = value
}

// Dump ends the row.
func (l *Log) Dump(iterations int64) {
	l.Record("iterations", float64(iterations))
	l.Rows, l.row = append(l.Rows, l.row), nil
}

// String returns all that was reported, in order.
func (l *Log) String() string { return l.text.String() }

// Discard is a Recorder that keeps nothing and allocates nothing.
type Discard struct{}

// Record does nothing.
func (Discard) Record(string, float64) {}

// Dump does nothing.
func (Discard) Dump(int64) {}

// run is a trainer and what it reported.
type run struct {
	models.Trainer
	log Log
}

func (c Case) start(t testing.TB, iterations int64, seed uint64) *run {
	t.Helper()
	m, err := c.New(models.Setup{Iterations: iterations, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return &run{Trainer: m}
}

// advance makes one call and reports whether the run goes on.
func (r *run) advance(t testing.TB) bool {
	t.Helper()
	before, total := r.Progress()
	if err := r.Advance(context.Background(), &r.log); err != nil {
		t.Fatalf("Advance after %d iterations: %v", before, err)
	}
	done, _ := r.Progress()
	if done <= before || done > total {
		t.Fatalf("Advance went from %d to %d iterations of %d", before, done, total)
	}
	return done < total
}

// finish runs to the end and returns everything that can be compared.
func (r *run) finish(t testing.TB) (state []byte, log string) {
	t.Helper()
	for r.advance(t) {
	}
	return r.save(t), r.log.String()
}

func (r *run) save(t testing.TB) []byte {
	t.Helper()
	b, err := snapshot.Save(r.Trainer)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (r *run) measure(t testing.TB) []float64 {
	t.Helper()
	values, err := r.Evaluate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	metrics := r.Metrics()
	if len(metrics) == 0 || len(values) != len(metrics) {
		t.Fatalf("Evaluate returned %d values for %d metrics", len(values), len(metrics))
	}
	for i, v := range values {
		if metrics[i].Name == "" || metrics[i].Doc == "" || math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("%+v is %v", metrics[i], v)
		}
	}
	return values
}

// Train runs a trainer to its end and returns it.
func Train(t testing.TB, newTrainer func(models.Setup) (models.Trainer, error), iterations int64, seed uint64) models.Trainer {
	t.Helper()
	r := Case{New: newTrainer}.start(t, iterations, seed)
	r.finish(t)
	return r.Trainer
}

// Run tests the case, each property in a subtest.
func Run(t *testing.T, c Case) {
	t.Run("SameSeed", c.sameSeed)
	t.Run("Machines", c.machines)
	t.Run("Budget", c.budget)
	t.Run("Resume", c.resume)
	t.Run("Damage", c.damage)
	t.Run("Measuring", c.measuring)
	t.Run("Weights", c.weights)
	t.Run("Cancelled", c.cancelled)
	t.Run("Allocations", c.allocations)
}

// sameSeed: a seed gives the same bits, another seed others.
func (c Case) sameSeed(t *testing.T) {
	state, log := c.start(t, c.Iterations, 1).finish(t)
	again, logAgain := c.start(t, c.Iterations, 1).finish(t)
	if !bytes.Equal(state, again) || log != logAgain {
		t.Errorf("the same seed gave other bits: %s", difference(log, logAgain))
	}
	if log == "" {
		t.Error("nothing was reported, not even at the end")
	}
	if other, _ := c.start(t, c.Iterations, 2).finish(t); bytes.Equal(state, other) {
		t.Error("another seed gave the same bits")
	}
}

// machines: every kernel set and number of threads gives the same bits, in training and measuring.
func (c Case) machines(t *testing.T) {
	kernels, threads := tensor.Kernels(), tensor.Threads()
	defer func() {
		tensor.SetThreads(threads)
		if err := tensor.ForceKernels(kernels); err != nil {
			t.Error(err)
		}
	}()
	first := c.start(t, c.Iterations, 1)
	want, wantLog := first.finish(t)
	wantValues := first.measure(t)
	for _, k := range []string{"avx512", "avx2", "go"} {
		if err := tensor.ForceKernels(k); err != nil {
			t.Logf("not tested here: %v", err)
			continue
		}
		for _, n := range []int{1, 2, 3} {
			if c.Short && k == "go" && n > 1 {
				continue
			}
			tensor.SetThreads(n)
			r := c.start(t, c.Iterations, 1)
			if got, log := r.finish(t); !bytes.Equal(got, want) || log != wantLog {
				t.Errorf("kernels %s with %d threads gave other bits than %s with %d: %s", k, n, kernels, threads, difference(wantLog, log))
			}
			if values := r.measure(t); !slices.Equal(values, wantValues) {
				t.Errorf("kernels %s with %d threads measured %v, not %v", k, n, values, wantValues)
			}
		}
	}
}

// budget: a run ends at exactly the iterations asked for, however few they are.
func (c Case) budget(t *testing.T) {
	for _, n := range []int64{1, 3, c.Iterations} {
		r := c.start(t, n, 1)
		r.finish(t)
		if done, total := r.Progress(); done != n || total != n {
			t.Errorf("%d iterations asked for: Progress is %d of %d", n, done, total)
		}
		if rows := r.log.Rows; len(rows) == 0 || rows[len(rows)-1]["iterations"] != float64(n) {
			t.Errorf("%d iterations asked for, but no row at the last one", n)
		}
	}
}

// resume: at every call of Advance, the state saved before it and restored to a new trainer gives
// the same state, log and metrics after it.
func (c Case) resume(t *testing.T) {
	r := c.start(t, c.Iterations, 1)
	for calls, on := 0, true; on; calls++ {
		before, at := r.save(t), r.log.text.Len()
		// What the seed makes once and for all need not be in the state: a run is always resumed
		// with its seed. Everything that moves on must be.
		other := c.start(t, c.Iterations, 1)
		other.advance(t)
		other.log = Log{}
		if err := snapshot.Restore(before, other.Trainer); err != nil {
			t.Fatalf("before call %d: %v", calls, err)
		}
		if restored := other.save(t); !bytes.Equal(before, restored) {
			t.Fatalf("before call %d: saving what was restored gave other bits", calls)
		}
		on = r.advance(t)
		other.advance(t)
		if want, got := r.log.String()[at:], other.log.String(); want != got {
			t.Fatalf("call %d: the restored run's log differs: %s", calls, difference(want, got))
		}
		if !bytes.Equal(r.save(t), other.save(t)) {
			t.Fatalf("call %d: the restored run's state differs", calls)
		}
		if !on {
			if want, got := r.measure(t), other.measure(t); !slices.Equal(want, got) {
				t.Fatalf("the restored run measures %v, want %v", got, want)
			}
		}
	}
}

// damage: a state that is cut short is refused, not misread.
func (c Case) damage(t *testing.T) {
	r := c.start(t, c.Iterations, 1)
	r.advance(t)
	b := r.save(t)
	for _, n := range []int{0, 1, len(b) / 3, len(b) / 2, len(b) - 1} {
		if err := snapshot.Restore(b[:n:n], c.start(t, c.Iterations, 1).Trainer); err == nil {
			t.Errorf("the first %d bytes of %d were taken for a state", n, len(b))
		}
	}
}

// measuring repeats itself and changes nothing in the training.
func (c Case) measuring(t *testing.T) {
	want, wantLog := c.start(t, c.Iterations, 1).finish(t)
	r := c.start(t, c.Iterations, 1)
	for on, calls := true, 0; on; calls++ {
		if calls < 2 {
			if a, b := r.measure(t), r.measure(t); !slices.Equal(a, b) {
				t.Fatalf("measured %v and then %v", a, b)
			}
		}
		on = r.advance(t)
	}
	if got := r.save(t); !bytes.Equal(got, want) || r.log.String() != wantLog {
		t.Errorf("measuring changed the training: %s", difference(wantLog, r.log.String()))
	}
}

// weights: the parameters alone make another trainer measure the same.
func (c Case) weights(t *testing.T) {
	r := c.start(t, c.Iterations, 1)
	r.finish(t)
	other := c.start(t, c.Iterations, 1)
	if err := other.Params().Load(r.Params().Tensors()); err != nil {
		t.Fatal(err)
	}
	if want, got := r.measure(t), other.measure(t); !slices.Equal(want, got) {
		t.Errorf("a trainer with the same weights measures %v, want %v", got, want)
	}
}

// cancelled: an Evaluate that is cancelled says so.
func (c Case) cancelled(t *testing.T) {
	r := c.start(t, c.Iterations, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Evaluate(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Evaluate returned %v", err)
	}
}

// allocations: the steady state allocates nothing.
func (c Case) allocations(t *testing.T) {
	r := c.start(t, 1<<40, 1)
	ctx := context.Background()
	var rec models.Recorder = Discard{}
	for range c.Warm {
		if err := r.Advance(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(9, func() {
		if err := r.Advance(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations in each Advance", n)
	}
}

// difference tells where two logs part.
func difference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(la), len(lb)) {
		if la[i] != lb[i] {
			return fmt.Sprintf("line %d of the log is %q and %q", i+1, la[i], lb[i])
		}
	}
	if len(la) != len(lb) {
		return fmt.Sprintf("logs of %d and %d lines", len(la), len(lb))
	}
	return "the logs are equal, the states differ"
}
