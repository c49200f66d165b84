package speed

import (
	"context"
	"fmt"
	"time"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// products are the shapes m, n, k of matrix products: squares, and what networks of
// reinforcement learning multiply.
var products = [][3]int{{64, 64, 64}, {128, 128, 128}, {256, 256, 256}, {512, 512, 512}, {32, 64, 4}, {256, 64, 64}, {128, 256, 256}}

// networks are the training steps: layer sizes and batch.
var networks = []struct {
	sizes []int
	batch int
}{
	{[]int{4, 64, 64, 2}, 32},
	{[]int{4, 64, 64, 2}, 64},
	{[]int{4, 256, 256, 2}, 64},
	{[]int{784, 256, 10}, 128},
}

func kernels(ctx context.Context, budget time.Duration, report func(Figure)) error {
	note := fmt.Sprintf("%s kernels, %d threads", tensor.Kernels(), tensor.Threads())
	peak := measurePeak("kernels", budget, report)
	for _, p := range products {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m, n, k := p[0], p[1], p[2]
		r := rng.New(0, "bench")
		a, b, c := normal(r, m*k), normal(r, k*n), make([]float32, m*n)
		seconds := perCall(budget, func() { tensor.Product(c, a, b, m, k, n) })
		report(rate("kernels", fmt.Sprintf("product %dx%d by %dx%d", m, k, k, n),
			2*float64(m)*float64(n)*float64(k)/seconds, peak, note))
	}
	for _, net := range networks {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := ""
		for i, n := range net.sizes {
			if i > 0 {
				name += "-"
			}
			name += fmt.Sprint(n)
		}
		seconds := perCall(budget, trainingStep(net.sizes, net.batch))
		report(Figure{
			Bench: "kernels", Name: fmt.Sprintf("Adam step of a %s network, batch %d", name, net.batch),
			Value: seconds * 1e6, Unit: "µs", Note: note,
		})
	}
	return nil
}

// measurePeak measures and reports the machine's peak, and returns it in FLOP/s, 0 if it is unknown.
func measurePeak(bench string, budget time.Duration, report func(Figure)) float64 {
	peak := tensor.PeakFLOPs(max(budget, 50*time.Millisecond)) // the second thread may take its time to wake
	if peak > 0 {
		report(Figure{
			Bench: bench, Name: "peak of fused multiply-adds", Value: peak / 1e9, Unit: "GFLOP/s",
			Note: fmt.Sprintf("%d threads", tensor.Threads()),
		})
	}
	return peak
}

// rate is a figure of so many FLOP/s.
func rate(bench, name string, flops, peak float64, note string) Figure {
	f := Figure{Bench: bench, Name: name, Value: flops / 1e9, Unit: "GFLOP/s", Note: note}
	if peak > 0 {
		f.PercentOfPeak = 100 * flops / peak
	}
	return f
}

func normal(r *rng.Stream, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.Normal())
	}
	return x
}

// trainingStep returns a function that zeroes the gradients and does forward, cross-entropy,
// backward and Adam.
func trainingStep(sizes []int, batch int) func() {
	r := rng.New(0, "bench")
	last := len(sizes) - 1
	body := nets.NewMLP("body", sizes[0], sizes[1:last], tensor.ReLU, nets.PyTorchLinear, r)
	head := nets.NewLinear("head", sizes[last-1], sizes[last], tensor.None, nets.PyTorchLinear, r)
	params := nets.Collect(body, head)
	adam := nets.NewAdam(params, nets.AdamConfig{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8})
	x, labels := normal(r, batch*sizes[0]), make([]int32, batch)
	for i := range labels {
		labels[i] = int32(r.Intn(sizes[last]))
	}
	t := tensor.NewTape()
	return func() {
		t.Reset()
		params.ZeroGrad()
		logits := head.Forward(t, body.Forward(t, t.InputOf(x, batch, sizes[0])))
		t.Backward(t.Mean(t.CrossEntropy(logits, labels)))
		adam.Step(1e-4)
	}
}
