package alphago

import (
	"context"
	"errors"
	"testing"

	"tesuji/agents"
	"tesuji/agents/boardgame"
	"tesuji/internal/rng"
)

var _ agents.Analyst = (*Player)(nil)

// TestAnalysis watches a player think of a position, which comes to the move that it makes, of one that is
// decided, and stops it.
func TestAnalysis(t *testing.T) {
	data := Data{Game: boardgame.Go, Size: 4, Rules: "cgos", Komi: 3}
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	cfg := small()
	weights := newTrio(&cfg, g, rng.New(0, "init")).params.Tensors()
	player := func() *Player {
		p, err := NewPlayer(cfg, data, weights, 50, 1)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	boardgame.MustPlay(g, 5)
	p := player()
	if err := p.Begin(g); err != nil {
		t.Fatal(err)
	}
	for enough := false; !enough; {
		if enough, err = p.Think(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	a := p.Analysis()
	visits := 1 // the root's own
	for _, c := range a.Candidates {
		visits += c.Visits
	}
	if a.Visits != 51 || visits != 51 || !a.Scored || len(a.Ownership) != 16 || a.Lead < -16-3 || a.Lead > 16+3 {
		t.Errorf("%+v", a)
	}
	move, value, err := player().Search(t.Context(), g)
	if c := a.Candidates[0]; err != nil || move != c.Move || value != c.Value {
		t.Errorf("%d, of value %v, %v; the analysis has %+v", move, value, err, c)
	}
	if enough, err := p.Think(t.Context()); !enough || err != nil || p.Analysis().Visits <= 51 {
		t.Errorf("thinking on: %v, %v, %d visits", enough, err, p.Analysis().Visits)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Think(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	// All is Black's, and White may as well pass.
	g, _ = data.New()
	for _, m := range []int{1, 16, 3, 16, 4, 16, 5, 16, 6, 11, 7, 16, 9, 16, 10, 16, 12, 16, 13} {
		boardgame.MustPlay(g, m)
	}
	if err := p.Begin(g); err != nil {
		t.Fatal(err)
	}
	enough, err := p.Think(t.Context())
	if a = p.Analysis(); !enough || err != nil || a.Candidates[0].Move != 16 || a.Value != -1 {
		t.Errorf("of a decided game: %v, %v, %+v", enough, err, a)
	}
	larger := goOn(5)
	if g, err = larger.New(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Move(t.Context(), g); err == nil {
		t.Error("a game on another board is no error")
	}
}
