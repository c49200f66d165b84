// Package speed measures how fast this machine computes, steps environments and trains: the
// figures of rl bench.
package speed

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Figure is one measurement.
type Figure struct {
	Bench string  `json:"bench"` // the Bench it belongs to
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// PercentOfPeak compares with the most that this machine's multiply-adds can do, as it was
	// measured just before; 0 if that is no comparison or was not measured.
	PercentOfPeak float64 `json:"percent_of_peak,omitempty"`
	Note          string  `json:"note,omitempty"`
}

// Bench is a group of measurements.
type Bench struct {
	Name, Doc string
	// Measure takes the measurements, about budget for each, and reports them one by one. It
	// ends early, with ctx's error, when ctx is cancelled.
	Measure func(ctx context.Context, budget time.Duration, report func(Figure)) error
}

// List returns all benches.
func List() []Bench {
	return []Bench{
		{"kernels", "matrix products and training steps of small networks", kernels},
		{"layers", "layers of networks, forward alone and with their gradients", layers},
		{"envs", "environment steps with random actions, all environments", environments},
		{"train", "whole trainings of presets, in their first steps", trainings},
	}
}

// rounds is odd, so that the median is one of them.
const rounds = 5

// perCall returns the median over rounds of the mean time of a call of f, in seconds.
func perCall(budget time.Duration, f func()) float64 {
	f() // fills caches and pools
	n, start := 0, time.Now()
	for n == 0 || time.Since(start) < budget/(rounds+1) {
		f()
		n++
	}
	times := make([]float64, rounds)
	for i := range times {
		start := time.Now()
		for range n {
			f()
		}
		times[i] = time.Since(start).Seconds() / float64(n)
	}
	slices.Sort(times)
	return times[rounds/2]
}

// Find returns the bench of a name.
func Find(name string) (Bench, error) {
	for _, b := range List() {
		if b.Name == name {
			return b, nil
		}
	}
	return Bench{}, fmt.Errorf("no bench %q", name)
}
