package solver

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/hex"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/othello"
)

func solve(t *testing.T, s *Solver, p Position) int {
	t.Helper()
	v, err := s.Solve(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestKnownValues has games whose values are known: Connect Four's from J. Tromp's table, Othello's
// 4x4 from complete searches (11 to 3 for the second player).
func TestKnownValues(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Position
		want int
	}{
		{"tic-tac-toe", FromGame(inarow.NewTicTacToe()), 0},
		{"othello 4x4", FromGame(othello.New(4)), -8},
		{"hex 3x3", FromGame(hex.New(3, false)), 1},
		{"hex 3x3, swap", FromGame(hex.New(3, true)), -1},
		{"connect four 4x4, from the rules", FromGame(inarow.NewConnectFourOn(4, 4)), 0},
		{"connect four 4x4", NewConnect(4, 4), 0},
		{"connect four 4x5", NewConnect(4, 5), 0},
		{"connect four 5x4", NewConnect(5, 4), 0},
		{"connect four 5x5", NewConnect(5, 5), 0},
	} {
		for _, deepen := range []bool{false, true} {
			if deepen && (c.want == 0 && c.name != "tic-tac-toe" || c.want < -1) {
				continue // for them it takes long
			}
			if got := solve(t, New(1<<20, deepen), c.p); got != c.want {
				t.Errorf("%s, depth by depth %v: %d, want %d", c.name, deepen, got, c.want)
			}
		}
	}
}

// plain is negamax, with nothing but a memory of values by key.
func plain(g envs.Game, seen map[uint64]int) int {
	if g.Over() {
		v := int(g.Outcome())
		if g.Player() == 1 {
			v = -v
		}
		return v
	}
	if v, ok := seen[g.Key()]; ok {
		return v
	}
	best := -2
	for m := range g.Moves() {
		c := g.Clone()
		if c.Play(m) == nil {
			best = max(best, -plain(c, seen))
		}
	}
	seen[g.Key()] = best
	return best
}

// TestHexOpenings compares all first moves of 3x3 with plain search. On 4x4 those of the short
// diagonal win and no others, as another program found too.
func TestHexOpenings(t *testing.T) {
	g := hex.New(3, false)
	_, got, err := New(1<<16, false).Openings(context.Background(), FromGame(g))
	if err != nil {
		t.Fatal(err)
	}
	var want []int
	seen := map[uint64]int{}
	for m := range 9 {
		c := g.Clone()
		c.Play(m)
		want = append(want, -plain(c, seen))
	}
	if !slices.Equal(got, want) {
		t.Errorf("3x3: %v, want %v", got, want)
	}
	if testing.Short() {
		return
	}
	_, got, err = New(1<<20, false).Openings(context.Background(), FromGame(hex.New(4, false)))
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{-1, -1, -1, 1, -1, -1, 1, -1, -1, 1, -1, -1, 1, -1, -1, -1}; !slices.Equal(got, want) {
		t.Errorf("4x4: %v, want %v", got, want)
	}
}

// TestConnectKnowsTheRules plays random games beside those of inarow: the same columns are free and
// Bounds finds every win.
func TestConnectKnowsTheRules(t *testing.T) {
	r := newRand(1)
	for range 2000 {
		g, c := inarow.NewConnectFourOn(5, 6), NewConnect(5, 6)
		for !g.Over() {
			lo, hi := c.Bounds()
			wins, legal := false, 0
			for m := range 6 {
				d := g.Clone()
				if d.Play(m) == nil {
					legal++
					wins = wins || d.Outcome() != 0
				}
			}
			if wins != (lo == 1) || hi < lo || legal == 0 {
				t.Fatalf("a win is there: %v; bounds %d and %d", wins, lo, hi)
			}
			for _, m := range c.Moves(nil) {
				if g.Clone().Play(m.ID) != nil {
					t.Fatalf("column %d is full", m.ID)
				}
			}
			if m := r.IntN(6); g.Play(m) == nil {
				c.Play(m)
				if g.Outcome() != 0 {
					break
				}
			}
		}
		if lo, _ := c.Bounds(); g.Over() && g.Outcome() == 0 && lo != 0 {
			t.Fatal("a full board is not even")
		}
	}
}

func TestConnectMirror(t *testing.T) {
	a, b := NewConnect(6, 7), NewConnect(6, 7)
	for _, m := range []int{3, 2, 2, 6, 0, 0, 5} {
		a.Play(m)
		b.Play(6 - m)
		if a.Key() != b.Key() || a.FromKey(a.ToKey(1)) != 1 || a.mirrored() != b.mirrored() && a.ToKey(2) != b.ToKey(4) {
			t.Fatal("a mirrored position is another")
		}
	}
}

// TestCancel stops a search at once and leaves the position as it was.
func TestCancel(t *testing.T) {
	p := NewGoban(4, 4)
	key := p.Key()
	ctx, cancel := context.WithCancelCause(context.Background())
	s := New(1<<12, true)
	go cancel(errors.New("enough"))
	if _, err := s.Solve(ctx, p); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if p.Key() != key || p.now != 0 {
		t.Error("the position changed")
	}
}

// TestTinyTable gets the same values with hardly any memory.
func TestTinyTable(t *testing.T) {
	if got := solve(t, New(64, false), FromGame(othello.New(4))); got != -8 {
		t.Errorf("othello: %d", got)
	}
	if got := solve(t, New(64, true), NewGoban(2, 2)); got != 1 {
		t.Errorf("go: %d", got)
	}
}
