package alphago

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"tesuji/agents"
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
)

// scorer is a game whose play-outs tell who owns what. RolloutScore plays on at random, returns player 0's
// margin, and adds to own, for each point, 1 if player 0 has it in the end and -1 if player 1 has.
type scorer interface {
	RolloutScore(r *rng.Stream, own []int32) float64
}

// tally is what play-outs tell besides their results.
type tally struct {
	own    []int32 // [P] of player 0
	margin float64 // sum over play-outs, player 0's
	count  int     // play-outs
}

// playOut plays on and counts.
func (t *tally) playOut(g scorer, draws *rng.Stream) float64 {
	margin := g.RolloutScore(draws, t.own)
	t.margin += margin
	t.count++
	switch {
	case margin > 0:
		return 1
	case margin < 0:
		return -1
	}
	return 0
}

// watched is a position that is being thought about.
type watched struct {
	player int
	done   int              // simulations
	told   *agents.Analysis // of a game that is decided, or nil
}

// Begin makes g the position that Think searches.
func (p *Player) Begin(g envs.Game) error {
	if err := p.prepare(g); err != nil {
		return err
	}
	p.watched = &watched{player: g.Player()}
	t := p.search.trees[0]
	t.tally = &tally{own: make([]int32, p.at.Points())}
	t.begin(p.at, p.draws)
	if move, decided := boardgame.Tidy(g); decided {
		value := p.certain()
		p.watched.told = &agents.Analysis{Visits: 1, Value: value, Candidates: []agents.Candidate{
			{Move: move, Visits: 1, Value: value, Lower: value, Prior: 1, Line: []int{move}},
		}}
	}
	return nil
}

// thinkingTime is how long Think goes on.
const thinkingTime = 10 * time.Millisecond

// Think searches on, and reports whether there were as many simulations as for a move.
func (p *Player) Think(ctx context.Context) (bool, error) {
	w := p.watched
	if w.told != nil {
		return true, ctx.Err()
	}
	for begun := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if err := p.search.simulate(p.search.trees[:1], 1); err != nil {
			return false, err
		}
		if w.done++; w.done == p.simulations || time.Since(begun) > thinkingTime {
			return w.done >= p.simulations, nil
		}
	}
}

// Analysis returns what the search has found, the moves tried most often first. Ownership and lead are
// the means of play-outs.
func (p *Player) Analysis() *agents.Analysis {
	w := p.watched
	if w.told != nil {
		told := *w.told
		return &told
	}
	t := p.search.trees[0]
	root, best := t.nodes[0], t.decide()
	a := &agents.Analysis{Visits: w.done + 1} // the root's own
	for i := root.first; i < root.first+root.many; i++ {
		e := &t.edges[i]
		a.Value += float64(e.q(p.cfg.Lambda) * float64(e.visits))
		if e.visits == 0 && e != best {
			continue
		}
		q, n := e.q(p.cfg.Lambda), float64(max(1, e.visits))
		// A normal approximation, with the variance of an outcome half won and half lost added.
		a.Candidates = append(a.Candidates, agents.Candidate{
			Move: int(e.move), Visits: int(e.visits), Value: q, Lower: max(-1, q-1.96*math.Sqrt((1-float64(q*q)+1/n)/n)),
			Prior: float64(e.prior), Line: t.line(i),
		})
	}
	a.Value /= float64(max(1, w.done))
	slices.SortStableFunc(a.Candidates, func(x, y agents.Candidate) int {
		return cmp.Or(cmp.Compare(y.Visits, x.Visits), cmp.Compare(y.Prior, x.Prior))
	})
	if t.tally.count == 0 {
		return a
	}
	sign := 1.0
	if w.player == 1 {
		sign = -1
	}
	n := float64(t.tally.count)
	a.Scored, a.Lead = true, sign*t.tally.margin/n
	a.Ownership = make([]float32, len(t.tally.own))
	for i, o := range t.tally.own {
		a.Ownership[i] = float32(sign * float64(o) / n)
	}
	return a
}

// line returns a move and what was tried most often after it, for as long as that was tried twice.
func (t *tree) line(at int32) []int {
	line := []int{int(t.edges[at].move)}
	for t.edges[at].child >= 0 {
		n := t.nodes[t.edges[at].child]
		if n.many == 0 {
			break
		}
		at = n.first
		for i := n.first; i < n.first+n.many; i++ {
			if t.edges[i].visits > t.edges[at].visits {
				at = i
			}
		}
		if t.edges[at].visits < 2 {
			break
		}
		line = append(line, int(t.edges[at].move))
	}
	return line
}
