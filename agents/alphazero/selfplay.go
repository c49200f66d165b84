package alphazero

import (
	"fmt"

	"tesuji/agents/alphazero/search"
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// seat is a game under way, and what will be rows when it has ended.
type seat struct {
	game  *boardgame.Valued
	plies int
	draws *rng.Stream
	// resigned is 1 or -1 once player 0 or 1 has won because the other resigned. A game that is
	// played to its end whatever happens, to know how many resignations are wrong, is kept; hopeless
	// is then the winner when somebody would have resigned.
	resigned, hopeless int
	kept               bool

	// Of each row.
	board    []uint8   // [P, planes]
	policy   []float32 // [A]
	surprise []float32 // of the network by the policy: their relative entropy
	movers   []uint8
}

// State saves or restores the game and its rows.
func (s *seat) State(a *snapshot.Archive) {
	a.Object("game", s.game.Game)
	a.Int("plies", &s.plies)
	a.Object("draws", s.draws)
	a.Int("hopeless", &s.hopeless)
	a.Bool("kept", &s.kept)
	a.Bytes("board", &s.board)
	a.Bytes("movers", &s.movers)
	if !a.Saving() && a.Err() == nil {
		rows, cols, planes := s.game.Planes()
		if len(s.board) != len(s.movers)*rows*cols*planes {
			a.Fail(fmt.Errorf("%d bytes of boards for %d rows", len(s.board), len(s.movers)))
			return
		}
		s.policy = make([]float32, len(s.movers)*s.game.Moves())
		s.surprise = make([]float32, len(s.movers))
		s.game.Changed()
	}
	a.Float32s("policy", s.policy)
	a.Float32s("surprise", s.surprise)
}

// selfPlay plays games side by side. They are dealt to tables, which are played at on one thread
// each; what a game comes to depends on the game alone, so that their number changes no bit.
type selfPlay struct {
	cfg    *Config
	start  envs.Game
	seats  []*seat
	tables []*table
	team   *tensor.Team
	window *window

	longest int // plies of a game that does not end by itself
	legal   []bool

	// Since they were last read.
	ended, plies, rows, firstWon, resigned, kept, mistaken int
}

// searcher returns room for n searches.
func searcher(simulations, considered int, e *Evaluator, g envs.Game, n int) *search.Batch {
	gumbel := search.DefaultGumbel()
	gumbel.MaxConsidered = max(2, min(considered, simulations/2))
	return search.NewBatch(search.Config{Simulations: simulations, Gumbel: gumbel}, e, g, n)
}

func newSelfPlay(cfg *Config, g envs.Game, net *Network, seed uint64) *selfPlay {
	rows, cols, _ := g.Planes()
	p := &selfPlay{
		cfg: cfg, start: g, window: newWindow(g, cfg.Window, cfg.WindowMost),
		longest: 3*rows*cols + 10, legal: make([]bool, g.Moves()),
	}
	for i := range cfg.Games {
		s := &seat{game: boardgame.NewValued(g, cfg.MarginWeight), draws: rng.New(seed, fmt.Sprintf("selfplay %d", i))}
		p.begin(s)
		p.seats = append(p.seats, s)
	}
	n := min(tensor.Threads(), cfg.Games)
	for i := range n {
		p.tables = append(p.tables, newTable(cfg, p.seats[i*cfg.Games/n:(i+1)*cfg.Games/n], net))
	}
	p.team = tensor.NewTeam(func(i int) { p.tables[i].step() })
	return p
}

// begin sets a game up.
func (p *selfPlay) begin(s *seat) {
	s.board, s.policy, s.surprise, s.movers = s.board[:0], s.policy[:0], s.surprise[:0], s.movers[:0]
	s.resigned, s.hopeless = 0, 0
	s.kept = p.cfg.ResignBelow > -1 && s.draws.Float64() < p.cfg.ResignKept
	for {
		s.game.Set(p.start)
		s.plies = 0
		if s.draws.Float64() >= p.cfg.RandomStarts {
			return
		}
		for range 1 + s.draws.Intn(p.cfg.RandomMoves) {
			if !s.game.Over() {
				boardgame.RandomMove(s.game, p.legal, s.draws)
			}
		}
		if !s.game.Over() {
			return
		}
	}
}

// step makes a move in each game. Games that end become rows in the order of the seats.
func (p *selfPlay) step() error {
	p.team.Run(len(p.tables))
	for _, t := range p.tables {
		if t.err != nil {
			return t.err
		}
	}
	for _, s := range p.seats {
		p.plies++
		if s.resigned != 0 || s.plies >= p.longest || s.game.Over() {
			p.end(s)
			p.begin(s)
		}
	}
	return nil
}

// end makes rows of a game that has ended, or has been stopped.
func (p *selfPlay) end(s *seat) {
	z, m := s.game.Result() // and who owns the points
	known := uint8(1)
	if s.resigned != 0 {
		z, m, known = float64(s.resigned), 0, 0
	}
	surprise := 0.0
	for _, x := range s.surprise {
		surprise += float64(x)
	}
	for i := range s.movers {
		for range s.copies(i, p.cfg.SurpriseWeight, surprise) {
			p.add(s, i, z, m, known)
		}
	}
	p.ended++
	if z > 0 {
		p.firstWon++
	}
	switch {
	case s.resigned != 0:
		p.resigned++
	case s.hopeless != 0:
		p.kept++
		if z != float64(s.hopeless) {
			p.mistaken++
		}
	}
}

// add makes a row of a position of a game: z and m are the outcome and the margin for player 0, known
// tells whether the margin and the owners are.
func (p *selfPlay) add(s *seat, i int, z, m float64, known uint8) {
	w := p.window
	at := w.add()
	size := w.points * w.planes
	copy(w.board[at*size:(at+1)*size], s.board[i*size:])
	copy(w.policy[at*w.moves:(at+1)*w.moves], s.policy[i*w.moves:])
	sign := 1 - 2*float64(s.movers[i])
	w.result[at], w.known[at] = uint8(1-float64(sign*z)), known
	w.margin[at] = float32(sign * m)
	for j, o := range s.game.Owned() {
		w.owners[at*w.points+j] = uint8(1 + int8(sign)*o)
	}
	p.rows++
}

// copies returns how often position i of a game becomes a row, once on average: a part of a game's
// weight goes to positions in proportion to how much the search surprised the network there, of
// sum in all. What is not whole is rounded by lot.
func (s *seat) copies(i int, weight, sum float64) int {
	if weight == 0 || sum == 0 {
		return 1
	}
	w := 1 - weight + float64(weight*float64(len(s.movers)))*float64(s.surprise[i])/sum
	n := int(w)
	if s.draws.Float64() < w-float64(n) {
		n++
	}
	return n
}

// State saves or restores the games under way and the rows.
func (p *selfPlay) State(a *snapshot.Archive) {
	for i, s := range p.seats {
		a.Object(fmt.Sprintf("seat%d", i), s)
	}
	a.Object("window", p.window)
}
