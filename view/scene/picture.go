package scene

import (
	"image"
	"math"

	"tesuji/envs"
	"tesuji/internal/draw"
)

// smallest is the side up to which a picture is taken to be made of pixels that people should see.
const smallest = 320

// pixelOf returns the size of the squares that an environment's picture of the given size is made
// of, 0 if it is smooth.
func pixelOf(e envs.Env, size image.Point) int {
	if p, ok := envs.As[envs.Pixelated](e); ok {
		return p.PixelSize()
	}
	if max(size.X, size.Y) <= smallest {
		return 1
	}
	return 0
}

// place returns where in an area a picture is to be shown, as large as it can be, and whether its
// pixels stay sharp. Squares become whole numbers of pixels, unless much room would be lost.
func place(area image.Rectangle, size image.Point, pixel int) (r image.Rectangle, sharp bool) {
	scale := min(float64(area.Dx())/float64(size.X), float64(area.Dy())/float64(size.Y))
	if pixel > 0 {
		k := math.Floor(scale * float64(pixel))
		sharp = k >= 1 && k > .8*scale*float64(pixel) || pixel == 1
		if sharp && k >= 1 {
			scale = k / float64(pixel)
		}
	} else if scale >= 1 && scale < 1.06 {
		scale = 1
	}
	w, h := int(math.Round(float64(size.X)*scale)), int(math.Round(float64(size.Y)*scale))
	x, y := area.Min.X+(area.Dx()-w)/2, area.Min.Y+(area.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h), sharp
}

// scaler paints pictures larger or smaller.
type scaler struct {
	columns []column
	key     [2]int // widths that columns are for
	rows    []uint16
}

// column is where a column of pixels comes from: x and x+1, the latter with a weight of 0 to 256.
type column struct {
	x      int
	weight uint16
}

// sharp paints src over all of r, each pixel from the nearest one.
func (s *scaler) sharp(dst *image.RGBA, r image.Rectangle, src *image.RGBA) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	last := -1
	for y := range r.Dy() {
		row := dst.Pix[dst.PixOffset(r.Min.X, r.Min.Y+y):][:4*r.Dx()]
		from := y * h / r.Dy()
		if from == last {
			copy(row, dst.Pix[dst.PixOffset(r.Min.X, r.Min.Y+y-1):])
			continue
		}
		last = from
		line := src.Pix[src.PixOffset(src.Rect.Min.X, src.Rect.Min.Y+from):][:4*w]
		for x := range r.Dx() {
			i := x * w / r.Dx() * 4
			copy(row[4*x:4*x+4], line[i:i+4])
		}
	}
}

// smooth paints src over all of r, pixels mixed from the nearest four.
func (s *scaler) smooth(dst *image.RGBA, r image.Rectangle, src *image.RGBA) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	if r.Dx() == w && r.Dy() == h {
		s.sharp(dst, r, src)
		return
	}
	if key := [2]int{w, r.Dx()}; s.key != key {
		s.key = key
		s.columns = s.columns[:0]
		for x := range r.Dx() {
			from, weight := source(x, r.Dx(), w)
			s.columns = append(s.columns, column{4 * from, weight})
		}
	}
	if len(s.rows) < 4*w {
		s.rows = make([]uint16, 4*w)
	}
	for y := range r.Dy() {
		from, weight := source(y, r.Dy(), h)
		a := src.Pix[src.PixOffset(src.Rect.Min.X, src.Rect.Min.Y+from):][:4*w]
		b := src.Pix[src.PixOffset(src.Rect.Min.X, src.Rect.Min.Y+min(from+1, h-1)):][:4*w]
		rows := s.rows[:4*w]
		k, l := uint16(weight), uint16(256-weight)
		for i := range rows {
			rows[i] = (uint16(a[i])*l + uint16(b[i])*k) >> 1 // 15 bits
		}
		row := dst.Pix[dst.PixOffset(r.Min.X, r.Min.Y+y):][:4*r.Dx()]
		for x, c := range s.columns {
			k, l := uint32(c.weight), uint32(256-c.weight)
			p, q := rows[c.x:c.x+4:c.x+4], rows[min(c.x+4, 4*w-4):]
			o := row[4*x : 4*x+4 : 4*x+4]
			o[0] = uint8((uint32(p[0])*l + uint32(q[0])*k) >> 15)
			o[1] = uint8((uint32(p[1])*l + uint32(q[1])*k) >> 15)
			o[2] = uint8((uint32(p[2])*l + uint32(q[2])*k) >> 15)
			o[3] = 255
		}
	}
}

// source returns the first of the two pixels of n that pixel i of m lies between, and how far it
// is from it, 0 to 256.
func source(i, m, n int) (from int, weight uint16) {
	v := (float64(i)+.5)*float64(n)/float64(m) - .5
	v = min(max(v, 0), float64(n-1))
	from = min(int(v), max(n-2, 0))
	return from, uint16(math.Round((v - float64(from)) * 256))
}

// heat paints a map of w by h numbers from 0 to 1 over r, smoothly: dark where there is little,
// glowing where there is much.
func heat(dst *image.RGBA, r image.Rectangle, values []float32, w, h int) {
	at := func(x, y int) float64 { return float64(values[y*w+x]) }
	for y := range r.Dy() {
		fy, wy := source(y, r.Dy(), h)
		ny, ky := min(fy+1, h-1), float64(wy)/256
		row := dst.Pix[dst.PixOffset(r.Min.X, r.Min.Y+y):][:4*r.Dx()]
		for x := range r.Dx() {
			fx, wx := source(x, r.Dx(), w)
			nx, kx := min(fx+1, w-1), float64(wx)/256
			v := (at(fx, fy)*(1-kx)+at(nx, fy)*kx)*(1-ky) + (at(fx, ny)*(1-kx)+at(nx, ny)*kx)*ky
			glow(row[4*x:4*x+4:4*x+4], v)
		}
	}
}

// glow tints a pixel by v: the picture fades to grey blue where v is 0 and is lit where it is 1.
func glow(p []uint8, v float64) {
	grey := (int(p[0])*77 + int(p[1])*150 + int(p[2])*29) >> 8
	base := draw.Mix(draw.Hex(0x0b0f1a), draw.Hex(0x8fa0c0), float64(grey)/255*.6)
	mix := func(from, to uint8, k float64) uint8 { return uint8(float64(from) + (float64(to)-float64(from))*k) }
	keep := .42 + .58*v
	p[0] = mix(mix(base.R, p[0], keep), 0xff, .55*v*v)
	p[1] = mix(mix(base.G, p[1], keep), 0x6a, .55*v*v)
	p[2] = mix(mix(base.B, p[2], keep), 0x3c, .55*v*v)
}
