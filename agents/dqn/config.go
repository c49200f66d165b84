package dqn

import (
	"fmt"
	"math"
	"slices"

	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/nets"
)

// Config is the hyper-parameters: Stable-Baselines3's names, meanings and defaults, and this
// toolkit's own options after them. All counts of steps are of transitions, whatever the
// number of environments.
type Config struct {
	// LearningRate of the optimiser, > 0: a number, or "lin_X" for X falling to 0 over the run.
	// 1e-4 to 5e-3; too high a rate shows as a return that collapses after it was good.
	LearningRate nets.Schedule `yaml:"learning_rate"`
	// BufferSize is the number of transitions that replay keeps, at least one for each
	// environment. Larger is steadier; no more is allocated than the run will fill.
	BufferSize int `yaml:"buffer_size"`
	// ReplayFrames is the number of frames that an observation is a stack of, oldest first (along
	// the last dimension of images, the first of other boxes). Replay keeps each frame once, which
	// divides its memory by almost this and changes nothing else. 1 keeps observations as they
	// are; 0 is 4 for images [H, W, 4] of at least 36x36, else 1.
	ReplayFrames int `yaml:"replay_frames"`
	// LearningStarts is the number of transitions that actions are drawn uniformly for; learning
	// begins after them. 0 or more.
	LearningStarts int64 `yaml:"learning_starts"`
	// BatchSize is the number of transitions in an update, at least 1.
	BatchSize int `yaml:"batch_size"`
	// Tau is the share of the online network that enters the target network at its update:
	// 1 copies, a small one (.005) with a target_update_interval of 1 follows slowly. (0, 1].
	Tau float64 `yaml:"tau"`
	// Gamma is the discount, 0 to 1.
	Gamma float64 `yaml:"gamma"`
	// TrainFreq is the number of transitions collected between trainings, at least 1. It is
	// rounded up to a multiple of the number of environments.
	TrainFreq int64 `yaml:"train_freq"`
	// GradientSteps is the number of updates of a training, at least 1, or -1 for as many as
	// transitions were collected since the last.
	GradientSteps int `yaml:"gradient_steps"`
	// TargetUpdateInterval is the number of transitions between updates of the target network,
	// at least 1. Longer is steadier and slower.
	TargetUpdateInterval int64 `yaml:"target_update_interval"`
	// ExplorationFraction is the part of the run over which the rate of random actions falls
	// from ExplorationInitialEps to ExplorationFinalEps. All three are 0 to 1.
	ExplorationFraction   float64 `yaml:"exploration_fraction"`
	ExplorationInitialEps float64 `yaml:"exploration_initial_eps"`
	ExplorationFinalEps   float64 `yaml:"exploration_final_eps"`
	// ExplorationStart is the number of transitions after which that fall begins, 0 or more. Until
	// learning_starts all actions are random in any case.
	ExplorationStart int64 `yaml:"exploration_start"`
	// MaxGradNorm bounds the norm of the gradient of all parameters together, > 0.
	MaxGradNorm float64 `yaml:"max_grad_norm"`
	// NetArch is the widths of the hidden layers, each at least 1; [] is a linear Q.
	NetArch []int `yaml:"net_arch"`
	// CNN is the convolutions before the hidden layers: auto, none, nature, nips or minatar. auto
	// takes nature for images of at least 36x36 pixels, minatar for smaller ones, none for the rest.
	// nips, of 2013, is a third of nature's work.
	CNN string `yaml:"cnn"`
	// ActivationFn is the nonlinearity of the hidden layers: relu, tanh or sigmoid.
	ActivationFn string `yaml:"activation_fn"`
	// Loss is that of a difference: huber, which is linear beyond 1, or mse, its square.
	Loss string `yaml:"loss"`
	// Optimizer is adam or rmsprop, the latter in PyTorch's form.
	Optimizer string `yaml:"optimizer"`
	// AdamEps is Adam's epsilon, > 0.
	AdamEps float64 `yaml:"adam_eps"`
	// RMSPropAlpha is the decay of RMSProp's mean of squares, at least 0, less than 1.
	RMSPropAlpha float64 `yaml:"rms_prop_alpha"`
	// RMSPropEps is added to the root of that mean, > 0.
	RMSPropEps float64 `yaml:"rms_prop_eps"`
	// RMSPropCentered takes the square of the mean gradient from that mean, so that the step is
	// divided by a standard deviation.
	RMSPropCentered bool `yaml:"rms_prop_centered"`
	// LogInterval is the number of episodes between rows of the log, at least 1.
	LogInterval int64 `yaml:"log_interval"`

	// DoubleQ lets the online network choose the action whose value the target network gives,
	// against the overestimation of a maximum over noisy values.
	DoubleQ bool `yaml:"double_q"`
	// Dueling splits Q into the value of the state and the advantages of the actions.
	Dueling bool `yaml:"dueling"`
	// NSteps is the number of rewards summed before a value is bootstrapped, at least 1. More
	// carries reward back faster, at the price of what exploration did meanwhile. 1 to 10.
	NSteps int `yaml:"n_steps"`
	// PrioritizedReplay draws transitions in proportion to a power of their error.
	PrioritizedReplay bool `yaml:"prioritized_replay"`
	// PrioritizedReplayAlpha is that power, 0 (uniform) to 1.
	PrioritizedReplayAlpha float64 `yaml:"prioritized_replay_alpha"`
	// PrioritizedReplayBeta0 is how far the bias of the draw is corrected at first, 0 to 1; it
	// rises linearly to 1 at the end of the run.
	PrioritizedReplayBeta0 float64 `yaml:"prioritized_replay_beta0"`
	// PrioritizedReplayEps is added to the errors, so that none is 0. > 0.
	PrioritizedReplayEps float64 `yaml:"prioritized_replay_eps"`
	// Distribution is what is learned of the return of an action: none, its mean alone; c51, the
	// probabilities of fixed returns; quantile, its quantiles. The loss of c51 is the
	// cross-entropy, that of quantile the quantile Huber loss, whatever Loss says.
	Distribution string `yaml:"distribution"`
	// Atoms is the number of fixed returns, or of quantiles, at least 2. C51 has 51, QR-DQN 200.
	Atoms int `yaml:"atoms"`
	// VMin and VMax are the least and the greatest of c51's fixed returns: discounted returns
	// beyond them are taken for these, and a range that is much too wide blurs those within.
	VMin float64 `yaml:"v_min"`
	VMax float64 `yaml:"v_max"`
	// Noisy explores by noise, with learned strengths, on the weights of the linear layers.
	// Random actions come on top of it: both rates of exploration are 0 in Rainbow.
	Noisy bool `yaml:"noisy"`
	// NoisySigma is that noise at first, > 0: the standard deviation of a weight is this over
	// the root of its layer's inputs.
	NoisySigma float64 `yaml:"noisy_sigma"`
}

