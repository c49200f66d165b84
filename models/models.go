// Package models says what a supervised or generative model is, as far as a run is concerned: a
// Trainer. Each family has a folder of its own (models/mlp, models/gpt, ...) and imports no other;
// models/all lists them.
package models

import (
	"context"

	"tesuji/nets"
	"tesuji/snapshot"
)

// Config is a model's hyper-parameters, or the options of its data: a struct with documented
// fields, yaml tags and defaults.
type Config interface {
	// Validate returns an error that names the option, its value and what is allowed.
	Validate() error
}

// Setup is what a trainer is built from besides its options.
type Setup struct {
	Iterations int64  // optimiser iterations to train for, at least 1
	Seed       uint64 // of all the trainer's random streams
}

// Trainer is one model learning from its data.
type Trainer interface {
	// Advance does one or a few optimiser iterations and reports to rec. It trains for exactly
	// Setup.Iterations: the last piece is cut short. It must not be called when Progress is
	// complete. In the steady state it allocates nothing.
	Advance(ctx context.Context, rec Recorder) error
	// Progress returns the iterations done and to do in all.
	Progress() (done, total int64)
	// Metrics says what Evaluate measures, always the same. The first metric, of which there must
	// be one, decides which weights are best.
	Metrics() []Metric
	// Evaluate measures the model on held-out data and returns a value for each of Metrics. It
	// changes nothing of what Advance does later, and the same weights always measure the same.
	// It ends early, with ctx's error, when ctx is cancelled.
	Evaluate(ctx context.Context) ([]float64, error)
	// Params returns the parameters that make the model, for the weights file.
	Params() *nets.ParamSet
	// State saves or restores everything that decides what comes next: parameters, optimiser,
	// averages, counters, random streams, the place in the data.
	snapshot.Stater
}

// Metric is something that Evaluate measures.
type Metric struct {
	Name string // as results write it: "val_loss", "test_accuracy"
	// Lower tells that lower values are better.
	Lower bool
	Doc   string // what it is, with its unit, in a few words
}

// Better reports whether the value a is strictly better than b.
func (m Metric) Better(a, b float64) bool {
	if m.Lower {
		return a < b
	}
	return a > b
}

// Recorder receives what a trainer measures while it learns. The recorder itself adds time/*,
// and the results of Evaluate as eval/<metric>.
type Recorder interface {
	// Record sets the value of a key, such as "train/loss", in the row under way.
	Record(key string, value float64)
	// Dump ends the row, at the given number of iterations.
	Dump(iterations int64)
}
