package record

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
)

// apngEncoder writes an animated PNG (PNG specification, third edition, section 11.3.6): an
// ordinary PNG of the first frame, in which fdAT chunks carry the pixels of further frames. The
// standard library encodes each frame; only chunks are made here.
type apngEncoder struct {
	sized
	w      io.Writer
	fps    float64
	last   *image.RGBA
	header []byte // IHDR data of the whole picture
	frames []apngFrame
}

type apngFrame struct {
	rect  image.Rectangle
	data  [][]byte // contents of IDAT chunks
	ticks int      // how many frames long it is shown
}

// NewAPNG returns an encoder of an endlessly looping animated PNG with exact colours.
func NewAPNG(w io.Writer, fps float64) Encoder { return &apngEncoder{w: w, fps: fps} }

func (e *apngEncoder) Add(frame *image.RGBA) error {
	if err := e.check(frame); err != nil {
		return err
	}
	f := opaque(nil, frame)
	r := f.Rect
	if e.last != nil {
		r = changed(e.last, f)
	}
	e.last = f
	if r.Empty() {
		e.frames[len(e.frames)-1].ticks++
		return nil
	}
	// Opaque RGBA pictures are all stored as 8-bit RGB, so that every frame has the colour type
	// of the header.
	var buf bytes.Buffer
	if err := png.Encode(&buf, f.SubImage(r)); err != nil {
		return err
	}
	out := apngFrame{rect: r, ticks: 1}
	for b := buf.Bytes()[8:]; len(b) >= 12; {
		n := int(binary.BigEndian.Uint32(b))
		data := b[8 : 8+n]
		switch string(b[4:8]) {
		case "IHDR":
			if e.header == nil {
				e.header = data
			}
		case "IDAT":
			out.data = append(out.data, data)
		}
		b = b[12+n:]
	}
	e.frames = append(e.frames, out)
	return nil
}

func (e *apngEncoder) Close() error {
	if len(e.frames) == 0 {
		return ErrNoFrames
	}
	c := chunks{w: e.w}
	c.raw([]byte("\x89PNG\r\n\x1a\n"))
	c.chunk("IHDR", e.header)
	// Frames, plays (0 is for ever).
	c.chunk("acTL", be32(uint32(len(e.frames)), 0))
	seq := uint32(0)
	for i, f := range e.frames {
		hold := 0.0
		if i == len(e.frames)-1 {
			hold = lastFrameHold / 100.0
		}
		num, den := frameTime(f.ticks, e.fps, hold)
		control := be32(seq, uint32(f.rect.Dx()), uint32(f.rect.Dy()), uint32(f.rect.Min.X), uint32(f.rect.Min.Y))
		control = binary.BigEndian.AppendUint16(control, num)
		control = binary.BigEndian.AppendUint16(control, den)
		control = append(control, 0, 0) // leave the frame on; write over what is there
		c.chunk("fcTL", control)
		seq++
		for _, d := range f.data {
			if i == 0 {
				c.chunk("IDAT", d)
				continue
			}
			c.chunk("fdAT", append(be32(seq), d...))
			seq++
		}
	}
	c.chunk("IEND", nil)
	return c.err
}

// frameTime returns ticks/fps seconds, at least hold, as a fraction of 16-bit numbers.
func frameTime(ticks int, fps, hold float64) (num, den uint16) {
	seconds := max(float64(ticks)/fps, hold)
	for d := 1000; d > 1; d /= 10 {
		if n := int(float64(seconds*float64(d)) + 0.5); n < 1<<16 {
			return uint16(n), uint16(d)
		}
	}
	return uint16(min(int(seconds+0.5), 1<<16-1)), 1
}

// chunks writes PNG chunks; its first error sticks.
type chunks struct {
	w   io.Writer
	err error
}

func (c *chunks) raw(b []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(b)
	}
}

func (c *chunks) chunk(kind string, data []byte) {
	if uint64(len(data)) >= 1<<31 && c.err == nil {
		c.err = fmt.Errorf("PNG chunk %s of %d bytes", kind, len(data))
	}
	b := append(be32(uint32(len(data))), kind...)
	b = append(b, data...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	c.raw(b)
}

func be32(v ...uint32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	return b
}
