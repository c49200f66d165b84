package elementary

import (
	"math"
	"testing"
)

func TestLogExp(t *testing.T) {
	for _, x := range []float64{1e-300, 1e-17, .001, .3, .5, .7, .70710678, .9999999, 1, 1.0000001, 1.4142136, 1.5, 2, 10, 1e17} {
		if got, want := Log(x), math.Log(x); math.Abs(got-want) > 3e-16*math.Abs(want) {
			t.Errorf("Log(%v) = %v, want %v", x, got, want)
		}
	}
	for x := -20.0; x <= 20; x += .0371 {
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 5e-16*want {
			t.Errorf("Exp(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestSincos(t *testing.T) {
	for x := -1e5; x < 1e5; x += 7.37 {
		s, c := Sincos(x)
		if math.Abs(s-math.Sin(x)) > 1e-12 || math.Abs(c-math.Cos(x)) > 1e-12 {
			t.Fatalf("Sincos(%v) = %v, %v: want %v, %v", x, s, c, math.Sin(x), math.Cos(x))
		}
	}
}
