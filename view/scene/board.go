package scene

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"strconv"
	"time"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/draw"
)

// BoardOptions of NewBoard. Colours index arrays: 0 is Black, 1 White.
type BoardOptions struct {
	Names   [2]string
	Players [2]agents.Player // nil for a person
	// Analyst shows what it thinks of the position, if not nil. It must not be one of the players.
	Analyst agents.Analyst
	// Visits is how long the analyst goes on with a position; 0 is 20000.
	Visits int
	// Title is what is shown above, such as a file's name, and Result what a record says, such as
	// "B+R".
	Title, Result string
	// Pace is the least time between two moves of players; 0 is half a second.
	Pace time.Duration
	// Save keeps the game and returns where, if not nil.
	Save func(g *weiqi.Game) (string, error)
}

// Board shows a game of Go: people and players move, and an analyst shows what it thinks.
type Board struct {
	options BoardOptions
	game    *weiqi.Game // to its end
	record  *weiqi.Game // as it was given
	shown   *weiqi.Game // at the cursor; a new one for each position
	cursor  int
	odds    []float64 // that Black wins, after each ply; NaN if nobody has thought of it
	result  string    // "" while the game goes on

	mover, analyst     *thinking
	since              time.Duration // since the last move
	paused, failed     bool
	advice, land, heat bool // overlays
	help               bool
	message            message
	hover              int // the point under the mouse, -1 for none
	layout             boardLayout
	letters            *draw.Lettering
	wood               *image.RGBA
	dirty              []image.Rectangle
}

// NewBoard returns a scene of a game, which goes on from its end where there are players and is
// shown from its beginning where there are none.
func NewBoard(g *weiqi.Game, o BoardOptions) *Board {
	if o.Visits == 0 {
		o.Visits = 20000
	}
	if o.Pace == 0 {
		o.Pace = time.Second / 2
	}
	b := &Board{options: o, hover: -1, letters: draw.NewLettering(), record: g.Clone().(*weiqi.Game), result: o.Result}
	b.game = g.Clone().(*weiqi.Game)
	b.odds = stretched(nil, b.last()+1)
	b.Seek(b.last())
	if o.Players == [2]agents.Player{} && b.last() > 0 {
		b.Seek(0)
	}
	return b
}

// stretched makes odds as long as n.
func stretched(odds []float64, n int) []float64 {
	odds = odds[:min(n, len(odds))]
	for len(odds) < n {
		odds = append(odds, math.NaN())
	}
	return odds
}

// Title is that of the window.
func (b *Board) Title() string { return b.options.Title + " – Tesuji" }

// Size returns the size that suits the scene.
func (b *Board) Size() (width, height int) { return 1180, 800 }

func (b *Board) last() int { return len(b.game.Board.Moves()) }

// Position returns what is shown. It must not be changed.
func (b *Board) Position() *weiqi.Game { return b.shown }

// Seek shows the position after so many plies.
func (b *Board) Seek(ply int) {
	b.cursor = min(max(ply, 0), b.last())
	b.shown = b.game.Clone().(*weiqi.Game)
	for range b.last() - b.cursor {
		b.shown.Undo()
	}
}

// Overlays says what is shown over the board: the analyst's advice, whose the points will be, and
// where it would look first.
func (b *Board) Overlays(advice, land, heat bool) { b.advice, b.land, b.heat = advice, land, heat }

// live tells whether a move may be made: the newest position is shown, or there are no players.
func (b *Board) live() bool { return b.cursor == b.last() || !b.played() }

func (b *Board) played() bool { return b.options.Players != [2]agents.Player{} }

// person tells whether a person is to move in the position shown.
func (b *Board) person() bool {
	return b.live() && !b.ended() && b.options.Players[b.shown.Player()] == nil
}

// ended tells whether the game is over in the position shown.
func (b *Board) ended() bool { return b.shown.Over() || b.result != "" && b.cursor == b.last() }

// play makes a move in the position shown. What came after it is dropped.
func (b *Board) play(point int) error {
	if err := b.shown.Check(b.shown.ToMove(), point); err != nil {
		return err
	}
	for b.last() > b.cursor {
		b.game.Undo()
	}
	if err := b.game.Play(point); err != nil {
		return err
	}
	b.result, b.since = "", 0
	b.odds = stretched(b.odds[:min(b.cursor+1, len(b.odds))], b.last()+1)
	b.Seek(b.last())
	b.rejoin()
	if b.game.Over() && b.result == "" {
		b.result = scored(b.game.Score())
	}
	return nil
}

// rejoin takes the rest of the record back where the game has come back to it.
func (b *Board) rejoin() {
	moves, all := b.game.Board.Moves(), b.record.Board.Moves()
	if b.played() || len(moves) > len(all) {
		return
	}
	for i, m := range moves {
		if m != all[i] {
			return
		}
	}
	b.game = b.record.Clone().(*weiqi.Game)
	b.odds, b.result = stretched(b.odds, len(all)+1), b.options.Result
}

