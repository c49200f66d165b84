package speed

import (
	"context"
	"fmt"
	"time"

	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/envs/atari"
	"tesuji/internal/rng"
)

const (
	// envsTogether is how many environments a Vec steps.
	envsTogether = 64
	// actionRows is how many rows of actions are drawn beforehand, so that what is measured is
	// the stepping and not the drawing.
	actionRows = 256
	// screens is the preset with which games are measured once more, as agents see them: a step is
	// four frames of the game then.
	screens = "nature"
)

func environments(ctx context.Context, budget time.Duration, report func(Figure)) error {
	for _, e := range allenvs.List() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.Outside {
			continue
		}
		one, err := e.New(nil)
		if err != nil {
			return fmt.Errorf("%s: %w", e.ID, err)
		}
		if err := together(e.ID, func() (envs.Env, error) { return e.New(nil) }, budget, report); err != nil {
			return err
		}
		if _, ok := one.(atari.Game); !ok {
			continue
		}
		o, err := atari.Preset(screens)
		if err != nil {
			return err
		}
		err = together(e.ID+", "+screens, func() (envs.Env, error) {
			one, err := e.New(nil)
			if err != nil {
				return nil, err
			}
			return atari.Wrap(one.(atari.Game), o)
		}, budget, report)
		if err != nil {
			return err
		}
	}
	return nil
}

// together measures environments that step together.
func together(name string, newEnv func() (envs.Env, error), budget time.Duration, report func(Figure)) error {
	vec, err := envs.MakeSyncVec(envsTogether, newEnv)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	seconds, err := stepping(vec, budget)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	report(Figure{
		Bench: "envs", Name: name, Value: envsTogether / seconds, Unit: "steps/s",
		Note: fmt.Sprintf("%d environments on one core", envsTogether),
	})
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
