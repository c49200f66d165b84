package alphazero

import (
	"context"
	"math"
	"slices"
	"testing"

	"tesuji/agents"
	"tesuji/agents/boardgame"
	"tesuji/agents/random"
	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/modeltest"
	"tesuji/snapshot"
)

// small is quick values for tests.
func small() Config {
	c := Default()
	c.Blocks, c.Channels, c.Games, c.Moves = 2, 8, 8, 6
	c.Simulations, c.FastSimulations, c.FullFraction = 8, 2, .5
	c.Window, c.WindowMost, c.BatchSize = 50, 400, 16
	c.Ladder, c.LadderGames, c.LadderSimulations = []string{"random"}, 4, 4
	return c
}

func goOn(size int) Data { return Data{Game: boardgame.Go, Size: size, Rules: "cgos", Komi: .5} }

func TestContract(t *testing.T) {
	for name, data := range map[string]Data{"tic-tac-toe": DefaultData(), "go": goOn(3)} {
		t.Run(name, func(t *testing.T) {
			cfg := small()
			if name == "go" {
				if testing.Short() {
					t.Skip("takes some seconds")
				}
				cfg.MarginWeight, cfg.ResignBelow = .5, -.5
				cfg.Ladder = append(cfg.Ladder, boardgame.Earlier)
			}
			modeltest.Run(t, modeltest.Case{New: func(s models.Setup) (models.Trainer, error) {
				return New(cfg, data, s)
			}, Iterations: 6, Warm: 200, Short: true})
		})
	}
}

