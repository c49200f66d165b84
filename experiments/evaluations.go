package experiments

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"tesuji/agents"
	"tesuji/configs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

var evaluationColumns = []string{"timesteps", "episode", "reward", "length"}

// evaluations measures the policy during training and remembers the best. Its environments'
// seeds come from a stream of their own, so that no evaluation plays what was trained on, and
// nothing of training depends on when it is evaluated.
type evaluations struct {
	dir    string
	cfg    *configs.Run
	player *player
	seeds  *rng.Stream
	at     int64 // transitions at the last evaluation
	best   Best
	any    bool // best is set
	csv    *csvLog
}

func newEvaluations(dir string, cfg *configs.Run, f factory) (*evaluations, error) {
	p, err := f.player(cfg, min(cfg.Eval.Episodes, playerEnvs), nil)
	if err != nil {
		return nil, err
	}
	return &evaluations{dir: dir, cfg: cfg, player: p, seeds: rng.New(cfg.Seed, "evaluation")}, nil
}

func (e *evaluations) path() string { return filepath.Join(e.dir, evaluationsFile) }

func (e *evaluations) create() (err error) {
	e.csv, err = createCSV(e.path(), evaluationColumns)
	return err
}

// open opens the table at the place that State restored.
func (e *evaluations) open() (err error) {
	e.csv, err = resumeCSV(e.path(), evaluationColumns, e.csv.rows)
	return err
}

// due reports whether an evaluation is due at a number of transitions.
func (e *evaluations) due(steps int64) bool {
	f := e.cfg.Eval.Freq
	return f > 0 && steps/f > e.at/f
}

// run evaluates the policy; improved tells that it is the best so far.
func (e *evaluations) run(ctx context.Context, steps int64, policy agents.Policy, norm *envs.Normalize) (r *EvalResult, improved bool, err error) {
	if !e.cfg.Eval.Deterministic {
		// Sampling may draw from the agent's streams: an evaluation that was broken off half-way
		// could not be repeated exactly. It is played to its end.
		ctx = context.WithoutCancel(ctx)
	}
	before := *e.seeds
	r, err = e.player.play(ctx, policy, norm, e.cfg.Eval.Episodes, e.cfg.Eval.Deterministic, e.seeds.Uint64())
	if err != nil {
		*e.seeds = before
		return nil, false, err
	}
	e.at = steps
	for i := range r.Returns {
		if err := e.csv.add([]float64{float64(steps), float64(i + 1), r.Returns[i], float64(r.Lengths[i])}); err != nil {
			return nil, false, err
		}
	}
	if improved = !e.any || r.MeanReward > e.best.MeanReward; improved {
		e.best, e.any = Best{steps, r.MeanReward}, true
	}
	if math.IsNaN(r.MeanReward) || math.IsInf(r.MeanReward, 0) {
		return nil, false, fmt.Errorf("%s is %v", keyEvalReward, r.MeanReward)
	}
	return r, improved, nil
}

// State saves or restores everything but the files' content.
func (e *evaluations) State(a *snapshot.Archive) {
	a.Object("seeds", e.seeds)
	a.Int64("at", &e.at)
	a.Bool("any", &e.any)
	a.Int64("best_steps", &e.best.Steps)
	a.Float64("best_mean_reward", &e.best.MeanReward)
	rows := int64(0)
	if a.Saving() {
		rows = e.csv.rows
	}
	a.Int64("rows", &rows)
	if !a.Saving() {
		if rows < 0 {
			a.Fail(fmt.Errorf("%d rows", rows))
			return
		}
		e.csv = &csvLog{rows: rows}
	}
}
