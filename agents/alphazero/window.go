package alphazero

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// window is the rows to learn from, the latest ones, in a ring.
type window struct {
	first, most           int // rows when learning begins to forget, and at most
	points, planes, moves int
	total                 int64 // rows ever added

	// Of each row, as the player to move saw it.
	board  []uint8   // [most, P, planes] of -1 to 1, times 120, plus 128
	policy []float32 // [most, A]
	result []uint8   // [most] of the game: 0 won, 1 drawn, 2 lost
	known  []uint8   // [most] 1 if the margin and the owners are, 0 after a resignation
	margin []float32 // [most]
	owners []uint8   // [most, P] 0 the other's, 1 nobody's, 2 own
}

func newWindow(g envs.Game, first, most int) *window {
	rows, cols, planes := g.Planes()
	w := &window{first: first, most: most, points: rows * cols, planes: planes, moves: g.Moves()}
	w.board = make([]uint8, most*w.points*planes)
	w.policy = make([]float32, most*w.moves)
	w.result, w.known, w.margin = make([]uint8, most), make([]uint8, most), make([]float32, most)
	w.owners = make([]uint8, most*w.points)
	return w
}

// pack writes an observation's elements as bytes. Multiples of 1/120 stay exact.
func pack(dst []uint8, x []float32) {
	for i, v := range x {
		dst[i] = uint8(128 + int(math.Floor(float64(v*120+.5))))
	}
}

// size returns how many rows are learned from.
func (w *window) size() int {
	n, c := float64(w.total), float64(w.first)
	const a, b = .75, .4
	if n > c {
		// (n/c)^.75 by square roots, which have the same bits everywhere
		root := math.Sqrt(n / c)
		n = c * (1 + b*(float64(root*math.Sqrt(root))-1)/a)
	}
	return int(min(n, float64(w.most), float64(w.total)))
}

// add returns the place of a new row.
func (w *window) add() int {
	i := int(w.total % int64(w.most))
	w.total++
	return i
}

// draw returns a random row of the window.
func (w *window) draw(r *rng.Stream) int {
	back := int64(r.Intn(w.size())) + 1
	return int((w.total - back) % int64(w.most))
}

// State saves or restores the rows that may still be drawn. The window never grows back to older ones:
// its size grows more slowly than the number of rows.
func (w *window) State(a *snapshot.Archive) {
	a.Int64("total", &w.total)
	if w.total < 0 {
		a.Fail(fmt.Errorf("the window has %d rows", w.total))
		return
	}
	first := int((w.total - int64(w.size())) % int64(w.most))
	end := first + w.size()
	// The ring may close among them: the rows up to its end, then those from its beginning.
	w.rows(a, "rows", first, min(end, w.most))
	w.rows(a, "more", 0, max(end-w.most, 0))
}

// rows saves or restores rows lo to hi of the ring.
func (w *window) rows(a *snapshot.Archive, name string, lo, hi int) {
	a.Section(name, func(a *snapshot.Archive) {
		size := w.points * w.planes
		a.Uint8s("board", w.board[lo*size:hi*size])
		a.Float32s("policy", w.policy[lo*w.moves:hi*w.moves])
		a.Uint8s("result", w.result[lo:hi])
		a.Uint8s("known", w.known[lo:hi])
		a.Float32s("margin", w.margin[lo:hi])
		a.Uint8s("owners", w.owners[lo*w.points:hi*w.points])
	})
}
