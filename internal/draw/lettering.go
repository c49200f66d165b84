package draw

import (
	"image"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Lettering paints text that is painted again and again: it keeps the coverage of glyphs, at
// quarters of a pixel, and baselines lie on whole pixels.
type Lettering struct {
	glyphs map[glyphKey]*glyph
	canvas Canvas
	buf    sfnt.Buffer
}

// NewLettering returns an empty one.
func NewLettering() *Lettering { return &Lettering{glyphs: map[glyphKey]*glyph{}} }

type glyphKey struct {
	r       rune
	w       Weight
	quarter uint8
	size    float32
}

// glyph is a mask whose corner lies at (x, y) from where the pen is on the baseline.
type glyph struct {
	x, y    int
	w, h    int
	mask    []uint8
	advance float64
}

// Width returns how wide a line of text is.
func (l *Lettering) Width(s string, size float64, w Weight) float64 {
	pen := 0.
	for _, r := range s {
		pen += l.glyph(r, w, 0, size).advance
	}
	return pen
}

// Text paints a line of text with its baseline at y.
func (l *Lettering) Text(dst *image.RGBA, s string, x, y, size float64, w Weight, a Align, col Color) {
	switch a {
	case Center:
		x -= l.Width(s, size, w) / 2
	case Right:
		x -= l.Width(s, size, w)
	}
	line := int(math.Round(y))
	for _, r := range s {
		whole := math.Floor(x)
		g := l.glyph(r, w, uint8((x-whole)*4), size)
		g.paint(dst, int(whole), line, col)
		x += g.advance
	}
}

func (l *Lettering) glyph(r rune, w Weight, quarter uint8, size float64) *glyph {
	key := glyphKey{r, w, quarter, float32(size)}
	g, ok := l.glyphs[key]
	if !ok {
		g = l.make(key)
		l.glyphs[key] = g
	}
	return g
}

func (l *Lettering) make(k glyphKey) *glyph {
	const em = 512
	g := &glyph{}
	f := fonts[k.w]()
	if i, err := f.GlyphIndex(&l.buf, k.r); err == nil {
		if a, err := f.GlyphAdvance(&l.buf, i, fixed.I(em), font.HintingNone); err == nil {
			g.advance = float64(a) / 64 * float64(k.size) / em
		}
	}
	p := New().Text(string(k.r), float64(k.quarter)/4, 0, float64(k.size), k.w, Left)
	x0, y0, x1, y1 := p.bounds()
	if !(x0 < x1 && y0 < y1) {
		return g // a space
	}
	g.x, g.y = int(math.Floor(x0)), int(math.Floor(y0))
	g.w, g.h = int(math.Ceil(x1))-g.x+1, int(math.Ceil(y1))-g.y+1
	l.canvas.dst = &image.RGBA{Rect: image.Rect(0, 0, g.w, g.h)}
	r := l.canvas.cover(p.Place(float64(-g.x), float64(-g.y), 0, 1), 0)
	g.mask = make([]uint8, g.w*g.h)
	for y := range r.Dy() {
		copy(g.mask[(r.Min.Y+y)*g.w+r.Min.X:], l.canvas.mask.Pix[y*l.canvas.mask.Stride:][:r.Dx()])
	}
	return g
}

// paint paints the glyph with the pen at (x, y) of the picture.
func (g *glyph) paint(dst *image.RGBA, x, y int, col Color) {
	b := dst.Bounds()
	x, y = x+g.x+b.Min.X, y+g.y+b.Min.Y
	in := image.Rect(x, y, x+g.w, y+g.h).Intersect(b)
	for py := in.Min.Y; py < in.Max.Y; py++ {
		mask := g.mask[(py-y)*g.w+in.Min.X-x:][:in.Dx()]
		row := dst.Pix[dst.PixOffset(in.Min.X, py):][:4*in.Dx()]
		for i, m := range mask {
			if m == 0 {
				continue
			}
			a := (int(m)*int(col.A) + 127) / 255
			px := row[4*i : 4*i+4 : 4*i+4]
			px[0] = over(px[0], col.R, a)
			px[1] = over(px[1], col.G, a)
			px[2] = over(px[2], col.B, a)
			px[3] = 255
		}
	}
}
