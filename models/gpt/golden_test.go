package gpt

import (
	"math"
	"strings"
	"testing"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// fill sets x to numbers in [-1, 1) that a hash of place and k gives: the same in every language.
func fill(x []float32, k int, f func(u float64) float64) {
	for i := range x {
		h := uint32(i) + 1 + 1000003*uint32(k)
		h ^= h >> 16
		h *= 0x85ebca6b
		h ^= h >> 13
		h *= 0xc2b2ae35
		h ^= h >> 16
		x[i] = float32(f(float64(h>>8)/(1<<23) - 1))
	}
}

// TestGolden compares with a GPT-2 of 2 layers, 2 heads and 8 columns that PyTorch computed in
// float64: logits at the last of five tokens, the loss of predicting four, and gradients.
func TestGolden(t *testing.T) {
	c := Default()
	c.NLayer, c.NHead, c.NEmbd, c.BlockSize, c.Bias, c.Gelu = 2, 2, 8, 8, true, "tanh"
	net := NewNetwork(c, 13, rng.New(1, "init"))
	params := nets.Collect(net)
	for k, p := range params.All() {
		shape := p.Value.Shape
		fill(p.Value.Data, k, func(u float64) float64 {
			switch {
			case k < 2: // the tables
				return u
			case shape.Rank() == 2:
				return u * math.Sqrt(3/float64(shape.Dim(0)))
			case isFactor(p.Name):
				return 1 + .1*u
			}
			return .1 * u
		})
	}
	tokens := []int32{1, 5, 3, 7, 2}
	tape := tensor.NewTape()
	logits := tape.Value(net.Forward(tape, tokens, 1))[4*13:]
	sum, squares := 0.0, 0.0
	for _, v := range logits {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 2e-5*(1+math.Abs(want)) {
			t.Errorf("%s is %.9g, want %.9g", what, got, want)
		}
	}
	for i, want := range []float64{.2860510063, -2.094590476, 1.317704449} {
		near("a logit", float64(logits[i]), want)
	}
	near("the sum of the logits", sum, -7.870590307)
	near("the sum of their squares", squares, 38.68804719)

	tape.Reset()
	loss := tape.Mean(tape.CrossEntropy(net.Forward(tape, tokens[:4], 1), tokens[1:]))
	tape.Backward(loss)
	near("the loss", float64(tape.Scalar(loss)), 3.7623450491)
	near("the norm of wte's gradient", gradNorm(params.All()[0]), 1.6685570980)
	near("the norm of the first c_attn's gradient", gradNorm(net.blocks[0].attn.weight), 1.3678023872)
}

// isFactor reports whether a parameter is the factors of a normalisation.
func isFactor(name string) bool {
	return strings.HasSuffix(name, "ln_1.weight") || strings.HasSuffix(name, "ln_2.weight") || name == "ln_f.weight"
}

func gradNorm(p *nets.Param) float64 {
	s := 0.0
	for _, g := range p.Grad.Data {
		s += float64(g) * float64(g)
	}
	return math.Sqrt(s)
}
