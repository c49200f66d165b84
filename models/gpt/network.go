package gpt

import (
	"fmt"
	"iter"
	"math"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// Network is the Transformer.
type Network struct {
	cfg    Config
	tokens *nets.Embedding
	places *nets.Positions
	blocks []*block
	last   *norm
}

// block is one layer: attention, then a multilayer perceptron.
type block struct {
	ln1, ln2            *norm
	attn, out, fc, proj *dense
	heads               int
	gelu                func(*tensor.Tape, tensor.Var) tensor.Var
	dropout             float32
}

// deviation is that of the first weights.
const deviation = .02

// NewNetwork returns a network over so many symbols, with its first weights.
func NewNetwork(cfg Config, symbols int, r *rng.Stream) *Network {
	d := cfg.NEmbd
	n := &Network{
		cfg:    cfg,
		tokens: nets.NewEmbedding("wte", symbols, d, deviation, r),
		places: nets.NewPositions("wpe", cfg.BlockSize, d, deviation, r),
	}
	gelu := (*tensor.Tape).GELU
	if cfg.Gelu == "tanh" {
		gelu = (*tensor.Tape).GELUTanh
	}
	residual := deviation / math.Sqrt(2*float64(cfg.NLayer))
	for i := range cfg.NLayer {
		name := fmt.Sprintf("h.%d.", i)
		n.blocks = append(n.blocks, &block{
			ln1:  newNorm(name+"ln_1", d, cfg.Bias),
			attn: newDense(name+"attn.c_attn", d, 3*d, cfg.Bias, deviation, r),
			out:  newDense(name+"attn.c_proj", d, d, cfg.Bias, residual, r),
			ln2:  newNorm(name+"ln_2", d, cfg.Bias),
			fc:   newDense(name+"mlp.c_fc", d, 4*d, cfg.Bias, deviation, r),
			proj: newDense(name+"mlp.c_proj", 4*d, d, cfg.Bias, residual, r),

			heads: cfg.NHead, gelu: gelu, dropout: float32(cfg.Dropout),
		})
	}
	n.last = newNorm("ln_f", d, cfg.Bias)
	return n
}

// Forward maps tokens [B, T], T up to block_size, to the logits [B, T, V] of what follows each.
func (n *Network) Forward(t *tensor.Tape, tokens []int32, batch int) tensor.Var {
	x := n.places.Forward(t, n.tokens.Lookup(t, tokens, batch, len(tokens)/batch))
	x = drop(t, x, float32(n.cfg.Dropout))
	for _, b := range n.blocks {
		x = b.forward(t, x, func(qkv tensor.Var) tensor.Var {
			return t.SelfAttention(qkv, tensor.AttentionOptions{Heads: b.heads, Causal: true, Dropout: b.dropout})
		})
	}
	return n.head(t, x)
}

// head normalises and compares with the table of the tokens.
func (n *Network) head(t *tensor.Tape, x tensor.Var) tensor.Var {
	return n.tokens.Logits(t, n.last.forward(t, x))
}

// forward maps x [B, T, C] to [B, T, C]; attend maps queries, keys and values [B, T, 3C] to what
// the heads see [B, T, C].
func (b *block) forward(t *tensor.Tape, x tensor.Var, attend func(qkv tensor.Var) tensor.Var) tensor.Var {
	seen := attend(b.attn.forward(t, b.ln1.forward(t, x)))
	x = t.Add(x, drop(t, b.out.forward(t, seen), b.dropout))
	h := b.gelu(t, b.fc.forward(t, b.ln2.forward(t, x)))
	return t.Add(x, drop(t, b.proj.forward(t, h), b.dropout))
}

// Memory is what the blocks remember of the tokens so far, for writing token by token.
type Memory struct{ blocks []*tensor.KeyValues }

// NewMemory returns an empty memory for one text.
func (n *Network) NewMemory() *Memory {
	m := &Memory{}
	for range n.blocks {
		d := n.cfg.NEmbd
		m.blocks = append(m.blocks, tensor.NewKeyValues(1, n.cfg.BlockSize, n.cfg.NHead, d, d))
	}
	return m
}

// Len returns the number of tokens remembered, at most block_size.
func (m *Memory) Len() int { return m.blocks[0].Len() }

// Forget empties the memory.
func (m *Memory) Forget() {
	for _, b := range m.blocks {
		b.Truncate(0)
	}
}

// Next adds tokens to the memory and returns the logits [1, T, V] of what follows each: bit for bit
// those of Forward over all of them.
func (n *Network) Next(t *tensor.Tape, tokens []int32, m *Memory) tensor.Var {
	x := n.places.From(t, n.tokens.Lookup(t, tokens, 1, len(tokens)), m.Len())
	for i, b := range n.blocks {
		x = b.forward(t, x, func(qkv tensor.Var) tensor.Var {
			return t.CachedSelfAttention(qkv, m.blocks[i], tensor.AttentionOptions{Heads: b.heads})
		})
	}
	return n.head(t, x)
}

// Params yields the parameters in the order of the layers.
func (n *Network) Params() iter.Seq[*nets.Param] {
	modules := []nets.Module{n.tokens, n.places}
	for _, b := range n.blocks {
		modules = append(modules, b.ln1, b.attn, b.out, b.ln2, b.fc, b.proj)
	}
	return nets.Join(append(modules, n.last)...)
}
