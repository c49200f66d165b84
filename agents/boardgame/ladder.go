package boardgame

import (
	"context"
	"fmt"
	"math"
	"strings"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
	"tesuji/gtp"
	"tesuji/internal/elementary"
	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/tensor"
)

// Ladder is whom a network is measured against: by name, and the number of games against each, an even
// number of at least 2.
type Ladder struct {
	Opponents []string
	Games     int
	// Earlier returns what had been learned some time before, as a player; nil if nobody keeps it.
	Earlier func() (agents.Player, error)
}

// Validate returns an error that names the option ladder or ladder_games.
func (l Ladder) Validate() error {
	switch {
	case len(l.Opponents) == 0:
		return fmt.Errorf("ladder is empty: want at least one opponent, such as random")
	case l.Games < 2 || l.Games%2 != 0:
		return fmt.Errorf("ladder_games is %d: want an even number from 2", l.Games)
	}
	for _, name := range l.Opponents {
		if _, err := parse(name); err != nil {
			return fmt.Errorf("ladder: %w", err)
		}
	}
	return nil
}

// Ready returns an error if an opponent does not play the game of g, or is a program that is not installed.
func (l Ladder) Ready(g envs.Game) error {
	for _, name := range l.Opponents {
		r, err := parse(name)
		switch {
		case err != nil:
			return fmt.Errorf("ladder: %w", err)
		case r.kind == itself && l.Earlier == nil:
			return fmt.Errorf("ladder: %s: this model does not keep what it was", name)
		case r.kind != gnuGo:
			continue
		}
		if _, ok := g.(*weiqi.Game); !ok {
			return fmt.Errorf("ladder: %s plays Go only, not %s", name, g.Name())
		}
		if _, err := gtp.Find("gnugo"); err != nil {
			return fmt.Errorf("ladder: %s: %w (install GNU Go, or take it from the ladder)", name, err)
		}
	}
	return nil
}

// Metrics are the mean score against the ladder, and for each opponent the score and the difference in
// Elo that it means.
func (l Ladder) Metrics() []models.Metric {
	m := []models.Metric{{Name: "score", Doc: "mean score against the other players of the ladder: a win is 1, a draw 1/2"}}
	for _, name := range l.Opponents {
		key := strings.ReplaceAll(name, "-", "_")
		whom := name
		if name == Earlier {
			whom = "itself some time before"
		}
		m = append(m, models.Metric{Name: "score_" + key, Doc: "score against " + whom},
			models.Metric{Name: "elo_" + key, Doc: "Elo above " + whom + ", a draw added to the games"})
	}
	return m
}

// Mover chooses moves in games, which stay as they are: moves[i] in games[i], whose number is who[i].
// The moves of a game may not depend on which others are asked about with it.
type Mover func(who []int, games []envs.Game, moves []int) error

// Play returns a value for each of Metrics: from each opening, a few random moves from start, a game with
// either colour. Openings and opponents are the same each time. newMover makes a Mover for games lo to
// hi-1 against an opponent, which are played on a thread of their own.
func (l Ladder) Play(ctx context.Context, start *Valued, newMover func(lo, hi int) Mover) ([]float64, error) {
	values, others := []float64{0}, 0.
	for _, name := range l.Opponents {
		won, err := l.rung(ctx, name, start, newMover)
		if err != nil {
			return nil, err
		}
		n := float64(l.Games)
		values = append(values, won/n, Elo(won, l.Games))
		if name != Earlier { // who is always about as strong
			values[0] += won / n
			others++
		}
	}
	values[0] /= max(1, others)
	return values, nil
}

// Elo returns the difference in Elo that so many points won of n games mean, a draw added to them.
func Elo(won float64, n int) float64 {
	s := (won + .5) / (float64(n) + 1)
	return 400 / math.Ln10 * elementary.Log(s/(1-s))
}

func (l Ladder) opponent(name string, seed uint64) (agents.Player, error) {
	if name == Earlier {
		return l.Earlier()
	}
	return Opponent(name, seed)
}

// openingPlies is the random moves that games against the ladder begin with.
const openingPlies = 2

// pairing is a game against the ladder. Each has an opponent of its own, so that it does not matter
// which games are played beside it.
type pairing struct {
	game  *Valued
	ours  int // the player that the network is
	other agents.Player
}

// rung returns the points won against a player. Games are played side by side, on as many threads as
// are allowed.
func (l Ladder) rung(ctx context.Context, name string, start *Valued, newMover func(lo, hi int) Mover) (float64, error) {
	n := l.Games
	games := make([]pairing, n)
	openings, legal := rng.New(0, "openings"), make([]bool, start.Moves())
	for i := range games {
		other, err := l.opponent(name, uint64(i))
		if err != nil {
			return 0, err
		}
		defer leave(other)
		games[i] = pairing{start.Clone().(*Valued), i % 2, other}
		if i%2 == 1 { // the other colour of the same opening
			games[i].game.CopyFrom(games[i-1].game)
			continue
		}
		for range openingPlies {
			RandomMove(games[i].game, legal, openings)
		}
	}
	parts := min(tensor.Threads(), n/2)
	points, errs := make([]float64, parts), make([]error, parts)
	tensor.NewTeam(func(k int) {
		lo, hi := k*n/parts, (k+1)*n/parts
		points[k], errs[k] = playOff(ctx, games[lo:hi], lo, newMover(lo, hi))
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

// playOff plays games, numbered from first, to their ends and returns the points won.
func playOff(ctx context.Context, games []pairing, first int, mover Mover) (float64, error) {
	ours, who := make([]envs.Game, 0, len(games)), make([]int, 0, len(games))
	moves := make([]int, len(games))
	for range 4*games[0].game.points + 20 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		ours, who = ours[:0], who[:0]
		over := true
		for i, p := range games {
			switch {
			case p.game.Over():
				continue
			case p.game.Player() == p.ours:
				ours, who = append(ours, p.game), append(who, first+i)
			default:
				move, err := p.other.Move(ctx, p.game.Game)
				if err != nil {
					return 0, err
				}
				MustPlay(p.game, move)
			}
			over = false
		}
		if over {
			break
		}
		if len(ours) == 0 {
			continue
		}
		if err := mover(who, ours, moves[:len(ours)]); err != nil {
			return 0, err
		}
		for i, g := range ours {
			MustPlay(g, moves[i])
		}
	}
	points := 0.0
	for _, p := range games {
		z, _ := p.game.Result()
		points += (1 + float64(1-2*p.ours)*z) / 2
	}
	return points, nil
}
