package classify

import (
	"context"
	"fmt"
	"math"

	"tesuji/datasets"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Trainer trains a network with AdamW on the cross-entropy. It is not safe for concurrent use.
type Trainer struct {
	opt   Options
	data  *datasets.Split
	total int64
	seed  uint64

	net       nets.Layer
	params    *nets.ParamSet
	optimizer nets.Optimizer
	loader    *datasets.Loader
	tape      *tensor.Tape
	measure   *tensor.Tape // of Evaluate

	x      []float32 // [B, H, W, C] the batch
	labels []int32   // [B]
	size   int       // of the batch, B or less

	done    int64
	losses  float64 // sums over the pictures since the last row
	correct int64
	seen    int64
}

// New returns a trainer at its start. The network maps [B, H, W, C] to logits [B, classes]; it is
// tried on one picture. With augment, pictures are distorted before they are learned from.
func New(net nets.Layer, opt Options, data *datasets.Split, augment *datasets.Affine, s models.Setup) (*Trainer, error) {
	set := data.Train
	t := &Trainer{
		opt: opt, data: data, total: s.Iterations, seed: s.Seed,
		net: net, params: nets.Collect(net),
		loader: datasets.NewLoader(set, opt.BatchSize, augment, s.Seed),
		tape:   tensor.NewTape(), measure: tensor.NewTape(),
		x: make([]float32, opt.BatchSize*set.H*set.W*set.C), labels: make([]int32, opt.BatchSize),
	}
	t.optimizer = nets.NewAdam(t.params, nets.AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: opt.WeightDecay})
	t.measure.Inference(true)
	out := t.measure.Shape(net.Forward(t.measure, t.measure.Buffer(1, set.H, set.W, set.C)))
	if want := tensor.ShapeOf(1, len(set.Classes)); out != want {
		return nil, fmt.Errorf("the network makes %v of a picture of %s: want %v", out, set.Name, want)
	}
	return t, nil
}

// Advance does one iteration.
func (t *Trainer) Advance(_ context.Context, rec models.Recorder) error {
	t.size = t.loader.Next(t.x, t.labels)
	loss, logits := t.step()
	if !finite(loss) || !finite(float64(t.params.GradNorm())) {
		return fmt.Errorf("train/loss is %v: %w", loss, t.tape.Blame(func() { t.step() }))
	}
	rate := models.OneCycle(t.opt.LearningRate, t.done, t.total)
	t.optimizer.Step(float32(rate))
	t.losses += float64(loss * float64(t.size))
	t.correct += int64(correct(logits, t.labels[:t.size]))
	t.seen += int64(t.size)
	t.done++
	if t.done%int64(t.opt.LogInterval) == 0 || t.done == t.total {
		rec.Record("train/accuracy", float64(t.correct)/float64(t.seen))
		rec.Record("train/epoch", float64(t.loader.Epoch()))
		rec.Record("train/learning_rate", rate)
		rec.Record("train/loss", t.losses/float64(t.seen))
		rec.Dump(t.done)
		t.losses, t.correct, t.seen = 0, 0, 0
	}
	return nil
}

// step computes the batch's loss and its gradient.
func (t *Trainer) step() (loss float64, logits []float32) {
	tape, set := t.tape, t.data.Train
	tape.Reset()
	tape.Train(true)
	tape.Noise(t.seed, uint64(t.done))
	t.params.ZeroGrad()
	pixels := set.H * set.W * set.C
	out := t.net.Forward(tape, tape.InputOf(t.x[:t.size*pixels], t.size, set.H, set.W, set.C))
	mean := tape.Mean(tape.CrossEntropyWith(out, t.labels[:t.size], tensor.CrossEntropyOptions{Smoothing: float32(t.opt.LabelSmoothing)}))
	tape.Backward(mean)
	return float64(tape.Scalar(mean)), tape.Value(out)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// correct counts the rows of logits whose largest element is the label's.
func correct(logits []float32, labels []int32) int {
	n, classes := 0, len(logits)/len(labels)
	for i, label := range labels {
		row := logits[i*classes : (i+1)*classes]
		best := 0
		for c, v := range row {
			if v > row[best] {
				best = c
			}
		}
		if best == int(label) {
			n++
		}
	}
	return n
}

// Progress returns the iterations done and to do in all.
func (t *Trainer) Progress() (done, total int64) { return t.done, t.total }

// Metrics are the accuracy and the loss on the test part.
func (t *Trainer) Metrics() []models.Metric {
	return []models.Metric{
		{Name: "test_accuracy", Doc: "part of the test pictures that are named right"},
		{Name: "test_loss", Lower: true, Doc: "mean cross-entropy of the test pictures, in nats"},
	}
}

// evaluateBatch is the number of pictures that Evaluate takes at once.
const evaluateBatch = 250

// Evaluate measures the network on the test part.
func (t *Trainer) Evaluate(ctx context.Context) ([]float64, error) {
	set, tape := t.data.Test, t.measure
	right, loss := 0, 0.0
	labels := make([]int32, 0, evaluateBatch)
	for lo := 0; lo < set.Len(); lo += evaluateBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(lo+evaluateBatch, set.Len())
		labels = labels[:0]
		for _, l := range set.Labels[lo:hi] {
			labels = append(labels, int32(l))
		}
		tape.Reset()
		x := tape.Buffer(hi-lo, set.H, set.W, set.C)
		set.Floats(tape.Value(x), lo, hi)
		logits := t.net.Forward(tape, x)
		right += correct(tape.Value(logits), labels)
		loss += float64(tape.Scalar(tape.Sum(tape.CrossEntropy(logits, labels))))
	}
	n := float64(set.Len())
	return []float64{float64(right) / n, loss / n}, nil
}

// Params returns the network's parameters.
func (t *Trainer) Params() *nets.ParamSet { return t.params }

// State saves or restores everything.
func (t *Trainer) State(a *snapshot.Archive) {
	a.Check("data", t.data.Train.Name)
	a.Int64("done", &t.done)
	a.Float64("losses", &t.losses)
	a.Int64("correct", &t.correct)
	a.Int64("seen", &t.seen)
	a.Object("params", t.params)
	a.Object("optimizer", t.optimizer)
	a.Object("loader", t.loader)
}
