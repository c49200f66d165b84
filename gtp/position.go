package gtp

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tesuji/envs/board/weiqi"
)

var errBoardNotEmpty = errors.New("board not empty")

// handicap reads the number of stones and finds their points.
func (e *Engine) handicap(args []string) ([]int, error) {
	if len(args) != 1 {
		return nil, errSyntax
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return nil, errSyntax
	}
	if e.fixed || len(e.game.Board.Moves()) > 0 {
		return nil, errBoardNotEmpty
	}
	points, err := e.game.FixedHandicap(n)
	if err != nil {
		return nil, errors.New("invalid number of stones")
	}
	return points, nil
}

// place puts handicap stones on the empty board; White is to move.
func (e *Engine) place(points []int) (string, error) {
	if err := e.game.SetUp(points, nil, weiqi.White, len(points)); err != nil {
		return "", errors.New("bad vertex list")
	}
	e.fixed = true
	return e.vertices(points), nil
}

func (e *Engine) vertices(points []int) string {
	names := make([]string, len(points))
	for i, p := range points {
		names[i] = e.game.Vertex(p)
	}
	return strings.Join(names, " ")
}

func (e *Engine) fixedHandicap(_ context.Context, args []string) (string, error) {
	points, err := e.handicap(args)
	if err != nil {
		return "", err
	}
	return e.place(points)
}

// placeHandicap puts the stones in their customary places, too: as many as there are places for.
func (e *Engine) placeHandicap(_ context.Context, args []string) (string, error) {
	if len(args) == 1 {
		if n, err := strconv.Atoi(args[0]); err == nil && n > 9 {
			args = []string{"9"}
		}
	}
	points, err := e.handicap(args)
	if err != nil {
		return "", err
	}
	return e.place(points)
}

func (e *Engine) setHandicap(_ context.Context, args []string) (string, error) {
	if e.fixed || len(e.game.Board.Moves()) > 0 {
		return "", errBoardNotEmpty
	}
	var points []int
	for _, a := range args {
		p, err := e.game.ParseVertex(a)
		if err != nil || p == e.game.Pass() || slices.Contains(points, p) {
			return "", errors.New("bad vertex list")
		}
		points = append(points, p)
	}
	if len(points) < 2 {
		return "", errors.New("bad vertex list")
	}
	_, err := e.place(points)
	return "", err
}

// setPosition takes colours and vertices in turn; Black is to move.
func (e *Engine) setPosition(_ context.Context, args []string) (string, error) {
	if len(args)%2 != 0 {
		return "", errSyntax
	}
	var black, white []int
	for ; len(args) > 0; args = args[2:] {
		c, err := weiqi.ParseColour(args[0])
		if err != nil {
			return "", errSyntax
		}
		p, err := e.game.ParseVertex(args[1])
		if err != nil || p == e.game.Pass() {
			return "", errSyntax
		}
		if c == weiqi.Black {
			black = append(black, p)
		} else {
			white = append(white, p)
		}
	}
	if err := e.game.SetUp(black, white, weiqi.Black, 0); err != nil {
		return "", err
	}
	e.fixed = len(black)+len(white) > 0
	return "", nil
}

// finalScore scores the board as it stands, by area.
func (e *Engine) finalScore(context.Context, []string) (string, error) {
	switch s := e.game.Score(); {
	case s > 0:
		return "B+" + strconv.FormatFloat(s, 'f', -1, 64), nil
	case s < 0:
		return "W+" + strconv.FormatFloat(-s, 'f', -1, 64), nil
	}
	return "0", nil
}

// finalStatus lists chains. By area rules all stones that stand are alive.
func (e *Engine) finalStatus(_ context.Context, args []string) (string, error) {
	if len(args) != 1 {
		return "", errSyntax
	}
	switch args[0] {
	case "dead", "seki":
		return "", nil
	case "alive":
		var lines []string
		for _, chain := range e.game.Chains() {
			lines = append(lines, e.vertices(chain))
		}
		return strings.Join(lines, "\n"), nil
	}
	return "", errSyntax
}
