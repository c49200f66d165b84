package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// TransformerConfig is the shape of a transformer's layers.
type TransformerConfig struct {
	Width   int // columns of a position, d_model
	Heads   int // they divide Width
	Hidden  int // units of the feed-forward layers between, d_ff; 0 means 4*Width
	Causal  bool
	PreNorm bool // normalise what goes into each part (GPT-2), not the sum after it (the first paper)
	// Norm makes a normalisation of Width columns, such as NewLayerNorm does.
	Norm func(name string, width int) Layer
	Act  Layer // of the hidden units; nil means ReLU
	Init Init  // of all linear layers; nil means PyTorchLinear
}

func (c TransformerConfig) filled() TransformerConfig {
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Init == nil {
		c.Init = PyTorchLinear
	}
	return c
}

// EncoderLayer is self-attention and feed-forward layers, each with a residual connection and a
// normalisation: a layer of a transformer's encoder or, if Causal and PreNorm, a block of a GPT.
// (Vaswani et al., "Attention Is All You Need", 2017, section 3.1.)
//
//	post-norm: h = Norm1(x + Attention(x))    y = Norm2(h + Feed(h))
//	pre-norm:  h = x + Attention(Norm1(x))    y = h + Feed(Norm2(h))
type EncoderLayer struct {
	Attention    *MultiHead
	Feed         *FeedForward
	Norm1, Norm2 Layer
	pre          bool
}

// NewEncoderLayer returns a layer with the parts name.attention, name.feed, name.norm1 and
// name.norm2.
func NewEncoderLayer(name string, c TransformerConfig, r *rng.Stream) *EncoderLayer {
	c = c.filled()
	l := &EncoderLayer{
		Attention: NewMultiHead(name+".attention", c.Width, c.Heads, c.Init, r),
		Feed:      NewFeedForward(name+".feed", c, r),
		Norm1:     c.Norm(name+".norm1", c.Width),
		Norm2:     c.Norm(name+".norm2", c.Width),
		pre:       c.PreNorm,
	}
	l.Attention.Causal = c.Causal
	return l
}

// Forward maps x [B, T, Width] to [B, T, Width].
func (l *EncoderLayer) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return l.Masked(t, x, nil) }

// Masked is Forward over sequences of the given lengths [B], nil for whole ones.
func (l *EncoderLayer) Masked(t *tensor.Tape, x tensor.Var, lengths []int32) tensor.Var {
	if l.pre {
		x = t.Add(x, l.Attention.Masked(t, l.Norm1.Forward(t, x), lengths))
	} else {
		x = l.Norm1.Forward(t, t.Add(x, l.Attention.Masked(t, x, lengths)))
	}
	return l.feed(t, x)
}

// feed is the second half of the layer.
func (l *EncoderLayer) feed(t *tensor.Tape, x tensor.Var) tensor.Var {
	return residual(t, x, l.Feed, l.Norm2, l.pre)
}

// residual returns x + part(norm(x)), or norm(x + part(x)).
func residual(t *tensor.Tape, x tensor.Var, part, norm Layer, pre bool) tensor.Var {
	if pre {
		return t.Add(x, part.Forward(t, norm.Forward(t, x)))
	}
	return norm.Forward(t, t.Add(x, part.Forward(t, x)))
}

// Next is Forward for positions that follow those in the memory, as MultiHead.Next.
func (l *EncoderLayer) Next(t *tensor.Tape, x tensor.Var, memory *tensor.KeyValues) tensor.Var {
	if l.pre {
		x = t.Add(x, l.Attention.Next(t, l.Norm1.Forward(t, x), memory))
	} else {
		x = l.Norm1.Forward(t, t.Add(x, l.Attention.Next(t, x, memory)))
	}
	return l.feed(t, x)
}

// Params yields the parameters: attention, feed-forward, normalisations.
func (l *EncoderLayer) Params() iter.Seq[*Param] {
	return Join(l.Attention, l.Feed, l.Norm1, l.Norm2)
}

// DecoderLayer is causal self-attention, attention to an encoder's output, and feed-forward
// layers, each with a residual connection and a normalisation.
type DecoderLayer struct {
	Attention           *MultiHead
	Cross               *CrossAttention
	Feed                *FeedForward
	Norm1, Norm2, Norm3 Layer
	pre                 bool
}

// NewDecoderLayer returns a layer with the parts name.attention, name.cross, name.feed and
// name.norm1 to name.norm3. It is causal, whatever c says.
func NewDecoderLayer(name string, c TransformerConfig, r *rng.Stream) *DecoderLayer {
	c = c.filled()
	l := &DecoderLayer{
		Attention: NewMultiHead(name+".attention", c.Width, c.Heads, c.Init, r),
		Cross:     NewCrossAttention(name+".cross", c.Width, c.Width, c.Heads, c.Init, r),
		Feed:      NewFeedForward(name+".feed", c, r),
		Norm1:     c.Norm(name+".norm1", c.Width),
		Norm2:     c.Norm(name+".norm2", c.Width),
		Norm3:     c.Norm(name+".norm3", c.Width),
		pre:       c.PreNorm,
	}
	l.Attention.Causal = true
	return l
}

// Forward maps x [B, T, Width] and an encoder's output memory [B, S, Width] of the given lengths
// [B], nil for whole ones, to [B, T, Width].
func (l *DecoderLayer) Forward(t *tensor.Tape, x, memory tensor.Var, lengths []int32) tensor.Var {
	x = residual(t, x, l.Attention, l.Norm1, l.pre)
	if l.pre {
		x = t.Add(x, l.Cross.Forward(t, l.Norm2.Forward(t, x), memory, lengths))
	} else {
		x = l.Norm2.Forward(t, t.Add(x, l.Cross.Forward(t, x, memory, lengths)))
	}
	return residual(t, x, l.Feed, l.Norm3, l.pre)
}

// Params yields the parameters: attentions, feed-forward, normalisations.
func (l *DecoderLayer) Params() iter.Seq[*Param] {
	return Join(l.Attention, l.Cross, l.Feed, l.Norm1, l.Norm2, l.Norm3)
}

// FeedForward is two linear layers with an activation between: y = Act(x·Up)·Down.
type FeedForward struct {
	Up, Down *Linear
	act      Layer // nil if Up applies it
}

// NewFeedForward returns c.Width to c.Hidden to c.Width columns, with the layers name.up and
// name.down.
func NewFeedForward(name string, c TransformerConfig, r *rng.Stream) *FeedForward {
	c = c.filled()
	act := tensor.None
	if c.Act == nil {
		act = tensor.ReLU
	}
	return &FeedForward{
		Up:   NewLinear(name+".up", c.Width, c.Hidden, act, c.Init, r),
		Down: NewLinear(name+".down", c.Hidden, c.Width, tensor.None, c.Init, r), act: c.Act,
	}
}

// Forward maps x [..., Width] to [..., Width].
func (f *FeedForward) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	x = f.Up.Forward(t, x)
	if f.act != nil {
		x = f.act.Forward(t, x)
	}
	return f.Down.Forward(t, x)
}

// Params yields the layers' parameters.
func (f *FeedForward) Params() iter.Seq[*Param] { return Join(f.Up, f.Down) }
