package actorcritic

import (
	"fmt"
	"iter"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// attentionMemory is a transformer over the features of the last K steps of an episode. A window
// begins with the newest step, so a position says how long ago a step was:
//
//	features [B, K, F] -> linear + positions -> layers -> newest row [B, W] -> pi, vf
//
// All it sees is the past, so nothing in it has to be masked but steps before the episode. Of the
// last layer only the newest step's row is wanted: it alone asks there.
type attentionMemory struct {
	window, columns int // K, W
	embed           *nets.Linear
	positions       *nets.Positions
	layers          []*nets.EncoderLayer // all but the last
	cross           *nets.CrossAttention // the last
	feed            *nets.FeedForward
	norm1, norm2    *nets.LayerNorm
	norm            *nets.LayerNorm
}

func newAttentionMemory(o *MemoryOptions, features int, r *rng.Stream) *attentionMemory {
	c := nets.TransformerConfig{Width: o.TransformerWidth, Heads: o.TransformerHeads, PreNorm: true}
	m := &attentionMemory{
		window: o.MemoryWindow, columns: c.Width,
		embed:     nets.NewLinear("transformer.embed", features, c.Width, tensor.None, nets.PyTorchLinear, r),
		positions: nets.NewPositions("transformer.positions", o.MemoryWindow, c.Width, .02, r),
	}
	for i := range o.TransformerLayers - 1 {
		m.layers = append(m.layers, nets.NewEncoderLayer(fmt.Sprintf("transformer.%d", i), c, r))
	}
	m.cross = nets.NewCrossAttention("transformer.last.attention", c.Width, c.Width, c.Heads, nets.PyTorchLinear, r)
	m.feed = nets.NewFeedForward("transformer.last.feed", c, r)
	m.norm1 = nets.NewLayerNorm("transformer.last.norm1", c.Width)
	m.norm2 = nets.NewLayerNorm("transformer.last.norm2", c.Width)
	m.norm = nets.NewLayerNorm("transformer.norm", c.Width)
	return m
}

func (m *attentionMemory) width() int { return m.columns }

// Params yields the parameters from the features to the result.
func (m *attentionMemory) Params() iter.Seq[*nets.Param] {
	parts := []nets.Module{m.embed, m.positions}
	for _, l := range m.layers {
		parts = append(parts, l)
	}
	return nets.Join(append(parts, m.cross, m.feed, m.norm1, m.norm2, m.norm)...)
}

func (m *attentionMemory) read(t *tensor.Tape, features tensor.Var, p Past, _ bool) (pi, vf tensor.Var, next carried) {
	x := m.embed.Forward(t, features)
	x = m.positions.Forward(t, t.Reshape(x, len(p.lengths), m.window, m.columns))
	for _, l := range m.layers {
		x = l.Masked(t, x, p.lengths)
	}
	keys := m.norm1.Forward(t, x)
	y := t.Add(m.newest(t, x), m.cross.Forward(t, m.newest(t, keys), keys, p.lengths))
	y = t.Add(y, m.feed.Forward(t, m.norm2.Forward(t, y)))
	y = t.Reshape(m.norm.Forward(t, y), len(p.lengths), m.columns)
	return y, y, next
}

// newest returns the first step of each window, [B, 1, W].
func (m *attentionMemory) newest(t *tensor.Tape, x tensor.Var) tensor.Var {
	b := t.Shape(x).Dim(0)
	rows := t.Slice(t.Reshape(x, b, m.window*m.columns), 0, m.columns)
	return t.Reshape(rows, b, 1, m.columns)
}

// windowStream keeps the observations of a rollout and of the K-1 steps before it.
type windowStream struct {
	window, envs int
	space        envs.Space // of observations
	seen         envs.Rows  // [steps, N, size], of which block at comes next
	at           int
	known        []int32 // [N] steps of the episode that are past, at most K-1
	lengths      []int32 // [T, N] of the rollout's windows

	rows    envs.Rows // windows, [B, K, size]
	current []int32   // [B] their lengths
}

func (m *attentionMemory) newStream(space envs.Space, n, steps int) stream {
	return &windowStream{
		window: m.window, envs: n, space: space,
		seen: envs.MakeRows(space, (m.window+steps)*n), at: m.window - 1,
		known: make([]int32, n), lengths: make([]int32, n*steps),
		rows: envs.MakeRows(space, n*m.window), current: make([]int32, n),
	}
}

func (s *windowStream) look(obs envs.Rows) (envs.Rows, Past) {
	copyRows(s.seen.Slice(s.at*s.envs, (s.at+1)*s.envs), obs)
	for i, known := range s.known {
		s.current[i] = known + 1
		s.put(i, s.at, i, known+1)
	}
	return s.rows.Slice(0, s.envs*s.window), Past{lengths: s.current[:s.envs]}
}

// copyRows copies as many rows as dst has.
func copyRows(dst, src envs.Rows) {
	copy(dst.F32, src.F32)
	copy(dst.U8, src.U8)
}

// put makes window b that of an environment at a block. What is before its length is never looked
// at, and filled with the newest.
func (s *windowStream) put(b, block, env int, length int32) {
	for k := range s.window {
		from := block
		if k < int(length) {
			from -= k
		}
		s.rows.Row(b*s.window + k).Copy(s.seen.Row(from*s.envs + env))
	}
}

func (s *windowStream) keep(*tensor.Tape, carried) {
	if recorded := s.at - (s.window - 1); recorded*s.envs < len(s.lengths) {
		copy(s.lengths[recorded*s.envs:], s.current[:s.envs])
	}
	for i, known := range s.known {
		s.known[i] = min(known+1, int32(s.window-1))
	}
	s.at++
	if s.at*s.envs == s.seen.N {
		s.begin()
	}
}

func (s *windowStream) forget(i int) { s.known[i] = 0 }

// begin moves the last K-1 steps to the front.
func (s *windowStream) begin() {
	before := s.window - 1
	if s.at > before {
		copyRows(s.seen.Slice(0, before*s.envs), s.seen.Slice((s.at-before)*s.envs, s.at*s.envs))
		s.at = before
	}
}

func (s *windowStream) shuffle(draws *rng.Stream, order []int32) { draws.Perm(order) }

func (s *windowStream) end(lo, size int) int {
	return min(lo+size, (s.at-(s.window-1))*s.envs)
}

func (s *windowStream) recall(indices []int32, _ *replay.Minibatch) (envs.Rows, Past) {
	if n := len(indices); n > len(s.current) {
		s.rows, s.current = envs.MakeRows(s.space, n*s.window), make([]int32, n)
	}
	steps := s.at - (s.window - 1)
	for b, index := range indices {
		env, step := int(index)/steps, int(index)%steps
		s.current[b] = s.lengths[step*s.envs+env]
		s.put(b, s.window-1+step, env, s.current[b])
	}
	return s.rows.Slice(0, len(indices)*s.window), Past{lengths: s.current[:len(indices)]}
}

// State saves or restores the last K-1 steps.
func (s *windowStream) State(a *snapshot.Archive) {
	if a.Saving() {
		s.begin()
	} else {
		s.at = s.window - 1
	}
	a.Int32s("known", s.known)
	if past := s.seen.Slice(0, (s.window-1)*s.envs); past.U8 != nil {
		a.Uint8s("seen", past.U8)
	} else {
		a.Float32s("seen", past.F32)
	}
}
