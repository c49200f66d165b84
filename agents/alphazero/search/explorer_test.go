package search

import (
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/weiqi"
)

func TestExplorerIsBounded(t *testing.T) {
	defer func(n int) { treeBytes = n }(treeBytes)
	treeBytes = 1 << 22
	g := weiqi.NewGame(9, 9, weiqi.Rules{})
	e := NewExplorer(DefaultPUCT(), &scatter{}, g)
	e.Begin(g)
	n := 0
	for ; !e.Full(); n++ {
		if err := e.Simulate(); err != nil {
			t.Fatal(err)
		}
	}
	if b := e.slot.tree.bytes(); b > treeBytes || b < treeBytes/4 {
		t.Errorf("full with %d bytes after %d simulations", b, n)
	}
	e.Begin(g)
	if e.Full() {
		t.Error("full at the beginning")
	}
}

// TestExplorer searches on and on, through several growths of the tree, and finds what a search of as
// many simulations finds at once.
func TestExplorer(t *testing.T) {
	puct := PUCT{Init: 1.1, Base: 1e4, FPU: FPUParent, Reduction: 0.2, RootReduction: 0.2}
	for _, g := range []envs.Game{weiqi.NewGame(5, 5, weiqi.Rules{Komi: 0.5}), inarow.NewTicTacToe()} {
		e := NewExplorer(puct, &scatter{}, g)
		for range 2 { // the second time in what the first has left
			e.Begin(g)
			for _, n := range []int{2, 100, 1500} {
				for e.Visits() < n {
					if err := e.Simulate(); err != nil {
						t.Fatal(err)
					}
				}
				b := NewBatch(Config{Simulations: n - 1, Rule: ByPUCT, PUCT: puct, Transpose: true}, &scatter{}, g, 1)
				want, a := searchOne(t, b, g, nil), e.Analysis()
				if a.Visits != n || a.Candidates[0].Move != want.Move || float32(a.Value) != want.Value {
					t.Errorf("%s, %d: %d visits, best %d, value %v; a search finds %d, %v", g.Name(), n, a.Visits, a.Candidates[0].Move, a.Value, want.Move, want.Value)
				}
				for _, c := range a.Candidates {
					if c.Visits != int(want.Visits[c.Move]) || c.Line[0] != c.Move || c.Lower > c.Value {
						t.Errorf("%s, %d: %+v, of %d visits", g.Name(), n, c, want.Visits[c.Move])
					}
				}
			}
		}
		if line := e.Analysis().Candidates[0].Line; len(line) < 3 {
			t.Errorf("the line ends after %v", line)
		}
		e.Begin(g)
		if err := e.Simulate(); err != nil {
			t.Fatal(err)
		}
		a := e.Analysis()
		if legal := make([]bool, g.Moves()); len(a.Candidates) != 1 || !func() bool { g.Legal(legal); return legal[a.Candidates[0].Move] }() || !slices.Equal(a.Candidates[0].Line, []int{a.Candidates[0].Move}) {
			t.Errorf("after the root's evaluation: %+v", a.Candidates)
		}
	}
}
