package scene

import (
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/agents/uct"
	"tesuji/envs"
	"tesuji/envs/board/weiqi"
)

func goban(t *testing.T, size int, vertices ...string) *weiqi.Game {
	t.Helper()
	rules, err := weiqi.RulesByName("cgos")
	if err != nil {
		t.Fatal(err)
	}
	g := weiqi.NewGame(size, size, rules)
	for _, v := range vertices {
		point, err := g.ParseVertex(v)
		if err == nil {
			err = g.Play(point)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// turn updates the board once.
func turn(t *testing.T, b *Board, in Input) {
	t.Helper()
	if _, err := b.Update(tick, &in); err != nil {
		t.Fatal(err)
	}
}

func picture(t *testing.T, b *Board) *image.RGBA {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1180, 800))
	if _, err := b.Draw(img, 1); err != nil {
		t.Fatal(err)
	}
	return img
}

// place returns the pixel of a vertex.
func (b *Board) pixel(vertex string) image.Point {
	l := &b.layout
	point, _ := b.shown.ParseVertex(vertex)
	x, y := l.left+float64(point%l.cols)*l.cell, l.top+float64(point/l.cols)*l.cell
	return l.stage.Min.Add(image.Pt(int(x*l.unit), int(y*l.unit)))
}

func TestStonesAreWhereTheyShouldBe(t *testing.T) {
	b := NewBoard(goban(t, 9, "C3", "G7", "D4"), BoardOptions{})
	b.Seek(3)
	img := picture(t, b)
	bright := func(v string) int {
		p := b.pixel(v).Add(image.Pt(int(b.layout.cell*b.layout.unit*.3), int(b.layout.cell*b.layout.unit*.1))) // beside lines and the mark of the last move
		c := img.RGBAAt(p.X, p.Y)
		return int(c.R) + int(c.G) + int(c.B)
	}
	if bright("C3") > 250 || bright("D4") > 250 || bright("G7") < 560 {
		t.Errorf("C3 %d, D4 %d, G7 %d", bright("C3"), bright("D4"), bright("G7"))
	}
	if e := bright("E8"); e < 260 || e > 620 {
		t.Errorf("the empty E8 is %d", e)
	}
}

func TestPersonPlaysAndTakesBack(t *testing.T) {
	opponent := uct.DefaultConfig(50)
	b := NewBoard(goban(t, 5), BoardOptions{Players: [2]agents.Player{nil, uct.New(opponent)}, Pace: time.Nanosecond})
	defer b.Close()
	picture(t, b)
	turn(t, b, Input{Pointer: b.pixel("C3"), Clicked: true, Down: true})
	if b.Position().At(12) != weiqi.Black {
		t.Fatal("a click plays nothing")
	}
	wait(t, b, func() bool { return b.last() == 2 })
	turn(t, b, Input{Pressed: []Key{Left}})
	if b.cursor != 1 || b.last() != 2 || b.person() {
		t.Errorf("after a step back: ply %d of %d", b.cursor, b.last())
	}
	turn(t, b, Input{Pressed: []Key{U}})
	if b.last() != 0 {
		t.Errorf("%d plies are left after taking back", b.last())
	}
	turn(t, b, Input{Pressed: []Key{P}})
	if b.game.Board.Moves()[0].Point != b.game.Pass() {
		t.Error("P does not pass")
	}
}

// wait updates the board until something holds.
func wait(t *testing.T, b *Board, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if turn(t, b, Input{}); time.Now().After(end) {
			t.Fatal("it takes too long")
		}
	}
}

func TestTwoPlayersPlayToTheEnd(t *testing.T) {
	players := [2]agents.Player{uct.New(uct.DefaultConfig(20)), uct.New(uct.DefaultConfig(30))}
	b := NewBoard(goban(t, 3), BoardOptions{Players: players, Pace: time.Nanosecond})
	defer b.Close()
	wait(t, b, func() bool { return b.result != "" })
	if !b.game.Over() {
		t.Error("there is a result, but the game goes on")
	}
	picture(t, b)
}

func TestVariationsLeadBackToTheRecord(t *testing.T) {
	b := NewBoard(goban(t, 9, "C3", "G7", "D4"), BoardOptions{Result: "B+R"})
	b.Seek(1)
	if err := b.play(40); err != nil || b.last() != 2 {
		t.Fatalf("%v, %d plies", err, b.last())
	}
	turn(t, b, Input{Pressed: []Key{U}})
	if b.cursor != 1 || b.last() != 3 || b.result != "B+R" {
		t.Errorf("ply %d of %d, %q", b.cursor, b.last(), b.result)
	}
}

func TestAnalysisIsShown(t *testing.T) {
	b := NewBoard(goban(t, 5, "C3"), BoardOptions{Analyst: uct.New(uct.DefaultConfig(200)), Visits: 400})
	defer b.Close()
	b.Seek(1)
	plain := picture(t, b)
	b.Overlays(true, true, true)
	if err := b.Settle(); err != nil {
		t.Fatal(err)
	}
	if a := b.thoughts(); a == nil || a.Visits < 400 {
		t.Fatalf("no analysis: %v", a)
	}
	if b.odds[1] != b.odds[1] {
		t.Error("the win rate is not in the graph")
	}
	if thought := picture(t, b); string(thought.Pix) == string(plain.Pix) {
		t.Error("the picture shows nothing of it")
	}
}

type failing struct{}

func (failing) Move(context.Context, envs.Game) (int, error) { return 0, errors.New("out of order") }

func TestFailuresAreSaid(t *testing.T) {
	b := NewBoard(goban(t, 5), BoardOptions{Players: [2]agents.Player{failing{}, nil}, Pace: time.Nanosecond})
	defer b.Close()
	wait(t, b, func() bool { return b.message.text == "out of order" })
}