// undo takes a move back, and a player's reply with it.
func (b *Board) undo() {
	if b.last() == 0 {
		return
	}
	least := b.cursor - 1
	if b.played() {
		least = b.last() - 1
		for least > 0 && b.options.Players[b.moverOf(least)] != nil && b.options.Players[1-b.moverOf(least)] == nil {
			least--
		}
	}
	b.result = ""
	for b.last() > max(least, 0) {
		b.game.Undo()
	}
	b.odds = stretched(b.odds, b.last()+1)
	b.Seek(b.last())
	cursor := b.cursor
	b.rejoin()
	b.Seek(cursor)
}

// moverOf returns who made the move after so many plies.
func (b *Board) moverOf(ply int) int { return int(b.game.Board.Moves()[ply].Colour - weiqi.Black) }

// scored writes a result.
func scored(v float64) string {
	switch {
	case v > 0:
		return "B+" + strconv.FormatFloat(v, 'f', -1, 64)
	case v < 0:
		return "W+" + strconv.FormatFloat(-v, 'f', -1, 64)
	}
	return "Draw"
}

// Update moves on.
func (b *Board) Update(dt time.Duration, in *Input) (Request, error) {
	if b.message.left -= dt; b.message.left <= 0 {
		b.message.text = ""
	}
	b.since += dt
	r := b.keys(in)
	b.mouse(in)
	b.move()
	b.analyse()
	return r, nil
}

func (b *Board) say(c draw.Color, format string, a ...any) {
	b.message = message{fmt.Sprintf(format, a...), c, 6 * time.Second}
}

// move has the player to move think, and makes the move when it is found.
func (b *Board) move() {
	if t := b.mover; t != nil && t.over() {
		b.note(t)
		if b.since < b.options.Pace || b.paused {
			return
		}
		b.mover = nil
		if t.of.Key() != b.game.Key() || len(t.of.Board.Moves()) != b.last() || b.result != "" {
			return // moves were taken back meanwhile
		}
		switch err := t.err; {
		case errors.Is(err, agents.ErrResigned):
			b.result = []string{"W+R", "B+R"}[t.of.Player()]
		case err != nil:
			b.failed = true
			b.message = message{err.Error(), coral, time.Hour}
		default:
			seen := b.cursor
			following := seen == b.last()
			b.Seek(b.last())
			if err := b.play(t.move); err != nil {
				b.failed = true
				b.message = message{err.Error(), coral, time.Hour}
			} else if !following {
				b.Seek(seen)
			}
		}
		return
	}
	if b.mover != nil || b.failed || b.paused || b.result != "" || b.game.Over() {
		return
	}
	if p := b.options.Players[b.game.Player()]; p != nil {
		b.mover = think(p, b.game.Clone().(*weiqi.Game), 0, nil)
	}
}

// note keeps what an analysis says of a position's odds.
func (b *Board) note(t *thinking) {
	a := t.latest.Load()
	ply := len(t.of.Board.Moves())
	if a == nil || ply >= len(b.odds) {
		return
	}
	odds := (1 + a.Value) / 2
	if t.of.Player() == 1 {
		odds = 1 - odds
	}
	b.odds[ply] = min(max(odds, 0), 1)
}

// analyse has the analyst look at the position shown.
func (b *Board) analyse() {
	t := b.analyst
	if t != nil && t.of == b.shown {
		b.note(t)
		if t.over() && t.err != nil && !errors.Is(t.err, context.Canceled) && b.wanted() {
			b.Overlays(false, false, false)
			b.say(coral, "%v", t.err)
		}
	}
	if !b.wanted() || b.shown.Over() {
		if t != nil {
			t.cancel()
		}
		return
	}
	if t == nil || t.of != b.shown || t.over() && t.err != nil {
		if t != nil {
			t.cancel()
		}
		b.analyst = think(b.options.Analyst, b.shown, b.options.Visits, t)
	}
}

// wanted tells whether something is shown that takes an analysis.
func (b *Board) wanted() bool {
	return b.options.Analyst != nil && (b.advice || b.land || b.heat)
}

// thoughts returns what is thought of the position shown, nil for nothing.
func (b *Board) thoughts() *agents.Analysis {
	if !b.wanted() {
		return nil
	}
	return b.analyst.analysis(b.shown)
}

// Settle waits until the analyst is done with the position shown.
func (b *Board) Settle() error {
	b.analyse()
	if b.analyst == nil || !b.wanted() {
		return nil
	}
	<-b.analyst.done
	b.note(b.analyst)
	return b.analyst.err
}

// Close ends what players think.
func (b *Board) Close() error {
	b.mover.end()
	b.analyst.end()
	return nil
}
