package actorcritic

import (
	"fmt"
	"math"

	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/nets"
)

// Options are the hyper-parameters of the networks and the distribution, under
// Stable-Baselines3's names (its policy_kwargs, which here stand beside the agent's own).
type Options struct {
	// NetArch is the widths of the hidden layers.
	NetArch NetArch `yaml:"net_arch"`
	// CNN is the convolutions that images go through first, with ReLU: auto, none, nature, nips
	// or minatar. auto takes nature for images of at least 36x36 pixels, minatar for smaller ones,
	// none for what is no image. nips, DQN's of 2013, is a third of nature's work. With [] for both
	// of net_arch, nature is Stable-Baselines3's CnnPolicy.
	CNN string `yaml:"cnn"`
	// FeaturesDim is the width of a layer of ReLU units after convolutions, 0 for none. 64 to 512.
	FeaturesDim int `yaml:"features_dim"`
	// ShareFeaturesExtractor lets the policy and the value function see through the same
	// convolutions, which costs half the time; without it each has its own.
	ShareFeaturesExtractor bool `yaml:"share_features_extractor"`
	// ActivationFn is the nonlinearity of the hidden layers: tanh, relu or sigmoid.
	ActivationFn string `yaml:"activation_fn"`
	// OrthoInit starts from orthogonal weights; without it, weights and biases are uniform
	// within 1/√inputs, PyTorch's default.
	OrthoInit bool `yaml:"ortho_init"`
	// LogStdInit is the logarithm of the first standard deviation of Box actions (with use_sde,
	// of the exploration matrix), -20 to 2. 0 explores widely; -2 to -3.5 suits use_sde.
	LogStdInit float64 `yaml:"log_std_init"`
	// UseSDE makes the noise of Box actions a function of the state that stays the same for
	// some steps (gSDE: A. Raffin et al., "Smooth exploration for robotic reinforcement
	// learning", 2021), so that exploration is smooth in time.
	UseSDE bool `yaml:"use_sde"`
	// SDESampleFreq is the number of steps after which that function is drawn anew, at least
	// 1; -1 draws it only at the beginning of each rollout. Such as 4 or 16.
	SDESampleFreq int `yaml:"sde_sample_freq"`
	// UseExpln lets the standard deviations of use_sde grow like a logarithm instead of
	// exponentially, which keeps them from exploding.
	UseExpln bool `yaml:"use_expln"`
	// SquashOutput bounds the actions of use_sde by tanh, scaled to the space, instead of
	// clipping them. It needs a Box with finite bounds.
	SquashOutput bool `yaml:"squash_output"`
}

// NetArch is the widths of the hidden layers of the two networks, each at least 1; [] is a
// linear network.
type NetArch struct {
	Pi []int `yaml:"pi"` // of the policy
	Vf []int `yaml:"vf"` // of the value function
}

// DefaultOptions returns Stable-Baselines3's defaults.
func DefaultOptions() Options {
	return Options{
		NetArch:       NetArch{Pi: []int{64, 64}, Vf: []int{64, 64}},
		CNN:           inputs.Auto,
		FeaturesDim:   512,
		ActivationFn:  "tanh",
		OrthoInit:     true,
		SDESampleFreq: -1,

		ShareFeaturesExtractor: true,
	}
}

// Validate returns an error that names the first option out of range.
func (o *Options) Validate() error {
	for _, arch := range []struct {
		name   string
		widths []int
	}{{"net_arch.pi", o.NetArch.Pi}, {"net_arch.vf", o.NetArch.Vf}} {
		for _, n := range arch.widths {
			if n < 1 {
				return fmt.Errorf("%s is %v: want widths of at least 1", arch.name, arch.widths)
			}
		}
	}
	if err := inputs.Validate(o.CNN); err != nil {
		return err
	}
	if _, err := nets.Activation(o.ActivationFn); err != nil {
		return fmt.Errorf("activation_fn: %w", err)
	}
	return FirstError(
		Check{o.FeaturesDim >= 0, "features_dim", o.FeaturesDim, "at least 0"},
		Check{o.LogStdInit >= -20 && o.LogStdInit <= 2, "log_std_init", o.LogStdInit, "-20 to 2"},
		Check{o.SDESampleFreq == -1 || o.SDESampleFreq >= 1, "sde_sample_freq", o.SDESampleFreq, "at least 1, or -1 for once a rollout"},
		Check{o.UseSDE || !o.SquashOutput, "squash_output", o.SquashOutput, "false without use_sde"},
		Check{o.UseSDE || !o.UseExpln, "use_expln", o.UseExpln, "false without use_sde"},
	)
}

// Check is one demand on an option.
type Check struct {
	OK    bool
	Name  string
	Value any
	Want  string
}

// FirstError returns an error about the first check that is not met, or nil.
func FirstError(checks ...Check) error {
	for _, c := range checks {
		if !c.OK {
			return fmt.Errorf("%s is %v: want %s", c.Name, c.Value, c.Want)
		}
	}
	return nil
}

// InUnit reports whether x is 0 to 1.
func InUnit(x float64) bool { return x >= 0 && x <= 1 }

// Positive reports whether x is more than 0 and finite.
func Positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }

// NotNegative reports whether x is 0 or more and finite.
func NotNegative(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }

// CanAct returns nil if PPO and A2C can act in the space, else an error that says in which
// they can.
func CanAct(action envs.Space) error {
	switch s := action.(type) {
	case *envs.Discrete, *envs.MultiDiscrete, *envs.MultiBinary:
		return nil
	case *envs.Box:
		if s.Type == envs.Float32 {
			return nil
		}
	}
	return fmt.Errorf("actions are %v: want Discrete, MultiDiscrete, MultiBinary or a float32 Box", action)
}
