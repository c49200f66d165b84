// Package plot draws learning curves of runs.
//
// Runs of the same config over several seeds become one curve: the mean or interquartile mean
// over runs at each point, in a band that is its 95% bootstrap interval (experiments/stats).
// Fewer than five runs make a band that is too narrow, so they are drawn thin as well.
package plot

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"tesuji/experiments/stats"
	"tesuji/internal/suggest"
)

// Options say what to draw. The zero value of each but Runs and Output is a good choice.
type Options struct {
	Runs   []string // run directories, at least one
	Output string   // the picture's file: .png, .svg or .pdf

	X         string // "steps", "episodes" or "time"; "" is "steps"
	Metric    string // a column of progress.csv; "" is "rollout/ep_rew_mean", or "train/loss" if the first run is a model's
	Statistic string // "mean" or "iqm"; "" is "mean"
	// Smooth is the number of rows of progress.csv that each point is the mean of, centred.
	// 0 and 1 leave the rows as they are.
	Smooth int
	Title  string  // "" names the environment or model, if all runs have the same
	Width  float64 // inches; 0 is 7
	Height float64 // inches; 0 is 4.3
	Seed   uint64  // of the bootstrap
}

// Axes lists the values of Options.X.
func Axes() []string { return []string{"steps", "episodes", "time"} }

// Statistics lists the values of Options.Statistic.
func Statistics() []string { return []string{"mean", "iqm"} }

// Formats lists the endings that Options.Output may have.
func Formats() []string { return []string{".png", ".svg", ".pdf"} }

// Curve is the curve of one config.
type Curve struct {
	Label string // the config's name
	// Metric is the column of progress.csv that is drawn.
	Metric string
	Env    string   // the environment, or the model
	Model  bool     // it is a model's
	Runs   []Series // one per seed, in the order given
	// X, Value and Band are of equal length: the points at which the runs are compared,
	// the statistic over runs, and its interval.
	X     []float64
	Value []float64
	Band  []stats.Interval
}

// Series is one run's values of the metric.
type Series struct {
	Dir  string
	X, Y []float64 // X increases
}

// Curves draws learning curves and writes the picture.
func Curves(o Options) error {
	_, err := Draw(o)
	return err
}

// Draw is Curves, and returns the curves that it drew.
func Draw(o Options) ([]Curve, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if o.Metric == "" {
		if o.Metric, err = defaultMetric(o.Runs[0]); err != nil {
			return nil, err
		}
	}
	curves, err := read(o)
	if err != nil {
		return nil, err
	}
	for i := range curves {
		curves[i].summarise(o)
	}
	if err := write(figure(o, curves), o); err != nil {
		return nil, err
	}
	return curves, nil
}

// complete fills in what is not given and refuses what is wrong.
func (o Options) complete() (Options, error) {
	orDefault := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	orDefault(&o.X, "steps")
	orDefault(&o.Statistic, "mean")
	if o.Width == 0 {
		o.Width = 7
	}
	if o.Height == 0 {
		o.Height = 4.3
	}
	if len(o.Runs) == 0 {
		return o, fmt.Errorf("plot: no run directories given")
	}
	for _, c := range []struct {
		what, got string
		allowed   []string
	}{
		{"x axis", o.X, Axes()},
		{"statistic", o.Statistic, Statistics()},
		{"format", strings.ToLower(filepath.Ext(o.Output)), Formats()},
	} {
		if !slices.Contains(c.allowed, c.got) {
			return o, fmt.Errorf("plot: unknown %s %q%s (one of %s)", c.what, c.got,
				suggest.DidYouMean(c.got, c.allowed), strings.Join(c.allowed, ", "))
		}
	}
	if o.Smooth < 0 {
		return o, fmt.Errorf("plot: smoothing window is %d: want 0 or more rows", o.Smooth)
	}
	if !(o.Width >= 1 && o.Width <= 40 && o.Height >= 1 && o.Height <= 40) {
		return o, fmt.Errorf("plot: size is %g x %g inches: want 1 to 40 each", o.Width, o.Height)
	}
	return o, nil
}
