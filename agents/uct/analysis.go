package uct

import (
	"cmp"
	"context"
	"math"
	"slices"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/internal/rng"
)

// scorer is a game on a board, in which points are owned at the end. RolloutScore plays on at random
// like Rollout, returns player 0's margin and adds to own, for each point, 1 if player 0 has it in the
// end and -1 if player 1 has. The planes tell the number of points.
type scorer interface {
	RolloutScore(r *rng.Stream, own []int32) float64
}

// tally is what an analysis counts besides the tree.
type tally struct {
	counting bool
	root     envs.Game
	own      []int32 // [points] of player 0
	margin   float64 // sum over play-outs, player 0's
	scored   int     // play-outs in them
}

// rollout plays on and counts.
func (t *tally) rollout(g scorer, draws *rng.Stream) float64 {
	margin := g.RolloutScore(draws, t.own)
	t.margin += margin
	t.scored++
	switch {
	case margin > 0:
		return 1
	case margin < 0:
		return -1
	}
	return 0
}

// thinking is the number of play-outs between looks at the clock.
const thinking = 32

// Begin makes g the position that Think searches.
func (p *Player) Begin(g envs.Game) error {
	rows, cols, _ := g.Planes()
	p.tally = tally{counting: true, root: g.Clone(), own: make([]int32, rows*cols)}
	p.plant(g)
	return nil
}

// Think does some play-outs of the position that Begin gave, and reports whether there are as many as
// Move does.
func (p *Player) Think(ctx context.Context) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	n := thinking
	if left := p.cfg.Playouts - int(p.nodes[0].visits); left > 0 {
		n = min(n, left)
	}
	for range n {
		p.at.CopyFrom(p.root)
		if err := p.playout(); err != nil {
			return false, err
		}
	}
	return int(p.nodes[0].visits) >= p.cfg.Playouts, nil
}

// Analysis returns the moves tried, those tried most often first. Priors are equal: it has none.
func (p *Player) Analysis() *agents.Analysis {
	root := p.nodes[0]
	a := &agents.Analysis{Visits: int(root.visits)}
	wins := 0.0
	for i := root.first; i < root.first+root.many; i++ {
		n := p.nodes[i]
		wins += n.wins
		if n.visits == 0 && i != p.mostVisited(0) {
			continue
		}
		v := float64(max(1, n.visits))
		won := n.wins / v
		// A normal approximation, of an outcome half won and half lost added.
		smooth := (n.wins + 0.5) / (v + 1)
		lower := won - float64(1.96*math.Sqrt(smooth*(1-smooth)/v))
		a.Candidates = append(a.Candidates, agents.Candidate{
			Move: int(n.move), Visits: int(n.visits), Value: float64(2*won) - 1, Lower: float64(2*lower) - 1,
			Prior: 1 / float64(root.many), Line: p.line(i),
		})
	}
	a.Value = float64(2*wins)/float64(max(1, root.visits)) - 1
	slices.SortStableFunc(a.Candidates, func(x, y agents.Candidate) int { return cmp.Compare(y.Visits, x.Visits) })
	if p.scored == 0 {
		return a
	}
	sign := 1.0
	if p.root.Player() == 1 {
		sign = -1
	}
	a.Scored, a.Lead = true, sign*p.margin/float64(p.scored)
	a.Ownership = make([]float32, len(p.own))
	for i, n := range p.own {
		a.Ownership[i] = float32(sign * float64(n) / float64(p.scored))
	}
	return a
}

// line returns a move and what was tried most often after it, for as long as that was tried twice.
func (p *Player) line(at int32) []int {
	line := []int{int(p.nodes[at].move)}
	for p.nodes[at].many > 0 {
		if at = p.mostVisited(at); p.nodes[at].visits < 2 {
			break
		}
		line = append(line, int(p.nodes[at].move))
	}
	return line
}
