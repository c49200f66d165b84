package alphazero

import (
	"fmt"
	"slices"

	"tesuji/agents/alphazero/search"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// seat is a game under way, and what will be rows when it has ended.
type seat struct {
	game  *valued
	plies int
	draws *rng.Stream

	board  []uint8   // of each row, [P, planes]
	policy []float32 // [A]
	movers []uint8
}

// State saves or restores the game and its rows.
func (s *seat) State(a *snapshot.Archive) {
	a.Object("game", s.game.Game)
	a.Int("plies", &s.plies)
	a.Object("draws", s.draws)
	a.Bytes("board", &s.board)
	n := len(s.policy)
	a.Int("policies", &n)
	if !a.Saving() && a.Err() == nil {
		if n < 0 || n > len(s.board)*s.game.Moves() {
			a.Fail(fmt.Errorf("%d probabilities for %d bytes of boards", n, len(s.board)))
			return
		}
		s.policy = make([]float32, n)
	}
	a.Float32s("policy", s.policy)
	a.Bytes("movers", &s.movers)
}

// selfPlay plays games side by side.
type selfPlay struct {
	cfg    *Config
	start  envs.Game
	seats  []*seat
	window *window
	full   *search.Batch
	fast   *search.Batch

	longest int // plies of a game that does not end by itself
	// Of the searches of a step.
	games     [2][]envs.Game
	noise     [2][]*rng.Stream
	who       [2][]*seat
	decisions [2][]search.Decision
	x         []float32 // an observation
	legal     []bool
	owners    []int8

	// Since they were last read.
	ended, plies, rows, firstWon int
}

// searcher returns room for n searches.
func searcher(simulations, considered int, e *Evaluator, g envs.Game, n int) *search.Batch {
	gumbel := search.DefaultGumbel()
	gumbel.MaxConsidered = max(2, min(considered, simulations/2))
	return search.NewBatch(search.Config{Simulations: simulations, Gumbel: gumbel}, e, g, n)
}

func newSelfPlay(cfg *Config, g envs.Game, e *Evaluator, seed uint64) *selfPlay {
	rows, cols, planes := g.Planes()
	v := &valued{g.Clone(), cfg.MarginWeight}
	p := &selfPlay{
		cfg: cfg, start: g, window: newWindow(g, cfg.Window, cfg.WindowMost),
		full:    searcher(cfg.Simulations, cfg.MaxConsidered, e, v, cfg.Games),
		fast:    searcher(cfg.FastSimulations, cfg.MaxConsidered, e, v, cfg.Games),
		longest: 3*rows*cols + 10,
		x:       make([]float32, rows*cols*planes), legal: make([]bool, g.Moves()), owners: make([]int8, rows*cols),
	}
	for k := range p.decisions {
		p.decisions[k] = make([]search.Decision, cfg.Games)
	}
	for i := range cfg.Games {
		s := &seat{game: &valued{g.Clone(), cfg.MarginWeight}, draws: rng.New(seed, fmt.Sprintf("selfplay %d", i))}
		p.begin(s)
		p.seats = append(p.seats, s)
	}
	return p
}

// begin sets a game up.
func (p *selfPlay) begin(s *seat) {
	s.board, s.policy, s.movers = s.board[:0], s.policy[:0], s.movers[:0]
	for {
		s.game.Game.CopyFrom(p.start)
		s.plies = 0
		if s.draws.Float64() >= p.cfg.RandomStarts {
			return
		}
		for range 1 + s.draws.Intn(p.cfg.RandomMoves) {
			if !s.game.Over() {
				randomMove(s.game.Game, p.legal, s.draws)
			}
		}
		if !s.game.Over() {
			return
		}
	}
}

// randomMove makes a random legal move on the board, or another one if there is none.
func randomMove(g envs.Game, legal []bool, r *rng.Stream) {
	g.Legal(legal)
	rows, cols, _ := g.Planes()
	n := min(len(legal), rows*cols)
	count := 0
	for _, ok := range legal[:n] {
		if ok {
			count++
		}
	}
	if count == 0 {
		for a, ok := range legal {
			if ok {
				mustPlay(g, a)
				return
			}
		}
	}
	k := r.Intn(count)
	for a, ok := range legal[:n] {
		if !ok {
			continue
		}
		if k == 0 {
			mustPlay(g, a)
			return
		}
		k--
	}
}

// mustPlay makes a move that the game has called legal.
func mustPlay(g envs.Game, move int) {
	if err := g.Play(move); err != nil {
		panic("alphazero: a legal move is refused: " + err.Error())
	}
}

// step makes a move in each game.
func (p *selfPlay) step() error {
	for k := range p.games {
		p.games[k], p.noise[k], p.who[k] = p.games[k][:0], p.noise[k][:0], p.who[k][:0]
	}
	const full, fast = 0, 1
	for _, s := range p.seats {
		kind, noise := fast, (*rng.Stream)(nil)
		if s.draws.Float64() < p.cfg.FullFraction {
			kind, noise = full, s.draws
		}
		p.games[kind] = append(p.games[kind], s.game)
		p.noise[kind] = append(p.noise[kind], noise)
		p.who[kind] = append(p.who[kind], s)
	}
	for kind, batch := range [...]*search.Batch{p.full, p.fast} {
		if len(p.games[kind]) == 0 {
			continue
		}
		if err := batch.Search(p.games[kind], p.noise[kind], p.decisions[kind]); err != nil {
			return err
		}
		for i, s := range p.who[kind] {
			d := &p.decisions[kind][i]
			if kind == full {
				p.note(s, d)
			}
			mustPlay(s.game.Game, d.Move)
			p.plies++
			if s.plies++; s.game.Over() || s.plies >= p.longest {
				p.end(s)
				p.begin(s)
			}
		}
	}
	return nil
}

// note remembers a position and its improved policy.
func (p *selfPlay) note(s *seat, d *search.Decision) {
	s.game.Observe(p.x)
	at := len(s.board)
	s.board = slices.Grow(s.board, len(p.x))[:at+len(p.x)]
	pack(s.board[at:], p.x)
	s.policy = append(s.policy, d.Policy...)
	s.movers = append(s.movers, uint8(s.game.Player()))
}

// end makes rows of a game that has ended, or has been stopped.
func (p *selfPlay) end(s *seat) {
	w, g := p.window, s.game.Game
	m, hasScore := margin(g)
	z := 0.0
	switch {
	case g.Over():
		z = g.Outcome()
	case m > 0:
		z = 1
	case m < 0:
		z = -1
	}
	if sc, ok := g.(scored); ok {
		sc.Owners(p.owners)
	}
	size := w.points * w.planes
	for i, mover := range s.movers {
		at := w.add()
		copy(w.board[at*size:(at+1)*size], s.board[i*size:])
		copy(w.policy[at*w.moves:(at+1)*w.moves], s.policy[i*w.moves:])
		sign := 1.0
		if mover == 1 {
			sign = -1
		}
		w.result[at] = uint8(1 - sign*z)
		if hasScore {
			w.margin[at] = float32(sign * m)
			for j, o := range p.owners {
				w.owners[at*w.points+j] = uint8(1 + int8(sign)*o)
			}
		}
	}
	p.ended++
	p.rows += len(s.movers)
	if z > 0 {
		p.firstWon++
	}
}

// State saves or restores the games under way and the rows.
func (p *selfPlay) State(a *snapshot.Archive) {
	for i, s := range p.seats {
		a.Object(fmt.Sprintf("seat%d", i), s)
	}
	a.Object("window", p.window)
}
