// Package classify trains networks that name what a picture shows: LeNet, multilayer perceptrons
// and their kin share it. A model gives the network and its defaults; the loop is here.
package classify

import (
	"fmt"
	"slices"

	"tesuji/datasets"
	"tesuji/internal/suggest"
)

// Options are the hyper-parameters that all such models have.
type Options struct {
	// BatchSize is the number of pictures in an iteration, at least 1. 32 to 256.
	BatchSize int `yaml:"batch_size"`
	// LearningRate is the highest one, > 0: it rises to it over the first 30% of the run and falls
	// to nearly 0 by the end (models.OneCycle). 1e-3 to 1e-2.
	LearningRate float64 `yaml:"learning_rate"`
	// WeightDecay is AdamW's, 0 or more: each iteration first shrinks the weights by this part of
	// the learning rate. 0 to .1.
	WeightDecay float64 `yaml:"weight_decay"`
	// LabelSmoothing is the part of each target that is spread evenly over all classes, from 0 to
	// below 1. 0 to .1.
	LabelSmoothing float64 `yaml:"label_smoothing"`
	// LogInterval is the number of iterations that a row of the log is the mean of, at least 1.
	LogInterval int `yaml:"log_interval"`
}

// DefaultOptions returns what serves small networks well.
func DefaultOptions() Options {
	return Options{BatchSize: 64, LearningRate: 3e-3, LogInterval: 100}
}

// Validate returns an error that names the first option out of range.
func (o *Options) Validate() error {
	for _, c := range []struct {
		ok    bool
		name  string
		value any
		want  string
	}{
		{o.BatchSize >= 1 && o.BatchSize <= 1<<16, "batch_size", o.BatchSize, "1 to 65536"},
		{o.LearningRate > 0, "learning_rate", o.LearningRate, "more than 0"},
		{o.WeightDecay >= 0, "weight_decay", o.WeightDecay, "0 or more"},
		{o.LabelSmoothing >= 0 && o.LabelSmoothing < 1, "label_smoothing", o.LabelSmoothing, "0 to below 1"},
		{o.LogInterval >= 1, "log_interval", o.LogInterval, "1 or more"},
	} {
		if !c.ok {
			return fmt.Errorf("%s is %v: want %s", c.name, c.value, c.want)
		}
	}
	return nil
}

// Data says which pictures to learn from.
type Data struct {
	// Name is a set of labelled pictures (rl data list). "digits" is made by the program.
	Name string `yaml:"name"`
	// Augment distorts the pictures that are learned from anew in each epoch: turned, scaled,
	// sheared and shifted a little.
	Augment bool `yaml:"augment"`
}

// DefaultData returns the set that needs nothing fetched, as it is.
func DefaultData() Data { return Data{Name: "digits"} }

// Validate returns an error unless there is such a set.
func (d *Data) Validate() error {
	if names := datasets.Names(); !slices.Contains(names, d.Name) {
		return fmt.Errorf("name is %q%s: want one of %v", d.Name, suggest.DidYouMean(d.Name, names), names)
	}
	return nil
}

// Open reads the pictures. The distortion is nil if none is asked for.
func (d *Data) Open() (*datasets.Split, *datasets.Affine, error) {
	split, err := datasets.Open(d.Name)
	if err != nil || !d.Augment {
		return split, nil, err
	}
	return split, &datasets.MNISTAffine, nil
}
