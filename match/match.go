// Package match lets two players of Go play each other, many games at a time, and says by how much
// one is stronger and how sure that is.
//
// Games come in pairs: both of a pair begin with the same opening, once with each player as Black. The
// board is scored here, by area as it stands after two passes; no player is asked.
package match

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
	"tesuji/gtp"
	"tesuji/internal/rng"
	"tesuji/sgf"
)

// Entrant is one of the two who play.
type Entrant struct {
	Name string
	// New makes a player for one game; with the same seed it plays the same.
	New func(seed uint64) (agents.Player, error)
	// Program says that the player is a program of its own, which is kept for the next game. It loses a
	// game in which it fails: by an illegal move, a refusal, its end or by taking longer than
	// Options.MoveTime.
	Program bool
}

// closer is a player that holds something.
type closer interface{ Close(context.Context) error }

// preparer is a player that has to be told a position before it can move.
type preparer interface {
	Prepare(ctx context.Context, g envs.Game) error
}

// Options say what is played. The zero value of a field that has a default means that.
type Options struct {
	Games        int // rounded up to whole pairs
	Rows, Cols   int
	Rules        weiqi.Rules
	Seed         uint64 // of the openings and of players of ours
	OpeningPlies int    // of random openings
	// Openings, if there are any, are taken in turn instead of random ones.
	Openings []Opening
	Parallel int           // games at a time; default 1
	MoveTime time.Duration // that a program may take for a move; 0 for ever
	SPRT     *SPRT         // ends the match when it is decided
	// Done, if not nil, is called after each game, in order of their numbers.
	Done func(*Game)
}

// Validate returns an error that names what is out of range.
func (o *Options) Validate() error {
	switch {
	case o.Games < 1 || o.Games > 1_000_000:
		return fmt.Errorf("games is %d: want 1 to 1000000", o.Games)
	case o.Rows < 2 || o.Cols < 2 || o.Rows > weiqi.MaxSide || o.Cols > weiqi.MaxSide:
		return fmt.Errorf("size is %dx%d: want 2 to %d", o.Cols, o.Rows, weiqi.MaxSide)
	case o.OpeningPlies < 0 || o.OpeningPlies > o.Rows*o.Cols/2:
		return fmt.Errorf("opening plies are %d: want 0 to %d", o.OpeningPlies, o.Rows*o.Cols/2)
	case o.Parallel < 0:
		return fmt.Errorf("parallel is %d: want at least 1", o.Parallel)
	case o.MoveTime < 0:
		return fmt.Errorf("time for a move is %v: want at least 0", o.MoveTime)
	}
	if o.SPRT != nil {
		if err := o.SPRT.Validate(); err != nil {
			return err
		}
	}
	return o.Rules.Validate()
}

// Game is one that was played. Players are 0, the first, and 1.
type Game struct {
	Number  int // from 0; the first player is Black in even ones
	Board   *weiqi.Game
	Score   float64 // of the first player: 1, 1/2 or 0
	Result  string  // as SGF has it: "B+3.5", "W+R", "0", "B+F" for a program's failure
	Failure string  // what went wrong with a program, "" for nothing
	Failed  int     // the player that failed
	Moves   [2]int
	Time    [2]time.Duration // thought by each player
}

// Black returns which player is Black.
func (g *Game) Black() int { return g.Number % 2 }

// Record returns the game as SGF.
func (g *Game) Record(names [2]string, info sgf.Info) *sgf.Node {
	info.Black, info.White = names[g.Black()], names[1-g.Black()]
	info.Result = g.Result
	info.Round = fmt.Sprint(g.Number + 1)
	if g.Failure != "" {
		info.Comment = names[g.Failed] + " loses: " + g.Failure
	}
	return sgf.Record(g.Board, info)
}

// capPerPoint is the number of plies, for each point, after which a game that goes on is scored as it stands.
const capPerPoint = 4

