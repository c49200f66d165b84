package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// picture draws a disc with smooth edges over a gradient: far more than 256 colours.
func picture(w, h, i int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	cx, cy := float64(20+3*i), float64(h)/2+5
	for y := range h {
		for x := range w {
			a := min(max(12-math.Sqrt((float64(x)-cx)*(float64(x)-cx)+(float64(y)-cy)*(float64(y)-cy)), 0), 1)
			mix := func(bg, fg float64) uint8 { return uint8(bg*(1-a) + fg*a + 0.5) }
			img.SetRGBA(x, y, color.RGBA{mix(float64(200+y/4), 230), mix(float64(220-x/8), 80), mix(245, 40), 255})
		}
	}
	return img
}

func encode(t *testing.T, n int, enc func(io.Writer) Encoder) []byte {
	t.Helper()
	var buf bytes.Buffer
	e := enc(&buf)
	for i := range n {
		// A frame twice in a row must cost nothing but time.
		if err := e.Add(picture(160, 90, i-i/7)); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestGIF(t *testing.T) {
	make := func(w io.Writer) Encoder { return NewGIF(w, 30) }
	b := encode(t, 15, make)
	if !bytes.Equal(b, encode(t, 15, make)) {
		t.Error("the same frames gave other bytes")
	}
	g, err := gif.DecodeAll(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if g.LoopCount != 0 || len(g.Image) != 13 { // i-i/7 repeats at 7 and 14
		t.Fatalf("loops %d, %d images", g.LoopCount, len(g.Image))
	}
	// Played frames are near the originals: 256 colours over a gradient are a few levels off.
	screen := image.NewRGBA(image.Rect(0, 0, 160, 90))
	time, frame := 0, 0
	for k, m := range g.Image {
		draw.Draw(screen, m.Bounds(), m, m.Bounds().Min, draw.Over)
		want := picture(160, 90, frame)
		var worst, sum int
		for i, v := range screen.Pix {
			d := int(v) - int(want.Pix[i])
			worst, sum = max(worst, d, -d), sum+d*d
		}
		if rms := math.Sqrt(float64(sum) / float64(len(screen.Pix))); rms > 2.5 || worst > 40 {
			t.Fatalf("image %d: root mean square error %.2f, worst %d", k, rms, worst)
		}
		frame++
		if k < len(g.Image)-1 {
			time += g.Delay[k]
		}
	}
	if time != 43 || g.Delay[len(g.Delay)-1] != lastFrameHold {
		t.Errorf("12 images of 13 frames at 30/s take %d hundredths of a second, want 43 (then %v)", time, g.Delay)
	}
}

// TestGIFExact: 255 colours or fewer are kept as they are.
func TestGIFExact(t *testing.T) {
	var buf bytes.Buffer
	e := NewGIF(&buf, 10)
	img := image.NewRGBA(image.Rect(0, 0, 254, 2))
	for x := range 254 {
		img.SetRGBA(x, 0, color.RGBA{uint8(x), uint8(x / 2), uint8(255 - x), 255})
		img.SetRGBA(x, 1, color.RGBA{255, 127, 0, 255})
	}
	if err := errors.Join(e.Add(img), e.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := gif.Decode(&buf)
	if err != nil {
		t.Fatal(err)
	}
	for x := range 254 {
		if c := color.RGBAModel.Convert(got.At(x, 0)); c != img.RGBAAt(x, 0) {
			t.Fatalf("pixel %d is %v, want %v", x, c, img.RGBAAt(x, 0))
		}
	}
}

// TestAPNG plays the file with the standard library's decoder: each frame is put back into a PNG
// of its own.
func TestAPNG(t *testing.T) {
	b := encode(t, 15, func(w io.Writer) Encoder { return NewAPNG(w, 30) })
	first, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("a viewer that knows no animation: %v", err)
	}
	if got, want := first.(*image.RGBA).Pix, picture(160, 90, 0).Pix; !bytes.Equal(got, want) {
		t.Fatal("the still picture is not the first frame")
	}
	screen := image.NewRGBA(image.Rect(0, 0, 160, 90))
	var header, data []byte
	var rect image.Rectangle
	seq, shown, total, ticks := uint32(0), 0, 0, 0.0
	show := func() {
		if data == nil {
			return
		}
		h := bytes.Clone(header)
		binary.BigEndian.PutUint32(h, uint32(rect.Dx()))
		binary.BigEndian.PutUint32(h[4:], uint32(rect.Dy()))
		var one bytes.Buffer
		c := chunks{w: &one}
		c.raw([]byte("\x89PNG\r\n\x1a\n"))
		c.chunk("IHDR", h)
		c.chunk("IDAT", data)
		c.chunk("IEND", nil)
		m, err := png.Decode(&one)
		if err != nil {
			t.Fatalf("frame %d: %v", shown, err)
		}
		draw.Draw(screen, rect, m, m.Bounds().Min, draw.Src)
		if !bytes.Equal(screen.Pix, picture(160, 90, shown).Pix) {
			t.Fatalf("frame %d is not exact", shown)
		}
		shown, data = shown+1, nil
	}
	sequence := func(d []byte) {
		if got := binary.BigEndian.Uint32(d); got != seq {
			t.Fatalf("sequence number %d, want %d", got, seq)
		}
		seq++
	}
	for b = b[8:]; len(b) > 0; {
		n := binary.BigEndian.Uint32(b)
		kind, d := string(b[4:8]), b[8:8+n]
		if binary.BigEndian.Uint32(b[8+n:]) != crc32.ChecksumIEEE(b[4:8+n]) {
			t.Fatalf("checksum of %s", kind)
		}
		b = b[12+n:]
		switch kind {
		case "IHDR":
			header = d
		case "acTL":
			total = int(binary.BigEndian.Uint32(d))
		case "fcTL":
			sequence(d)
			show()
			u := func(i int) int { return int(binary.BigEndian.Uint32(d[i:])) }
			rect = image.Rect(u(12), u(16), u(12)+u(4), u(16)+u(8))
			ticks += float64(binary.BigEndian.Uint16(d[20:])) / float64(binary.BigEndian.Uint16(d[22:]))
		case "IDAT":
			data = append(data, d...)
		case "fdAT":
			sequence(d)
			data = append(data, d[4:]...)
		}
	}
	show()
	if shown != 13 || total != 13 {
		t.Errorf("%d frames shown, %d announced, want 13", shown, total)
	}
	if want := 13.0/30 + 1; math.Abs(ticks-want) > 0.01 {
		t.Errorf("plays %.3f s, want %.3f", ticks, want)
	}
}

func TestStrip(t *testing.T) {
	b := encode(t, 15, func(w io.Writer) Encoder { return NewStrip(w, 8) })
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Bounds().Size(); got != image.Pt(4*168+8, 2*98+8) {
		t.Fatalf("size %v", got)
	}
	// The first frame in the first place, the last in the last.
	if got, want := m.At(8+5, 8+5), picture(160, 90, 0).At(5, 5); got != want {
		t.Errorf("first: %v, want %v", got, want)
	}
	if got, want := m.At(8+3*168+59, 8+98+50), picture(160, 90, 12).At(59, 50); got != want {
		t.Errorf("last: %v, want %v", got, want)
	}
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]Format{"a/b.gif": GIF, "x.PNG": APNG, "x.apng": APNG, "x.strip.png": Strip, "x.mp4": MP4} {
		if got, err := FormatOf(path); err != nil || got != want {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if _, err := FormatOf("x.avi"); err == nil || !strings.Contains(err.Error(), "x.avi") {
		t.Errorf("x.avi: %v", err)
	}
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	t.Run("appears only when complete", func(t *testing.T) {
		path := filepath.Join(dir, "a.gif")
		f, err := Create(path, Options{FPS: 30})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Add(picture(20, 20, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("half a file is there")
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(b, []byte("GIF89a")) {
			t.Errorf("%v", err)
		}
	})
	t.Run("abort leaves nothing", func(t *testing.T) {
		d := t.TempDir()
		f, err := Create(filepath.Join(d, "a.png"), Options{FPS: 30})
		if err != nil {
			t.Fatal(err)
		}
		f.Abort()
		if left, _ := os.ReadDir(d); len(left) != 0 {
			t.Errorf("left %v", left)
		}
	})
	t.Run("no frames", func(t *testing.T) {
		for _, name := range []string{"n.gif", "n.png", "n.strip.png"} {
			f, err := Create(filepath.Join(dir, name), Options{FPS: 30})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); !errors.Is(err, ErrNoFrames) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				t.Errorf("%s is there", name)
			}
		}
	})
	t.Run("other size", func(t *testing.T) {
		f, err := Create(filepath.Join(dir, "s.png"), Options{FPS: 30})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Abort()
		if err := f.Add(picture(20, 20, 0)); err != nil {
			t.Fatal(err)
		}
		if err := f.Add(picture(21, 20, 0)); err == nil || !strings.Contains(err.Error(), "21x20") {
			t.Errorf("%v", err)
		}
	})
	t.Run("nowhere", func(t *testing.T) {
		if _, err := Create(filepath.Join(dir, "no", "a.gif"), Options{FPS: 30}); err == nil || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
	})
	t.Run("bad rate", func(t *testing.T) {
		for _, fps := range []float64{0, -1, math.NaN(), 1e9} {
			if _, err := Create(filepath.Join(dir, "r.gif"), Options{FPS: fps}); err == nil {
				t.Errorf("%v frames per second accepted", fps)
			}
		}
	})
}
