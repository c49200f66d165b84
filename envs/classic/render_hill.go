package classic

import (
	"image"
	"math"

	"tesuji/internal/draw"
)

// RenderSize returns the size of the picture.
func (e *MountainCar) RenderSize() (w, h int) { return width, height }

// Render draws the valley, the flag, the car and what it does.
func (e *MountainCar) Render(dst *image.RGBA) {
	drawHill(dst, e.position, e.velocity, e.throttle, .5)
}

// RenderSize returns the size of the picture.
func (e *MountainCarContinuous) RenderSize() (w, h int) { return width, height }

// Render draws the valley, the flag, the car and what it does.
func (e *MountainCarContinuous) Render(dst *image.RGBA) {
	drawHill(dst, e.position, e.velocity, e.throttle, .45)
}

const (
	hillMargin = .1                                            // positions shown beyond the ends
	hillScale  = width / (hillRight - hillLeft + 2*hillMargin) // pixels per unit of position
	hillHeight = 104.                                          // pixels per unit of sin 3p
)

// hillPoint returns where a position is on the picture.
func hillPoint(p float64) (x, y float64) {
	return (p - hillLeft + hillMargin) * hillScale, 246 - hillHeight*math.Sin(3*p)
}

// hillAngle returns the slope at a position, clockwise as the picture sees it.
func hillAngle(p float64) float64 { return math.Atan2(-hillHeight*3*math.Cos(3*p), hillScale) }

func drawHill(dst *image.RGBA, position, velocity, throttle, goal float64) {
	c := draw.On(dst)
	c.Background(draw.Hex(0x9fd3f2), draw.Hex(0xfdeccf))
	c.Fill(draw.New().Circle(300, 96, 44), draw.Alpha(white, .25))
	c.Shade(draw.New().Circle(300, 96, 32), draw.Hex(0xfff3c4), draw.Hex(0xffdf8e))
	for _, cloud := range [][3]float64{{146, 66, 1}, {420, 50, .8}, {222, 128, .6}} {
		x, y, s := cloud[0], cloud[1], cloud[2]
		c.Fill(draw.New().RoundRect(-40, -4, 84, 20, 10).Circle(-16, -3, 15).Circle(10, -9, 20).Place(x, y, 0, s), draw.Alpha(white, .75))
	}
	far := draw.New().Move(0, height)
	near := draw.New().Move(0, height)
	for x := 0.; x <= width; x += 6 {
		far.Line(x, 232-36*math.Sin(x/71+1)-17*math.Sin(x/33))
		near.Line(x, 268-30*math.Sin(x/57+3.4)-12*math.Sin(x/21))
	}
	c.Shade(far.Line(width, height), draw.Hex(0xb5cfe0), draw.Hex(0xd8e4e6))
	c.Shade(near.Line(width, height), draw.Hex(0x93bfc0), draw.Hex(0xc4dccb))

	ground := func(down float64) *draw.Path {
		p := draw.New().Move(-4, height+4)
		for q := hillLeft - hillMargin - .02; q <= hillRight+hillMargin+.03; q += .01 {
			x, y := hillPoint(q)
			p.Line(x, y+down)
		}
		return p.Line(width+4, height+4)
	}
	c.Shadow(ground(0), 0, -6, 6, draw.Alpha(ink, .2))
	c.Shade(ground(0), draw.Hex(0x6cbf6b), draw.Hex(0x3f9a63))
	c.Shade(ground(10), draw.Hex(0x8a6a4f), draw.Hex(0x5d4636))
	c.Fill(ground(34), draw.Alpha(black, .07))
	c.Fill(ground(70), draw.Alpha(black, .07))

	// The wall at the left end.
	wx, wy := hillPoint(hillLeft)
	wall := draw.New().RoundRect(-46, -34, 30, 60, 6).Place(wx, wy, hillAngle(hillLeft), 1)
	c.Shade(wall, draw.Hex(0xb9c2cf), draw.Hex(0x7f8b9d))

	// The flag.
	fx, fy := hillPoint(goal)
	c.Fill(draw.New().Capsule(fx, fy, fx, fy-58, 4), draw.Hex(0xf4f6fa))
	wave := 3 * math.Sin(40*position)
	c.Shade(draw.New().Move(fx, fy-58).
		Curve(fx-14, fy-64-wave, fx-24, fy-50+wave, fx-38, fy-54).
		Line(fx-38, fy-32).
		Curve(fx-24, fy-28+wave, fx-14, fy-42-wave, fx, fy-36), draw.Hex(0xff8b5c), draw.Hex(0xe8543a))
	c.Fill(draw.New().Circle(fx, fy-59, 3.6), amber)

	drawCar(c, position, velocity, throttle)
	label := draw.Alpha(white, .92)
	c.Text("speed "+signed(velocity, 4), 20, height-16, 14, draw.Bold, draw.Left, label)
	bar := 70 * velocity / topSpeed
	c.Fill(draw.New().RoundRect(146, height-25, 140, 9, 4.5), draw.Alpha(black, .25))
	c.Fill(draw.New().RoundRect(216+min(bar, 0)-3, height-25, math.Abs(bar)+6, 9, 4.5), amber)
	c.Text("position "+signed(position, 2), width-20, height-16, 14, draw.Bold, draw.Right, label)
}

