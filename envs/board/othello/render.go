package othello

import (
	"fmt"
	"image"
	"math/bits"

	"tesuji/internal/draw"
)

// Measures of the picture, in pixels.
const (
	cell   = 60.
	margin = 36. // around the board, with its coordinates
	footer = 44. // below it, with the score
)

var (
	wood   = draw.Hex(0x3b2a20)
	feltA  = draw.Hex(0x2f8f63)
	feltB  = draw.Hex(0x24774f)
	line   = draw.Hex(0x174f35)
	cream  = draw.Hex(0xf3ead9)
	accent = draw.Hex(0xf2703f)
	black  = draw.Hex(0x000000)
	// Top and bottom of a disc's face, and its edge.
	faces = [2][3]draw.Color{
		{draw.Hex(0x4a5058), draw.Hex(0x1b1e23), draw.Hex(0x0c0e10)},
		{draw.Hex(0xffffff), draw.Hex(0xdfe3e6), draw.Hex(0xaab2b8)},
	}
)

// RenderSize returns the size of the picture.
func (g *Game) RenderSize() (w, h int) {
	side := int(cell*float64(g.size) + 2*margin)
	return side, side + int(footer)
}

// Render draws the board, the last disc with a dot, dots where the player to move may place one,
// and the score.
func (g *Game) Render(dst *image.RGBA) {
	c := draw.On(dst)
	side := cell * float64(g.size)
	c.Background(draw.Mix(wood, cream, .08), wood)
	c.Shadow(draw.New().Rect(margin, margin, side, side), 0, 3, 5, draw.Alpha(black, .5))
	c.Shade(draw.New().Rect(margin, margin, side, side), feltA, feltB)
	grid := draw.New()
	for i := range g.size + 1 {
		k := margin + cell*float64(i)
		grid.Rect(k-1, margin-1, 2, side+2).Rect(margin-1, k-1, side+2, 2)
	}
	c.Fill(grid, line)
	for i := range g.size {
		k := margin + cell*(float64(i)+.5)
		label := draw.Alpha(cream, .75)
		c.Text(string(rune('a'+i)), k, margin-12, 15, draw.Regular, draw.Center, label)
		c.Text(fmt.Sprint(i+1), margin/2, k+5, 15, draw.Regular, draw.Center, label)
	}
	if g.size == 8 {
		for _, r := range []float64{2, 6} {
			for _, k := range []float64{2, 6} {
				c.Fill(draw.New().Circle(margin+cell*k, margin+cell*r, 4), line)
			}
		}
	}
	for i := range g.size * g.size {
		x, y := margin+cell*(float64(i%g.size)+.5), margin+cell*(float64(i/g.size)+.5)
		for p, set := range g.discs {
			if set>>i&1 != 0 {
				disc(c, x, y, cell*.41, p)
			}
		}
		if g.moves>>i&1 != 0 {
			c.Fill(draw.New().Circle(x, y, cell*.1), draw.Alpha(faces[g.player][1], .55))
		}
		if n := len(g.past); n > 0 && int(g.past[n-1]) == i {
			c.Fill(draw.New().Circle(x, y, cell*.08), accent)
		}
	}
	g.score(c, side)
}

// disc draws a player's disc.
func disc(c *draw.Canvas, x, y, r float64, player int) {
	f := faces[player]
	c.Shadow(draw.New().Circle(x, y, r), 1, 3, 2, draw.Alpha(black, .45))
	c.Fill(draw.New().Circle(x, y+r*.06, r), f[2])
	c.Shade(draw.New().Circle(x, y-r*.04, r*.95), f[0], f[1])
}

// score writes the players' discs below the board and who is to move.
func (g *Game) score(c *draw.Canvas, side float64) {
	y := 2*margin + side + footer/2 - 12
	for p := range 2 {
		x, align, dx := margin+12, draw.Left, 22.
		if p == 1 {
			x, align, dx = margin+side-12, draw.Right, -22
		}
		disc(c, x, y, 12, p)
		c.Text(fmt.Sprint(bits.OnesCount64(g.discs[p])), x+dx, y+7, 20, draw.Bold, align, cream)
	}
	text := [2]string{"dark to move", "light to move"}[g.player]
	if g.over {
		text = map[float64]string{1: "dark has won", -1: "light has won", 0: "drawn"}[g.Outcome()]
	}
	c.Text(text, margin+side/2, y+6, 16, draw.Regular, draw.Center, draw.Alpha(cream, .85))
}
