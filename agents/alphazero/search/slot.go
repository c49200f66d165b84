package search

import (
	"math"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// slot is the search of one game.
type slot struct {
	cfg     *Config
	tree    *tree
	at      envs.Game // the position that is looked at
	kept    bool      // the tree is what Played has left
	done    int       // simulations
	target  int       // simulations to do
	noise   []float32 // [A] Gumbel's, of the root
	prior   []float32 // [A] PUCT's, of the root
	before  []int32   // [A] visits of the root's moves from before
	halving []int32   // [simulations]
	counts  []int32   // [A] scratch of halving
	draws   []float64 // [A] scratch of the noise
	scratch []float32 // [A]
	legal   []bool    // [A] in the position that is looked at, when it is a leaf

	parent, via int32 // where the leaf hangs
	key         uint64
}

func newSlot(cfg *Config, game envs.Game) *slot {
	moves := game.Moves()
	return &slot{
		cfg: cfg, tree: newTree(cfg.Simulations+1, moves, cfg.Transpose), at: game.Clone(),
		noise: make([]float32, moves), prior: make([]float32, moves), before: make([]int32, moves),
		halving: make([]int32, cfg.Simulations), counts: make([]int32, moves), draws: make([]float64, moves),
		scratch: make([]float32, moves), legal: make([]bool, moves),
	}
}

// begin prepares a search and reports whether the root is to be evaluated, which is then in s.at.
func (s *slot) begin(game envs.Game) bool {
	fresh := !s.kept || s.tree.n == 0 || s.tree.key[0] != game.Key()
	s.kept, s.done = false, 0
	if !fresh {
		return false
	}
	s.tree.clear()
	s.at.CopyFrom(game)
	s.at.Legal(s.legal)
	s.parent, s.via = none, none
	s.setKey()
	return true
}

// setKey notes the key of the position that is looked at, if anybody asks for keys.
func (s *slot) setKey() {
	if s.cfg.Transpose || s.cfg.Reuse {
		s.key = s.at.Key()
	}
}

// root draws the root's noise and plans the simulations.
func (s *slot) root(r *rng.Stream) {
	t := s.tree
	s.target = s.cfg.Simulations + 1 - int(t.visits[0])
	legal := 0
	for a, l := range row(t, t.logits, 0) {
		s.before[a] = t.count(0, a)
		if l != masked {
			legal++
		}
	}
	if s.cfg.Rule == ByPUCT {
		s.cfg.Noise.mix(s.prior, row(t, t.prior, 0), row(t, t.logits, 0), r, s.draws)
		return
	}
	clear(s.noise)
	if r != nil {
		for a := range s.noise {
			s.noise[a] = float32(r.Gumbel())
		}
	}
	halving(min(s.cfg.Gumbel.MaxConsidered, legal), s.halving[:s.target], s.counts)
}

// advance simulates until a position has to be evaluated, which is then in s.at, and returns true;
// or to the end of the search, and returns false.
func (s *slot) advance(game envs.Game) bool {
	for s.done < s.target && s.tree.known[0] == unknown {
		leaf := s.descend(game)
		s.done++
		if leaf && !s.transpose() {
			return true
		}
	}
	return false
}

// descend goes from the root to a position that has not been evaluated, leaves s.at there, and
// returns true; or to an end, whose value it counts.
func (s *slot) descend(game envs.Game) bool {
	t := s.tree
	s.at.CopyFrom(game)
	for node := int32(0); ; {
		move := s.choose(node)
		mover := s.at.Player()
		if err := s.at.Play(move); err != nil {
			panic("search: a legal move is refused: " + err.Error()) // a game that breaks its contract
		}
		next := row(t, t.child, node)[move]
		switch {
		case next == none && s.at.Over():
			s.end(node, int32(move), mover)
			return false
		case next == none:
			s.parent, s.via = node, int32(move)
			s.at.Legal(s.legal)
			s.setKey()
			return true
		case t.discount[next] == 0: // the game is over there
			t.backUp(next, 0)
			return false
		case t.known[next] != unknown:
			t.backUp(next, t.known[next].worth())
			return false
		}
		node = next
	}
}

// choose returns the move to try at a node.
func (s *slot) choose(node int32) int {
	t := s.tree
	switch {
	case s.cfg.Rule == ByGumbel && node == 0:
		return s.cfg.Gumbel.atRoot(t, s.halving[s.done], s.noise, s.before, s.scratch)
	case s.cfg.Rule == ByGumbel:
		return s.cfg.Gumbel.inside(t, node, s.scratch)
	case node == 0:
		return s.cfg.PUCT.choose(t, node, s.prior)
	}
	return s.cfg.PUCT.choose(t, node, row(t, t.prior, node))
}

// end adds the node of a game that is over.
func (s *slot) end(node, move int32, mover int) {
	reward := float32(s.at.Outcome())
	if mover == 1 {
		reward = -reward
	}
	for a := range s.scratch {
		s.scratch[a] = masked
	}
	leaf := s.tree.add(node, move, reward, 0, s.scratch, 0)
	if s.cfg.Solve {
		s.tree.known[leaf] = drawn
		switch {
		case reward > 0:
			s.tree.known[leaf] = lost
		case reward < 0:
			s.tree.known[leaf] = won
		}
		s.tree.prove(leaf)
	}
}

// expand adds the leaf with what the network says, whose logits it changes.
func (s *slot) expand(logits []float32, value float32) {
	for a, ok := range s.legal {
		if !ok {
			logits[a] = masked
		}
	}
	node := s.tree.add(s.parent, s.via, 0, -1, logits, value)
	s.tree.key[node] = s.key
	s.tree.enter(node)
}

// transpose adds the leaf with the evaluation of another node, and returns false if there is none.
func (s *slot) transpose() bool {
	if !s.cfg.Transpose {
		return false
	}
	t := s.tree
	twin := t.find(s.key, s.legal)
	if twin == none {
		return false
	}
	copy(s.scratch, row(t, t.logits, twin))
	s.expand(s.scratch, t.raw[twin])
	return true
}

// decide writes what the search came to.
func (s *slot) decide(d *Decision) {
	t := s.tree
	if len(d.Policy) != t.moves {
		d.Policy, d.Visits = make([]float32, t.moves), make([]int32, t.moves)
	}
	d.Inherited = 0
	for a := range d.Visits {
		d.Visits[a] = t.count(0, a)
		d.Inherited += int(s.before[a])
	}
	d.Value, d.Certain = float32(t.value[0]), t.known[0] != unknown
	if s.cfg.Rule == ByGumbel {
		s.cfg.Gumbel.improved(t, 0, s.scratch)
		for a := range s.scratch {
			s.scratch[a] += s.noise[a]
		}
		d.Move = s.pick(d.Visits, s.before, s.scratch)
		s.cfg.Gumbel.target(t, d.Policy)
		return
	}
	clear(s.counts)
	d.Move = s.pick(d.Visits, s.counts, s.prior)
	total := float32(0)
	for _, n := range d.Visits {
		total += float32(n)
	}
	for a, n := range d.Visits {
		d.Policy[a] = 0
		if total > 0 {
			d.Policy[a] = float32(n) / total
		}
	}
	if t.known[0] == won || total == 0 {
		clear(d.Policy)
		d.Policy[d.Move] = 1
	}
}

// pick returns the move: a proven win if there is one; else of the moves not proven to lose, or of
// all if there are no others, that which was tried most often, besides the visits before, and of
// several the one of the largest score.
func (s *slot) pick(visits, before []int32, score []float32) int {
	t := s.tree
	at, best, most, top := 0, -1, int32(0), float32(math.Inf(-1))
	logits := row(t, t.logits, 0)
	for a, c := range row(t, t.child, 0) {
		if logits[a] == masked {
			continue
		}
		class := 1
		if c != none && t.known[c] != unknown {
			switch {
			case t.known[c] == lost:
				class = 3
			case t.known[c] == won:
				class = 0
			case t.known[0] == drawn:
				class = 2
			}
		}
		n := visits[a] - before[a]
		if class > best || class == best && (n > most || n == most && score[a] > top) {
			at, best, most, top = a, class, n, score[a]
		}
	}
	return at
}
