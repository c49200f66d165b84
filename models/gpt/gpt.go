package gpt

import (
	"context"
	"fmt"
	"math"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Trainer is a GPT in training. It is not safe for concurrent use.
type Trainer struct {
	cfg   Config
	seed  uint64
	total int64

	corpus    *corpus
	net       *Network
	params    *nets.ParamSet
	optimizer nets.Optimizer
	windows   *rng.Stream // where the windows of batches begin
	tape      *tensor.Tape
	measure   *tensor.Tape // for inference

	x, y []int32 // [B, T] tokens, and those that follow

	done   int64
	losses float64 // since the last row of the log
	rows   int     // how many
}

// New returns a trainer at its start.
func New(cfg Config, data Data, s models.Setup) (models.Trainer, error) {
	c, err := openCorpus(data, cfg.BlockSize)
	if err != nil {
		return nil, err
	}
	size := cfg.BatchSize * cfg.BlockSize
	t := &Trainer{
		cfg: cfg, seed: s.Seed, total: s.Iterations,
		corpus: c, net: NewNetwork(cfg, c.Size(), rng.New(s.Seed, "init")),
		windows: rng.New(s.Seed, "windows"), tape: tensor.NewTape(), measure: tensor.NewTape(),
		x: make([]int32, size), y: make([]int32, size),
	}
	t.params = nets.Collect(t.net)
	t.optimizer = nets.NewAdam(t.params, nets.AdamConfig{
		Beta1: cfg.Beta1, Beta2: cfg.Beta2, Eps: 1e-8, WeightDecay: cfg.WeightDecay, MatricesOnly: true,
	})
	t.tape.Train(true)
	t.measure.Inference(true)
	return t, nil
}

// Advance does one iteration.
func (t *Trainer) Advance(_ context.Context, rec models.Recorder) error {
	draw(t.windows, t.x, t.y, t.corpus.train, t.cfg.BlockSize)
	loss := t.step()
	norm := float64(t.params.GradNorm())
	if !finite(loss) || !finite(norm) {
		return fmt.Errorf("train/loss is %v, the norm of its gradient %v: %w", loss, norm, t.tape.Blame(func() { t.step() }))
	}
	if t.cfg.GradClip > 0 {
		t.params.ClipGradNorm(float32(t.cfg.GradClip))
	}
	rate := models.WarmupCosine(t.cfg.LearningRate, t.cfg.MinLR, t.cfg.WarmupIters, t.done, t.total)
	t.optimizer.Step(float32(rate))
	t.done++
	t.losses += loss
	t.rows++
	if t.done%int64(t.cfg.LogInterval) == 0 || t.done == t.total {
		rec.Record("train/grad_norm", norm)
		rec.Record("train/learning_rate", rate)
		rec.Record("train/loss", t.losses/float64(t.rows))
		rec.Record("train/tokens", float64(t.done)*float64(len(t.x)))
		rec.Dump(t.done)
		t.losses, t.rows = 0, 0
	}
	return nil
}

// draw fills x and y with windows of size tokens from random places.
func draw(r *rng.Stream, x, y, tokens []int32, size int) {
	for at := 0; at < len(x); at += size {
		window(x[at:at+size], y[at:at+size], tokens, r.Intn(len(tokens)-size))
	}
}

// step computes the batch's loss and its gradient.
func (t *Trainer) step() float64 {
	t.tape.Reset()
	t.tape.Noise(t.seed, uint64(t.done))
	t.params.ZeroGrad()
	logits := t.net.Forward(t.tape, t.x, t.cfg.BatchSize)
	loss := t.tape.Mean(t.tape.CrossEntropy(logits, t.y))
	t.tape.Backward(loss)
	return float64(t.tape.Scalar(loss))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Progress returns the iterations done and to do in all.
func (t *Trainer) Progress() (done, total int64) { return t.done, t.total }

// Metrics are the losses on the last tenth of the text.
func (t *Trainer) Metrics() []models.Metric {
	return []models.Metric{
		{Name: "val_loss", Lower: true, Doc: "mean cross-entropy of the whole validation tail, in windows side by side, in nats"},
		{Name: "val_loss_random", Lower: true, Doc: "the same over 20 batches of random windows, as nanoGPT measures, in nats"},
		{Name: "val_bits_per_byte", Lower: true, Doc: "val_loss in bits for each byte of the text: comparable whatever the tokens"},
	}
}

const (
	// evaluateTokens is the number of tokens that Evaluate takes at once, about.
	evaluateTokens = 768
	// randomBatches is nanoGPT's eval_iters for CPUs.
	randomBatches = 20
)

// Evaluate measures the network on the last tenth of the text.
func (t *Trainer) Evaluate(ctx context.Context) ([]float64, error) {
	size, tail := t.cfg.BlockSize, t.corpus.validation
	together := max(1, evaluateTokens/size)
	x, y := make([]int32, together*size), make([]int32, together*size)
	sum, predicted := 0.0, len(tail)-1
	for at := 0; at < predicted; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// Whole windows, and at the end one that is shorter.
		n, width := min(together, (predicted-at)/size), size
		if n == 0 {
			n, width = 1, predicted-at
		}
		for i := range n {
			window(x[i*width:(i+1)*width], y[i*width:(i+1)*width], tail, at+i*width)
		}
		sum += t.lossOf(x[:n*width], y[:n*width], n)
		at += n * width
	}
	windows := rng.New(t.seed, "validation windows")
	random, count := 0.0, 0
	for left := randomBatches * t.cfg.BatchSize; left > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := min(together, left)
		draw(windows, x[:n*size], y[:n*size], tail, size)
		random += t.lossOf(x[:n*size], y[:n*size], n)
		count += n * size
		left -= n
	}
	return []float64{sum / float64(predicted), random / float64(count), sum / math.Ln2 / float64(t.corpus.bytes)}, nil
}

// lossOf returns the sum of the cross-entropies of a batch of n windows.
func (t *Trainer) lossOf(x, y []int32, n int) float64 {
	t.measure.Reset()
	loss := t.measure.CrossEntropy(t.net.Forward(t.measure, x, n), y)
	return float64(t.measure.Scalar(t.measure.Sum(loss)))
}

// Params returns the network's parameters.
func (t *Trainer) Params() *nets.ParamSet { return t.params }

// State saves or restores everything.
func (t *Trainer) State(a *snapshot.Archive) {
	a.Check("text", t.corpus.sha256)
	a.Int64("done", &t.done)
	a.Float64("losses", &t.losses)
	a.Int("rows", &t.rows)
	a.Object("windows", t.windows)
	a.Object("params", t.params)
	a.Object("optimizer", t.optimizer)
}
