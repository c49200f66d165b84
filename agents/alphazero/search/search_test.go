package search

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
)

// ignorant knows nothing: all moves are as good, all positions even.
type ignorant struct{ asked int }

func (n *ignorant) Evaluate(positions []envs.Game, logits, values []float32) error {
	n.asked += len(positions)
	clear(logits)
	clear(values)
	return nil
}

// TestNeverLoses plays Tic-tac-toe against random moves and against itself: with two thousand
// simulations, knowing nothing but the rules, search does not lose, and draws with itself.
func TestNeverLoses(t *testing.T) {
	g := inarow.NewTicTacToe()
	b := NewBatch(Config{Simulations: 2000, Gumbel: DefaultGumbel()}, &ignorant{}, g, 1)
	r := rng.New(1, "opponent")
	legal := make([]bool, g.Moves())
	out := make([]Decision, 1)
	wins := 0
	for game := range 20 {
		g := inarow.NewTicTacToe()
		for !g.Over() {
			var move int
			switch {
			case game < 18 && g.Player() == game%2: // random
				g.Legal(legal)
				for move = r.Intn(9); !legal[move]; {
					move = r.Intn(9)
				}
			default:
				if err := b.Search(context.Background(), []envs.Game{g}, []*rng.Stream{nil}, out); err != nil {
					t.Fatal(err)
				}
				move = out[0].Move
			}
			if err := g.Play(move); err != nil {
				t.Fatal(err)
			}
		}
		o := g.Outcome()
		if game%2 == 0 {
			o = -o // search is player 1
		}
		switch {
		case game >= 18 && o != 0:
			t.Errorf("a game with itself ended at %v", o)
		case game < 18 && o < 0:
			t.Errorf("game %d was lost", game)
		case game < 18 && o > 0:
			wins++
		}
	}
	if wins < 9 {
		t.Errorf("%d of 18 games with random moves were won", wins)
	}
}

// TestFindsMate: with a win in one, or a loss to avert, search finds the move and its value.
func TestFindsMate(t *testing.T) {
	for _, c := range []struct {
		moves []int
		want  int
	}{
		{[]int{0, 6, 1, 5, 2, 5}, 3}, // row 0 to 2 is open: 3 wins
		{[]int{0, 3, 0, 3, 6, 3}, 3}, // three above each other: 3 averts
	} {
		g := inarow.NewConnectFour()
		for _, m := range c.moves {
			if err := g.Play(m); err != nil {
				t.Fatal(err)
			}
		}
		b := NewBatch(Config{Simulations: 200, Gumbel: DefaultGumbel()}, &ignorant{}, g, 1)
		out := make([]Decision, 1)
		if err := b.Search(context.Background(), []envs.Game{g}, []*rng.Stream{nil}, out); err != nil {
			t.Fatal(err)
		}
		if out[0].Move != c.want {
			t.Errorf("after %v: move %d (visits %v), want %d", c.moves, out[0].Move, out[0].Visits, c.want)
		}
	}
}

// TestGamesAreIndependent: what a game's search comes to does not depend on those beside it.
func TestGamesAreIndependent(t *testing.T) {
	var games []envs.Game
	for i := range 5 {
		g := weiqi.NewGame(5, 5, weiqi.Rules{Komi: 0.5})
		for m := range i {
			if err := g.Play(3*m + i); err != nil {
				t.Fatal(err)
			}
		}
		games = append(games, g)
	}
	net := &ignorant{}
	cfg := Config{Simulations: 40, Gumbel: DefaultGumbel()}
	noise := func(i int) *rng.Stream { return rng.New(uint64(i), "noise") }
	together := make([]Decision, len(games))
	streams := make([]*rng.Stream, len(games))
	for i := range streams {
		streams[i] = noise(i)
	}
	if err := NewBatch(cfg, net, games[0], 5).Search(context.Background(), games, streams, together); err != nil {
		t.Fatal(err)
	}
	one := NewBatch(cfg, net, games[0], 1)
	for i, g := range games {
		out := make([]Decision, 1)
		if err := one.Search(context.Background(), []envs.Game{g}, []*rng.Stream{noise(i)}, out); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(out[0], together[i]) {
			t.Errorf("game %d: alone %+v, with others %+v", i, out[0], together[i])
		}
		sum := float32(0)
		legal := make([]bool, g.Moves())
		g.Legal(legal)
		for a, p := range out[0].Policy {
			sum += p
			if !legal[a] && p != 0 {
				t.Errorf("game %d: the illegal move %d has probability %v", i, a, p)
			}
		}
		if sum < .9999 || sum > 1.0001 {
			t.Errorf("game %d: the policy sums to %v", i, sum)
		}
	}
	if slices.Equal(together[0].Visits, together[1].Visits) {
		t.Error("two games came to the same visits")
	}
}
