package lenet

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// original is LeNet-5 as figure 2 and section II of the paper of 1998 have it: 60,000 parameters,
// 340,908 connections.
//
//	C1  6@28x28    5x5 taps                                        156
//	S2  6@14x14    sum of 2x2 pixels · gain + bias                  12
//	C3  16@10x10   5x5 taps on some of the maps: LeNet5C3        1,516
//	S4  16@5x5     sum of 2x2 pixels · gain + bias                  32
//	C5  120@1x1    5x5 taps on all maps                         48,120
//	F6  84                                                      10,164
//	    10         squared distance of F6 to a code                  0
//
// Each layer up to F6 is squashed: 1.7159 tanh(2a/3). Paper is -0.1 and ink 1.175, so that the
// mean is about 0 and the variance about 1. Weights and biases begin uniform on ±2.4/fan-in.
//
// The logits are minus the distances: their cross-entropy is the paper's discriminative criterion
// (equation 9) with an infinite constant for the rubbish class.
type original struct {
	c1     *nets.Conv2D
	s2     *subsample
	c3     *nets.PartialConv
	s4     *subsample
	c5, f6 *nets.Linear
	codes  *tensor.Tensor // [84, 10]
	zeros  *tensor.Tensor // [10]
}

// byFanIn draws weights and biases from U(-2.4/n, 2.4/n) for units that see n others.
func byFanIn(w, b *tensor.Tensor, r *rng.Stream) {
	nets.Uniform(2.4/float64(w.Shape.Rows()))(w, b, r)
}

func lenet1998(b *builder) nets.Layer {
	n := &original{
		c1: nets.NewConv2D("c1", 1, 6, taps, tensor.ConvOptions{}, byFanIn, b.r),
		s2: newSubsample("s2", 6, b.r),
		c3: nets.NewPartialConv("c3", 6, nets.LeNet5C3, taps, tensor.ConvOptions{}, byFanIn, b.r),
		s4: newSubsample("s4", 16, b.r),
		c5: nets.NewLinear("c5", 400, 120, tensor.None, byFanIn, b.r),
		f6: nets.NewLinear("f6", 120, codeLength, tensor.None, byFanIn, b.r),

		codes: tensor.New(codeLength, len(codes)),
		zeros: tensor.New(len(codes)),
	}
	copy(n.codes.Data, codeMatrix())
	return n
}

// Params yields the layers' parameters in order.
func (n *original) Params() iter.Seq[*nets.Param] {
	return nets.Join(n.c1, n.s2, n.c3, n.s4, n.c5, n.f6)
}

// Forward maps pictures [B, 28, 28, 1] to minus the distances [B, 10].
func (n *original) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	x = onPaper(t, x)
	x = squash(t, n.c1.Forward(t, x))
	x = squash(t, n.s2.Forward(t, x))
	x = squash(t, n.c3.Forward(t, x))
	x = squash(t, n.s4.Forward(t, x))
	x = squash(t, n.c5.Forward(t, t.Flatten(x)))
	x = squash(t, n.f6.Forward(t, x))
	// -Σ(x-c)² = 2 x·c - Σx² - Σc², and each c is 84 times ±1.
	toCodes := t.Scale(t.Linear(x, t.Input(n.codes), t.Input(n.zeros), tensor.None), 2)
	return t.Sub(toCodes, t.AddScalar(t.SumLast(t.Square(x)), codeLength))
}

// onPaper lays pictures [B, 28, 28, 1] of values in [0, 1] on paper of 32 x 32.
func onPaper(t *tensor.Tape, x tensor.Var) tensor.Var {
	const paper, ink, edge, side = -.1, 1.175, 2, 28
	src := t.Value(x)
	n := len(src) / (side * side)
	y := t.Buffer(n, side+2*edge, side+2*edge, 1)
	dst := t.Value(y)
	for i := range dst {
		dst[i] = paper
	}
	for row := range n * side {
		picture, line := row/side, row%side
		to := dst[(picture*(side+2*edge)+line+edge)*(side+2*edge)+edge:]
		for k, v := range src[row*side : (row+1)*side] {
			to[k] = paper + float32(v*(ink-paper))
		}
	}
	return y
}

// squash is 1.7159 tanh(2a/3), which maps ±1 to ±1.
func squash(t *tensor.Tape, a tensor.Var) tensor.Var {
	return t.Scale(t.Tanh(t.Scale(a, 2./3)), 1.7159)
}

// subsample sums squares of 2 x 2 pixels, and has a gain and a bias for each map.
type subsample struct{ gain, bias *nets.Param }

func newSubsample(name string, maps int, r *rng.Stream) *subsample {
	s := &subsample{nets.NewParam(name+".gain", maps), nets.NewParam(name+".bias", maps)}
	nets.Uniform(2.4/4)(s.gain.Value, s.bias.Value, r)
	return s
}

func (s *subsample) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	sums := t.Scale(averagePool.Forward(t, x), 4)
	return t.Add(t.Mul(sums, s.gain.Var(t)), s.bias.Var(t))
}

func (s *subsample) Params() iter.Seq[*nets.Param] {
	return func(yield func(*nets.Param) bool) { _ = yield(s.gain) && yield(s.bias) }
}
