package alphazero

import (
	"context"
	"errors"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/agents/boardgame"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
	"tesuji/nets"
)

var _ agents.Analyst = (*Player)(nil)

// TestAnalysis watches a player think of a position, of one that is decided, and stops it.
func TestAnalysis(t *testing.T) {
	data := Data{Game: boardgame.Go, Size: 4, Rules: "cgos", Komi: 3}
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	cfg := small()
	p, err := NewPlayer(cfg, data, nets.Collect(NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(0, "init"))).Tensors(), boardgame.Effort{Simulations: 50})
	if err != nil {
		t.Fatal(err)
	}
	boardgame.MustPlay(g, 5)
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
	if enough, err := p.Think(t.Context()); !enough || err != nil || p.Analysis().Visits <= 51 {
		t.Errorf("thinking on: %v, %v, %d visits", enough, err, p.Analysis().Visits)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Think(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	// TestDecided's position, with White to move: all is Black's, and White may as well pass.
	g, _ = data.New()
	for _, m := range []int{1, 16, 3, 16, 4, 16, 5, 16, 6, 11, 7, 16, 9, 16, 10, 16, 12, 16, 13} {
		boardgame.MustPlay(g, m)
	}
	if err := p.Begin(g); err != nil {
		t.Fatal(err)
	}
	enough, err := p.Think(t.Context())
	a = p.Analysis()
	if !enough || err != nil || a.Candidates[0].Move != 16 || a.Value > -.9 || a.Lead != -(16-3) || a.Ownership[11] != -1 {
		t.Errorf("of a decided game: %v, %v, %+v", enough, err, a)
	}
	if a.Value != -1 {
		t.Errorf("a lost game is worth %v", a.Value)
	}
	if err := g.(*weiqi.Game).SetKomi(16); err != nil { // by its own komi, the game is a draw
		t.Fatal(err)
	}
	if err := p.Begin(g); err != nil {
		t.Fatal(err)
	}
	if a = p.Analysis(); a.Value != 0 || a.Lead != 0 {
		t.Errorf("a drawn game is worth %v, and White leads by %v", a.Value, a.Lead)
	}
}

// TestSearchStops: whoever asks for a move may stop the search.
func TestSearchStops(t *testing.T) {
	data := goOn(5)
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	cfg := small()
	p, err := NewPlayer(cfg, data, nets.Collect(NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(0, "init"))).Tensors(), boardgame.Effort{Simulations: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := p.Move(ctx, g); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stopped: %v", err)
	}
}
