package scene

import (
	"image"
	"math"
)

// layout is where the parts of a Watch lie, in pixels.
type layout struct {
	of    *image.RGBA
	unit  float64
	whole image.Rectangle

	header, stage, stats, choices, values, sees, timeline, status image.Rectangle
	game                                                          image.Rectangle // within stage
	shown                                                         map[string]any  // what each part showed last
}

const (
	margin    = 16.
	gap       = 12.
	headerH   = 40.
	timelineH = 18.
	statusH   = 30.
	columnMin = 320.
	columnMax = 440.
)

// arrange lays the parts out on a picture. Those with no room are empty.
func (l *layout) arrange(dst *image.RGBA, unit float64, choices int) {
	*l = layout{of: dst, unit: unit, whole: dst.Rect, shown: map[string]any{}}
	w, h := float64(dst.Rect.Dx())/unit, float64(dst.Rect.Dy())/unit
	rect := func(x, y, w, h float64) image.Rectangle {
		px := func(v float64) int { return int(math.Round(v * unit)) }
		r := image.Rect(px(x), px(y), px(x+max(w, 0)), px(y+max(h, 0)))
		return r.Add(dst.Rect.Min).Intersect(dst.Rect)
	}
	l.header = rect(margin, margin/2, w-2*margin, headerH)
	bottom := h - margin/2 - statusH
	l.status = rect(margin, bottom, w-2*margin, statusH)
	l.timeline = rect(margin, bottom-timelineH, w-2*margin, timelineH)
	top, low := margin/2+headerH+4, bottom-timelineH-gap
	column := min(max(w*.33, columnMin), columnMax)
	if w < 640 { // a narrow window shows the game alone
		l.stage = rect(margin, top, w-2*margin, low-top)
		return
	}
	x := w - margin - column
	l.stage = rect(margin, top, x-gap-margin, low-top)
	y := top
	part := func(height float64) image.Rectangle {
		height = min(height, low-y)
		if height < 40 {
			y = low
			return image.Rectangle{}
		}
		r := rect(x, y, column, height)
		y += height + gap
		return r
	}
	l.stats = part(78)
	if choices > 0 {
		rows := float64(choices)
		l.choices = part(48 + rows*rowHeight(choices))
	}
	l.values = part(min(max((low-y)*.42, 96), 200))
	l.sees = part(low - y)
}

// rowHeight is the height of one of n choices.
func rowHeight(n int) float64 {
	switch {
	case n <= 6:
		return 26
	case n <= 9:
		return 21
	}
	return 15
}
