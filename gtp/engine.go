// Package gtp speaks the Go Text Protocol, version 2 (G. Farnebäck, draft 2, 2002): an engine for
// Sabaki, GoGui and gogui-twogtp, and a client that drives other engines.
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
	// Player makes the moves.
	Player agents.Player
	// Rules are those at the start.
	Rules weiqi.Rules

	game  *weiqi.Game
	fixed bool // set-up stones are on the board
}

// command is one of the engine's.
type command struct {
	name string
	run  func(e *Engine, ctx context.Context, args []string) (string, error)
}

// commands are all there are, in the order in which list_commands gives them.
var commands []command

func init() {
	commands = []command{
		{"protocol_version", func(*Engine, context.Context, []string) (string, error) { return "2", nil }},
		{"name", func(e *Engine, _ context.Context, _ []string) (string, error) { return e.Name, nil }},
		{"version", func(e *Engine, _ context.Context, _ []string) (string, error) { return e.Version, nil }},
		{"known_command", (*Engine).known},
		{"list_commands", (*Engine).list},
		{"quit", func(*Engine, context.Context, []string) (string, error) { return "", errQuit }},
		{"boardsize", (*Engine).boardSize},
		{"rectangular_boardsize", (*Engine).boardSize},
		{"clear_board", (*Engine).clear},
		{"komi", (*Engine).komi},
		{"get_komi", (*Engine).getKomi},
		{"kata-set-rules", (*Engine).setRules},
		{"play", (*Engine).play},
		{"genmove", (*Engine).genMove},
		{"reg_genmove", (*Engine).regGenMove},
		{"undo", (*Engine).undo},
		{"fixed_handicap", (*Engine).fixedHandicap},
		{"place_free_handicap", (*Engine).placeHandicap},
		{"set_free_handicap", (*Engine).setHandicap},
		{"set_position", (*Engine).setPosition},
		{"final_score", (*Engine).finalScore},
		{"final_status_list", (*Engine).finalStatus},
		{"time_settings", (*Engine).timeSettings},
		{"time_left", (*Engine).timeLeft},
		{"showboard", (*Engine).show},
	}
}

var errQuit = errors.New("quit")

// syntax is the error of a command whose arguments are not what it takes.
var errSyntax = errors.New("syntax error")

// Serve answers commands until "quit" or the end of the input.
func (e *Engine) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	e.game = weiqi.NewGame(19, 19, e.Rules)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	w := bufio.NewWriter(out)
	for lines.Scan() {
		id, words := parse(lines.Text())
		if len(words) == 0 {
			continue
		}
		result, err := e.execute(ctx, words)
		if quit := errors.Is(err, errQuit); err == nil || quit {
			fmt.Fprintf(w, "=%s %s\n\n", id, result)
			if quit {
				return w.Flush()
			}
		} else {
			fmt.Fprintf(w, "?%s %s\n\n", id, strings.ReplaceAll(err.Error(), "\n", " "))
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("gtp: %w", err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("gtp: %w", err)
	}
	return nil
}

// parse takes control characters and the comment away and splits a line into its number, "" if it
// has none, and words.
func parse(line string) (id string, words []string) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 32 || r == 127:
			return -1
		}
		return r
	}, line)
	words = strings.Fields(line)
	if len(words) > 0 {
		if _, err := strconv.ParseUint(words[0], 10, 31); err == nil {
			return words[0], words[1:]
		}
	}
	return "", words
}

func (e *Engine) execute(ctx context.Context, words []string) (string, error) {
	for _, c := range commands {
		if c.name == words[0] {
			return c.run(e, ctx, words[1:])
		}
	}
	return "", errors.New("unknown command")
}

func (e *Engine) known(_ context.Context, args []string) (string, error) {
	if len(args) != 1 {
		return "", errSyntax
	}
	return strconv.FormatBool(slices.ContainsFunc(commands, func(c command) bool { return c.name == args[0] })), nil
}

func (e *Engine) list(context.Context, []string) (string, error) {
	names := make([]string, len(commands))
	for i, c := range commands {
		names[i] = c.name
	}
	return strings.Join(names, "\n"), nil
}

// boardSize takes a side, or columns and rows.
func (e *Engine) boardSize(_ context.Context, args []string) (string, error) {
	if len(args) < 1 || len(args) > 2 {
		return "", errSyntax
	}
	var sides [2]int
	for i := range sides {
		n, err := strconv.Atoi(args[min(i, len(args)-1)])
		if err != nil {
			return "", errSyntax
		}
		if n < 1 || n > weiqi.MaxSide {
			return "", errors.New("unacceptable size")
		}
		sides[i] = n
	}
	e.game = weiqi.NewGame(sides[1], sides[0], e.game.Rules())
	e.fixed = false
	return "", nil
}

