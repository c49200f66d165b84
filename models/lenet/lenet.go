// Package lenet is the convolutional networks of Y. LeCun and others that read handwritten digits:
// LeNet-1 ("Handwritten digit recognition with a back-propagation network", 1989), LeNet-4 and
// LeNet-5 ("Gradient-based learning applied to document recognition", 1998).
//
//	lenet-1        3,246 parameters
//	lenet-4       51,050
//	lenet-5       61,706
//	lenet-5-1998  60,000
//
// The first three are what is called by these names today: each map sees all maps before it, pools
// have no parameters, the output is linear. The last is the network of 1998 as its paper draws it.
package lenet

import (
	"fmt"

	"tesuji/internal/rng"
	"tesuji/internal/suggest"
	"tesuji/models"
	"tesuji/models/classify"
	"tesuji/nets"
	"tesuji/tensor"
)

// Config is the hyper-parameters.
type Config struct {
	// Net is the network: lenet-1, lenet-4, lenet-5 or lenet-5-1998.
	Net string `yaml:"net"`
	// Activation follows each layer but the last: relu or tanh. lenet-5-1998 has its own.
	Activation string `yaml:"activation"`
	// Pool is what halves the maps: max or average. lenet-5-1998 has its own.
	Pool string `yaml:"pool"`

	classify.Options `yaml:",inline"`
}

// Default returns LeNet-5 with ReLU and max pooling.
func Default() Config {
	return Config{Net: "lenet-5", Activation: "relu", Pool: "max", Options: classify.DefaultOptions()}
}

// choose returns the value of a name.
func choose[V any](key, name string, names []string, values []V) (V, error) {
	for i, n := range names {
		if n == name {
			return values[i], nil
		}
	}
	var none V
	return none, fmt.Errorf("%s is %q%s: want one of %v", key, name, suggest.DidYouMean(name, names), names)
}

func (c *Config) net() (func(*builder) nets.Layer, error) {
	return choose("net", c.Net, []string{"lenet-1", "lenet-4", "lenet-5", "lenet-5-1998"},
		[]func(*builder) nets.Layer{lenet1, lenet4, lenet5, lenet1998})
}

func (c *Config) activation() (tensor.Activation, error) {
	return choose("activation", c.Activation, []string{"relu", "tanh"}, []tensor.Activation{tensor.ReLU, tensor.Tanh})
}

func (c *Config) pool() (nets.Layer, error) {
	return choose("pool", c.Pool, []string{"max", "average"}, []nets.Layer{maxPool, averagePool})
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	if _, err := c.net(); err != nil {
		return err
	}
	if _, err := c.activation(); err != nil {
		return err
	}
	if _, err := c.pool(); err != nil {
		return err
	}
	return c.Options.Validate()
}

// NewNetwork returns a network that maps pictures [B, h, w, channels] to logits [B, classes],
// initialised as PyTorch's layers are, or as the paper says for lenet-5-1998. It fails if the
// pictures are too small, or not those that the network is for.
func NewNetwork(cfg Config, h, w, channels, classes int, r *rng.Stream) (nets.Layer, error) {
	build, err := cfg.net()
	if err != nil {
		return nil, err
	}
	act, err := cfg.activation()
	if err != nil {
		return nil, err
	}
	pool, err := cfg.pool()
	if err != nil {
		return nil, err
	}
	if h < 16 || w < 16 {
		return nil, fmt.Errorf("pictures of %d x %d: %s wants 16 x 16 or more", h, w, cfg.Net)
	}
	if cfg.Net == "lenet-5-1998" && (h != 28 || w != 28 || channels != 1 || classes != 10) {
		return nil, fmt.Errorf("pictures of %d x %d x %d in %d classes: lenet-5-1998 wants 28 x 28 x 1 in 10", h, w, channels, classes)
	}
	return build(&builder{h: h, w: w, channels: channels, classes: classes, act: act, pool: pool, r: r}), nil
}

// New returns a trainer at its start.
func New(cfg Config, data classify.Data, s models.Setup) (models.Trainer, error) {
	split, augment, err := data.Open()
	if err != nil {
		return nil, err
	}
	set := split.Train
	net, err := NewNetwork(cfg, set.H, set.W, set.C, len(set.Classes), rng.New(s.Seed, "init"))
	if err != nil {
		return nil, err
	}
	return classify.New(net, cfg.Options, split, augment, s)
}
