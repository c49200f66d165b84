package alphazero

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"tesuji/agents"
	"tesuji/agents/alphazero/search"
	"tesuji/agents/random"
	"tesuji/agents/uct"
	"tesuji/envs"
	"tesuji/internal/elementary"
	"tesuji/internal/rng"
	"tesuji/models"
)

// opponent returns a player of the ladder.
func opponent(name string, seed uint64) (agents.Player, error) {
	if name == "random" {
		return random.New(seed), nil
	}
	if digits, ok := strings.CutPrefix(name, "uct-"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n > 0 {
			cfg := uct.DefaultConfig(n)
			cfg.Seed = seed
			return uct.New(cfg), nil
		}
	}
	return nil, fmt.Errorf("unknown opponent %q: want random or uct-N", name)
}

// Metrics are the mean score against the ladder, and for each opponent the score and the difference in
// Elo that it means.
func (t *Trainer) Metrics() []models.Metric {
	m := []models.Metric{{Name: "score", Doc: "mean score against the ladder: a win is 1, a draw 1/2"}}
	for _, name := range t.cfg.Ladder {
		key := strings.ReplaceAll(name, "-", "_")
		m = append(m, models.Metric{Name: "score_" + key, Doc: "score against " + name},
			models.Metric{Name: "elo_" + key, Doc: "Elo above " + name + ", a draw added to the games"})
	}
	return m
}

// Evaluate plays against the ladder with the averaged weights: from each opening, a few random moves,
// a game with either colour. Openings and opponents are the same each time.
func (t *Trainer) Evaluate(ctx context.Context) ([]float64, error) {
	values := []float64{0}
	for i, name := range t.cfg.Ladder {
		player, err := opponent(name, uint64(i))
		if err != nil {
			return nil, err
		}
		won, err := t.rung(ctx, player)
		if err != nil {
			return nil, err
		}
		n := float64(t.cfg.LadderGames)
		s := (won + .5) / (n + 1)
		values = append(values, won/n, 400/math.Ln10*elementary.Log(s/(1-s)))
		values[0] += won / n / float64(len(t.cfg.Ladder))
	}
	return values, nil
}

// openingPlies is the random moves that games against the ladder begin with.
const openingPlies = 2

// rung returns the points won against a player.
func (t *Trainer) rung(ctx context.Context, other agents.Player) (float64, error) {
	n := t.cfg.LadderGames
	v := &valued{t.game.Clone(), t.cfg.MarginWeight}
	batch := searcher(t.cfg.LadderSimulations, t.cfg.MaxConsidered, t.evaluator, v, n)
	games, openings := make([]envs.Game, n), rng.New(0, "openings")
	legal := make([]bool, t.game.Moves())
	for i := range games {
		g := t.game.Clone()
		if i%2 == 1 { // the other colour of the same opening
			g.CopyFrom(plain(games[i-1]))
		} else {
			for range openingPlies {
				randomMove(g, legal, openings)
			}
		}
		games[i] = &valued{g, t.cfg.MarginWeight}
	}
	rows, cols, _ := t.game.Planes()
	longest := 4*rows*cols + 20
	ours, decisions := make([]envs.Game, 0, n), make([]search.Decision, n)
	none := make([]*rng.Stream, n)
	for range longest {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		ours = ours[:0]
		over := true
		for i, g := range games {
			switch {
			case g.Over():
				continue
			case g.Player() == i%2:
				ours = append(ours, g)
			default:
				move, err := other.Move(ctx, plain(g))
				if err != nil {
					return 0, err
				}
				mustPlay(g, move)
			}
			over = false
		}
		if over {
			break
		}
		if len(ours) == 0 {
			continue
		}
		if err := batch.Search(ours, none[:len(ours)], decisions); err != nil {
			return 0, err
		}
		for i, g := range ours {
			mustPlay(g, decisions[i].Move)
		}
	}
	points := 0.0
	for i, g := range games {
		z := 0.0 // a game without end is a draw
		if g.Over() {
			z = plain(g).Outcome()
		}
		if i%2 == 1 {
			z = -z
		}
		points += (1 + z) / 2
	}
	return points, nil
}
