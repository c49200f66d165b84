package main

import (
	"math"
	"strconv"
	"strings"

	"tesuji/configs"
	"tesuji/experiments"
)

// metricColumns returns the headings and cells that show an evaluation in a table.
func metricColumns(e *experiments.Evaluation) (heads, cells []string) {
	for _, m := range e.Metrics {
		switch m.Name {
		case "std_reward":
			heads, cells = append(heads, ">± std"), append(cells, rewardAs(m.Value, e.Value("mean_reward")))
		default:
			heads, cells = append(heads, ">"+words(m.Name)), append(cells, metricText(m.Name, m.Value))
		}
	}
	return heads, cells
}

// metricText writes a metric: an agent's as rewards are written, a model's with four decimals.
func metricText(name string, v float64) string {
	switch {
	case name == "episodes":
		return thousands(int64(v))
	case name == "mean_reward" || name == "mean_length":
		return reward(v)
	case math.Abs(v) >= 1000:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}

// words makes a name readable: "val_loss" is "val loss".
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

// unitOf is what a run's steps are.
func unitOf(r *configs.Run) string {
	if r.IsModel() {
		return "iterations"
	}
	return "steps"
}
