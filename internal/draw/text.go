package draw

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Weight chooses a font: the Go fonts, which are embedded.
type Weight uint8

const (
	Regular Weight = iota
	Bold
)

// Align says where a text's x is.
type Align uint8

const (
	Left Align = iota
	Center
	Right
)

var fonts = [...]func() *sfnt.Font{
	Regular: sync.OnceValue(func() *sfnt.Font { return parse(goregular.TTF) }),
	Bold:    sync.OnceValue(func() *sfnt.Font { return parse(gobold.TTF) }),
}

func parse(ttf []byte) *sfnt.Font {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic("draw: embedded font: " + err.Error())
	}
	return f
}

// Text adds the outlines of a line of text of the given size in pixels, with its baseline at
// y. Runes that the font lacks show as boxes.
func (p *Path) Text(s string, x, y, size float64, w Weight, a Align) *Path {
	// Outlines are scaled from a large size, so that those of small texts are not rounded.
	const em = 512
	f := fonts[w]()
	var buf sfnt.Buffer
	line := New()
	pen := 0.
	for _, r := range s {
		g, err := f.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		// The outline is valid until buf is used again.
		outline, err := f.LoadGlyph(&buf, g, fixed.I(em), nil)
		if err == nil {
			line.glyph(outline, pen)
		}
		if advance, err := f.GlyphAdvance(&buf, g, fixed.I(em), font.HintingNone); err == nil {
			pen += float64(advance) / 64
		}
	}
	scale := size / em
	switch a {
	case Center:
		x -= pen * scale / 2
	case Right:
		x -= pen * scale
	}
	return p.Add(line.Place(x, y, 0, scale))
}

// glyph adds a glyph's outline at pen; quadratic curves become cubic ones.
func (p *Path) glyph(outline sfnt.Segments, pen float64) {
	at := func(v fixed.Point26_6) point { return point{pen + float64(v.X)/64, float64(v.Y) / 64} }
	var here point
	for _, s := range outline {
		a, b, c := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			p.Move(a.x, a.y)
			here = a
		case sfnt.SegmentOpLineTo:
			p.Line(a.x, a.y)
			here = a
		case sfnt.SegmentOpQuadTo:
			p.Curve(here.x+2*(a.x-here.x)/3, here.y+2*(a.y-here.y)/3, b.x+2*(a.x-b.x)/3, b.y+2*(a.y-b.y)/3, b.x, b.y)
			here = b
		case sfnt.SegmentOpCubeTo:
			p.Curve(a.x, a.y, b.x, b.y, c.x, c.y)
			here = c
		}
	}
}

// Text paints a line of text with its baseline at y.
func (c *Canvas) Text(s string, x, y, size float64, w Weight, a Align, col Color) {
	c.Fill(New().Text(s, x, y, size, w, a), col)
}
