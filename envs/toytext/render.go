package toytext

import (
	"image"
	"math"

	"tesuji/internal/draw"
)

var (
	ink    = draw.Hex(0x24324a)
	white  = draw.Hex(0xffffff)
	black  = draw.Hex(0x000000)
	orange = draw.Hex(0xf2703f)
	amber  = draw.Hex(0xf4b942)
	skin   = draw.Hex(0xf3c9a5)
)

// tiles paints cells of a grid, each of which is 100 by 100 to what is drawn in it.
type tiles struct {
	*draw.Canvas
	grid
	size, margin float64 // pixels
}

// at moves a path to the cell.
func (t *tiles) at(s int, p *draw.Path) *draw.Path {
	x, y := t.corner(s)
	return p.Place(x, y, 0, t.size/100)
}

// corner returns the top left pixel of the cell.
func (t *tiles) corner(s int) (x, y float64) {
	return t.margin + t.size*float64(s%t.cols), t.margin + t.size*float64(s/t.cols)
}

// center returns the middle of the cell.
func (t *tiles) center(s int) (x, y float64) {
	x, y = t.corner(s)
	return x + t.size/2, y + t.size/2
}

// blur scales a shadow's blur to the cells.
func (t *tiles) blur(units float64) int { return max(1, int(units*t.size/100)) }

// board draws the rounded plate that the cells lie on.
func (t *tiles) board(col, shadow draw.Color) {
	b := t.margin * .45
	p := draw.New().RoundRect(t.margin-b, t.margin-b, t.size*float64(t.cols)+2*b, t.size*float64(t.rows)+2*b, 2*b)
	t.Shadow(p, 0, t.margin*.25, max(1, int(t.margin*.3)), shadow)
	t.Fill(p, col)
}

// steps marks the way from one cell to the next with dots.
func (t *tiles) steps(from, to int, col draw.Color) {
	x0, y0 := t.center(from)
	x1, y1 := t.center(to)
	d := math.Hypot(x1-x0, y1-y0)
	if d == 0 {
		return
	}
	n := max(3, int(d/t.size*3))
	for k := range n {
		f := float64(k) / float64(n)
		t.Fill(draw.New().Circle(x0+f*(x1-x0), y0+f*(y1-y0), t.size*(.03+.02*f)), draw.Alpha(col, .35+.5*f))
	}
}

// intent draws an arrow at the side of the cell that the last action aimed at, dr rows and dc
// columns away, whether or not it got there.
func (t *tiles) intent(s, dr, dc int) {
	x, y := t.center(s)
	from, to := t.size*.16, t.size*.50
	fx, fy := float64(dc), float64(dr)
	t.Fill(draw.New().Arrow(x+from*fx, y+from*fy, x+to*fx, y+to*fy, t.size*.075), orange)
}

func gridSize(g grid, size, margin float64) (w, h int) {
	return int(size*float64(g.cols) + 2*margin), int(size*float64(g.rows) + 2*margin)
}

// person draws someone of the given size with their feet at (x, y) of the cell.
func (t *tiles) person(s int, x, y, size float64, shirt draw.Color) {
	put := func(p *draw.Path) *draw.Path { return t.at(s, p.Place(x-50*size, y-92*size, 0, size)) }
	t.Fill(put(draw.New().Ellipse(50, 91, 20, 5)), draw.Alpha(black, .25))
	t.Fill(put(draw.New().RoundRect(40, 68, 8, 23, 4).RoundRect(52, 68, 8, 23, 4)), ink)
	t.Shade(put(draw.New().RoundRect(34, 42, 32, 34, 13)), draw.Mix(shirt, white, .2), shirt)
	t.Fill(put(draw.New().Capsule(35, 50, 31, 66, 7).Capsule(65, 50, 69, 66, 7)), draw.Mix(shirt, black, .18))
	t.Fill(put(draw.New().Circle(50, 29, 14)), skin)
	t.Fill(put(draw.New().Move(36, 29).Curve(34, 9, 66, 9, 64, 29).Curve(58, 20, 44, 22, 36, 29)), draw.Hex(0x5a3d2b))
	t.Fill(put(draw.New().Circle(45, 31, 1.9).Circle(55, 31, 1.9)), ink)
}

