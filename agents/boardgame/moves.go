package boardgame

import (
	"tesuji/envs"
	"tesuji/internal/rng"
)

// RandomMove makes a random legal move on the board, or another one if there is none, and returns it.
// legal [A] is scratch. The game is not over.
func RandomMove(g envs.Game, legal []bool, r *rng.Stream) int {
	g.Legal(legal)
	rows, cols, _ := g.Planes()
	n := min(len(legal), rows*cols)
	count := 0
	for _, ok := range legal[:n] {
		if ok {
			count++
		}
	}
	if count == 0 {
		for a, ok := range legal {
			if ok {
				MustPlay(g, a)
				return a
			}
		}
		panic("boardgame: no move is legal")
	}
	k := r.Intn(count)
	a := 0
	for ; !legal[a] || k > 0; a++ {
		if legal[a] {
			k--
		}
	}
	MustPlay(g, a)
	return a
}

// MustPlay makes a move that the game has called legal. It panics if the game refuses it.
func MustPlay(g envs.Game, move int) {
	if err := g.Play(move); err != nil {
		panic("boardgame: a legal move is refused: " + err.Error())
	}
}
