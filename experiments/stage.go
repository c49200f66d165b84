package experiments

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/experiments/checkpoint"
	"tesuji/internal/rng"
)

// StageOptions of OpenStage.
type StageOptions struct {
	Seed    *uint64 // of the environments; default: the config's. Never those of training
	Weights Weights // default FinalWeights
	Log     io.Writer

	parts *factory
}

// Stage is a run's policy and environments to show it in, such as in a window.
type Stage struct {
	Run *Run
	// Deterministic is the config's eval.deterministic.
	Deterministic bool

	opt     StageOptions
	learner *agentLearner
	seed    uint64
	file    weightsStamp // that the weights come from
}

// OpenStage loads the weights of a run, which may still be training.
func OpenStage(dir string, o StageOptions) (*Stage, error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	if r.Config.IsModel() {
		return nil, fmt.Errorf("%s trains the model %s: there is no policy to watch", dir, r.Config.Model)
	}
	seed := r.Config.Seed
	if o.Seed != nil {
		seed = *o.Seed
	}
	s := &Stage{Run: r, Deterministic: r.Config.Eval.Deterministic, opt: o, seed: rng.New(seed, "watching").Uint64()}
	opt := s.options()
	l, err := newLearner(r.Config, opt.factory())
	if err != nil {
		return nil, err
	}
	s.learner = l.(*agentLearner)
	if _, err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Stage) options() Options { return Options{Log: s.opt.Log, parts: s.opt.parts} }

// NewEnv makes an environment as the policy is evaluated in, seeded. All of a stage play the same
// episodes.
func (s *Stage) NewEnv() (envs.Env, error) {
	opt := s.options()
	e, err := opt.factory().env(s.Run.Config.ForEvaluation())
	if err != nil {
		return nil, fmt.Errorf("environment %s: %w", s.Run.Config.Env, err)
	}
	limit := e.Spec().MaxSteps
	if limit == 0 {
		limit = playerSteps
	}
	limited, err := envs.NewTimeLimit(e, limit)
	if err != nil {
		return nil, err
	}
	limited.Seed(s.seed)
	return limited, nil
}

// Steps returns the transitions that the weights were learned from.
func (s *Stage) Steps() int64 { return s.file.steps }

// Refresh loads the newest weights and reports whether they are other ones. After an error, such as
// that the run's directory is gone, the weights are those from before.
func (s *Stage) Refresh() (changed bool, err error) {
	if _, err := os.Stat(filepath.Join(s.Run.Dir, configFile)); err != nil {
		return false, fmt.Errorf("the run %s is gone: %w", s.Run.Dir, pathless(err))
	}
	return s.load()
}

// weightsStamp tells files with weights apart without reading them.
type weightsStamp struct {
	path  string
	time  time.Time
	size  int64
	steps int64
}

// load loads the newest weights unless they are loaded already.
func (s *Stage) load() (changed bool, err error) {
	stamp, err := s.newest()
	if err == nil && stamp.path == s.file.path && stamp.time.Equal(s.file.time) && stamp.size == s.file.size {
		return false, nil
	}
	f, path, err := readWeights(s.Run, s.opt.Weights, s.options())
	if err != nil {
		return false, err
	}
	if err := s.learner.setWeights(f.Tensors); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	changed = path != s.file.path || f.Steps != s.file.steps
	s.file = stamp
	s.file.steps = f.Steps
	return changed, nil
}

// newest returns the file that readWeights reads, as far as can be seen from outside.
func (s *Stage) newest() (weightsStamp, error) {
	path := filepath.Join(s.Run.Dir, weightsFile)
	if s.opt.Weights == BestWeights {
		path = filepath.Join(s.Run.Dir, bestDir, weightsFile)
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && s.opt.Weights != BestWeights {
		list, e := checkpoint.List(filepath.Join(s.Run.Dir, checkpointsDir))
		if e != nil || len(list) == 0 {
			return weightsStamp{}, errors.Join(err, e)
		}
		path = list[0].Path
		info, err = os.Stat(path)
	}
	if err != nil {
		return weightsStamp{}, err
	}
	return weightsStamp{path: path, time: info.ModTime(), size: info.Size()}, nil
}

// Policy returns the policy, for observations as the environments of NewEnv give them. It follows
// Refresh. It explains itself (agents.Explainer) if the agent's policy does.
func (s *Stage) Policy() agents.Policy {
	p := s.learner.agent.Policy()
	if n := s.learner.world.norm; n != nil && n.Options().Obs {
		v := &rawPolicy{policy: p, norm: n}
		if e, ok := p.(agents.Explainer); ok {
			return &rawExplainer{v, e}
		}
		return v
	}
	return p
}

// rawPolicy is a policy of raw observations around one of normalised ones.
type rawPolicy struct {
	policy agents.Policy
	norm   *envs.Normalize
	rows   []float32
}

func (n *rawPolicy) scaled(obs envs.Rows) envs.Rows {
	n.rows = append(n.rows[:0], obs.F32...)
	scaled := envs.Rows{N: obs.N, Size: obs.Size, F32: n.rows}
	n.norm.NormalizeObs(scaled)
	return scaled
}

// Act implements agents.Policy.
func (n *rawPolicy) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	return n.policy.Act(n.scaled(obs), deterministic, actions)
}

// Forget implements agents.Rememberer.
func (n *rawPolicy) Forget(ended []bool) {
	agents.Forget(n.policy, ended)
}

type rawExplainer struct {
	*rawPolicy
	explainer agents.Explainer
}

// Explain implements agents.Explainer.
func (n *rawExplainer) Explain(obs envs.Rows) (agents.Explanation, error) {
	return n.explainer.Explain(n.scaled(obs))
}
