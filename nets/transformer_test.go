package nets

import (
	"iter"
	"slices"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

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
	c := TransformerConfig{Width: 8, Heads: 2, Hidden: 16}
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
	block := NewEncoderLayer("block", TransformerConfig{Width: 8, Heads: 2, Causal: true, PreNorm: true, Act: tensor.GELUTanh}, r)
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
	c := TransformerConfig{Width: 8, Heads: 2, Hidden: 16}
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

// miniGPT is a language model of two blocks over 11 symbols, 24 wide with 3 heads.
type miniGPT struct {
	symbols *Embedding
	places  *Positions
	blocks  Sequence
	norm    Layer
}

func newMiniGPT(dropout float32, r *rng.Stream) *miniGPT {
	c := TransformerConfig{Width: 24, Heads: 3, Causal: true, PreNorm: true, Act: tensor.GELU, Dropout: dropout}
	g := &miniGPT{symbols: NewEmbedding("wte", 11, 24, .02, r), places: NewPositions("wpe", 40, 24, .02, r), norm: NewLayerNorm("ln_f", 24)}
	for _, name := range []string{"h.0", "h.1"} {
		g.blocks = append(g.blocks, NewEncoderLayer(name, c, r))
	}
	return g
}

func (g *miniGPT) Params() iter.Seq[*Param] { return Join(g.symbols, g.places, g.blocks, g.norm) }

// step computes the gradients of predicting the next symbol in text [batch, steps+1].
func (g *miniGPT) step(t *tensor.Tape, text, next []int32, batch int) tensor.Var {
	t.Reset()
	x := g.places.Forward(t, g.symbols.Lookup(t, text, batch, len(text)/batch))
	logits := g.symbols.Logits(t, g.norm.Forward(t, g.blocks.Forward(t, x)))
	loss := t.Mean(t.CrossEntropy(logits, next))
	t.Backward(loss)
	return loss
}

// trainedGPT returns the hash of a language model that learned for fifty steps, with dropout, to
// count up.
func trainedGPT() string {
	const batch, steps = 2, 33
	r := rng.New(5, "all")
	g := newMiniGPT(.1, r)
	s := Collect(g)
	o := NewAdam(s, AdamConfig{Beta1: .9, Beta2: .99, Eps: 1e-8, WeightDecay: .1})
	text, next := make([]int32, batch*steps), make([]int32, batch*steps)
	tape := tensor.NewTape()
	tape.Train(true)
	for step := range 50 {
		for b := range batch {
			at := int32(r.Intn(11))
			for i := range steps {
				text[b*steps+i], next[b*steps+i] = at, (at+1)%11
				at = (at + 1) % 11
			}
		}
		tape.Noise(7, uint64(step))
		s.ZeroGrad()
		g.step(tape, text, next, batch)
		o.Step(1e-3)
	}
	return s.Hash()
}

func TestTransformerAllocatesNothing(t *testing.T) {
	g := newMiniGPT(.1, rng.New(6, "all"))
	text := []int32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	tape := tensor.NewTape()
	tape.Train(true)
	step := func() { g.step(tape, text, text, 2) }
	step()
	step()
	if n := testing.AllocsPerRun(10, step); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestBlocksGenerate: a model's blocks, position by position with their memories, have the bits of
// the whole text.
func TestBlocksGenerate(t *testing.T) {
	const steps = 9
	g := newMiniGPT(0, rng.New(7, "all"))
	x := hashed(2, 1, steps, 24)
	tape := tensor.NewTape()
	want := tape.Value(g.blocks.Forward(tape, tape.Input(x)))
	var memories []*tensor.KeyValues
	for _, b := range g.blocks {
		memories = append(memories, b.(*EncoderLayer).Attention.NewCache(1, steps))
	}
	for p := range steps {
		v := tape.InputOf(x.Data[p*24:(p+1)*24], 1, 1, 24)
		for i, b := range g.blocks {
			v = b.(*EncoderLayer).Next(tape, v, memories[i])
		}
		for i, got := range tape.Value(v) {
			if w := want[p*24+i]; got != w {
				t.Fatalf("position %d, element %d: %g, want %g", p, i, got, w)
			}
		}
	}
}
