package record

import (
	"bytes"
	"compress/flate"
	"image"
	"io"
)

// store keeps frames in memory, compressed: a drawn frame of 600x400 takes about 10 kB instead of
// one megabyte. A GIF and a strip need all frames before they can write the first.
type store struct {
	sized
	frames []storedFrame
	last   *image.RGBA // the frame last added
	buf    bytes.Buffer
	z      *flate.Writer
}

// storedFrame is the part of a frame that differs from the one before, or all of the first.
type storedFrame struct {
	rect image.Rectangle
	data []byte // deflated RGB rows of rect
}

func (s *store) add(frame *image.RGBA) error {
	if err := s.check(frame); err != nil {
		return err
	}
	f := opaque(nil, frame)
	rect := f.Rect
	if s.last != nil {
		rect = changed(s.last, f)
	}
	s.last = f
	s.buf.Reset()
	if s.z == nil {
		s.z, _ = flate.NewWriter(&s.buf, flate.BestSpeed) // the level is valid
	} else {
		s.z.Reset(&s.buf)
	}
	row := make([]byte, 0, 3*rect.Dx())
	for y := rect.Min.Y; y < rect.Max.Y; y++ {
		row = row[:0]
		for p := f.Pix[f.PixOffset(rect.Min.X, y):][:4*rect.Dx()]; len(p) > 0; p = p[4:] {
			row = append(row, p[0], p[1], p[2])
		}
		if _, err := s.z.Write(row); err != nil {
			return err
		}
	}
	if err := s.z.Close(); err != nil {
		return err
	}
	s.frames = append(s.frames, storedFrame{rect, bytes.Clone(s.buf.Bytes())})
	return nil
}

// each calls f with every frame in order and the rectangle in which it differs from the one
// before. The image is reused.
func (s *store) each(f func(i int, frame *image.RGBA, rect image.Rectangle) error) error {
	img := image.NewRGBA(image.Rect(0, 0, s.w, s.h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for i, fr := range s.frames {
		z := flate.NewReader(bytes.NewReader(fr.data))
		row := make([]byte, 3*fr.rect.Dx())
		for y := fr.rect.Min.Y; y < fr.rect.Max.Y; y++ {
			if _, err := io.ReadFull(z, row); err != nil {
				return err
			}
			p := img.Pix[img.PixOffset(fr.rect.Min.X, y):]
			for x := range fr.rect.Dx() {
				copy(p[4*x:4*x+3], row[3*x:])
			}
		}
		if err := f(i, img, fr.rect); err != nil {
			return err
		}
	}
	return nil
}
