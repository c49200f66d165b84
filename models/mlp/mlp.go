// Package mlp is multilayer perceptrons that name what a picture shows. The pixels are one row, all
// layers see all of it: what convolutions must beat.
//
// 784-16-16-10 has 13,002 parameters, 784-300-10 has 238,510 and 784-256-128-10 has 235,146.
package mlp

import (
	"fmt"
	"iter"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/classify"
	"tesuji/nets"
	"tesuji/tensor"
)

// Config is the hyper-parameters.
type Config struct {
	// Hidden is the widths of the hidden layers, each at least 1.
	Hidden []int `yaml:"hidden"`
	// Activation follows each hidden layer: relu, tanh or sigmoid.
	Activation string `yaml:"activation"`

	classify.Options `yaml:",inline"`
}

// Default returns 784-256-128-10 with ReLU.
func Default() Config {
	return Config{Hidden: []int{256, 128}, Activation: "relu", Options: classify.DefaultOptions()}
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	for _, n := range c.Hidden {
		if n < 1 || n > 1<<16 {
			return fmt.Errorf("hidden is %v: want widths of 1 to 65536", c.Hidden)
		}
	}
	if _, err := c.activation(); err != nil {
		return err
	}
	return c.Options.Validate()
}

func (c *Config) activation() (tensor.Activation, error) {
	switch c.Activation {
	case "relu":
		return tensor.ReLU, nil
	case "tanh":
		return tensor.Tanh, nil
	case "sigmoid":
		return tensor.Sigmoid, nil
	}
	return tensor.None, fmt.Errorf("activation is %q: want relu, tanh or sigmoid", c.Activation)
}

// Network flattens pictures [B, H, W, C] and maps them to logits [B, classes].
type Network struct {
	body *nets.MLP
	head *nets.Linear
}

// NewNetwork returns a network for pictures of so many values, initialised as PyTorch's layers are.
func NewNetwork(in, classes int, hidden []int, act tensor.Activation, r *rng.Stream) *Network {
	width := in
	if n := len(hidden); n > 0 {
		width = hidden[n-1]
	}
	return &Network{
		body: nets.NewMLP("body", in, hidden, act, nets.PyTorchLinear, r),
		head: nets.NewLinear("head", width, classes, tensor.None, nets.PyTorchLinear, r),
	}
}

// Forward returns the logits.
func (n *Network) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	s := t.Shape(x)
	rows := s.Dim(0)
	return n.head.Forward(t, n.body.Forward(t, t.Reshape(x, rows, s.Size()/rows)))
}

// Params yields the layers' parameters in order.
func (n *Network) Params() iter.Seq[*nets.Param] { return nets.Join(n.body, n.head) }

// New returns a trainer at its start.
func New(cfg Config, data classify.Data, s models.Setup) (models.Trainer, error) {
	split, augment, err := data.Open()
	if err != nil {
		return nil, err
	}
	act, err := cfg.activation()
	if err != nil {
		return nil, err
	}
	set := split.Train
	net := NewNetwork(set.H*set.W*set.C, len(set.Classes), cfg.Hidden, act, rng.New(s.Seed, "init"))
	return classify.New(net, cfg.Options, split, augment, s)
}
