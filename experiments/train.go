package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tesuji/configs"
	"tesuji/experiments/internal/atomicfile"
)

// Options of Train, Resume and Reproduce.
type Options struct {
	// Out is the directory that run directories are made in. Default "runs".
	Out string
	// Progress, if set, is called after every piece of learning (every few hundred transitions).
	Progress func(Progress)
	// Log, if set, gets one line for each thing that a person should know.
	Log io.Writer
	// TraceNaN looks at every number that training computes, which takes about twice the time, and
	// has the error about the first NaN or infinity name the operation that made it.
	TraceNaN bool

	parts *factory // set by tests
	// Set by Reproduce: stop at stopAt steps (0: go to the end), remember the weights' hash
	// at hashAt, and keep nothing to resume from.
	stopAt, hashAt int64
	throwaway      bool
}

func (o Options) factory() factory {
	if o.parts != nil {
		return *o.parts
	}
	return realParts
}

func (o Options) logf(format string, args ...any) {
	if o.Log != nil {
		fmt.Fprintf(o.Log, format+"\n", args...)
	}
}

// Progress is how far a run has got.
type Progress struct {
	Run            string // its directory
	Steps, Total   int64  // transitions or iterations
	StepsPerSecond float64
	Elapsed        time.Duration // in all sessions of the run
	Remaining      time.Duration // at this speed; 0 while that is unknown
	Episodes       int64
	MeanReward     float64 // of the last 100 training episodes; NaN before the first, and of models
	Loss           float64 // "train/loss" of the last row; NaN before the first, and of agents
}

// Result is what a run came to. As JSON, the metrics of the final weights stand beside the rest:
//
//	{"run": DIR, "steps": 100000, "seconds": 9.5, "mean_reward": 500, ..., "weights_sha256": HASH, "best": {...}}
type Result struct {
	Run           string      `json:"run"` // its directory
	Steps         int64       `json:"steps"`
	Seconds       float64     `json:"seconds"`           // in all sessions of the run
	PeakMemory    int64       `json:"peak_memory_bytes"` // as in Manifest
	Final         *Evaluation `json:"-"`                 // of the final weights; nil if the run did not end
	WeightsSHA256 string      `json:"weights_sha256"`
	Best          *Best       `json:"best"`
}

// MarshalJSON writes the object that the type describes.
func (r Result) MarshalJSON() ([]byte, error) {
	var o object
	o.add("run", r.Run)
	o.add("steps", r.Steps)
	o.add("seconds", r.Seconds)
	if r.Final != nil {
		o.metrics(r.Final.Metrics)
	}
	o.add("weights_sha256", r.WeightsSHA256)
	if r.Best != nil {
		o.add("best", r.Best)
	}
	o.add("peak_memory_bytes", r.PeakMemory)
	return o.MarshalJSON()
}

// ErrInterrupted is in the chain of the error of a run whose context was cancelled: everything
// is saved and Resume goes on.
var ErrInterrupted = errors.New("interrupted")

// Train runs a config in a new directory under o.Out.
//
// When ctx is cancelled it finishes the piece of learning under way, saves a checkpoint and
// returns the run so far with an error that wraps ErrInterrupted and ctx's cause. After any other
// error the run's last checkpoint is still there; the result is nil if there is no run.
func Train(ctx context.Context, cfg *configs.Run, o Options) (*Result, error) {
	// What cannot be built must leave no directory behind.
	s, err := newSession(cfg, o)
	if err != nil {
		return nil, err
	}
	s.manifest = newManifest(cfg, time.Now())
	dir, l, err := makeRunDir(o.Out, cfg, s.manifest)
	if err != nil {
		return nil, err
	}
	defer l.Release()
	s.moveTo(dir)
	if err := s.begin(); err != nil {
		return nil, err
	}
	return s.run(ctx)
}

// Resume goes on with a run from its last checkpoint, or from its start if it was killed before
// the first. A run that is done is left alone and its result returned.
func Resume(ctx context.Context, dir string, o Options) (*Result, error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	l, err := lockRun(dir)
	if err != nil {
		return nil, err
	}
	defer l.Release()
	// Another process may have gone on with it since.
	if r, err = OpenRun(dir); err != nil {
		return nil, err
	}
	if err := r.mustBeTrained("resume"); err != nil {
		return nil, err
	}
	if r.Manifest.State == Done {
		o.logf("%s is done already", dir)
		return r.Manifest.result(dir), nil
	}
	if err := tidy(dir); err != nil {
		return nil, err
	}
	s, err := restore(dir, r.Config, o)
	if err != nil {
		return nil, err
	}
	s.manifest = &r.Manifest
	s.manifest.Sessions++
	s.manifest.Host, s.manifest.State, s.manifest.Error = thisHost(), Running, ""
	s.manifest.Best = nil
	if s.evals.any {
		best := s.evals.best
		s.manifest.Best = &best
	}
	if s.restored {
		o.logf("%s: going on from step %d of %d", dir, s.saved, r.Manifest.Total)
		if err := s.manifest.write(dir); err != nil {
			return nil, err
		}
		return s.run(ctx)
	}
	o.logf("%s: no checkpoint yet, starting over", dir)
	if err := s.begin(); err != nil {
		return nil, err
	}
	return s.run(ctx)
}

// result is what the manifest of a finished run says.
func (m *Manifest) result(dir string) *Result {
	return &Result{Run: dir, Steps: m.Steps, Seconds: m.Seconds, PeakMemory: m.PeakMemory, WeightsSHA256: m.WeightsSHA256, Best: m.Best, Final: m.Final}
}

// tidy removes files whose writing a crash cut off and makes folders that someone removed.
func tidy(dir string) error {
	for _, sub := range []string{"", checkpointsDir, bestDir} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
		err := removeMatching(filepath.Join(dir, sub), func(name string) bool { return strings.HasSuffix(name, atomicfile.Suffix) })
		if err != nil {
			return err
		}
	}
	return nil
}

func removeMatching(dir string, match func(name string) bool) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if match(f.Name()) {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
