package match

import (
	"fmt"
	"slices"

	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
	"tesuji/sgf"
)

// Opening is the first plies of two games.
type Opening []weiqi.Move

// patience is how many openings that are known already are drawn before longer ones are tried.
const patience = 200

// RandomOpenings draws n openings of so many plays each, no two of which are equal but for the board's
// symmetries. On boards of at least 5x5 none is on the edge. Where the board has no more of them, they
// become longer, up to half its points; then they repeat.
func RandomOpenings(n, plies, rows, cols int, rules weiqi.Rules, seed uint64) []Opening {
	openings := make([]Opening, 0, n)
	if plies == 0 {
		return openings[:n]
	}
	draws := rng.New(seed, "match openings")
	seen := map[string]bool{}
	for known := 0; len(openings) < n; {
		g := weiqi.NewGame(rows, cols, rules)
		for range plies {
			g.PlayAs(g.ToMove(), drawPoint(g, draws))
		}
		key := canonical(g)
		if seen[key] && known < patience {
			known++
			continue
		}
		if seen[key] && plies < rows*cols/2 {
			plies, known = plies+1, 0
			continue
		}
		seen[key], known = true, 0
		openings = append(openings, slices.Clone(Opening(g.Board.Moves())))
	}
	return openings
}

// drawPoint draws a play, or a pass if there is none.
func drawPoint(g *weiqi.Game, draws *rng.Stream) int {
	rows, cols := g.Rows(), g.Cols()
	var points []int
	for p := range rows * cols {
		row, col := p/cols, p%cols
		edge := min(row, rows-1-row, col, cols-1-col) == 0
		if edge && min(rows, cols) >= 5 || g.Check(g.ToMove(), p) != nil {
			continue
		}
		points = append(points, p)
	}
	if len(points) == 0 {
		return g.Pass()
	}
	return points[draws.Intn(len(points))]
}

// canonical is the position, the same for all that turn or mirror into one another.
func canonical(g *weiqi.Game) string {
	rows, cols := g.Rows(), g.Cols()
	best := ""
	for s := range 8 {
		if s >= 4 && rows != cols {
			break
		}
		cells := make([]byte, rows*cols)
		for p := range cells {
			row, col := p/cols, p%cols
			if s&1 != 0 {
				row = rows - 1 - row
			}
			if s&2 != 0 {
				col = cols - 1 - col
			}
			if s&4 != 0 {
				row, col = col, row
			}
			cells[p] = byte(g.At(row*cols + col))
		}
		if key := string(cells); best == "" || key < best {
			best = key
		}
	}
	return best
}

// Openings takes the main line of each record as an opening of a game from the empty board.
func Openings(c *sgf.Collection, rows, cols int, rules weiqi.Rules) ([]Opening, error) {
	var openings []Opening
	for i, root := range c.Trees {
		g, err := sgf.Play(sgf.MainLine(root), rules)
		if err != nil {
			return nil, fmt.Errorf("opening %d: %w", i+1, err)
		}
		black, white, _, _ := g.Start()
		if g.Rows() != rows || g.Cols() != cols || len(black)+len(white) > 0 {
			return nil, fmt.Errorf("opening %d is of a board of %d columns and %d rows with %d stones set up: want one of %dx%d and none",
				i+1, g.Cols(), g.Rows(), len(black)+len(white), cols, rows)
		}
		play := weiqi.NewGame(rows, cols, rules)
		for _, m := range g.Board.Moves() {
			if m.Colour != play.ToMove() {
				return nil, fmt.Errorf("opening %d: %v plays twice in a row", i+1, m.Colour)
			}
			if err := play.Play(m.Point); err != nil {
				return nil, fmt.Errorf("opening %d: %w", i+1, err)
			}
		}
		if play.Over() {
			return nil, fmt.Errorf("opening %d is a whole game", i+1)
		}
		openings = append(openings, slices.Clone(Opening(play.Board.Moves())))
	}
	return openings, nil
}
