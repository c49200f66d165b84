package record

import (
	"image"
	"image/color"
	"image/gif"
	"io"
)

// gifEncoder keeps the frames until Close, because one palette is chosen from all of them: a
// palette per frame makes flat areas flicker. Nothing is dithered: dither crawls when things
// move and defeats the compression of flat drawings.
type gifEncoder struct {
	w    io.Writer
	fps  float64
	all  store
	hist histogram
}

// NewGIF returns an encoder of an animated, endlessly looping GIF. Frame times are whole
// hundredths of a second, as near to the rate as that allows (at most 50 frames per second).
func NewGIF(w io.Writer, fps float64) Encoder {
	return &gifEncoder{w: w, fps: fps, hist: histogram{}}
}

func (e *gifEncoder) Add(frame *image.RGBA) error {
	if err := e.all.add(frame); err != nil {
		return err
	}
	// All of the frame counts, not only what changed: what stays is what the eye rests on.
	e.hist.add(e.all.last)
	return nil
}

// lastFrameHold is how long, in hundredths of a second, an animation rests before it loops.
const lastFrameHold = 100

// gifDelay returns frame i's time in hundredths of a second, so that the sums stay on the rate.
func gifDelay(i int, fps float64) int {
	fps = min(fps, 50) // viewers slow down delays below 2
	return int(float64(float64(i+1)*100)/fps+0.5) - int(float64(float64(i)*100)/fps+0.5)
}

func (e *gifEncoder) Close() error {
	if len(e.all.frames) == 0 {
		return ErrNoFrames
	}
	// One of the 256 entries means "as before".
	colours := e.hist.palette(255)
	pal := color.Palette{color.RGBA{}}
	for _, c := range colours {
		pal = append(pal, toColour(c))
	}
	index := make(map[uint32]uint8, len(e.hist))
	g := &gif.GIF{Config: image.Config{ColorModel: pal, Width: e.all.w, Height: e.all.h}}
	shown := make([]uint8, e.all.w*e.all.h) // what the viewer has on screen; 0 is nothing yet
	err := e.all.each(func(i int, frame *image.RGBA, r image.Rectangle) error {
		if r.Empty() {
			// Nothing moved: the frame before stays on.
			last := &g.Delay[len(g.Delay)-1]
			*last = min(*last+gifDelay(i, e.fps), 1<<16-1) // what the file can hold: 11 minutes
			return nil
		}
		p := image.NewPaletted(r, pal)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			src := frame.Pix[frame.PixOffset(r.Min.X, y):]
			dst := p.Pix[p.PixOffset(r.Min.X, y):][:r.Dx()]
			on := shown[y*e.all.w+r.Min.X:][:r.Dx()]
			for x := range dst {
				c := rgb(src[4*x:])
				k, ok := index[c]
				if !ok {
					k = nearest(colours, c) + 1
					index[c] = k
				}
				if on[x] != k {
					dst[x], on[x] = k, k
				}
			}
		}
		g.Image = append(g.Image, p)
		g.Delay = append(g.Delay, gifDelay(i, e.fps))
		g.Disposal = append(g.Disposal, gif.DisposalNone)
		return nil
	})
	if err != nil {
		return err
	}
	g.Delay[len(g.Delay)-1] = max(g.Delay[len(g.Delay)-1], lastFrameHold)
	return gif.EncodeAll(e.w, g)
}
