package boardgame

import (
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/weiqi"
	"tesuji/gtp"
)

// TestLadder plays for the first legal move against every kind of opponent, twice, with the same result.
func TestLadder(t *testing.T) {
	rules, err := weiqi.RulesByName("cgos")
	if err != nil {
		t.Fatal(err)
	}
	l := Ladder{Opponents: []string{"random", "uct-20", "gnugo-1"}, Games: 4}
	if _, err := gtp.Find("gnugo"); err != nil {
		l.Opponents = l.Opponents[:2]
		t.Log("no GNU Go here: it is left out")
	}
	g := weiqi.NewGame(5, 5, rules)
	if err := l.Ready(g); err != nil {
		t.Fatal(err)
	}
	first := func(int, int) Mover {
		legal := make([]bool, g.Moves())
		return func(_ []int, games []envs.Game, moves []int) error {
			for i, g := range games {
				g.Legal(legal)
				for moves[i] = 0; !legal[moves[i]]; moves[i]++ {
				}
			}
			return nil
		}
	}
	once, err := l.Play(t.Context(), NewValued(g, 0), first)
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.Play(t.Context(), NewValued(g, 0), first)
	if err != nil {
		t.Fatal(err)
	}
	if len(once) != len(l.Metrics()) || once[0] > .5 {
		t.Errorf("%v of %v", once, l.Metrics())
	}
	for i := range once {
		if once[i] != again[i] {
			t.Errorf("%s is %v, then %v", l.Metrics()[i].Name, once[i], again[i])
		}
	}
}

func TestLadderRefuses(t *testing.T) {
	for _, name := range []string{"uct-", "uct-0", "gnugo-x", "gnugo", ""} {
		l := Ladder{Opponents: []string{name}, Games: 2}
		if err := l.Validate(); err == nil || !strings.Contains(err.Error(), "uct-N") {
			t.Errorf("%q: %v", name, err)
		}
	}
	l := Ladder{Opponents: []string{"gnugo-10"}, Games: 2}
	if err := l.Ready(inarow.NewTicTacToe()); err == nil || !strings.Contains(err.Error(), "Go only") {
		t.Errorf("tic-tac-toe: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := gtp.Find("gnugo"); err != nil {
		if err := l.Ready(weiqi.NewGame(5, 5, weiqi.Rules{})); err == nil || !strings.Contains(err.Error(), "install GNU Go") {
			t.Errorf("without GNU Go: %v", err)
		}
	}
}