// The losses, the optimisers and the distributions.
const (
	lossHuber = "huber"
	lossMSE   = "mse"

	optimizerAdam    = "adam"
	optimizerRMSProp = "rmsprop"

	distributionNone     = "none"
	distributionC51      = "c51"
	distributionQuantile = "quantile"
)

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	checks := []struct {
		ok    bool
		name  string
		value any
		want  string
	}{
		{c.BufferSize >= 1, "buffer_size", c.BufferSize, "at least 1"},
		{c.ReplayFrames >= 0, "replay_frames", c.ReplayFrames, "0 or more"},
		{c.LearningStarts >= 0, "learning_starts", c.LearningStarts, "0 or more"},
		{c.BatchSize >= 1, "batch_size", c.BatchSize, "at least 1"},
		{c.Tau > 0 && c.Tau <= 1, "tau", c.Tau, "more than 0, at most 1"},
		{unit(c.Gamma), "gamma", c.Gamma, "0 to 1"},
		{c.TrainFreq >= 1, "train_freq", c.TrainFreq, "at least 1"},
		{c.GradientSteps >= 1 || c.GradientSteps == -1, "gradient_steps", c.GradientSteps, "at least 1, or -1 for as many as transitions were collected"},
		{c.TargetUpdateInterval >= 1, "target_update_interval", c.TargetUpdateInterval, "at least 1"},
		{unit(c.ExplorationFraction), "exploration_fraction", c.ExplorationFraction, "0 to 1"},
		{unit(c.ExplorationInitialEps), "exploration_initial_eps", c.ExplorationInitialEps, "0 to 1"},
		{unit(c.ExplorationFinalEps), "exploration_final_eps", c.ExplorationFinalEps, "0 to 1"},
		{c.ExplorationStart >= 0, "exploration_start", c.ExplorationStart, "0 or more"},
		{positive(c.MaxGradNorm), "max_grad_norm", c.MaxGradNorm, "more than 0"},
		{c.Loss == lossHuber || c.Loss == lossMSE, "loss", c.Loss, "huber or mse"},
		{c.Optimizer == optimizerAdam || c.Optimizer == optimizerRMSProp, "optimizer", c.Optimizer, "adam or rmsprop"},
		{positive(c.AdamEps), "adam_eps", c.AdamEps, "more than 0"},
		{c.RMSPropAlpha >= 0 && c.RMSPropAlpha < 1, "rms_prop_alpha", c.RMSPropAlpha, "at least 0, less than 1"},
		{positive(c.RMSPropEps), "rms_prop_eps", c.RMSPropEps, "more than 0"},
		{!c.RMSPropCentered || c.Optimizer == optimizerRMSProp, "rms_prop_centered", c.RMSPropCentered, "false unless optimizer is rmsprop"},
		{c.LogInterval >= 1, "log_interval", c.LogInterval, "at least 1"},
		{c.NSteps >= 1, "n_steps", c.NSteps, "at least 1"},
		{unit(c.PrioritizedReplayAlpha), "prioritized_replay_alpha", c.PrioritizedReplayAlpha, "0 to 1"},
		{unit(c.PrioritizedReplayBeta0), "prioritized_replay_beta0", c.PrioritizedReplayBeta0, "0 to 1"},
		{positive(c.PrioritizedReplayEps), "prioritized_replay_eps", c.PrioritizedReplayEps, "more than 0"},
		{slices.Contains([]string{distributionNone, distributionC51, distributionQuantile}, c.Distribution), "distribution", c.Distribution, "none, c51 or quantile"},
		{c.Atoms >= 2, "atoms", c.Atoms, "at least 2"},
		{!math.IsInf(c.VMin, 0) && !math.IsNaN(c.VMin), "v_min", c.VMin, "a number"},
		{c.VMax > c.VMin && !math.IsInf(c.VMax, 1), "v_max", c.VMax, "more than v_min"},
		{positive(c.NoisySigma), "noisy_sigma", c.NoisySigma, "more than 0"},
	}
	for _, k := range checks {
		if !k.ok {
			return fmt.Errorf("%s is %v: want %s", k.name, k.value, k.want)
		}
	}
	if rate := c.LearningRate.At(1); !positive(rate) {
		return fmt.Errorf("learning_rate is %v: want more than 0", rate)
	}
	for _, n := range c.NetArch {
		if n < 1 {
			return fmt.Errorf("net_arch is %v: want widths of at least 1", c.NetArch)
		}
	}
	if err := inputs.Validate(c.CNN); err != nil {
		return err
	}
	if _, err := nets.Activation(c.ActivationFn); err != nil {
		return fmt.Errorf("activation_fn: %w", err)
	}
	return nil
}

