package experiments

import (
	"context"
	"fmt"
	"io"

	"tesuji/models"
)

// SampleOptions of Sample.
type SampleOptions struct {
	models.SampleOptions
	Weights Weights // default FinalWeights
	Log     io.Writer
}

// Sample has a run's model write text, which is passed to write piece by piece as it comes. The same
// options give the same text. It does not change the run, which may be going on.
func Sample(ctx context.Context, dir string, o SampleOptions, write func(text string) error) error {
	r, err := OpenRun(dir)
	if err != nil {
		return err
	}
	if !r.Config.IsModel() {
		return fmt.Errorf("%s trains the agent %s: only models of text can be sampled from", dir, r.Config.Agent)
	}
	l, err := loadTrained(r, o.Weights, Options{Log: o.Log})
	if err != nil {
		return err
	}
	s, ok := l.(*modelLearner).trainer.(models.Sampler)
	if !ok {
		return fmt.Errorf("%s trains the model %s: only models of text can be sampled from", dir, r.Config.Model)
	}
	return s.Sample(ctx, o.SampleOptions, write)
}
