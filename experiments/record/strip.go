package record

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
)

// stripEncoder keeps the frames until Close, when it is known which are evenly spaced.
type stripEncoder struct {
	w   io.Writer
	n   int
	all store
}

// NewStrip returns an encoder of one PNG with up to n frames, evenly spaced over the recording,
// in reading order; more than 5 frames make rows.
func NewStrip(w io.Writer, n int) Encoder { return &stripEncoder{w: w, n: max(n, 1)} }

func (e *stripEncoder) Add(frame *image.RGBA) error { return e.all.add(frame) }

func (e *stripEncoder) Close() error {
	total := len(e.all.frames)
	if total == 0 {
		return ErrNoFrames
	}
	n := min(e.n, total)
	rows := (n + 4) / 5
	cols := (n + rows - 1) / rows
	const gap = 8
	w, h := e.all.w, e.all.h
	sheet := image.NewRGBA(image.Rect(0, 0, cols*(w+gap)+gap, rows*(h+gap)+gap))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	k := 0
	err := e.all.each(func(i int, frame *image.RGBA, _ image.Rectangle) error {
		// Frame k of n is the one nearest to k/(n-1) of the way.
		if k < n && (n == 1 || i == (2*k*(total-1)+n-1)/(2*(n-1))) {
			x, y := gap+k%cols*(w+gap), gap+k/cols*(h+gap)
			draw.Draw(sheet, image.Rect(x, y, x+w, y+h), frame, image.Point{}, draw.Src)
			k++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return png.Encode(e.w, sheet)
}
