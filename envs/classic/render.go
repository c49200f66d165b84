package classic

import (
	"fmt"
	"image"
	"math"
	"strings"

	"tesuji/internal/draw"
)

// Pictures are 600 by 400 pixels. Dark blue is structure, orange what the agent does to it.
const (
	width  = 600
	height = 400
)

var (
	paperTop    = draw.Hex(0xf7f9fc)
	paperBottom = draw.Hex(0xdfe6f0)
	ink         = draw.Hex(0x24324a)
	inkLight    = draw.Hex(0x43587d)
	faint       = draw.Hex(0x8a9ab5)
	orange      = draw.Hex(0xf2703f)
	orangeLight = draw.Hex(0xff9a5c)
	amber       = draw.Hex(0xf4b942)
	teal        = draw.Hex(0x22a699)
	steel       = draw.Hex(0xaab6c8)
	white       = draw.Hex(0xffffff)
	black       = draw.Hex(0x000000)
)

// signed formats a number with its sign and a true minus.
func signed(x float64, digits int) string {
	s := fmt.Sprintf("%+.*f", digits, x)
	switch {
	case strings.Trim(s, "+-0.") == "":
		return s[1:]
	case s[0] == '-':
		return "−" + s[1:]
	}
	return s
}

func degrees(x float64) string { return signed(x*180/math.Pi, 1) + "°" }

// caption writes names and values in a line at the bottom.
func caption(c *draw.Canvas, pairs ...string) {
	n := len(pairs) / 2
	for i := range n {
		x := width/2 + (float64(i)-float64(n-1)/2)*150
		c.Text(pairs[2*i], x-6, height-18, 13, draw.Regular, draw.Right, draw.Hex(0x6d7f9e))
		c.Text(pairs[2*i+1], x+2, height-18, 14, draw.Bold, draw.Left, ink)
	}
}

// RenderSize returns the size of the picture.
func (e *CartPole) RenderSize() (w, h int) { return width, height }

// Render draws the cart on its rail, the pole, the range it may move in, and the last push.
func (e *CartPole) Render(dst *image.RGBA) {
	const (
		scale = 108. // pixels per metre
		rail  = 300.
		long  = 168.      // of the pole, drawn longer than life
		axle  = rail - 44 // where the pole turns
	)
	c := draw.On(dst)
	c.Background(paperTop, paperBottom)
	at := func(x float64) float64 { return width/2 + scale*x }
	x := at(min(max(e.x, -3), 3))
	tilt := min(max(e.angle, -math.Pi), math.Pi)

	// The floor below the rail, and where an episode ends.
	c.Shade(draw.New().Rect(0, rail+26, width, height-rail-26), draw.Hex(0xd3dce9), draw.Hex(0xe9eef5))
	c.Shadow(draw.New().RoundRect(at(-2.6), rail+30, 5.2*scale, 8, 4), 0, 4, 5, draw.Alpha(ink, .25))
	for _, edge := range []float64{-cartPoleEdge, cartPoleEdge} {
		c.Fill(draw.New().Dashes(at(edge), 96, at(edge), rail, 2, 3, 7), draw.Alpha(orange, .55))
		c.Shade(draw.New().RoundRect(at(edge)-6, rail-16, 12, 46, 4), orangeLight, orange)
	}
	c.Shade(draw.New().RoundRect(at(-2.6), rail+16, 5.2*scale, 12, 6), draw.Hex(0x8fa0bb), draw.Hex(0x61748f))
	for k := -4; k <= 4; k++ {
		c.Fill(draw.New().Circle(at(float64(k)*.5), rail+22, 1.8), draw.Alpha(white, .7))
	}

	// How far the pole leans, within how far it may.
	const up = -math.Pi / 2
	c.Fill(draw.New().Sector(x, axle, 124, up-cartPoleTilt, up+cartPoleTilt), draw.Alpha(teal, .13))
	c.Fill(draw.New().Dashes(x, axle, x, axle-long-14, 1.6, 2, 6), draw.Alpha(faint, .8))
	lean := teal
	if math.Abs(e.angle) > .6*cartPoleTilt {
		lean = orange
	}
	c.Fill(draw.New().Sector(x, axle, 124, up, up+tilt), draw.Alpha(lean, .45))

	// The cart.
	body := draw.New().RoundRect(x-46, rail-44, 92, 42, 10)
	c.Shadow(body, 0, 10, 6, draw.Alpha(ink, .35))
	for _, w := range []float64{-26, 26} {
		c.Fill(draw.New().Circle(x+w, rail+4, 12), ink)
		c.Fill(draw.New().Circle(x+w, rail+4, 5), steel)
		sin, cos := math.Sincos(e.x * scale / 12)
		c.Fill(draw.New().Circle(x+w+8*cos, rail+4+8*sin, 1.8), steel)
	}
	c.Shade(body, inkLight, ink)
	c.Fill(draw.New().RoundRect(x-40, rail-40, 80, 5, 2.5), draw.Alpha(white, .18))
	if e.push != 0 {
		s := float64(e.push)
		c.Fill(draw.New().Arrow(x+s*56, rail-23, x+s*96, rail-23, 8), orange)
	}

	// The pole.
	sin, cos := math.Sincos(tilt)
	tipX, tipY := x+long*sin, axle-long*cos
	pole := draw.New().Capsule(x, axle, tipX, tipY, 13)
	c.Shadow(pole, 3, 5, 3, draw.Alpha(ink, .25))
	c.Shade(pole, draw.Hex(0xffc36b), draw.Hex(0xe08a34))
	c.Fill(draw.New().Capsule(x-3*cos, axle-3*sin, tipX-3*cos, tipY-3*sin, 2.5), draw.Alpha(white, .45))
	c.Fill(draw.New().Circle(x, axle, 9), ink)
	c.Fill(draw.New().Circle(x, axle, 4), white)

	caption(c, "position", signed(e.x, 2)+" m", "angle", degrees(e.angle), "speed", signed(e.velocity, 2)+" m/s")
	if e.x < -2.9 || e.x > 2.9 {
		c.Text("out of sight", x, 100, 15, draw.Bold, draw.Center, orange)
	}
}

