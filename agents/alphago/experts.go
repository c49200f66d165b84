package alphago

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tesuji/agents/boardgame"
	"tesuji/agents/uct"
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
	"tesuji/sgf"
	"tesuji/tensor"
)

// experts play the games that the supervised policy learns from, each on a thread of its own. A game
// depends on its number alone.
type experts struct {
	cfg     *Config
	start   envs.Game
	desks   []*desk
	team    *tensor.Team
	results []result

	// Of the games under way.
	ctx   context.Context
	first int64
}

// desk is where one thread plays.
type desk struct {
	player *uct.Player
	game   *boardgame.Valued
	draws  *rng.Stream // openings
	legal  []bool
	err    error
}

// result is a game played.
type result struct {
	moves   []uint16
	from    int // moves of the opening, which are nobody's choice
	outcome float64
}

func newExperts(cfg *Config, g envs.Game, seed uint64) *experts {
	e := &experts{cfg: cfg, start: g}
	for range tensor.Threads() {
		c := uct.DefaultConfig(cfg.ExpertPlayouts)
		c.Seed = seed
		e.desks = append(e.desks, &desk{
			player: uct.New(c), game: boardgame.NewValued(g, 0), draws: rng.New(seed, "experts' openings"), legal: make([]bool, g.Moves()),
		})
	}
	e.team = tensor.NewTeam(func(k int) {
		d := e.desks[k]
		d.err = nil
		n, parts := len(e.results), len(e.desks)
		for i := k * n / parts; i < (k+1)*n/parts && d.err == nil; i++ {
			d.err = e.one(d, e.first+int64(i), &e.results[i])
		}
	})
	return e
}

// play adds n games, numbered from first, to a book.
func (e *experts) play(ctx context.Context, first int64, n int, b *book) error {
	for len(e.results) < n {
		e.results = append(e.results, result{})
	}
	e.results = e.results[:n]
	e.ctx, e.first = ctx, first
	e.team.Run(len(e.desks))
	for _, d := range e.desks {
		if d.err != nil {
			return d.err
		}
	}
	for _, r := range e.results {
		if len(r.moves) > r.from {
			b.add(r.moves, r.from, r.outcome)
		}
	}
	return nil
}

// partsOfGame is how many parts of the player's random play a game has for itself.
const partsOfGame = 1 << 8

// one plays a game.
func (e *experts) one(d *desk, number int64, r *result) error {
	d.draws.Seek(uint64(number))
	d.player.Seek(uint64(number) * partsOfGame)
	r.moves = open(d.game, e.start, e.cfg.RandomMoves, d.draws, d.legal, r.moves[:0])
	r.from = len(r.moves)
	for longest := longestGame(e.start); len(r.moves) < longest && !d.game.Over(); {
		move, err := d.player.Move(e.ctx, d.game.Game)
		if err != nil {
			return err
		}
		boardgame.MustPlay(d.game, move)
		r.moves = append(r.moves, uint16(move))
	}
	r.outcome, _ = d.game.Result()
	return nil
}

// open sets g to the start and makes up to most random moves, which it appends to moves. The game is not
// over then.
func open(g *boardgame.Valued, start envs.Game, most int, draws *rng.Stream, legal []bool, moves []uint16) []uint16 {
	for {
		g.Set(start)
		moves = moves[:0]
		for range draws.Intn(most + 1) {
			if g.Over() {
				break
			}
			moves = append(moves, uint16(boardgame.RandomMove(g, legal, draws)))
		}
		if !g.Over() {
			return moves
		}
	}
}

// longestGame is the plies after which a game is taken as it stands.
func longestGame(g envs.Game) int {
	rows, cols, _ := g.Planes()
	return 3*rows*cols + 10
}

// heldOutRecords is that of so many records one is not learned from.
const heldOutRecords = 10

// readRecords reads games of Go in a directory: those to learn from and those held out.
func readRecords(dir string, g envs.Game, learn, heldOut *book) error {
	start, ok := g.(*weiqi.Game)
	if !ok {
		return fmt.Errorf("records: there are records of go only, not of %s", g.Name())
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.sgf"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("records: no *.sgf in %s", dir)
	}
	for i, file := range files {
		b := learn
		if i%heldOutRecords == heldOutRecords-1 {
			b = heldOut
		}
		if err := readRecord(file, start, b); err != nil {
			return fmt.Errorf("records: %s: %w", file, err)
		}
	}
	return nil
}

// readRecord adds the games of a file to a book. Games with a handicap or a set-up are left out.
func readRecord(file string, start *weiqi.Game, b *book) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	c, err := sgf.Parse(text)
	if err != nil {
		return err
	}
	for _, root := range c.Trees {
		played, err := sgf.Play(sgf.MainLine(root), start.Rules())
		var illegal *sgf.IllegalMove
		if err != nil && !errors.As(err, &illegal) { // up to an illegal move, a game is a game
			return err
		}
		if played.Rows() != start.Rows() || played.Cols() != start.Cols() {
			return fmt.Errorf("a board of %dx%d: want %dx%d", played.Rows(), played.Cols(), start.Rows(), start.Cols())
		}
		if black, white, _, _ := played.Start(); len(black)+len(white) > 0 {
			continue
		}
		at := start.Clone()
		var moves []uint16
		for _, m := range played.Board.Moves() {
			if int(m.Colour-weiqi.Black) != at.Player() || at.Play(m.Point) != nil {
				break // a game that these rules would not have let go on
			}
			moves = append(moves, uint16(m.Point))
		}
		outcome := 0.0
		switch result := root.SimpleText("RE"); {
		case strings.HasPrefix(result, "B"):
			outcome = 1
		case strings.HasPrefix(result, "W"):
			outcome = -1
		}
		if len(moves) > 0 {
			b.add(moves, 0, outcome)
		}
	}
	return nil
}
