package alphago

import (
	"context"
	"fmt"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
)

// Player plays what has been learned. It is not safe for concurrent use.
type Player struct {
	nets        *trio
	cfg         Config
	data        Data
	start       envs.Game
	simulations int
	draws       *rng.Stream

	name   string            // of the game that was last asked about
	at     *boardgame.Valued // that game
	search *searcher

	watched *watched // of an analysis
}

// NewPlayer returns a player with a run's weights and a search of so many simulations a move. The seed is
// that of symmetries and play-outs.
func NewPlayer(cfg Config, data Data, weights []nets.NamedTensor, simulations int, seed uint64) (*Player, error) {
	if simulations < 1 {
		return nil, fmt.Errorf("simulations is %d: want at least 1", simulations)
	}
	g, err := data.New()
	if err != nil {
		return nil, err
	}
	t := newTrio(&cfg, g, rng.New(0, "init"))
	if err := t.params.Load(weights); err != nil {
		return nil, err
	}
	return &Player{nets: t, cfg: cfg, data: data, start: g, simulations: simulations, draws: rng.New(seed, "player")}, nil
}

// Move searches g, which is not over and stays as it is.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	move, _, err := p.Search(ctx, g)
	return move, err
}

// Board returns the size of the board that was learned on.
func (p *Player) Board() (rows, cols int) {
	rows, cols, _ = p.start.Planes()
	return rows, cols
}

// Search returns a move and what it is worth, in [-1, 1] for the player to move. The game must have the
// board that was learned on; other rules will do. With another komi it goes for what wins with the one
// that was learned with.
func (p *Player) Search(_ context.Context, g envs.Game) (move int, value float64, err error) {
	if err := p.prepare(g); err != nil {
		return 0, 0, err
	}
	if move, decided := boardgame.Tidy(g); decided {
		return move, p.certain(), nil
	}
	err = p.search.search([]envs.Game{p.at}, p.simulations, []*rng.Stream{p.draws}, func(_ int, e *edge) {
		move, value = int(e.move), e.q(p.cfg.Lambda)
	})
	return move, value, err
}

// prepare makes p.at the game to search: g, with the komi that was learned with.
func (p *Player) prepare(g envs.Game) error {
	if p.at == nil || p.name != g.Name() {
		rows, cols, planes := g.Planes()
		if r, c, n := p.start.Planes(); rows != r || cols != c || planes != n || g.Moves() != p.start.Moves() {
			return fmt.Errorf("the networks have learned %s, not %s", p.start.Name(), g.Name())
		}
		p.name, p.at = g.Name(), boardgame.NewValued(g, 0)
		p.search = newSearcher(&p.cfg.SearchConfig, p.nets, boardgame.Symmetries(p.data.Game, g), p.at, 1)
	}
	p.search.trees[0].tally = nil
	p.at.Set(g)
	return p.at.SetKomi(p.data.Komi)
}

// certain is the value of p.at, which is decided, for the player to move.
func (p *Player) certain() float64 {
	value := p.at.Outcome()
	if p.at.Player() == 1 {
		value = -value
	}
	return value
}
