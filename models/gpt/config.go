package gpt

import (
	"fmt"
	"slices"

	"tesuji/datasets/text"
	"tesuji/internal/suggest"
)

// Config is the hyper-parameters, under nanoGPT's names.
type Config struct {
	// NLayer is the number of blocks, at least 1.
	NLayer int `yaml:"n_layer"`
	// NHead is the number of heads of each attention, a divisor of NEmbd.
	NHead int `yaml:"n_head"`
	// NEmbd is the width, at least 1.
	NEmbd int `yaml:"n_embd"`
	// BlockSize is the number of tokens that the network sees at once, at least 1.
	BlockSize int `yaml:"block_size"`
	// Bias gives linear layers and normalisations biases.
	Bias bool `yaml:"bias"`
	// Gelu is the form of the activation: "erf", the exact one, as nanoGPT has it, or "tanh", GPT-2's
	// approximation.
	Gelu string `yaml:"gelu"`
	// Dropout is the probability with which embeddings, attention weights and what is added to the
	// residual stream are dropped in training, 0 to below 1. 0 when data are plenty, .1 to .2 when
	// they are seen many times.
	Dropout float64 `yaml:"dropout"`

	// BatchSize is the number of windows of an iteration, at least 1.
	BatchSize int `yaml:"batch_size"`
	// LearningRate is the highest one, > 0: after the warm-up. 1e-4 to 1e-3, less for larger
	// networks.
	LearningRate float64 `yaml:"learning_rate"`
	// MinLR is the learning rate at the end, 0 to LearningRate. A tenth of it does well.
	MinLR float64 `yaml:"min_lr"`
	// WarmupIters is the number of iterations over which the learning rate rises, 0 or more.
	WarmupIters int64 `yaml:"warmup_iters"`
	// Beta1 and Beta2 are AdamW's decays of the moments, in [0, 1). Small batches want a Beta2
	// below .999.
	Beta1 float64 `yaml:"beta1"`
	Beta2 float64 `yaml:"beta2"`
	// WeightDecay is AdamW's, of matrices only, 0 or more.
	WeightDecay float64 `yaml:"weight_decay"`
	// GradClip bounds the norm of the gradient of all parameters together; 0 does not.
	GradClip float64 `yaml:"grad_clip"`
	// LogInterval is the number of iterations that a row of the log is the mean of, at least 1.
	LogInterval int `yaml:"log_interval"`
}

// Default returns nanoGPT's configuration for training on a CPU (config/train_shakespeare_char.py
// with the options of its README), without dropout.
func Default() Config {
	return Config{
		NLayer: 4, NHead: 4, NEmbd: 128, BlockSize: 64, Gelu: "erf",
		BatchSize: 12, LearningRate: 1e-3, MinLR: 1e-4, WarmupIters: 100,
		Beta1: .9, Beta2: .99, WeightDecay: .1, GradClip: 1, LogInterval: 50,
	}
}

// Validate returns an error that names the first option out of range.
func (c *Config) Validate() error {
	const most = 1 << 20
	for _, x := range []struct {
		ok    bool
		name  string
		value any
		want  string
	}{
		{c.NLayer >= 1 && c.NLayer <= 1000, "n_layer", c.NLayer, "1 to 1000"},
		{c.NHead >= 1, "n_head", c.NHead, "1 or more"},
		{c.NEmbd >= 1 && c.NEmbd <= most, "n_embd", c.NEmbd, fmt.Sprintf("1 to %d", most)},
		{c.NHead < 1 || c.NEmbd%c.NHead == 0, "n_embd", c.NEmbd, fmt.Sprintf("a multiple of n_head, %d", c.NHead)},
		{c.BlockSize >= 1 && c.BlockSize <= most, "block_size", c.BlockSize, fmt.Sprintf("1 to %d", most)},
		{c.Gelu == "erf" || c.Gelu == "tanh", "gelu", c.Gelu, "erf or tanh"},
		{c.Dropout >= 0 && c.Dropout < 1, "dropout", c.Dropout, "0 to below 1"},
		{c.BatchSize >= 1 && c.BatchSize <= most, "batch_size", c.BatchSize, fmt.Sprintf("1 to %d", most)},
		{c.LearningRate > 0, "learning_rate", c.LearningRate, "more than 0"},
		{c.MinLR >= 0 && c.MinLR <= c.LearningRate, "min_lr", c.MinLR, fmt.Sprintf("0 to the learning_rate, %v", c.LearningRate)},
		{c.WarmupIters >= 0, "warmup_iters", c.WarmupIters, "0 or more"},
		{c.Beta1 >= 0 && c.Beta1 < 1, "beta1", c.Beta1, "0 to below 1"},
		{c.Beta2 >= 0 && c.Beta2 < 1, "beta2", c.Beta2, "0 to below 1"},
		{c.WeightDecay >= 0, "weight_decay", c.WeightDecay, "0 or more"},
		{c.GradClip >= 0, "grad_clip", c.GradClip, "more than 0, or 0 for none"},
		{c.LogInterval >= 1, "log_interval", c.LogInterval, "1 or more"},
	} {
		if !x.ok {
			return fmt.Errorf("%s is %v: want %s", x.name, x.value, x.want)
		}
	}
	return nil
}

// Data says which text to learn.
type Data struct {
	// Text is "tiny-shakespeare", which is part of the program, or the path of a UTF-8 file that
	// ends in .txt. The first nine tenths of its characters are learned from, the last is for
	// validation.
	Text string `yaml:"text"`
	// Tokens says what the network reads and writes: "char", the characters that occur in the text;
	// "bpe", vocab_size byte pairs learned from it; or "gpt2", GPT-2's 50,257 (rl data get gpt2-bpe).
	Tokens string `yaml:"tokens"`
	// VocabSize is the number of symbols of "bpe", 256 to 65536.
	VocabSize int `yaml:"vocab_size"`
}

// DefaultData returns the characters of tiny Shakespeare.
func DefaultData() Data { return Data{Text: text.TinyShakespeare, Tokens: "char", VocabSize: 512} }

// Validate returns an error unless there could be such a text and such tokens.
func (d *Data) Validate() error {
	if err := text.Check(d.Text); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	if kinds := []string{"char", "bpe", "gpt2"}; !slices.Contains(kinds, d.Tokens) {
		return fmt.Errorf("tokens is %q%s: want one of %v", d.Tokens, suggest.DidYouMean(d.Tokens, kinds), kinds)
	}
	if d.VocabSize < 256 || d.VocabSize > 1<<16 {
		return fmt.Errorf("vocab_size is %d: want 256 to 65536", d.VocabSize)
	}
	return nil
}
