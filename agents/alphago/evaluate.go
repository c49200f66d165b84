package alphago

import (
	"context"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/models"
)

// tests are what Evaluate measures with besides the ladder, the same each time.
type tests struct {
	games *book // of the experts, or of records that were held out
}

// testSeed is the seed of games that nothing learns from.
const testSeed = 0

// Games of each kind that evaluations play without search.
const (
	duelGames  = 200
	valueTests = 512
)

// Metrics are the ladder's, and one of each stage.
func (t *Trainer) Metrics() []models.Metric {
	return append(t.cfg.ladder().Metrics(),
		models.Metric{Name: "supervised_accuracy", Doc: "part of the moves of games held out that the supervised policy finds likeliest"},
		models.Metric{Name: "reinforced_score", Doc: "score of the reinforced policy against the supervised one, without search"},
		models.Metric{Name: "value_mse", Lower: true, Doc: "mean squared error of the value network on games of the policies held out, results being ±1"},
	)
}

// Evaluate plays against the ladder as the player plays, and measures each network by itself.
func (t *Trainer) Evaluate(ctx context.Context) ([]float64, error) {
	start := boardgame.NewValued(t.game, 0)
	values, err := t.cfg.ladder().Play(ctx, start, func(lo, hi int) boardgame.Mover {
		s := newSearcher(&t.cfg.SearchConfig, t.nets, t.symmetries, start, hi-lo)
		streams, draws := make([]*rng.Stream, hi-lo), make([]*rng.Stream, 0, hi-lo)
		for i := range streams {
			streams[i] = rng.New(testSeed, "ladder")
			streams[i].Seek(uint64(lo + i))
		}
		return func(who []int, games []envs.Game, moves []int) error {
			draws = draws[:0]
			for _, i := range who {
				draws = append(draws, streams[i-lo])
			}
			return s.search(games, t.cfg.LadderSimulations, draws, func(i int, e *edge) { moves[i] = int(e.move) })
		}
	})
	if err != nil {
		return nil, err
	}
	accuracy, err := t.accuracy(ctx)
	if err != nil {
		return nil, err
	}
	return append(values, accuracy, t.duel(), t.valueError()), ctx.Err()
}

// accuracy measures the supervised policy on games that it has not learned from.
func (t *Trainer) accuracy(ctx context.Context) (float64, error) {
	b := t.tests.games
	if len(b.lessons) == 0 {
		if err := newExperts(&t.cfg, t.game, testSeed).play(ctx, 0, t.cfg.HeldOutGames, b); err != nil {
			return 0, err
		}
	}
	e, g := newEvaluator(t.symmetries, t.game), t.game.Clone()
	at, chances, right := []envs.Game{g}, make([]float32, g.Moves()), 0
	for _, l := range b.lessons {
		move, _ := b.recall(l, g)
		e.policy(t.nets.supervised, at, nil, 1, chances)
		right += hits(chances, []int32{int32(move)})
	}
	return float64(right) / float64(max(1, len(b.lessons))), nil
}

// duel returns the score of the reinforced policy against the supervised one.
func (t *Trainer) duel() float64 {
	r := newRoom(t.game, duelGames, testSeed, "duel")
	r.begin(0, t.cfg.RandomMoves)
	r.play(alternate, t.nets.reinforced, t.nets.supervised)
	score := 0.0
	for i, s := range r.seats {
		score += (1 + s.won(i%2)) / 2
	}
	return score / duelGames
}

// valueError returns the mean squared error of the value network.
func (t *Trainer) valueError() float64 {
	b := &book{start: t.game}
	newRoom(t.game, valueTests, testSeed, "value tests").teach(&t.cfg, 0, t.nets, b)
	e, g := newEvaluator(t.symmetries, t.game), t.game.Clone()
	at, v, sum := []envs.Game{g}, make([]float32, 1), 0.0
	for _, l := range b.lessons {
		_, z := b.recall(l, g)
		e.value(t.nets.value, at, nil, v)
		d := z - float64(v[0])
		sum += float64(d * d)
	}
	return sum / float64(max(1, len(b.lessons)))
}
