package plot

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tesuji/internal/suggest"
)

// columns maps an axis to the column of progress.csv that holds it; the steps of models are
// iterations.
var columns = map[string]string{
	"steps":    "time/total_timesteps",
	"episodes": "time/episodes",
	"time":     "time/time_elapsed",
}

const modelSteps = "time/iterations"

// defaultMetric is what to plot of a run.
func defaultMetric(dir string) (string, error) {
	c, err := readConfig(dir)
	if err != nil {
		return "", err
	}
	if c.model {
		return "train/loss", nil
	}
	return "rollout/ep_rew_mean", nil
}

// read reads the runs and puts those of the same config together.
func read(o Options) ([]Curve, error) {
	var curves []Curve
	var configs []string // of each curve
	seen := map[string]bool{}
	for _, dir := range o.Runs {
		if clean := filepath.Clean(dir); seen[clean] {
			continue // the same run twice would pass for two seeds
		} else {
			seen[clean] = true
		}
		c, err := readConfig(dir)
		if err != nil {
			return nil, err
		}
		s, err := readSeries(dir, o, c.model)
		if err != nil {
			return nil, err
		}
		i := slices.Index(configs, c.rest)
		if i < 0 {
			i = len(curves)
			configs = append(configs, c.rest)
			curves = append(curves, Curve{Label: c.name, Metric: o.Metric, Env: c.env, Model: c.model})
		}
		curves[i].Runs = append(curves[i].Runs, s)
	}
	distinguish(curves)
	return curves, nil
}

// runConfig is what a figure needs of a run's config.yaml.
type runConfig struct {
	name, env string // env is the model of a model's run
	model     bool
	rest      string // everything but the seed: equal for runs that differ by seed alone
}

// readConfig reads a resolved config. It reads lines instead of decoding the file, so that runs
// of older versions, whose keys may have changed since, can still be plotted.
func readConfig(dir string) (runConfig, error) {
	path := filepath.Join(dir, "config.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return runConfig{}, fmt.Errorf("plot: %s is no run directory: it has no config.yaml", dir)
		}
		return runConfig{}, fmt.Errorf("plot: %w", err)
	}
	var c runConfig
	var rest strings.Builder
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch key {
		case "name":
			c.name = value
		case "env":
			c.env = value
		case "model":
			c.env, c.model = value, true
		case "seed":
			continue
		}
		rest.WriteString(line)
	}
	if c.name == "" {
		c.name = filepath.Base(filepath.Clean(dir))
	}
	c.rest = rest.String()
	return c, nil
}

// distinguish numbers curves of different configs that have the same name, as happens when an
// option was changed with --set.
func distinguish(curves []Curve) {
	count := map[string]int{}
	for _, c := range curves {
		count[c.Label]++
	}
	number := map[string]int{}
	for i := range curves {
		if l := curves[i].Label; count[l] > 1 {
			number[l]++
			curves[i].Label = fmt.Sprintf("%s (%d: %s)", l, number[l], filepath.Base(filepath.Clean(curves[i].Runs[0].Dir)))
		}
	}
}

// readSeries reads a metric from a run's progress.csv. Rows in which it is empty are left out,
// and so is a last row that is still being written.
func readSeries(dir string, o Options, model bool) (Series, error) {
	path := filepath.Join(dir, "progress.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		return Series{}, fmt.Errorf("plot: %w", err)
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	r := csv.NewReader(bytes.NewReader(text))
	header, err := r.Read()
	if err == io.EOF {
		return Series{}, fmt.Errorf("plot: %s has no rows yet", path)
	} else if err != nil {
		return Series{}, fmt.Errorf("plot: %s: %w", path, err)
	}
	column := func(name string) (int, error) {
		i := slices.Index(header, name)
		if i < 0 {
			hint := suggest.DidYouMean(name, header)
			if hint == "" {
				hint = " (it has " + strings.Join(header, ", ") + ")"
			}
			return 0, fmt.Errorf("plot: %s has no column %q%s", path, name, hint)
		}
		return i, nil
	}
	axis := columns[o.X]
	if model && o.X == "steps" {
		axis = modelSteps
	}
	x, err := column(axis)
	if err != nil {
		return Series{}, err
	}
	y, err := column(o.Metric)
	if err != nil {
		return Series{}, err
	}
	s := Series{Dir: dir}
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		} else if err != nil {
			return Series{}, fmt.Errorf("plot: %s: %w", path, err)
		}
		if row[x] == "" || row[y] == "" {
			continue
		}
		xv, err := strconv.ParseFloat(row[x], 64)
		if err != nil {
			return Series{}, fmt.Errorf("plot: %s: %w", path, err)
		}
		yv, err := strconv.ParseFloat(row[y], 64)
		if err != nil {
			return Series{}, fmt.Errorf("plot: %s: %w", path, err)
		}
		if yv-yv != 0 { // NaN or Inf: nothing to draw
			continue
		}
		if n := len(s.X); n > 0 && xv <= s.X[n-1] {
			// Whole seconds repeat, and so may steps around an evaluation: the later row counts.
			s.Y[n-1] = yv
			continue
		}
		s.X, s.Y = append(s.X, xv), append(s.Y, yv)
	}
	if len(s.X) == 0 {
		return Series{}, fmt.Errorf("plot: %s has no value of %q", path, o.Metric)
	}
	return s, nil
}
