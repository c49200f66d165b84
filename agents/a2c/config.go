package a2c

import (
	"fmt"

	"tesuji/agents/actorcritic"
	"tesuji/nets"
)

// Config is the hyper-parameters: Stable-Baselines3's names, meanings and defaults. A
// schedule is a number, or "lin_X" for X falling to 0 over the run.
type Config struct {
	// LearningRate of the optimiser, a schedule, > 0. 1e-4 to 3e-3.
	LearningRate nets.Schedule `yaml:"learning_rate"`
	// NSteps is the number of steps of each environment between updates, at least 1; an update
	// learns from n_steps times n_envs transitions, once. 5 to 128. The last rollout of a run
	// is shorter if the run's length asks for it.
	NSteps int `yaml:"n_steps"`
	// Gamma is the discount, 0 to 1. .9 to .9999: about 1/(1-gamma) steps matter.
	Gamma float64 `yaml:"gamma"`
	// GAELambda weighs long against short advantage estimates, 0 (one step: little noise, the
	// value function's bias) to 1 (the whole return: no bias, much noise). .9 to 1.
	GAELambda float64 `yaml:"gae_lambda"`
	// NormalizeAdvantage scales the advantages of each update to mean 0 and standard deviation
	// 1 (a single transition is left as it is).
	NormalizeAdvantage bool `yaml:"normalize_advantage"`
	// EntCoef is the weight of the entropy bonus, 0 or more. 0 to .1; more explores longer.
	EntCoef float64 `yaml:"ent_coef"`
	// VfCoef is the weight of the value loss, 0 or more. .2 to 1. The loss has no factor of
	// one half.
	VfCoef float64 `yaml:"vf_coef"`
	// MaxGradNorm bounds the norm of the gradient of all parameters together, > 0. .3 to 5.
	MaxGradNorm float64 `yaml:"max_grad_norm"`
	// UseRMSProp chooses RMSProp with a decay of .99; without it, Adam with an epsilon of 1e-5.
	UseRMSProp bool `yaml:"use_rms_prop"`
	// RMSPropEps is RMSProp's epsilon, > 0.
	RMSPropEps float64 `yaml:"rms_prop_eps"`
	// RMSPropTFLike chooses TensorFlow 1's form of RMSProp, with epsilon inside the root and
	// the mean square starting at 1: the steadier one of the published Atari results.
	RMSPropTFLike bool `yaml:"rms_prop_tf_like"`
	// LogInterval is the number of rollouts between rows of the log, at least 1.
	LogInterval int `yaml:"log_interval"`

	actorcritic.Options `yaml:",inline"`
}

// Default returns Stable-Baselines3's defaults (2.9).
func Default() Config {
	return Config{
		LearningRate: nets.Constant(7e-4),
		NSteps:       5,
		Gamma:        .99,
		GAELambda:    1,
		VfCoef:       .5,
		MaxGradNorm:  .5,
		UseRMSProp:   true,
		RMSPropEps:   1e-5,
		LogInterval:  100,
		Options:      actorcritic.DefaultOptions(),
	}
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	err := actorcritic.FirstError(
		actorcritic.Check{OK: c.NSteps >= 1, Name: "n_steps", Value: c.NSteps, Want: "at least 1"},
		actorcritic.Check{OK: actorcritic.InUnit(c.Gamma), Name: "gamma", Value: c.Gamma, Want: "0 to 1"},
		actorcritic.Check{OK: actorcritic.InUnit(c.GAELambda), Name: "gae_lambda", Value: c.GAELambda, Want: "0 to 1"},
		actorcritic.Check{OK: actorcritic.NotNegative(c.EntCoef), Name: "ent_coef", Value: c.EntCoef, Want: "0 or more"},
		actorcritic.Check{OK: actorcritic.NotNegative(c.VfCoef), Name: "vf_coef", Value: c.VfCoef, Want: "0 or more"},
		actorcritic.Check{OK: actorcritic.Positive(c.MaxGradNorm), Name: "max_grad_norm", Value: c.MaxGradNorm, Want: "more than 0"},
		actorcritic.Check{OK: actorcritic.Positive(c.RMSPropEps), Name: "rms_prop_eps", Value: c.RMSPropEps, Want: "more than 0"},
		actorcritic.Check{OK: c.UseRMSProp || !c.RMSPropTFLike, Name: "rms_prop_tf_like", Value: c.RMSPropTFLike, Want: "false without use_rms_prop"},
		actorcritic.Check{OK: c.LogInterval >= 1, Name: "log_interval", Value: c.LogInterval, Want: "at least 1"},
	)
	if err != nil {
		return err
	}
	if first := c.LearningRate.At(1); !actorcritic.Positive(first) {
		return fmt.Errorf("learning_rate is %v: want more than 0", first)
	}
	return c.Options.Validate()
}

// optimizer returns the optimiser that the options choose.
func (c *Config) optimizer(p *nets.ParamSet) nets.Optimizer {
	const alpha = .99
	switch {
	case c.RMSPropTFLike:
		return nets.NewRMSPropTF(p, alpha, float32(c.RMSPropEps))
	case c.UseRMSProp:
		return nets.NewRMSProp(p, alpha, float32(c.RMSPropEps))
	}
	return nets.NewAdam(p, nets.AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-5})
}
