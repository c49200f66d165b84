package weiqi

import (
	"fmt"
	"strconv"
	"strings"
)

// columns are the letters of columns: there is no I.
const columns = "ABCDEFGHJKLMNOPQRSTUVWXYZ"

// Vertex writes a point as players and programs do: the column's letter and the row counted from
// the bottom, such as C3, or "pass". Of a number that is no point it says so.
func (b *Board) Vertex(point int) string {
	switch {
	case point == b.g.points:
		return "pass"
	case point < 0 || point > b.g.points:
		return fmt.Sprintf("point %d", point)
	}
	return string(columns[point%b.g.cols]) + strconv.Itoa(b.g.rows-point/b.g.cols)
}

// ParseVertex reads a vertex, in capitals or not.
func (b *Board) ParseVertex(s string) (point int, err error) {
	if strings.EqualFold(s, "pass") {
		return b.g.points, nil
	}
	if len(s) >= 2 {
		col := strings.IndexByte(columns, s[0]&^0x20)
		row, err := strconv.Atoi(s[1:])
		if err == nil && s[1] != '+' && col >= 0 && col < b.g.cols && row >= 1 && row <= b.g.rows {
			return (b.g.rows-row)*b.g.cols + col, nil
		}
	}
	return 0, fmt.Errorf("vertex %q: want a column of A to %c (without I) and a row of 1 to %d, or pass", s, columns[b.g.cols-1], b.g.rows)
}

// ParseColour reads black, b, white or w, in capitals or not.
func ParseColour(s string) (Colour, error) {
	switch strings.ToLower(s) {
	case "b", "black":
		return Black, nil
	case "w", "white":
		return White, nil
	}
	return Empty, fmt.Errorf("colour %q: want black or white", s)
}

// String draws the board with its coordinates: X is Black, O White.
func (b *Board) String() string {
	var s strings.Builder
	letters := "   " + strings.Join(strings.Split(columns[:b.g.cols], ""), " ")
	s.WriteString(letters)
	for r := range b.g.rows {
		fmt.Fprintf(&s, "\n%2d", b.g.rows-r)
		for c := range b.g.cols {
			s.WriteByte(' ')
			s.WriteByte(".XO"[b.At(r*b.g.cols+c)])
		}
		fmt.Fprintf(&s, " %d", b.g.rows-r)
	}
	s.WriteString("\n" + letters)
	return s.String()
}

// FixedHandicap returns the points of so many handicap stones in their customary places, or an
// error if the board has none for that number: 2 to 9 on square boards of an odd side from 9, 2 to
// 4 on others from 7.
func (b *Board) FixedHandicap(stones int) ([]int, error) {
	side := b.g.rows
	most := 0
	switch {
	case b.g.rows != b.g.cols || side < 7:
	case side%2 == 1 && side >= 9:
		most = 9
	default:
		most = 4
	}
	if stones < 2 || stones > most {
		return nil, fmt.Errorf("%d handicap stones: want 2 to %d on a board of %dx%d", stones, most, b.g.rows, b.g.cols)
	}
	edge := 2
	if side >= 12 {
		edge = 3
	}
	lo, hi, mid := edge, side-1-edge, side/2
	at := func(row, col int) int { return row*side + col } // row 0 is the top
	corners := []int{at(hi, lo), at(lo, hi), at(lo, lo), at(hi, hi)}
	sides := []int{at(mid, lo), at(mid, hi), at(hi, mid), at(lo, mid)}
	points := append([]int(nil), corners[:min(stones, 4)]...)
	if stones >= 6 {
		points = append(points, sides[:2]...)
	}
	if stones >= 8 {
		points = append(points, sides[2:]...)
	}
	if stones >= 5 && stones%2 == 1 {
		points = append(points, at(mid, mid))
	}
	return points, nil
}
