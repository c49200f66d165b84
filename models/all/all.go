// Package all lists the models: one entry each, in the order in which they are shown.
package all

import (
	"fmt"
	"slices"
	"strings"

	"tesuji/agents/alphago"
	"tesuji/agents/alphazero"
	"tesuji/internal/suggest"
	"tesuji/models"
	"tesuji/models/classify"
	"tesuji/models/gpt"
	"tesuji/models/lenet"
	"tesuji/models/linear"
	"tesuji/models/mlp"
)

// Entry is one model.
type Entry struct {
	Name string // as configs write it: "mlp"
	Doc  string // one sentence
	// Config returns a pointer to the model's options, set to their defaults.
	Config func() models.Config
	// Data returns a pointer to the options of its data, set to their defaults.
	Data func() models.Config
	// New makes a trainer. The options are of the types that Config and Data return.
	New func(cfg, data models.Config, s models.Setup) (models.Trainer, error)
}

// List returns all models.
func List() []Entry { return slices.Clone(entries) }

// Find returns the model of a name. The error of an unknown name tells the nearest one.
func Find(name string) (Entry, error) {
	names := make([]string, len(entries))
	for i, e := range entries {
		if e.Name == name {
			return e, nil
		}
		names[i] = e.Name
	}
	return Entry{}, fmt.Errorf("unknown model %q%s (known: %s)", name, suggest.DidYouMean(name, names), strings.Join(names, ", "))
}

// entries is filled by one line per model.
var entries = []Entry{
	entry("alphago", "AlphaGo of 2016: policies from experts' games and from winning, a value network, and a search.", alphago.Default, alphago.DefaultData, alphago.New),
	entry("alphazero", "AlphaZero: learns a board game by playing against itself.", alphazero.Default, alphazero.DefaultData, alphazero.New),
	entry("gpt", "Language model in the manner of GPT-2 that learns to write.", gpt.Default, gpt.DefaultData, gpt.New),
	entry("lenet", "LeNet-1, -4 and -5: convolutional networks that read digits.", lenet.Default, classify.DefaultData, lenet.New),
	entry("linear", "Linear regression by gradient descent.", linear.Default, linear.DefaultData, linear.New),
	entry("mlp", "Multilayer perceptron that names what a picture shows.", mlp.Default, classify.DefaultData, mlp.New),
}

// entry makes an entry of a package's functions. C and D are the options of the model and of its
// data, P and Q the pointers to them.
func entry[C, D any, P pointer[C], Q pointer[D]](name, doc string, defaults func() C, data func() D,
	construct func(C, D, models.Setup) (models.Trainer, error)) Entry {
	return Entry{
		Name: name, Doc: doc,
		Config: func() models.Config { c := defaults(); return P(&c) },
		Data:   func() models.Config { d := data(); return Q(&d) },
		New: func(cfg, data models.Config, s models.Setup) (models.Trainer, error) {
			c, ok := cfg.(P)
			if !ok {
				return nil, fmt.Errorf("options of %s: have %T, want %T", name, cfg, P(nil))
			}
			d, ok := data.(Q)
			if !ok {
				return nil, fmt.Errorf("data of %s: have %T, want %T", name, data, Q(nil))
			}
			if s.Iterations < 1 {
				return nil, fmt.Errorf("%s: %d iterations: want 1 or more", name, s.Iterations)
			}
			m, err := construct(*c, *d, s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return m, nil
		},
	}
}

type pointer[C any] interface {
	*C
	models.Config
}
