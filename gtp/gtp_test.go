package gtp

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/agents/uct"
	"tesuji/envs"
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
		{"kgs-time_settings byoyomi 60 10 3\nkata-time_settings fischer 60 2.5\nkgs-time_settings canadian 1 0 5\nkgs-time_settings sand\nkgs-time_settings none\n",
			"= |= |? syntax error|? unknown time system|= "},
		{"boardsize 5\nplace_free_handicap 3\nlist_stones b\n", "= |= C3 B4 D2|= B4 C3 D2"},
		{"boardsize 3\ngogui-play_sequence b a1 w b1 b c1\nall_legal w\nlist_stones b\ngogui-play_sequence b a2 w a2\nlist_stones b\n",
			"= |= |= A3 B3 C3 A2 B2 C2|= A1 C1|? illegal move|= A1 C1"},
		{"kata-get-rules\n", `= {"ko":"POSITIONAL","scoring":"AREA","tax":"NONE","suicide":false,"hasButton":false,"whiteHandicapBonus":"0","friendlyPassOk":false}`},
		{`kata-set-rules {"ko":"SIMPLE","suicide":true}` + "\nkata-set-rule suicide false\nkata-set-rule ko SILLY\nkata-set-rule suicide x\nkata-set-rule colour x\nkata-set-rules {\nkata-set-rules {\"scoring\":\"TERRITORY\"}\nkgs-rules japanese\nkgs-rules aga\n",
			`= |= |? ko "SILLY": want SIMPLE, POSITIONAL, SITUATIONAL or NATURAL|? syntax error|? unknown rule|? syntax error|? scoring "TERRITORY": want AREA|? want chinese, aga or new_zealand: the score is by area|= `},
		{"loadsgf\nloadsgf testdata/none.sgf\nloadsgf testdata/game.sgf -1\n", "? syntax error|? cannot load file: open testdata/none.sgf: no such file or directory|? syntax error"},
		{"loadsgf testdata/game.sgf 3\nprintsgf\nloadsgf \"testdata/game.sgf\"\nprintsgf\nfinal_score\n",
			"= |= (;FF[4]GM[1]CA[UTF-8]AP[Tesuji:test]SZ[5]KM[0.5]RU[cgos];B[cc];W[bb])|= |= (;FF[4]GM[1]CA[UTF-8]AP[Tesuji:test]SZ[5]KM[0.5]RU[cgos];B[cc];W[bb];B[bc];W[])|= B+0.5"},
		{"lz-analyze b x\nlz-analyze b 10 avoid\nlz-analyze b 10 avoid 1\nlz-analyze purple\nkata-analyze b 10 ownership maybe\n",
			`? syntax error|? syntax error|? key "avoid" is not supported: want interval, maxmoves, minmoves, ownership or rootInfo|? syntax error|? syntax error`},
		{"17\n" + strings.Repeat("x", 2<<20) + "\nname\n", "?17 unknown command|? the line is too long|= Tesuji"},
		{"stop\nclear_cache\ngogui-interrupt\n# interrupt\n", "= |= |= "},
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

var update = flag.Bool("update", false, "write the transcripts' replies")

