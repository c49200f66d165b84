package ppo

import (
	"fmt"

	"tesuji/agents/actorcritic"
	"tesuji/nets"
)

// Config is the hyper-parameters: Stable-Baselines3's names, meanings and defaults. A
// schedule is a number, or "lin_X" for X falling to 0 over the run.
type Config struct {
	// LearningRate of Adam, a schedule, > 0. 1e-5 to 2e-3; too high a rate shows as a large
	// train/approx_kl and a return that collapses.
	LearningRate nets.Schedule `yaml:"learning_rate"`
	// NSteps is the number of steps of each environment in a rollout, at least 1; an update
	// learns from n_steps times n_envs transitions. 16 to 2048: short ones learn often, long
	// ones see further. The last rollout of a run is shorter if the run's length asks for it.
	NSteps int `yaml:"n_steps"`
	// BatchSize is the number of transitions of a minibatch, at least 1. 32 to 1024. The last
	// minibatch of an epoch has what is left.
	BatchSize int `yaml:"batch_size"`
	// NEpochs is the number of passes over a rollout, at least 1. 3 to 20; more use the data
	// better and strain the clipping harder.
	NEpochs int `yaml:"n_epochs"`
	// Gamma is the discount, 0 to 1. .9 to .9999: about 1/(1-gamma) steps matter.
	Gamma float64 `yaml:"gamma"`
	// GAELambda weighs long against short advantage estimates, 0 (one step: little noise, the
	// value function's bias) to 1 (the whole return: no bias, much noise). .8 to .98.
	GAELambda float64 `yaml:"gae_lambda"`
	// ClipRange is how far the probability ratio may move from 1 before its gradient is cut, a
	// schedule, > 0. .1 to .4.
	ClipRange nets.Schedule `yaml:"clip_range"`
	// ClipRangeVf is how far a value may move from the one before the update, a schedule, > 0;
	// null for no limit. It depends on the scale of the rewards.
	ClipRangeVf *nets.Schedule `yaml:"clip_range_vf"`
	// NormalizeAdvantage scales the advantages of each minibatch to mean 0 and standard
	// deviation 1 (a minibatch of one transition is left as it is).
	NormalizeAdvantage bool `yaml:"normalize_advantage"`
	// EntCoef is the weight of the entropy bonus, 0 or more. 0 to .1; more explores longer.
	EntCoef float64 `yaml:"ent_coef"`
	// VfCoef is the weight of the value loss, 0 or more. .2 to 1. The loss has no factor of
	// one half: CleanRL's vf_coef is twice this one.
	VfCoef float64 `yaml:"vf_coef"`
	// MaxGradNorm bounds the norm of the gradient of all parameters together, > 0. .3 to 5.
	MaxGradNorm float64 `yaml:"max_grad_norm"`
	// TargetKL ends an update before a minibatch whose train/approx_kl is over 1.5 times this,
	// > 0; null for never. .01 to .05.
	TargetKL *float64 `yaml:"target_kl"`
	// AdamEps is Adam's epsilon, > 0.
	AdamEps float64 `yaml:"adam_eps"`
	// LogInterval is the number of rollouts between rows of the log, at least 1.
	LogInterval int `yaml:"log_interval"`

	actorcritic.Options       `yaml:",inline"`
	actorcritic.MemoryOptions `yaml:",inline"`
}

// Default returns Stable-Baselines3's defaults (2.9).
func Default() Config {
	return Config{
		LearningRate:       nets.Constant(3e-4),
		NSteps:             2048,
		BatchSize:          64,
		NEpochs:            10,
		Gamma:              .99,
		GAELambda:          .95,
		ClipRange:          nets.Constant(.2),
		NormalizeAdvantage: true,
		VfCoef:             .5,
		MaxGradNorm:        .5,
		AdamEps:            1e-5,
		LogInterval:        1,
		Options:            actorcritic.DefaultOptions(),
		MemoryOptions:      actorcritic.DefaultMemoryOptions(),
	}
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	err := actorcritic.FirstError(
		actorcritic.Check{OK: c.NSteps >= 1, Name: "n_steps", Value: c.NSteps, Want: "at least 1"},
		actorcritic.Check{OK: c.BatchSize >= 1, Name: "batch_size", Value: c.BatchSize, Want: "at least 1"},
		actorcritic.Check{OK: c.NEpochs >= 1, Name: "n_epochs", Value: c.NEpochs, Want: "at least 1"},
		actorcritic.Check{OK: actorcritic.InUnit(c.Gamma), Name: "gamma", Value: c.Gamma, Want: "0 to 1"},
		actorcritic.Check{OK: actorcritic.InUnit(c.GAELambda), Name: "gae_lambda", Value: c.GAELambda, Want: "0 to 1"},
		actorcritic.Check{OK: actorcritic.NotNegative(c.EntCoef), Name: "ent_coef", Value: c.EntCoef, Want: "0 or more"},
		actorcritic.Check{OK: actorcritic.NotNegative(c.VfCoef), Name: "vf_coef", Value: c.VfCoef, Want: "0 or more"},
		actorcritic.Check{OK: actorcritic.Positive(c.MaxGradNorm), Name: "max_grad_norm", Value: c.MaxGradNorm, Want: "more than 0"},
		actorcritic.Check{OK: actorcritic.Positive(c.AdamEps), Name: "adam_eps", Value: c.AdamEps, Want: "more than 0"},
		actorcritic.Check{OK: c.LogInterval >= 1, Name: "log_interval", Value: c.LogInterval, Want: "at least 1"},
	)
	if err != nil {
		return err
	}
	if err := schedule("learning_rate", c.LearningRate); err != nil {
		return err
	}
	if err := schedule("clip_range", c.ClipRange); err != nil {
		return err
	}
	if c.ClipRangeVf != nil {
		if err := schedule("clip_range_vf", *c.ClipRangeVf); err != nil {
			return err
		}
	}
	if c.TargetKL != nil && !actorcritic.Positive(*c.TargetKL) {
		return fmt.Errorf("target_kl is %v: want more than 0, or null for no early stop", *c.TargetKL)
	}
	if err := c.Options.Validate(); err != nil {
		return err
	}
	return c.MemoryOptions.Validate(c.BatchSize)
}

func schedule(name string, s nets.Schedule) error {
	if first := s.At(1); !actorcritic.Positive(first) {
		return fmt.Errorf("%s is %v: want more than 0", name, first)
	}
	return nil
}
