package weiqi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tesuji/snapshot"
)

// point reads a GTP vertex such as B3: the column's letter without I, the row from the bottom.
func point(b *Board, v string) int {
	if v == "pass" {
		return b.Pass()
	}
	col := strings.IndexByte("ABCDEFGHJKLMNOPQRSTUVWXYZ", v[0])
	row := int(v[1] - '0')
	return (b.Rows()-row)*b.Cols() + col
}

// picture writes the position with X for Black, O for White, rows separated by /.
func picture(b *Board) string {
	var s strings.Builder
	for i := range b.Points() {
		if i > 0 && i%b.Cols() == 0 {
			s.WriteByte('/')
		}
		s.WriteByte(".XO"[b.At(i)])
	}
	return s.String()
}

// TestMasks has the shortest games after which the ko rules differ.
func TestMasks(t *testing.T) {
	for _, c := range []struct {
		size     int
		plies    string
		position string
		toMove   Colour
		legal    map[string]string // by ko rules
	}{
		{2, "A2 B2 A1 B1 A2 A1", ".O/OO", Black, map[string]string{"simple": "A2", "positional situational natural": ""}},
		{2, "A2 B2 A1 pass B1 B2", ".O/..", Black, map[string]string{"positional": "A1 B1", "situational natural simple": "A2 A1 B1"}},
		{3, "B3 A2 C2 B2 A3 C3", "..O/OOX/...", Black, map[string]string{"positional": "A3 A1 B1 C1", "situational natural simple": "A3 B3 A1 B1 C1"}},
		{3, "B3 A3 C2 B2 pass C3", "O.O/.OX/...", Black, map[string]string{"natural": "B3 A2 A1 B1 C1", "positional situational simple": "A2 A1 B1 C1"}},
		{2, "A2 B2 pass B1 A1 B2 B1 B2", ".O/..", Black, map[string]string{"positional situational": "A1 B1", "natural simple": "A2 A1 B1"}},
		{4, "B3 C3 A2 D2 B1 C1 D4 B2 C2", "...X/.XO./X.XO/.XO.", White, map[string]string{"positional situational natural simple": "A4 B4 C4 A3 D3 D1"}},
	} {
		for rules, want := range c.legal {
			for _, name := range strings.Fields(rules) {
				b := New(c.size, c.size, Rules{Ko: Ko(slices.Index(koNames[:], name))})
				b.SetCap(1 << 30)
				for _, v := range strings.Fields(c.plies) {
					if err := b.Play(point(b, v)); err != nil {
						t.Fatalf("%s, %s: %v", c.plies, name, err)
					}
				}
				if picture(b) != c.position || b.ToMove() != c.toMove {
					t.Errorf("%s leads to %s, %v to move", c.plies, picture(b), b.ToMove())
				}
				legal := make([]bool, b.Points()+1)
				b.Legal(legal)
				points := strings.Fields(want)
				for i, ok := range legal[:b.Points()] {
					if ok != slices.ContainsFunc(points, func(v string) bool { return point(b, v) == i }) {
						t.Errorf("%s, %s: point %d legal is %v, want those of %q", c.plies, name, i, ok, want)
					}
					if (b.Check(b.ToMove(), i) == nil) != ok {
						t.Errorf("%s, %s: Check and Legal differ at point %d", c.plies, name, i)
					}
				}
			}
		}
	}
}

// positions calls f with every legal position of a size, on one board.
func positions(rows, cols int, rules Rules, f func(b *Board)) {
	n := rows * cols
	b := New(rows, cols, rules)
	colours := make([]int, n)
	var black, white []int
	for {
		black, white = black[:0], white[:0]
		for i, c := range colours {
			switch c {
			case 1:
				black = append(black, i)
			case 2:
				white = append(white, i)
			}
		}
		if b.SetUp(black, white, Black, 0) == nil {
			f(b)
		}
		i := 0
		for ; i < n; i++ {
			if colours[i]++; colours[i] < 3 {
				break
			}
			colours[i] = 0
		}
		if i == n {
			return
		}
	}
}

// TestLegalPositions counts them: those of squares are golegal's (J. Tromp), 1, 57, 12675.
func TestLegalPositions(t *testing.T) {
	for _, c := range []struct{ rows, cols, want int }{
		{1, 1, 1}, {1, 2, 5}, {1, 3, 15}, {1, 4, 41}, {1, 5, 113}, {2, 2, 57}, {2, 3, 489}, {2, 4, 4125}, {3, 3, 12675},
	} {
		n := 0
		positions(c.rows, c.cols, Rules{}, func(*Board) { n++ })
		if n != c.want {
			t.Errorf("%dx%d: %d legal positions, want %d", c.rows, c.cols, n, c.want)
		}
	}
}

