package match

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/agents/random"
	"tesuji/agents/uct"
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
	"tesuji/gtp"
	"tesuji/sgf"
)

func searcher(playouts int) Entrant {
	return Entrant{Name: fmt.Sprint("uct-", playouts), New: func(seed uint64) (agents.Player, error) {
		c := uct.DefaultConfig(playouts)
		c.Seed = seed
		return uct.New(c), nil
	}}
}

var drawer = Entrant{Name: "random", New: func(seed uint64) (agents.Player, error) { return random.New(seed), nil }}

func options(games int) Options {
	return Options{Games: games, Rows: 5, Cols: 5, Rules: weiqi.Rules{Komi: 7}, Seed: 1, OpeningPlies: 2}
}

// records plays a match and returns the report without its times, and the games.
func records(t *testing.T, a, b Entrant, o Options) (*Report, string) {
	t.Helper()
	var games strings.Builder
	o.Done = func(g *Game) {
		games.WriteString(sgf.Format(g.Record([2]string{a.Name, b.Name}, sgf.Info{})))
	}
	r, err := Run(context.Background(), a, b, o)
	if err != nil {
		t.Fatal(err)
	}
	return r, games.String()
}

// TestRepeatable: the games are the same however many are played at a time, and those of a pair begin
// alike.
func TestRepeatable(t *testing.T) {
	o := options(12)
	r, one := records(t, searcher(30), drawer, o)
	o.Parallel = 4
	again, four := records(t, searcher(30), drawer, o)
	if one != four || r.Tally != again.Tally || r.Paired != again.Paired {
		t.Errorf("one at a time:\n%s\nfour:\n%s", one, four)
	}
	if r.Wins < 9 || r.Games != 12 || r.Distinct != 12 || r.Black.Wins+r.White.Wins != r.Wins || r.Paired.total() != 6 {
		t.Errorf("against random: %+v", r)
	}
	c, err := sgf.Parse([]byte(one))
	if err != nil || len(c.Trees) != 12 {
		t.Fatalf("%d games, %v", len(c.Trees), err)
	}
	for i := 0; i < 12; i += 2 {
		a, b := sgf.MainLine(c.Trees[i]), sgf.MainLine(c.Trees[i+1])
		if a[1].First("B") != b[1].First("B") || a[2].First("W") != b[2].First("W") || c.Trees[i].First("PB") != c.Trees[i+1].First("PW") {
			t.Errorf("games %d and %d are no pair", i+1, i+2)
		}
	}
}