// RenderSize returns the size of the picture: larger maps have smaller cells.
func (e *FrozenLake) RenderSize() (w, h int) {
	return gridSize(e.ice.grid, e.ice.pixels(), 20)
}

// pixels returns the side of a cell on the picture.
func (l *lake) pixels() float64 {
	return min(96, max(8, math.Floor(480/float64(max(l.rows, l.cols)))))
}

// Render draws the lake, the penguin that crosses it, and where the last action aimed at.
func (e *FrozenLake) Render(dst *image.RGBA) {
	t := &tiles{Canvas: draw.On(dst), grid: e.ice.grid, size: e.ice.pixels(), margin: 20}
	t.Background(draw.Hex(0xeaf3fa), draw.Hex(0xc9dcec))
	t.board(draw.Hex(0xffffff), draw.Alpha(draw.Hex(0x2d5c86), .3))
	for s, kind := range e.ice.cells {
		t.ice(s)
		switch kind {
		case 'H':
			t.water(s)
		case 'G':
			t.present(s, e.state == s)
		case 'S':
			t.igloo(s)
		}
	}
	t.steps(e.last, e.state, draw.Hex(0x3f79ad))
	if e.action >= 0 {
		moves := [4][2]int{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}
		t.intent(e.last, moves[e.action][0], moves[e.action][1])
	}
	t.penguin(e.state, e.ice.cells[e.state])
}

// ice draws a cell of ice; scratches differ from cell to cell.
func (t *tiles) ice(s int) {
	t.Shade(t.at(s, draw.New().RoundRect(2, 2, 96, 96, 12)), draw.Hex(0xdcf0fb), draw.Hex(0xb9dff4))
	if t.size < 16 {
		return
	}
	k := float64((s*37 + s/3*11) % 5)
	t.Fill(t.at(s, draw.New().Capsule(16+3*k, 34+6*k, 34+3*k, 16+6*k, 3).Capsule(26+3*k, 40+6*k, 37+3*k, 29+6*k, 3)), draw.Alpha(white, .85))
	t.Fill(t.at(s, draw.New().Capsule(66-4*k, 84, 80-4*k, 70, 2.4)), draw.Alpha(white, .6))
}

// water draws a hole.
func (t *tiles) water(s int) {
	t.Fill(t.at(s, draw.New().Ellipse(50, 53, 40, 37)), draw.Alpha(white, .9))
	t.Shade(t.at(s, draw.New().Ellipse(50, 55, 35, 31)), draw.Hex(0x123d63), draw.Hex(0x2f7fb5))
	t.Fill(t.at(s, draw.New().Arc(50, 62, 20, 3, .5, 1.5).Arc(44, 50, 13, 2.6, 3.6, 4.7)), draw.Alpha(white, .3))
}

// present draws the goal, aside if someone has reached it.
func (t *tiles) present(s int, reached bool) {
	put := func(p *draw.Path) *draw.Path {
		if reached {
			p = p.Place(24, 10, 0, .85)
		}
		return t.at(s, p)
	}
	box := put(draw.New().RoundRect(24, 44, 52, 42, 5))
	t.Shadow(box, 0, t.size*.05, t.blur(4), draw.Alpha(ink, .4))
	t.Shade(box, draw.Hex(0xef5b5b), draw.Hex(0xc93a4b))
	t.Shade(put(draw.New().RoundRect(20, 34, 60, 16, 5)), draw.Hex(0xff7a70), draw.Hex(0xe04e55))
	t.Fill(put(draw.New().Rect(45, 34, 10, 52)), draw.Hex(0xffd873))
	bow := draw.New().Move(50, 34).Curve(34, 36, 22, 26, 30, 18).Curve(38, 12, 48, 24, 50, 34)
	bow.Add(draw.New().Move(50, 34).Curve(66, 36, 78, 26, 70, 18).Curve(62, 12, 52, 24, 50, 34))
	t.Fill(put(bow), amber)
	t.Fill(put(draw.New().Circle(50, 33, 5)), draw.Hex(0xffd873))
}

