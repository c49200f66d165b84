package sgf

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tesuji/envs/board/weiqi"
)

// IllegalMove is a move of a record that the rules forbid.
type IllegalMove struct {
	Number int // of the move in the line, from 1
	Move   string
	Err    error
}

func (e *IllegalMove) Error() string {
	return fmt.Sprintf("sgf: move %d, %s, is illegal: %v", e.Number, e.Move, e.Err)
}

// Unwrap returns why, such as weiqi.ErrOccupied.
func (e *IllegalMove) Unwrap() error { return e.Err }

// Play plays the moves of a line of nodes that begins with a root (see MainLine and Line) and
// returns the game at its end: with the size, komi, rules, handicap and set-up that it gives.
// Komi and rules that it does not give, or that are unknown, are those of rules. Scores are by area
// whatever a record says: of Japanese rules, only how to play is kept.
//
// Set-up after the first move begins a new game, whose moves are those after it. With an
// *IllegalMove the game up to that move is returned, too.
func Play(line []*Node, rules weiqi.Rules) (*weiqi.Game, error) {
	root := line[0]
	if gm := strings.TrimSpace(root.First("GM")); gm != "" && gm != "1" {
		return nil, fmt.Errorf("sgf: GM[%s] is no game of Go", clip([]byte(gm)))
	}
	rows, cols, err := Size(root)
	if err != nil {
		return nil, err
	}
	if rows > weiqi.MaxSide || cols > weiqi.MaxSide {
		return nil, fmt.Errorf("sgf: a board of %d columns and %d rows: at most %d can be played on", cols, rows, weiqi.MaxSide)
	}
	g := weiqi.NewGame(rows, cols, rulesOf(root, rules))
	number := 0
	for i, n := range line {
		if err := setUp(g, line, i); err != nil {
			return g, err
		}
		for _, p := range n.Properties {
			if p.Name != "B" && p.Name != "W" {
				continue
			}
			number++
			c := weiqi.Black
			if p.Name == "W" {
				c = weiqi.White
			}
			point, err := ParseMove(p.Values[0], rows, cols)
			if err != nil {
				return g, fmt.Errorf("sgf: move %d: %w", number, err)
			}
			if err := g.PlayAs(c, point); err != nil {
				return g, &IllegalMove{number, c.String() + " " + g.Vertex(point), err}
			}
		}
	}
	return g, nil
}

// MoveLine returns the part of a line up to the node of the move of a number, without it: the
// position before it. With fewer moves, the line is returned as it is.
func MoveLine(line []*Node, number int) []*Node {
	for i, n := range line {
		if n.Has("B") || n.Has("W") {
			if number--; number < 1 {
				return line[:i]
			}
		}
	}
	return line
}

// rulesOf returns the rules of a record.
func rulesOf(root *Node, rules weiqi.Rules) weiqi.Rules {
	komi := rules.Komi
	name := strings.ToLower(strings.Join(strings.Fields(root.SimpleText("RU")), "-"))
	switch {
	case strings.HasPrefix(name, "japan"), strings.HasPrefix(name, "korea"):
		rules = weiqi.Rules{Ko: weiqi.SimpleKo}
	case name == "nz":
		rules, _ = weiqi.RulesByName("new-zealand")
	case name == "goe" || name == "ing":
		rules = weiqi.Rules{Ko: weiqi.SituationalSuperko, Suicide: true}
	default:
		if r, err := weiqi.RulesByName(name); err == nil {
			rules = r
		}
	}
	rules.Komi = komi
	if k, err := strconv.ParseFloat(strings.TrimSpace(root.First("KM")), 64); err == nil && math.Abs(foxKomi(k)) <= weiqi.MaxKomi {
		rules.Komi = math.Round(2*foxKomi(k)) / 2
	}
	return rules
}

// foxKomi mends the komi of records of the Fox server, which has it in hundredths of a point, or of two.
func foxKomi(k float64) float64 {
	switch k {
	case 550, 650, 700, 750:
		return k / 100
	case 275, 325, 350, 375:
		return k / 50
	}
	return k
}

