package alphazero

import (
	"math"
	"slices"
	"testing"

	"tesuji/agents/alphazero/search"
	"tesuji/agents/boardgame"
	"tesuji/internal/rng"
	"tesuji/nets"
)

// newGames returns self-play with an untrained network.
func newGames(t *testing.T, data Data, cfg Config) *selfPlay {
	t.Helper()
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	net := NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(1, "init"))
	net.prepare()
	return newSelfPlay(&cfg, g, net, 1)
}

// mustPlayAll makes moves.
func mustPlayAll(v *boardgame.Valued, moves ...int) {
	for _, m := range moves {
		boardgame.MustPlay(v, m)
	}
}

// TestTargets: rows of a game of Go that Black wins by four points of nine with a komi of three.
func TestTargets(t *testing.T) {
	cfg := small()
	cfg.RandomStarts, cfg.MarginWeight, cfg.SurpriseWeight = 0, .5, 0
	p := newGames(t, Data{Game: boardgame.Go, Size: 3, Rules: "cgos", Komi: 3}, cfg)
	s := p.seats[0]
	tb := p.tables[0]
	note := func() {
		d := search.Decision{Policy: make([]float32, 10)}
		d.Policy[s.game.Player()] = 1
		tb.note(s, &d, make([]float32, 10))
	}
	// . X O     White lives nowhere for certain, so that the game is not decided before its end.
	// . X O
	// . X .
	mustPlayAll(s.game, 1, 2, 4, 5)
	note() // Black's
	mustPlayAll(s.game, 7)
	note() // White's
	mustPlayAll(s.game, 9, 9)
	if !s.game.Over() {
		t.Fatal("two passes do not end the game")
	}
	// Black has the first two columns, White two stones, and nobody the last point, which both reach.
	z, m := s.game.Result()
	if z != 1 || math.Abs(m-4./9) > 1e-12 {
		t.Fatalf("outcome %v, margin %v, want 1 and 4/9", z, m)
	}
	if got, want := s.game.Outcome(), .5+.5*4/9; math.Abs(got-want) > 1e-12 {
		t.Errorf("the search maximises %v, want %v", got, want)
	}
	p.end(s)
	w := p.window
	if w.total != 2 || p.rows != 2 || p.ended != 1 || p.firstWon != 1 {
		t.Fatalf("%d rows of %d games", w.total, p.ended)
	}
	for row, c := range []struct {
		result uint8
		margin float32
		owners []uint8
		move   int
	}{
		{0, 4. / 9, []uint8{2, 2, 0, 2, 2, 0, 2, 2, 1}, 0},
		{2, -4. / 9, []uint8{0, 0, 2, 0, 0, 2, 0, 0, 1}, 1},
	} {
		if w.result[row] != c.result || w.margin[row] != c.margin || w.known[row] != 1 {
			t.Errorf("row %d: result %d, margin %v, want %d, %v", row, w.result[row], w.margin[row], c.result, c.margin)
		}
		if got := w.owners[9*row : 9*row+9]; !slices.Equal(got, c.owners) {
			t.Errorf("row %d: owners %v, want %v", row, got, c.owners)
		}
		if w.policy[10*row+c.move] != 1 {
			t.Errorf("row %d: another row's policy", row)
		}
	}
}

// TestResigns: a game that is given up is won by the other, and says nothing of who owns points; one
// that is kept is played on, and tells when it was given up wrongly.
func TestResigns(t *testing.T) {
	cfg := small()
	cfg.RandomStarts, cfg.ResignBelow, cfg.ResignKept = 0, -.9, 0
	p := newGames(t, Data{Game: boardgame.Go, Size: 5, Rules: "cgos", Komi: 3}, cfg)
	s, tb := p.seats[0], p.tables[0]
	hopeless := &search.Decision{Value: -.95, Policy: make([]float32, 26)}
	mustPlayAll(s.game, 0)
	tb.note(s, hopeless, make([]float32, 26))
	tb.resign(s, hopeless)
	if s.resigned != 1 {
		t.Fatalf("White gave up, and the winner is %d", s.resigned)
	}
	p.end(s)
	if w := p.window; w.total != 1 || w.result[0] != 2 || w.known[0] != 0 || p.resigned != 1 {
		t.Errorf("%d rows, the first with result %d, known %d", w.total, w.result[0], w.known[0])
	}
	p.begin(s)
	s.kept = true
	mustPlayAll(s.game, 25) // Black passes; White thinks that it has lost, and wins by komi
	tb.resign(s, hopeless)
	mustPlayAll(s.game, 25)
	if s.resigned != 0 || s.hopeless != 1 {
		t.Errorf("a game that is kept was given up: %+v", s)
	}
	p.end(s)
	if p.kept != 1 || p.mistaken != 1 {
		t.Errorf("%d of %d were given up wrongly, want 1 of 1", p.mistaken, p.kept)
	}
}

// TestSurprise: rows go to positions by how much the search surprised the network.
func TestSurprise(t *testing.T) {
	legal := []bool{true, true, false}
	if got := divergence([]float32{1, 0, 0}, []float32{0, 0, 100}, legal); math.Abs(float64(got)-math.Ln2) > 1e-6 {
		t.Errorf("the relative entropy is %v, want ln 2", got)
	}
	s := &seat{surprise: []float32{0, 1, 3}, movers: make([]uint8, 3), draws: rng.New(1, "shares")}
	var counts [3]int
	const n = 4000
	for range n {
		for i := range counts {
			counts[i] += s.copies(i, .5, 4)
		}
	}
	for i, want := range []float64{.5, .5 + 1.5/4, .5 + 4.5/4} {
		if got := float64(counts[i]) / n; math.Abs(got-want) > .03 {
			t.Errorf("position %d became %v rows, want %v", i, got, want)
		}
	}
	if s.copies(0, 0, 4) != 1 {
		t.Error("without weight each position is one row")
	}
}

// TestDecided: the search's game ends where nothing can change any more, and a player then takes what
// is dead before it passes.
func TestDecided(t *testing.T) {
	data := Data{Game: boardgame.Go, Size: 4, Rules: "cgos", Komi: 3}
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	// . X . X
	// X X X X     Black is alive everywhere, and White's stone is dead.
	// . X X O
	// X X . .
	for _, m := range []int{1, 16, 3, 16, 4, 16, 5, 16, 6, 11, 7, 16, 9, 16, 10, 16, 12, 16, 13} {
		boardgame.MustPlay(g, m)
	}
	v := boardgame.NewValued(g, 0)
	if !v.Over() || v.Game.Over() {
		t.Fatalf("over: %v, as the rules have it: %v", v.Over(), v.Game.Over())
	}
	if z, m := v.Result(); z != 1 || m != 1 {
		t.Errorf("outcome %v, margin %v, want 1 and 1", z, m)
	}
	if c := v.Clone().(*boardgame.Valued); !c.Over() || c.Outcome() != 1 {
		t.Error("a copy is not decided")
	}
	cfg := small()
	p, err := NewPlayer(cfg, data, nets.Collect(NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(0, "init"))).Tensors(), boardgame.Effort{Simulations: 4})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		move, err := p.Move(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		if g.Player() == 0 && move == 16 {
			break
		}
		boardgame.MustPlay(g, move)
	}
	own := make([]int8, 16)
	g.(boardgame.Scored).Owners(own)
	if slices.Contains(own, -1) {
		t.Errorf("Black passed and left White's stone: %v", own)
	}
}