// igloo draws the start.
func (t *tiles) igloo(s int) {
	dome := t.at(s, draw.New().Move(16, 82).Curve(16, 20, 84, 20, 84, 82).Curve(62, 88, 38, 88, 16, 82))
	t.Shadow(dome, 0, t.size*.04, t.blur(4), draw.Alpha(ink, .3))
	t.Shade(dome, white, draw.Hex(0xd3e4f2))
	t.Fill(t.at(s, draw.New().Capsule(22, 60, 78, 60, 1.8).Capsule(32, 46, 68, 46, 1.8).
		Capsule(50, 36, 50, 46, 1.8).Capsule(36, 47, 36, 60, 1.8).Capsule(64, 47, 64, 60, 1.8).Capsule(26, 61, 26, 74, 1.8).Capsule(74, 61, 74, 74, 1.8)), draw.Hex(0xaac6de))
	t.Fill(t.at(s, draw.New().Move(38, 85).Curve(36, 56, 64, 56, 62, 85).Curve(54, 87, 46, 87, 38, 85)), draw.Hex(0x35577a))
}

// penguin draws who crosses the lake, up to the neck in water if the cell is a hole and
// celebrating at the goal.
func (t *tiles) penguin(s int, kind byte) {
	dx, dy, size := 0., 0., 1.
	switch kind {
	case 'H':
		dy = 14
	case 'G': // beside the present
		dx, dy, size = -6, 26, .75
	}
	put := func(p *draw.Path) *draw.Path { return t.at(s, p.Place(dx, dy, 0, size)) }
	coat, beak := draw.Hex(0x26354f), draw.Hex(0xffa733)
	if kind != 'H' {
		t.Fill(put(draw.New().Ellipse(50, 89, 24, 6)), draw.Alpha(ink, .3))
		t.Fill(put(draw.New().Ellipse(40, 88, 9, 5).Ellipse(60, 88, 9, 5)), beak)
		lift := 0.
		if kind == 'G' {
			lift = -26 // wings up
		}
		t.Fill(put(draw.New().Capsule(28, 54, 19, 70+lift, 10).Capsule(72, 54, 81, 70+lift, 10)), coat)
		t.Shade(put(draw.New().Ellipse(50, 60, 26, 29)), draw.Hex(0x33456a), draw.Hex(0x1d2940))
		t.Fill(put(draw.New().Ellipse(50, 65, 18, 22)), white)
	}
	t.Fill(put(draw.New().Circle(50, 33, 20)), coat)
	t.Fill(put(draw.New().Ellipse(42, 36, 10, 11).Ellipse(58, 36, 10, 11)), white)
	t.Fill(put(draw.New().Circle(43, 33, 3.4).Circle(57, 33, 3.4)), ink)
	t.Fill(put(draw.New().Polygon(43, 40, 57, 40, 50, 50)), beak)
	switch kind {
	case 'H':
		t.Shade(t.at(s, draw.New().Move(15, 60).Curve(28, 52, 38, 66, 50, 60).Curve(62, 54, 74, 66, 85, 60).
			Curve(84, 74, 68, 86, 50, 86).Curve(32, 86, 16, 74, 15, 60)), draw.Hex(0x2a74a8), draw.Hex(0x2f7fb5))
		t.Fill(t.at(s, draw.New().Circle(18, 44, 4).Circle(26, 32, 2.6).Circle(82, 42, 4).Circle(75, 31, 2.6)), draw.Hex(0x8fc8ea))
		t.Fill(t.at(s, draw.New().Arc(50, 56, 26, 2.6, .7, 2.4)), draw.Alpha(white, .45))
	case 'G':
		for k := range 9 {
			sin, cos := math.Sincos(math.Pi + float64(k)*math.Pi/8)
			col := [3]draw.Color{amber, orange, draw.Hex(0x4fb6e8)}[k%3]
			r := 42 + 5*float64(k%2)
			t.Fill(t.at(s, draw.New().Circle(48+r*cos, 52+r*sin, 3.2)), col)
		}
	}
}

// RenderSize returns the size of the picture.
func (e *CliffWalking) RenderSize() (w, h int) { return gridSize(cliffGrid, 60, 20) }

