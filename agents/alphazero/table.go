package alphazero

import (
	"context"
	"slices"

	"tesuji/agents/alphazero/search"
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/elementary"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// table is seats that one thread plays at.
type table struct {
	cfg       *Config
	seats     []*seat
	evaluator *Evaluator
	searches  [2]searches
	err       error

	x      []float32 // an observation
	legal  []bool
	logits []float32 // [seats, A]
	values []float32 // [seats]
}

// searches are those of one kind in a step.
type searches struct {
	batch     *search.Batch
	games     []envs.Game
	noise     []*rng.Stream
	who       []*seat
	decisions []search.Decision
}

// The kinds of searches.
const full, fast = 0, 1

func newTable(cfg *Config, seats []*seat, net *Network) *table {
	g := seats[0].game
	rows, cols, planes := g.Planes()
	n := len(seats)
	t := &table{
		cfg: cfg, seats: seats, evaluator: NewEvaluator(net, cfg.MarginWeight, nil),
		x: make([]float32, rows*cols*planes), legal: make([]bool, g.Moves()),
		logits: make([]float32, n*g.Moves()), values: make([]float32, n),
	}
	for kind, simulations := range [...]int{full: cfg.Simulations, fast: cfg.FastSimulations} {
		t.searches[kind] = searches{
			batch: searcher(simulations, cfg.MaxConsidered, t.evaluator, g, n), decisions: make([]search.Decision, n),
		}
	}
	return t
}

// step makes a move in each game.
func (t *table) step() {
	for k := range t.searches {
		s := &t.searches[k]
		s.games, s.noise, s.who = s.games[:0], s.noise[:0], s.who[:0]
	}
	for _, seat := range t.seats {
		kind, noise := fast, (*rng.Stream)(nil)
		if seat.draws.Float64() < t.cfg.FullFraction {
			kind, noise = full, seat.draws
		}
		s := &t.searches[kind]
		s.games, s.noise, s.who = append(s.games, seat.game), append(s.noise, noise), append(s.who, seat)
	}
	for kind := range t.searches {
		s := &t.searches[kind]
		if len(s.games) == 0 {
			continue
		}
		if t.err = s.batch.Search(context.Background(), s.games, s.noise, s.decisions); t.err != nil {
			return
		}
		if kind == full && t.cfg.SurpriseWeight > 0 {
			n := len(s.games)
			if t.err = t.evaluator.Evaluate(s.games, t.logits[:n*len(t.legal)], t.values[:n]); t.err != nil {
				return
			}
		}
		for i, seat := range s.who {
			d := &s.decisions[i]
			if kind == full {
				t.note(seat, d, t.logits[i*len(t.legal):(i+1)*len(t.legal)])
			}
			t.resign(seat, d)
			boardgame.MustPlay(seat.game, d.Move)
			seat.plies++
		}
	}
}

// resign gives a game up whose value is hopeless for the player to move.
func (t *table) resign(s *seat, d *search.Decision) {
	if float64(d.Value) >= t.cfg.ResignBelow || s.hopeless != 0 {
		return
	}
	s.hopeless = 2*s.game.Player() - 1
	if !s.kept {
		s.resigned = s.hopeless
	}
}

// note remembers a position and its improved policy. logits [A] are the network's.
func (t *table) note(s *seat, d *search.Decision, logits []float32) {
	s.game.Observe(t.x)
	at := len(s.board)
	s.board = slices.Grow(s.board, len(t.x))[:at+len(t.x)]
	pack(s.board[at:], t.x)
	s.policy = append(s.policy, d.Policy...)
	s.movers = append(s.movers, uint8(s.game.Player()))
	surprise := float32(0)
	if t.cfg.SurpriseWeight > 0 {
		s.game.Legal(t.legal)
		surprise = divergence(d.Policy, logits, t.legal)
	}
	s.surprise = append(s.surprise, surprise)
}

// divergence returns Σ p ln(p/q), q being the softmax of the logits of legal moves, which it changes.
func divergence(p, logits []float32, legal []bool) float32 {
	for a, ok := range legal {
		if !ok {
			logits[a] = -1e30
		}
	}
	tensor.SoftmaxRows(logits, logits, 1, len(logits))
	sum := 0.0
	for a, x := range p {
		if x > 1e-6 {
			sum += float64(float64(x) * elementary.Log(float64(x)/max(1e-9, float64(logits[a]))))
		}
	}
	return float32(max(0, sum))
}
