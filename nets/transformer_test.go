package nets

import (
	"iter"
	"slices"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

type composed struct{ gamma, beta *Param }

func (n composed) Params() iter.Seq[*Param] { return params{n.gamma, n.beta}.Params() }
func (n composed) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.LayerNorm(x, n.gamma.Var(t), n.beta.Var(t), 1e-5)
}

func layerNorm(name string, width int) Layer {
	n := composed{NewParam(name+".weight", width), NewParam(name+".bias", width)}
	for i := range n.gamma.Value.Data {
		n.gamma.Value.Data[i] = 1
	}
	return n
}

// paramsOf lists the parameters of modules.
func paramsOf(ms ...Module) []*Param { return slices.Collect(Join(ms...)) }

// sharesOfEncoder pairs a layer with PyTorch's parameters from number first on.
func sharesOfEncoder(l *EncoderLayer) []share {
	return sharesOf(paramsOf(l.Attention, l.Feed, l.Norm1, l.Norm2)...)
}

func sharesOfDecoder(l *DecoderLayer) []share {
	all := append(sharesOf(paramsOf(l.Attention)...), crossShares(l.Cross, 4)...)
	for _, s := range sharesOf(paramsOf(l.Feed, l.Norm1, l.Norm2, l.Norm3)...) {
		s.number += 8
		all = append(all, s)
	}
	return all
}

var (
	encoderNorms = []int{8, 10}
	decoderNorms = []int{12, 14, 16}
)

func TestTransformerIsPyTorchs(t *testing.T) {
	want := goldens(t)
	r := rng.New(1, "test")
	c := TransformerConfig{Width: 8, Heads: 2, Hidden: 16, Norm: layerNorm}
	for _, kind := range []string{"post", "pre"} {
		if kind == "pre" {
			c.PreNorm, c.Act = true, tensor.GELU
		}
		encoder, decoder := NewEncoderLayer("encoder", c, r), NewDecoderLayer("decoder", c, r)
		golden{
			name: "encoder_" + kind, inputs: []*tensor.Tensor{hashed(50, 2, 5, 8)}, shares: sharesOfEncoder(encoder), norms: encoderNorms,
			run: func(tape *tensor.Tape, x []tensor.Var) []tensor.Var {
				return []tensor.Var{encoder.Masked(tape, x[0], []int32{5, 3})}
			},
		}.check(t, want)
		golden{
			name: "decoder_" + kind, inputs: []*tensor.Tensor{hashed(50, 2, 5, 8), hashed(51, 2, 4, 8)}, shares: sharesOfDecoder(decoder), norms: decoderNorms,
			run: func(tape *tensor.Tape, x []tensor.Var) []tensor.Var {
				return []tensor.Var{decoder.Forward(tape, x[0], x[1], nil)}
			},
		}.check(t, want)
	}
	block := NewEncoderLayer("block", TransformerConfig{Width: 8, Heads: 2, Causal: true, PreNorm: true, Act: tensor.GELUTanh, Norm: layerNorm}, r)
	golden{
		name: "block", inputs: []*tensor.Tensor{hashed(50, 2, 5, 8)}, norms: []int{0, 6},
		shares: sharesOf(paramsOf(block.Norm1, block.Attention, block.Norm2, block.Feed)...),
		run: func(tape *tensor.Tape, x []tensor.Var) []tensor.Var {
			return []tensor.Var{block.Forward(tape, x[0])}
		},
	}.check(t, want)
}

// TestTransformerByFormula: layers of width 8, results in float64.
func TestTransformerByFormula(t *testing.T) {
	r := rng.New(1, "test")
	c := TransformerConfig{Width: 8, Heads: 2, Hidden: 16, Norm: layerNorm}
	encoder, decoder := NewEncoderLayer("encoder", c, r), NewDecoderLayer("decoder", c, r)
	for _, s := range sharesOfEncoder(encoder) {
		s.fill(1+s.number, true, slices.Contains(encoderNorms, s.number))
	}
	for _, s := range sharesOfDecoder(decoder) {
		s.fill(13+s.number, true, slices.Contains(decoderNorms, s.number))
	}
	tape := tensor.NewTape()
	memory := encoder.Forward(tape, tape.Input(hashed(50, 1, 4, 8)))
	y := decoder.Forward(tape, tape.Input(hashed(51, 1, 3, 8)), memory, nil)
	for _, g := range []struct {
		name         string
		v            tensor.Var
		first        [3]float64
		sum, squares float64
	}{
		{"encoder", memory, [3]float64{-.6792161848, -1.313854056, .9802219538}, .1667659647, 34.54326909},
		{"decoder", y, [3]float64{-.101927772, -1.238737438, 1.770569084}, -.3600281972, 23.10262543},
	} {
		s, q := 0.0, 0.0
		for i, v := range tape.Value(g.v) {
			if i < 3 {
				near(t, g.name, float64(v), g.first[i], 2e-6)
			}
			s, q = s+float64(v), q+float64(v)*float64(v)
		}
		near(t, g.name+" sum", s, g.sum, 5e-6)
		near(t, g.name+" sum of squares", q, g.squares, 2e-6)
	}
}