// Render draws the meadow, the cliff, the walker and the last step.
func (e *CliffWalking) Render(dst *image.RGBA) {
	t := &tiles{Canvas: draw.On(dst), grid: cliffGrid, size: 60, margin: 20}
	t.Background(draw.Hex(0xf2f6ec), draw.Hex(0xd5e3cf))
	t.board(draw.Hex(0x5d9a4c), draw.Alpha(black, .3))
	for s := range 48 {
		if isCliff(s) {
			continue
		}
		col := draw.Hex(0x8ccf6b)
		if (s/12+s)%2 == 1 {
			col = draw.Hex(0x80c461)
		}
		t.Fill(t.at(s, draw.New().Rect(-.5, -.5, 101, 101)), col)
		k := float64((s * 29) % 7)
		t.Fill(t.at(s, draw.New().Capsule(20+6*k, 76, 16+6*k, 66, 4).Capsule(20+6*k, 76, 20+6*k, 63, 4).Capsule(20+6*k, 76, 25+6*k, 66, 4)), draw.Hex(0x62a64c))
		if s%5 == 2 && s != cliffGoal {
			t.Fill(t.at(s, draw.New().Circle(74-3*k, 28+4*k, 5)), draw.Alpha(white, .9))
			t.Fill(t.at(s, draw.New().Circle(74-3*k, 28+4*k, 2)), amber)
		}
	}
	t.chasm()
	t.camp(cliffStart)
	t.flag(cliffGoal)
	if e.state == cliffStart && e.last/12 == 2 && e.last%12 > 0 {
		// From the row above only a fall leads back to the start: dust where it happened.
		for k := range 5 {
			d := float64(k)
			t.Fill(t.at(e.last+12, draw.New().Circle(26+12*d, 40-8*float64(k%2), 11)), draw.Alpha(white, .75))
		}
	} else {
		t.steps(e.last, e.state, white)
	}
	t.person(e.state, 58, 92, .9, draw.Hex(0x3a6fd8))
	if e.action >= 0 {
		moves := [4][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}
		t.intent(e.last, moves[e.action][0], moves[e.action][1])
	}
}

// chasm draws the cliff along the bottom row.
func (t *tiles) chasm() {
	x0, y0 := t.corner(cliffStart + 1)
	w, h := 10*t.size, t.size
	t.Shade(draw.New().Rect(x0, y0, w, h+8), draw.Hex(0x4a3a3f), draw.Hex(0x1c1722))
	t.Shade(draw.New().Rect(x0, y0+h*.66, w, h*.34+8), draw.Alpha(orange, 0), draw.Hex(0xf2703f))
	edge := draw.New().Move(x0, y0-1).Line(x0+w, y0-1)
	n := 40
	for k := n; k >= 0; k-- {
		depth := .10 + .12*float64((k*7)%5)/4
		edge.Line(x0+w*float64(k)/float64(n), y0+h*depth)
	}
	t.Shadow(edge, 0, 6, 4, draw.Alpha(black, .6))
	t.Shade(edge, draw.Hex(0xa98362), draw.Hex(0x7a5a45))
	t.Fill(draw.New().Rect(x0, y0-2, w, 5), draw.Hex(0x62a64c))
	for k := range 10 {
		x := x0 + t.size*(float64(k)+.5)
		t.Fill(draw.New().Circle(x+9*math.Sin(float64(3*k)), y0+h*.86, 3+float64(k%3)), draw.Alpha(amber, .8))
	}
}

// camp draws the tent at the start.
func (t *tiles) camp(s int) {
	tent := t.at(s, draw.New().Polygon(36, 2, 74, 66, -2, 66))
	t.Shadow(tent, 0, 3, 3, draw.Alpha(black, .35))
	t.Shade(tent, draw.Hex(0xffcf70), draw.Hex(0xe89a3c))
	t.Fill(t.at(s, draw.New().Polygon(36, 20, 48, 66, 24, 66)), draw.Hex(0x7a4a2a))
}

// flag draws the goal.
func (t *tiles) flag(s int) {
	t.Fill(t.at(s, draw.New().Ellipse(50, 88, 26, 7)), draw.Alpha(black, .2))
	t.Fill(t.at(s, draw.New().Capsule(36, 14, 36, 88, 6)), white)
	t.Shade(t.at(s, draw.New().Move(38, 12).Curve(54, 4, 66, 24, 88, 14).Line(88, 46).Curve(66, 56, 54, 36, 38, 44)), draw.Hex(0xff8b5c), draw.Hex(0xe8543a))
}
