// Package gtp speaks the Go Text Protocol, version 2 (G. Farnebäck, draft 2, 2002): an engine for
// Sabaki, GoGui and gogui-twogtp, with the analysis commands of Leela Zero and KataGo, and a client
// that drives other engines.
package gtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
)

// Engine plays Go over the protocol. Commands it does not know, or cannot carry out, are answered
// with an error, and it goes on.
type Engine struct {
	// Name and Version are told to who asks.
	Name, Version string
	// Player makes the moves. One that is an agents.Analyst can be watched while it thinks, minds
	// the clock, and can be interrupted. Of an agents.OneBoard no other size is accepted.
	Player agents.Player
	// Rules are those at the start.
	Rules weiqi.Rules
	// Log is told what went wrong after a reply had begun, too late for the reply to say so; nil for
	// nobody.
	Log io.Writer

	game  *weiqi.Game
	fixed bool // set-up stones are on the board
	clock clock
	input *input
	out   *bufio.Writer
}

// call is a command as it came.
type call struct {
	context.Context
	id     string // "" if it has none
	args   []string
	opened bool // the reply has begun
}

// command is one of the engine's.
type command struct {
	name string
	run  func(e *Engine, c *call) (string, error)
}

// commands are all there are, in the order in which list_commands gives them.
var commands []command

func init() { commands = allCommands() }

func allCommands() []command {
	type run = func(*Engine, *call) (string, error)
	bare := func(f run) run { // takes no arguments
		return func(e *Engine, c *call) (string, error) {
			if len(c.args) > 0 {
				return "", errSyntax
			}
			return f(e, c)
		}
	}
	says := func(text string) run { return bare(func(*Engine, *call) (string, error) { return text, nil }) }
	return []command{
		{"protocol_version", says("2")},
		{"name", bare(func(e *Engine, _ *call) (string, error) { return e.Name, nil })},
		{"version", bare(func(e *Engine, _ *call) (string, error) { return e.Version, nil })},
		{"known_command", (*Engine).known},
		{"list_commands", bare((*Engine).list)},
		{"quit", bare(func(*Engine, *call) (string, error) { return "", errQuit })},
		{"boardsize", (*Engine).boardSize},
		{"rectangular_boardsize", (*Engine).boardSize},
		{"clear_board", bare((*Engine).clear)},
		{"komi", (*Engine).komi},
		{"get_komi", bare((*Engine).getKomi)},
		{"play", (*Engine).play},
		{"genmove", (*Engine).genMove},
		{"kgs-genmove_cleanup", (*Engine).genMove},
		{"reg_genmove", (*Engine).regGenMove},
		{"undo", bare((*Engine).undo)},
		{"fixed_handicap", (*Engine).fixedHandicap},
		{"place_free_handicap", (*Engine).placeHandicap},
		{"set_free_handicap", (*Engine).setHandicap},
		{"set_position", (*Engine).setPosition},
		{"loadsgf", (*Engine).loadRecord},
		{"printsgf", (*Engine).printRecord},
		{"final_score", bare((*Engine).finalScore)},
		{"final_status_list", (*Engine).finalStatus},
		{"all_legal", (*Engine).allLegal},
		{"list_stones", (*Engine).listStones},
		{"showboard", bare((*Engine).show)},
		{"time_settings", (*Engine).timeSettings},
		{"kgs-time_settings", (*Engine).namedTimeSettings},
		{"kata-time_settings", (*Engine).namedTimeSettings},
		{"time_left", (*Engine).timeLeft},
		{"kata-get-rules", bare((*Engine).getRules)},
		{"kata-set-rules", (*Engine).setRules},
		{"kata-set-rule", (*Engine).setRule},
		{"kgs-rules", (*Engine).kgsRules},
		{"analyze", (*Engine).analyzeInteger},
		{"lz-analyze", (*Engine).analyzeInteger},
		{"kata-analyze", (*Engine).analyzeFloat},
		{"genmove_analyze", (*Engine).genMoveInteger},
		{"lz-genmove_analyze", (*Engine).genMoveInteger},
		{"kata-genmove_analyze", (*Engine).genMoveFloat},
		{"stop", says("")},        // what it stops has ended when it is read
		{"clear_cache", says("")}, // nothing outlives a move
		{"gogui-analyze_commands", bare((*Engine).guiCommands)},
		{"gogui-interrupt", says("")},
		{"gogui-play_sequence", (*Engine).playSequence},
		{"tesuji-ownership", bare((*Engine).guiOwnership)},
		{"tesuji-visits", bare((*Engine).guiVisits)},
	}
}

var (
	errQuit = errors.New("quit")
	// errSyntax is the error of a command whose arguments are not what it takes.
	errSyntax = errors.New("syntax error")
)

