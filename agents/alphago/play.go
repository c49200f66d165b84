package alphago

import (
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// seat is a game that policies play, drawing their moves.
type seat struct {
	game  *boardgame.Valued
	draws *rng.Stream
	moves []uint16
	from  int // moves of the opening
	turn  int // number of the random move, for the value network
	over  bool
}

// who says whose move it is in a seat.
type who func(i int, s *seat) int

// anyMove is what a who returns for a random move, rather than the number of a policy.
const anyMove = -1

// room is games played side by side, a move or two in each at a time. They are dealt to threads;
// what a game comes to depends on its draws alone.
type room struct {
	start    envs.Game
	seats    []*seat
	tables   []*playTable
	team     *tensor.Team
	openings *rng.Stream
	legal    []bool

	// Of the games under way.
	nets []*Policy
	who  who
}

// playTable is the seats that one thread plays at.
type playTable struct {
	lo, hi    int
	evaluator *evaluator
	games     []envs.Game
	seats     []*seat
	chances   []float32 // [seats, A]
}

// newRoom returns room for n games, whose draws are those of a name under the seed.
func newRoom(g envs.Game, n int, seed uint64, name string) *room {
	r := &room{start: g, openings: rng.New(seed, name+" openings"), legal: make([]bool, g.Moves())}
	for range n {
		r.seats = append(r.seats, &seat{game: boardgame.NewValued(g, 0), draws: rng.New(seed, name)})
	}
	parts := min(tensor.Threads(), n)
	same := boardgame.Symmetries("", g)[:1]
	for k := range parts {
		t := &playTable{lo: k * n / parts, hi: (k + 1) * n / parts, evaluator: newEvaluator(same, g)}
		t.chances = make([]float32, (t.hi-t.lo)*g.Moves())
		r.tables = append(r.tables, t)
	}
	r.team = tensor.NewTeam(func(k int) { r.run(r.tables[k]) })
	return r
}

// begin sets the games up with openings of up to most random moves. Two games that follow one another
// share theirs. number tells these games from others of the room.
func (r *room) begin(number int64, most int) {
	n := int64(len(r.seats))
	for i, s := range r.seats {
		s.draws.Seek(uint64(number*n + int64(i)))
		r.openings.Seek(uint64((number*n + int64(i)) / 2))
		s.moves = open(s.game, r.start, most, r.openings, r.legal, s.moves)
		s.from, s.over = len(s.moves), false
	}
}

// play plays the games to their ends, with the policies that w says.
func (r *room) play(w who, nets ...*Policy) {
	r.nets, r.who = append(r.nets[:0], nets...), w
	r.team.Run(len(r.tables))
}

// run plays at a table.
func (r *room) run(t *playTable) {
	longest := longestGame(r.start)
	for on := true; on; {
		on = false
		for i := t.lo; i < t.hi; i++ {
			s := r.seats[i]
			if s.over = s.over || s.game.Over() || len(s.moves) >= longest; s.over {
				continue
			}
			on = true
			if r.who(i, s) == anyMove {
				s.moves = append(s.moves, uint16(boardgame.RandomMove(s.game, t.evaluator.legal, s.draws)))
			}
		}
		if on {
			t.moves(r, longest)
		}
	}
}

// moves makes a move in the games where a policy is to move.
func (t *playTable) moves(r *room, longest int) {
	for k, net := range r.nets {
		t.games, t.seats = t.games[:0], t.seats[:0]
		for i := t.lo; i < t.hi; i++ {
			if s := r.seats[i]; !s.over && len(s.moves) < longest && !s.game.Over() && r.who(i, s) == k {
				t.games, t.seats = append(t.games, s.game), append(t.seats, s)
			}
		}
		if len(t.games) == 0 {
			continue
		}
		t.evaluator.policy(net, t.games, nil, 1, t.chances)
		for i, s := range t.seats {
			move := sample(t.chances[i*s.game.Moves():(i+1)*s.game.Moves()], s.draws)
			boardgame.MustPlay(s.game, move)
			s.moves = append(s.moves, uint16(move))
		}
	}
}
