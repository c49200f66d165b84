package speed

import (
	"context"
	"fmt"
	"os"
	"time"

	"tesuji/configs"
	"tesuji/experiments"
)

// presets are trained with evaluations and checkpoints left out. DQN is given fewer steps: each
// costs more.
var presets = []struct {
	name  string
	steps int64
}{
	{"ppo-cartpole", 100_000},
	{"a2c-cartpole", 200_000},
	{"dqn-cartpole-zoo", 20_000},
	{"ppo-pendulum", 40_000},
}

func trainings(ctx context.Context, _ time.Duration, report func(Figure)) error {
	temp, err := os.MkdirTemp("", "rl-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	for _, p := range presets {
		cfg, err := configs.Load(p.name, []string{
			fmt.Sprintf("n_timesteps=%d", p.steps),
			"eval.freq=0", "checkpoint.freq=0", "final_eval_episodes=1",
		}, nil)
		if err != nil {
			return err
		}
		// The last report comes when the training is done, before the final evaluation.
		var last experiments.Progress
		_, err = experiments.Train(ctx, cfg, experiments.Options{
			Out: temp, Progress: func(p experiments.Progress) { last = p },
		})
		if err != nil {
			return err
		}
		report(Figure{
			Bench: "train", Name: p.name, Value: last.StepsPerSecond, Unit: "steps/s",
			Note: fmt.Sprintf("%d steps, mean reward %.0f at the end", p.steps, last.MeanReward),
		})
	}
	return nil
}
