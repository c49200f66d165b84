package datasets

import (
	"math"
	"testing"

	"tesuji/internal/rng"
)

// blob is a picture with one pixel lit.
func blob(x, y int) []uint8 {
	p := make([]uint8, 28*28)
	p[y*28+x] = 255
	return p
}

// centre is the centre of gravity of a picture's ink, and the ink.
func centre(v []float32) (x, y, sum float64) {
	for i, p := range v {
		x += float64(p) * float64(i%28)
		y += float64(p) * float64(i/28)
		sum += float64(p)
	}
	return x / sum, y / sum, sum
}

// TestWarpMovesWhereItSays: a lit pixel ends where the forward distortion, computed apart, takes
// it, and the ink grows as the area.
func TestWarpMovesWhereItSays(t *testing.T) {
	for _, c := range []struct{ angle, size, shear, dx, dy float64 }{
		{0, 1, 0, 0, 0},
		{0, 1, 0, 1.5, -2},
		{.17, 1, 0, 0, 0},
		{0, 1.12, 0, 0, 0},
		{0, .88, 0, 0, 0},
		{0, 1, .15, 0, 0},
		{-.17, 1.1, -.12, 1.7, .4},
	} {
		w := invert(c.angle, c.size, c.shear, c.dx, c.dy)
		dst := make([]float32, 28*28)
		for _, at := range [][2]int{{9, 8}, {13, 14}, {19, 12}} {
			w.Apply(dst, blob(at[0], at[1]), 28, 28, 1)
			x, y := float64(at[0])-13.5, float64(at[1])-13.5
			x += c.shear * y
			wantX := 13.5 + c.dx + c.size*(math.Cos(c.angle)*x-math.Sin(c.angle)*y)
			wantY := 13.5 + c.dy + c.size*(math.Sin(c.angle)*x+math.Cos(c.angle)*y)
			gotX, gotY, ink := centre(dst)
			if math.Abs(gotX-wantX) > .16 || math.Abs(gotY-wantY) > .16 || math.Abs(ink/(c.size*c.size)-1) > .2 {
				t.Errorf("%+v: pixel %v went to %.3f, %.3f with ink %.3f: want %.3f, %.3f", c, at, gotX, gotY, ink, wantX, wantY)
			}
		}
	}
}

func TestWarpOfNothingIsTheSame(t *testing.T) {
	s := Digits(1, "test", 10)
	dst, want := make([]float32, 784), make([]float32, 784)
	for i := range s.Len() {
		invert(0, 1, 0, 0, 0).Apply(dst, s.Image(i), 28, 28, 1)
		s.Floats(want, i, i+1)
		for k := range dst {
			if dst[k] != want[k] {
				t.Fatalf("picture %d, pixel %d: %v, was %v", i, k, dst[k], want[k])
			}
		}
	}
	// Three channels are three pictures.
	rgb := make([]uint8, 3*784)
	for k, v := range s.Image(3) {
		rgb[3*k], rgb[3*k+1], rgb[3*k+2] = v, 255-v, v/2
	}
	w := invert(.1, 1.1, .1, 1, -1)
	got := make([]float32, 3*784)
	w.Apply(got, rgb, 28, 28, 3)
	w.Apply(want, s.Image(3), 28, 28, 1)
	for k := range want {
		if got[3*k] != want[k] {
			t.Fatalf("the first of three channels differs at pixel %d", k)
		}
	}
}

// TestDrawStaysWithinItsRanges looks at where distortions take the ends of a cross.
func TestDrawStaysWithinItsRanges(t *testing.T) {
	r := rng.New(1, "test")
	var least, most, sum float64
	least = 9
	for range 2000 {
		w := MNISTAffine.Draw(r)
		// The determinant of the way back is 1/size².
		det := float64(w.xx*w.yy-w.xy*w.yx) / (1 << (2 * fraction))
		size := 1 / math.Sqrt(det)
		least, most, sum = min(least, size), max(most, size), sum+size
		if back := math.Abs(float64(w.x0)/(1<<fraction)) + math.Abs(float64(w.y0)/(1<<fraction)); back > 2*2*1.5 {
			t.Fatalf("shifted by %v", back)
		}
	}
	if least < .879 || least > .885 || most > 1.121 || most < 1.115 || math.Abs(sum/2000-1) > .006 {
		t.Errorf("sizes of %v to %v, mean %v", least, most, sum/2000)
	}
}