// Serve answers commands until "quit" or the end of the input.
func (e *Engine) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	rows, cols := 19, 19
	if p, ok := e.Player.(agents.OneBoard); ok {
		rows, cols = p.Board()
	}
	e.game = weiqi.NewGame(rows, cols, e.Rules)
	e.input, e.out = newInput(in), bufio.NewWriter(out)
	defer close(e.input.done)
	for {
		l := e.input.next(ctx)
		switch {
		case errors.Is(l.err, io.EOF):
			return nil
		case l.err != nil:
			return fmt.Errorf("gtp: %w", l.err)
		case l.tooLong:
			fmt.Fprint(e.out, "? the line is too long\n\n")
		default:
			id, words := parse(l.text)
			if len(words) == 0 && id == "" {
				continue
			}
			if err := e.answer(&call{Context: ctx, id: id}, words); errors.Is(err, errQuit) {
				return e.flush()
			}
		}
		if err := e.flush(); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (e *Engine) flush() error {
	if err := e.out.Flush(); err != nil {
		return fmt.Errorf("gtp: %w", err)
	}
	return nil
}

// answer carries a command out and writes the reply. Its error is errQuit or nil.
func (e *Engine) answer(c *call, words []string) error {
	ctx, cancel := context.WithCancel(c.Context)
	defer cancel()
	c.Context = ctx
	e.input.stop.Store(&cancel)
	defer e.input.stop.Store(nil)
	if e.input.interrupted.Load() > e.input.taken { // the interrupt came first
		cancel()
	}
	result, err := e.execute(c, words)
	switch {
	case c.opened: // the result was said line by line
		if err != nil && e.Log != nil {
			fmt.Fprintf(e.Log, "gtp: %s: %v\n", strings.Join(words, " "), err)
		}
		fmt.Fprint(e.out, "\n")
	case err == nil, errors.Is(err, errQuit):
		fmt.Fprintf(e.out, "=%s %s\n\n", c.id, result)
	default:
		fmt.Fprintf(e.out, "?%s %s\n\n", c.id, strings.ReplaceAll(err.Error(), "\n", " "))
	}
	if errors.Is(err, errQuit) {
		return err
	}
	return nil
}

// parse takes control characters and the comment away and splits a line into its number, "" if it
// has none, and words.
func parse(text string) (id string, words []string) {
	text, _, _ = strings.Cut(text, "#")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 32 || r == 127:
			return -1
		}
		return r
	}, text)
	words = strings.Fields(text)
	if len(words) > 0 {
		if _, err := strconv.ParseUint(words[0], 10, 31); err == nil {
			return words[0], words[1:]
		}
	}
	return "", words
}

func (e *Engine) execute(c *call, words []string) (string, error) {
	for _, cmd := range commands {
		if len(words) > 0 && cmd.name == words[0] {
			c.args = words[1:]
			return cmd.run(e, c)
		}
	}
	return "", errors.New("unknown command")
}

func (e *Engine) known(c *call) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	return strconv.FormatBool(slices.ContainsFunc(commands, func(k command) bool { return k.name == c.args[0] })), nil
}

func (e *Engine) list(*call) (string, error) {
	names := make([]string, len(commands))
	for i, c := range commands {
		names[i] = c.name
	}
	return strings.Join(names, "\n"), nil
}

// boardSize takes a side, or columns and rows.
func (e *Engine) boardSize(c *call) (string, error) {
	if len(c.args) < 1 || len(c.args) > 2 {
		return "", errSyntax
	}
	var sides [2]int
	for i := range sides {
		n, err := strconv.Atoi(c.args[min(i, len(c.args)-1)])
		if err != nil {
			return "", errSyntax
		}
		if n < 1 || n > weiqi.MaxSide {
			return "", errors.New("unacceptable size")
		}
		sides[i] = n
	}
	if p, ok := e.Player.(agents.OneBoard); ok {
		if rows, cols := p.Board(); rows != sides[1] || cols != sides[0] {
			return "", fmt.Errorf("unacceptable size: this player knows %dx%d only", cols, rows)
		}
	}
	e.game = weiqi.NewGame(sides[1], sides[0], e.game.Rules())
	e.fixed = false
	return "", nil
}

func (e *Engine) clear(*call) (string, error) {
	e.game.Clear()
	e.fixed = false
	e.clock.begin()
	return "", nil
}

func (e *Engine) komi(c *call) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	k, err := strconv.ParseFloat(c.args[0], 64)
	if err != nil || math.IsNaN(k) || math.IsInf(k, 0) {
		return "", errSyntax
	}
	// Any number is accepted: halves are all that can make a difference.
	k = min(weiqi.MaxKomi, max(-weiqi.MaxKomi, math.Round(2*k)/2))
	return "", e.game.SetKomi(k)
}

func (e *Engine) getKomi(*call) (string, error) {
	return strconv.FormatFloat(e.game.Rules().Komi, 'f', -1, 64), nil
}

func (e *Engine) play(c *call) (string, error) {
	if len(c.args) != 2 {
		return "", errSyntax
	}
	colour, err := weiqi.ParseColour(c.args[0])
	if err != nil {
		return "", errSyntax
	}
	point, err := e.game.ParseVertex(c.args[1])
	if err != nil {
		return "", errSyntax
	}
	if err := e.game.PlayAs(colour, point); err != nil {
		return "", errors.New("illegal move")
	}
	return "", nil
}

// playSequence takes colours and vertices in turn. If one is illegal, none is played.
func (e *Engine) playSequence(c *call) (string, error) {
	before := len(e.game.Board.Moves())
	if len(c.args)%2 != 0 {
		return "", errSyntax
	}
	for args := c.args; len(args) > 0; args = args[2:] {
		if _, err := e.play(&call{Context: c, args: args[:2]}); err != nil {
			for len(e.game.Board.Moves()) > before {
				e.game.Undo()
			}
			return "", err
		}
	}
	return "", nil
}

func (e *Engine) undo(*call) (string, error) {
	if !e.game.Undo() {
		return "", errors.New("cannot undo")
	}
	return "", nil
}

func (e *Engine) show(*call) (string, error) {
	c := "Black"
	if e.game.ToMove() == weiqi.White {
		c = "White"
	}
	return "\n" + e.game.String() + "\n" + c + " to move", nil
}
