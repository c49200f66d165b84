// Package draw paints the pictures of environments: anti-aliased flat shapes, soft shadows and
// text, in software.
package draw

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// Color is red, green, blue and opacity, 0 to 255 each.
type Color = color.NRGBA

// Canvas paints on a picture. Its pixels stay opaque.
type Canvas struct {
	dst    *image.RGBA
	raster vector.Rasterizer
	mask   image.Alpha // coverage of the shape being painted, reused
	blur   []uint8     // a pass of the shadow's blur, reused
}

// On returns a canvas over dst.
func On(dst *image.RGBA) *Canvas { return &Canvas{dst: dst} }

// Hex returns the opaque colour 0xrrggbb.
func Hex(rgb uint32) Color {
	return Color{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 255}
}

// Alpha returns the colour with opacity a in [0, 1].
func Alpha(c Color, a float64) Color {
	c.A = uint8(math.Round(255 * min(max(a, 0), 1)))
	return c
}

// Mix returns a colour t of the way from a to b, t in [0, 1].
func Mix(a, b Color, t float64) Color {
	t = min(max(t, 0), 1)
	lerp := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + t*(float64(y)-float64(x)))) }
	return Color{R: lerp(a.R, b.R), G: lerp(a.G, b.G), B: lerp(a.B, b.B), A: lerp(a.A, b.A)}
}

// Background covers the picture with a gradient from top to bottom.
func (c *Canvas) Background(top, bottom Color) {
	b := c.dst.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		k := Mix(top, bottom, float64(y-b.Min.Y)/float64(max(b.Dy()-1, 1)))
		row := c.dst.Pix[c.dst.PixOffset(b.Min.X, y):][:4*b.Dx()]
		for i := 0; i < len(row); i += 4 {
			row[i], row[i+1], row[i+2], row[i+3] = k.R, k.G, k.B, 255
		}
	}
}

// Fill paints the path in one colour.
func (c *Canvas) Fill(p *Path, col Color) {
	if r := c.cover(p, 0); !r.Empty() {
		c.paint(r, col, col, r.Min.Y, r.Max.Y)
	}
}

// Shade paints the path with a gradient from the top of its bounds to their bottom.
func (c *Canvas) Shade(p *Path, top, bottom Color) {
	if r := c.cover(p, 0); !r.Empty() {
		_, y0, _, y1 := p.bounds()
		c.paint(r, top, bottom, int(math.Floor(y0)), int(math.Ceil(y1)))
	}
}

// Shadow paints the path moved by (dx, dy) and blurred over about blur pixels.
func (c *Canvas) Shadow(p *Path, dx, dy float64, blur int, col Color) {
	r := c.cover(p.Place(dx, dy, 0, 1), 2*blur)
	if r.Empty() {
		return
	}
	for range 2 {
		c.boxBlur(blur)
	}
	c.paint(r, col, col, r.Min.Y, r.Max.Y)
}

// bounds returns the smallest box around the points of the path.
func (p *Path) bounds() (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, s := range p.segments {
		for _, a := range s.p[:max(s.n, 1)] {
			x0, y0 = min(x0, a.x), min(y0, a.y)
			x1, y1 = max(x1, a.x), max(y1, a.y)
		}
	}
	return x0, y0, x1, y1
}

// cover sets the mask to the coverage of the path, with a margin around it, and returns the
// part of the picture that the mask is of.
func (c *Canvas) cover(p *Path, margin int) image.Rectangle {
	x0, y0, x1, y1 := p.bounds()
	if !(x0 <= x1 && y0 <= y1) || math.IsInf(x1-x0, 0) || math.IsInf(y1-y0, 0) {
		return image.Rectangle{}
	}
	b := c.dst.Bounds()
	origin := b.Min
	clamp := func(v float64) int { return int(min(max(v, -1e6), 1e6)) }
	r := image.Rect(clamp(math.Floor(x0)), clamp(math.Floor(y0)), clamp(math.Ceil(x1))+1, clamp(math.Ceil(y1))+1)
	r = r.Inset(-margin).Add(origin).Intersect(b.Inset(-margin))
	if r.Empty() {
		return r
	}
	w, h := r.Dx(), r.Dy()
	c.raster.Reset(w, h)
	ox, oy := float64(r.Min.X-origin.X), float64(r.Min.Y-origin.Y)
	open := false
	for i := range p.segments {
		s := &p.segments[i]
		var v [3][2]float32
		for k, a := range s.p {
			v[k] = [2]float32{float32(a.x - ox), float32(a.y - oy)}
		}
		switch s.n {
		case 0:
			if open {
				c.raster.ClosePath()
			}
			c.raster.MoveTo(v[0][0], v[0][1])
			open = true
		case 1:
			c.raster.LineTo(v[0][0], v[0][1])
		default:
			c.raster.CubeTo(v[0][0], v[0][1], v[1][0], v[1][1], v[2][0], v[2][1])
		}
	}
	c.raster.ClosePath()
	if cap(c.mask.Pix) < w*h {
		c.mask.Pix = make([]uint8, w*h)
	}
	c.mask.Pix, c.mask.Stride, c.mask.Rect = c.mask.Pix[:w*h], w, image.Rect(0, 0, w, h)
	clear(c.mask.Pix)
	c.raster.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})
	return r
}

// paint blends a gradient from top at y0 to bottom at y1 over the part r of the picture,
// through the mask.
func (c *Canvas) paint(r image.Rectangle, top, bottom Color, y0, y1 int) {
	in := r.Intersect(c.dst.Bounds())
	for y := in.Min.Y; y < in.Max.Y; y++ {
		col := top
		if top != bottom {
			col = Mix(top, bottom, float64(y-y0)/float64(max(y1-y0-1, 1)))
		}
		mask := c.mask.Pix[(y-r.Min.Y)*c.mask.Stride+in.Min.X-r.Min.X:][:in.Dx()]
		row := c.dst.Pix[c.dst.PixOffset(in.Min.X, y):][:4*in.Dx()]
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

func over(below, above uint8, alpha int) uint8 {
	return uint8((int(below)*(255-alpha) + int(above)*alpha + 127) / 255)
}

// boxBlur replaces each value of the mask by the mean of the square of the radius around it.
func (c *Canvas) boxBlur(radius int) {
	w, h := c.mask.Rect.Dx(), c.mask.Rect.Dy()
	if cap(c.blur) < w*h {
		c.blur = make([]uint8, w*h)
	}
	c.blur = c.blur[:w*h]
	for y := range h {
		blurLine(c.blur[y*w:], c.mask.Pix[y*w:], w, 1, radius)
	}
	for x := range w {
		blurLine(c.mask.Pix[x:], c.blur[x:], h, w, radius)
	}
}

// blurLine writes the sliding mean of n values, stride apart; there are zeros beyond the ends.
func blurLine(dst, src []uint8, n, stride, radius int) {
	size := 2*radius + 1
	sum := 0
	for i := range min(radius, n) {
		sum += int(src[i*stride])
	}
	for i := range n {
		if k := i + radius; k < n {
			sum += int(src[k*stride])
		}
		dst[i*stride] = uint8((sum + size/2) / size)
		if k := i - radius; k >= 0 {
			sum -= int(src[k*stride])
		}
	}
}
