package minatar

import (
	"fmt"
	"image"

	"tesuji/internal/draw"
)

// carColors are by speed, the fast ones first.
var carColors = [slowest][2]draw.Color{
	{draw.Hex(0xff6257), draw.Hex(0xc9273d)},
	{draw.Hex(0xffa24a), draw.Hex(0xdb6a1d)},
	{draw.Hex(0xffd95a), draw.Hex(0xd8a21a)},
	{draw.Hex(0x58d68d), draw.Hex(0x239b6b)},
	{draw.Hex(0x6db7ff), draw.Hex(0x2f6fd0)},
}

// Render draws the road, its cars and the chicken.
func (g *Freeway) Render(dst *image.RGBA) {
	b := newBoard(dst, "Freeway", &g.play, draw.Hex(0x4b5263), draw.Hex(0x3c4250))
	c := b.canvas
	c.Text(fmt.Sprintf("%d steps left", max(g.clock+1, 0)), width/2+20, 31, 14, draw.Regular, draw.Center, silver)
	for _, y := range []int{0, edge} {
		b.rows(y, y+1, draw.Hex(0x86cf6e), draw.Hex(0x5fae55))
		top := barSize + float64(y)*cellSize
		for k := range 24 {
			x, dy := float64(k*43%int(width)+9), float64(k*29%36+8)
			c.Fill(draw.New().Polygon(x, top+dy, x+3, top+dy-7, x+6, top+dy), draw.Alpha(draw.Hex(0x3d8a45), .6))
		}
	}
	kerb := func(y float64) {
		c.Shade(draw.New().Rect(0, y-4, width, 8), draw.Hex(0xe3e6ec), draw.Hex(0xa9b0bd))
	}
	kerb(barSize + cellSize)
	kerb(barSize + edge*cellSize)
	for lane := 1; lane < laneCount; lane++ {
		y := barSize + float64(lane+1)*cellSize
		if lane == laneCount/2 {
			c.Fill(draw.New().Rect(0, y-4, width, 3), gold)
			c.Fill(draw.New().Rect(0, y+1, width, 3), gold)
			continue
		}
		c.Fill(draw.New().Dashes(10, y, width, y, 3, 22, 26), draw.Alpha(white, .55))
	}

	for lane := range laneCount {
		dir := 1 - 2*g.left.get(lane)
		g.drawCar(b.at(g.column.get(lane), lane+1, dir), g.speed.get(lane))
	}
	drawChicken(b.at(chickenColumn, g.y, 1))
}

// drawCar draws a car from above, with longer streaks behind a faster one.
func (g *Freeway) drawCar(s *sprite, speed int) {
	colors := carColors[speed-1]
	reach := 8 + 5*float64(slowest-speed)
	for _, y := range []float64{-9, 0, 9} {
		s.fill(draw.New().Capsule(-23-reach+abs(y)*.6, y, -23, y, 2.5), draw.Alpha(colors[0], .5))
	}
	for k, reach := range []float64{22, 14} { // headlights
		light := draw.New().Move(20, -12).Curve(20+reach, -22, 24+reach, -14, 24+reach, 0).
			Curve(24+reach, 14, 20+reach, 22, 20, 12)
		s.fill(light, draw.Alpha(draw.Hex(0xfff3b0), .09+.07*float64(k)))
	}
	wheels := draw.New()
	for _, x := range []float64{-14, 12} {
		wheels.RoundRect(x-5, -18, 10, 36, 3)
	}
	s.fill(wheels, ink)
	body := draw.New().RoundRect(-22, -15, 44, 30, 9)
	s.shadow(body)
	s.shade(body, colors[0], colors[1])
	s.shade(draw.New().RoundRect(-12, -11, 20, 22, 5), draw.Hex(0x2b3850), draw.Hex(0x1b2436))
	s.shade(draw.New().RoundRect(-8, -10, 11, 20, 3), colors[0], colors[1])
	s.fill(draw.New().RoundRect(-9, -9, 2, 18, 1).RoundRect(5, -8, 2, 16, 1), draw.Alpha(white, .25))
	s.fill(draw.New().Ellipse(20, -9, 2.5, 3.5).Ellipse(20, 9, 2.5, 3.5), draw.Hex(0xfff3b0))
	s.fill(draw.New().RoundRect(-22, -12, 3, 6, 1.5).RoundRect(-22, 6, 3, 6, 1.5), draw.Hex(0x7a1020))
}

// drawChicken draws the chicken from the front.
func drawChicken(s *sprite) {
	s.canvas.Shadow(s.place(draw.New().Ellipse(0, 17, 14, 4)), 0, 1, 3, draw.Alpha(black, .5))
	s.fill(draw.New().Capsule(-5, 12, -6, 19, 2.5).Capsule(5, 12, 6, 19, 2.5), amber)
	s.fill(draw.New().Circle(-4, -18, 4).Circle(1, -20, 4.5).Circle(6, -17, 4), red)
	body := draw.New().Ellipse(0, 3, 16, 13)
	s.shade(body, white, draw.Hex(0xd9dfe9))
	s.shade(draw.New().Ellipse(1, -9, 10, 10), white, draw.Hex(0xeef2f7))
	s.fill(draw.New().Ellipse(-13, 3, 5, 8).Ellipse(13, 3, 5, 8), draw.Hex(0xc7cfdd))
	s.fill(draw.New().Circle(-3, -11, 2.2).Circle(5, -11, 2.2), ink)
	s.fill(draw.New().Polygon(-3, -7, 5, -7, 1, -1), amber)
	s.fill(draw.New().Ellipse(1, 1, 2, 3), red)
}

func abs(v float64) float64 { return max(v, -v) }
