package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"tesuji/experiments/checkpoint"
	"tesuji/experiments/internal/lock"
)

// Weights says which of a run's weights to use.
type Weights string

const (
	// FinalWeights are those at the end, or, of a run that has not ended, of its last checkpoint.
	FinalWeights Weights = "final"
	// BestWeights are those of the best periodic evaluation.
	BestWeights Weights = "best"
)

// loadTrained builds what a run trains and loads weights into it.
func loadTrained(r *Run, which Weights, o Options) (learner, error) {
	f, path, err := readWeights(r, which, o)
	if err != nil {
		return nil, err
	}
	l, err := newLearner(r.Config, o.factory())
	if err != nil {
		return nil, err
	}
	if err := l.setWeights(f.Tensors); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return l, nil
}

func readWeights(r *Run, which Weights, o Options) (f *checkpoint.File, path string, err error) {
	switch which {
	case BestWeights:
		path = filepath.Join(r.Dir, bestDir, weightsFile)
	case FinalWeights, "":
		path = filepath.Join(r.Dir, weightsFile)
	default:
		return nil, "", fmt.Errorf("no weights called %q: use %q or %q", which, FinalWeights, BestWeights)
	}
	if f, err = checkpoint.Read(path); err == nil {
		return f, path, r.fits(f, path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, "", fmt.Errorf("%w (without this file, the newest checkpoint of %s is used)", err, r.Dir)
	}
	if which == BestWeights {
		return nil, "", fmt.Errorf("%s has no best weights: there was no periodic evaluation yet (eval.freq is %d)", r.Dir, r.Config.Eval.Freq)
	}
	list, err := checkpoint.List(filepath.Join(r.Dir, checkpointsDir))
	if err != nil {
		return nil, "", err
	}
	for _, e := range list {
		if f, err = checkpoint.Read(e.Path); err == nil {
			o.logf("%s has not ended: using its checkpoint at step %d", r.Dir, f.Steps)
			return f, e.Path, r.fits(f, e.Path)
		}
		o.logf("cannot use this checkpoint: %v", err)
	}
	if len(list) == 0 {
		if lock.Held(filepath.Join(r.Dir, lockFile)) {
			return nil, "", fmt.Errorf("%s is still training, and has no weights before its first checkpoint (checkpoint.freq is %d)",
				r.Dir, r.Config.Checkpoint.Freq)
		}
		return nil, "", fmt.Errorf("%s has no weights: it was stopped before its first checkpoint", r.Dir)
	}
	return nil, "", fmt.Errorf("%s has no usable checkpoint: %w", r.Dir, err)
}

// fits checks that weights belong to the run.
func (r *Run) fits(f *checkpoint.File, path string) error {
	if hash := r.Config.Hash(); f.Config != hash {
		return fmt.Errorf("%s was saved by a run of another config (sha256 %.12s, not %.12s): put the run's own file back, "+
			"or take it away, and the newest checkpoint is used", path, f.Config, hash)
	}
	return nil
}