// table is where games are played one after another.
type table struct {
	o       *Options
	who     [2]Entrant
	players [2]agents.Player // programs between games
	moved   [2]bool          // in some game
}

// play plays a game. Its error is no player's fault that could be counted as a loss.
func (t *table) play(ctx context.Context, number int, opening Opening) (*Game, error) {
	g := &Game{Number: number, Board: weiqi.NewGame(t.o.Rows, t.o.Cols, t.o.Rules)}
	g.Board.SetCap(capPerPoint * t.o.Rows * t.o.Cols)
	for _, m := range opening {
		if err := g.Board.Play(m.Point); err != nil {
			return nil, fmt.Errorf("opening: %w", err)
		}
	}
	for i, e := range t.who {
		if t.players[i] != nil && e.Program {
			continue
		}
		// Both games of a pair have seeds of their own.
		seed := rng.New(t.o.Seed, fmt.Sprintf("match game %d player %d", number, i)).Uint64()
		p, err := e.New(seed)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name, err)
		}
		t.players[i] = p
	}
	for i := range t.players {
		if err := t.prepare(ctx, i, g.Board); err != nil {
			return g, t.lost(ctx, g, i, err)
		}
	}
	for !g.Board.Over() {
		i := g.Board.Player() ^ g.Black()
		begun := time.Now()
		point, err := t.move(ctx, i, g.Board)
		g.Time[i] += time.Since(begun)
		g.Moves[i]++
		if err == nil {
			err = g.Board.Play(point)
		}
		if err == nil {
			t.moved[i] = true
			continue
		}
		return g, t.lost(ctx, g, i, err)
	}
	g.Result, g.Score = sgf.Result(g.Board.Score()), 0.5
	if out := g.Board.Outcome(); out != 0 {
		g.win(out > 0)
	}
	return g, nil
}

// win says who won.
func (g *Game) win(black bool) {
	g.Score = 0
	if black == (g.Black() == 0) {
		g.Score = 1
	}
}

// lost ends a game in which player i made no move.
func (t *table) lost(ctx context.Context, g *Game, i int, err error) error {
	how := "R"
	if !errors.Is(err, agents.ErrResigned) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !t.who[i].Program || t.cannotPlay(i, err) {
			return fmt.Errorf("game %d: %s: %w", g.Number+1, t.who[i].Name, err)
		}
		how, g.Failure, g.Failed = "F", err.Error(), i
		t.leave(i) // another process plays the next game
	}
	blackLost := g.Black() == i
	g.win(!blackLost)
	g.Result = "B+" + how
	if blackLost {
		g.Result = "W+" + how
	}
	return nil
}

// cannotPlay reports whether a program refuses the size or komi, or ends before it has answered
// anything, as it does when it is started with a wrong option: it would lose all games for nothing.
func (t *table) cannotPlay(i int, err error) bool {
	var refused *gtp.Refused
	var failed *gtp.Failed
	command := ""
	switch {
	case errors.As(err, &refused):
		command = refused.Command
	case errors.As(err, &failed) && !t.moved[i]:
		command = failed.Command
	default:
		return false
	}
	return !strings.HasPrefix(command, "play ") && !strings.HasPrefix(command, "genmove ")
}

// startTime is what a program may take to start and be told the position, which counts for no move.
const startTime = 2 * time.Minute

// prepare waits until a program is ready to move.
func (t *table) prepare(ctx context.Context, i int, g *weiqi.Game) error {
	p, ok := t.players[i].(preparer)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	return p.Prepare(ctx, g)
}

func (t *table) move(ctx context.Context, i int, g *weiqi.Game) (int, error) {
	if t.who[i].Program && t.o.MoveTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, t.o.MoveTime)
		defer cancel()
	}
	return t.players[i].Move(ctx, g)
}

// leave closes a player.
func (t *table) leave(i int) {
	if c, ok := t.players[i].(closer); ok {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		c.Close(ctx)
	}
	t.players[i] = nil
}
