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
	"tesuji/tensor"
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
	t.player.prepare()
	values := []float64{0}
	for _, name := range t.cfg.Ladder {
		won, err := t.rung(ctx, name)
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

// pairing is a game against the ladder. Each has an opponent of its own, so that it does not matter
// which games are played beside it.
type pairing struct {
	game  *valued
	ours  int // the player that the network is
	other agents.Player
}

// rung returns the points won against a player. Games are played side by side, on as many threads as
// are allowed.
func (t *Trainer) rung(ctx context.Context, name string) (float64, error) {
	n := t.cfg.LadderGames
	games := make([]pairing, n)
	openings, legal := rng.New(0, "openings"), make([]bool, t.game.Moves())
	for i := range games {
		other, err := opponent(name, uint64(i))
		if err != nil {
			return 0, err
		}
		games[i] = pairing{newValued(t.game, t.cfg.MarginWeight), i % 2, other}
		if i%2 == 1 { // the other colour of the same opening
			games[i].game.CopyFrom(games[i-1].game)
			continue
		}
		for range openingPlies {
			randomMove(games[i].game, legal, openings)
		}
	}
	parts := min(tensor.Threads(), n/2)
	points, errs := make([]float64, parts), make([]error, parts)
	tensor.NewTeam(func(k int) {
		points[k], errs[k] = t.playOff(ctx, games[k*n/parts:(k+1)*n/parts])
	}).Run(parts)
	sum := 0.0
	for k, p := range points {
		if errs[k] != nil {
			return 0, errs[k]
		}
		sum += p
	}
	return sum, nil
}

// playOff plays games to their ends and returns the points won.
func (t *Trainer) playOff(ctx context.Context, games []pairing) (float64, error) {
	v := games[0].game
	batch := searcher(t.cfg.LadderSimulations, t.cfg.MaxConsidered, NewEvaluator(t.player, t.cfg.MarginWeight), v, len(games))
	ours, decisions := make([]envs.Game, 0, len(games)), make([]search.Decision, len(games))
	none := make([]*rng.Stream, len(games))
	for range 4*v.points + 20 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		ours = ours[:0]
		over := true
		for _, p := range games {
			switch {
			case p.game.Over():
				continue
			case p.game.Player() == p.ours:
				ours = append(ours, p.game)
			default:
				move, err := p.other.Move(ctx, p.game.Game)
				if err != nil {
					return 0, err
				}
				mustPlay(p.game, move)
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
	for _, p := range games {
		z, _ := p.game.result()
		points += (1 + float64(1-2*p.ours)*z) / 2
	}
	return points, nil
}
