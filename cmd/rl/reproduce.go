package main

import (
	"context"
	"encoding/json"
	"errors"

	"tesuji/experiments"

	"github.com/spf13/cobra"
)

func (a *app) reproduce() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "reproduce RUN",
		Short: "Do a run again and compare every bit",
		Long: `Do a run again from its config and compare every metric of every row, every evaluated
episode and the hash of the weights; only speed and elapsed time may differ. Nothing of the
run is changed. The exit code is 0 only if all agree.`,
		Example: `  rl reproduce runs/ppo-cartpole-s1
  GOMAXPROCS=1 TESUJI_KERNELS=go rl reproduce runs/ppo-cartpole-s1     on other kernels too`,
		ValidArgsFunction: runDirs,
		Args:              oneRun,
		RunE: func(c *cobra.Command, args []string) error {
			p := newProgress(a, []job{{name: "reproducing " + args[0]}})
			defer p.close()
			report := p.of(0)
			r, err := experiments.Reproduce(c.Context(), args[0], experiments.Options{
				Progress: func(now experiments.Progress) {
					now.Run = "reproducing " + args[0] // not the temporary directory
					report(now)
				},
				Log: p.logOf(0),
			})
			p.close()
			if errors.Is(err, experiments.ErrInterrupted) || errors.Is(err, context.Canceled) {
				a.talk.printf("interrupted: nothing was compared\n")
				return errInterrupted
			}
			if err != nil {
				return err
			}
			if asJSON {
				if err := json.NewEncoder(a.out).Encode(r); err != nil {
					return err
				}
			} else {
				a.showReproduction(r)
			}
			if !r.Identical {
				return errReported
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one line of JSON")
	return c
}

func (a *app) showReproduction(r *experiments.Reproduction) {
	if !r.Identical {
		a.out.printf("%s  %s\n  first difference: %v\n", a.out.red("differs"), r.Run, r.FirstDifference)
		return
	}
	a.out.printf("%s  %s\n  %s steps, %d rows, %d evaluated results", a.out.green("identical"), r.Run,
		thousands(r.Steps), r.Rows, r.Evaluations)
	if r.Weights {
		a.out.printf(", weights %s", hash(r.WeightsSHA256))
	}
	a.out.printf(", %s\n", span(r.Seconds))
}
