package plot

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	gplot "gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// palette is Okabe and Ito's, which people who confuse colours can tell apart too ("Color
// Universal Design", 2008), without its yellow, too light for a line.
var palette = []color.NRGBA{
	{0x00, 0x72, 0xb2, 0xff}, // blue
	{0xd5, 0x5e, 0x00, 0xff}, // vermilion
	{0x00, 0x9e, 0x73, 0xff}, // bluish green
	{0xcc, 0x79, 0xa7, 0xff}, // reddish purple
	{0xe6, 0x9f, 0x00, 0xff}, // orange
	{0x56, 0xb4, 0xe9, 0xff}, // sky blue
	{0x4d, 0x4d, 0x4d, 0xff}, // grey
}

// dashes tell curves apart once the palette begins anew.
var dashes = [][]vg.Length{nil, {vg.Points(6), vg.Points(3)}, {vg.Points(1.5), vg.Points(2.5)}}

var (
	ink      = color.NRGBA{0x26, 0x26, 0x26, 0xff}
	softInk  = color.NRGBA{0x59, 0x59, 0x59, 0xff}
	gridGrey = color.NRGBA{0xe4, 0xe4, 0xe4, 0xff}
)

// bandAlpha and thinAlpha are the opacities of bands and single runs.
const bandAlpha, thinAlpha = 0x33, 0x70

// faintRuns is the number of runs from which the band is trusted to speak for them.
const faintRuns = 5

// style is one weight of one typeface: sizes and greys make the differences. (gonum/plot's PDF
// writer cannot embed a bold one.)
func style(size float64, c color.Color, x draw.XAlignment, y draw.YAlignment) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
	return text.Style{Color: c, Font: f, XAlign: x, YAlign: y, Handler: gplot.DefaultTextHandler}
}

// figure arranges the curves.
func figure(o Options, curves []Curve) *gplot.Plot {
	p := gplot.New()
	p.BackgroundColor = color.White
	p.Title.Text = title(o, curves)
	p.Title.TextStyle = style(12.5, ink, draw.XCenter, draw.YTop)
	p.Title.Padding = vg.Points(9)
	p.X.Label.Text = axisLabel(o, curves)
	p.Y.Label.Text = metricLabel(o.Metric)
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks{}, ticks{}
	for _, a := range []*gplot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle = style(10.5, ink, draw.XCenter, draw.YBottom)
		a.Label.Padding = vg.Points(5)
		a.LineStyle.Color, a.Tick.LineStyle.Color = softInk, softInk
		a.LineStyle.Width, a.Tick.LineStyle.Width = vg.Points(0.7), vg.Points(0.7)
		a.Tick.Length = vg.Points(3.5)
		a.Padding = 0
	}
	p.X.Tick.Label = style(9, softInk, draw.XCenter, draw.YTop)
	p.Y.Tick.Label = style(9, softInk, draw.XRight, draw.YCenter)

	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = gridGrey, gridGrey
	grid.Vertical.Width, grid.Horizontal.Width = vg.Points(0.5), vg.Points(0.5)
	p.Add(grid)

	// Bands lie below all lines, so that no curve hides another one.
	for i := range curves {
		if c := &curves[i]; len(c.Runs) > 1 && len(c.X) > 1 {
			p.Add(band(c, withAlpha(palette[i%len(palette)], bandAlpha)))
		}
	}
	key := &legend{style: style(9.5, ink, draw.XLeft, draw.YCenter)}
	for i := range curves {
		c := &curves[i]
		tint := palette[i%len(palette)]
		if n := len(c.Runs); n > 1 && n < faintRuns {
			for _, s := range c.Runs {
				thin := line(s.X, s.Y)
				thin.Color, thin.Width = withAlpha(tint, thinAlpha), vg.Points(0.7)
				p.Add(thin)
			}
		}
		l := line(c.X, c.Value)
		l.Color, l.Width = tint, vg.Points(1.8)
		l.Dashes = dashes[i/len(palette)%len(dashes)]
		p.Add(l)
		key.add(legendText(c), l.LineStyle)
		if len(c.X) == 1 {
			dot := &plotter.Scatter{XYs: l.XYs, GlyphStyle: draw.GlyphStyle{
				Color: tint, Radius: vg.Points(3), Shape: draw.CircleGlyph{},
			}}
			p.Add(dot)
		}
	}
	frame(p, curves)
	key.top, key.left = emptiestCorner(p, curves)
	p.Add(key)
	return p
}

func axisLabel(o Options, curves []Curve) string {
	models := 0
	for _, c := range curves {
		if c.Model {
			models++
		}
	}
	switch {
	case o.X == "episodes":
		return "episodes"
	case o.X == "time":
		return "seconds"
	case models == len(curves):
		return "iterations"
	case models > 0:
		return "steps"
	}
	return "environment steps"
}

// title names the environment or model if there is but one.
func title(o Options, curves []Curve) string {
	if o.Title != "" {
		return o.Title
	}
	env := curves[0].Env
	for _, c := range curves {
		if c.Env != env {
			return ""
		}
	}
	return env
}

