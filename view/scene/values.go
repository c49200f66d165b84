package scene

import (
	"image"
	"math"
	"strconv"
	"strings"

	"tesuji/internal/draw"
)

// drawValues paints the value, or where there is none the return, over time.
func (w *Watch) drawValues() {
	s := w.session
	valued := s.Moment(s.Last()).Thought.Values != nil
	heading := "Return over time"
	if valued {
		heading = "Value over time"
	}
	b := w.card(w.layout.values, heading)
	at := func(i int) float64 {
		m := s.Moment(i)
		if valued {
			if m.Thought.Values == nil {
				return 0
			}
			return float64(m.Thought.Values[0])
		}
		return m.Return
	}
	last := s.Last()
	x0, x1, y0, y1 := 16., b.w-16, 40., b.h-16
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range last + 1 {
		v := at(i)
		lo, hi = min(lo, v), max(hi, v)
	}
	// What hardly changes is to look so.
	least := max(.1*max(math.Abs(lo), math.Abs(hi)), .02)
	if !valued {
		least = 1
	}
	if hi-lo < least {
		middle := (lo + hi) / 2
		lo, hi = middle-least/2, middle+least/2
	}
	pad := .06 * (hi - lo)
	lo, hi = lo-pad, hi+pad
	b.text(number(at(s.Cursor())), b.w-16, 25, 12.5, draw.Bold, draw.Right, blue)
	steps := max(last, 30)
	px := func(i int) float64 { return x0 + (x1-x0)*float64(i)/float64(steps) }
	py := func(v float64) float64 { return y1 - (y1-y0)*(v-lo)/(hi-lo) }
	digits := min(max(1-int(math.Floor(math.Log10(hi-lo))), 0), 4)
	for _, v := range []float64{lo + pad, (lo + hi) / 2, hi - pad} {
		y := py(v)
		b.line(x0, y, x1-x0-46, track)
		b.text(axis(v, digits), x1, y+4, 10.5, draw.Regular, draw.Right, faint)
	}
	x1 -= 46
	drawCurve(b, last, px, py, at)
	c := s.Cursor()
	b.circle(px(c), py(at(c)), 4.5, card)
	b.circle(px(c), py(at(c)), 3.2, ink)
}

// axis writes a number beside the curve.
func axis(v float64, digits int) string {
	if v >= 1e5 || v <= -1e4 {
		return minus(strconv.FormatFloat(v, 'g', 3, 64))
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return minus(s)
}

// drawCurve paints the curve with a glow below: at most one point a pixel, the extremes of what
// falls into it.
func drawCurve(b *brush, last int, px func(int) float64, py func(float64) float64, at func(int) float64) {
	u := b.unit
	line := make([]float64, 0, 1024)
	add := func(x, y float64) { line = append(line, x*u, y*u) }
	step := max(int(float64(last)/(max(px(last)-px(0), 1)*u)), 1)
	for i := 0; i <= last; i += step {
		lo, hi := math.Inf(1), math.Inf(-1)
		for k := i; k < min(i+step, last+1); k++ {
			y := py(at(k))
			lo, hi = min(lo, y), max(hi, y)
		}
		add(px(i), hi)
		if hi-lo > .5 {
			add(px(i), lo)
		}
	}
	if len(line) < 4 {
		return
	}
	bottom := (b.h - 16) * u
	under := append([]float64{line[0], bottom}, line...)
	under = append(under, line[len(line)-2], bottom)
	b.canvas.Shade(draw.New().Polygon(under...), draw.Alpha(blue, .30), draw.Alpha(blue, .02))
	stroke := draw.New()
	half := .9 * u
	for i := 0; i+3 < len(line); i += 2 {
		xa, ya, xb, yb := line[i], line[i+1], line[i+2], line[i+3]
		d := math.Hypot(xb-xa, yb-ya)
		if d == 0 {
			continue
		}
		nx, ny := -(yb-ya)/d*half, (xb-xa)/d*half
		ex, ey := (xb-xa)/d*half*.5, (yb-ya)/d*half*.5
		stroke.Polygon(xa-nx-ex, ya-ny-ey, xb-nx+ex, yb-ny+ey, xb+nx+ex, yb+ny+ey, xa+nx-ex, ya+ny-ey)
	}
	b.canvas.Fill(stroke, blue)
}

// inner returns the pixels of r in the brush's part.
func inner(b *brush, x, y, w, h float64) image.Rectangle {
	u := b.unit
	r := image.Rect(int(math.Round(x*u)), int(math.Round(y*u)), int(math.Round((x+w)*u)), int(math.Round((y+h)*u)))
	return r.Add(b.dst.Rect.Min)
}
