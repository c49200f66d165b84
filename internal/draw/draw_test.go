package draw

import (
	"image"
	"math"
	"testing"
)

// ink returns how many pixels' worth of white the picture has.
func ink(img *image.RGBA) float64 {
	sum := 0.
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			sum += float64(img.RGBAAt(x, y).R) / 255
		}
	}
	return sum
}

func board(r image.Rectangle) (*Canvas, *image.RGBA) {
	img := image.NewRGBA(r)
	c := On(img)
	c.Background(Hex(0), Hex(0))
	return c, img
}

var (
	white  = Hex(0xffffff)
	square = image.Rect(0, 0, 200, 200)
)

func TestAreas(t *testing.T) {
	disc := math.Pi * 40 * 40
	for _, tt := range []struct {
		name string
		path *Path
		want float64
	}{
		{"rectangle", New().Rect(20.25, 30.5, 100, 50), 5000},
		{"round rectangle", New().RoundRect(20, 20, 100, 60, 10), 6000 - (4-math.Pi)*100},
		{"disc", New().Circle(100, 100, 40), disc},
		{"ellipse", New().Ellipse(100, 90, 40, 20), disc / 2},
		{"ring", New().Ring(100, 100, 40, 10), math.Pi * (45*45 - 35*35)},
		{"united discs", New().Circle(100, 100, 40).Circle(100, 100, 20), disc},
		{"capsule", New().Capsule(40, 50, 100, 130, 20), 100*20 + math.Pi*100},
		{"sector", New().Sector(100, 100, 40, -1, 1), disc / math.Pi},
		{"sector backwards", New().Sector(100, 100, 40, 1, -1), disc / math.Pi},
		{"band", New().Arc(100, 100, 40, 10, 0, 1), 400},
		{"turned", New().Rect(-50, -25, 100, 50).Place(100, 100, .7, 1), 5000},
		{"scaled", New().Rect(-5, -5, 10, 10).Place(100, 100, .7, 10), 10000},
		{"mirrored beside its image", New().Rect(10, 0, 30, 30).Add(New().Rect(10, 0, 30, 30).Mirror()).Place(100, 100, 0, 1), 1800},
		{"half outside", New().Circle(0, 100, 40), disc / 2},
		{"outside", New().Circle(-100, 100, 40), 0},
		{"nothing", New(), 0},
		{"no number", New().Circle(math.NaN(), 0, 10), 0},
		{"infinite", New().Circle(math.Inf(1), 0, 10), 0},
		{"larger than the picture", New().Rect(-1e4, -1e4, 2e4, 2e4), 40000},
		{"absurdly far", New().Rect(1e12, -1e12, 1e12, 2e12), 0},
	} {
		c, img := board(square)
		c.Fill(tt.path, white)
		if got := ink(img); math.Abs(got-tt.want) > 2+tt.want/200 {
			t.Errorf("%s: area %.1f, want %.1f", tt.name, got, tt.want)
		}
	}
}

// TestShadowKeepsInk: a blur spreads coverage and loses none.
func TestShadowKeepsInk(t *testing.T) {
	c, img := board(square)
	c.Shadow(New().Rect(70, 70, 50, 50), 4, 6, 5, white)
	if got := ink(img); math.Abs(got-2500) > 40 {
		t.Errorf("%.1f", got)
	}
	if img.RGBAAt(73, 76).R == 0 || img.RGBAAt(73, 76).R == 255 {
		t.Error("the edge is hard")
	}
}

func TestPictureNotAtTheOrigin(t *testing.T) {
	c, img := board(image.Rect(50, 60, 250, 260))
	c.Fill(New().Rect(0, 0, 10, 10), white)
	if img.RGBAAt(50, 60).R != 255 || img.RGBAAt(60, 70).R != 0 {
		t.Error("paths are not relative to the picture's corner")
	}
}

func TestGradientsAndOpacity(t *testing.T) {
	c, img := board(square)
	c.Background(Hex(0x000000), Hex(0xffffff))
	if a, b := img.RGBAAt(0, 0).R, img.RGBAAt(0, 199).R; a != 0 || b != 255 {
		t.Errorf("background from %d to %d", a, b)
	}
	c, img = board(square)
	c.Shade(New().Rect(0, 50, 200, 100), Hex(0x102030), Hex(0xf0e0d0))
	if a, b := img.RGBAAt(9, 50), img.RGBAAt(9, 149); a.R != 0x10 || b.R != 0xf0 {
		t.Errorf("shade from %v to %v", a, b)
	}
	c, img = board(square)
	c.Fill(New().Rect(0, 0, 200, 200), Alpha(white, .5))
	if v := img.RGBAAt(5, 5); v.R != 128 || v.A != 255 {
		t.Errorf("half white over black is %v", v)
	}
}

func TestText(t *testing.T) {
	place := func(a Align) (x0, x1 float64) {
		x0, _, x1, _ = New().Text("HHH", 100, 50, 20, Bold, a).bounds()
		return x0, x1
	}
	l0, l1 := place(Left)
	c0, c1 := place(Center)
	r0, r1 := place(Right)
	if !(l0 >= 100 && r1 <= 100 && math.Abs((c0+c1)/2-100) < .5) {
		t.Errorf("left %v %v, center %v %v, right %v %v", l0, l1, c0, c1, r0, r1)
	}
	for _, s := range []string{"°", "−", "·", "π", "J"} {
		a, b := New().Text(s, 0, 0, 20, Bold, Left), New().Text("\U0010ffff", 0, 0, 20, Bold, Left)
		if len(a.segments) == 0 || len(a.segments) == len(b.segments) {
			t.Errorf("the font lacks %q", s)
		}
	}
}
