package experiments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tesuji/configs"
	"tesuji/experiments/checkpoint"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// session is one process's work on a run. Everything that decides what comes next is in State.
type session struct {
	dir  string
	cfg  *configs.Run
	hash string // of cfg
	opt  Options

	learner  learner
	recorder *recorder
	evals    *evaluations
	manifest *Manifest

	restored  bool
	saved     int64 // steps at the last checkpoint, 0 before the first
	from      int64 // steps when the session began
	noted     string
	throwaway bool
	trace     *tensor.Trace // nil unless NaNs are traced
}

// tracing is held while the parts of a run are built whose tapes are traced for it.
var tracing sync.Mutex

// newSession builds all parts of a run, at its start. Nothing is written.
func newSession(cfg *configs.Run, o Options) (*session, error) {
	s := &session{cfg: cfg, hash: cfg.Hash(), opt: o, throwaway: o.throwaway}
	if o.TraceNaN {
		tracing.Lock()
		defer tracing.Unlock()
		s.trace = tensor.StartTrace()
		defer s.trace.Stop()
	}
	var err error
	if s.learner, err = newLearner(cfg, o.factory()); err != nil {
		return nil, err
	}
	logs := s.learner.layout()
	s.evals = newEvaluations(cfg.Eval.Freq, logs)
	s.recorder = newRecorder("", logs)
	return s, nil
}

// moveTo sets the run's directory.
func (s *session) moveTo(dir string) { s.dir, s.evals.dir, s.recorder.dir = dir, dir, dir }

// begin starts the log files and the manifest of a run at step 0.
func (s *session) begin() error {
	if err := removeEvents(s.dir); err != nil {
		return err
	}
	if err := s.recorder.create(); err != nil {
		return err
	}
	if err := s.evals.create(); err != nil {
		return err
	}
	return s.manifest.write(s.dir)
}

// restore builds the session that the newest usable checkpoint of a run holds, or one at the
// run's start if there is no checkpoint.
func restore(dir string, cfg *configs.Run, o Options) (*session, error) {
	list, err := checkpoint.List(filepath.Join(dir, checkpointsDir))
	if err != nil {
		return nil, err
	}
	var refused []error
	for _, e := range list {
		// A session that a restore failed on is in no defined state: each gets a fresh one.
		s, err := newSession(cfg, o)
		if err != nil {
			return nil, err
		}
		s.moveTo(dir)
		if err := s.load(e.Path); err != nil {
			refused = append(refused, err)
			o.logf("cannot go on from this checkpoint, trying the one before: %v", err)
			continue
		}
		if err := s.openLogs(); err != nil {
			return nil, err
		}
		return s, nil
	}
	if len(refused) > 0 {
		return nil, fmt.Errorf("no usable checkpoint in %s (without any, the run starts over: move them away for that): %w",
			filepath.Join(dir, checkpointsDir), errors.Join(refused...))
	}
	s, err := newSession(cfg, o)
	if err != nil {
		return nil, err
	}
	s.moveTo(dir)
	return s, nil
}

func (s *session) load(path string) error {
	f, err := checkpoint.Read(path)
	if err != nil {
		return err
	}
	if f.State == nil {
		return fmt.Errorf("%s: %w: it has weights but no state", path, checkpoint.ErrDamaged)
	}
	if f.Config != s.hash {
		return fmt.Errorf("%s was saved by a run of another config (sha256 %.12s, not %.12s)", path, f.Config, s.hash)
	}
	if err := snapshot.Restore(f.State, s); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	done, _ := s.learner.progress()
	if done != f.Steps {
		return fmt.Errorf("%s: %w: it says %d steps, its state %d", path, checkpoint.ErrDamaged, f.Steps, done)
	}
	s.saved, s.from, s.restored = done, done, true
	return nil
}

func (s *session) openLogs() error {
	warning, err := s.recorder.open()
	if err != nil {
		return err
	}
	if warning != "" {
		s.opt.logf("%s", warning)
	}
	return s.evals.open()
}

// State saves or restores all that decides how the run goes on.
func (s *session) State(a *snapshot.Archive) {
	a.Check("config", s.hash)
	a.Object("learner", s.learner)
	a.Object("recorder", s.recorder)
	a.Object("evaluations", s.evals)
}

// run trains to the end, evaluates, and writes what became of it into the manifest.
func (s *session) run(ctx context.Context) (*Result, error) {
	defer s.close()
	err := s.loop(ctx)
	if err == nil {
		err = s.finish(ctx)
	}
	switch {
	case err == nil:
	case errors.Is(err, ErrInterrupted):
		s.manifest.State = Interrupted
	default:
		s.manifest.State, s.manifest.Error = Failed, err.Error()
		err = fmt.Errorf("run %s: %w", s.dir, err)
	}
	s.manifest.Seconds, s.manifest.PeakMemory = s.recorder.elapsed().Seconds(), peakMemory()
	if e := s.manifest.write(s.dir); err == nil && e != nil {
		return nil, e
	}
	return s.manifest.result(s.dir), err
}

