package alphazero

import "tesuji/envs"

// symmetry says where the points and moves of a board go: point i of the picture is point points[i] of the
// board, move a is move moves[a].
type symmetry struct{ points, moves []int32 }

// symmetries returns those that do not change what a game is: of square boards the eight of the square,
// in Connect Four the mirror, in Hex half a turn. The first changes nothing.
func symmetries(kind string, g envs.Game) []symmetry {
	rows, cols, _ := g.Planes()
	turn := func(at func(r, c int) (int, int)) symmetry {
		s := symmetry{make([]int32, rows*cols), make([]int32, g.Moves())}
		for r := range rows {
			for c := range cols {
				y, x := at(r, c)
				s.points[r*cols+c] = int32(y*cols + x)
			}
		}
		for a := range s.moves { // a pass, or another move that is no point, stays what it is
			s.moves[a] = int32(a)
		}
		if len(s.moves) >= rows*cols {
			copy(s.moves, s.points)
		}
		return s
	}
	same := turn(func(r, c int) (int, int) { return r, c })
	switch kind {
	case connectFour:
		mirror := turn(func(r, c int) (int, int) { return r, cols - 1 - c })
		for c := range mirror.moves {
			mirror.moves[c] = int32(cols - 1 - c)
		}
		return []symmetry{same, mirror}
	case hexGame:
		return []symmetry{same, turn(func(r, c int) (int, int) { return rows - 1 - r, cols - 1 - c })}
	}
	n := rows - 1
	return []symmetry{
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
