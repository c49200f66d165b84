// Package linear is linear regression by gradient descent: J = (1/N) Σ (x·w + b - y)², all rows
// in every step. The columns are standardised first, without which the descent hardly moves: the
// rate is set by the ratio of the largest to the smallest eigenvalue of J's second derivative,
// and it diverges if the learning rate is more than 2 over the largest.
package linear

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tesuji/datasets"
	"tesuji/internal/rng"
	"tesuji/internal/suggest"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Config is the hyper-parameters.
type Config struct {
	// LearningRate is the constant step, > 0. Near 2 over the largest eigenvalue of J's second
	// derivative is fastest, above it the descent diverges. .01 to 1.
	LearningRate float64 `yaml:"learning_rate"`
	// LogInterval is the number of iterations between rows of the log, at least 1.
	LogInterval int `yaml:"log_interval"`
}

// Default returns what converges on the tables there are.
func Default() Config { return Config{LearningRate: .2, LogInterval: 100} }

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	if !(c.LearningRate > 0) {
		return fmt.Errorf("learning_rate is %v: want more than 0", c.LearningRate)
	}
	if c.LogInterval < 1 {
		return fmt.Errorf("log_interval is %d: want 1 or more", c.LogInterval)
	}
	return nil
}

// Data says what to fit.
type Data struct {
	// Name is a table (rl data list). "plane" is made by the program.
	Name string `yaml:"name"`
}

// DefaultData returns the table that needs nothing fetched.
func DefaultData() Data { return Data{Name: "plane"} }

// Validate returns an error unless there is such a table.
func (d *Data) Validate() error {
	if names := datasets.TableNames(); !slices.Contains(names, d.Name) {
		return fmt.Errorf("name is %q%s: want one of %v", d.Name, suggest.DidYouMean(d.Name, names), names)
	}
	return nil
}

// Trainer is a regression under way. It is not safe for concurrent use.
type Trainer struct {
	cfg   Config
	name  string
	total int64
	done  int64

	x, y      *tensor.Tensor // [N, D] standardised, [N, 1]
	layer     *nets.Linear
	params    *nets.ParamSet
	optimizer nets.Optimizer
	tape      *tensor.Tape
}

// New returns a regression at its start: small random coefficients, which the end does not
// depend on.
func New(cfg Config, data Data, s models.Setup) (models.Trainer, error) {
	table, err := datasets.OpenTable(data.Name)
	if err != nil {
		return nil, err
	}
	return newTrainer(cfg, table, s), nil
}

func newTrainer(cfg Config, table *datasets.Table, s models.Setup) *Trainer {
	n, d := table.Len(), table.Width()
	t := &Trainer{
		cfg: cfg, name: table.Name, total: s.Iterations,
		x: tensor.New(n, d), y: tensor.New(n, 1),
		layer: nets.NewLinear("linear", d, 1, tensor.None, nets.PyTorchLinear, rng.New(s.Seed, "init")),
		tape:  tensor.NewTape(),
	}
	for i, v := range table.Standard() {
		t.x.Data[i] = float32(v)
	}
	for i, v := range table.Y {
		t.y.Data[i] = float32(v)
	}
	t.params = nets.Collect(t.layer)
	t.optimizer = nets.NewSGD(t.params, nets.SGDConfig{})
	return t
}

// loss puts J on the tape.
func (t *Trainer) loss() tensor.Var {
	t.tape.Reset()
	return t.tape.MSE(t.layer.Forward(t.tape, t.tape.Input(t.x)), t.tape.Input(t.y))
}

// Advance does one iteration.
func (t *Trainer) Advance(_ context.Context, rec models.Recorder) error {
	t.params.ZeroGrad()
	loss := t.loss()
	t.tape.Backward(loss)
	mse := float64(t.tape.Scalar(loss))
	if math.IsNaN(mse) || math.IsInf(mse, 0) {
		return fmt.Errorf("train/loss is %v after %d iterations: the descent diverges, take a learning_rate below %v", mse, t.done, t.cfg.LearningRate)
	}
	t.optimizer.Step(float32(t.cfg.LearningRate))
	t.done++
	if t.done%int64(t.cfg.LogInterval) == 0 || t.done == t.total {
		rec.Record("train/loss", mse)
		rec.Dump(t.done)
	}
	return nil
}

// Progress returns the iterations done and to do in all.
func (t *Trainer) Progress() (done, total int64) { return t.done, t.total }

// Metrics are how well the rows are fitted, the same that are learned from.
func (t *Trainer) Metrics() []models.Metric {
	return []models.Metric{
		{Name: "mse", Lower: true, Doc: "mean squared error"},
		{Name: "r2", Doc: "part of the variance that is explained"},
	}
}

// Evaluate measures the fit.
func (t *Trainer) Evaluate(ctx context.Context) ([]float64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.tape.Reset()
	fitted := t.tape.Value(t.layer.Forward(t.tape, t.tape.Input(t.x)))
	var mean, mse, variance float64
	n := float64(len(fitted))
	for _, y := range t.y.Data {
		mean += float64(y) / n
	}
	for i, y := range t.y.Data {
		e, c := float64(fitted[i])-float64(y), float64(y)-mean
		mse += float64(e*e) / n
		variance += float64(c*c) / n
	}
	return []float64{mse, 1 - mse/variance}, nil
}

// Params returns the coefficients of the standardised columns, and the constant.
func (t *Trainer) Params() *nets.ParamSet { return t.params }

// State saves or restores everything.
func (t *Trainer) State(a *snapshot.Archive) {
	a.Check("data", t.name)
	a.Int64("done", &t.done)
	a.Object("params", t.params)
	a.Object("optimizer", t.optimizer)
}
