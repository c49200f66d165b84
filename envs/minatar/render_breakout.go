package minatar

import (
	"image"

	"tesuji/internal/draw"
)

var brickColors = [brickRows][2]draw.Color{
	{draw.Hex(0xff7d6b), draw.Hex(0xd9414f)},
	{draw.Hex(0xffd166), draw.Hex(0xe8962e)},
	{draw.Hex(0x5fe3c5), draw.Hex(0x1f9e93)},
}

// Render draws the bricks, the ball with its trail and the paddle.
func (g *Breakout) Render(dst *image.RGBA) {
	b := newBoard(dst, "Breakout", &g.play, draw.Hex(0x232f55), draw.Hex(0x0e1428))
	c := b.canvas
	for x := 1; x < side; x++ {
		c.Fill(draw.New().Rect(float64(x)*cellSize-.5, barSize, 1, side*cellSize), draw.Alpha(white, .035))
	}
	for y := 1; y < side; y++ {
		c.Fill(draw.New().Rect(0, barSize+float64(y)*cellSize-.5, width, 1), draw.Alpha(white, .035))
	}

	for y := 1; y <= brickRows; y++ {
		for x := range side {
			if g.bricks&brickBit(x, y) == 0 {
				continue
			}
			s := b.at(x, y, 1)
			body := draw.New().RoundRect(-22, -17, 44, 34, 6)
			s.shadow(body)
			s.shade(body, brickColors[y-1][0], brickColors[y-1][1])
			s.fill(draw.New().RoundRect(-18, -14, 36, 5, 2.5), draw.Alpha(white, .45))
			s.fill(draw.New().RoundRect(-22, 9, 44, 8, 4), draw.Alpha(black, .12))
		}
	}

	paddle := b.at(g.paddle, edge, 1)
	body := draw.New().RoundRect(-23, -6, 46, 18, 9)
	paddle.glow(body, draw.Alpha(sky, .55))
	paddle.shade(body, white, draw.Hex(0x8fb4e8))
	paddle.fill(draw.New().RoundRect(-23, -6, 12, 18, 9), coral)
	paddle.fill(draw.New().RoundRect(11, -6, 12, 18, 9), coral)
	paddle.fill(draw.New().RoundRect(-14, -3, 28, 4, 2), draw.Alpha(white, .8))

	// The way from the cell before, fading.
	fromX, fromY := middle(g.trailX, g.trailY)
	toX, toY := middle(g.x, g.y)
	const dots = 7
	for k := range dots {
		t := float64(k) / dots
		c.Fill(draw.New().Circle(fromX+t*(toX-fromX), fromY+t*(toY-fromY), 4+7*t), draw.Alpha(sky, .12+.3*t))
	}
	ball := b.at(g.x, g.y, 1)
	ball.glow(draw.New().Circle(0, 0, 13), draw.Alpha(sky, .7))
	ball.shade(draw.New().Circle(0, 0, 13), white, draw.Hex(0xbcd6f7))
	ball.fill(draw.New().Ellipse(-4, -5, 4, 3), white)
}
