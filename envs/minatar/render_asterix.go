package minatar

import (
	"image"

	"tesuji/internal/draw"
)

// Render draws the meadow, the player, gold and enemies.
func (g *Asterix) Render(dst *image.RGBA) {
	b := newBoard(dst, "Asterix", &g.play, draw.Hex(0x9bd37a), draw.Hex(0x6fb560))
	c := b.canvas
	for y := range side {
		if y%2 == 1 {
			c.Fill(draw.New().Rect(0, barSize+float64(y)*cellSize, width, cellSize), draw.Alpha(white, .09))
		}
	}
	// Palisades above and below, where no one goes.
	for _, y := range []int{0, edge} {
		top := barSize + float64(y)*cellSize
		c.Shade(draw.New().Rect(0, top, width, cellSize), draw.Hex(0x6aa352), draw.Hex(0x558a45))
		for k := range 20 {
			x := float64(k) * cellSize / 2
			log := draw.New().Polygon(x+2, top+44, x+2, top+14, x+12, top+4, x+22, top+14, x+22, top+44)
			c.Shade(log, draw.Hex(0xc48a52), draw.Hex(0x8a5a31))
			c.Fill(draw.New().Rect(x+5, top+15, 3, 28), draw.Alpha(white, .16))
		}
		c.Fill(draw.New().Rect(0, top+24, width, 5), draw.Alpha(draw.Hex(0x5b3a1e), .75))
	}
	for k := range 34 {
		x, y := float64(k*127%470+5), barSize+cellSize+float64(k*83%370+10)
		c.Fill(draw.New().Polygon(x, y, x+2, y-8, x+4, y).Polygon(x+4, y, x+7, y-6, x+8, y), draw.Alpha(draw.Hex(0x3f8f48), .55))
	}

	for lane := range laneCount {
		x := g.column.get(lane) - 1
		if x < 0 {
			continue
		}
		dir := 1 - 2*g.left.get(lane)
		s := b.at(x, lane+1, dir)
		for k, r := range []float64{6, 4.5, 3} {
			s.fill(draw.New().Circle(-30-11*float64(k), 12-3*float64(k), r), draw.Alpha(white, .5-.13*float64(k)))
		}
		if g.gold.get(lane) == 1 {
			drawCauldron(s)
		} else {
			drawLegionary(s)
		}
	}
	drawGaul(b.at(g.x, g.y, 1))
}

// drawCauldron draws a pot of gold.
func drawCauldron(s *sprite) {
	pot := draw.New().Ellipse(0, 6, 18, 14)
	s.shadow(pot)
	s.fill(draw.New().Circle(-8, -8, 6).Circle(1, -11, 6.5).Circle(9, -7, 6).Circle(-2, -5, 7), amber)
	s.fill(draw.New().Circle(-8, -9, 5).Circle(1, -12, 5.5).Circle(9, -8, 5), gold)
	s.fill(draw.New().Circle(-9, -10, 1.8).Circle(0, -13, 1.8), draw.Alpha(white, .9))
	s.shade(pot, draw.Hex(0x59647d), draw.Hex(0x262e42))
	s.shade(draw.New().RoundRect(-20, -6, 40, 7, 3.5), draw.Hex(0x7e8aa6), draw.Hex(0x465069))
	s.fill(draw.New().Ellipse(-9, 6, 3, 6), draw.Alpha(white, .22))
}

// drawLegionary draws an enemy: a helmet with a crest above a shield.
func drawLegionary(s *sprite) {
	shield := draw.New().RoundRect(-13, -4, 26, 25, 6)
	s.shadow(shield)
	crest := draw.New().Move(-15, -8).Curve(-16, -26, 10, -28, 14, -16).Line(9, -13).Curve(4, -20, -8, -18, -8, -7)
	s.fill(crest, red)
	s.shade(draw.New().Ellipse(0, -8, 11, 11), draw.Hex(0xe9edf4), draw.Hex(0x8b97ac))
	s.fill(draw.New().RoundRect(-4, -10, 15, 8, 3), draw.Hex(0xf0b58a))
	s.fill(draw.New().Circle(7, -6.5, 1.8).Circle(1, -6.5, 1.8), ink)
	s.fill(draw.New().Polygon(-2, -11, 11, -12, 11, -9.5, -2, -8.5), draw.Hex(0x6d7890))
	s.shade(shield, draw.Hex(0xe24a4f), draw.Hex(0xa31f33))
	s.fill(draw.New().RoundRect(-13, -4, 26, 25, 6).Hole(draw.New().RoundRect(-10.5, -1.5, 21, 20, 4)), gold)
	s.fill(draw.New().Polygon(2, 0, -5, 9, -1, 9, -3, 17, 5, 7, 1, 7), gold)
}

// drawGaul draws the player: a winged helmet and a moustache.
func drawGaul(s *sprite) {
	body := draw.New().RoundRect(-10, 4, 20, 17, 6)
	s.shadow(draw.New().Ellipse(0, 0, 17, 19))
	s.shade(body, draw.Hex(0x3b4a6b), draw.Hex(0x1f2a44))
	s.fill(draw.New().RoundRect(-10, 14, 20, 7, 3.5), red)
	s.fill(draw.New().Rect(-10, 12, 20, 3), draw.Hex(0x6b4a2b))
	s.shade(draw.New().Ellipse(0, -2, 12, 11), draw.Hex(0xffd2ab), draw.Hex(0xf0a97c))
	for _, k := range []float64{-1, 1} {
		wing := draw.New().Move(k*9, -10).Curve(k*12, -22, k*20, -24, k*22, -22).
			Curve(k*21, -18, k*19, -12, k*12, -7)
		s.shade(wing, white, draw.Hex(0xd5dded))
	}
	s.shade(draw.New().Move(-12, -7).Curve(-11, -22, 11, -22, 12, -7), gold, amber)
	s.fill(draw.New().RoundRect(-13, -9, 26, 4, 2), draw.Hex(0xc77d14))
	s.eye(-4, -1, 3)
	s.eye(4, -1, 3)
	s.shade(draw.New().Move(0, 4).Curve(-5, 2, -14, 3, -17, 9).Curve(-10, 11, -3, 10, 0, 6).
		Curve(3, 10, 10, 11, 17, 9).Curve(14, 3, 5, 2, 0, 4), draw.Hex(0xffe08a), draw.Hex(0xe8a92c))
	s.fill(draw.New().Ellipse(0, 3, 4, 3.2), draw.Hex(0xf4b48a))
}
