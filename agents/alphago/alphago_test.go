package alphago

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/models/modeltest"
)

// small is quick values for tests.
func small() Config {
	c := Default()
	c.Layers, c.Filters = 2, 8
	c.GamesPart, c.SupervisedPart, c.ReinforcePart = .25, .25, .25
	c.ExpertPlayouts, c.ExpertGames, c.RandomMoves, c.HeldOutGames = 10, 4, 2, 4
	c.BatchSize, c.Steps, c.ReinforceGames, c.PoolEvery, c.ValueGames, c.ValuePlies = 16, 3, 6, 1, 8, 5
	c.Ladder, c.LadderGames, c.LadderSimulations = []string{"random"}, 4, 6
	return c
}

func goOn(size int) Data { return Data{Game: boardgame.Go, Size: size, Rules: "cgos", Komi: .5} }

func TestContract(t *testing.T) {
	for name, data := range map[string]Data{"tic-tac-toe": DefaultData(), "go": goOn(3)} {
		t.Run(name, func(t *testing.T) {
			if name == "go" && testing.Short() {
				t.Skip("takes some seconds")
			}
			modeltest.Run(t, modeltest.Case{New: func(s models.Setup) (models.Trainer, error) {
				return New(small(), data, s)
			}, Iterations: 8, Warm: 60, Short: true})
		})
	}
}

