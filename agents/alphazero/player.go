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
	game     envs.Game
	weight   float64
	batch    *search.Batch
	at       *valued
	decision [1]search.Decision
}

// NewPlayer returns a player with the weights of a run's file and a search of so many simulations a
// move.
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
	v := &valued{g.Clone(), cfg.MarginWeight}
	return &Player{
		game: g, weight: cfg.MarginWeight, at: v,
		batch: searcher(simulations, cfg.MaxConsidered, NewEvaluator(net, cfg.MarginWeight), v, 1),
	}, nil
}

// Game returns the game that the player knows, at its start.
func (p *Player) Game() envs.Game { return p.game }

// Move searches g, which is not over and stays as it is.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	move, _, err := p.Search(ctx, g)
	return move, err
}

// Search returns a move and the position's value, in [-1, 1] for the player to move.
func (p *Player) Search(_ context.Context, g envs.Game) (move int, value float64, err error) {
	if g.Name() != p.game.Name() {
		return 0, 0, fmt.Errorf("the network has learned %s, not %s", p.game.Name(), g.Name())
	}
	p.at.Game.CopyFrom(g)
	if err := p.batch.Search([]envs.Game{p.at}, []*rng.Stream{nil}, p.decision[:]); err != nil {
		return 0, 0, err
	}
	return p.decision[0].Move, float64(p.decision[0].Value), nil
}
