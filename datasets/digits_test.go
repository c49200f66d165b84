package datasets

import (
	"math"
	"slices"
	"testing"
)

func TestDigitsDependOnTheIndexAlone(t *testing.T) {
	many, few := Digits(3, "train", 200), Digits(3, "train", 37)
	for i := range few.Len() {
		if !slices.Equal(few.Image(i), many.Image(i)) || few.Labels[i] != many.Labels[i] {
			t.Fatalf("picture %d depends on how many there are", i)
		}
	}
	for _, other := range []*Images{Digits(3, "test", 37), Digits(4, "train", 37)} {
		for i := range other.Len() {
			if slices.Equal(other.Image(i), few.Image(i)) {
				t.Fatalf("%s: picture %d is the same", other.Name, i)
			}
		}
	}
}

// TestDigitsGolden holds the very pixels: published accuracies are of them.
func TestDigitsGolden(t *testing.T) {
	const want = "948e377cd61491048dc83d52c2ac8df008e777d68748ac0c6df0b0488cb73352"
	if got := Digits(0, "train", 100).SHA256(); got != want {
		t.Errorf("SHA-256 %s, want %s", got, want)
	}
}

// TestDigitsLookAlike: the classes are as frequent as each other, there is ink inside and little
// at the edge, and the mean pictures of two sets of a digit are nearer than those of two digits.
func TestDigitsLookAlike(t *testing.T) {
	const n = 1000
	means := func(stream string) (m [10][784]float64) {
		s := Digits(0, stream, n)
		for c, k := range s.Counts() {
			if k != n/10 {
				t.Errorf("%d pictures of %d", k, c)
			}
		}
		for i := range n {
			for k, v := range s.Image(i) {
				m[s.Labels[i]][k] += float64(v) / 255 / (n / 10)
			}
		}
		return m
	}
	a, b := means("train"), means("test")
	distance := func(x, y *[784]float64) (d float64) {
		for k := range x {
			d += (x[k] - y[k]) * (x[k] - y[k])
		}
		return math.Sqrt(d)
	}
	for c := range a {
		var ink, edge float64
		for k, v := range a[c] {
			ink += v / 784
			if k%28 == 0 || k%28 == 27 || k < 28 || k >= 27*28 {
				edge += v / 108
			}
		}
		if ink < .04 || ink > .25 || edge > .03 {
			t.Errorf("digit %d: mean ink %.3f, at the edge %.3f", c, ink, edge)
		}
		for o := range a {
			if o != c && distance(&a[c], &b[c]) > .5*distance(&a[c], &b[o]) {
				t.Errorf("digit %d is as near to %d as to itself", c, o)
			}
		}
	}
}
