package alphago

import (
	"fmt"
	"math"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
)

// node is a position in a tree.
type node struct {
	first, many int32   // its edges, once it was expanded
	value       float32 // of the value network, for the player to move
	valued      bool
}

// edge is a move from a position, and what came of the simulations through it.
type edge struct {
	move   int32
	child  int32 // -1 until the first visit
	prior  float32
	visits int32
	// Sums of the values of leaves and of the results of play-outs from them, for who makes the move.
	// There is one of each in every simulation, so both have the same count.
	values, results float64
}

// q is the mixed mean of an edge, 0 without visits.
func (e *edge) q(lambda float64) float64 {
	if e.visits == 0 {
		return 0
	}
	return (float64((1-lambda)*e.values) + float64(lambda*e.results)) / float64(e.visits)
}

// want is what a tree needs to go on.
type want uint8

const (
	nothing     want = iota // the search is done
	priorsOf                // the policy of tree.at, which is the position of tree.leaf
	valueOf                 // likewise the value
	interrupted             // nothing yet: a simulation has ended at a game's end
)

// tree is the search of one game.
type tree struct {
	cfg   *SearchConfig
	nodes []node
	edges []edge
	root  envs.Game // the position that is searched, which stays as it is
	at    envs.Game
	path  []int32 // edges from the root to at
	leaf  int32
	draws *rng.Stream // symmetries and play-outs
	left  int         // simulations

	play  envs.Game // of play-outs
	legal []bool
	moves []int
	tally *tally // of an analysis, or nil
}

func newTree(cfg *SearchConfig, g envs.Game) *tree {
	return &tree{cfg: cfg, at: g.Clone(), legal: make([]bool, g.Moves())}
}

// begin plants a tree, whose root wants its priors.
func (t *tree) begin(g envs.Game, draws *rng.Stream) {
	t.nodes, t.edges, t.path = append(t.nodes[:0], node{}), t.edges[:0], t.path[:0]
	t.root = g
	t.at.CopyFrom(g)
	t.leaf, t.left, t.draws = 0, 0, draws
}

// expand adds the moves of the leaf by their priors [A].
func (t *tree) expand(priors []float32) {
	t.at.Legal(t.legal)
	first := int32(len(t.edges))
	for m, ok := range t.legal {
		if ok {
			t.edges = append(t.edges, edge{move: int32(m), child: -1, prior: priors[m]})
		}
	}
	t.nodes[t.leaf].first, t.nodes[t.leaf].many = first, int32(len(t.edges))-first
}

// advance goes on from the root, or from a leaf that was just expanded, and says what it needs at t.leaf.
func (t *tree) advance() want {
	for {
		if t.leaf < 0 { // a simulation has ended
			if t.left == 0 {
				return nothing
			}
			t.at.CopyFrom(t.root)
			t.path, t.leaf = t.path[:0], 0
		}
		if w := t.descend(); w != interrupted {
			return w
		}
	}
}

// descend goes down to a leaf.
func (t *tree) descend() want {
	for {
		n := t.nodes[t.leaf]
		if n.many == 0 {
			switch {
			case t.at.Over():
				z := t.at.Outcome()
				t.backUp(z, z)
				return interrupted
			case len(t.path) == 0 || n.valued && int(t.edges[t.path[len(t.path)-1]].visits) >= t.cfg.ExpandAt:
				return priorsOf
			case n.valued:
				t.rollOut()
				return interrupted
			}
			return valueOf
		}
		i := t.choose(n)
		e := &t.edges[i]
		t.path = append(t.path, i)
		boardgame.MustPlay(t.at, int(e.move))
		if e.child < 0 {
			e.child = int32(len(t.nodes))
			t.nodes = append(t.nodes, node{})
		}
		t.leaf = e.child
	}
}

// choose returns the edge of the largest Q + u, the first of several.
func (t *tree) choose(n node) int32 {
	total := int32(0)
	edges := t.edges[n.first : n.first+n.many]
	for i := range edges {
		total += edges[i].visits
	}
	// Of a position just expanded no move has been tried, and all u would be 0: its priors decide.
	c := t.cfg.CPUCT * math.Sqrt(float64(max(1, total)))
	best, most := 0, math.Inf(-1)
	for i := range edges {
		e := &edges[i]
		if x := e.q(t.cfg.Lambda) + float64(c*float64(e.prior))/float64(1+e.visits); x > most {
			best, most = i, x
		}
	}
	return n.first + int32(best)
}

// learned takes the value of the leaf in, and ends the simulation with a play-out.
func (t *tree) learned(value float32) {
	t.nodes[t.leaf].value, t.nodes[t.leaf].valued = value, true
	t.rollOut()
}

// rollOut plays on from the leaf at random, and counts the result and the leaf's value.
func (t *tree) rollOut() {
	v := float64(t.nodes[t.leaf].value)
	if t.at.Player() == 1 {
		v = -v
	}
	z := 0.0
	if t.cfg.Lambda > 0 {
		z = t.playOut()
	}
	t.backUp(v, z)
}

