package speed

import (
	"context"
	"fmt"
	"time"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// forward computes a layer on a tape that was just reset.
type forward func(t *tensor.Tape) tensor.Var

// layerCases are layers of the models that there are, in the sizes that they have there.
var layerCases = []struct {
	name string
	make func(r *rng.Stream) forward
}{
	{"linear 512 to 512, ReLU, 512 rows", func(r *rng.Stream) forward {
		l := nets.NewLinear("linear", 512, 512, tensor.ReLU, nets.PyTorchLinear, r)
		return layer(l, r, 512, 512)
	}},
	{"linear 784 to 300, ReLU, 64 rows", func(r *rng.Stream) forward {
		l := nets.NewLinear("linear", 784, 300, tensor.ReLU, nets.PyTorchLinear, r)
		return layer(l, r, 64, 784)
	}},
	{"conv 8x8/4, 4 to 32 channels, 84x84, 32 images", convolution(32, 84, 4, 8, 32, tensor.ConvOptions{Stride: tensor.Both(4)})},
	{"conv 4x4/2, 32 to 64 channels, 20x20, 32 images", convolution(32, 20, 32, 4, 64, tensor.ConvOptions{Stride: tensor.Both(2)})},
	{"conv 3x3, 64 to 64 channels, 9x9, 32 images", convolution(32, 9, 64, 3, 64, tensor.ConvOptions{})},
	{"conv 3x3, 64 to 64 channels, 56x56, 4 images", convolution(4, 56, 64, 3, 64, tensor.ConvOptions{Pad: tensor.Both(1)})},
	{"conv 3x3, 128 to 128 channels, 28x28, 4 images", convolution(4, 28, 128, 3, 128, tensor.ConvOptions{Pad: tensor.Both(1)})},
	{"depthwise conv 7x7, 96 channels, 28x28, 4 images", convolution(4, 28, 96, 7, 96, tensor.ConvOptions{Pad: tensor.Both(3), Groups: 96})},
	{"LSTM 256 to 256, 16 steps, 32 sequences", func(r *rng.Stream) forward {
		return layer(nets.NewLSTM("lstm", nets.RecurrentConfig{In: 256, Hidden: 256}, r), r, 32, 16, 256)
	}},
	{"GRU 128 to 128, 28 steps, 64 sequences", func(r *rng.Stream) forward {
		return layer(nets.NewGRU("gru", nets.RecurrentConfig{In: 128, Hidden: 128}, r), r, 64, 28, 128)
	}},
	{"causal attention, 4 heads of 32, 64 positions, 12 sequences", func(r *rng.Stream) forward {
		qkv := learned(r, 12, 64, 3*128)
		return func(t *tensor.Tape) tensor.Var {
			return t.SelfAttention(qkv.Var(t), tensor.AttentionOptions{Heads: 4, Causal: true})
		}
	}},
	{"tied head, 128 to 65 symbols, 768 rows", func(r *rng.Stream) forward {
		x, e := learned(r, 768, 128), nets.NewEmbedding("e", 65, 128, .02, r)
		return func(t *tensor.Tape) tensor.Var { return e.Logits(t, x.Var(t)) }
	}},
}

// learned returns a parameter of normal numbers: an input whose gradient is wanted too.
func learned(r *rng.Stream, dims ...int) *nets.Param {
	p := nets.NewParam("x", dims...)
	copy(p.Value.Data, normal(r, len(p.Value.Data)))
	return p
}

// layer applies a layer to an input of normal numbers.
func layer(l nets.Layer, r *rng.Stream, dims ...int) forward {
	x := learned(r, dims...)
	return func(t *tensor.Tape) tensor.Var { return l.Forward(t, x.Var(t)) }
}

// convolution is one of n images of side x side pixels with square windows.
func convolution(n, side, in, window, out int, o tensor.ConvOptions) func(r *rng.Stream) forward {
	return func(r *rng.Stream) forward {
		x, w, b := learned(r, n, side, side, in), learned(r, window, window, in/max(1, o.Groups), out), learned(r, out)
		return func(t *tensor.Tape) tensor.Var { return t.Conv2D(x.Var(t), w.Var(t), b.Var(t), o) }
	}
}

func layers(ctx context.Context, budget time.Duration, report func(Figure)) error {
	note := fmt.Sprintf("%s kernels, %d threads", tensor.Kernels(), tensor.Threads())
	peak := measurePeak("layers", budget, report)
	for _, c := range layerCases {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f := c.make(rng.New(0, "bench"))
		there, all := flopsOf(f)
		t := tensor.NewTape()
		seconds := perCall(budget, func() {
			t.Reset()
			f(t)
		})
		report(rate("layers", c.name, there/seconds, peak, note))
		seconds = perCall(budget, func() { bothWays(t, f) })
		report(rate("layers", c.name+", with gradients", all/seconds, peak, note))
	}
	return nil
}

// bothWays computes a layer and the gradients of the sum of its result.
func bothWays(t *tensor.Tape, f forward) {
	t.Reset()
	t.Backward(t.Sum(f(t)))
}

// flopsOf counts a layer's FLOPs, forward alone and with the gradients.
func flopsOf(f forward) (there, all float64) {
	p := tensor.StartProfile()
	t := tensor.NewTape()
	p.Stop()
	bothWays(t, f)
	for _, o := range p.Ops() {
		all += o.FLOPs
		if !o.Backward {
			there += o.FLOPs
		}
	}
	return there, all
}