// TestSteadyState: no stage allocates, once it has been going for a while.
func TestSteadyState(t *testing.T) {
	for stage := range stages {
		cfg := small()
		cfg.GamesPart, cfg.SupervisedPart, cfg.ReinforcePart, cfg.PoolEvery = .25, .25, .25, 1000
		m := train(t, cfg, DefaultData(), 800, 200*stage+100)
		if s, _, _ := m.stage(); s != stage {
			t.Fatalf("stage %d, want %d", s, stage)
		}
		if n := testing.AllocsPerRun(9, func() {
			if err := m.Advance(context.Background(), modeltest.Discard{}); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("stage %d: %v allocations in each Advance", stage, n)
		}
	}
}

func train(t *testing.T, cfg Config, data Data, total, iterations int) *Trainer {
	t.Helper()
	m, err := New(cfg, data, models.Setup{Iterations: int64(total), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range iterations {
		if err := m.Advance(context.Background(), modeltest.Discard{}); err != nil {
			t.Fatal(err)
		}
	}
	return m.(*Trainer)
}

// TestEveryGame learns each game for a moment.
func TestEveryGame(t *testing.T) {
	for _, data := range []Data{goOn(4), {Game: boardgame.ConnectFour}, {Game: boardgame.Othello, Size: 4}, {Game: boardgame.Hex, Size: 3}} {
		t.Run(data.Game, func(t *testing.T) {
			m := train(t, small(), data, 4, 4)
			v, err := m.Evaluate(context.Background())
			if err != nil || v[0] < 0 || v[0] > 1 {
				t.Fatalf("scores %v, %v", v, err)
			}
		})
	}
}

// TestLearnsTicTacToe: every stage does what it is for, and the player does not lose to random play.
func TestLearnsTicTacToe(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for some seconds")
	}
	cfg := small()
	cfg.Layers, cfg.Filters, cfg.BatchSize, cfg.Steps = 3, 16, 64, 10
	cfg.ExpertPlayouts, cfg.ExpertGames, cfg.RandomMoves, cfg.HeldOutGames = 100, 20, 3, 60
	cfg.ReinforceGames, cfg.PoolEvery, cfg.ReinforceRate, cfg.ValueGames, cfg.ValuePlies, cfg.LadderGames = 64, 5, 1e-3, 64, 6, 40
	cfg.LadderSimulations = 30
	const iterations = 200
	m := train(t, cfg, DefaultData(), iterations, iterations)
	v, err := m.Evaluate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := len(v)
	score, accuracy, reinforced, mse := v[0], v[n-3], v[n-2], v[n-1]
	t.Logf("score %.3f, accuracy %.3f, reinforced policy %.3f, MSE %.3f", score, accuracy, reinforced, mse)
	if score < .85 || accuracy < .5 || reinforced < .55 || mse > .6 {
		t.Errorf("a stage has not learned")
	}
}

// TestSearch: a search finds a move that wins at once, whatever the networks say; counts as many simulations
// as it was asked for; and does not depend on what is searched beside it.
func TestSearch(t *testing.T) {
	data := DefaultData()
	g, _ := data.New()
	for _, m := range []int{0, 3, 1, 4} { // X X . / O O . / . . .
		boardgame.MustPlay(g, m)
	}
	empty, _ := data.New()
	for _, at := range []int{1, 3} {
		cfg := small()
		cfg.ExpandAt = at
		nets := newTrio(&cfg, g, rng.New(1, "init"))
		symmetries := boardgame.Symmetries(data.Game, g)
		search := func(games ...envs.Game) (moves []int, s *searcher) {
			s = newSearcher(&cfg.SearchConfig, nets, symmetries, g, len(games))
			var draws []*rng.Stream
			for range games {
				draws = append(draws, rng.New(1, "draws"))
			}
			if err := s.search(games, 200, draws, func(_ int, e *edge) { moves = append(moves, int(e.move)) }); err != nil {
				t.Fatal(err)
			}
			return moves, s
		}
		alone, s := search(g)
		if alone[0] != 2 {
			t.Errorf("chose %d: want 2, which wins", alone[0])
		}
		root, visits := s.trees[0].nodes[0], int32(0)
		for _, e := range s.trees[0].edges[root.first : root.first+root.many] {
			visits += e.visits
			if e.move == 2 && e.q(.5) != 1 {
				t.Errorf("the winning move is worth %v", e.q(.5))
			}
		}
		if visits != 200 {
			t.Errorf("%d simulations, want 200", visits)
		}
		for _, e := range s.trees[0].edges { // a position's moves come when it was visited often enough
			if e.child > 0 && s.trees[0].nodes[e.child].many > 0 && int(e.visits) < at+1 {
				t.Errorf("a position was expanded after %d visits: want %d", e.visits, at)
			}
		}
		beside, other := search(empty, g)
		if beside[1] != 2 || !slices.Equal(other.trees[1].edges, s.trees[0].edges) {
			t.Error("a search depends on what is searched beside it")
		}
	}
}

// TestPolicySeenThrough: chances are those of the board, through whatever symmetry the network saw it; and
// illegal moves have none.
func TestPolicySeenThrough(t *testing.T) {
	data := goOn(4)
	g, _ := data.New()
	boardgame.MustPlay(g, 1)
	cfg := small()
	nets := newTrio(&cfg, g, rng.New(1, "init"))
	all := boardgame.Symmetries(data.Game, g)
	for k, s := range all {
		turned, _ := data.New() // the game that is seen
		boardgame.MustPlay(turned, slices.Index(s.Points, 1))
		want, got := make([]float32, g.Moves()), make([]float32, g.Moves())
		newEvaluator(all, g).policy(nets.supervised, []envs.Game{turned}, nil, 1, want)
		e := newEvaluator([]boardgame.Symmetry{all[0], s}, g)
		for draws := rng.New(3, "draws"); e.turned == nil || e.turned[0] != 1; {
			e.policy(nets.supervised, []envs.Game{g}, []*rng.Stream{draws}, 1, got)
		}
		sum := 0.0
		for a := range want {
			if got[s.Moves[a]] != want[a] {
				t.Fatalf("symmetry %d: move %d has chance %v, want %v", k, s.Moves[a], got[s.Moves[a]], want[a])
			}
			sum += float64(got[a])
		}
		if got[1] != 0 || math.Abs(sum-1) > 1e-5 {
			t.Errorf("symmetry %d: an illegal move has chance %v; %v in all", k, got[1], sum)
		}
	}
}

// TestBook: positions come back as they were, with the move and the result for the player to move.
func TestBook(t *testing.T) {
	g, _ := (&Data{Game: "tic-tac-toe"}).New()
	b := &book{start: g}
	b.add([]uint16{4, 0, 2, 6, 5, 3}, 2, -1) // O wins
	b.add([]uint16{4, 0}, 2, 1)
	if len(b.lessons) != 5 {
		t.Fatalf("%d positions, want 5", len(b.lessons))
	}
	at := g.Clone()
	for i, want := range []struct {
		move    int
		outcome float64
	}{{2, -1}, {6, 1}, {5, -1}, {3, 1}, {-1, 1}} {
		if move, z := b.recall(b.lessons[i], at); move != want.move || z != want.outcome {
			t.Errorf("position %d: move %d, result %v, want %+v", i, move, z, want)
		}
	}
}

// TestRecords reads games of Go, and leaves out what is no whole game.
func TestRecords(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.sgf": "(;GM[1]SZ[3]RE[B+1];B[bb];W[ba];B[];W[])",
		"b.sgf": "(;GM[1]SZ[3]RE[W+1];B[bb];W[bb];B[aa])", // an illegal move
		"c.sgf": "(;GM[1]SZ[3]AB[aa];W[bb])",              // a handicap
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cfg := small()
	cfg.GamesPart, cfg.Records = 0, dir
	m := train(t, cfg, goOn(3), 4, 2)
	if n := len(m.games.lessons); n != 5 {
		t.Errorf("%d positions, want 4 of one game and 1 of another", n)
	}
	if err := os.WriteFile(filepath.Join(dir, "d.sgf"), []byte("(;GM[1]SZ[5];B[bb])"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(cfg, goOn(3), models.Setup{Iterations: 4, Seed: 1}); err == nil {
		t.Error("a game on another board is no error")
	}
	if _, err := New(cfg, DefaultData(), models.Setup{Iterations: 4, Seed: 1}); err == nil {
		t.Error("records of go for tic-tac-toe are no error")
	}
}

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"layers is 0: want at least 1":                                                      func(c *Config) { c.Layers = 0 },
		"temperature is 0: want more than 0":                                                func(c *Config) { c.Temperature = 0 },
		"lambda is 2: want it in [0, 1]":                                                    func(c *Config) { c.Lambda = 2 },
		"reinforce_games is 3: want an even number from 2":                                  func(c *Config) { c.ReinforceGames = 3 },
		"games_part is 0: want more, or records to learn from":                              func(c *Config) { c.GamesPart = 0 },
		"prior is \"best\": want supervised or reinforced":                                  func(c *Config) { c.Prior = "best" },
		"games_part, supervised_part and reinforce_part are 1.5 together: want less than 1": func(c *Config) { c.GamesPart, c.SupervisedPart, c.ReinforcePart = .5, .5, .5 },
		"ladder is empty: want at least one opponent, such as random":                       func(c *Config) { c.Ladder = nil },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	c := Default()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}
