package alphazero

import (
	"context"

	"tesuji/agents"
	"tesuji/agents/alphazero/search"
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/models"
)

// Data says which game is learned.
type Data = boardgame.Data

// DefaultData returns tic-tac-toe.
func DefaultData() Data { return boardgame.DefaultData() }

// ladder is whom evaluations play against.
func (c *Config) ladder() boardgame.Ladder {
	return boardgame.Ladder{Opponents: c.Ladder, Games: c.LadderGames}
}

func (t *Trainer) ladder() boardgame.Ladder {
	l := t.cfg.ladder()
	if t.past != nil {
		l.Earlier = func() (agents.Player, error) {
			return NewPlayer(t.cfg, t.data, t.past.Tensors(), boardgame.Effort{Simulations: t.cfg.LadderSimulations})
		}
	}
	return l
}

// earlierIterations is how often what has been learned is kept, to be played against.
const earlierIterations = 100

// Metrics are the ladder's.
func (t *Trainer) Metrics() []models.Metric { return t.cfg.ladder().Metrics() }

// Evaluate plays against the ladder with the averaged weights, searching without noise.
func (t *Trainer) Evaluate(ctx context.Context) ([]float64, error) {
	t.player.prepare()
	start := boardgame.NewValued(t.game, t.cfg.MarginWeight)
	return t.ladder().Play(ctx, start, func(lo, hi int) boardgame.Mover {
		n := hi - lo
		batch := searcher(t.cfg.LadderSimulations, t.cfg.MaxConsidered, NewEvaluator(t.player, t.cfg.MarginWeight, nil), start, n)
		none, decisions := make([]*rng.Stream, n), make([]search.Decision, n)
		return func(_ []int, games []envs.Game, moves []int) error {
			if err := batch.Search(ctx, games, none[:len(games)], decisions); err != nil {
				return err
			}
			for i := range moves {
				moves[i] = decisions[i].Move
			}
			return nil
		}
	})
}
