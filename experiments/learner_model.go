package experiments

import (
	"context"
	"fmt"

	"tesuji/configs"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
)

// modelLearner is a model on its data.
type modelLearner struct{ trainer models.Trainer }

func newModelLearner(cfg *configs.Run, f factory) (*modelLearner, error) {
	t, err := f.model(cfg, models.Setup{Iterations: cfg.NIterations, Seed: cfg.Seed})
	if err != nil {
		return nil, fmt.Errorf("model %w", err)
	}
	return &modelLearner{t}, nil
}

func (l *modelLearner) advance(ctx context.Context, rec *recorder) error {
	return l.trainer.Advance(ctx, rec)
}

func (l *modelLearner) progress() (done, total int64) { return l.trainer.Progress() }

func (l *modelLearner) evaluate(ctx context.Context) (*Evaluation, error) {
	values, err := l.trainer.Evaluate(ctx)
	if err != nil {
		return nil, err
	}
	e := &Evaluation{}
	for i, m := range l.trainer.Metrics() {
		e.Metrics = append(e.Metrics, Metric{m.Name, values[i]})
	}
	return e, nil
}

func (l *modelLearner) finalEvaluation(ctx context.Context) (*Evaluation, error) {
	return l.evaluate(ctx)
}

func (l *modelLearner) layout() layout {
	metrics := l.trainer.Metrics()
	o := layout{
		steps: keyIterations, speed: keyIterationSpeed, best: metrics[0],
		evaluation: map[string]string{}, columns: []string{"iterations"},
	}
	for _, m := range metrics {
		o.evaluation[m.Name] = evalPrefix + m.Name
		o.columns = append(o.columns, m.Name)
	}
	return o
}

func (l *modelLearner) params() *nets.ParamSet { return l.trainer.Params() }

func (l *modelLearner) weights() []nets.NamedTensor { return l.trainer.Params().Tensors() }

func (l *modelLearner) setWeights(tensors []nets.NamedTensor) error {
	return l.trainer.Params().Load(tensors)
}

// State saves or restores everything that decides what comes next.
func (l *modelLearner) State(a *snapshot.Archive) { a.Object("model", l.trainer) }
