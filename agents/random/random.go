// Package random plays games by drawing among the legal moves, each as likely as any other, a pass
// among them: the bottom of every ladder.
package random

import (
	"context"
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// Player draws moves. It is not safe for concurrent use.
type Player struct {
	draws *rng.Stream
	legal []bool
	moves []int
}

// New returns a player whose moves depend on the seed and the positions only.
func New(seed uint64) *Player { return &Player{draws: rng.New(seed, "random player")} }

// Move returns a legal move of g, which is not over.
func (p *Player) Move(ctx context.Context, g envs.Game) (int, error) {
	if n := g.Moves(); len(p.legal) != n {
		p.legal = make([]bool, n)
	}
	g.Legal(p.legal)
	p.moves = p.moves[:0]
	for m, ok := range p.legal {
		if ok {
			p.moves = append(p.moves, m)
		}
	}
	if len(p.moves) == 0 {
		return 0, fmt.Errorf("random: %s has no legal move", g.Name())
	}
	return p.moves[p.draws.Intn(len(p.moves))], ctx.Err()
}
