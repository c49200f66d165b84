package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tesuji/experiments/plot"
	"tesuji/experiments/stats"
	"tesuji/internal/suggest"

	"github.com/spf13/cobra"
)

func (a *app) plot() *cobra.Command {
	var o plot.Options
	var asJSON bool
	c := &cobra.Command{
		Use:   "plot RUN...",
		Short: "Draw learning curves",
		Long: `Draw learning curves of one run or many.

Runs of the same config over several seeds become one curve, the mean (or interquartile mean)
over seeds in a band that is its 95% bootstrap interval; fewer than five are drawn thin as
well. Runs of different configs become curves of different colours.`,
		Example: `  rl plot runs/ppo-cartpole-s* -o curve.png
  rl plot runs/*-cartpole-s* --statistic iqm -o compare.pdf
  rl plot runs/ppo-acrobot-s1 --metric train/approx_kl --smooth 20 -o kl.svg
  rl plot runs/ppo-cartpole-s* --x time -o speed.png`,
		ValidArgsFunction: runDirs,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("rl plot wants run directories, such as runs/ppo-cartpole-s*")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			o.Runs = args
			for _, choice := range []struct {
				flag, got string
				allowed   []string
			}{{"--x", o.X, plot.Axes()}, {"--statistic", o.Statistic, plot.Statistics()}} {
				if !slices.Contains(choice.allowed, choice.got) {
					return usagef("%s %s: want %s%s", choice.flag, choice.got,
						strings.Join(choice.allowed, ", "), suggest.DidYouMean(choice.got, choice.allowed))
				}
			}
			if !slices.ContainsFunc(plot.Formats(), func(ext string) bool { return strings.HasSuffix(strings.ToLower(o.Output), ext) }) {
				return usagef("-o %s: want a file that ends in %s", o.Output, strings.Join(plot.Formats(), ", "))
			}
			curves, err := plot.Draw(o)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.out).Encode(plotted(o, curves))
			}
			if !a.quiet {
				a.plotTable(o, curves)
			}
			a.out.printf("%s\n", o.Output)
			return nil
		},
	}
	f := c.Flags()
	f.StringVarP(&o.Output, "output", "o", "curve.png", "the picture: .png, .svg or .pdf")
	f.StringVar(&o.X, "x", "steps", "what to draw against: steps, episodes or time")
	f.StringVar(&o.Metric, "metric", "", "a column of progress.csv (default: rollout/ep_rew_mean of agents, train/loss of models)")
	f.StringVar(&o.Statistic, "statistic", "mean", "what a curve shows of several seeds: mean or iqm")
	f.IntVar(&o.Smooth, "smooth", 1, "moving mean over so many rows")
	f.StringVar(&o.Title, "title", "", "title (default: the environment or model)")
	f.Float64Var(&o.Width, "width", 7, "width in inches")
	f.Float64Var(&o.Height, "height", 4.3, "height in inches")
	f.BoolVar(&asJSON, "json", false, "one line of JSON")
	complete(c, "x", plot.Axes)
	complete(c, "statistic", plot.Statistics)
	return c
}

// endOf is what a curve's last point says.
type endOf struct {
	Name  string          `json:"name"`
	Seeds int             `json:"seeds"`
	X     float64         `json:"x"`
	Value float64         `json:"value"`
	CI    *stats.Interval `json:"ci95,omitempty"` // of several seeds
}

type plotResult struct {
	Output string  `json:"output"`
	Metric string  `json:"metric"`
	Curves []endOf `json:"curves"`
}

func plotted(o plot.Options, curves []plot.Curve) plotResult {
	r := plotResult{Output: o.Output, Metric: curves[0].Metric}
	for _, c := range curves {
		last := len(c.X) - 1
		e := endOf{Name: c.Label, Seeds: len(c.Runs), X: c.X[last], Value: c.Value[last]}
		if len(c.Runs) > 1 {
			e.CI = &c.Band[last]
		}
		r.Curves = append(r.Curves, e)
	}
	return r
}

// plotTable says where the curves end.
func (a *app) plotTable(o plot.Options, curves []plot.Curve) {
	t := newTable("config", ">seeds", ">"+o.X, ">"+o.Statistic+" of "+curves[0].Metric, "95% interval")
	for _, e := range plotted(o, curves).Curves {
		ci := ""
		if e.CI != nil {
			ci = fmt.Sprintf("[%s, %s]", reward(e.CI.Low), reward(e.CI.High))
		}
		t.row(e.Name, fmt.Sprint(e.Seeds), thousands(int64(e.X)), reward(e.Value), ci)
	}
	t.print(a.talk)
}

// complete offers a flag's values in the shell.
func complete(c *cobra.Command, flag string, values func() []string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag does not exist
	}
}
