package sgf

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"tesuji/envs/board/weiqi"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func read(t *testing.T, data string) *Collection {
	t.Helper()
	c, err := Parse([]byte(data))
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	return c
}

// same compares trees, without recursion.
func same(a, b *Node) bool {
	for todo := [][2]*Node{{a, b}}; len(todo) > 0; {
		a, b := todo[len(todo)-1][0], todo[len(todo)-1][1]
		todo = todo[:len(todo)-1]
		if len(a.Children) != len(b.Children) || !slices.EqualFunc(a.Properties, b.Properties, func(p, q Property) bool {
			return p.Name == q.Name && slices.Equal(p.Values, q.Values)
		}) {
			return false
		}
		for i := range a.Children {
			todo = append(todo, [2]*Node{a.Children[i], b.Children[i]})
		}
	}
	return true
}

func TestExample(t *testing.T) {
	data, err := os.ReadFile("testdata/example.sgf")
	if err != nil {
		t.Fatal(err)
	}
	c := read(t, string(data))
	if len(c.Trees) != 2 {
		t.Fatalf("%d trees", len(c.Trees))
	}
	root := c.Trees[0]
	if got, want := root.Text("C"), "A comment of\ntwo lines, with [brackets] and a back\\slash, a soft break, and a tab: ."; got != want {
		t.Errorf("the comment is %q, want %q", got, want)
	}
	if got := root.SimpleText("PW"); got != "White]" {
		t.Errorf("White is %q", got)
	}
	moves := MainLine(root)
	if len(moves) != 6 || moves[2].First("W") != "ce" || moves[5].First("B") != "gg" {
		t.Errorf("the main line has %d nodes", len(moves))
	}
	if got := moves[2].Get("XX"); !slices.Equal(got, []string{"private", "values"}) {
		t.Errorf("XX is %q", got)
	}
	second := Text(moves[5].Get("LB")[1])
	point, label, ok := Split(moves[5].Get("LB")[1])
	if point != "bb" || Text(label) != "a:b" || !ok || second != "bb:a:b" {
		t.Errorf("the label is %q at %q", label, point)
	}
	if pass := moves[2].Children[1]; pass.First("W") != "" || !pass.Has("W") {
		t.Error("a pass is lost")
	}
	if rows, cols, err := Size(c.Trees[1]); rows != 5 || cols != 7 || err != nil {
		t.Errorf("size %dx%d, %v", rows, cols, err)
	}
	points, err := ParsePoints(c.Trees[1].Get("AW"), 5, 7)
	if err != nil || !slices.Equal(points, []int{20, 27, 34}) {
		t.Errorf("a rectangle is %v, %v", points, err)
	}
	if len(c.Warnings) != 1 || c.Warnings[0].Line != 1 {
		t.Errorf("warnings: %v", c.Warnings)
	}
	var out bytes.Buffer
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	again := read(t, out.String())
	for i := range c.Trees {
		if !same(c.Trees[i], again.Trees[i]) {
			t.Errorf("tree %d changed:\n%s", i, &out)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"(;)", "(;)\n"},
		{" ( ; B [ab] ; W[] ) ", "(;B[ ab];W[])\n"},
		{"(;B[aa](;W[bb];B[cc])(;W[dd]))", "(;B[aa]\n(;W[bb];B[cc])\n(;W[dd]))\n"},
		{"(;B[aa](;W[bb](;B[cc])(;B[dd]))(;W[ee]))", "(;B[aa]\n(;W[bb]\n(;B[cc])\n(;B[dd]))\n(;W[ee]))\n"},
		{"(;C[é])", "(;CA[UTF-8]C[é])\n"},
		{"(;CA[latin1]C[\xe9])", "(;CA[UTF-8]C[é])\n"},
		{"(;White[aa]CoPyright[me])", "(;W[aa]CP[me])\n"},
		{"(;AB[aa]C[x]AB[bb])", "(;AB[aa][bb]C[x])\n"},
		{"(;B[aa]", "(;B[aa])\n"},
		{"(;)(;)", "(;)\n(;)\n"},
	} {
		in := strings.ReplaceAll(c.in, "[ab]", "[ ab]") // white space inside a value is the value's
		var b bytes.Buffer
		if err := read(t, in).Write(&b); err != nil || b.String() != c.want {
			t.Errorf("%q is written %q, %v, want %q", in, &b, err, c.want)
		}
	}
	long := &Node{}
	at := long
	for range 100 {
		at = at.Add()
		at.Set("B", "aa")
	}
	for _, line := range strings.Split(Format(long), "\n") {
		if len(line) > 90 {
			t.Errorf("a line of %d characters", len(line))
		}
	}
	for _, p := range []Property{{"b", []string{""}}, {"", []string{""}}, {"B", nil}, {"C", []string{"a]"}}, {"C", []string{`a\`}}} {
		if err := Write(&bytes.Buffer{}, &Node{Properties: []Property{p}}); err == nil {
			t.Errorf("%v was written", p)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "1:1: there is no game tree"},
		{"()", "there is no game tree"},
		{"(B[aa])", "there is no game tree"},
		{"(;B)", "1:4: property B has no value"},
		{"(;\n B[aa];W[bb", "2:9: the value of W does not end"},
		{"(;B[aa]\n\n  ?)", "3:3: found '?'"},
		{"(;é)", "found 'é'"},
		{"(;b[aa])", `property "b" has no capital letter`},
		{"(;B[aa](W[bb]))", "1:9: want ; after ("},
		{"(;B[aa](;W[bb]);B[cc])", "1:16: a node follows a variation"},
		{`(;C[\])`, "does not end"},
	} {
		_, err := Parse([]byte(c.in))
		if syntax := new(SyntaxError); !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.in, err, c.want)
		}
	}
}

func TestCharsets(t *testing.T) {
	sjis := func(s string) string {
		b, err := japanese.ShiftJIS.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("围棋誠")
	if err != nil {
		t.Fatal(err)
	}
	// The second bytes of these two are a backslash and a bracket.
	const table, gold = "表", "充"
	escaped := strings.NewReplacer(`\`, `\\`, `]`, `\]`).Replace(sjis("a"+table)) + "b"
	for _, c := range []struct {
		in, want string
		warnings int
	}{
		{"(;C[\xe9])", "é", 0}, // the standard's Latin-1
		{"(;C[é])", "é", 0},    // valid UTF-8 is taken as such
		{"\xef\xbb\xbf(;C[é])", "é", 0},
		{"(;CA[UTF-8]C[\xe9x])", "\ufffdx", 1},
		{"(;CA[windows-1251]C[\xc3\xee])", "Го", 0},
		{"(;CA[GB2312]C[" + gbk + "])", "围棋誠", 0},
		{"(;CA[Shift_JIS]C[" + sjis("囲碁") + "])", "囲碁", 0},
		{"(;CA[Shift_JIS]C[" + sjis("a"+table) + "b])", "a表b", 0}, // characters first
		{"(;CA[Shift_JIS]C[" + escaped + "])", "a表b", 0},          // escapes first
		{"(;CA[Shift_JIS]C[x" + sjis(table) + `\` + "])", "x表", 0},
		{"(;CA[martian]C[\xe9])", "\ufffd", 1},
		{"\xff\xfe(\x00;\x00C\x00[\x00\xe9\x00]\x00)\x00", "é", 0},
	} {
		got := read(t, c.in)
		if text := got.Trees[0].Text("C"); text != c.want || len(got.Warnings) != c.warnings {
			t.Errorf("%q is %q with warnings %v, want %q and %d", c.in, text, got.Warnings, c.want, c.warnings)
		}
		again := read(t, Format(got.Trees[0]))
		if text := again.Trees[0].Text("C"); text != c.want {
			t.Errorf("%q comes back as %q", c.in, text)
		}
	}
	// 0x8f 0x5b is 充; 0x83 0x5d is a syllable: brackets, too.
	if got := read(t, "(;CA[Shift_JIS]C["+sjis(gold+"ゾ")+"])").Trees[0].Text("C"); got != gold+"ゾ" {
		t.Errorf("brackets within characters: %q", got)
	}
}

// TestDeep reads what would overflow the stack of a parser that recurses.
func TestDeep(t *testing.T) {
	const n = 100_000
	for _, data := range []string{
		"(" + strings.Repeat(";B[aa]", n) + ")",
		strings.Repeat("(;", n) + strings.Repeat(")", n),
		strings.Repeat("(;", n),
	} {
		c := read(t, data)
		if got := len(MainLine(c.Trees[0])); got != n {
			t.Errorf("%d nodes", got)
		}
		if again := read(t, Format(c.Trees[0])); !same(c.Trees[0], again.Trees[0]) {
			t.Error("a deep tree changed")
		}
	}
}

func TestPlay(t *testing.T) {
	rules, _ := weiqi.RulesByName("cgos")
	play := func(data string) (*weiqi.Game, error) { return Play(MainLine(read(t, data).Trees[0]), rules) }
	for _, c := range []struct{ in, want string }{
		{"(;SZ[9]KM[6.5]RU[Chinese];B[ee];W[ce];B[tt];W[])", "9x9 simple 6.5 moves 4 black to move"},
		{"(;SZ[7:5];B[ge])", "7x5 positional 7 moves 1 white to move"},
		{"(;SZ[9]HA[2]AB[cg][gc]KM[0.5];W[ee])", "9x9 positional 0.5 moves 1 black to move"},
		{"(;SZ[9]HA[4];W[ee])", "9x9 positional 7 moves 1 black to move"},
		{"(;SZ[5]AB[aa]AW[bb]PL[W])", "5x5 positional 7 moves 0 white to move"},
		{"(;SZ[5]AB[aa]AW[bb];W[cc])", "5x5 positional 7 moves 1 black to move"},
		{"(;SZ[5]RU[AGA]KM[3.75];B[aa];AE[aa]AW[cc];B[bb])", "5x5 situational 4 moves 1 white to move"},
		{"(;SZ[9]HA[2];B[cg];B[gc];W[ee])", "9x9 positional 7 moves 3 black to move"},
		{"(;SZ[9]KM[375];B[ee];W[cc];PL[W])", "9x9 positional 7.5 moves 2 white to move"},
		{"(;SZ[9]KM[650])", "9x9 positional 6.5 moves 0 black to move"},
		{"(;SZ[21];B[tt])", "21x21 positional 7 moves 1 white to move"},
	} {
		g, err := play(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got := describe(g); got != c.want {
			t.Errorf("%s: %s, want %s", c.in, got, c.want)
		}
	}
	g, err := play("(;SZ[5];B[cc];W[cc])")
	var illegal *IllegalMove
	if !errors.As(err, &illegal) || illegal.Number != 2 || !errors.Is(err, weiqi.ErrOccupied) || len(g.Board.Moves()) != 1 {
		t.Errorf("an illegal move: %v", err)
	}
	for in, want := range map[string]string{
		"(;GM[2])": "no game of Go", "(;SZ[60])": "SZ[60]", "(;SZ[40])": "at most 25", "(;SZ[5];B[ff])": "move 1",
		"(;SZ[5]AB[zz])": "AB", "(;SZ[2]AB[aa][ba][ab][bb])": "no liberty",
	} {
		if _, err := play(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
	if _, err := Parse([]byte("(;SZ[5]\r;B[aa]\r\n;W[bb]\n;B[cc\r")); err == nil || !strings.HasPrefix(err.Error(), "sgf: 4:3: ") {
		t.Errorf("line 4 of a file with lines of all kinds: %v", err)
	}
	line := MainLine(read(t, "(;SZ[5];B[aa];C[x];W[bb];B[cc])").Trees[0])
	for number, want := range map[int]int{1: 1, 2: 3, 3: 4, 4: 5, 9: 5} {
		if got := len(MoveLine(line, number)); got != want {
			t.Errorf("before move %d there are %d nodes, want %d", number, got, want)
		}
	}
}

func describe(g *weiqi.Game) string {
	return strings.Join([]string{
		size(g), g.Rules().Ko.String(), strings.TrimPrefix(Result(g.Rules().Komi), "B+"), "moves",
		string(rune('0' + len(g.Board.Moves()))), g.ToMove().String(), "to move",
	}, " ")
}

func size(g *weiqi.Game) string {
	digits := func(n int) string { return strings.TrimPrefix(Result(float64(n)), "B+") }
	return digits(g.Cols()) + "x" + digits(g.Rows())
}

func TestRecord(t *testing.T) {
	rules, _ := weiqi.RulesByName("cgos")
	g := weiqi.NewGame(7, 9, rules)
	points, err := g.ParseVertex("C3")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.SetUp([]int{points, 0}, []int{62}, weiqi.White, 2); err != nil {
		t.Fatal(err)
	}
	for _, p := range []int{31, 63, 40} {
		if p == 63 {
			p = g.Pass()
		}
		if err := g.PlayAs(g.ToMove(), p); err != nil {
			t.Fatal(err)
		}
	}
	root := Record(g, Info{Black: "a]b", White: "w", Result: "B+3.5", Program: "Tesuji:1:2", Comment: "x\ny"})
	text := Format(root)
	c := read(t, text)
	again, err := Play(MainLine(c.Trees[0]), weiqi.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	if again.String() != g.String() || again.Rules() != g.Rules() || !slices.Equal(again.Board.Moves(), g.Board.Moves()) || again.Score() != g.Score() {
		t.Errorf("%s\ngives\n%v\nwant\n%v", text, again, g)
	}
	if r := c.Trees[0]; r.SimpleText("PB") != "a]b" || r.Text("C") != "x\ny" || r.First("HA") != "2" || r.First("SZ") != "9:7" {
		t.Errorf("the record is %s", text)
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/example.sgf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("(;CA[Shift_JIS]C[\x95\x5c])(;CA[GBK]C[\x95\x5c\\]])"))
	f.Add([]byte("(;CA[latin1]C[\xe9\\]];B[aa:bb](;W[])(;AB[aa][bb]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if err := c.Write(&once); err != nil {
			t.Fatalf("%q was read but cannot be written: %v", data, err)
		}
		again, err := Parse(once.Bytes())
		if err != nil {
			t.Fatalf("%q is written %q: %v", data, &once, err)
		}
		if err := again.Write(&twice); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("%q is written\n%q, then\n%q", data, &once, &twice)
		}
		for _, root := range c.Trees {
			if g, err := Play(MainLine(root), weiqi.Rules{}); err == nil {
				Record(g, Info{})
			}
		}
	})
}