// backUp counts a leaf's value and the result of a play-out, both for player 0.
func (t *tree) backUp(v, z float64) {
	sign := 1.0 // players alternate
	if t.root.Player() == 1 {
		sign = -1
	}
	for _, i := range t.path {
		e := &t.edges[i]
		e.visits++
		e.values += sign * v
		e.results += sign * z
		sign = -sign
	}
	t.left--
	t.leaf = -1
}

// roller is a game that knows a quicker way to play on at random than move by move.
type roller interface {
	Rollout(r *rng.Stream) float64
}

// playOut returns the outcome for player 0 of random play from t.at.
func (t *tree) playOut() float64 {
	inner := t.at
	if v, ok := inner.(*boardgame.Valued); ok {
		inner = v.Game
	}
	if s, ok := inner.(scorer); ok && t.tally != nil {
		return t.tally.playOut(s, t.draws)
	}
	if r, ok := inner.(roller); ok {
		return r.Rollout(t.draws)
	}
	if t.play == nil {
		t.play = inner.Clone()
	}
	for t.play.CopyFrom(inner); !t.play.Over(); {
		t.play.Legal(t.legal)
		t.moves = t.moves[:0]
		for m, ok := range t.legal {
			if ok {
				t.moves = append(t.moves, m)
			}
		}
		boardgame.MustPlay(t.play, t.moves[t.draws.Intn(len(t.moves))])
	}
	return t.play.Outcome()
}

// decide returns the edge of the root that was tried most often; of several, that of the largest prior.
func (t *tree) decide() *edge {
	n := t.nodes[0]
	best := &t.edges[n.first]
	for i := n.first + 1; i < n.first+n.many; i++ {
		if e := &t.edges[i]; e.visits > best.visits || e.visits == best.visits && e.prior > best.prior {
			best = e
		}
	}
	return best
}

// searcher searches several games side by side, so that the networks evaluate their positions together.
// What a search comes to depends on the game and its draws only.
type searcher struct {
	cfg       *SearchConfig
	prior     *Policy
	net       *Value
	evaluator *evaluator
	trees     []*tree

	at      [2][]envs.Game // positions that want their priors, or their values
	who     [2][]*tree
	draws   [2][]*rng.Stream
	chances []float32 // [trees, A]
	values  []float32 // [trees]
}

func newSearcher(cfg *SearchConfig, nets *trio, symmetries []boardgame.Symmetry, g envs.Game, n int) *searcher {
	s := &searcher{
		cfg: cfg, prior: nets.supervised, net: nets.value, evaluator: newEvaluator(symmetries, g),
		chances: make([]float32, n*g.Moves()), values: make([]float32, n),
	}
	if cfg.Prior == "reinforced" {
		s.prior = nets.reinforced
	}
	for range n {
		s.trees = append(s.trees, newTree(cfg, g))
	}
	return s
}

// search searches games, none of which is over and which stay as they are, with so many simulations, and
// calls decided for each with the move chosen.
func (s *searcher) search(games []envs.Game, simulations int, draws []*rng.Stream, decided func(i int, e *edge)) error {
	for i, g := range games {
		s.trees[i].begin(g, draws[i])
	}
	trees := s.trees[:len(games)]
	if err := s.simulate(trees, simulations); err != nil {
		return err
	}
	for i, t := range trees {
		decided(i, t.decide())
	}
	return nil
}

// simulate goes on with trees by so many simulations.
func (s *searcher) simulate(trees []*tree, simulations int) error {
	for _, t := range trees {
		t.left += simulations
	}
	const priors, values = 0, 1
	for {
		for k := range s.at {
			s.at[k], s.who[k], s.draws[k] = s.at[k][:0], s.who[k][:0], s.draws[k][:0]
		}
		for _, t := range trees {
			k := priors
			switch t.advance() {
			case nothing:
				continue
			case valueOf:
				k = values
			}
			s.at[k], s.who[k], s.draws[k] = append(s.at[k], t.at), append(s.who[k], t), append(s.draws[k], t.draws)
		}
		if len(s.who[priors])+len(s.who[values]) == 0 {
			return nil
		}
		if n := len(s.who[priors]); n > 0 {
			s.evaluator.policy(s.prior, s.at[priors], s.draws[priors], float32(s.cfg.Temperature), s.chances)
			moves := len(s.chances) / len(s.trees)
			for i, t := range s.who[priors] {
				t.expand(s.chances[i*moves : (i+1)*moves])
			}
		}
		if n := len(s.who[values]); n > 0 {
			s.evaluator.value(s.net, s.at[values], s.draws[values], s.values)
			for i, t := range s.who[values] {
				v := s.values[i]
				if !(v >= -1 && v <= 1) {
					return fmt.Errorf("the network values a position at %v: want a number from -1 to 1", v)
				}
				t.learned(v)
			}
		}
	}
}
