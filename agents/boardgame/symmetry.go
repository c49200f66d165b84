package boardgame

import "tesuji/envs"

// Symmetry says where the points and moves of a board go: point i of the picture is point Points[i] of the
// board, move a is move Moves[a].
type Symmetry struct{ Points, Moves []int32 }

// Turn writes the picture of an observation src [P, planes].
func (s Symmetry) Turn(dst, src []float32, planes int) {
	for i, from := range s.Points {
		copy(dst[i*planes:(i+1)*planes], src[int(from)*planes:])
	}
}

// Symmetries returns those that do not change what a game is: of square boards the eight of the square,
// in Connect Four the mirror, in Hex half a turn. The first changes nothing.
func Symmetries(kind string, g envs.Game) []Symmetry {
	rows, cols, _ := g.Planes()
	turn := func(at func(r, c int) (int, int)) Symmetry {
		s := Symmetry{make([]int32, rows*cols), make([]int32, g.Moves())}
		for r := range rows {
			for c := range cols {
				y, x := at(r, c)
				s.Points[r*cols+c] = int32(y*cols + x)
			}
		}
		for a := range s.Moves { // a pass, or another move that is no point, stays what it is
			s.Moves[a] = int32(a)
		}
		if len(s.Moves) >= rows*cols {
			copy(s.Moves, s.Points)
		}
		return s
	}
	same := turn(func(r, c int) (int, int) { return r, c })
	switch kind {
	case ConnectFour:
		mirror := turn(func(r, c int) (int, int) { return r, cols - 1 - c })
		for c := range mirror.Moves {
			mirror.Moves[c] = int32(cols - 1 - c)
		}
		return []Symmetry{same, mirror}
	case Hex:
		return []Symmetry{same, turn(func(r, c int) (int, int) { return rows - 1 - r, cols - 1 - c })}
	}
	n := rows - 1
	return []Symmetry{
		same,
		turn(func(r, c int) (int, int) { return r, n - c }),
		turn(func(r, c int) (int, int) { return n - r, c }),
		turn(func(r, c int) (int, int) { return n - r, n - c }),
		turn(func(r, c int) (int, int) { return c, r }),
		turn(func(r, c int) (int, int) { return c, n - r }),
		turn(func(r, c int) (int, int) { return n - c, r }),
		turn(func(r, c int) (int, int) { return n - c, n - r }),
	}
}
