package alphazero

import (
	"cmp"
	"context"
	"time"

	"tesuji/agents"
	"tesuji/agents/alphazero/search"
	"tesuji/agents/boardgame"
	"tesuji/envs"
)

// observer is a network that a search asks, and sums what it says of the end of the game.
type observer struct {
	*Evaluator
	owners []float64 // [P] sum over positions, of player 0
	margin float64   // the same of player 0's margin, as a part of the board
	count  int       // of the positions summed
}

// Evaluate evaluates one position, as a search of one game asks for.
func (o *observer) Evaluate(positions []envs.Game, logits, values []float32) error {
	if err := o.Evaluator.Evaluate(positions, logits, values); err != nil {
		return err
	}
	if len(o.owners) == 0 {
		return nil
	}
	sign := 1.0
	if positions[0].Player() == 1 {
		sign = -1
	}
	o.margin += o.end(o.owners, sign)
	o.count++
	return nil
}

// analysis is a Player's search of a position that one watches.
type analysis struct {
	observer observer
	explorer *search.Explorer
	certain  *agents.Analysis // of a game that is decided, nil if it is not
	cost     float64          // the game's, by its own rules
	scored   bool
	player   int // to move
}

// Begin makes g the position that Think searches. Unlike for a move, the search is PUCT's, which can go on
// for as long as one likes.
func (p *Player) Begin(g envs.Game) error {
	if err := p.prepare(g); err != nil {
		return err
	}
	a := &p.watched
	if a.explorer == nil {
		a.observer = observer{Evaluator: p.evaluator()}
		puct := search.DefaultPUCT()
		puct.Rescale, puct.FPU, puct.RootReduction = false, search.FPUParent, puct.Reduction
		a.explorer = search.NewExplorer(puct, &a.observer, p.at)
	}
	o := &a.observer
	s, ok := g.(boardgame.Scored)
	if a.scored = ok && p.net.owners != nil; a.scored {
		a.cost = s.Cost()
		o.owners = make([]float64, p.net.rows*p.net.cols)
	}
	o.margin, o.count = 0, 0
	a.player, a.certain = g.Player(), nil
	a.explorer.Begin(p.at)
	if move, decided := boardgame.Tidy(g); decided {
		a.certain = p.decidedAnalysis(move)
	}
	return nil
}

// decidedAnalysis is what there is to say of a game whose outcome is certain.
func (p *Player) decidedAnalysis(move int) *agents.Analysis {
	sign := 1.0
	if p.watched.player == 1 {
		sign = -1
	}
	outcome, margin := p.at.Result()
	value := sign * outcome
	lead := sign * (margin*float64(p.at.Points()) - p.watched.cost)
	if p.watched.scored { // by the game's own komi
		value = float64(cmp.Compare(lead, 0))
	}
	c := agents.Candidate{Move: move, Visits: 1, Value: value, Lower: value, Prior: 1, Line: []int{move}}
	a := &agents.Analysis{Visits: 1, Value: value, Candidates: []agents.Candidate{c}}
	if p.watched.scored {
		a.Scored, a.Lead = true, lead
		a.Ownership = make([]float32, p.at.Points())
		for i, o := range p.at.Owned() {
			a.Ownership[i] = float32(sign) * float32(o)
		}
	}
	return a
}

// thinkingTime is how long Think goes on.
const thinkingTime = 10 * time.Millisecond

// Think searches on, and reports whether there were as many simulations as for a move. When the search has
// as much memory as it may, it has thought enough.
func (p *Player) Think(ctx context.Context) (bool, error) {
	a := &p.watched
	if a.certain != nil {
		return true, ctx.Err()
	}
	for begun := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if a.explorer.Full() {
			time.Sleep(thinkingTime)
			return true, nil
		}
		if err := a.explorer.Simulate(); err != nil {
			return false, err
		}
		if n := a.explorer.Visits(); n == p.simulations+1 || time.Since(begun) > thinkingTime {
			return n > p.simulations, nil
		}
	}
}

// Analysis returns what the search has found: ownership and lead are means of what the network says of
// the positions looked at. The search's values count the margin; to be chances of winning and losing, they
// are freed from the mean margin.
func (p *Player) Analysis() *agents.Analysis {
	a := &p.watched
	if a.certain != nil {
		c := *a.certain
		return &c
	}
	found := a.explorer.Analysis()
	o := &a.observer
	if !a.scored || o.count == 0 {
		return found
	}
	sign := 1.0
	if a.player == 1 {
		sign = -1
	}
	n := float64(o.count)
	margin := sign * o.margin / n
	found.Scored, found.Lead = true, float64(margin*float64(p.at.Points()))-sign*a.cost
	if w := p.cfg.MarginWeight; w < 1 {
		free := func(v *float64) { *v = min(1, max(-1, (*v-float64(w*margin))/(1-w))) }
		free(&found.Value)
		for i := range found.Candidates {
			free(&found.Candidates[i].Value)
			free(&found.Candidates[i].Lower)
		}
	}
	found.Ownership = make([]float32, len(o.owners))
	for i, x := range o.owners {
		found.Ownership[i] = float32(sign * x / n)
	}
	return found
}