func drawCar(c *draw.Canvas, position, velocity, throttle float64) {
	x, y := hillPoint(position)
	slope := hillAngle(position)
	facing := 1.
	if velocity < 0 {
		facing = -1
	}
	// In the car's own frame the wheels stand on y = 0 and x points forwards.
	place := func(p *draw.Path) *draw.Path {
		if facing < 0 {
			p = p.Mirror()
		}
		return p.Place(x, y, slope, 1.05)
	}
	body := draw.New().Move(-32, -10).
		Curve(-33, -20, -30, -23, -22, -24).
		Curve(-16, -36, -12, -38, -2, -38).
		Curve(8, -38, 12, -34, 18, -25).
		Curve(30, -23, 34, -20, 34, -10).
		Curve(34, -7, 32, -6, 30, -6).Line(-29, -6).Curve(-31, -6, -32, -8, -32, -10)
	c.Shadow(place(draw.New().Ellipse(0, 0, 34, 5)), 0, 2, 3, draw.Alpha(black, .4))
	if math.Abs(throttle) > .02 {
		// The push along the slope; behind the car, what drives it.
		s := 1.
		if throttle < 0 {
			s = -1
		}
		length := 12 + 30*math.Abs(throttle)
		c.Fill(draw.New().Arrow(s*8, -60, s*(8+length), -60, 7).Place(x, y, slope, 1.05), orange)
		for k := range 3 {
			d := float64(k)
			c.Fill(draw.New().Circle(-s*(40+9*d), -9-3*d, 3+1.6*d).Place(x, y, slope, 1.05), draw.Alpha(white, .6*math.Abs(throttle)-.15*d))
		}
	}
	c.Shade(place(body), draw.Hex(0x5b86f0), draw.Hex(0x2c53bd))
	c.Fill(place(draw.New().Move(-17, -24).Curve(-13, -33, -10, -35, -4, -35).Line(-4, -24)), draw.Hex(0xd9f1fb))
	c.Fill(place(draw.New().Move(0, -24).Line(0, -35).Curve(7, -35, 9, -32, 13, -24)), draw.Hex(0xd9f1fb))
	c.Fill(place(draw.New().RoundRect(-30, -18, 62, 3, 1.5)), draw.Alpha(white, .3))
	c.Fill(place(draw.New().Circle(31, -16, 3)), draw.Hex(0xffe9a3))
	c.Fill(place(draw.New().RoundRect(-33, -18, 4, 6, 2)), draw.Hex(0xe8543a))
	for _, w := range []float64{-18, 19} {
		c.Fill(place(draw.New().Circle(w, -8, 9)), draw.Hex(0x27303f))
		c.Fill(place(draw.New().Circle(w, -8, 4)), steel)
		sin, cos := math.Sincos(facing * x / 9)
		c.Fill(place(draw.New().Circle(w+6*cos, -8+6*sin, 1.3)), steel)
	}
}
