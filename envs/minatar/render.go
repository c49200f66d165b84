package minatar

import (
	"fmt"
	"image"

	"tesuji/internal/draw"
)

// Pictures are a board of 48 pixels a cell below a bar with the score.
const (
	cellSize = 48.
	barSize  = 48.
	width    = side * cellSize
	height   = barSize + side*cellSize
)

var (
	white  = draw.Hex(0xffffff)
	black  = draw.Hex(0x000000)
	ink    = draw.Hex(0x10182b)
	silver = draw.Hex(0xc9d3e2)
	steel  = draw.Hex(0x7d8ba3)
	gold   = draw.Hex(0xffcf4a)
	amber  = draw.Hex(0xe69a1c)
	coral  = draw.Hex(0xff6b57)
	red    = draw.Hex(0xd8364a)
	teal   = draw.Hex(0x2fc4ad)
	sky    = draw.Hex(0x5bb8ff)
)

// RenderSize returns the size of the picture.
func (p *play) RenderSize() (w, h int) { return width, height }

// board is the picture of a game being drawn. Its cells are painted over by sprites.
type board struct{ canvas *draw.Canvas }

// newBoard paints the bar and, below it, a gradient.
func newBoard(dst *image.RGBA, title string, p *play, top, bottom draw.Color) *board {
	b := &board{draw.On(dst)}
	c := b.canvas
	c.Background(top, bottom)
	c.Shade(draw.New().Rect(0, 0, width, barSize), draw.Hex(0x1d2740), ink)
	c.Fill(draw.New().Rect(0, barSize-2, width, 2), draw.Alpha(black, .5))
	c.Text(title, 16, 31, 19, draw.Bold, draw.Left, white)
	c.Text(fmt.Sprint(p.score), width-16, 33, 24, draw.Bold, draw.Right, gold)
	return b
}

// middle returns the pixel in the middle of a cell.
func middle(x, y int) (px, py float64) {
	return (float64(x) + .5) * cellSize, barSize + (float64(y)+.5)*cellSize
}

// rows fills rows from to below (to not included) with a gradient.
func (b *board) rows(from, to int, top, bottom draw.Color) {
	y := barSize + float64(from)*cellSize
	b.canvas.Shade(draw.New().Rect(0, y, width, float64(to-from)*cellSize), top, bottom)
}

// sprite paints what is in one cell: paths have their origin in its middle, and are mirrored if
// what they show looks to the left.
type sprite struct {
	canvas *draw.Canvas
	x, y   float64
	mirror bool
}

// at returns the sprite of a cell that looks to the right, or to the left if dir is negative.
func (b *board) at(x, y, dir int) *sprite {
	px, py := middle(x, y)
	return &sprite{b.canvas, px, py, dir < 0}
}

func (s *sprite) place(p *draw.Path) *draw.Path {
	if s.mirror {
		p = p.Mirror()
	}
	return p.Place(s.x, s.y, 0, 1)
}

func (s *sprite) fill(p *draw.Path, col draw.Color) { s.canvas.Fill(s.place(p), col) }

func (s *sprite) shade(p *draw.Path, top, bottom draw.Color) { s.canvas.Shade(s.place(p), top, bottom) }

// shadow paints a soft shadow below the path.
func (s *sprite) shadow(p *draw.Path) {
	s.canvas.Shadow(s.place(p), 0, 4, 3, draw.Alpha(black, .35))
}

// glow paints light around the path.
func (s *sprite) glow(p *draw.Path, col draw.Color) { s.canvas.Shadow(s.place(p), 0, 0, 5, col) }

// eye paints an eye that looks ahead.
func (s *sprite) eye(x, y, r float64) {
	s.fill(draw.New().Circle(x, y, r), white)
	s.fill(draw.New().Circle(x+r*.3, y, r*.55), ink)
}
