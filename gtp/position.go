package gtp

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"tesuji/envs/board/weiqi"
	"tesuji/sgf"
)

var (
	errBoardNotEmpty = errors.New("board not empty")
	errStones        = errors.New("invalid number of stones")
)

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
		return nil, errStones
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

func (e *Engine) fixedHandicap(c *call) (string, error) {
	points, err := e.handicap(c.args)
	if err != nil {
		return "", err
	}
	return e.place(points)
}

// placeHandicap places the stones as the engine likes: in their customary places, and where there are
// too few of those, far from each other.
func (e *Engine) placeHandicap(c *call) (string, error) {
	points, err := e.handicap(c.args)
	if err == nil || err.Error() != errStones.Error() {
		if err != nil {
			return "", err
		}
		return e.place(points)
	}
	n, _ := strconv.Atoi(c.args[0])
	if n < 2 || n > e.game.Points()/2 {
		return "", errStones
	}
	return e.place(e.spread(n))
}

// spread returns n points, each of which is as far as can be from those before it, and off the edge
// while there is room.
func (e *Engine) spread(n int) []int {
	rows, cols := e.game.Rows(), e.game.Cols()
	var points []int
	for len(points) < n {
		best, most := 0, -1
		for p := range rows * cols {
			if slices.Contains(points, p) {
				continue
			}
			row, col := p/cols, p%cols
			edge := min(row, rows-1-row, col, cols-1-col, 2)
			nearest, sum := rows+cols, 0
			for _, q := range points {
				d := abs(row-q/cols) + abs(col-q%cols)
				nearest, sum = min(nearest, d), sum+d
			}
			// In this order: not on the edge, far from the nearest stone, from all, and from the edge.
			worth := ((min(edge, 1)*1000+nearest)*100_000+sum)*10 + edge
			if worth > most {
				best, most = p, worth
			}
		}
		points = append(points, best)
	}
	return points
}

func abs(n int) int { return max(n, -n) }

func (e *Engine) setHandicap(c *call) (string, error) {
	if e.fixed || len(e.game.Board.Moves()) > 0 {
		return "", errBoardNotEmpty
	}
	var points []int
	for _, a := range c.args {
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
func (e *Engine) setPosition(c *call) (string, error) {
	if len(c.args)%2 != 0 {
		return "", errSyntax
	}
	var black, white []int
	for args := c.args; len(args) > 0; args = args[2:] {
		colour, err := weiqi.ParseColour(args[0])
		if err != nil {
			return "", errSyntax
		}
		p, err := e.game.ParseVertex(args[1])
		if err != nil || p == e.game.Pass() {
			return "", errSyntax
		}
		if colour == weiqi.Black {
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
func (e *Engine) finalScore(*call) (string, error) { return sgf.Result(e.game.Score()), nil }

// finalStatus lists chains. By area rules all stones that stand are alive.
func (e *Engine) finalStatus(c *call) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	switch c.args[0] {
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

// allLegal lists where a colour may play.
func (e *Engine) allLegal(c *call) (string, error) {
	return e.pick(c, func(colour weiqi.Colour, p int) bool { return e.game.Check(colour, p) == nil })
}

// listStones lists the stones of a colour.
func (e *Engine) listStones(c *call) (string, error) {
	return e.pick(c, func(colour weiqi.Colour, p int) bool { return e.game.At(p) == colour })
}

// pick lists points.
func (e *Engine) pick(c *call, want func(c weiqi.Colour, p int) bool) (string, error) {
	if len(c.args) != 1 {
		return "", errSyntax
	}
	colour, err := weiqi.ParseColour(c.args[0])
	if err != nil {
		return "", errSyntax
	}
	var points []int
	for p := range e.game.Points() {
		if want(colour, p) {
			points = append(points, p)
		}
	}
	return e.vertices(points), nil
}
