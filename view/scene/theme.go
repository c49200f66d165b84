package scene

import (
	"image"
	"math"

	"tesuji/internal/draw"
)

// The theme: one calm dark one. Blue is what the agent does, gold what it gets, coral what is
// wrong.
var (
	ground = draw.Hex(0x0d1016)
	card   = draw.Hex(0x151a22)
	well   = draw.Hex(0x0a0d12) // below pictures
	track  = draw.Hex(0x232b37)
	ink    = draw.Hex(0xe9edf4)
	soft   = draw.Hex(0x9aa6b8)
	faint  = draw.Hex(0x5e6a7b)
	blue   = draw.Hex(0x5fb0ff)
	deep   = draw.Hex(0x2f6fb8)
	dim    = draw.Hex(0x3c5573)
	gold   = draw.Hex(0xffcb57)
	green  = draw.Hex(0x45d19c)
	coral  = draw.Hex(0xff7b66)
)

// brush paints on a part of a picture, in units from its corner.
type brush struct {
	dst     *image.RGBA
	canvas  *draw.Canvas
	letters *draw.Lettering
	unit    float64 // pixels
	w, h    float64 // of the part
}

// px returns a length in whole pixels, at least one.
func (b *brush) px(v float64) float64 { return max(math.Round(v*b.unit), 1) }

// clear covers all of the part.
func (b *brush) clear(c draw.Color) {
	r := b.dst.Rect
	if r.Empty() {
		return
	}
	first := b.dst.Pix[:4*r.Dx()]
	for i := 0; i < len(first); i += 4 {
		first[i], first[i+1], first[i+2], first[i+3] = c.R, c.G, c.B, 255
	}
	for y := 1; y < r.Dy(); y++ {
		copy(b.dst.Pix[y*b.dst.Stride:], first)
	}
}

// panel covers all of the part with a rectangle whose corners are round, on the ground.
func (b *brush) panel(c draw.Color) {
	b.clear(c)
	r := int(b.px(10))
	d := b.dst.Rect
	for _, at := range []image.Point{d.Min, {X: d.Max.X - r, Y: d.Min.Y}, {X: d.Min.X, Y: d.Max.Y - r}, d.Max.Sub(image.Pt(r, r))} {
		corner := b.dst.SubImage(image.Rectangle{Min: at, Max: at.Add(image.Pt(r, r))}).(*image.RGBA)
		if corner.Rect.Dx() != r || corner.Rect.Dy() != r {
			continue
		}
		(&brush{dst: corner}).clear(ground)
		x, y := float64(r), float64(r)
		if at.X != d.Min.X {
			x = 0
		}
		if at.Y != d.Min.Y {
			y = 0
		}
		draw.On(corner).Fill(draw.New().Circle(x, y, float64(r)), c)
	}
}

func (b *brush) box(x, y, w, h, r float64, c draw.Color) {
	u := b.unit
	b.canvas.Fill(draw.New().RoundRect(x*u, y*u, w*u, h*u, r*u), c)
}

func (b *brush) shade(x, y, w, h, r float64, top, bottom draw.Color) {
	u := b.unit
	b.canvas.Shade(draw.New().RoundRect(x*u, y*u, w*u, h*u, r*u), top, bottom)
}

// line paints a crisp horizontal line.
func (b *brush) line(x, y, w float64, c draw.Color) {
	u := b.unit
	b.canvas.Fill(draw.New().Rect(math.Round(x*u), math.Round(y*u), math.Round(w*u), b.px(1)), c)
}

func (b *brush) circle(x, y, r float64, c draw.Color) {
	b.canvas.Fill(draw.New().Circle(x*b.unit, y*b.unit, r*b.unit), c)
}

func (b *brush) polygon(c draw.Color, xy ...float64) {
	for i := range xy {
		xy[i] *= b.unit
	}
	b.canvas.Fill(draw.New().Polygon(xy...), c)
}

func (b *brush) text(s string, x, y, size float64, w draw.Weight, a draw.Align, c draw.Color) {
	b.letters.Text(b.dst, s, x*b.unit, y*b.unit, size*b.unit, w, a, c)
}

func (b *brush) width(s string, size float64, w draw.Weight) float64 {
	return b.letters.Width(s, size*b.unit, w) / b.unit
}

// fitted shortens a text to a width.
func (b *brush) fitted(s string, size float64, w draw.Weight, width float64) string {
	if b.width(s, size, w) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && b.width(string(runes)+"…", size, w) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// label is a heading in small capitals' place: small, bold and quiet.
func (b *brush) label(s string, x, y float64) {
	b.text(s, x, y, 11.5, draw.Bold, draw.Left, soft)
}
