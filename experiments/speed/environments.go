package speed

import (
	"context"
	"fmt"
	"time"

	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/internal/rng"
)

const (
	// envsTogether is how many environments a Vec steps.
	envsTogether = 64
	// actionRows is how many rows of actions are drawn beforehand, so that what is measured is
	// the stepping and not the drawing.
	actionRows = 256
)

func environments(ctx context.Context, budget time.Duration, report func(Figure)) error {
	for _, e := range allenvs.List() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.Outside {
			continue
		}
		vec, err := envs.MakeSyncVec(envsTogether, func() (envs.Env, error) { return e.New(nil) })
		if err != nil {
			return fmt.Errorf("%s: %w", e.ID, err)
		}
		seconds, err := stepping(vec, budget)
		if err != nil {
			return fmt.Errorf("%s: %w", e.ID, err)
		}
		report(Figure{
			Bench: "envs", Name: e.ID, Value: envsTogether / seconds, Unit: "steps/s",
			Note: fmt.Sprintf("%d environments on one core", envsTogether),
		})
	}
	return nil
}

// stepping returns the seconds that a step of all environments takes.
func stepping(vec envs.Vec, budget time.Duration) (float64, error) {
	spec, n := vec.Spec(), vec.Len()
	vec.Seed(0)
	obs := envs.MakeRows(spec.Observation, n)
	if err := vec.Reset(obs); err != nil {
		return 0, err
	}
	size := spec.Action.Size()
	draws := rng.NewPCG64(0)
	actions := make([]float32, actionRows*n*size)
	for i := range actionRows * n {
		spec.Action.Sample(draws, envs.Row{F32: actions[i*size : (i+1)*size]})
	}
	row := 0
	var failed error
	seconds := perCall(budget, func() {
		if _, err := vec.Step(actions[row*n*size:(row+1)*n*size], obs); err != nil && failed == nil {
			failed = err
		}
		row = (row + 1) % actionRows
	})
	return seconds, failed
}