// RenderSize returns the size of the picture.
func (e *Acrobot) RenderSize() (w, h int) { return width, height }

// Render draws the two links, the height to reach and the last torque.
func (e *Acrobot) Render(dst *image.RGBA) {
	const (
		scale = 78. // pixels per metre
		px    = width / 2.
		py    = 196.
	)
	c := draw.On(dst)
	c.Background(paperTop, paperBottom)
	goal := py - scale
	done := !e.episode.Running && e.tip() > 1
	goalColor := draw.Alpha(teal, .9)
	c.Fill(draw.New().Rect(0, 0, width, goal), draw.Alpha(teal, .08))
	c.Fill(draw.New().Dashes(24, goal, width-24, goal, 2.4, 9, 9), goalColor)
	c.Text("goal", width-26, goal-8, 13, draw.Bold, draw.Right, goalColor)
	c.Fill(draw.New().Ring(px, py, 2*scale, 1.4), draw.Alpha(faint, .35))

	sin1, cos1 := math.Sincos(e.state[0])
	sin2, cos2 := math.Sincos(e.state[0] + e.state[1])
	ex, ey := px+scale*sin1, py+scale*cos1
	tx, ty := ex+scale*sin2, ey+scale*cos2
	upper := draw.New().Capsule(px, py, ex, ey, 20)
	lower := draw.New().Capsule(ex, ey, tx, ty, 16)

	// The frame that it hangs from.
	c.Shade(draw.New().RoundRect(px-70, py-8, 140, 16, 8), draw.Hex(0xc6d1e0), draw.Hex(0xa3b2c8))
	c.Shadow(draw.New().Add(upper).Add(lower), 5, 9, 5, draw.Alpha(ink, .28))
	if done {
		c.Fill(draw.New().Circle(tx, ty, 30), draw.Alpha(amber, .22))
		c.Fill(draw.New().Circle(tx, ty, 20), draw.Alpha(amber, .4))
	}
	c.Shade(upper, inkLight, ink)
	c.Fill(draw.New().Capsule(px-5*cos1, py+5*sin1, ex-5*cos1, ey+5*sin1, 2.5), draw.Alpha(white, .22))
	c.Shade(lower, draw.Hex(0x48c9bb), draw.Hex(0x17857b))
	c.Fill(draw.New().Capsule(ex-4*cos2, ey+4*sin2, tx-4*cos2, ty+4*sin2, 2.5), draw.Alpha(white, .35))
	joint(c, px, py, 13, steel)
	joint(c, ex, ey, 11, amber)
	c.Shade(draw.New().Circle(tx, ty, 10), draw.Hex(0xffd98a), amber)
	if e.torque != 0 {
		// Positive torque turns the second link counter-clockwise on the picture.
		torqueArrow(c, ex, ey, 30, -e.torque, 7)
	}
	caption(c, "tip height", signed(e.tip(), 2)+" m", "upper", degrees(e.state[0]), "elbow", degrees(e.state[1]))
}

