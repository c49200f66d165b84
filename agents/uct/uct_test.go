package uct

import (
	"context"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
)

func move(t *testing.T, p *Player, g envs.Game) int {
	t.Helper()
	m, err := p.Move(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func play(t *testing.T, g envs.Game, moves ...int) {
	t.Helper()
	for _, m := range moves {
		if err := g.Play(m); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDrawsWithItself: best play in Tic-tac-toe is a draw, and 3000 play-outs a move find it.
func TestDrawsWithItself(t *testing.T) {
	g := inarow.NewTicTacToe()
	p := New(DefaultConfig(3000))
	for !g.Over() {
		play(t, g, move(t, p, g))
	}
	if g.Outcome() != 0 {
		t.Errorf("the game ended at %v", g.Outcome())
	}
}

// TestFindsMoves has a win in one, and a loss to avert, in Connect Four.
func TestFindsMoves(t *testing.T) {
	for _, c := range []struct {
		moves []int
		want  int
	}{{[]int{0, 6, 1, 5, 2, 5}, 3}, {[]int{0, 3, 0, 3, 6, 3}, 3}} {
		g := inarow.NewConnectFour()
		play(t, g, c.moves...)
		if m := move(t, New(DefaultConfig(2000)), g); m != c.want {
			t.Errorf("after %v: %d, want %d", c.moves, m, c.want)
		}
	}
}

// TestCaptures takes a stone in atari in the middle of a 5x5 board.
func TestCaptures(t *testing.T) {
	g := weiqi.NewGame(5, 5, weiqi.Rules{Komi: 0.5})
	play(t, g, 6, 7, 8, 20, 12, 21)
	if m := move(t, New(DefaultConfig(4000)), g); m != 2 {
		t.Errorf("move %d, want 2, which takes 7", m)
	}
}

// TestBeatsRandom plays whole games of 5x5 Go against random play, both colours.
func TestBeatsRandom(t *testing.T) {
	r := rng.New(1, "opponent")
	for game := range 6 {
		g := weiqi.NewGame(5, 5, weiqi.Rules{Komi: 0.5})
		p := New(DefaultConfig(200))
		legal := make([]bool, g.Moves())
		for !g.Over() {
			if g.Player() == game%2 {
				play(t, g, move(t, p, g))
				continue
			}
			g.Legal(legal)
			m := r.Intn(g.Moves())
			for !legal[m] {
				m = r.Intn(g.Moves())
			}
			play(t, g, m)
		}
		if won := g.Outcome() > 0; won != (game%2 == 0) {
			t.Errorf("game %d was lost by %v", game, g.Score())
		}
	}
}

// TestRepeatable: the same seed plays the same, and the game stays as it is.
func TestRepeatable(t *testing.T) {
	g := weiqi.NewGame(5, 5, weiqi.Rules{Komi: 0.5})
	key := g.Key()
	a, b := New(DefaultConfig(300)), New(DefaultConfig(300))
	for range 3 {
		if x, y := move(t, a, g), move(t, b, g); x != y {
			t.Errorf("moves %d and %d", x, y)
		}
	}
	if g.Key() != key || len(g.Board.Moves()) != 0 {
		t.Error("searching changed the game")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.Move(ctx, g); err == nil {
		t.Error("a cancelled search gave a move")
	}
}
