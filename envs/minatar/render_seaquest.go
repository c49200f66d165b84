package minatar

import (
	"image"

	"tesuji/internal/draw"
)

// Render draws the sea, all that swims in it, and a gauge of oxygen and divers on board.
func (g *Seaquest) Render(dst *image.RGBA) {
	b := newBoard(dst, "Seaquest", &g.play, draw.Hex(0xffd9a0), draw.Hex(0x072a58))
	c := b.canvas
	b.rows(0, 1, draw.Hex(0xffd9a0), draw.Hex(0xffb199))
	c.Fill(draw.New().Circle(396, barSize+24, 17), draw.Alpha(white, .85))
	const water = barSize + cellSize*.62
	c.Shade(draw.New().Rect(0, water+14, width, height-water), draw.Hex(0x2fa6d8), draw.Hex(0x072a58))
	for k, col := range []draw.Color{draw.Hex(0x6fd0ee), draw.Hex(0x45b7e2), draw.Hex(0x2fa6d8)} {
		y := water + float64(k)*7
		wave := draw.New().Move(-40, y+30)
		for x := -40. - float64(k)*17; x < width+40; x += 40 {
			wave.Line(x, y).Curve(x+10, y-6, x+30, y-6, x+40, y)
		}
		c.Fill(wave.Line(width+80, y+30), col)
	}
	for k, x := range []float64{60, 190, 330} { // light from above
		w := 26 + 8*float64(k)
		c.Fill(draw.New().Polygon(x, water+20, x+w, water+20, x+w+60, height, x-10, height), draw.Alpha(white, .045))
	}

	for _, w := range g.divers.list[:g.divers.n] {
		s := g.swimmerSprite(b, &w)
		drawDiver(s)
	}
	for _, w := range g.fish.list[:g.fish.n] {
		s := g.swimmerSprite(b, &w)
		drawFish(s)
	}
	for _, w := range g.subs.list[:g.subs.n] {
		s := g.swimmerSprite(b, &w)
		drawEnemy(s)
	}
	for _, w := range g.bombs.list[:g.bombs.n] {
		drawTorpedo(b.at(int(w.x), int(w.y), int(w.dir)), coral)
	}
	for _, w := range g.shots.list[:g.shots.n] {
		drawTorpedo(b.at(int(w.x), int(w.y), int(w.dir)), gold)
	}
	drawSubmarine(b.at(g.x, g.y, int(g.facing)))
	g.drawGauge(b)
}

// swimmerSprite returns the sprite of a swimmer, with bubbles behind it.
func (g *Seaquest) swimmerSprite(b *board, w *swimmer) *sprite {
	s := b.at(int(w.x), int(w.y), int(w.dir))
	for k, r := range []float64{4, 3, 2} {
		p := draw.New().Ring(-30-11*float64(k), -2-5*float64(k%2), r, 1.4)
		s.fill(p, draw.Alpha(white, .55-.1*float64(k)))
	}
	return s
}

// drawSubmarine draws the player's submarine, whose stern is in the cell behind.
func drawSubmarine(s *sprite) {
	hull := draw.New().RoundRect(-56, -12, 76, 28, 14)
	s.shadow(hull)
	s.fill(draw.New().Ellipse(-62, -4, 4, 9).Ellipse(-62, 9, 4, 9), amber)
	s.fill(draw.New().Rect(-64, 0, 10, 5), draw.Hex(0x9a6a10))
	s.shade(draw.New().RoundRect(-26, -21, 22, 14, 5), draw.Hex(0xffe07a), amber)
	s.fill(draw.New().Capsule(-18, -20, -18, -26, 3).Capsule(-18, -26, -10, -26, 3), steel)
	s.shade(hull, draw.Hex(0xffe58c), draw.Hex(0xe8951b))
	s.fill(draw.New().RoundRect(-56, 4, 76, 12, 6), draw.Alpha(draw.Hex(0xb5600c), .35))
	for _, x := range []float64{-36, -18} {
		s.fill(draw.New().Circle(x, 0, 6), draw.Hex(0x9a6a10))
		s.fill(draw.New().Circle(x, 0, 4.2), draw.Hex(0xa8e6ff))
	}
	s.fill(draw.New().Ellipse(7, -1, 9, 8), draw.Hex(0x9a6a10))
	s.shade(draw.New().Ellipse(7, -1, 7, 6.2), white, draw.Hex(0x7fd1f2))
	s.fill(draw.New().RoundRect(-46, -9, 40, 3, 1.5), draw.Alpha(white, .6))
}

