package ppo

import (
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/agents/actorcritic/actest"
	"tesuji/nets"
)

func TestConfigErrors(t *testing.T) {
	d := Default()
	if err := d.Validate(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	zero, none := 0.0, nets.Constant(0)
	for _, tt := range []struct {
		option string
		change func(*Config)
	}{
		{"learning_rate", func(c *Config) { c.LearningRate = none }},
		{"n_steps", func(c *Config) { c.NSteps = 0 }},
		{"batch_size", func(c *Config) { c.BatchSize = 0 }},
		{"n_epochs", func(c *Config) { c.NEpochs = -1 }},
		{"gamma", func(c *Config) { c.Gamma = 1.01 }},
		{"gae_lambda", func(c *Config) { c.GAELambda = -.1 }},
		{"clip_range", func(c *Config) { c.ClipRange = none }},
		{"clip_range_vf", func(c *Config) { c.ClipRangeVf = &none }},
		{"ent_coef", func(c *Config) { c.EntCoef = -1 }},
		{"vf_coef", func(c *Config) { c.VfCoef = -1 }},
		{"max_grad_norm", func(c *Config) { c.MaxGradNorm = 0 }},
		{"target_kl", func(c *Config) { c.TargetKL = &zero }},
		{"adam_eps", func(c *Config) { c.AdamEps = 0 }},
		{"log_interval", func(c *Config) { c.LogInterval = 0 }},
		{"net_arch.pi", func(c *Config) { c.NetArch.Pi = []int{64, 0} }},
		{"net_arch.vf", func(c *Config) { c.NetArch.Vf = []int{-1} }},
		{"activation_fn", func(c *Config) { c.ActivationFn = "tahn" }},
		{"log_std_init", func(c *Config) { c.LogStdInit = 3 }},
		{"sde_sample_freq", func(c *Config) { c.SDESampleFreq = 0 }},
		{"squash_output", func(c *Config) { c.SquashOutput = true }},
		{"use_expln", func(c *Config) { c.UseExpln = true }},
		{"cnn", func(c *Config) { c.CNN = "resnet" }},
		{"cnn", func(c *Config) { c.CNN = "nature" }}, // observations are no images
		{"features_dim", func(c *Config) { c.FeaturesDim = -1 }},
		{"memory", func(c *Config) { c.Memory = "gru" }},
		{"lstm_hidden_size", func(c *Config) { c.LSTMHiddenSize = 0 }},
		{"n_lstm_layers", func(c *Config) { c.NLSTMLayers = 17 }},
		{"shared_lstm", func(c *Config) { c.SharedLSTM = true }}, // and enable_critic_lstm
		{"sequence_length", func(c *Config) { c.SequenceLength = 0 }},
		{"sequence_length", func(c *Config) { c.Memory, c.SequenceLength = "lstm", 65 }}, // of batch_size 64
		{"memory_window", func(c *Config) { c.MemoryWindow = 0 }},
		{"transformer_heads", func(c *Config) { c.TransformerHeads = 0 }},
		{"transformer_width", func(c *Config) { c.TransformerWidth = 30 }},
		{"transformer_layers", func(c *Config) { c.TransformerLayers = 0 }},
		{"use_sde", func(c *Config) { c.UseSDE = true }}, // the actions are Discrete
	} {
		c := Default()
		tt.change(&c)
		if _, err := New(c, actest.Setup()); err == nil || !strings.Contains(err.Error(), "ppo: ") || !strings.Contains(err.Error(), tt.option) {
			t.Errorf("error %v, want one that names %s", err, tt.option)
		}
	}
	for _, steps := range []int64{0, -8} {
		s := actest.Setup()
		s.Steps = steps
		if _, err := New(Default(), s); err == nil {
			t.Errorf("%d transitions were accepted", steps)
		}
	}
	var _ agents.Config = new(Config)
}
