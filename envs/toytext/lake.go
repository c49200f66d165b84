package toytext

import (
	"errors"
	"fmt"

	"tesuji/internal/rng"
)

// lake is a map of FrozenLake.
type lake struct {
	grid
	cells []byte // S, F, H or G
}

// maxLake is the number of rows or columns that a map may have.
const maxLake = 512

var knownLakes = map[string][]string{
	"4x4": {"SFFF", "FHFH", "FFFH", "HFFG"},
	"8x8": {
		"SFFFFFFF",
		"FFFFFFFF",
		"FFFHFFFF",
		"FFFFFHFF",
		"FFFHFFFF",
		"FHHFFFHF",
		"FHFFHFHF",
		"FFFHFFFG",
	},
}

// parseLake reads a map: rows of the same length over S, F, H and G, with a start and a goal.
func parseLake(rows []string) (*lake, error) {
	if len(rows) == 0 || len(rows) > maxLake || len(rows[0]) == 0 || len(rows[0]) > maxLake {
		cols := 0
		if len(rows) > 0 {
			cols = len(rows[0])
		}
		return nil, fmt.Errorf("%d rows of %d cells: want 1 to %d of each", len(rows), cols, maxLake)
	}
	l := &lake{grid: grid{len(rows), len(rows[0])}}
	var starts, goals int
	for i, row := range rows {
		if len(row) != l.cols {
			return nil, fmt.Errorf("row %d %q has %d cells, the first has %d", i+1, row, len(row), l.cols)
		}
		for j := range len(row) {
			switch row[j] {
			case 'S':
				starts++
			case 'G':
				goals++
			case 'F', 'H':
			default:
				return nil, fmt.Errorf("row %d %q, column %d: %q is no cell: want S, F, H or G", i+1, row, j+1, row[j])
			}
		}
		l.cells = append(l.cells, row...)
	}
	if starts == 0 || goals == 0 {
		return nil, fmt.Errorf("%d starts (S) and %d goals (G): want at least one of each", starts, goals)
	}
	return l, nil
}

func (l *lake) lines() []string {
	rows := make([]string, l.rows)
	for i := range rows {
		rows[i] = string(l.cells[i*l.cols : (i+1)*l.cols])
	}
	return rows
}

// ends reports whether the cell ends an episode.
func (l *lake) ends(s int) bool { return l.cells[s] == 'H' || l.cells[s] == 'G' }

func (l *lake) starts() (list []int) {
	for s, c := range l.cells {
		if c == 'S' {
			list = append(list, s)
		}
	}
	return list
}

// RandomMap is a map made at random: Gymnasium's generate_random_map.
type RandomMap struct {
	// Size is the number of rows and of columns, 2 to 512.
	Size int `yaml:"size"`
	// Frozen is the probability in (0, 1] that a cell is ice and no hole.
	Frozen float64 `yaml:"p"`
	// Seed is of the map's own random stream.
	Seed uint64 `yaml:"seed"`
}

// DefaultRandomMap returns Gymnasium's defaults: 8 × 8 cells, .8 of them frozen, with seed 0.
func DefaultRandomMap() RandomMap { return RandomMap{Size: 8, Frozen: .8} }

// mapTries is how many maps without a way to the goal are thrown away before giving up.
const mapTries = 10000

// Generate returns the rows of the map: start and goal in opposite corners, with a way from
// one to the other. Maps without one are drawn again.
func (m RandomMap) Generate() ([]string, error) {
	if m.Size < 2 || m.Size > maxLake {
		return nil, fmt.Errorf("size is %d: want 2 to %d", m.Size, maxLake)
	}
	if !(m.Frozen > 0 && m.Frozen <= 1) {
		return nil, fmt.Errorf("p is %v: want above 0, at most 1", m.Frozen)
	}
	r := rng.NewPCG64(m.Seed)
	l := &lake{grid: grid{m.Size, m.Size}, cells: make([]byte, m.Size*m.Size)}
	weights := []float64{m.Frozen, 1 - m.Frozen}
	// Large maps with few frozen cells hardly ever have a way: bound the cells drawn, not
	// the tries alone.
	for try := 0; try < mapTries && try*len(l.cells) < 100e6; try++ {
		for i := range l.cells {
			l.cells[i] = "FH"[r.Choice(weights)]
		}
		l.cells[0], l.cells[len(l.cells)-1] = 'S', 'G'
		if l.crossable() {
			return l.lines(), nil
		}
	}
	return nil, errors.New("no map with a way to the goal was found: raise p, or lower size")
}

// crossable reports whether the last cell can be reached from the first without a hole.
func (l *lake) crossable() bool {
	seen := make([]bool, len(l.cells))
	seen[0] = true
	todo := []int{0}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s == len(l.cells)-1 {
			return true
		}
		for _, d := range [4][2]int{{0, -1}, {1, 0}, {0, 1}, {-1, 0}} {
			if n := l.moved(s, d[0], d[1]); !seen[n] && l.cells[n] != 'H' {
				seen[n] = true
				todo = append(todo, n)
			}
		}
	}
	return false
}