func drawFish(s *sprite) {
	s.fill(draw.New().Polygon(-10, 0, -22, -11, -19, 0, -22, 11), draw.Hex(0xe0592a))
	s.fill(draw.New().Polygon(-6, -9, 4, -17, 8, -8), draw.Hex(0xe0592a))
	s.shade(draw.New().Ellipse(2, 0, 17, 11), draw.Hex(0xffa25c), draw.Hex(0xee6a2e))
	s.fill(draw.New().Ellipse(2, 5, 11, 4), draw.Alpha(draw.Hex(0xfff0d0), .7))
	s.fill(draw.New().Arc(0, 0, 8, 2, -1, 1), draw.Alpha(white, .55))
	s.eye(11, -3, 4)
}

func drawEnemy(s *sprite) {
	hull := draw.New().RoundRect(-20, -8, 40, 20, 10)
	s.fill(draw.New().Ellipse(-22, -2, 3, 7).Ellipse(-22, 8, 3, 7), steel)
	s.shade(draw.New().RoundRect(-9, -16, 16, 11, 4), draw.Hex(0x8d97ab), draw.Hex(0x555f75))
	s.fill(draw.New().Capsule(-1, -15, -1, -20, 2.5), draw.Hex(0x555f75))
	s.shade(hull, draw.Hex(0x9aa5ba), draw.Hex(0x434d63))
	s.fill(draw.New().RoundRect(-20, 2, 40, 4, 2), red)
	s.fill(draw.New().Circle(11, -1, 5), ink)
	s.fill(draw.New().Circle(12, -1, 3), coral)
	s.fill(draw.New().RoundRect(-14, -6, 20, 2.5, 1.2), draw.Alpha(white, .4))
}

func drawDiver(s *sprite) {
	s.fill(draw.New().Polygon(-12, 3, -23, -1, -23, 6).Polygon(-12, 7, -22, 8, -21, 14), teal)
	s.shade(draw.New().Capsule(-10, 5, 4, 1, 11), draw.Hex(0x3c465c), draw.Hex(0x1f2738))
	s.shade(draw.New().RoundRect(-9, -9, 15, 8, 4), draw.Hex(0xf4d35e), draw.Hex(0xd79b20))
	s.fill(draw.New().Capsule(2, 4, 13, 9, 4.5), draw.Hex(0x2c3549))
	s.shade(draw.New().Circle(10, -2, 8), draw.Hex(0xffd8b5), draw.Hex(0xf0af85))
	s.fill(draw.New().RoundRect(8, -7, 10, 8, 3), draw.Hex(0x1b7f9e))
	s.fill(draw.New().RoundRect(10, -5.5, 6, 4, 2), draw.Hex(0xb7f0ff))
	s.fill(draw.New().Circle(16, -14, 2.5).Circle(20, -19, 1.8), draw.Alpha(white, .7))
}

func drawTorpedo(s *sprite, col draw.Color) {
	p := draw.New().Capsule(-8, 2, 8, 2, 6)
	s.glow(p, draw.Alpha(col, .6))
	s.fill(draw.New().Capsule(-18, 2, -10, 2, 3), draw.Alpha(white, .45))
	s.fill(p, col)
	s.fill(draw.New().Capsule(-4, .8, 7, .8, 2), draw.Alpha(white, .7))
}

// drawGauge draws the sea floor with what is left of the oxygen and who is on board.
func (g *Seaquest) drawGauge(b *board) {
	c := b.canvas
	top := barSize + edge*cellSize
	c.Shade(draw.New().Rect(0, top, width, cellSize), draw.Hex(0x16263f), draw.Hex(0x0b1526))
	c.Fill(draw.New().Rect(0, top, width, 2), draw.Alpha(white, .25))
	c.Text("O₂", 14, top+31, 17, draw.Bold, draw.Left, silver)
	const x, w = 44., 226.
	c.Fill(draw.New().RoundRect(x, top+15, w, 18, 9), draw.Alpha(black, .5))
	rest := float64(max(g.oxygen, 0)) / fullOxygen
	if rest > 0 {
		col := draw.Mix(red, sky, (rest-.1)/.4)
		c.Shade(draw.New().RoundRect(x+2, top+17, max(14, rest*(w-4)), 14, 7), draw.Mix(col, white, .35), col)
	}
	for k := range maxCarried {
		px := 300 + 29*float64(k)
		aboard := k < g.carried
		if !aboard {
			c.Fill(draw.New().Ring(px, top+24, 9, 2), draw.Alpha(white, .22))
			continue
		}
		c.Shade(draw.New().Circle(px, top+24, 10), draw.Hex(0xffd8b5), draw.Hex(0xf0af85))
		c.Fill(draw.New().RoundRect(px-7, top+18, 14, 9, 3), draw.Hex(0x1b7f9e))
		c.Fill(draw.New().RoundRect(px-5, top+20, 10, 5, 2), draw.Hex(0xb7f0ff))
	}
}