// TestEveryGame plays and learns each game for a moment.
func TestEveryGame(t *testing.T) {
	for _, data := range []Data{goOn(4), {Game: boardgame.TicTacToe}, {Game: boardgame.ConnectFour}, {Game: boardgame.Othello, Size: 4}, {Game: boardgame.Hex, Size: 3}} {
		t.Run(data.Game, func(t *testing.T) {
			m, err := New(small(), data, models.Setup{Iterations: 8, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			for range 8 {
				if err := m.Advance(context.Background(), modeltest.Discard{}); err != nil {
					t.Fatal(err)
				}
			}
			v, err := m.Evaluate(context.Background())
			if err != nil || v[0] < 0 || v[0] > 1 {
				t.Fatalf("scores %v, %v", v, err)
			}
		})
	}
}

// TestLearnsTicTacToe: after a short training it does not lose to random play, and wins nearly always
// when it begins.
func TestLearnsTicTacToe(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for some seconds")
	}
	cfg := small()
	cfg.Channels, cfg.Games, cfg.Moves, cfg.Simulations, cfg.FastSimulations, cfg.BatchSize = 16, 32, 9, 16, 4, 64
	cfg.Window, cfg.WindowMost, cfg.Reuse, cfg.FullFraction = 1000, 10_000, 8, 1
	const iterations = 60
	m, err := New(cfg, DefaultData(), models.Setup{Iterations: iterations, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range iterations {
		if err := m.Advance(context.Background(), modeltest.Discard{}); err != nil {
			t.Fatal(err)
		}
	}
	player, err := NewPlayer(cfg, DefaultData(), m.Params().Tensors(), boardgame.Effort{Simulations: 32})
	if err != nil {
		t.Fatal(err)
	}
	other, won, lost := random.New(1), [2]int{}, [2]int{}
	for i := range 200 {
		data := DefaultData()
		g, _ := data.New()
		for !g.Over() {
			who := agents.Player(other)
			if g.Player() == i%2 {
				who = player
			}
			move, err := who.Move(context.Background(), g)
			if err != nil {
				t.Fatal(err)
			}
			boardgame.MustPlay(g, move)
		}
		switch z := g.Outcome() * float64(1-i%2*2); {
		case z > 0:
			won[i%2]++
		case z < 0:
			lost[i%2]++
		}
	}
	t.Logf("of 100 games each, won %d when it began and %d when not", won[0], won[1])
	if lost != [2]int{} || won[0] < 90 {
		t.Errorf("lost %d and %d games to random play, won %d of 100 when it began", lost[0], lost[1], won[0])
	}
}

func TestWindowGrows(t *testing.T) {
	w := &window{first: 1000, most: 50_000}
	for _, c := range []struct {
		total int64
		want  int
	}{{10, 10}, {1000, 1000}, {4000, 1975}, {16_000, 4733}, {10_000_000, 50_000}} {
		w.total = c.total
		if got := w.size(); got != c.want {
			t.Errorf("of %d rows %d are in the window, want %d", c.total, got, c.want)
		}
	}
}

// TestWindowIsSaved: a restored window draws the same rows, though only those that may be drawn are saved,
// wherever the ring closes.
func TestWindowIsSaved(t *testing.T) {
	data := goOn(3)
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, total := range []int64{0, 7, 50, 120, 190, 450, 5000} {
		w := newWindow(g, 10, 100)
		w.total = total
		r := rng.New(uint64(total), "rows")
		for i := range w.board {
			w.board[i] = uint8(r.Intn(256))
		}
		for i := range w.policy {
			w.policy[i] = float32(r.Float64())
		}
		for i := range w.result {
			w.result[i], w.known[i], w.margin[i] = uint8(r.Intn(3)), uint8(r.Intn(2)), float32(r.Float64())
		}
		for i := range w.owners {
			w.owners[i] = uint8(r.Intn(3))
		}
		saved, err := snapshot.Save(w)
		if err != nil {
			t.Fatal(err)
		}
		back := newWindow(g, 10, 100)
		if err := snapshot.Restore(saved, back); err != nil {
			t.Fatal(err)
		}
		for i := range w.size() {
			at := int((total - 1 - int64(i)) % 100)
			size, moves := w.points*w.planes, w.moves
			if !slices.Equal(w.board[at*size:(at+1)*size], back.board[at*size:(at+1)*size]) || w.result[at] != back.result[at] ||
				!slices.Equal(w.policy[at*moves:(at+1)*moves], back.policy[at*moves:(at+1)*moves]) || w.margin[at] != back.margin[at] ||
				!slices.Equal(w.owners[at*w.points:(at+1)*w.points], back.owners[at*w.points:(at+1)*w.points]) || w.known[at] != back.known[at] {
				t.Fatalf("of %d rows, the one %d before the last is not as it was", total, i)
			}
		}
	}
}

// TestRowsAreExact: what a network learns from is what it saw when it played.
func TestRowsAreExact(t *testing.T) {
	var packed [7]uint8
	x := []float32{-1, 1, 0, .5, 7. / 15, -7.5 / 15, 1. / 30}
	pack(packed[:], x)
	for i, v := range packed {
		if got := float32(int(v)-128) / 120; math.Abs(float64(got-x[i])) > 1e-7 {
			t.Errorf("%v became %v", x[i], got)
		}
	}
}

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"blocks is 0: want at least 1": func(c *Config) { c.Blocks = 0 },
		"reuse is 0: want more than 0": func(c *Config) { c.Reuse = 0 },
		"ladder: unknown opponent \"uct\": want random, uct-N with N play-outs a move, gnugo-N with a level, or earlier": func(c *Config) { c.Ladder = []string{"uct"} },
		"ladder_games is 3: want an even number from 2":                                                                  func(c *Config) { c.LadderGames = 3 },
		"margin_weight is 1: want it in [0, 1)":                                                                          func(c *Config) { c.MarginWeight = 1 },
		"window_most is 10: want at least window, 5000":                                                                  func(c *Config) { c.WindowMost = 10 },
		"random_moves is 0: want at least 1, or random_starts 0":                                                         func(c *Config) { c.RandomMoves = 0 },
		"full_fraction is 0: want it in (0, 1]":                                                                          func(c *Config) { c.FullFraction = 0 },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := (&Data{Game: "gos"}).Validate(); err == nil {
		t.Error("a game without name is no error")
	}
}
