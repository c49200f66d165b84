package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/experiments/checkpoint"
	"tesuji/nets"
)

// normPrefix begins the names of the normaliser's statistics among the weights.
const normPrefix = "normalize."

// weights returns the policy's parameters and the normaliser's statistics as they are.
func (s *session) weights(done int64) *checkpoint.File {
	f := &checkpoint.File{Config: s.hash, Steps: done, Tensors: s.agent.Params().Tensors()}
	if n := s.world.norm; n != nil {
		for _, st := range statistics(n) {
			f.Tensors = append(f.Tensors, nets.DoubleTensor(st.name+"mean", st.Mean), nets.DoubleTensor(st.name+"var", st.Var),
				nets.DoubleTensor(st.name+"count", []float64{st.Count}))
		}
	}
	return f
}

type namedStats struct {
	name string
	*envs.RunningStats
}

func statistics(n *envs.Normalize) []namedStats {
	return []namedStats{{normPrefix + "obs.", n.ObsStats()}, {normPrefix + "reward.", n.RewardStats()}}
}

// applyWeights sets a policy's parameters and a normaliser's statistics to those of a file.
func applyWeights(f *checkpoint.File, a agents.Agent, n *envs.Normalize) error {
	var weights []nets.NamedTensor
	stats := map[string]nets.NamedTensor{}
	for _, t := range f.Tensors {
		if strings.HasPrefix(t.Name, normPrefix) {
			stats[t.Name] = t
		} else {
			weights = append(weights, t)
		}
	}
	if err := a.Params().Load(weights); err != nil {
		return err
	}
	if n == nil {
		return nil
	}
	for _, st := range statistics(n) {
		var count [1]float64
		for _, part := range []struct {
			name string
			dst  []float64
		}{{"mean", st.Mean}, {"var", st.Var}, {"count", count[:]}} {
			t, ok := stats[st.name+part.name]
			if !ok {
				return fmt.Errorf("%w: no tensor %q", checkpoint.ErrDamaged, st.name+part.name)
			}
			if err := t.Doubles(part.dst); err != nil {
				return fmt.Errorf("%w: %w", checkpoint.ErrDamaged, err)
			}
		}
		st.Count = count[0]
	}
	return nil
}

// Weights says which of a run's weights to use.
type Weights string

const (
	// FinalWeights are those at the end, or, of a run that has not ended, of its last checkpoint.
	FinalWeights Weights = "final"
	// BestWeights are those of the best periodic evaluation.
	BestWeights Weights = "best"
)

// trained is a run's policy, ready to act.
type trained struct {
	agent agents.Agent
	norm  *envs.Normalize
	path  string // of the weights
	steps int64  // transitions they were trained for
}

// loadTrained builds a run's agent and loads weights into it.
func loadTrained(r *Run, which Weights, o Options) (*trained, error) {
	f, path, err := readWeights(r, which, o)
	if err != nil {
		return nil, err
	}
	w, a, err := o.factory().learner(r.Config)
	if err != nil {
		return nil, err
	}
	if err := applyWeights(f, a, w.norm); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &trained{a, w.norm, path, f.Steps}, nil
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
		return nil, "", err
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
		return nil, "", fmt.Errorf("%s has no weights: it was stopped before its first checkpoint", r.Dir)
	}
	return nil, "", fmt.Errorf("%s has no usable checkpoint: %w", r.Dir, err)
}

// fits checks that weights belong to the run.
func (r *Run) fits(f *checkpoint.File, path string) error {
	if hash := r.Config.Hash(); f.Config != hash {
		return fmt.Errorf("%s was saved by a run of another config (sha256 %.12s, not %.12s)", path, f.Config, hash)
	}
	return nil
}
