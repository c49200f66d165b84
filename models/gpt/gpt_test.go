package gpt

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/modeltest"
	"tesuji/nets"
	"tesuji/tensor"
)

func making(c Config, d Data) func(models.Setup) (models.Trainer, error) {
	return func(s models.Setup) (models.Trainer, error) { return New(c, d, s) }
}

// small is a network that trains in no time, on a text that is written for the test.
func small(t testing.TB) (Config, Data) {
	t.Helper()
	c := Default()
	c.NLayer, c.NHead, c.NEmbd, c.BlockSize, c.BatchSize, c.LogInterval, c.WarmupIters = 2, 2, 16, 12, 4, 3, 2
	path := filepath.Join(t.TempDir(), "small.txt")
	text := strings.Repeat("the quick brown fox jumps over the lazy dog.\n", 25)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return c, Data{Text: path, Tokens: "char", VocabSize: 256}
}

func TestContract(t *testing.T) {
	plain, data := small(t)
	full := plain
	full.Bias, full.Dropout, full.GradClip, full.WeightDecay = true, .1, 0, 0
	pairs := data
	pairs.Tokens, pairs.VocabSize = "bpe", 270
	for _, c := range []struct {
		name   string
		config Config
		data   Data
	}{{"plain", plain, data}, {"biases, dropout, byte pairs", full, pairs}} {
		t.Run(c.name, func(t *testing.T) {
			modeltest.Run(t, modeltest.Case{New: making(c.config, c.data), Iterations: 8, Warm: 3})
		})
	}
}

// TestShakespeareBits: the configuration of the preset gives the same bits everywhere.
func TestShakespeareBits(t *testing.T) {
	if testing.Short() {
		t.Skip("short: trains the whole network on every kernel set")
	}
	c := Default()
	kernels, threads := tensor.Kernels(), tensor.Threads()
	defer func() { tensor.ForceKernels(kernels); tensor.SetThreads(threads) }()
	run := func(iterations int64) string {
		return modeltest.Train(t, making(c, DefaultData()), iterations, 1).Params().Hash()
	}
	const iterations = 50
	want := run(iterations)
	for _, n := range []int{1, 3} {
		tensor.SetThreads(n)
		if got := run(iterations); got != want {
			t.Errorf("%d threads: weights %.12s, want %.12s", n, got, want)
		}
	}
	// Pure Go takes many times as long.
	want = run(2)
	if err := tensor.ForceKernels("go"); err != nil {
		t.Fatal(err)
	}
	if got := run(2); got != want {
		t.Errorf("pure Go: weights %.12s, want %.12s", got, want)
	}
}

// TestParameters: the counts of nanoGPT's networks.
func TestParameters(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*Config)
		symbols int
		want    int
	}{
		{"nanoGPT on a CPU", func(c *Config) {}, 65, 804_096},
		{"nanoGPT on a GPU", func(c *Config) { c.NLayer, c.NHead, c.NEmbd, c.BlockSize = 6, 6, 384, 256 }, 65, 10_745_088},
		{"with biases", func(c *Config) { c.Bias = true }, 65, 4*(12*128*128+13*128) + 65*128 + 64*128 + 2*128},
	} {
		cfg := Default()
		c.change(&cfg)
		if got := nets.Collect(NewNetwork(cfg, c.symbols, rng.New(1, "init"))).Count(); got != c.want {
			t.Errorf("%s: %d parameters, want %d", c.name, got, c.want)
		}
	}
}

// TestFirstLoss: before it has learned anything the network finds all symbols as likely.
func TestFirstLoss(t *testing.T) {
	m, err := New(Default(), DefaultData(), models.Setup{Iterations: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	v, err := m.Evaluate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{math.Log(65), math.Log(65), math.Log2(65)} {
		if math.Abs(v[i]-want) > .05 {
			t.Errorf("%s is %v, want about %v", m.Metrics()[i].Name, v[i], want)
		}
	}
}

// TestLearns: a text that repeats itself is soon known by heart.
func TestLearns(t *testing.T) {
	c, data := small(t)
	c.LearningRate, c.NEmbd, c.MinLR = 1e-2, 32, 1e-3
	m := modeltest.Train(t, making(c, data), 300, 1)
	v, err := m.Evaluate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if v[0] > .6 || v[1] > .6 {
		t.Errorf("losses %v after 300 iterations", v)
	}
	got := sampled(t, m, models.SampleOptions{Prompt: "the quick br", Length: 32, Temperature: 0, TopP: 1})
	if want := "own fox jumps over the lazy dog."; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

// TestWholeTail: the windows side by side count every token of the tail but the first, once.
func TestWholeTail(t *testing.T) {
	c, data := small(t)
	for _, size := range []int{1, 5, 12, 100} {
		c.BlockSize = size
		m, err := New(c, data, models.Setup{Iterations: 1, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		tr := m.(*Trainer)
		got, err := m.Evaluate(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		// One window at a time.
		tail, sum := tr.corpus.validation, 0.0
		for at := 0; at < len(tail)-1; at += size {
			n := min(size, len(tail)-1-at)
			sum += tr.lossOf(tail[at:at+n], tail[at+1:at+n+1], 1)
		}
		if want := sum / float64(len(tail)-1); math.Abs(got[0]-want) > 1e-6 {
			t.Errorf("windows of %d: %v, want %v", size, got[0], want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.NHead = 3 }, "n_embd is 128: want a multiple of n_head, 3"},
		{func(c *Config) { c.NHead = 0 }, "n_head is 0: want 1 or more"},
		{func(c *Config) { c.Dropout = 1 }, "dropout is 1: want 0 to below 1"},
		{func(c *Config) { c.MinLR = 1 }, "min_lr is 1: want 0 to the learning_rate, 0.001"},
		{func(c *Config) { c.Beta2 = 1 }, "beta2 is 1: want 0 to below 1"},
	} {
		cfg := Default()
		c.change(&cfg)
		if err := cfg.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	if err := (&Data{Text: "shakespeare"}).Validate(); err == nil || !strings.Contains(err.Error(), "tiny-shakespeare") {
		t.Errorf("error %v", err)
	}
	if err := (&Data{Text: "a.txt", Tokens: "chars", VocabSize: 256}).Validate(); err == nil || !strings.Contains(err.Error(), `tokens is "chars", did you mean "char"?`) {
		t.Errorf("error %v", err)
	}
	cfg, data := small(t)
	cfg.BlockSize = 500
	if _, err := New(cfg, data, models.Setup{Iterations: 1}); err == nil || !strings.Contains(err.Error(), "has 1012 tokens to learn from and 113 for validation: a block_size of 500 wants 502 or more") {
		t.Errorf("error %v", err)
	}
}
