package datasets

import (
	"math"

	"tesuji/internal/elementary"
	"tesuji/internal/rng"
)

// Affine is the ranges of a random distortion: each picture is sheared, turned, scaled and
// shifted about its centre, by amounts that are uniform on ± these.
type Affine struct {
	Rotate float64 // degrees, at most 45
	Scale  float64 // part of the size, below 1: .12 for 88 % to 112 %
	Shear  float64 // pixels to the side for each pixel up
	Shift  float64 // pixels, along and across
}

// MNISTAffine is what suits handwritten digits of 28 x 28 pixels.
var MNISTAffine = Affine{Rotate: 10, Scale: .12, Shear: .15, Shift: 2}

// fraction is the number of binary places in a Warp's numbers.
const fraction = 16

// Warp is one distortion, in fixed point, so that it gives the same bits everywhere: where in
// the source a pixel of the result comes from, relative to the centres.
type Warp struct {
	xx, xy, yx, yy int // source x = xx*x + xy*y + x0, source y = yx*x + yy*y + y0
	x0, y0         int // before the centres are added
}

// Draw takes a distortion from the stream.
func (a Affine) Draw(r *rng.Stream) Warp {
	sym := func(bound float64) float64 { return float64(bound * (2*r.Float64() - 1)) }
	angle := sym(a.Rotate) * (math.Pi / 180)
	size := 1 + sym(a.Scale)
	shear := sym(a.Shear)
	dx, dy := sym(a.Shift), sym(a.Shift)
	return invert(angle, size, shear, dx, dy)
}

// invert returns the way back of: shear along x, turn, scale, shift.
func invert(angle, size, shear, dx, dy float64) Warp {
	s, c := elementary.Sincos(angle)
	// The inverse of size·R(angle)·[1 shear; 0 1] is [1 -shear; 0 1]·R(-angle)/size.
	xx, xy := (c+float64(shear*s))/size, (s-float64(shear*c))/size
	yx, yy := -s/size, c/size
	return Warp{
		xx: fixed(xx), xy: fixed(xy), yx: fixed(yx), yy: fixed(yy),
		x0: fixed(-float64(xx*dx) - float64(xy*dy)),
		y0: fixed(-float64(yx*dx) - float64(yy*dy)),
	}
}

func fixed(x float64) int { return int(math.Floor(x*(1<<fraction) + .5)) }

// Apply writes the distorted src [h, w, c] into dst [h, w, c], scaled to [0, 1]: bilinear, with
// background around the picture. Different goroutines may use the same Warp.
func (m Warp) Apply(dst []float32, src []uint8, h, w, c int) {
	const one, drop = 1 << fraction, fraction - 8
	// Twice the centre is a whole number; the offsets below are from it.
	startX := m.x0 + (w-1)*one/2 - (m.xx*(w-1)+m.xy*(h-1))/2
	startY := m.y0 + (h-1)*one/2 - (m.yx*(w-1)+m.yy*(h-1))/2
	at := 0
	for y := range h {
		sx, sy := startX+y*m.xy, startY+y*m.yy
		for range w {
			x0, y0 := sx>>fraction, sy>>fraction
			fx, fy := sx&(one-1)>>drop, sy&(one-1)>>drop // of 256
			sx += m.xx
			sy += m.yx
			if x0 < -1 || y0 < -1 || x0 >= w || y0 >= h {
				clear(dst[at : at+c])
				at += c
				continue
			}
			inside := x0 >= 0 && y0 >= 0 && x0 < w-1 && y0 < h-1
			for k := range c {
				var a, b, d, e int // the four neighbours
				if inside {
					p := (y0*w+x0)*c + k
					q := p + w*c
					a, b, d, e = int(src[p]), int(src[p+c]), int(src[q]), int(src[q+c])
				} else {
					a, b = pixel(src, h, w, c, x0, y0, k), pixel(src, h, w, c, x0+1, y0, k)
					d, e = pixel(src, h, w, c, x0, y0+1, k), pixel(src, h, w, c, x0+1, y0+1, k)
				}
				top, bottom := a<<8+fx*(b-a), d<<8+fx*(e-d)
				dst[at] = float32(top<<8+fy*(bottom-top)) / (255 << 16)
				at++
			}
		}
	}
}

// pixel is the value at (x, y), 0 outside.
func pixel(src []uint8, h, w, c, x, y, k int) int {
	if uint(x) >= uint(w) || uint(y) >= uint(h) {
		return 0
	}
	return int(src[(y*w+x)*c+k])
}
