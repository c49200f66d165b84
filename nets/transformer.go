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
	// Norm makes a normalisation of Width columns; nil means NewLayerNorm.
	Norm func(name string, width int) Layer
	Act  tensor.Activation // of the hidden units; None means ReLU
	Init Init              // of all linear layers; nil means PyTorchLinear
	// Dropout is the probability with which attention weights, and elements of what attention and
	// the feed-forward layers add to a residual connection, are dropped in training, in [0, 1).
	Dropout float32
}

func (c TransformerConfig) filled() TransformerConfig {
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Norm == nil {
		c.Norm = func(name string, width int) Layer { return NewLayerNorm(name, width) }
	}
	if c.Init == nil {
		c.Init = PyTorchLinear
	}
	if c.Act == tensor.None {
		c.Act = tensor.ReLU
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
	residual
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
		residual:  residual{c.PreNorm, c.Dropout},
	}
	l.Attention.Causal, l.Attention.Dropout = c.Causal, c.Dropout
	return l
}

// Forward maps x [B, T, Width] to [B, T, Width].
func (l *EncoderLayer) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return l.Masked(t, x, nil) }

// Masked is Forward over sequences of the given lengths [B], nil for whole ones.
func (l *EncoderLayer) Masked(t *tensor.Tape, x tensor.Var, lengths []int32) tensor.Var {
	x = l.leave(t, x, l.Attention.Masked(t, l.enter(t, x, l.Norm1), lengths), l.Norm1)
	return l.leave(t, x, l.Feed.Forward(t, l.enter(t, x, l.Norm2)), l.Norm2)
}

// Next is Forward for positions that follow those in the memory, as MultiHead.Next.
func (l *EncoderLayer) Next(t *tensor.Tape, x tensor.Var, memory *tensor.KeyValues) tensor.Var {
	x = l.leave(t, x, l.Attention.Next(t, l.enter(t, x, l.Norm1), memory), l.Norm1)
	return l.leave(t, x, l.Feed.Forward(t, l.enter(t, x, l.Norm2)), l.Norm2)
}

// Params yields the parameters: attention, feed-forward, normalisations.
func (l *EncoderLayer) Params() iter.Seq[*Param] {
	return Join(l.Attention, l.Feed, l.Norm1, l.Norm2)
}

// residual is how a part's result joins what went into it: x + part(norm(x)), or norm(x + part(x)).
type residual struct {
	pre     bool
	dropout float32
}

// enter returns what goes into a part.
func (r residual) enter(t *tensor.Tape, x tensor.Var, norm Layer) tensor.Var {
	if r.pre {
		return norm.Forward(t, x)
	}
	return x
}

// leave joins x and a part's result y.
func (r residual) leave(t *tensor.Tape, x, y tensor.Var, norm Layer) tensor.Var {
	z := t.Add(x, t.Dropout(y, r.dropout))
	if r.pre {
		return z
	}
	return norm.Forward(t, z)
}

// DecoderLayer is causal self-attention, attention to an encoder's output, and feed-forward
// layers, each with a residual connection and a normalisation.
type DecoderLayer struct {
	Attention           *MultiHead
	Cross               *CrossAttention
	Feed                *FeedForward
	Norm1, Norm2, Norm3 Layer
	residual
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
		residual:  residual{c.PreNorm, c.Dropout},
	}
	l.Attention.Causal, l.Attention.Dropout, l.Cross.Dropout = true, c.Dropout, c.Dropout
	return l
}

// Forward maps x [B, T, Width] and an encoder's output memory [B, S, Width] of the given lengths
// [B], nil for whole ones, to [B, T, Width].
func (l *DecoderLayer) Forward(t *tensor.Tape, x, memory tensor.Var, lengths []int32) tensor.Var {
	x = l.leave(t, x, l.Attention.Forward(t, l.enter(t, x, l.Norm1)), l.Norm1)
	x = l.leave(t, x, l.Cross.Forward(t, l.enter(t, x, l.Norm2), memory, lengths), l.Norm2)
	return l.leave(t, x, l.Feed.Forward(t, l.enter(t, x, l.Norm3)), l.Norm3)
}

// Params yields the parameters: attentions, feed-forward, normalisations.
func (l *DecoderLayer) Params() iter.Seq[*Param] {
	return Join(l.Attention, l.Cross, l.Feed, l.Norm1, l.Norm2, l.Norm3)
}

// FeedForward is two linear layers with an activation between: y = Act(x·Up)·Down.
type FeedForward struct{ Up, Down *Linear }

// NewFeedForward returns c.Width to c.Hidden to c.Width columns, with the layers name.up and
// name.down.
func NewFeedForward(name string, c TransformerConfig, r *rng.Stream) *FeedForward {
	c = c.filled()
	return &FeedForward{
		Up:   NewLinear(name+".up", c.Width, c.Hidden, c.Act, c.Init, r),
		Down: NewLinear(name+".down", c.Hidden, c.Width, tensor.None, c.Init, r),
	}
}

// Forward maps x [..., Width] to [..., Width].
func (f *FeedForward) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return f.Down.Forward(t, f.Up.Forward(t, x))
}

// Params yields the layers' parameters.
func (f *FeedForward) Params() iter.Seq[*Param] { return Join(f.Up, f.Down) }
