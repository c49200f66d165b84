package scene

import (
	"fmt"
	"image"
	"math"

	"tesuji/envs"
	"tesuji/internal/draw"
	"tesuji/view/session"
)

// maxElements is the number of elements of a vector that there is room for.
const maxElements = 24

// drawSees paints the observation: the planes of an image side by side, a vector's numbers as
// bars, anything else as numbers. Where only a person plays, the keys are there.
func (w *Watch) drawSees(heatmap *session.Saliency) error {
	if !w.session.HasPolicy() {
		w.drawActions()
		return nil
	}
	rows, err := w.session.Observation()
	if err != nil {
		return err
	}
	obs := rows.Row(0)
	box, isBox := w.session.Spec().Observation.(*envs.Box)
	switch {
	case isBox && box.Elem() == envs.Uint8 && len(box.Shape) == 3:
		w.drawPlanes(box, obs.U8)
	case isBox && obs.F32 != nil && len(obs.F32) <= maxElements:
		w.drawVector(obs.F32, heatmap)
	default:
		w.drawNumbers(obs)
	}
	return nil
}

// drawPlanes paints the planes of an image [H, W, C] in rows that fill the card.
func (w *Watch) drawPlanes(box *envs.Box, pixels []uint8) {
	height, width, channels := box.Shape[0], box.Shape[1], box.Shape[2]
	planes := channels
	heading := fmt.Sprintf("What the agent sees: %d × %d, %d planes", width, height, channels)
	if channels == 3 && box.High[0] == 255 {
		planes, heading = 1, fmt.Sprintf("What the agent sees: %d × %d in colour", width, height)
	}
	if channels == 1 {
		heading = fmt.Sprintf("What the agent sees: %d × %d", width, height)
	}
	b := w.card(w.layout.sees, heading)
	const between = 6.
	areaW, areaH := b.w-32, b.h-38-14
	columns, scale := 1, 0.
	for n := 1; n <= planes; n++ {
		rows := (planes + n - 1) / n
		k := min((areaW-between*float64(n-1))/float64(n)/float64(width), (areaH-between*float64(rows-1))/float64(rows)/float64(height))
		if k > scale {
			columns, scale = n, k
		}
	}
	if px := scale * b.unit; px >= 1 {
		scale = math.Floor(px) / b.unit
	}
	rows := (planes + columns - 1) / columns
	pw, ph := scale*float64(width), scale*float64(height)
	x0 := 16 + (areaW-pw*float64(columns)-between*float64(columns-1))/2
	y0 := 38 + (areaH-ph*float64(rows)-between*float64(rows-1))/2
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	top := max(int(box.High[0]), 1)
	for k := range planes {
		for i := range width * height {
			p := small.Pix[4*i : 4*i+4 : 4*i+4]
			if planes < channels {
				p[0], p[1], p[2], p[3] = pixels[3*i], pixels[3*i+1], pixels[3*i+2], 255
				continue
			}
			v := int(pixels[i*channels+k])
			if top == 255 {
				p[0], p[1], p[2], p[3] = uint8(v), uint8(v), uint8(v), 255
				continue
			}
			c := draw.Mix(draw.Hex(0x1b222d), planeColor(k), float64(v)/float64(top))
			p[0], p[1], p[2], p[3] = c.R, c.G, c.B, 255
		}
		x := x0 + float64(k%columns)*(pw+between)
		y := y0 + float64(k/columns)*(ph+between)
		r := inner(b, x, y, pw, ph).Intersect(b.dst.Rect)
		if r.Empty() {
			continue
		}
		if scale*b.unit >= 1 {
			w.scaler.sharp(b.dst, r, small)
		} else {
			w.scaler.smooth(b.dst, r, small)
		}
	}
}

// planeColor tells planes that are on or off apart.
func planeColor(k int) draw.Color {
	colors := []uint32{0x5fb0ff, 0xffcb57, 0x45d19c, 0xff7b66, 0xb990ff, 0x4fd6e0, 0xff9ecb, 0xc7d36b, 0xf0a35a, 0x8fa3c7}
	return draw.Hex(colors[k%len(colors)])
}

// drawVector paints numbers as bars from the middle, the widest that there was filling its half.
func (w *Watch) drawVector(v []float32, heatmap *session.Saliency) {
	b := w.card(w.layout.sees, "What the agent sees")
	labels := w.labels(len(v))
	row := min((b.h-38-12)/float64(len(v)), 26)
	size := min(13, row*.6)
	left := 0.
	for _, s := range labels {
		left = max(left, b.width(s, size, draw.Regular))
	}
	left = min(left, b.w*.36)
	for i, s := range labels {
		y := 38 + float64(i)*row
		base := y + row/2 + size*.36
		b.text(b.fitted(s, size, draw.Regular, left+6), 16, base, size, draw.Regular, draw.Left, soft)
		x, width := 16+left+14, b.w-32-left-14-62
		thick := min(row*.42, 10)
		b.box(x, y+(row-thick)/2, width, thick, thick/2, track)
		k := w.share(i, float64(v[i]))
		middle := x + width/2
		reach := max(width/2*math.Abs(k), thick/2)
		c := blue
		if heatmap != nil && i < len(heatmap.Heat) {
			c = draw.Mix(dim, draw.Hex(0xff9a4d), float64(heatmap.Heat[i]))
		}
		if k >= 0 {
			b.box(middle-thick/2, y+(row-thick)/2, reach+thick/2, thick, thick/2, c)
		} else {
			b.box(middle-reach, y+(row-thick)/2, reach+thick/2, thick, thick/2, c)
		}
		b.text(decimal(float64(v[i])), b.w-16, base, size, draw.Regular, draw.Right, ink)
	}
}

func decimal(v float64) string {
	if math.Abs(v) >= 1000 {
		return minus(fmt.Sprintf("%.0f", v))
	}
	return minus(fmt.Sprintf("%.3f", v))
}

// labels names n elements.
func (w *Watch) labels(n int) []string {
	if l, ok := envs.As[envs.Labeled](w.session.Env()); ok {
		if list := l.Labels(); len(list) == n {
			return list
		}
	}
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("x%d", i+1)
	}
	return list
}

// share returns how much of its range element i is, from -1 to 1: of the space's bounds if they are
// finite and of use, else of the most that there was.
func (w *Watch) share(i int, v float64) float64 {
	box := w.session.Spec().Observation.(*envs.Box)
	limit := max(math.Abs(float64(box.Low[i])), math.Abs(float64(box.High[i])))
	if limit > 1e3 {
		for len(w.widest) <= i {
			w.widest = append(w.widest, .1)
		}
		w.widest[i] = max(w.widest[i], 1.15*math.Abs(v))
		limit = w.widest[i]
	}
	return min(max(v/max(limit, 1e-9), -1), 1)
}

// drawNumbers writes an observation of few numbers, such as a state's.
func (w *Watch) drawNumbers(obs envs.Row) {
	b := w.card(w.layout.sees, "What the agent sees")
	x, y := 16., 52.
	for i, v := range obs.F32 {
		s := number(round(float64(v)))
		width := b.width(s, 15, draw.Bold) + 20
		if x+width > b.w-16 {
			x, y = 16, y+36
		}
		if y > b.h-20 {
			b.text(fmt.Sprintf("and %d more", len(obs.F32)-i), 16, b.h-12, 12, draw.Regular, draw.Left, faint)
			return
		}
		b.box(x, y-4, width, 28, 8, track)
		b.text(s, x+width/2, y+15.5, 15, draw.Bold, draw.Center, ink)
		x += width + 8
	}
}
