package experiments

import (
	"context"
	"fmt"
	"io"

	"tesuji/internal/rng"
)

// EvalOptions of Evaluate. The zero value evaluates the final weights as training did at its end,
// an agent's on other seeds. A model is measured on all of its held-out data: but Weights and Log,
// the options are for agents.
type EvalOptions struct {
	Episodes      int     // default: the config's final_eval_episodes
	Seed          *uint64 // default: the config's seed. Never those of training or its evaluations
	Deterministic *bool   // default: the config's eval.deterministic
	Weights       Weights // default FinalWeights
	Log           io.Writer

	parts *factory
}

// Evaluate plays episodes with a run's policy and measures them by raw rewards, or measures a run's
// model. It does not change the run, which may be going on.
func Evaluate(ctx context.Context, dir string, o EvalOptions) (*Evaluation, error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	episodes, seed, deterministic := r.Config.FinalEvalEpisodes, r.Config.Seed, r.Config.Eval.Deterministic
	if o.Episodes < 0 {
		return nil, fmt.Errorf("%d episodes: want 1 or more", o.Episodes)
	}
	if r.Config.IsModel() && (o.Episodes > 0 || o.Seed != nil || o.Deterministic != nil) {
		return nil, fmt.Errorf("%s trains the model %s, which is measured on all of its held-out data: episodes, seeds and sampling are for agents",
			dir, r.Config.Model)
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
	l, err := loadTrained(r, o.Weights, opt)
	if err != nil {
		return nil, err
	}
	if a, ok := l.(*agentLearner); ok {
		return a.play(ctx, episodes, deterministic, rng.New(seed, "rl eval").Uint64())
	}
	return l.finalEvaluation(ctx)
}
