// Package record writes pictures of episodes as files that people can watch: animated GIF and
// PNG, a contact sheet of frames, and MP4 where ffmpeg is installed.
//
// The same frames give the same bytes (MP4: with the same ffmpeg). A file appears under its
// name only when it is complete.
package record

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Encoder turns frames into a file.
type Encoder interface {
	// Add appends a copy of the frame. All frames must have the size of the first; alpha is
	// ignored: frames are opaque.
	Add(frame *image.RGBA) error
	// Close completes the file. An encoder that got no frame returns an error.
	Close() error
}

// Format is a kind of file.
type Format string

const (
	GIF   Format = "gif"   // 256 colours chosen from all frames; plays everywhere
	APNG  Format = "apng"  // exact colours; plays in browsers and most viewers
	Strip Format = "strip" // one PNG with up to StripFrames frames side by side
	MP4   Format = "mp4"   // H.264 by ffmpeg, which must be installed
)

// FormatOf returns the format that a file's name asks for: .gif, .apng or .png (animated),
// .strip.png, .mp4.
func FormatOf(path string) (Format, error) {
	name := strings.ToLower(filepath.Base(path))
	switch {
	case strings.HasSuffix(name, ".strip.png"):
		return Strip, nil
	case strings.HasSuffix(name, ".gif"):
		return GIF, nil
	case strings.HasSuffix(name, ".png"), strings.HasSuffix(name, ".apng"):
		return APNG, nil
	case strings.HasSuffix(name, ".mp4"):
		return MP4, nil
	}
	return "", fmt.Errorf("record: %s: cannot tell the format from the name: use .gif, .png (animated), .strip.png (a contact sheet) or .mp4", path)
}

// ErrNoFrames is returned by Close when nothing was added.
var ErrNoFrames = errors.New("record: no frames to write")

// Options of Create.
type Options struct {
	Format Format  // default: by the file's name
	FPS    float64 // frames per second, > 0
	// StripFrames is the number of frames of a Strip, evenly spaced over the recording, the
	// first and the last included. Default 8.
	StripFrames int
}

// Create returns an encoder that writes a file. The file is made under another name and renamed
// when Close succeeds; Abort removes it.
func Create(path string, o Options) (*File, error) {
	if o.Format == "" {
		f, err := FormatOf(path)
		if err != nil {
			return nil, err
		}
		o.Format = f
	}
	if o.StripFrames <= 0 {
		o.StripFrames = 8
	}
	if !(o.FPS > 0 && o.FPS <= 1000) {
		return nil, fmt.Errorf("record: %g frames per second: must be above 0 and at most 1000", o.FPS)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("record: cannot write %s: it is a directory", path)
	}
	if o.Format == MP4 {
		return createMP4(path, o.FPS)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, fmt.Errorf("record: cannot write %s: %w", path, err)
	}
	out := &File{path: path, temp: f.Name(), file: f, w: bufio.NewWriterSize(f, 1<<16)}
	switch o.Format {
	case GIF:
		out.enc = NewGIF(out.w, o.FPS)
	case APNG:
		out.enc = NewAPNG(out.w, o.FPS)
	case Strip:
		out.enc = NewStrip(out.w, o.StripFrames)
	default:
		out.Abort()
		return nil, fmt.Errorf("record: unknown format %q: use gif, apng, strip or mp4", o.Format)
	}
	return out, nil
}

// File is an Encoder onto a file.
type File struct {
	path, temp string
	file       *os.File // nil for MP4: ffmpeg writes
	w          *bufio.Writer
	enc        Encoder
	done       bool
}

// Add appends a frame.
func (f *File) Add(frame *image.RGBA) error { return f.wrap(f.enc.Add(frame)) }

// Close completes the file and gives it its name, or removes it after an error.
func (f *File) Close() error {
	if f.done {
		return nil
	}
	err := f.enc.Close()
	if f.file != nil {
		if err == nil {
			err = f.w.Flush()
		}
		// CreateTemp makes private files; a recording is as public as any other file.
		if err == nil {
			err = f.file.Chmod(0o644)
		}
		if e := f.file.Close(); err == nil {
			err = e
		}
	}
	if err == nil {
		err = os.Rename(f.temp, f.path)
	}
	if err != nil {
		os.Remove(f.temp)
	}
	f.done = true
	return f.wrap(err)
}

// Abort removes what was written. After Close it does nothing.
func (f *File) Abort() {
	if f.done {
		return
	}
	f.done = true
	if m, ok := f.enc.(*mp4Encoder); ok {
		m.abort()
	}
	if f.file != nil {
		f.file.Close()
	}
	os.Remove(f.temp)
}

func (f *File) wrap(err error) error {
	if err == nil || errors.Is(err, ErrNoFrames) {
		return err
	}
	return fmt.Errorf("record: write %s: %w", f.path, err)
}

// sized checks that all frames have one size.
type sized struct{ w, h int }

func (s *sized) check(frame *image.RGBA) error {
	b := frame.Bounds()
	if s.w == 0 && !b.Empty() {
		s.w, s.h = b.Dx(), b.Dy()
	}
	if b.Empty() || b.Dx() != s.w || b.Dy() != s.h {
		return fmt.Errorf("frame of %dx%d pixels, want %dx%d", b.Dx(), b.Dy(), s.w, s.h)
	}
	return nil
}

// opaque copies src, moved to the origin and made opaque, to dst, which it returns, or to a new
// image if dst is nil.
func opaque(dst, src *image.RGBA) *image.RGBA {
	b := src.Bounds()
	if dst == nil {
		dst = image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	}
	for y := range b.Dy() {
		from := src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):][: 4*b.Dx() : 4*b.Dx()]
		to := dst.Pix[y*dst.Stride:][: 4*b.Dx() : 4*b.Dx()]
		for i := 0; i < len(from); i += 4 {
			to[i], to[i+1], to[i+2], to[i+3] = from[i], from[i+1], from[i+2], 255
		}
	}
	return dst
}

// changed returns the smallest rectangle outside of which a and b, of one size, are equal.
func changed(a, b *image.RGBA) image.Rectangle {
	w, h := a.Rect.Dx(), a.Rect.Dy()
	r := image.Rectangle{Min: image.Pt(w, h)}
	for y := range h {
		p, q := a.Pix[y*a.Stride:][:4*w], b.Pix[y*b.Stride:][:4*w]
		if string(p) == string(q) {
			continue
		}
		lo, hi := 0, w
		for string(p[4*lo:4*lo+4]) == string(q[4*lo:4*lo+4]) {
			lo++
		}
		for string(p[4*hi-4:4*hi]) == string(q[4*hi-4:4*hi]) {
			hi--
		}
		r.Min.X, r.Max.X = min(r.Min.X, lo), max(r.Max.X, hi)
		r.Min.Y, r.Max.Y = min(r.Min.Y, y), y+1
	}
	if r.Max.Y == 0 {
		return image.Rectangle{}
	}
	return r
}

var _ io.Closer = (*File)(nil)