// metricLabel is a metric in words.
func metricLabel(metric string) string {
	words := map[string]string{
		"rollout/ep_rew_mean": "mean return of the last 100 episodes",
		"rollout/ep_len_mean": "mean length of the last 100 episodes",
		"eval/mean_reward":    "mean return in evaluation",
		"eval/mean_ep_length": "mean length in evaluation",
		"time/fps":            "steps per second",
	}
	if w, ok := words[metric]; ok {
		return w
	}
	_, name, _ := strings.Cut(metric, "/")
	if name == "" {
		name = metric
	}
	// Of a ladder of opponents: elo_gnugo_10.
	for prefix, words := range map[string]string{"elo_": "Elo above ", "score_": "score against "} {
		if whom, ok := strings.CutPrefix(name, prefix); ok {
			return words + strings.ReplaceAll(whom, "_", "-")
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

func legendText(c *Curve) string {
	if len(c.Runs) == 1 {
		return c.Label
	}
	return fmt.Sprintf("%s (%d seeds)", c.Label, len(c.Runs))
}

func withAlpha(c color.NRGBA, a uint8) color.NRGBA {
	c.A = a
	return c
}

func line(x, y []float64) *plotter.Line {
	xys := make(plotter.XYs, len(x))
	for i := range x {
		xys[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	return &plotter.Line{XYs: xys, LineStyle: plotter.DefaultLineStyle}
}

// band is the area between the ends of a curve's intervals.
func band(c *Curve, fill color.Color) *plotter.Polygon {
	ring := make(plotter.XYs, 0, 2*len(c.X))
	for i, x := range c.X {
		ring = append(ring, plotter.XY{X: x, Y: c.Band[i].High})
	}
	for i := len(c.X) - 1; i >= 0; i-- {
		ring = append(ring, plotter.XY{X: c.X[i], Y: c.Band[i].Low})
	}
	return &plotter.Polygon{XYs: []plotter.XYs{ring}, Color: fill}
}

// frame fits the axes: x begins at 0 where the curves nearly do, and y has some air.
func frame(p *gplot.Plot, curves []Curve) {
	lowX, highX := math.Inf(1), math.Inf(-1)
	lowY, highY := math.Inf(1), math.Inf(-1)
	each(curves, func(x, y float64) {
		lowX, highX = min(lowX, x), max(highX, x)
		lowY, highY = min(lowY, y), max(highY, y)
	})
	if lowX >= 0 && lowX < 0.25*highX {
		lowX = 0
	}
	if lowX == highX {
		lowX, highX = lowX-1, highX+1
	}
	air := 0.06 * (highY - lowY)
	if air == 0 {
		air = max(1, 0.1*math.Abs(highY))
	}
	if floor := lowY - air; lowY >= 0 && floor < 0 {
		lowY = 0 // a metric that is never negative gets no room for it
	} else {
		lowY = floor
	}
	// An end just short of a round number reaches it, and gets its label.
	if step := roundStep((highX - lowX) / wantTicks); step > 0 {
		if next := math.Ceil(highX/step) * step; next-highX < 0.02*(highX-lowX) {
			highX = next
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = lowX, highX, lowY, highY+air
}

// each visits all points that will be seen.
func each(curves []Curve, visit func(x, y float64)) {
	for _, c := range curves {
		for i, x := range c.X {
			visit(x, c.Value[i])
			if len(c.Runs) > 1 {
				visit(x, c.Band[i].Low)
				visit(x, c.Band[i].High)
			}
		}
		if n := len(c.Runs); n > 1 && n < faintRuns {
			for _, s := range c.Runs {
				for i, x := range s.X {
					visit(x, s.Y[i])
				}
			}
		}
	}
}

// dpi of PNG files: sharp in print at the size of a column.
const dpi = 200

// write draws the figure to a temporary file beside the output and renames it.
func write(p *gplot.Plot, o Options) (err error) {
	w, h := vg.Length(o.Width)*vg.Inch, vg.Length(o.Height)*vg.Inch
	var c vg.CanvasWriterTo
	switch strings.ToLower(filepath.Ext(o.Output)) {
	case ".png":
		c = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi))}
	case ".svg":
		c = vgsvg.NewWith(vgsvg.UseWH(w, h), vgsvg.EmbedFonts(true))
	case ".pdf":
		pdf := vgpdf.New(w, h)
		pdf.EmbedFonts(true)
		c = pdf
	}
	// Air around everything, so that the last tick's label is not cut.
	d := draw.New(c)
	p.Draw(draw.Crop(d, vg.Points(8), -vg.Points(16), vg.Points(8), -vg.Points(10)))
	return save(o.Output, c)
}

func save(path string, content io.WriterTo) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("plot: cannot write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
			err = fmt.Errorf("plot: cannot write %s: %w", path, err)
		}
	}()
	if _, err := content.WriteTo(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