// loop alternates learning with what is due between two pieces of it. A checkpoint is a restart
// from the top of the loop: whatever was due there is due again.
func (s *session) loop(ctx context.Context) error {
	begun := time.Now()
	// A piece of learning is always finished: nothing can be saved in its middle.
	whole := context.WithoutCancel(ctx)
	for {
		done, total := s.learner.progress()
		if s.opt.hashAt == done && done > 0 {
			s.noted = s.learner.params().Hash()
		}
		if s.evals.due(done) {
			if err := s.evaluate(ctx, done); err != nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
				return fmt.Errorf("step %d: evaluation: %w", done, err)
			}
		}
		interrupted := ctx.Err() != nil
		if f := s.cfg.Checkpoint.Freq; f > 0 && done/f > s.saved/f || interrupted || done == total {
			if err := s.checkpoint(done); err != nil {
				return err
			}
		}
		if interrupted {
			return fmt.Errorf("%w at step %d: %w", ErrInterrupted, done, context.Cause(ctx))
		}
		if done == total || s.opt.stopAt > 0 && done >= s.opt.stopAt {
			return nil
		}
		s.recorder.pieces++
		err := s.learner.advance(whole, s.recorder)
		if err == nil {
			err = s.recorder.err
		}
		now, _ := s.learner.progress()
		if err != nil {
			return fmt.Errorf("step %d: %w", now, s.blame(err))
		}
		if now == done {
			return fmt.Errorf("step %d: %s makes no progress", now, cmp.Or(s.cfg.Agent, s.cfg.Model))
		}
		if s.opt.Progress != nil {
			s.report(now, total, time.Since(begun))
		}
	}
}

// blame adds to an error what made the first NaN, if that was traced.
func (s *session) blame(err error) error {
	if s.trace != nil {
		if f := s.trace.Fault(); f != nil {
			return fmt.Errorf("%w (the first NaN or infinity: %w)", err, f)
		}
	}
	return err
}

func (s *session) report(done, total int64, session time.Duration) {
	p := Progress{
		Run: s.dir, Steps: done, Total: total, Elapsed: s.recorder.elapsed(),
		Episodes: s.recorder.episodes, MeanReward: s.recorder.returns.mean(), Loss: math.NaN(),
	}
	if s.cfg.IsModel() {
		p.Loss = s.recorder.loss
	}
	if seconds := session.Seconds(); seconds > 0 {
		p.StepsPerSecond = float64(done-s.from) / seconds
		p.Remaining = time.Duration(float64(total-done) / p.StepsPerSecond * float64(time.Second))
	}
	s.opt.Progress(p)
}

func (s *session) evaluate(ctx context.Context, done int64) error {
	e, err := s.learner.evaluate(ctx)
	if err != nil {
		return err
	}
	improved, err := s.evals.add(done, e)
	if err != nil {
		return err
	}
	s.recorder.evaluation(done, e)
	if s.recorder.err != nil {
		return s.recorder.err
	}
	if improved {
		best := s.evals.best
		s.manifest.Best = &best
		if !s.throwaway {
			return checkpoint.Write(filepath.Join(s.dir, bestDir, weightsFile), s.weights(done))
		}
	}
	return nil
}

// weights returns what was learned, for a weights file.
func (s *session) weights(done int64) *checkpoint.File {
	return &checkpoint.File{Config: s.hash, Steps: done, Tensors: s.learner.weights()}
}

// checkpoint makes everything so far durable: first the logs, whose lengths it holds, then it.
func (s *session) checkpoint(done int64) error {
	if s.throwaway || s.restored && s.saved == done {
		return nil
	}
	if err := s.saveAll(done); err != nil {
		return fmt.Errorf("step %d: checkpoint: %w", done, err)
	}
	s.saved, s.restored = done, true
	return nil
}

func (s *session) saveAll(done int64) error {
	if err := s.recorder.sync(); err != nil {
		return err
	}
	if err := s.evals.csv.sync(); err != nil {
		return err
	}
	state, err := snapshot.Save(s)
	if err != nil {
		return err
	}
	f := s.weights(done)
	f.State = state
	if err := checkpoint.Save(filepath.Join(s.dir, checkpointsDir), f, s.cfg.Checkpoint.Keep); err != nil {
		return fmt.Errorf("%w (%s)", err, writeRemedy)
	}
	s.manifest.Steps, s.manifest.WeightsSHA256 = done, s.learner.params().Hash()
	s.manifest.Seconds = s.recorder.elapsed().Seconds()
	return s.manifest.write(s.dir)
}

// finish measures and saves the final weights.
func (s *session) finish(ctx context.Context) error {
	done, total := s.learner.progress()
	s.manifest.Steps, s.manifest.WeightsSHA256 = done, s.learner.params().Hash()
	if done < total {
		return nil // stopped by stopAt
	}
	final, err := s.learner.finalEvaluation(ctx)
	if err == nil {
		err = final.check()
	}
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w at step %d, in the final evaluation: %w", ErrInterrupted, done, context.Cause(ctx))
		}
		return fmt.Errorf("final evaluation: %w", err)
	}
	s.manifest.Final = final
	s.manifest.State = Done
	if s.throwaway {
		return nil
	}
	return checkpoint.Write(filepath.Join(s.dir, weightsFile), s.weights(done))
}

func (s *session) close() {
	// Everything that matters is synced by checkpoints; what is after the last is redone.
	s.recorder.close()
	if s.evals.csv != nil {
		s.evals.csv.close()
	}
}

// removeEvents removes the TensorBoard files of a run that starts over.
func removeEvents(dir string) error {
	return removeMatching(dir, func(name string) bool { return strings.HasPrefix(name, "events.out.tfevents.") })
}