func TestOpenings(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range RandomOpenings(60, 2, 9, 9, weiqi.Rules{}, 1) {
		g := weiqi.NewGame(9, 9, weiqi.Rules{})
		for _, m := range o {
			if row, col := m.Point/9, m.Point%9; row%8 == 0 || col%8 == 0 {
				t.Errorf("%s is on the edge", g.Vertex(m.Point))
			}
			if err := g.Play(m.Point); err != nil {
				t.Fatal(err)
			}
		}
		if len(o) != 2 || seen[canonical(g)] {
			t.Errorf("opening %v", o)
		}
		seen[canonical(g)] = true
	}
	// 3x3 has few: they become longer, and in the end repeat.
	if o := RandomOpenings(300, 1, 3, 3, weiqi.Rules{}, 1); len(o) != 300 || len(o[0]) != 1 || len(o[299]) != 4 {
		t.Errorf("%d openings, of %d to %d plies", len(o), len(o[0]), len(o[299]))
	}
	if o := RandomOpenings(2, 0, 9, 9, weiqi.Rules{}, 1); len(o) != 2 || len(o[1]) != 0 {
		t.Errorf("no opening: %v", o)
	}
	c, err := sgf.Parse([]byte("(;SZ[5];B[cc];W[bb])(;SZ[5];B[dd])"))
	if err != nil {
		t.Fatal(err)
	}
	o, err := Openings(c, 5, 5, weiqi.Rules{})
	if err != nil || len(o) != 2 || !slices.Equal(o[0], Opening{{Colour: weiqi.Black, Point: 12}, {Colour: weiqi.White, Point: 6}}) {
		t.Errorf("openings %v, %v", o, err)
	}
	for _, bad := range []string{"(;SZ[9])", "(;SZ[5]AB[aa])", "(;SZ[5];W[aa])", "(;SZ[5];B[aa];W[aa])", "(;SZ[5];B[];W[])"} {
		if c, err = sgf.Parse([]byte(bad)); err != nil {
			t.Fatal(err)
		}
		if _, err := Openings(c, 5, 5, weiqi.Rules{}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// failing is a program that plays passes until it fails.
type failing struct {
	err  error
	hang bool
	left int
}

func (f *failing) Move(ctx context.Context, g envs.Game) (int, error) {
	if f.left--; f.left >= 0 {
		return g.Moves() - 1, nil
	}
	if f.hang {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return 0, f.err
}

func TestFailures(t *testing.T) {
	broken := errors.New("out of stones")
	for _, c := range []struct {
		name    string
		player  failing
		program bool
		result  string // of the first game, in which it is White
		err     string
	}{
		{"crash", failing{err: broken}, true, "B+F", ""},
		{"hang", failing{hang: true}, true, "B+F", ""},
		{"resigns", failing{err: agents.ErrResigned}, false, "B+R", ""},
		{"ours", failing{err: broken}, false, "", "game 1: ours: out of stones"},
		{"size", failing{err: &gtp.Refused{Command: "boardsize 5", Reply: "unacceptable size"}}, true, "", "unacceptable size"},
		{"ends at once", failing{err: &gtp.Failed{Command: "boardsize 5", Err: broken}}, true, "", "out of stones"},
		{"ends later", failing{err: &gtp.Failed{Command: "boardsize 5", Err: broken}, left: 1}, true, "B+F", ""},
		{"refuses", failing{err: &gtp.Refused{Command: "play black C3", Reply: "illegal move"}}, true, "B+F", ""},
	} {
		o := options(2)
		o.MoveTime = 50 * time.Millisecond
		var results []string
		o.Done = func(g *Game) { results = append(results, g.Result) }
		r, err := Run(context.Background(), searcher(5), Entrant{
			Name: c.name, Program: c.program,
			New: func(uint64) (agents.Player, error) { p := c.player; return &p, nil },
		}, o)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want %q", c.name, err, c.err)
			}
			continue
		}
		failures := 0
		if strings.HasSuffix(c.result, "F") {
			failures = 2
		}
		if err != nil || r.Wins != 2 || results[0] != c.result || len(r.Failures) != failures || r.Elo != nil || r.EloLow == nil {
			t.Errorf("%s: %v, %v, %+v", c.name, err, results, r)
		}
	}
}

// TestElo has the figures of tables of the Elo scale.
func TestElo(t *testing.T) {
	for _, c := range []struct{ score, elo float64 }{{0.55, 35}, {0.6, 70}, {0.75, 191}, {0.9, 382}, {0.5, 0}, {0.1, -382}} {
		if d := Elo(c.score); math.Round(d) != c.elo || math.Abs(Expected(d)-c.score) > 1e-12 {
			t.Errorf("a score of %v is %v Elo", c.score, d)
		}
	}
	// 400 independent games, half won: ± 34 Elo.
	p := Pairs{50, 0, 100, 0, 50}
	low, high := p.Interval()
	if math.Abs(Elo(high)-34) > 0.6 || math.Abs(Elo(low)+34) > 0.6 {
		t.Errorf("400 games: %v to %v Elo", Elo(low), Elo(high))
	}
	// Of 10 pairs all won, Wilson's interval begins at 10/(10+1.96²).
	if low, high := (Pairs{0, 0, 0, 0, 10}).Interval(); math.Abs(low-10/(10+3.8415)) > 1e-4 || high != 1 {
		t.Errorf("10 pairs won: %v to %v", low, high)
	}
	if low, high := (Pairs{}).Interval(); low != 0 || high != 1 {
		t.Errorf("no pairs: %v to %v", low, high)
	}
}

// TestSPRT: without draws and pairs a win adds ln(E1/E0) and a loss ln((1-E1)/(1-E0)); with many pairs
// the ratio is near the normal approximation n (s1-s0)(2s-s0-s1)/(2 var).
func TestSPRT(t *testing.T) {
	s := SPRT{0, 35, 0.05, 0.05}
	lower, upper := s.Bounds()
	if math.Abs(upper-2.944) > 1e-3 || math.Abs(lower+2.944) > 1e-3 {
		t.Errorf("bounds %v and %v", lower, upper)
	}
	if got, want := likelihoodRatio([]float64{40, 60}, []float64{0, 1}, Expected(0), Expected(35)), 60*0.09567-40*0.10580; math.Abs(got-want) > 1e-3 {
		t.Errorf("60 wins, 40 losses: %v, want %v", got, want)
	}
	p := Pairs{60, 100, 300, 160, 80}
	mean, v := p.Score()
	s0, s1 := Expected(0), Expected(35)
	if got, want := s.LLR(p), 700*(s1-s0)*(2*mean-s0-s1)/(2*v); math.Abs(got-want) > 0.05*math.Abs(want) {
		t.Errorf("700 pairs: %v, want about %v", got, want)
	}
	if s.LLR(Pairs{}) != 0 || s.LLR(Pairs{0, 0, 0, 0, 1}) > 0.2 {
		t.Errorf("a pair won: %v", s.LLR(Pairs{0, 0, 0, 0, 1}))
	}
	o := options(200)
	o.SPRT, o.Parallel = &SPRT{0, 200, 0.05, 0.05}, 2
	r, err := Run(context.Background(), searcher(30), drawer, o)
	if err != nil || r.SPRT.Accepted != "elo1" || r.Games > 100 || r.Games%2 != 0 {
		t.Errorf("%+v of %d games, %v", r.SPRT, r.Games, err)
	}
}

func TestValidate(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"games":    func(o *Options) { o.Games = 0 },
		"size":     func(o *Options) { o.Cols = 26 },
		"plies":    func(o *Options) { o.OpeningPlies = 20 },
		"parallel": func(o *Options) { o.Parallel = -1 },
		"time":     func(o *Options) { o.MoveTime = -1 },
		"komi":     func(o *Options) { o.Rules.Komi = 0.3 },
		"bounds":   func(o *Options) { o.SPRT = &SPRT{5, 5, 0.1, 0.1} },
		"alpha":    func(o *Options) { o.SPRT = &SPRT{0, 5, 0, 0.1} },
	} {
		o := options(2)
		change(&o)
		if _, err := Run(context.Background(), drawer, drawer, o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := options(200)
	o.Done = func(g *Game) { cancel() }
	if r, err := Run(ctx, drawer, drawer, o); !errors.Is(err, context.Canceled) || r.Games == 0 || r.Games > 100 {
		t.Errorf("interrupted after %d games: %v", r.Games, err)
	}
}

// TestGNUGo plays two games against GNU Go, if it is installed.
func TestGNUGo(t *testing.T) {
	program := Entrant{Name: "gnugo", Program: true, New: func(uint64) (agents.Player, error) {
		c, err := gtp.Start("gnugo", strings.Fields("--mode gtp --level 1 --seed 1 --chinese-rules --positional-superko --forbid-suicide --capture-all-dead --never-resign")...)
		if err != nil {
			return nil, err
		}
		return gtp.NewPlayer(c), nil
	}}
	if _, err := exec.LookPath("gnugo"); err != nil {
		if _, err := os.Stat("/usr/games/gnugo"); err != nil {
			t.Skip("GNU Go is not installed (Debian package gnugo)")
		}
	}
	o := options(2)
	o.Rows, o.Cols, o.MoveTime = 7, 7, time.Minute
	r, err := Run(context.Background(), drawer, program, o)
	if err != nil || r.Games != 2 || len(r.Failures) > 0 || r.Losses != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	t.Logf("%s: %d games of %.0f plies, %v ms a move", r.EloText(), r.Games, r.MeanPlies, r.MoveTime)
}
