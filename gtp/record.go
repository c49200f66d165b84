package gtp

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"tesuji/sgf"
)

// loadRecord takes a file and, perhaps, the number of a move, before which it stops.
func (e *Engine) loadRecord(c *call) (string, error) {
	if len(c.args) < 1 {
		return "", errSyntax
	}
	// A file's name may have spaces.
	name, number := strings.Join(c.args, " "), 0
	if last := len(c.args) - 1; last > 0 {
		if n, err := strconv.Atoi(c.args[last]); err == nil {
			if n < 0 {
				return "", errSyntax
			}
			name, number = strings.Join(c.args[:last], " "), n
		}
	}
	f, err := os.Open(unquote(name))
	if err != nil {
		return "", fmt.Errorf("cannot load file: %w", err)
	}
	defer f.Close()
	records, err := sgf.Read(f)
	if err != nil {
		return "", fmt.Errorf("cannot load file: %w", err)
	}
	line := sgf.MainLine(records.Trees[0])
	if number > 0 {
		line = sgf.MoveLine(line, number)
	}
	if len(line) == 0 { // the first move is in the root, which says the size, too
		return "", errors.New("cannot load file: its root is a move")
	}
	g, err := sgf.Play(line, e.game.Rules())
	if err != nil {
		return "", fmt.Errorf("cannot load file: %w", err)
	}
	e.game = g
	black, white, _, _ := g.Start()
	e.fixed = len(black)+len(white) > 0
	return "", nil
}

// unquote takes away the quotes that GoGui puts around a name with spaces.
func unquote(name string) string {
	if n := len(name); n >= 2 && name[0] == '"' && name[n-1] == '"' {
		return name[1 : n-1]
	}
	return name
}

// printRecord shows the game so far, or writes it to a file.
func (e *Engine) printRecord(c *call) (string, error) {
	root := sgf.Record(e.game, sgf.Info{Program: e.Name + ":" + e.Version})
	text := sgf.Format(root)
	if len(c.args) == 0 || c.args[0] == "-" {
		return strings.TrimSpace(text), nil
	}
	if err := os.WriteFile(unquote(strings.Join(c.args, " ")), []byte(text), 0o666); err != nil {
		return "", fmt.Errorf("cannot save file: %w", err)
	}
	return "", nil
}