// TestTranscripts replays what Sabaki, GoGui and gogui-twogtp say to an engine: in testdata/*.gtp, lines
// of a command begin with "> ".
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.gtp")
	if err != nil || len(files) < 3 {
		t.Fatalf("transcripts: %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		var commands []string
		for _, l := range strings.Split(string(data), "\n") {
			if c, ok := strings.CutPrefix(l, "> "); ok {
				commands = append(commands, c)
			}
		}
		var out strings.Builder
		if err := engine().Serve(context.Background(), strings.NewReader(strings.Join(commands, "\n")), &out); err != nil {
			t.Fatal(err)
		}
		replies := strings.SplitAfter(out.String(), "\n\n")
		for i, c := range commands {
			got.WriteString("> " + c + "\n" + strings.TrimSuffix(replies[i], "\n"))
		}
		if *update {
			if err := os.WriteFile(file, []byte(got.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		} else if got.String() != string(data) {
			t.Errorf("%s: got\n%s", file, &got)
		}
	}
}

// TestAnalyze lets an analysis run, and ends it with the command that Sabaki sends for that.
func TestAnalyze(t *testing.T) {
	toEngine, in := io.Pipe()
	out, fromEngine := io.Pipe()
	go func() { fromEngine.CloseWithError(engine().Serve(context.Background(), toEngine, fromEngine)) }()
	replies := bufio.NewReader(out)
	read := func() string {
		s, err := replies.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct{ command, want string }{
		{"lz-analyze W 2", `^info move [A-Z]\d+ visits \d+ winrate \d+ prior \d+ lcb -?\d+ order 0 pv [A-Z]\d+.*[^ ]$`},
		{"analyze 2", `^info move [A-Z]\d+ visits \d+ winrate \d+ prior`},
		{"kata-analyze B 2", `^info move [A-Z]\d+ visits \d+ winrate \d\.\d+ prior \d\.\d+ .*scoreLead -?\d+\.\d+ order 0 pv [A-Z]\d+`},
		{"kata-analyze interval 2 maxmoves 2 rootInfo true ownership true", `^info move \S+ .*order 0 pv .* order 1 pv [A-Z].* rootInfo visits \d+ winrate.* ownership( -?[01]\.\d{4}){25}$`},
	} {
		io.WriteString(in, "boardsize 5\n"+c.command+"\n")
		read()
		read()
		if got := read(); got != "=\n" {
			t.Errorf("%s begins with %q", c.command, got)
		}
		var lines []string
		for range 3 {
			lines = append(lines, strings.TrimSuffix(read(), "\n"))
		}
		for _, l := range lines {
			if !regexp.MustCompile(c.want).MatchString(l) {
				t.Errorf("%s says %q", c.command, l)
			}
		}
		if lines[0] == lines[2] {
			t.Errorf("%s does not go on", c.command)
		}
		io.WriteString(in, "5 protocol_version\n")
		for l := read(); l != "\n"; l = read() {
			if !strings.HasPrefix(l, "info ") {
				t.Errorf("%s ends with %q", c.command, l)
			}
		}
		if a, b := read(), read(); a != "=5 2\n" || b != "\n" {
			t.Errorf("after %s: %q %q", c.command, a, b)
		}
	}
	io.WriteString(in, "quit\n")
	if got := read(); got != "= \n" {
		t.Errorf("quit: %q", got)
	}
}

// TestClock: a move minds the time, and GoGui can interrupt it.
func TestClock(t *testing.T) {
	for _, input := range []string{
		"boardsize 5\ntime_settings 1 0 0\ngenmove b\n",
		"boardsize 5\ntime_settings 0 1 10\ngenmove b\n",
		"boardsize 5\ntime_settings 600 1 1\ntime_left b 0 1\ngenmove b\n",
		"boardsize 5\nkata-time_settings fischer 2 0\ngenmove b\n",
	} {
		e := engine()
		e.Player = uct.New(uct.DefaultConfig(100_000_000))
		begun := time.Now()
		var out strings.Builder
		if err := e.Serve(context.Background(), strings.NewReader(input), &out); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(begun); d > 5*time.Second || strings.Contains(out.String(), "?") {
			t.Errorf("%q took %v: %q", input, d, &out)
		}
	}
	e := engine()
	e.Player = uct.New(uct.DefaultConfig(100_000_000))
	in, write := io.Pipe()
	go func() {
		io.WriteString(write, "boardsize 5\nkgs-time_settings none\ngenmove b\n")
		time.Sleep(100 * time.Millisecond)
		io.WriteString(write, "# interrupt\nquit\n")
	}()
	var out strings.Builder
	if err := e.Serve(context.Background(), in, &out); err != nil || strings.Contains(out.String(), "?") {
		t.Errorf("interrupted: %v, %q", err, &out)
	}
}

// TestInterruptedBefore: an interrupt that is read before its command has begun ends it all the same.
func TestInterruptedBefore(t *testing.T) {
	e := engine()
	e.Player = uct.New(uct.DefaultConfig(100_000_000))
	var out strings.Builder
	begun := time.Now()
	if err := e.Serve(context.Background(), strings.NewReader("boardsize 5\ngenmove b\n# interrupt\nquit\n"), &out); err != nil || strings.Contains(out.String(), "?") {
		t.Errorf("%v, %q", err, &out)
	}
	if d := time.Since(begun); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

// TestTimes: fractions count, and with byo-yomi the last number is that of periods.
func TestTimes(t *testing.T) {
	for input, want := range map[string]timeLeft{
		"kgs-time_settings byoyomi 0 10 5\ntime_left b 10 5\n":      {10 * time.Second, 1},
		"kata-time_settings byoyomi 60 0.5 5\ntime_left b 7.25 0\n": {7250 * time.Millisecond, 0},
		"kata-time_settings canadian 0 0.9 3\n":                     {900 * time.Millisecond, 3},
		"kgs-time_settings canadian 0 30 5\ntime_left b 20 4\n":     {20 * time.Second, 4},
		"kata-time_settings fischer 0.9 2.9\n":                      {900 * time.Millisecond, 0},
	} {
		e := engine()
		var out strings.Builder
		if err := e.Serve(context.Background(), strings.NewReader(input), &out); err != nil || strings.Contains(out.String(), "?") {
			t.Errorf("%q: %v, %q", input, err, &out)
		}
		if got := e.clock.left[weiqi.Black]; got != want {
			t.Errorf("%q: %v left, want %v", input, got, want)
		}
	}
}

// lame is an analyst that plays on 5x5, and never thinks of anything.
type lame struct{ agents.Analyst }

func (lame) Board() (rows, cols int)                      { return 5, 5 }
func (lame) Begin(envs.Game) error                        { return nil }
func (lame) Think(context.Context) (bool, error)          { return false, errors.New("nothing comes to mind") }
func (lame) Move(context.Context, envs.Game) (int, error) { return 0, errors.New("no") }

func TestLame(t *testing.T) {
	e := engine()
	e.Player = lame{}
	var out strings.Builder
	input := "lz-genmove_analyze b 10\nboardsize 9\nboardsize 5\nrectangular_boardsize 5 4\nplay b e5\n"
	if err := e.Serve(context.Background(), strings.NewReader(input), &out); err != nil {
		t.Fatal(err)
	}
	want := "? nothing comes to mind\n\n? unacceptable size: this player knows 5x5 only\n\n= \n\n" +
		"? unacceptable size: this player knows 5x5 only\n\n= \n\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
}

func TestBudget(t *testing.T) {
	var k clock
	if k.budget(weiqi.Black, 0, 81) != 0 {
		t.Error("a clock that was not set limits")
	}
	k.set(absolute, 81*time.Second, 0, 0)
	total := time.Duration(0)
	for ply := 0; ply < 200; ply += 2 {
		b := k.budget(weiqi.Black, ply, 81)
		total += b
		k.spend(weiqi.Black, b+10*time.Millisecond)
	}
	if total > 81*time.Second || total < 50*time.Second {
		t.Errorf("100 moves took %v of 81 s", total)
	}
	k.set(overtime, 0, 30*time.Second, 10)
	for range 25 {
		b := k.budget(weiqi.White, 10, 361)
		if b < 2*time.Second || b > 4*time.Second {
			t.Errorf("%v for one of ten moves in 30 s", b)
		}
		k.spend(weiqi.White, b)
	}
}

// FuzzEngine: whatever comes in, each command gets one reply, and the engine lives on.
func FuzzEngine(f *testing.F) {
	f.Add("boardsize 9\nplay b c3\nundo\n")
	f.Add("1 komi 1e300\nset_position b a1 w a1\nfixed_handicap 99999999999\n")
	f.Add("boardsize 4\nkata-set-rules {\"ko\":\"SIMPLE\"}\nplace_free_handicap 7\nkata-time_settings fischer 1 1\n")
	f.Add("boardsize 3\nkata-analyze b 1 ownership true\nall_legal w\ntime_left b 1 1\n")
	f.Fuzz(func(t *testing.T, input string) {
		for _, no := range []string{"genmove", "tesuji", "quit", "sgf"} {
			if strings.Contains(input, no) {
				return // slow, the end, or files
			}
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
