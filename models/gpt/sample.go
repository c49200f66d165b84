package gpt

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/tensor"
)

var _ models.Sampler = (*Trainer)(nil)

// Sample writes text. Keys and values of the tokens so far are remembered, so that each token costs
// one step of the network, not a pass over all before it. When the memory is full it begins anew
// with the last half: every token is drawn from at least half of block_size tokens before it, once
// there are so many.
func (t *Trainer) Sample(ctx context.Context, o models.SampleOptions, write func(string) error) error {
	tokens, err := t.corpus.Encode(o.Prompt)
	if err != nil {
		return fmt.Errorf("prompt: %w", err)
	}
	if len(tokens) == 0 {
		// A text begins after the end of a line, if there are lines.
		if tokens, err = t.corpus.Encode("\n"); err != nil {
			tokens = []int32{0}
		}
	}
	size := t.cfg.BlockSize
	draws, memory := rng.New(o.Seed, "sample"), t.net.NewMemory()
	fresh := tokens[max(0, len(tokens)-size):] // tokens that the memory does not hold yet
	var chosen chooser
	for range o.Length {
		if err := ctx.Err(); err != nil {
			return err
		}
		if memory.Len()+len(fresh) > size {
			memory.Forget()
			fresh = tokens[len(tokens)-max(1, size/2):]
		}
		t.measure.Reset()
		logits := t.measure.Value(t.net.Next(t.measure, fresh, memory))
		symbols := t.corpus.Size()
		next := chosen.choose(logits[len(logits)-symbols:], o, draws)
		tokens = append(tokens, next)
		fresh = tokens[len(tokens)-1:]
		if err := write(t.corpus.Decode(fresh)); err != nil {
			return err
		}
	}
	return nil
}

// chooser draws tokens. It keeps its memory from one to the next.
type chooser struct {
	order   []int32
	weights []float32
}

// choose draws a token by its logits.
func (c *chooser) choose(logits []float32, o models.SampleOptions, r *rng.Stream) int32 {
	c.order = c.order[:0]
	for i := range logits {
		c.order = append(c.order, int32(i))
	}
	// The likeliest first; of equals the one that comes first.
	slices.SortStableFunc(c.order, func(a, b int32) int {
		switch x, y := logits[a], logits[b]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	if o.Temperature == 0 {
		return c.order[0]
	}
	if o.TopK > 0 {
		c.order = c.order[:min(o.TopK, len(c.order))]
	}
	c.weights = c.weights[:0]
	highest := logits[c.order[0]]
	for _, i := range c.order {
		c.weights = append(c.weights, float32(float64(logits[i]-highest)/max(o.Temperature, math.SmallestNonzeroFloat32)))
	}
	tensor.Exp(c.weights, c.weights)
	total := 0.0
	for _, w := range c.weights {
		total += float64(w)
	}
	if o.TopP < 1 {
		kept, sum := 0, 0.0
		for kept < len(c.weights) && (kept == 0 || sum < o.TopP*total) {
			sum += float64(c.weights[kept])
			kept++
		}
		c.order, total = c.order[:kept], sum
	}
	left := r.Float64() * total
	for i, token := range c.order {
		if left -= float64(c.weights[i]); left < 0 {
			return token
		}
	}
	return c.order[len(c.order)-1] // rounding
}
