package weiqi

import (
	"fmt"
	"sync"

	"tesuji/internal/rng"
)

// MaxSide is the largest number of rows or columns.
const MaxSide = 25

// place is a point of the board with a border of one point around it: neighbours are at fixed
// distances, and no point has to be asked whether it is on the edge.
type place = int16

// geometry is what all boards of one size share.
type geometry struct {
	rows, cols int
	points     int         // rows*cols
	stride     place       // from a place to the one below
	places     int         // with the border
	at         []place     // [points] of each point, row by row from the top left
	index      []int16     // [places] the point of each place, -1 for the border
	zobrist    [3][]uint64 // [colour][places] keys; those of Empty are 0
	words      int         // of a bit set of points
	full       []uint64    // [words] all points
	left       []uint64    // [words] the first column
	right      []uint64    // [words] the last column
}

var geometries struct {
	sync.Mutex
	made map[[2]int]*geometry
}

// geometryOf returns the tables of a board size. It panics if a side is out of range.
func geometryOf(rows, cols int) *geometry {
	if rows < 1 || cols < 1 || rows > MaxSide || cols > MaxSide {
		panic(fmt.Sprintf("weiqi: a board of %d rows and %d columns; want 1 to %d of each", rows, cols, MaxSide))
	}
	geometries.Lock()
	defer geometries.Unlock()
	key := [2]int{rows, cols}
	if g := geometries.made[key]; g != nil {
		return g
	}
	g := &geometry{rows: rows, cols: cols, points: rows * cols, stride: place(cols + 1)}
	// One column serves as the right border of a row and the left border of the next.
	g.places = (rows+2)*(cols+1) + 1
	g.words = (g.points + 63) / 64
	g.full, g.left, g.right = make([]uint64, g.words), make([]uint64, g.words), make([]uint64, g.words)
	for i := range g.points {
		bit := uint64(1) << (i & 63)
		g.full[i>>6] |= bit
		if i%cols == 0 {
			g.left[i>>6] |= bit
		}
		if i%cols == cols-1 {
			g.right[i>>6] |= bit
		}
	}
	g.index = make([]int16, g.places)
	for i := range g.index {
		g.index[i] = -1
	}
	keys := rng.New(uint64(rows*100+cols), "weiqi zobrist")
	for c := range g.zobrist {
		g.zobrist[c] = make([]uint64, g.places)
	}
	for r := range rows {
		for c := range cols {
			p := place((r+1)*(cols+1) + c + 1)
			g.index[p] = int16(len(g.at))
			g.at = append(g.at, p)
			g.zobrist[Black][p], g.zobrist[White][p] = keys.Uint64(), keys.Uint64()
		}
	}
	if geometries.made == nil {
		geometries.made = map[[2]int]*geometry{}
	}
	geometries.made[key] = g
	return g
}

// around returns the places next to p.
func (g *geometry) around(p place) [4]place {
	return [4]place{p - g.stride, p - 1, p + 1, p + g.stride}
}

// bit returns the word and the bit of a stone in the bit sets of black and white stones.
func (g *geometry) bit(c Colour, p place) (word int, bit uint64) {
	i := int(g.index[p])
	return int(c-1)*g.words + i>>6, 1 << (i & 63)
}
