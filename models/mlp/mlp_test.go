package mlp

import (
	"context"
	"testing"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/classify"
	"tesuji/models/modeltest"
	"tesuji/nets"
	"tesuji/tensor"
)

func making(c Config, d classify.Data) func(models.Setup) (models.Trainer, error) {
	return func(s models.Setup) (models.Trainer, error) { return New(c, d, s) }
}

func TestContract(t *testing.T) {
	small := Default()
	small.Hidden, small.BatchSize, small.LogInterval = []int{16, 8}, 32, 3
	tanh := small
	tanh.Activation, tanh.LabelSmoothing, tanh.WeightDecay, tanh.Hidden = "tanh", .1, .01, nil
	for _, c := range []struct {
		name   string
		config Config
		data   classify.Data
	}{
		{"plain", small, classify.DefaultData()},
		{"augmented and smoothed", tanh, classify.Data{Name: "digits", Augment: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			modeltest.Run(t, modeltest.Case{New: making(c.config, c.data), Iterations: 8, Warm: 3, Short: true})
		})
	}
}

func TestParameters(t *testing.T) {
	for _, c := range []struct {
		hidden []int
		want   int
	}{{[]int{16, 16}, 13_002}, {[]int{300}, 238_510}, {[]int{256, 128}, 235_146}, {nil, 7_850}} {
		if got := nets.Collect(NewNetwork(784, 10, c.hidden, tensor.ReLU, rng.New(1, "init"))).Count(); got != c.want {
			t.Errorf("784-%v-10 has %d parameters, want %d", c.hidden, got, c.want)
		}
	}
}

// TestLearns: the generated digits are learned in a few hundred iterations.
func TestLearns(t *testing.T) {
	m := modeltest.Train(t, making(Default(), classify.DefaultData()), 400, 1)
	v, err := m.Evaluate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if v[0] < .85 {
		t.Errorf("test accuracy %.4f after 400 iterations", v[0])
	}
	t.Logf("test accuracy %.4f, loss %.4f", v[0], v[1])
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.Hidden = []int{0} }, "hidden is [0]: want widths of 1 to 65536"},
		{func(c *Config) { c.Activation = "step" }, `activation is "step": want relu, tanh or sigmoid`},
		{func(c *Config) { c.BatchSize = 0 }, "batch_size is 0: want 1 to 65536"},
		{func(c *Config) { c.LearningRate = 0 }, "learning_rate is 0: want more than 0"},
		{func(c *Config) { c.LabelSmoothing = 1 }, "label_smoothing is 1: want 0 to below 1"},
	} {
		cfg := Default()
		c.change(&cfg)
		if err := cfg.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	if err := (&classify.Data{Name: "digit"}).Validate(); err == nil {
		t.Error("took data that do not exist")
	}
}
