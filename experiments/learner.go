package experiments

import (
	"context"

	"tesuji/configs"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
)

// learner is what a session trains: an agent in its environments, or a model on its data. Its state
// is everything that decides what comes next.
type learner interface {
	// advance does the smallest complete piece of learning.
	advance(ctx context.Context, rec *recorder) error
	// progress returns the steps done and to do in all: transitions or iterations.
	progress() (done, total int64)
	// evaluate measures what has been learned so far, in the course of training. What is learned
	// later is the same whether or not it was cancelled.
	evaluate(ctx context.Context) (*Evaluation, error)
	// finalEvaluation measures the final weights. It depends on nothing else.
	finalEvaluation(ctx context.Context) (*Evaluation, error)
	// layout says how the run's logs look.
	layout() layout
	// params returns the parameters whose hash identifies what was learned.
	params() *nets.ParamSet
	// weights returns all that acting or measuring needs, for a weights file; setWeights takes it.
	weights() []nets.NamedTensor
	setWeights(tensors []nets.NamedTensor) error
	snapshot.Stater
}

// layout is how the logs of a kind of run look.
type layout struct {
	// steps and speed are the keys, in progress.csv, of the steps done and of those in a second.
	steps, speed string
	// episodes tells that there are episodes, and with them the keys of rollout/.
	episodes bool
	// evaluation holds, for the metrics that go into progress.csv, their keys there.
	evaluation map[string]string
	// best is the metric that decides which weights are best.
	best models.Metric
	// columns are those of evaluations.csv.
	columns []string
}

// evalPrefix begins the keys of evaluations.
const evalPrefix = "eval/"

// baseKeys are in every progress.csv of the kind from its first row.
func (l *layout) baseKeys() []string {
	keys := []string{l.steps, l.speed, keyElapsed}
	if l.episodes {
		keys = append(keys, keyReward, keyLength, keyEpisodes, keyPieces)
	}
	for _, key := range l.evaluation {
		keys = append(keys, key)
	}
	return keys
}

// newLearner builds what the config trains, at its start.
func newLearner(cfg *configs.Run, f factory) (learner, error) {
	if cfg.IsModel() {
		return newModelLearner(cfg, f)
	}
	return newAgentLearner(cfg, f)
}
