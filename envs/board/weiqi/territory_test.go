package weiqi

import (
	"strings"
	"testing"

	"tesuji/internal/rng"
)

// laid returns a board with the stones of a picture: X Black's, O White's, x and o dead ones, rows
// separated by spaces.
func laid(t *testing.T, position string) (b *Board, dead []bool) {
	t.Helper()
	rows := strings.Fields(position)
	b = New(len(rows), len(rows[0]), Rules{Ko: SimpleKo})
	dead = make([]bool, b.Points())
	var stones [2][]int
	for i, c := range strings.Join(rows, "") {
		switch c {
		case 'X', 'x':
			stones[0] = append(stones[0], i)
		case 'O', 'o':
			stones[1] = append(stones[1], i)
		}
		dead[i] = c == 'x' || c == 'o'
	}
	if err := b.SetUp(stones[0], stones[1], Black, 0); err != nil {
		t.Fatal(err)
	}
	return b, dead
}

func TestTerritory(t *testing.T) {
	for _, c := range []struct {
		name, position    string
		points, prisoners [2]int
	}{
		{"two halves", ".XO.. .XO.. .XO.. .XO.. .XO..", [2]int{5, 10}, [2]int{}},
		{"a dead stone", ".XO.. .XO.. .XOx. .XO.. .XO..", [2]int{5, 10}, [2]int{0, 1}},
		{"seki with an eye each", ".X.O.", [2]int{}, [2]int{}},
		{"an eye in seki", "XXXOOO X.O.XO XXOOXO .XO.XX", [2]int{}, [2]int{}},
		{"neutral points that are not filled", ".X.X.O XXXX.O", [2]int{2, 0}, [2]int{}},
		{"an empty board", "... ...", [2]int{}, [2]int{}},
	} {
		b, dead := laid(t, c.position)
		got, err := b.Territory(dead)
		if err != nil {
			t.Fatal(err)
		}
		if got.Points != c.points || got.Prisoners != c.prisoners {
			t.Errorf("%s: points %v, prisoners %v, want %v and %v", c.name, got.Points, got.Prisoners, c.points, c.prisoners)
		}
		if want := float64(c.points[0]+c.prisoners[0]-c.points[1]-c.prisoners[1]) - 6.5; got.Margin(6.5) != want {
			t.Errorf("%s: margin %v, want %v", c.name, got.Margin(6.5), want)
		}
	}
	b, dead := laid(t, ".XxO.")
	if _, err := b.Territory(dead); err == nil || !strings.Contains(err.Error(), "B1") {
		t.Errorf("half a chain is dead: %v", err)
	}
}

// TestTerritoryAndArea: without seki, territory and area differ by the plays of either colour only.
func TestTerritoryAndArea(t *testing.T) {
	r := rng.New(1, "moves")
	compared := 0
	for range 300 {
		b := New(5, 5, Rules{})
		b.SetCap(20 + r.Intn(100))
		legal, plays := make([]bool, 26), 0
		for !b.Over() {
			c := b.ToMove()
			m := someMove(b, legal, r)
			if err := b.Play(m); err != nil {
				t.Fatal(err)
			}
			if m != b.Pass() {
				plays += 3 - 2*int(c)
			}
		}
		owner := make([]Colour, 25)
		area := b.Area(owner)
		got, err := b.Territory(nil)
		if err != nil {
			t.Fatal(err)
		}
		same := true
		for i := range owner {
			same = same && (b.At(i) != Empty || got.Owner[i] == owner[i])
		}
		if !same { // there is a seki
			continue
		}
		compared++
		if m := int(got.Margin(0)); m+plays != area {
			t.Fatalf("%s: territory %d, %d more plays of Black, area %d", picture(b), m, plays, area)
		}
	}
	if compared < 30 {
		t.Errorf("only %d games without seki", compared)
	}
}
