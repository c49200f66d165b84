// Package uct plays games by Monte Carlo tree search with random play-outs and no knowledge but the
// rules: UCT (L. Kocsis and C. Szepesvári, "Bandit based Monte-Carlo Planning", 2006). It is the
// baseline that what is learned has to beat.
//
// A play-out goes down the tree by the largest
//
//	w(a)/n(a) + c √(ln N / n(a)),   N = Σ n
//
// with w(a) the results of the n(a) play-outs through move a, in [0, 1] for the player to move and
// each move once before any twice, adds the moves of the position it ends at, and plays on at random.
// The move tried most often is made.
package uct

import (
	"context"
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/internal/elementary"
	"tesuji/internal/rng"
)

// Config says how to search.
type Config struct {
	// Playouts of each move, >= 1.
	Playouts int
	// C weighs trying what was tried little, > 0. Default 0.5.
	C float64
	// Seed is that of the random play.
	Seed uint64
}

// DefaultConfig returns a search of so many play-outs.
func DefaultConfig(playouts int) Config { return Config{Playouts: playouts, C: 0.5, Seed: 1} }

// Validate returns an error that names what is out of range.
func (c Config) Validate() error {
	switch {
	case c.Playouts < 1:
		return fmt.Errorf("playouts is %d: want at least 1", c.Playouts)
	case !(c.C > 0):
		return fmt.Errorf("c is %v: want it above 0", c.C)
	}
	return nil
}

// roller is a game that knows a quicker way to play on at random than move by move. Rollout
// returns the outcome for player 0 and leaves the game as it is.
type roller interface {
	Rollout(r *rng.Stream) float64
}

// maxNodes bounds a tree, of 24 bytes a node: where it is full, play-outs begin at its leaves.
const maxNodes = 1 << 23

// Player is a search. It is not safe for concurrent use.
type Player struct {
	cfg   Config
	draws *rng.Stream
	nodes []node
	at    envs.Game
	last  envs.Game // that was asked about, whose kind at has
	path  []int32
	legal []bool
	moves []int

	tally // of an analysis
}

// node is a move that leads to a position, and what came of it. Moves of one position stand next to
// each other.
type node struct {
	move        int32
	visits      int32
	wins        float64 // for who made the move
	first, many int32   // the moves of the position, once it was expanded
}

// New returns a player. It panics if cfg is not valid.
func New(cfg Config) *Player {
	if err := cfg.Validate(); err != nil {
		panic("uct: " + err.Error())
	}
	return &Player{cfg: cfg, draws: rng.New(cfg.Seed, "uct")}
}

// Seek sets the random play to its part n, n < 2^44: what a game comes to whose moves are searched from
// there on depends on n, not on what was searched before.
func (p *Player) Seek(n uint64) { p.draws.Seek(n) }

// Move searches and returns a move of g, which is not over and stays as it is.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	move, _, err := p.Search(ctx, g)
	return move, err
}

// Search returns the move tried most often, and how often play-outs through it were won, in [0, 1].
func (p *Player) Search(ctx context.Context, g envs.Game) (move int, won float64, err error) {
	p.tally.counting = false
	p.plant(g)
	for i := range p.cfg.Playouts {
		if i%256 == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		p.at.CopyFrom(g)
		if err := p.playout(); err != nil {
			return 0, 0, err
		}
	}
	best := p.nodes[p.mostVisited(0)]
	return int(best.move), best.wins / float64(max(1, best.visits)), nil
}

// plant begins a tree.
func (p *Player) plant(g envs.Game) {
	if p.last != g && (p.at == nil || p.at.Name() != g.Name()) {
		p.at, p.legal = g.Clone(), make([]bool, g.Moves())
	}
	p.last = g
	p.nodes = append(p.nodes[:0], node{})
	p.at.CopyFrom(g)
	p.expand(0)
}

// mostVisited returns the move of a position that was tried most often, the first of several.
func (p *Player) mostVisited(at int32) int32 {
	n := p.nodes[at]
	best := n.first
	for i := n.first; i < n.first+n.many; i++ {
		if p.nodes[i].visits > p.nodes[best].visits {
			best = i
		}
	}
	return best
}

// expand adds the legal moves of the position that p.at holds. A game that is over has none.
func (p *Player) expand(at int32) {
	p.at.Legal(p.legal)
	first := int32(len(p.nodes))
	for m, ok := range p.legal {
		if ok {
			p.nodes = append(p.nodes, node{move: int32(m)})
		}
	}
	p.nodes[at].first, p.nodes[at].many = first, int32(len(p.nodes))-first
}

// playout goes down the tree, plays on, and counts the result.
func (p *Player) playout() error {
	root := p.at.Player()
	at := int32(0)
	p.path = append(p.path[:0], at)
	for p.nodes[at].many > 0 {
		at = p.choose(at)
		p.path = append(p.path, at)
		n := &p.nodes[at]
		if err := p.at.Play(int(n.move)); err != nil {
			return fmt.Errorf("uct: a legal move is refused: %w", err)
		}
		if n.visits == 0 {
			break
		}
		if n.first == 0 && len(p.nodes) < maxNodes && !p.at.Over() {
			p.expand(at)
		}
	}
	score := (1 + p.rollout()) / 2 // for player 0
	if root == 1 {
		score = 1 - score
	}
	for i, n := range p.path { // the player to move at the root made the moves of odd places
		p.nodes[n].visits++
		if i%2 == 1 {
			p.nodes[n].wins += score
		} else {
			p.nodes[n].wins += 1 - score
		}
	}
	return nil
}

// choose returns the move to try: one not tried yet, drawn at random, or else by UCB1.
func (p *Player) choose(at int32) int32 {
	n := p.nodes[at]
	fresh := int32(0)
	best, most := n.first, math.Inf(-1)
	total := 0
	for i := n.first; i < n.first+n.many; i++ {
		if p.nodes[i].visits == 0 {
			fresh++
		}
		total += int(p.nodes[i].visits)
	}
	if fresh > 0 {
		skip := int32(p.draws.Intn(int(fresh)))
		for i := n.first; ; i++ {
			if p.nodes[i].visits == 0 {
				if skip == 0 {
					return i
				}
				skip--
			}
		}
	}
	logTotal := elementary.Log(float64(total))
	for i := n.first; i < n.first+n.many; i++ {
		c := &p.nodes[i]
		v := float64(c.visits)
		if u := c.wins/v + float64(p.cfg.C*math.Sqrt(logTotal/v)); u > most {
			best, most = i, u
		}
	}
	return best
}

// rollout returns the outcome for player 0 of random play from p.at's position.
func (p *Player) rollout() float64 {
	if r, ok := p.at.(scorer); ok && p.counting && !p.at.Over() {
		return p.tally.rollout(r, p.draws)
	}
	if r, ok := p.at.(roller); ok && !p.at.Over() {
		return r.Rollout(p.draws)
	}
	for !p.at.Over() {
		p.at.Legal(p.legal)
		p.moves = p.moves[:0]
		for m, ok := range p.legal {
			if ok {
				p.moves = append(p.moves, m)
			}
		}
		if p.at.Play(p.moves[p.draws.Intn(len(p.moves))]) != nil {
			panic("uct: a legal move is refused")
		}
	}
	return p.at.Outcome()
}
