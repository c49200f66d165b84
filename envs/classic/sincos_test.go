package classic

import (
	"math"
	"testing"
)

func TestSincos(t *testing.T) {
	worst := 0.
	check := func(x float64) {
		sin, cos := sincos(x)
		wantSin, wantCos := math.Sincos(x)
		worst = max(worst, math.Abs(sin-wantSin), math.Abs(cos-wantCos))
		if math.Abs(x) <= math.Pi/4 {
			if d := math.Abs(sin - wantSin); d > 2*ulp(wantSin) {
				t.Errorf("sin(%v) = %v, want %v", x, sin, wantSin)
			}
		}
	}
	for x := -20.; x < 20; x += 1. / 1024 {
		check(x)
	}
	for k := -1000; k < 1000; k++ {
		for _, d := range []float64{-1e-9, 0, 1e-9} {
			check(float64(k)*math.Pi/4 + d)
			check(float64(k)*500 + d)
		}
	}
	for _, x := range []float64{.21, -.21, math.Nextafter(.21, 1), math.Pi / 4, -math.Pi / 4, 5e-324, 1e-300} {
		check(x)
	}
	if worst > 3e-16 {
		t.Errorf("worst error %v", worst)
	}
	for _, x := range []float64{largest, 1e300} {
		check(x)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if sin, cos := sincos(x); !math.IsNaN(sin) || !math.IsNaN(cos) {
			t.Errorf("sincos(%v) = %v, %v", x, sin, cos)
		}
	}
	if sin, cos := sincos(0); sin != 0 || cos != 1 {
		t.Errorf("sincos(0) = %v, %v", sin, cos)
	}
}

func ulp(x float64) float64 {
	x = math.Abs(x)
	return math.Nextafter(x, math.Inf(1)) - x
}
