package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"tesuji/experiments"

	"github.com/spf13/cobra"
)

func (a *app) sample() *cobra.Command {
	var o experiments.SampleOptions
	var asJSON, best bool
	c := &cobra.Command{
		Use:   "sample RUN",
		Short: "Have a trained language model write",
		Long: `Have a run's language model write text. The text appears as it is written; the same seed
writes the same text.`,
		Example: `  rl sample runs/gpt-shakespeare-s1
  rl sample runs/gpt-shakespeare-s1 --prompt "ROMEO:" --length 1000 --temperature 0.8
  rl sample runs/gpt-shakespeare-s1 --top-k 10 --seed 7`,
		ValidArgsFunction: runDirs,
		Args:              oneRun,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case o.Length < 1:
				return usagef("--length %d: want 1 or more", o.Length)
			case !(o.Temperature >= 0 && o.Temperature <= 100):
				return usagef("--temperature %g: want 0 to 100", o.Temperature)
			case o.TopK < 0:
				return usagef("--top-k %d: want 1 or more, or 0 for no limit", o.TopK)
			case !(o.TopP > 0 && o.TopP <= 1):
				return usagef("--top-p %g: want more than 0, at most 1", o.TopP)
			}
			o.Weights, o.Log = weights(best), a.log()
			var text strings.Builder
			before := o.Prompt // is shown once it is known to be good
			err := experiments.Sample(c.Context(), args[0], o, func(piece string) error {
				if asJSON {
					text.WriteString(piece)
					return nil
				}
				_, err := a.out.Write([]byte(before + piece))
				before = ""
				return err
			})
			if errors.Is(err, context.Canceled) {
				return errInterrupted
			}
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.out).Encode(struct {
					Prompt string `json:"prompt"`
					Text   string `json:"text"`
					Seed   uint64 `json:"seed"`
				}{o.Prompt, text.String(), o.Seed})
			}
			a.out.printf("\n")
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.Prompt, "prompt", "", "what the text begins with")
	f.IntVar(&o.Length, "length", 500, "tokens to write")
	f.Float64Var(&o.Temperature, "temperature", 0.8, "below 1 the likely becomes likelier; 0 takes the most likely token always")
	f.IntVar(&o.TopK, "top-k", 0, "draw from the most likely tokens only (0: from all)")
	f.Float64Var(&o.TopP, "top-p", 1, "draw from the fewest tokens that have this probability together")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the draws")
	f.BoolVar(&asJSON, "json", false, "one line of JSON, at the end")
	weightsFlag(c, &best)
	return c
}
