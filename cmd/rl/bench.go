package main

import (
	"encoding/json"
	"fmt"
	"time"

	"tesuji/experiments/speed"
	"tesuji/internal/suggest"

	"github.com/spf13/cobra"
)

func (a *app) bench() *cobra.Command {
	var asJSON bool
	var budget time.Duration
	var names []string
	doc := ""
	for _, b := range speed.List() {
		names = append(names, b.Name)
		doc += fmt.Sprintf("\n  %-8s  %s", b.Name, b.Doc)
	}
	c := &cobra.Command{
		Use:   "bench [NAME...]",
		Short: "Measure the speed of this machine",
		Long:  "Measure how fast this machine computes, steps environments and trains:\n" + doc,
		Example: `  rl bench
  rl bench envs train --json
  TESUJI_KERNELS=go rl bench kernels`,
		ValidArgs: names,
		Args: func(_ *cobra.Command, args []string) error {
			for _, name := range args {
				if _, err := speed.Find(name); err != nil {
					return usagef("%w%s (kernels, layers, envs or train)", err, suggest.DidYouMean(name, names))
				}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if budget <= 0 {
				return usagef("--time %v: want more than 0", budget)
			}
			if len(args) == 0 {
				args = names
			}
			for _, name := range args {
				b, err := speed.Find(name)
				if err != nil {
					return err
				}
				if err := a.measure(c, b, budget, asJSON); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "a line of JSON for each figure")
	c.Flags().DurationVar(&budget, "time", 300*time.Millisecond, "about how long to measure each figure")
	return c
}

// measure shows each figure as it comes.
func (a *app) measure(c *cobra.Command, b speed.Bench, budget time.Duration, asJSON bool) error {
	if !asJSON {
		a.out.printf("%s  %s\n", a.out.bold(b.Name), a.out.dim(b.Doc))
	}
	note := ""
	err := b.Measure(c.Context(), budget, func(f speed.Figure) {
		if asJSON {
			json.NewEncoder(a.out).Encode(f)
			return
		}
		text := ""
		if f.Note != note { // the same for many figures: once is enough
			note, text = f.Note, "  "+a.out.dim(f.Note)
		}
		peak := ""
		if f.PercentOfPeak > 0 {
			peak = fmt.Sprintf("  %3.0f%% of peak", f.PercentOfPeak)
		}
		a.out.printf("  %-76s %7s %s%s%s\n", f.Name, short(f.Value), f.Unit, peak, text)
	})
	if !asJSON {
		a.out.printf("\n")
	}
	if c.Context().Err() != nil {
		return errInterrupted
	}
	return err
}
