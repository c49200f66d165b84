package gtp

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"tesuji/agents/uct"
	"tesuji/envs/board/weiqi"
)

func engine() *Engine {
	return &Engine{Name: "Tesuji", Version: "test", Player: uct.New(uct.DefaultConfig(20)), Rules: weiqi.Rules{Komi: 7}}
}

// say serves the lines of input and returns the replies, joined by |.
func say(t *testing.T, input string) string {
	t.Helper()
	var out strings.Builder
	if err := engine().Serve(context.Background(), strings.NewReader(input), &out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.ReplaceAll(out.String(), "\n\n", "|"), "|")
}

func TestReplies(t *testing.T) {
	for _, c := range []struct{ input, want string }{
		{"protocol_version\n", "= 2"},
		{"7 name\n", "=7 Tesuji"},
		{" 12 \tprotocol_version # which?\r\n\n# nothing\n", "=12 2"},
		{"known_command genmove\nknown_command dance\n", "= true|= false"},
		{"dance\n17 dance\n", "? unknown command|?17 unknown command"},
		{"boardsize 26\nboardsize x\nboardsize\nboardsize 9\n", "? unacceptable size|? syntax error|? syntax error|= "},
		{"komi 6.5\nget_komi\nkomi nan\nkomi\n", "= |= 6.5|? syntax error|? syntax error"},
		{"boardsize 3\nplay b B2\nplay W b2\nplay black I1\nplay white D1\nplay w pass\nplay b resign\n",
			"= |= |? illegal move|? syntax error|? syntax error|= |? syntax error"},
		{"boardsize 3\nundo\nplay b a1\nplay b c3\nundo\nundo\nundo\n", "= |? cannot undo|= |= |= |= |? cannot undo"},
		{"boardsize 2\nplay b a2\nplay w b2\nplay b a1\nplay w b1\nplay b a2\nplay w a1\nplay b a2\nplay b pass\n",
			"= |= |= |= |= |= |= |? illegal move|= "}, // positional superko
		{"boardsize 9\nfixed_handicap 4\nfixed_handicap 2\nclear_board\nfixed_handicap 10\nfixed_handicap 9\n",
			"= |= C3 G7 C7 G3|? board not empty|= |? invalid number of stones|= C3 G7 C7 G3 C5 G5 E3 E7 E5"},
		{"boardsize 19\nfixed_handicap 5\n", "= |= D4 Q16 D16 Q4 K10"},
		{"boardsize 7\nset_free_handicap c3 e5\nset_free_handicap c3 e5\nclear_board\nset_free_handicap c3\nset_free_handicap c3 c3\nset_free_handicap c3 pass\n",
			"= |= |? board not empty|= |? bad vertex list|? bad vertex list|? bad vertex list"},
		{"boardsize 5\nset_position b c3 w c2\nshowboard\nfinal_status_list alive\nfinal_status_list dead\n",
			"= |= |= \n   A B C D E\n 5 . . . . . 5\n 4 . . . . . 4\n 3 . . X . . 3\n 2 . . O . . 2\n 1 . . . . . 1\n   A B C D E\nBlack to move|= C3\nC2|= "},
		{"boardsize 5\nkomi 0\nplay b c3\nfinal_score\nkomi 25\nfinal_score\nkomi 30\nfinal_score\n", "= |= |= |= B+25|= |= 0|= |= W+5"},
		{"time_settings 0 30 1\ntime_settings 1 2\ntime_left b 30 1\ntime_left b x 1\n", "= |? syntax error|= |? syntax error"},
		{"kata-set-rules tromp-taylor\nkata-set-rules chinesse\n", `= |? rules "chinesse" are unknown, did you mean "chinese"? (there are tromp-taylor, cgos, chinese, chinese-ogs, aga, new-zealand)`},
		{"quit\nname\n", "= "},
	} {
		if got := say(t, c.input); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.input, got, c.want)
		}
	}
}

