package random

import (
	"context"
	"testing"

	"tesuji/agents"
	"tesuji/envs/board/inarow"
)

var _ agents.Player = (*Player)(nil)

// TestMove: in Tic-tac-toe with two points taken, each of the other seven comes as often.
func TestMove(t *testing.T) {
	g := inarow.NewTicTacToe()
	for _, m := range []int{4, 0} {
		if err := g.Play(m); err != nil {
			t.Fatal(err)
		}
	}
	p, again := New(1), New(1)
	count := make([]int, 9)
	for range 7000 {
		m, err := p.Move(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		if same, _ := again.Move(context.Background(), g); same != m {
			t.Fatalf("the same seed draws %d and %d", m, same)
		}
		count[m]++
	}
	for m, n := range count {
		if taken := m == 0 || m == 4; taken && n > 0 || !taken && (n < 850 || n > 1150) { // 5 deviations of 29
			t.Errorf("move %d came %d times in 7000", m, n)
		}
	}
	for !g.Over() {
		m, err := p.Move(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Play(m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Move(context.Background(), g); err == nil {
		t.Error("a game that is over has a move")
	}
}
