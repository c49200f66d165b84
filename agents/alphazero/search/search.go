package search

import (
	"context"
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// Network evaluates positions.
type Network interface {
	// Evaluate writes the logits of all moves [n, A], whatever it likes for illegal ones, and the
	// values [n], in [-1, 1] for the player to move, of n positions.
	Evaluate(positions []envs.Game, logits, values []float32) error
}

// Rule is how moves are chosen.
type Rule uint8

const (
	// ByGumbel is Gumbel AlphaZero, which learns from few simulations.
	ByGumbel Rule = iota
	// ByPUCT is AlphaZero's.
	ByPUCT
)

// Config says how to search.
type Config struct {
	Simulations int // evaluations besides the root's, >= 1
	Rule        Rule
	Gumbel      Gumbel // for ByGumbel
	PUCT        PUCT   // for ByPUCT
	Noise       Noise  // for ByPUCT
	// Solve passes what is certain up the tree: a move to a position that is lost for the other
	// player wins, and search goes where something is open.
	Solve bool
	// Reuse keeps what hangs below the move that Batch.Played tells; the visits kept count as
	// simulations done.
	Reuse bool
	// Transpose takes the evaluation of a position from another node of the tree with the same
	// Key. A network that looks at more than the key tells, such as earlier moves, might have
	// evaluated it a little differently.
	Transpose bool
}

// Validate returns an error that names what is out of range.
func (c Config) Validate() error {
	switch {
	case c.Simulations < 1:
		return fmt.Errorf("simulations is %d: want at least 1", c.Simulations)
	case c.Rule > ByPUCT:
		return fmt.Errorf("rule %d: want 0 for Gumbel or 1 for PUCT", c.Rule)
	case c.Rule == ByGumbel:
		return c.Gumbel.Validate()
	}
	if err := c.PUCT.Validate(); err != nil {
		return err
	}
	return c.Noise.Validate()
}

// Decision is what a search of one game came to.
type Decision struct {
	Move  int
	Value float32 // of the position, for the player to move
	// Policy [A] is what a network learns: by Gumbel the improved policy, by PUCT the visits'
	// shares; 0 for illegal moves.
	Policy []float32
	Visits []int32 // [A]
	// Inherited is how many of the visits are from before, by Reuse.
	Inherited int
	// Certain says that Value is proven, by Solve.
	Certain bool
}

// Batch searches several games of one kind side by side: in each step every game contributes one
// position, and the network evaluates them together. So nothing has to be taken from a tree before
// the evaluations asked for are in, and no virtual losses are needed. What a game's search comes to
// depends on its own noise only, not on the other games. It allocates nothing once made, but for
// games that grow.
type Batch struct {
	cfg   Config
	net   Network
	moves int
	slots []*slot

	leaves []envs.Game // of this step
	owners []*slot     // of the leaves
	logits []float32   // [slots, A]
	values []float32   // [slots]
}

// NewBatch returns room for searching n games of the kind of game. It panics if cfg is not valid.
func NewBatch(cfg Config, net Network, game envs.Game, n int) *Batch {
	if err := cfg.Validate(); err != nil {
		panic("search: " + err.Error())
	}
	moves := game.Moves()
	b := &Batch{
		cfg: cfg, net: net, moves: moves,
		leaves: make([]envs.Game, 0, n), owners: make([]*slot, 0, n),
		logits: make([]float32, n*moves), values: make([]float32, n),
	}
	for range n {
		b.slots = append(b.slots, newSlot(&b.cfg, game))
	}
	return b
}

// Played tells that the last Search's game i has gone on by a move, so that the next Search of game
// i may begin with what is known from there. It may be called for several moves in turn. Without
// Reuse, or without a call, every Search begins anew.
func (b *Batch) Played(i, move int) {
	s := b.slots[i]
	if !b.cfg.Reuse || s.tree.n == 0 {
		return
	}
	child := row(s.tree, s.tree.child, 0)[move]
	if child == none || s.tree.discount[child] == 0 {
		s.tree.clear()
		return
	}
	s.tree.keep(child)
	s.kept = true
}

// Search searches the games, none of which is over and which stay as they are, and writes a
// decision for each. noise draws what the root's moves are sampled with (Gumbel or Dirichlet
// noise), a stream for each game; a nil one means none, which is the strongest play. When ctx ends, so
// does the search, with its error.
func (b *Batch) Search(ctx context.Context, games []envs.Game, noise []*rng.Stream, out []Decision) error {
	slots := b.slots[:len(games)]
	b.leaves, b.owners = b.leaves[:0], b.owners[:0]
	for i, s := range slots {
		if s.begin(games[i]) {
			b.leaves, b.owners = append(b.leaves, s.at), append(b.owners, s)
		}
	}
	if err := b.evaluate(ctx); err != nil {
		return err
	}
	for i, s := range slots {
		s.root(noise[i])
	}
	for {
		b.leaves, b.owners = b.leaves[:0], b.owners[:0]
		for i, s := range slots {
			if s.advance(games[i]) {
				b.leaves, b.owners = append(b.leaves, s.at), append(b.owners, s)
			}
		}
		if len(b.leaves) == 0 {
			break
		}
		if err := b.evaluate(ctx); err != nil {
			return err
		}
	}
	for i, s := range slots {
		s.decide(&out[i])
	}
	return nil
}

// evaluate adds the leaves to their trees.
func (b *Batch) evaluate(ctx context.Context) error {
	n := len(b.leaves)
	if n == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		b.forget()
		return err
	}
	logits, values := b.logits[:n*b.moves], b.values[:n]
	if err := b.net.Evaluate(b.leaves, logits, values); err != nil {
		b.forget()
		return fmt.Errorf("evaluation of %d positions: %w", n, err)
	}
	for i, s := range b.owners {
		if v := values[i]; !(v >= -1 && v <= 1) {
			b.forget()
			return fmt.Errorf("the network values %s at %v: want a number from -1 to 1", s.at.Name(), v)
		}
		s.expand(logits[i*b.moves:(i+1)*b.moves], values[i])
	}
	return nil
}

// forget drops all trees, which an error left unfinished.
func (b *Batch) forget() {
	for _, s := range b.slots {
		s.tree.clear()
		s.kept = false
	}
}