// TestGenMove plays a game of the engine with itself to its end: it passes, and goes on if asked.
func TestGenMove(t *testing.T) {
	input := "boardsize 3\n" + strings.Repeat("genmove b\ngenmove w\n", 40) + "final_score\n"
	got := say(t, input)
	if strings.Contains(got, "?") || !strings.Contains(got, "pass") {
		t.Errorf("a game with itself: %q", got)
	}
	if got := say(t, "boardsize 5\nreg_genmove b\nundo\n"); !strings.HasSuffix(got, "? cannot undo") {
		t.Errorf("reg_genmove changed the board: %q", got)
	}
}

// pipes connects a client to an engine of ours.
func pipes(t *testing.T) *Client {
	toEngine, in := io.Pipe()
	out, fromEngine := io.Pipe()
	go func() {
		err := engine().Serve(context.Background(), toEngine, fromEngine)
		fromEngine.CloseWithError(err)
	}()
	return NewClient(in, out)
}

// match plays a game of two players and returns the outcome for Black.
func match(t *testing.T, g *weiqi.Game, black, white interface {
	Move(context.Context, *weiqi.Game) (int, error)
}) float64 {
	t.Helper()
	for !g.Over() {
		p := black
		if g.Player() == 1 {
			p = white
		}
		m, err := p.Move(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Play(m); err != nil {
			t.Fatalf("after %v: %v", g.Board.Moves(), err)
		}
	}
	return g.Outcome()
}

type asGo struct{ p *Player }

func (a asGo) Move(ctx context.Context, g *weiqi.Game) (int, error) { return a.p.Move(ctx, g) }

type searcher struct{ p *uct.Player }

func (s searcher) Move(ctx context.Context, g *weiqi.Game) (int, error) { return s.p.Move(ctx, g) }

// TestClient plays two games against an engine at the other end of a pipe.
func TestClient(t *testing.T) {
	c := pipes(t)
	p := NewPlayer(c)
	for range 2 {
		match(t, weiqi.NewGame(5, 5, weiqi.Rules{Komi: 7}), asGo{p}, searcher{uct.New(uct.DefaultConfig(30))})
	}
	var refused *Refused
	if _, err := c.Do("dance"); !errors.As(err, &refused) || refused.Reply != "unknown command" {
		t.Errorf("an unknown command: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.Do("name"); err == nil {
		t.Error("a closed engine answered")
	}
	if _, err := Start(context.Background(), "no-such-engine"); err == nil {
		t.Error("an engine that is not there was started")
	}
}

// TestGNUGo plays a whole game against GNU Go, if it is installed.
func TestGNUGo(t *testing.T) {
	name := "gnugo"
	if _, err := exec.LookPath(name); err != nil {
		name = "/usr/games/gnugo"
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("GNU Go is not installed (Debian package gnugo)")
		}
	}
	c, err := Start(context.Background(), name, "--mode", "gtp", "--level", "1", "--seed", "1", "--chinese-rules",
		"--positional-superko", "--forbid-suicide", "--capture-all-dead", "--never-resign")
	if err != nil {
		t.Fatal(err)
	}
	g := weiqi.NewGame(7, 7, weiqi.Rules{Komi: 7})
	match(t, g, searcher{uct.New(uct.DefaultConfig(200))}, asGo{NewPlayer(c)})
	t.Logf("against GNU Go: %d plies, margin %v", len(g.Board.Moves()), g.Score())
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// FuzzEngine: whatever comes in, each command gets one reply, and the engine lives on.
func FuzzEngine(f *testing.F) {
	f.Add("boardsize 9\nplay b c3\nundo\n")
	f.Add("1 komi 1e300\nset_position b a1 w a1\nfixed_handicap 99999999999\n")
	f.Fuzz(func(t *testing.T, input string) {
		if strings.Contains(input, "genmove") || strings.Contains(input, "quit") {
			return // one is slow, the other ends it
		}
		input = strings.NewReplacer("\r", " ", "\x00", " ").Replace(input)
		var out strings.Builder
		if err := engine().Serve(context.Background(), strings.NewReader(input+"\nprotocol_version\n"), &out); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(out.String(), "= 2\n\n") {
			t.Errorf("%q ends with %q", input, out.String())
		}
	})
}
