package search

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// Network evaluates positions.
type Network interface {
	// Evaluate writes the logits of all moves [n, A], whatever it likes for illegal ones, and the
	// values [n], in [-1, 1] for the player to move, of n positions.
	Evaluate(positions []envs.Game, logits, values []float32) error
}

// Config says how to search.
type Config struct {
	Simulations int // evaluations besides the root's, >= 1
	Gumbel      Gumbel
}

// Validate returns an error that names what is out of range.
func (c Config) Validate() error {
	switch {
	case c.Simulations < 1:
		return fmt.Errorf("simulations is %d: want at least 1", c.Simulations)
	case c.Gumbel.MaxConsidered < 1:
		return fmt.Errorf("max_considered is %d: want at least 1", c.Gumbel.MaxConsidered)
	case !(c.Gumbel.VisitOffset >= 0) || !(c.Gumbel.ValueScale > 0):
		return fmt.Errorf("visit offset %v and value scale %v: want them >= 0 and > 0", c.Gumbel.VisitOffset, c.Gumbel.ValueScale)
	}
	return nil
}

// Decision is what a search of one game came to.
type Decision struct {
	Move   int
	Value  float32   // of the position, for the player to move
	Policy []float32 // [A] the improved policy, which a network learns; 0 for illegal moves
	Visits []int32   // [A]
}

// Batch searches several games of one kind side by side: in each step every game contributes one
// position, and the network evaluates them together. What a game's search comes to depends on its
// own noise only, not on the other games. It allocates nothing once made, but for games that grow.
type Batch struct {
	cfg   Config
	net   Network
	moves int
	slots []*slot
	// halving[m] is the schedule of sequential halving of m moves [simulations].
	halving [][]int

	leaves []envs.Game // of this step
	owners []*slot     // of the leaves
	logits []float32   // [slots, A]
	values []float32   // [slots]
}

// slot is the search of one game.
type slot struct {
	tree    *tree
	at      envs.Game // the position that is looked at
	over    []bool    // [N] of the tree's nodes
	noise   []float32 // [A] of the root
	halving []int     // [simulations] shared
	scratch []float32 // [A]
	legal   []bool    // [A]

	parent, via int32 // where the leaf hangs
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
	for m := range min(cfg.Gumbel.MaxConsidered, moves) + 1 {
		table := make([]int, cfg.Simulations)
		halving(m, table)
		b.halving = append(b.halving, table)
	}
	for range n {
		b.slots = append(b.slots, &slot{
			tree: newTree(cfg.Simulations+1, moves), at: game.Clone(),
			over: make([]bool, cfg.Simulations+1), noise: make([]float32, moves),
			scratch: make([]float32, moves), legal: make([]bool, moves),
		})
	}
	return b
}

// Search searches the games, none of which is over and which stay as they are, and writes a
// decision for each. noise draws what the root's moves are sampled with (Gumbel noise), a stream
// for each game; a nil one means none, which is the strongest play.
func (b *Batch) Search(games []envs.Game, noise []*rng.Stream, out []Decision) error {
	slots := b.slots[:len(games)]
	b.leaves, b.owners = b.leaves[:0], b.owners[:0]
	for i, s := range slots {
		s.tree.clear()
		s.at.CopyFrom(games[i])
		s.parent, s.via = none, none
		clear(s.noise)
		if r := noise[i]; r != nil {
			for a := range s.noise {
				s.noise[a] = float32(r.Gumbel())
			}
		}
		b.leaves, b.owners = append(b.leaves, s.at), append(b.owners, s)
	}
	if err := b.evaluate(); err != nil {
		return err
	}
	for _, s := range slots {
		legal := 0
		for _, l := range row(s.tree, s.tree.logits, 0) {
			if l != masked {
				legal++
			}
		}
		s.halving = b.halving[min(b.cfg.Gumbel.MaxConsidered, legal)]
	}
	for sim := range b.cfg.Simulations {
		b.leaves, b.owners = b.leaves[:0], b.owners[:0]
		for i, s := range slots {
			if s.descend(&b.cfg.Gumbel, games[i], sim) {
				b.leaves, b.owners = append(b.leaves, s.at), append(b.owners, s)
			}
		}
		if err := b.evaluate(); err != nil {
			return err
		}
	}
	for i, s := range slots {
		s.decide(&b.cfg.Gumbel, &out[i])
	}
	return nil
}

// evaluate adds the leaves to their trees.
func (b *Batch) evaluate() error {
	n := len(b.leaves)
	if n == 0 {
		return nil
	}
	logits, values := b.logits[:n*b.moves], b.values[:n]
	if err := b.net.Evaluate(b.leaves, logits, values); err != nil {
		return fmt.Errorf("evaluation of %d positions: %w", n, err)
	}
	for i, s := range b.owners {
		l := logits[i*b.moves : (i+1)*b.moves]
		s.at.Legal(s.legal)
		for a, ok := range s.legal {
			if !ok {
				l[a] = masked
			}
		}
		if v := values[i]; !(v >= -1 && v <= 1) {
			return fmt.Errorf("the network values %s at %v: want a number from -1 to 1", s.at.Name(), v)
		}
		node := s.tree.add(s.parent, s.via, 0, -1, l, values[i])
		s.over[node] = false
	}
	return nil
}

// descend goes from the root to a position that has not been evaluated, leaves s.at there, and
// returns true; or to an end, whose value it counts.
func (s *slot) descend(g *Gumbel, game envs.Game, sim int) bool {
	t := s.tree
	s.at.CopyFrom(game)
	for node := int32(0); ; {
		var move int
		if node == 0 {
			move = g.atRoot(t, s.halving[sim], s.noise, s.scratch)
		} else {
			move = g.inside(t, node, s.scratch)
		}
		mover := s.at.Player()
		if err := s.at.Play(move); err != nil {
			panic("search: a legal move is refused: " + err.Error()) // a game that breaks its contract
		}
		next := row(t, t.child, node)[move]
		switch {
		case next == none && s.at.Over():
			reward := float32(s.at.Outcome())
			if mover == 1 {
				reward = -reward
			}
			for a := range s.scratch {
				s.scratch[a] = masked
			}
			s.over[t.add(node, int32(move), reward, 0, s.scratch, 0)] = true
			return false
		case next == none:
			s.parent, s.via = node, int32(move)
			return true
		case s.over[next]:
			t.backUp(next, 0)
			return false
		}
		node = next
	}
}

// decide writes what the search came to: of the moves tried most often, the one with the largest
// noise + logit + sigma(Q).
func (s *slot) decide(g *Gumbel, d *Decision) {
	t := s.tree
	if len(d.Policy) != t.moves {
		d.Policy, d.Visits = make([]float32, t.moves), make([]int32, t.moves)
	}
	most := int32(0)
	for a := range d.Visits {
		d.Visits[a] = t.count(0, a)
		most = max(most, d.Visits[a])
	}
	g.improved(t, 0, s.scratch)
	best := float32(math.Inf(-1))
	for a, x := range s.scratch {
		if x += s.noise[a]; d.Visits[a] == most && x > best {
			best, d.Move = x, a
		}
	}
	g.target(t, d.Policy)
	d.Value = float32(t.value[0])
}
