package plot

import (
	"image/color"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// legend names the curves in a corner of the figure, each beside a piece of its line.
type legend struct {
	style     text.Style
	top, left bool
	entries   []legendEntry
}

type legendEntry struct {
	name string
	line draw.LineStyle
}

func (l *legend) add(name string, line draw.LineStyle) {
	l.entries = append(l.entries, legendEntry{name, line})
}

// Plot implements gonum/plot's Plotter.
func (l *legend) Plot(c draw.Canvas, _ *gplot.Plot) {
	const (
		margin = 8  // from the axes
		inset  = 5  // from the box to what is in it
		swatch = 18 // length of a line
		gap    = 6  // from the line to the name
		pitch  = 14 // from one entry to the next
	)
	var widest vg.Length
	for _, e := range l.entries {
		widest = max(widest, l.style.Width(e.name))
	}
	w := widest + vg.Points(2*inset+swatch+gap)
	h := vg.Points(pitch*float64(len(l.entries)) + 2*inset - 2)
	x, y := c.Max.X-w-vg.Points(margin), c.Min.Y+vg.Points(margin)
	if l.left {
		x = c.Min.X + vg.Points(margin)
	}
	if l.top {
		y = c.Max.Y - h - vg.Points(margin)
	}
	// What lies behind shows through only just, so that names stay readable.
	c.FillPolygon(color.NRGBA{0xff, 0xff, 0xff, 0xd8}, []vg.Point{{X: x, Y: y}, {X: x + w, Y: y}, {X: x + w, Y: y + h}, {X: x, Y: y + h}})
	for i, e := range l.entries {
		mid := y + h - vg.Points(inset-1+pitch*(float64(i)+0.5))
		from := x + vg.Points(inset)
		c.StrokeLine2(e.line, from, mid, from+vg.Points(swatch), mid)
		c.FillText(l.style, vg.Point{X: from + vg.Points(swatch+gap), Y: mid}, e.name)
	}
}

// emptiestCorner returns the corner whose surroundings hold the fewest points.
func emptiestCorner(p *gplot.Plot, curves []Curve) (top, left bool) {
	const wide, high = 0.42, 0.12 // of the figure, with one curve
	tall := high + 0.06*float64(len(curves)-1)
	var inside [2][2]int
	index := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	each(curves, func(x, y float64) {
		u, v := (x-p.X.Min)/(p.X.Max-p.X.Min), (y-p.Y.Min)/(p.Y.Max-p.Y.Min)
		for _, top := range []bool{false, true} {
			for _, left := range []bool{false, true} {
				if (left && u < wide || !left && u > 1-wide) && (top && v > 1-tall || !top && v < tall) {
					inside[index(top)][index(left)]++
				}
			}
		}
	})
	// Learning curves rise, so the lower right is the first choice.
	best := inside[0][0]
	for _, c := range []struct{ top, left bool }{{true, true}, {true, false}, {false, true}} {
		if n := inside[index(c.top)][index(c.left)]; n < best {
			best, top, left = n, c.top, c.left
		}
	}
	return top, left
}
