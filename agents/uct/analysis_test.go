package uct

import (
	"context"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/weiqi"
)

var _ agents.Analyst = (*Player)(nil)

func analyse(t *testing.T, p *Player, g envs.Game) *agents.Analysis {
	t.Helper()
	if err := p.Begin(g); err != nil {
		t.Fatal(err)
	}
	for {
		enough, err := p.Think(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if enough {
			return p.Analysis()
		}
	}
}

// TestAnalysis: the first candidate of an analysis is the move, for either player, and its figures
// agree with one another.
func TestAnalysis(t *testing.T) {
	g := weiqi.NewGame(5, 5, weiqi.Rules{Komi: 0.5})
	play(t, g, 12, 11)
	for range 2 {
		a := analyse(t, New(DefaultConfig(1001)), g)
		if m := move(t, New(DefaultConfig(1001)), g); a.Candidates[0].Move != m {
			t.Errorf("the analysis has %d, the move is %d", a.Candidates[0].Move, m)
		}
		visits := 0
		for _, c := range a.Candidates {
			visits += c.Visits
			if c.Line[0] != c.Move || c.Lower > c.Value || c.Value < -1 || c.Value > 1 || c.Prior != a.Candidates[0].Prior {
				t.Errorf("a candidate: %+v", c)
			}
		}
		if visits != 1001 || a.Visits != 1001 {
			t.Errorf("%d visits of moves, %d in all", visits, a.Visits)
		}
		play(t, g, a.Candidates[0].Move)
	}
}

// TestOwnership: a wall through the board makes it Black's and White's, as who is to move sees it.
func TestOwnership(t *testing.T) {
	g := weiqi.NewGame(5, 5, weiqi.Rules{})
	if err := g.SetUp([]int{1, 6, 11, 16, 21}, []int{3, 8, 13, 18, 23}, weiqi.Black, 0); err != nil {
		t.Fatal(err)
	}
	black := analyse(t, New(DefaultConfig(500)), g)
	play(t, g, g.Pass())
	white := analyse(t, New(DefaultConfig(500)), g)
	for _, c := range []struct {
		a           *agents.Analysis
		left, right float32
	}{{black, 1, -1}, {white, -1, 1}} {
		if c.a.Ownership[11]*c.left < 0.5 || c.a.Ownership[13]*c.right < 0.5 || !c.a.Scored {
			t.Errorf("ownership %v", c.a.Ownership)
		}
	}
	if black.Lead < -5 || white.Lead > 10 {
		t.Errorf("leads %v and %v", black.Lead, white.Lead)
	}
	if a := analyse(t, New(DefaultConfig(50)), inarow.NewTicTacToe()); a.Scored || a.Ownership != nil {
		t.Error("Tic-tac-toe has a score")
	}
}
