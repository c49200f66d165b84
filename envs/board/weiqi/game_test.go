package weiqi

import (
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/gametest"
)

var _ envs.Game = (*Game)(nil)

// TestObserve looks at a position with an atari, a ko, and a pass.
func TestObserve(t *testing.T) {
	g := NewGame(4, 4, Rules{Komi: 7.5})
	for _, v := range []string{"B3", "C3", "A2", "D2", "B1", "C1", "D4", "B2", "C2"} {
		must(t, g.Play(point(g.Board, v)))
	}
	x := make([]float32, 16*planes)
	g.Observe(x) // White to move; Black's C2 took B2
	plane := func(p int) (at []string) {
		for i := range 16 {
			if x[i*planes+p] == 1 {
				at = append(at, string("ABCD"[i%4])+string("4321"[i/4]))
			}
		}
		return at
	}
	for p, want := range map[int][]string{
		planeOwn: {"C3", "D2", "C1"}, planeRepeats: {"B2"}, planeLast: {"C2"}, planeLast + 1: {"B2"},
		planeLast + 2: {"D4"}, planePass: nil, planeTheirLiberties: {"C2"},
	} {
		if got := plane(p); !slices.Equal(got, want) {
			t.Errorf("plane %d: %v, want %v", p, got, want)
		}
	}
	if x[planeKomi] != 0.5 || x[planeOnes] != 1 {
		t.Errorf("komi %v, ones %v", x[planeKomi], x[planeOnes])
	}
	must(t, g.Play(g.Pass()))
	g.Observe(x)
	if len(plane(planePass)) != 16 || x[planeKomi] != -0.5 {
		t.Error("the pass or the komi of the other player is not seen")
	}
}

func TestContract(t *testing.T) {
	gametest.Run(t, NewGame(3, 3, Rules{}))
	gametest.Run(t, NewGame(4, 5, Rules{Ko: SituationalSuperko, Suicide: true, Komi: 3.5}))
}
