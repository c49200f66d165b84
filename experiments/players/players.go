// Package players opens players of Go by name, for matches and board programs:
//
//	engine:random             uniformly random moves
//	engine:uct-1000           tree search with so many random play-outs a move
//	runs/NAME                 what a training run of alphazero or alphago has learned
//	runs/NAME@400             the same with 400 simulations a move
//	runs/NAME@400sym          the same, evaluating each position through all symmetries of the board
//	gtp:gnugo --mode gtp      a program that speaks the Go Text Protocol
package players

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"tesuji/agents"
	"tesuji/agents/boardgame"
	"tesuji/agents/random"
	"tesuji/agents/uct"
	"tesuji/experiments"
	"tesuji/experiments/trained"
	"tesuji/gtp"
	"tesuji/internal/suggest"
	"tesuji/match"
)

// Engine is a player that is built in.
type Engine struct {
	Name string // as an example: engine:uct-1000 stands for any number of play-outs
	Doc  string
}

// Engines returns those that are built in, the weakest first.
func Engines() []Engine {
	return []Engine{
		{"random", "a random legal move, each as likely: the bottom of the ladder"},
		{"uct-100", "tree search with 100 random play-outs a move"},
		{"uct-1000", "the same with 1000; any number will do"},
		{"uct-10000", "the same with 10000"},
		{"go5", "what the preset alphazero-go5 learned, on 5x5 only; go5@400 searches 400 simulations a move, go5@400sym evaluates through all symmetries"},
		{"go7", "what the preset alphazero-go7 learned, on 7x7 only"},
		{"go9", "what the preset alphazero-go9 learned, on 9x9 only"},
	}
}

// Strongest returns the name of the strongest engine for a board of so many rows and columns.
func Strongest(rows, cols int) string {
	if name := fmt.Sprintf("go%d", rows); rows == cols {
		if _, ok := trained.Weights(name); ok {
			return "engine:" + name
		}
	}
	return "engine:uct-1000"
}

// Open finds a player by name. Nothing is started before the entrant's New.
func Open(name string) (match.Entrant, error) {
	kind, rest, ok := strings.Cut(name, ":")
	switch {
	case ok && kind == "engine":
		return engine(name, rest)
	case ok && kind == "gtp":
		return program(name, rest)
	}
	dir, _, _ := strings.Cut(name, "@")
	if _, err := os.Stat(dir); err != nil {
		if _, e := engine(name, name); e == nil {
			return match.Entrant{}, fmt.Errorf("there is no run %s; for the engine of that name, say engine:%s", name, name)
		}
		return match.Entrant{}, fmt.Errorf("player %q: want engine:NAME, a run's directory or gtp:COMMAND (no such directory)", name)
	}
	return run(name)
}

func engine(name, of string) (match.Entrant, error) {
	e := match.Entrant{Name: name}
	if of == "random" {
		e.New = func(seed uint64) (agents.Player, error) { return random.New(seed), nil }
		return e, nil
	}
	if learned, effort, err := searched(of); err != nil {
		return e, err
	} else if weights, ok := trained.Weights(learned); ok {
		e.New, err = experiments.TrainedPlayer("alphazero-"+learned, weights, effort)
		return e, err
	}
	if digits, ok := strings.CutPrefix(of, "uct-"); ok {
		n, err := strconv.Atoi(digits)
		cfg := uct.DefaultConfig(n)
		if err == nil {
			err = cfg.Validate()
		}
		if err != nil {
			return e, fmt.Errorf("engine %q: want a number of play-outs after uct-, such as uct-1000", of)
		}
		e.New = func(seed uint64) (agents.Player, error) {
			cfg := cfg
			cfg.Seed = seed
			return uct.New(cfg), nil
		}
		return e, nil
	}
	var names []string
	for _, b := range Engines() {
		names = append(names, b.Name)
	}
	return e, fmt.Errorf("engine %q is unknown%s (there are %s)", of, suggest.DidYouMean(of, names), strings.Join(names, ", "))
}

// searched parts a name such as runs/go5@100sym into the rest and the effort, with no simulations if none are said.
func searched(name string) (rest string, effort boardgame.Effort, err error) {
	rest, said, given := strings.Cut(name, "@")
	if given {
		var count string
		count, effort.Symmetries = strings.CutSuffix(said, "sym")
		if effort.Simulations, err = strconv.Atoi(count); err != nil || effort.Simulations < 1 {
			return "", effort, fmt.Errorf("player %q: want a number of simulations after @, such as %s@100, or %s@100sym "+
				"to evaluate through all symmetries of the board", name, rest, rest)
		}
	}
	return rest, effort, nil
}

// run opens what a run has learned.
func run(name string) (match.Entrant, error) {
	dir, effort, err := searched(name)
	if err != nil {
		return match.Entrant{}, err
	}
	open, err := experiments.GamePlayer(dir, effort)
	if err != nil {
		return match.Entrant{}, err
	}
	return match.Entrant{Name: name, New: open}, nil
}

// program is another engine.
func program(name, command string) (match.Entrant, error) {
	words, err := split(command)
	if err != nil {
		return match.Entrant{}, fmt.Errorf("%s: %w", name, err)
	}
	short := words[0]
	if i := strings.LastIndexAny(short, `/\`); i >= 0 {
		short = short[i+1:]
	}
	for i, w := range words[:len(words)-1] { // what tells GNU Go's strengths apart
		if w == "--level" {
			short += "-" + words[i+1]
		}
	}
	return match.Entrant{
		Name:    short,
		Program: true,
		New: func(uint64) (agents.Player, error) {
			c, err := gtp.Start(words[0], words[1:]...)
			if err != nil {
				return nil, err
			}
			return gtp.NewPlayer(c), nil
		},
	}, nil
}

// split parts a command line into words as a shell does: quotes hold words together, and outside of
// single ones a backslash takes the next character as it is.
func split(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, inside := rune(0), false
	escaped := false
	for _, r := range command {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inside = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, inside = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if inside {
				words = append(words, word.String())
				word.Reset()
				inside = false
			}
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New("a quote is not closed")
	}
	if inside {
		words = append(words, word.String())
	}
	if len(words) == 0 {
		return nil, errors.New("want a command after gtp:")
	}
	return words, nil
}