// tip returns the height of the tip above the pivot.
func (e *Acrobot) tip() float64 {
	return -math.Cos(e.state[0]) - math.Cos(e.state[0]+e.state[1])
}

// joint draws a pin with its bearing.
func joint(c *draw.Canvas, x, y, r float64, rim draw.Color) {
	c.Fill(draw.New().Circle(x, y, r), ink)
	c.Fill(draw.New().Circle(x, y, r-3.5), rim)
	c.Fill(draw.New().Circle(x, y, r-8), ink)
}

// torqueArrow draws an arc around a joint, clockwise for positive torque in [-1, 1] and longer
// for a stronger one.
func torqueArrow(c *draw.Canvas, x, y, r, torque, thick float64) {
	reach := torque * (.5 + 1.6*math.Abs(torque))
	const up = -math.Pi / 2
	c.Fill(draw.New().ArcArrow(x, y, r, thick, up-reach/2, up+reach/2), orange)
}

// RenderSize returns the size of the picture.
func (e *Pendulum) RenderSize() (w, h int) { return width, height }

// Render draws the rod before a dial, its speed as a trail and the last torque.
func (e *Pendulum) Render(dst *image.RGBA) {
	const (
		px, py = width / 2., 186.
		reach  = 122.
	)
	c := draw.On(dst)
	c.Background(paperTop, paperBottom)
	dial := draw.New().Circle(px, py, 158)
	c.Shadow(dial, 0, 6, 8, draw.Alpha(ink, .18))
	c.Shade(dial, white, draw.Hex(0xeef2f8))
	for k := range 24 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 12)
		length, w, col := 6., 2., draw.Alpha(faint, .6)
		if k%6 == 0 {
			length, w, col = 12, 3, draw.Alpha(ink, .7)
		}
		c.Fill(draw.New().Capsule(px+(150-length)*cos, py+(150-length)*sin, px+150*cos, py+150*sin, w), col)
	}
	c.Fill(draw.New().Circle(px, py-150, 7), teal) // upright, where it should be

	sin, cos := math.Sincos(e.angle)
	// Angles grow counter-clockwise on the picture, as in Gymnasium's.
	tx, ty := px-reach*sin, py-reach*cos
	heading := -math.Pi/2 - e.angle
	// Teal upright, amber on its side, red hanging.
	n := 2 * math.Abs(normalise(e.angle)) / math.Pi
	col := draw.Mix(teal, amber, n)
	if n > 1 {
		col = draw.Mix(amber, draw.Hex(0xd9544d), n-1)
	}
	const slices = 14
	for k := range slices {
		a := heading + e.omega/maxOmega*2.4*float64(k)/slices
		b := heading + e.omega/maxOmega*2.4*float64(k+1)/slices
		c.Fill(draw.New().Arc(px, py, reach-8, 34, a, b), draw.Alpha(col, .38*(1-float64(k)/slices)))
	}
	rod := draw.New().Capsule(px, py, tx, ty, 26)
	c.Shadow(rod, 4, 8, 5, draw.Alpha(ink, .3))
	c.Fill(rod, col)
	c.Fill(draw.New().Capsule(px-6*cos, py+6*sin, tx-6*cos, ty+6*sin, 3), draw.Alpha(white, .35))
	c.Fill(draw.New().Circle(tx, ty, 6), draw.Alpha(white, .85))
	joint(c, px, py, 15, steel)
	if math.Abs(e.torque) > .02*maxTorque {
		torqueArrow(c, px, py, 42, -e.torque/maxTorque, 8)
	}
	caption(c, "angle", degrees(normalise(e.angle)), "speed", signed(e.omega, 2)+" rad/s", "torque", signed(e.torque, 2)+" N·m")
}
