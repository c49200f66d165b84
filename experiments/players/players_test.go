package players

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tesuji/agents/boardgame"
	"tesuji/envs/board/weiqi"
)

func TestStrongest(t *testing.T) {
	for want, size := range map[string][2]int{"engine:go5": {5, 5}, "engine:go9": {9, 9}, "engine:uct-1000": {9, 7}} {
		if got := Strongest(size[0], size[1]); got != want {
			t.Errorf("%v: %s, want %s", size, got, want)
		}
	}
	if got := Strongest(19, 19); got != "engine:uct-1000" {
		t.Errorf("19x19: %s", got)
	}
}

func TestOpen(t *testing.T) {
	for _, e := range Engines() {
		entrant, err := Open("engine:" + e.Name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.Name, "uct-10000") {
			continue
		}
		size := 5
		if side, learned := strings.CutPrefix(e.Name, "go"); learned {
			size, _ = strconv.Atoi(side)
		}
		g := weiqi.NewGame(size, size, weiqi.Rules{Komi: 7})
		var moves []int
		for range 2 {
			p, err := entrant.New(3)
			if err != nil {
				t.Fatal(err)
			}
			m, err := p.Move(context.Background(), g)
			if err != nil {
				t.Fatal(err)
			}
			moves = append(moves, m)
		}
		if moves[0] != moves[1] {
			t.Errorf("%s plays %v with one seed", e.Name, moves)
		}
		row, col := moves[0]/size, moves[0]%size
		if strings.HasPrefix(e.Name, "go") && min(row, col, size-1-row, size-1-col) < 2 {
			t.Errorf("%s opens at %s: want it on the third line or higher", e.Name, g.Vertex(moves[0]))
		}
	}
	for name, want := range map[string]string{
		"engine:uct":       `did you mean "uct-100"`,
		"engine:uct-0":     "want a number of play-outs",
		"engine:go5@sym":   "go5@100sym",
		"engine:uct-many":  "want a number of play-outs",
		"uct-1000":         "say engine:uct-1000",
		"runs/none":        "want engine:NAME",
		"gtp:":             "want a command",
		`gtp:gnugo "level`: "not closed",
	} {
		if _, err := Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	e, err := Open("gtp:/usr/games/gnugo --mode gtp --level 10")
	if err != nil || e.Name != "gnugo-10" || !e.Program {
		t.Errorf("a program: %+v, %v", e, err)
	}
	if e, err = Open("gtp:no-such-program"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.New(1); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestSearched(t *testing.T) {
	for name, want := range map[string]boardgame.Effort{
		"runs/a": {}, "runs/a@100": {Simulations: 100}, "runs/a@7sym": {Simulations: 7, Symmetries: true},
	} {
		if rest, effort, err := searched(name); rest != "runs/a" || effort != want || err != nil {
			t.Errorf("%s: %s, %+v, %v", name, rest, effort, err)
		}
	}
}

func TestSplit(t *testing.T) {
	for in, want := range map[string][]string{
		"a  b\tc":          {"a", "b", "c"},
		`a "b c" 'd "e'`:   {"a", "b c", `d "e`},
		`"C:\\go go" ''`:   {`C:\go go`, ""},
		`a\ b '\' --x="y"`: {"a b", `\`, "--x=y"},
	} {
		if got, err := split(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", in, got, err, want)
		}
	}
}
