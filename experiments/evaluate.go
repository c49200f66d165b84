package experiments

import (
	"context"
	"fmt"
	"io"

	"tesuji/internal/rng"
)

// EvalOptions of Evaluate. The zero value evaluates the final weights as training did at its end,
// on other seeds.
type EvalOptions struct {
	Episodes      int     // default: the config's final_eval_episodes
	Seed          *uint64 // default: the config's seed. Never those of training or its evaluations
	Deterministic *bool   // default: the config's eval.deterministic
	Weights       Weights // default FinalWeights
	Log           io.Writer

	parts *factory
}

// Evaluate plays episodes with a run's policy and measures them by raw rewards. It does not
// change the run, which may be going on.
func Evaluate(ctx context.Context, dir string, o EvalOptions) (*EvalResult, error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	episodes, seed, deterministic := r.Config.FinalEvalEpisodes, r.Config.Seed, r.Config.Eval.Deterministic
	if o.Episodes < 0 {
		return nil, fmt.Errorf("%d episodes: want 1 or more", o.Episodes)
	}
	if o.Episodes > 0 {
		episodes = o.Episodes
	}
	if o.Seed != nil {
		seed = *o.Seed
	}
	if o.Deterministic != nil {
		deterministic = *o.Deterministic
	}
	opt := Options{Log: o.Log, parts: o.parts}
	t, err := loadTrained(r, o.Weights, opt)
	if err != nil {
		return nil, err
	}
	p, err := opt.factory().player(r.Config, min(episodes, playerEnvs), nil)
	if err != nil {
		return nil, err
	}
	return p.play(ctx, t.agent.Policy(), t.norm, episodes, deterministic, rng.New(seed, "rl eval").Uint64())
}
