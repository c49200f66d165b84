package gtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/agents/uct"
	"tesuji/envs/board/weiqi"
)

// TestMain lets this program be an engine that fails, for TestFailures.
func TestMain(m *testing.M) {
	fail := os.Getenv("TESUJI_TEST_ENGINE")
	if fail == "" {
		os.Exit(m.Run())
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		switch word, _, _ := strings.Cut(lines.Text(), " "); {
		case word != "genmove":
			fmt.Print("= \n\n")
		case fail == "hang":
			time.Sleep(time.Hour)
		case fail == "crash":
			fmt.Fprintln(os.Stderr, "out of stones")
			os.Exit(3)
		case fail == "babble":
			fmt.Print("let me see\n\n")
		case fail == "flood":
			for {
				fmt.Print(strings.Repeat("x", 1<<16))
			}
		case fail == "illegal":
			fmt.Print("= A1\n\n")
		case fail == "resign":
			fmt.Print("= RESIGN\r\n\r\n")
		}
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

// match plays a game.
func match(t *testing.T, g *weiqi.Game, players ...agents.Player) {
	t.Helper()
	for !g.Over() {
		m, err := players[g.Player()].Move(context.Background(), g)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Play(m); err != nil {
			t.Fatalf("after %v: %v", g.Board.Moves(), err)
		}
	}
}

// TestClient plays games against an engine at the other end of a pipe, with and without set-up.
func TestClient(t *testing.T) {
	ctx := context.Background()
	c := pipes(t)
	p := NewPlayer(c)
	for i := range 4 {
		g := weiqi.NewGame(5, 5+i%2, weiqi.Rules{Komi: 7})
		var err error
		switch i {
		case 2:
			err = g.SetUp([]int{6, 18}, nil, weiqi.White, 2)
		case 3:
			err = g.SetUp([]int{6, 18}, []int{7, 8}, weiqi.Black, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		match(t, g, p, uct.New(uct.DefaultConfig(30)))
		if err := p.follow(ctx, g); err != nil { // the last ply
			t.Fatal(err)
		}
		if shown, err := c.Do(ctx, "showboard"); err != nil || !strings.HasPrefix(strings.TrimSpace(shown), strings.TrimSpace(g.String())) {
			t.Errorf("game %d: the engine has\n%s, %v\nwant\n%v", i, shown, err, g)
		}
	}
	var refused *Refused
	if _, err := c.Do(ctx, "dance"); !errors.As(err, &refused) || refused.Reply != "unknown command" {
		t.Errorf("an unknown command: %v", err)
	}
	if err := c.Close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.Do(ctx, "name"); err == nil {
		t.Error("a closed engine answered")
	}
	if _, err := Start("no-such-engine"); err == nil {
		t.Error("an engine that is not there was started")
	}
}

func TestFailures(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	for fail, want := range map[string]string{
		"hang": "no answer in time", "crash": "it said: out of stones", "babble": `"let me see"`, "flood": "more than 16 MB",
		"illegal": "A1, which is illegal", "resign": "resigns",
	} {
		t.Setenv("TESUJI_TEST_ENGINE", fail)
		c, err := Start(self)
		if err != nil {
			t.Fatal(err)
		}
		g := weiqi.NewGame(5, 5, weiqi.Rules{Komi: 7})
		if err := g.Play(20); err != nil { // A1
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		if fail != "hang" {
			ctx = context.Background()
		}
		p := NewPlayer(c)
		_, err = p.Move(ctx, g)
		cancel()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", fail, err, want)
		}
		ctx, cancel = context.WithTimeout(context.Background(), 5*time.Second)
		p.Close(ctx)
		if ctx.Err() != nil {
			t.Errorf("%s: the engine did not end", fail)
		}
		cancel()
	}
}

// TestGNUGo plays a whole game against GNU Go, if it is installed.
func TestGNUGo(t *testing.T) {
	c, err := Start("gnugo", "--mode", "gtp", "--level", "1", "--seed", "1", "--chinese-rules",
		"--positional-superko", "--forbid-suicide", "--capture-all-dead", "--never-resign")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("GNU Go is not installed (Debian package gnugo)")
	} else if err != nil {
		t.Fatal(err)
	}
	g := weiqi.NewGame(7, 7, weiqi.Rules{Komi: 7})
	match(t, g, uct.New(uct.DefaultConfig(200)), NewPlayer(c))
	t.Logf("against GNU Go: %d plies, margin %v", len(g.Board.Moves()), g.Score())
	if err := c.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