func unit(x float64) bool { return x >= 0 && x <= 1 }

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }

// optimizer returns the optimiser of the parameters.
func (c *Config) optimizer(p *nets.ParamSet) nets.Optimizer {
	switch {
	case c.Optimizer == optimizerAdam:
		return nets.NewAdam(p, nets.AdamConfig{Beta1: .9, Beta2: .999, Eps: float32(c.AdamEps)})
	case c.RMSPropCentered:
		return nets.NewCenteredRMSProp(p, float32(c.RMSPropAlpha), float32(c.RMSPropEps), 0)
	}
	return nets.NewRMSProp(p, float32(c.RMSPropAlpha), float32(c.RMSPropEps))
}

// exploration returns the rate of random actions when the given part of the run has gone by
// since exploration_start.
func (c *Config) exploration(done float64) float64 {
	if done >= c.ExplorationFraction {
		return c.ExplorationFinalEps
	}
	return c.ExplorationInitialEps + float64(done*(c.ExplorationFinalEps-c.ExplorationInitialEps))/c.ExplorationFraction
}

// frames returns the number of frames that observations are stacks of.
func (c *Config) frames(s envs.Space) int {
	if c.ReplayFrames > 0 {
		return c.ReplayFrames
	}
	const least, usual = 36, 4
	box, ok := s.(*envs.Box)
	if ok && box.Type == envs.Uint8 && len(box.Shape) == 3 && min(box.Shape[0], box.Shape[1]) >= least && box.Shape[2] == usual {
		return usual
	}
	return 1
}