func (e *Engine) clear(context.Context, []string) (string, error) {
	e.game.Clear()
	e.fixed = false
	return "", nil
}

func (e *Engine) komi(_ context.Context, args []string) (string, error) {
	if len(args) != 1 {
		return "", errSyntax
	}
	k, err := strconv.ParseFloat(args[0], 64)
	if err != nil || math.IsNaN(k) || math.IsInf(k, 0) {
		return "", errSyntax
	}
	// Any number is accepted: halves are all that can make a difference.
	k = min(weiqi.MaxKomi, max(-weiqi.MaxKomi, math.Round(2*k)/2))
	return "", e.game.SetKomi(k)
}

func (e *Engine) getKomi(context.Context, []string) (string, error) {
	return strconv.FormatFloat(e.game.Rules().Komi, 'f', -1, 64), nil
}

// setRules takes the name of a preset. The komi stays.
func (e *Engine) setRules(_ context.Context, args []string) (string, error) {
	if len(args) != 1 {
		return "", errSyntax
	}
	r, err := weiqi.RulesByName(strings.ToLower(args[0]))
	if err != nil {
		return "", err
	}
	if len(e.game.Board.Moves()) > 0 || e.fixed {
		return "", errors.New("the board is not empty")
	}
	r.Komi = e.game.Rules().Komi
	e.game = weiqi.NewGame(e.game.Rows(), e.game.Cols(), r)
	return "", nil
}

func (e *Engine) play(_ context.Context, args []string) (string, error) {
	if len(args) != 2 {
		return "", errSyntax
	}
	c, err := weiqi.ParseColour(args[0])
	if err != nil {
		return "", errSyntax
	}
	point, err := e.game.ParseVertex(args[1])
	if err != nil {
		return "", errSyntax
	}
	if err := e.game.PlayAs(c, point); err != nil {
		return "", errors.New("illegal move")
	}
	return "", nil
}

func (e *Engine) genMove(ctx context.Context, args []string) (string, error) {
	c, point, err := e.choose(ctx, args)
	if err != nil {
		return "", err
	}
	if err := e.game.PlayAs(c, point); err != nil {
		return "", fmt.Errorf("the player chose %s: %w", e.game.Vertex(point), err)
	}
	return e.game.Vertex(point), nil
}

func (e *Engine) regGenMove(ctx context.Context, args []string) (string, error) {
	_, point, err := e.choose(ctx, args)
	if err != nil {
		return "", err
	}
	return e.game.Vertex(point), nil
}

// choose asks the player for a move of a colour. When the game is over for the rules, two passes
// having been played, it goes on if the other side asks.
func (e *Engine) choose(ctx context.Context, args []string) (weiqi.Colour, int, error) {
	if len(args) != 1 {
		return 0, 0, errSyntax
	}
	c, err := weiqi.ParseColour(args[0])
	if err != nil {
		return 0, 0, errSyntax
	}
	g := e.game.Clone().(*weiqi.Game)
	g.Resume(c)
	point, err := e.Player.Move(ctx, g)
	return c, point, err
}

func (e *Engine) undo(context.Context, []string) (string, error) {
	if !e.game.Undo() {
		return "", errors.New("cannot undo")
	}
	return "", nil
}

func (e *Engine) timeSettings(_ context.Context, args []string) (string, error) {
	return "", numbers(args, 3)
}

func (e *Engine) timeLeft(_ context.Context, args []string) (string, error) {
	if len(args) != 3 {
		return "", errSyntax
	}
	if _, err := weiqi.ParseColour(args[0]); err != nil {
		return "", errSyntax
	}
	return "", numbers(args[1:], 2)
}

// numbers checks that there are n whole numbers of at least 0.
func numbers(args []string, n int) error {
	if len(args) != n {
		return errSyntax
	}
	for _, a := range args {
		if _, err := strconv.ParseUint(a, 10, 31); err != nil {
			return errSyntax
		}
	}
	return nil
}

func (e *Engine) show(context.Context, []string) (string, error) {
	c := "Black"
	if e.game.ToMove() == weiqi.White {
		c = "White"
	}
	return "\n" + e.game.String() + "\n" + c + " to move", nil
}
