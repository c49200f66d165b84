package main

import (
	"encoding/json"

	"tesuji/experiments"

	"github.com/spf13/cobra"
)

// weightsFlag adds --best.
func weightsFlag(c *cobra.Command, best *bool) {
	c.Flags().BoolVar(best, "best", false, "use the weights of the best evaluation, not the final ones")
}

func weights(best bool) experiments.Weights {
	if best {
		return experiments.BestWeights
	}
	return experiments.FinalWeights
}

func (a *app) eval() *cobra.Command {
	var o experiments.EvalOptions
	var seed uint64
	var asJSON, best, sample bool
	c := &cobra.Command{
		Use:   "eval RUN",
		Short: "Measure a trained agent or model",
		Long: `Play episodes with a run's policy on environments it has never seen, and measure the
returns by the environment's own rewards, whatever training did to them. A run's model is
measured on all of its held-out data; --episodes, --seed and --sample are for agents.`,
		Example: `  rl eval runs/ppo-cartpole-s1
  rl eval runs/ppo-cartpole-s1 --episodes 100 --seed 5 --json`,
		ValidArgsFunction: runDirs,
		Args:              oneRun,
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("episodes") && o.Episodes < 1 {
				return usagef("--episodes %d: want 1 or more", o.Episodes)
			}
			if c.Flags().Changed("seed") {
				o.Seed = &seed
			}
			if deterministic := !sample; c.Flags().Changed("sample") {
				o.Deterministic = &deterministic
			}
			o.Weights, o.Log = weights(best), a.log()
			r, err := experiments.Evaluate(c.Context(), args[0], o)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.out).Encode(r)
			}
			heads, cells := metricColumns(r)
			t := newTable(append([]string{"run"}, heads...)...)
			t.row(append([]string{args[0]}, cells...)...)
			t.print(a.out)
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&o.Episodes, "episodes", 0, "episodes to play (default: the config's final_eval_episodes)")
	f.Uint64Var(&seed, "seed", 0, "seed of the environments (default: the config's)")
	f.BoolVar(&sample, "sample", false, "sample actions instead of taking the most likely ones")
	f.BoolVar(&asJSON, "json", false, "one line of JSON")
	weightsFlag(c, &best)
	return c
}
