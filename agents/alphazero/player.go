package alphazero

import (
	"context"
	"fmt"

	"tesuji/agents/alphazero/search"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
)

// Player plays what has been learned. It is not safe for concurrent use.
type Player struct {
	net         *Network
	cfg         Config
	simulations int

	at       *valued // of the kind of game that was last asked about
	batch    *search.Batch
	decision [1]search.Decision
}

// NewPlayer returns a player with a run's weights and a search of so many simulations a move.
func NewPlayer(cfg Config, data Data, weights []nets.NamedTensor, simulations int) (*Player, error) {
	if simulations < 1 {
		return nil, fmt.Errorf("simulations is %d: want at least 1", simulations)
	}
	g, err := data.New()
	if err != nil {
		return nil, err
	}
	net := NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(0, "init"))
	if err := nets.Collect(net).Load(weights); err != nil {
		return nil, err
	}
	return &Player{net: net, cfg: cfg, simulations: simulations}, nil
}

// Move searches g, which is not over and stays as it is.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	move, _, err := p.Search(ctx, g)
	return move, err
}

// Search returns a move and the position's value, in [-1, 1] for the player to move. The game must have
// the board that was learned on; other rules or another komi will do.
func (p *Player) Search(_ context.Context, g envs.Game) (move int, value float64, err error) {
	if p.at == nil || p.at.Name() != g.Name() {
		rows, cols, planes := g.Planes()
		if n := p.net; rows != n.rows || cols != n.cols || planes != n.planes || g.Moves() != n.moves {
			return 0, 0, fmt.Errorf("the network has learned a game of %d moves on %dx%d points, not %s", n.moves, n.rows, n.cols, g.Name())
		}
		p.at = &valued{g.Clone(), p.cfg.MarginWeight}
		p.batch = searcher(p.simulations, p.cfg.MaxConsidered, NewEvaluator(p.net, p.cfg.MarginWeight), p.at, 1)
	}
	p.at.Game.CopyFrom(g)
	if err := p.batch.Search([]envs.Game{p.at}, []*rng.Stream{nil}, p.decision[:]); err != nil {
		return 0, 0, err
	}
	return p.decision[0].Move, float64(p.decision[0].Value), nil
}
