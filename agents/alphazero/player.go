package alphazero

import (
	"context"
	"fmt"

	"tesuji/agents/alphazero/search"
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
)

// Player plays what has been learned. It is not safe for concurrent use.
type Player struct {
	net         *Network
	cfg         Config
	komi        float64 // that was learned with
	simulations int
	symmetries  []boardgame.Symmetry // that evaluations are means of, nil for none

	name     string            // of the game that was last asked about
	at       *boardgame.Valued // that game
	batch    *search.Batch
	decision [1]search.Decision

	watched analysis
}

// NewPlayer returns a player with a run's weights.
func NewPlayer(cfg Config, data Data, weights []nets.NamedTensor, effort boardgame.Effort) (*Player, error) {
	if effort.Simulations < 1 {
		return nil, fmt.Errorf("simulations is %d: want at least 1", effort.Simulations)
	}
	g, err := data.New()
	if err != nil {
		return nil, err
	}
	net := NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(0, "init"))
	if err := nets.Collect(net).Load(weights); err != nil {
		return nil, err
	}
	net.prepare()
	p := &Player{net: net, cfg: cfg, komi: data.Komi, simulations: effort.Simulations}
	if effort.Symmetries {
		p.symmetries = boardgame.Symmetries(data.Game, g)
	}
	return p, nil
}

func (p *Player) evaluator() *Evaluator { return NewEvaluator(p.net, p.cfg.MarginWeight, p.symmetries) }

// Move searches g, which is not over and stays as it is.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	move, _, err := p.Search(ctx, g)
	return move, err
}

// Board returns the size of the board that was learned on.
func (p *Player) Board() (rows, cols int) { return p.net.rows, p.net.cols }

// Search returns a move and the position's value, in [-1, 1] for the player to move. The game must have
// the board that was learned on; other rules will do. With another komi it goes for what wins with the
// one that was learned with, and for the margin.
func (p *Player) Search(ctx context.Context, g envs.Game) (move int, value float64, err error) {
	if err := p.prepare(g); err != nil {
		return 0, 0, err
	}
	if move, decided := boardgame.Tidy(g); decided {
		return move, p.certainValue(), nil
	}
	if err := p.batch.Search(ctx, []envs.Game{p.at}, []*rng.Stream{nil}, p.decision[:]); err != nil {
		return 0, 0, err
	}
	return p.decision[0].Move, float64(p.decision[0].Value), nil
}

// prepare makes p.at the game to search: g, with the komi that was learned with.
func (p *Player) prepare(g envs.Game) error {
	if p.at == nil || p.name != g.Name() {
		rows, cols, planes := g.Planes()
		if n := p.net; rows != n.rows || cols != n.cols || planes != n.planes || g.Moves() != n.moves {
			return fmt.Errorf("the network has learned a game of %d moves on %dx%d points, not %s", n.moves, n.rows, n.cols, g.Name())
		}
		p.name, p.at = g.Name(), boardgame.NewValued(g, p.cfg.MarginWeight)
		p.batch = searcher(p.simulations, p.cfg.MaxConsidered, p.evaluator(), p.at, 1)
		p.watched = analysis{}
	}
	p.at.Set(g)
	return p.at.SetKomi(p.komi)
}

// certainValue is the value of p.at, which is decided, for the player to move.
func (p *Player) certainValue() float64 {
	value := p.at.Outcome()
	if p.at.Player() == 1 {
		return -value
	}
	return value
}
