package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMatch plays a match twice and reads its results and records.
func TestMatch(t *testing.T) {
	dir := t.TempDir()
	var outs []map[string]any
	for _, parallel := range []string{"1", "2"} {
		r := rl(t, dir, "match", "engine:uct-20", "engine:random", "--games", "4", "--size", "5", "--parallel", parallel, "--sgf", "games"+parallel, "--json")
		if r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, r.stderr)
		}
		var out map[string]any
		if err := json.Unmarshal([]byte(r.stdout), &out); err != nil {
			t.Fatalf("%v\n%s", err, r.stdout)
		}
		delete(out, "ms_per_move")
		outs = append(outs, out)
		if out["games"] != 4.0 || out["a"] != "engine:uct-20" || out["wins"].(float64) < 2 {
			t.Errorf("the report is %s", r.stdout)
		}
	}
	a, _ := json.Marshal(outs[0])
	if b, _ := json.Marshal(outs[1]); string(a) != string(b) {
		t.Errorf("one game at a time: %s\ntwo: %s", a, b)
	}
	for _, name := range []string{"0001.sgf", "0004.sgf"} {
		one, err := os.ReadFile(filepath.Join(dir, "games1", name))
		two, err2 := os.ReadFile(filepath.Join(dir, "games2", name))
		if err != nil || err2 != nil || string(one) != string(two) || !strings.Contains(string(one), "RU[cgos]") {
			t.Errorf("%s: %v, %v\n%s\n%s", name, err, err2, one, two)
		}
	}
	if r := rl(t, dir, "match", "engine:random", "engine:random", "--games", "4", "--size", "3x2", "--sprt", "0,400"); r.code != 0 ||
		!strings.Contains(r.stdout, "engine:random (A)") || !strings.Contains(r.stdout, "SPRT of +0 and +400 Elo") {
		t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for want, args := range map[string][]string{
		"wants two players":               {"engine:random"},
		`"nobody": want engine:NAME`:      {"nobody", "engine:random"},
		`engine "uct" is unknown`:         {"engine:uct", "engine:random"},
		"--size":                          {"engine:random", "engine:random", "--size", "big"},
		"size is 40x40":                   {"engine:random", "engine:random", "--size", "40"},
		"--sprt":                          {"engine:random", "engine:random", "--sprt", "5"},
		"no such file":                    {"engine:random", "engine:random", "--openings", "none.sgf"},
		`did you mean "cgos"`:             {"engine:random", "engine:random", "--rules", "cgo"},
		"games is 0":                      {"engine:random", "engine:random", "--games", "0"},
		"a quote is not closed":           {"engine:random", `gtp:gnugo "`},
		"executable file not found":       {"engine:random", "gtp:no-such-program", "--games", "2"},
		"there is no run uct-10; for the": {"uct-10", "engine:random"},
	} {
		r := rl(t, dir, append([]string{"match"}, args...)...)
		wantCode := exitUsage
		if strings.Contains(want, "executable") {
			wantCode = exitFailed
		}
		if r.code != wantCode || !strings.Contains(r.stderr, want) {
			t.Errorf("%q: exit code %d, %q, want %d and %q", args, r.code, r.stderr, wantCode, want)
		}
	}
}

// TestGTP says a few things to the engine as a board program does.
func TestGTP(t *testing.T) {
	for _, args := range [][]string{{"gtp", "--engine", "uct-20"}, {"gtp", "--engine", "random", "--seed", "2"}} {
		c := command(t.TempDir(), args...)
		c.Stdin = strings.NewReader("1 name\n2 boardsize 5\n3 genmove b\n4 dance\n5 quit\n")
		r := finish(t, c)
		if r.code != 0 || !strings.HasPrefix(r.stdout, "=1 Tesuji "+args[2]+"\n\n=2 \n\n=3 ") || !strings.HasSuffix(r.stdout, "\n\n?4 unknown command\n\n=5 \n\n") {
			t.Errorf("%q: exit code %d, %q, %q", args, r.code, r.stdout, r.stderr)
		}
	}
	for want, args := range map[string][]string{
		`engine "uct1000" is unknown, did you mean "uct-1000"?`: {"--engine", "uct1000"},
		"want one of them":          {"--engine", "random", "--run", "runs/x"},
		"no such directory":         {"--run", "runs/x"},
		`rules "japanese" are unkn`: {"--rules", "japanese"},
	} {
		if r := rl(t, t.TempDir(), append([]string{"gtp"}, args...)...); r.code != exitUsage || !strings.Contains(r.stderr, want) {
			t.Errorf("%q: exit code %d, %q, want %q", args, r.code, r.stderr, want)
		}
	}
}

// TestBoardPicture paints a position of a game's record, and refuses what cannot be shown.
func TestBoardPicture(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"game.sgf":    "(;GM[1]FF[4]SZ[5]KM[7]PB[Ann]PW[Bob]RE[B+R];B[cc];W[cb];B[bb])",
		"wrong.sgf":   "(GM[1]FF[4]SZ[5])",
		"illegal.sgf": "(;GM[1]FF[4]SZ[5];B[cc];W[cc]",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := rl(t, dir, "watch", "game.sgf", "--move", "2", "--record", "board.png", "--analyst", "engine:uct-100")
	if b, err := os.ReadFile(filepath.Join(dir, "board.png")); r.code != 0 || err != nil || !strings.HasPrefix(string(b), "\x89PNG") {
		t.Fatalf("exit code %d, %v\n%s", r.code, err, r.stderr)
	}
	r = rl(t, dir, "watch", "illegal.sgf", "--record", "first.png")
	if r.code != 0 || !strings.Contains(r.stderr, "move 2, white C3, is illegal") || !strings.Contains(r.stderr, "illegal.sgf:1:") {
		t.Errorf("a record with an illegal move and no end: exit code %d\n%s", r.code, r.stderr)
	}
	for want, args := range map[string][]string{
		"there is no game tree":        {"watch", "wrong.sgf", "--record", "x.png"},
		"want 0 to 3":                  {"watch", "game.sgf", "--move", "4", "--record", "x.png"},
		"--komi means nothing":         {"watch", "game.sgf", "--komi", "4"},
		"--opponent means nothing":     {"play", "--env", "CartPole-v1", "--opponent", "engine:random"},
		"painted as .png":              {"watch", "game.sgf", "--record", "x.gif"},
		"does not show what it thinks": {"watch", "game.sgf", "--record", "x.png", "--analyst", "engine:random"},
		"no such file":                 {"watch", "missing.sgf"},
		"rl match --sgf DIR":           {"watch", "engine:random", "engine:random", "--record", "x.png"},
		"--colour green":               {"play", "go", "--colour", "green"},
		`"nobody": want engine:NAME`:   {"play", "go", "--opponent", "nobody"},
		"go and --env CartPole-v1":     {"play", "go", "--env", "CartPole-v1"},
	} {
		if r := rl(t, dir, args...); r.code == 0 || !strings.Contains(r.stderr, want) {
			t.Errorf("%v: exit code %d\n%s", args, r.code, r.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x.png")); err == nil {
		t.Error("a picture of nothing is left")
	}
}