// TestScores counts the legal positions by Black's margin.
func TestScores(t *testing.T) {
	for _, c := range []struct {
		rows, cols int
		want       []int // number with margin 0, 1, 2, ...
	}{
		{3, 3, []int{1741, 1598, 1254, 885, 614, 318, 288, 0, 0, 510}},
		{2, 2, []int{13, 8, 0, 0, 14}},
		{2, 3, []int{81, 66, 42, 34, 0, 0, 62}},
	} {
		n := c.rows * c.cols
		got := make([]int, 2*n+1)
		positions(c.rows, c.cols, Rules{}, func(b *Board) { got[n+b.Area(nil)]++ })
		for s, want := range c.want {
			if got[n+s] != want || got[n-s] != want {
				t.Errorf("%dx%d, margin %d: %d and %d positions, want %d", c.rows, c.cols, s, got[n+s], got[n-s], want)
			}
		}
	}
}

// TestPassAlive counts what is Black's without condition in all legal positions.
func TestPassAlive(t *testing.T) {
	for _, c := range []struct {
		rows, cols                   int
		suicide                      bool
		positions, stones, territory int
	}{
		{2, 2, false, 2, 4, 4}, {2, 2, true, 2, 4, 4},
		{2, 3, false, 39, 112, 122}, {2, 3, true, 31, 92, 94},
		{3, 3, false, 883, 3924, 3959}, {3, 3, true, 635, 2948, 2767},
	} {
		stones, territory := make([]bool, 9), make([]bool, 9)
		var got [3]int
		positions(c.rows, c.cols, Rules{Suicide: c.suicide}, func(b *Board) {
			b.PassAlive(Black, stones, territory)
			if slices.Contains(stones, true) {
				got[0]++
			}
			for i := range b.Points() {
				if stones[i] {
					got[1]++
				}
				if territory[i] {
					got[2]++
				}
			}
		})
		if want := [3]int{c.positions, c.stones, c.territory}; got != want {
			t.Errorf("%dx%d, suicide %v: %v positions, stones and points, want %v", c.rows, c.cols, c.suicide, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	b := New(3, 3, Rules{})
	must(t, b.Play(0))
	for _, c := range []struct {
		point int
		want  error
	}{{0, ErrOccupied}, {-1, ErrRange}, {10, ErrRange}} {
		if err := b.Play(c.point); err == nil || !strings.Contains(err.Error(), c.want.Error()) {
			t.Errorf("point %d: %v, want %v", c.point, err, c.want)
		}
	}
	must(t, b.Play(b.Pass()))
	must(t, b.Play(b.Pass()))
	if err := b.Play(5); err == nil || !b.Over() {
		t.Errorf("a play after two passes: %v", err)
	}
	if err := b.SetUp([]int{0, 1, 3}, []int{1}, White, 0); err == nil {
		t.Error("a point was set up twice")
	}
	if err := b.SetUp([]int{1, 3}, []int{0}, White, 0); err == nil {
		t.Error("a stone without liberties was set up")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestUndoCopyState(t *testing.T) {
	b := New(3, 4, Rules{Ko: SituationalSuperko, Suicide: true, Komi: 2.5})
	must(t, b.SetUp([]int{0, 5}, []int{7}, White, 2))
	randomPlies(b, 20, 5)
	before := describe(b)
	c := b.Clone()
	n := len(b.Moves())
	randomPlies(b, 3, 9)
	for len(b.Moves()) > n {
		b.Undo()
	}
	if got := describe(b); got != before {
		t.Errorf("after taking back:\n%s\nbefore:\n%s", got, before)
	}
	if got := describe(c); got != before {
		t.Errorf("a copy changed:\n%s\nwant:\n%s", got, before)
	}
	data, err := snapshot.Save(b)
	must(t, err)
	d := New(3, 4, b.Rules())
	must(t, snapshot.Restore(data, d))
	if got := describe(d); got != before {
		t.Errorf("restored:\n%s\nsaved:\n%s", got, before)
	}
	for b.Undo() {
	}
	if picture(b) != "X.../.X.O/...." || b.ToMove() != White {
		t.Errorf("the start is %s", picture(b))
	}
}

// describe says everything of a board that decides how it goes on.
func describe(b *Board) string {
	legal := make([]bool, b.Points()+1)
	b.Legal(legal)
	return fmt.Sprint(picture(b), b.ToMove(), legal, b.Score(), b.Moves(), b.Hash())
}
