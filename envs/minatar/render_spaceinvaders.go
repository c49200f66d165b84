package minatar

import (
	"image"

	"tesuji/internal/draw"
)

var alienColors = [...][2]draw.Color{
	{draw.Hex(0xff7ac6), draw.Hex(0xc43a94)},
	{draw.Hex(0xffc857), draw.Hex(0xdc8a1f)},
	{draw.Hex(0x6ee7d8), draw.Hex(0x22a39d)},
	{draw.Hex(0x8fb8ff), draw.Hex(0x4a73dd)},
}

// Render draws the aliens, who lean the way they march, the cannon and the bullets.
func (g *SpaceInvaders) Render(dst *image.RGBA) {
	b := newBoard(dst, "Space Invaders", &g.play, draw.Hex(0x141a3a), draw.Hex(0x2b1846))
	c := b.canvas
	for k := range 60 {
		x, y := float64(k*197%480), barSize+float64(k*311%430)
		c.Fill(draw.New().Circle(x, y, .7+float64(k%3)*.4), draw.Alpha(white, .25+.15*float64(k%4)))
	}
	c.Shade(draw.New().Ellipse(width/2, height+150, 420, 190), draw.Hex(0x3c8f7c), draw.Hex(0x1d4d52))
	c.Fill(draw.New().Ellipse(width/2, height+156, 420, 190).Hole(draw.New().Ellipse(width/2, height+162, 420, 190)), draw.Alpha(white, .12))

	dir := -1
	if g.marchRight {
		dir = 1
	}
	for y := range side {
		for x := range side {
			here := cell(x, y)
			if !g.bombs.and(here).empty() {
				drawBomb(b.at(x, y, 1))
			}
			if !g.aliens.and(here).empty() {
				drawAlien(b.at(x, y, dir), y)
			}
			if !g.shots.and(here).empty() {
				drawShot(b.at(x, y, 1))
			}
		}
	}
	drawCannon(b.at(g.x, edge, 1), g.cooldown == 0)
}

// drawAlien draws an alien of a row: a dome with two eyes and four legs.
func drawAlien(s *sprite, y int) {
	col := alienColors[y%len(alienColors)]
	body := draw.New().Move(-17, 8).Curve(-19, -20, 19, -20, 17, 8).Line(17, 11).Line(-17, 11)
	s.glow(body, draw.Alpha(col[0], .35))
	legs := draw.New()
	for k, x := range []float64{-13, -5, 5, 13} {
		legs.Capsule(x, 8, x-3+float64(k%2)*1.5, 17, 5)
	}
	s.fill(legs, col[1])
	s.fill(draw.New().Capsule(-8, -11, -11, -19, 2.5).Capsule(8, -11, 9, -19, 2.5).Circle(-11, -19, 3).Circle(9, -19, 3), col[0])
	s.shade(body, col[0], col[1])
	s.eye(-5, -2, 5)
	s.eye(8, -2, 5)
	s.fill(draw.New().RoundRect(-6, 5, 14, 2.5, 1.2), draw.Alpha(ink, .7))
}

// drawCannon draws the cannon, with a lit muzzle if it can fire.
func drawCannon(s *sprite, ready bool) {
	base := draw.New().RoundRect(-20, 4, 40, 15, 6)
	s.shadow(base)
	muzzle := draw.New().RoundRect(-4, -19, 8, 18, 3)
	if ready {
		s.glow(draw.New().Circle(0, -18, 5), draw.Alpha(gold, .9))
	}
	s.shade(muzzle, white, silver)
	s.shade(draw.New().Move(-13, 6).Curve(-12, -9, 12, -9, 13, 6), draw.Hex(0x9df3c4), teal)
	s.shade(base, draw.Hex(0x63dfa9), draw.Hex(0x1c8a6d))
	s.fill(draw.New().RoundRect(-16, 6, 32, 3, 1.5), draw.Alpha(white, .5))
	s.fill(draw.New().Circle(-11, 14, 2.5).Circle(0, 14, 2.5).Circle(11, 14, 2.5), draw.Alpha(ink, .45))
}

// drawShot draws a bullet of the cannon.
func drawShot(s *sprite) {
	p := draw.New().Capsule(0, -9, 0, 9, 5)
	s.glow(p, draw.Alpha(draw.Hex(0x9dffcf), .9))
	s.fill(draw.New().Capsule(0, 9, 0, 19, 3), draw.Alpha(teal, .5))
	s.fill(p, white)
}

// drawBomb draws a bullet of an alien.
func drawBomb(s *sprite) {
	p := draw.New().Polygon(-2, -14, 4, -6, 0, -6, 5, 3, 1, 3, 3, 14, -5, 1, -1, 1, -5, -6, -1, -6)
	s.glow(p, draw.Alpha(coral, .95))
	s.fill(p, draw.Hex(0xfff0a8))
}