// setUp puts the stones of node i on the board.
func setUp(g *weiqi.Game, line []*Node, i int) error {
	n := line[i]
	handicap := 0
	if i == 0 {
		handicap, _ = strconv.Atoi(strings.TrimSpace(n.First("HA")))
	}
	var places [3][]int
	for c, name := range []string{weiqi.Empty: "AE", weiqi.Black: "AB", weiqi.White: "AW"} {
		var err error
		if places[c], err = ParsePoints(n.Get(name), g.Rows(), g.Cols()); err != nil {
			return fmt.Errorf("sgf: %s: %w", name, err)
		}
	}
	mover, moves := firstMover(line[i:])
	if handicap >= 2 && !n.Has("AB") && !n.Has("AW") && mover != weiqi.Black {
		// Old servers leave the stones to who reads. Where Black moves first, the moves are the stones.
		places[weiqi.Black], _ = g.FixedHandicap(handicap)
	}
	pl, plErr := weiqi.ParseColour(strings.TrimSpace(n.First("PL")))
	if stones := len(places[0]) + len(places[1]) + len(places[2]); stones == 0 && plErr != nil {
		return nil
	} else if stones == 0 && i > 0 { // who moves may change in the midst of a game
		g.Resume(pl)
		return nil
	}
	colours := make([]weiqi.Colour, g.Points())
	for p := range colours {
		colours[p] = g.At(p)
	}
	for c, points := range places {
		for _, p := range points {
			colours[p] = weiqi.Colour(c)
		}
	}
	var stones [3][]int
	for p, c := range colours {
		stones[c] = append(stones[c], p)
	}
	toMove := g.ToMove()
	if plErr == nil {
		toMove = pl
	} else if moves {
		toMove = mover
	} else if handicap >= 2 {
		toMove = weiqi.White
	}
	if err := g.SetUp(stones[weiqi.Black], stones[weiqi.White], toMove, min(max(handicap, 0), len(places[weiqi.Black]))); err != nil {
		return fmt.Errorf("sgf: %w", err)
	}
	return nil
}

// firstMover returns who makes the first move of a line.
func firstMover(line []*Node) (weiqi.Colour, bool) {
	for _, n := range line {
		switch {
		case n.Has("B"):
			return weiqi.Black, true
		case n.Has("W"):
			return weiqi.White, true
		}
	}
	return weiqi.Empty, false
}

// Info is what a record says of a game besides its moves. Empty fields are left out.
type Info struct {
	Black, White string // the players' names
	Result       string // "B+3.5", "W+R", "0", ...
	Date         string // YYYY-MM-DD
	Event, Round string
	Program      string // that wrote it, "name:version"
	Comment      string
}

// Record returns a game as a tree of one line.
func Record(g *weiqi.Game, info Info) *Node {
	root := &Node{}
	root.Set("FF", "4")
	root.Set("GM", "1")
	root.Set("CA", "UTF-8")
	if name, version, ok := strings.Cut(info.Program, ":"); ok {
		root.Set("AP", Compose(name, version))
	}
	if g.Rows() == g.Cols() {
		root.Set("SZ", strconv.Itoa(g.Rows()))
	} else {
		root.Set("SZ", fmt.Sprintf("%d:%d", g.Cols(), g.Rows()))
	}
	root.Set("KM", strconv.FormatFloat(g.Rules().Komi, 'f', -1, 64))
	for _, p := range []struct{ name, text string }{
		{"RU", g.Rules().Name()}, {"EV", info.Event}, {"RO", info.Round}, {"DT", info.Date},
		{"PB", info.Black}, {"PW", info.White}, {"RE", info.Result}, {"C", info.Comment},
	} {
		if p.text != "" {
			root.SetText(p.name, p.text)
		}
	}
	black, white, toMove, handicap := g.Start()
	if handicap >= 2 {
		root.Set("HA", strconv.Itoa(handicap))
	}
	for _, s := range []struct {
		name   string
		points []int
	}{{"AB", black}, {"AW", white}} {
		var values []string
		for _, p := range s.points {
			values = append(values, FormatPoint(p, g.Cols()))
		}
		if len(values) > 0 {
			root.Set(s.name, values...)
		}
	}
	if toMove == weiqi.White {
		root.Set("PL", "W")
	} else if len(black)+len(white) > 0 {
		root.Set("PL", "B")
	}
	at := root
	for _, m := range g.Board.Moves() {
		at = at.Add()
		value := ""
		if m.Point != g.Pass() {
			value = FormatPoint(m.Point, g.Cols())
		}
		if m.Colour == weiqi.Black {
			at.Set("B", value)
		} else {
			at.Set("W", value)
		}
	}
	return root
}

// Result writes a margin of Black's as RE does, and GTP's final_score.
func Result(margin float64) string {
	switch {
	case margin > 0:
		return "B+" + strconv.FormatFloat(margin, 'f', -1, 64)
	case margin < 0:
		return "W+" + strconv.FormatFloat(-margin, 'f', -1, 64)
	}
	return "0"
}
