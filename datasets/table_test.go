package datasets

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestPlane(t *testing.T) {
	p := Plane(0, 300, 4, 0)
	for i := range p.Len() {
		x := p.X[4*i : 4*i+4]
		if want := 10 + x[0] - 2*x[1] + 3*x[2] - 4*x[3]; math.Abs(p.Y[i]-want) > 1e-12 {
			t.Fatalf("row %d: %v, want %v", i, p.Y[i], want)
		}
	}
	noisy := Plane(0, 300, 4, .5)
	var squares float64
	for i := range p.Len() {
		squares += (noisy.Y[i] - p.Y[i]) * (noisy.Y[i] - p.Y[i])
	}
	if math.Abs(math.Sqrt(squares/300)-.5) > .06 {
		t.Errorf("noise of %v, want .5", math.Sqrt(squares/300))
	}
}

func TestStandard(t *testing.T) {
	table := &Table{Columns: []string{"a", "b"}, X: []float64{1, 7, 2, 7, 6, 7}, Y: make([]float64, 3)}
	x := table.Standard()
	root := math.Sqrt(14. / 3)
	for i, want := range []float64{-2 / root, 0, -1 / root, 0, 3 / root, 0} {
		if math.Abs(x[i]-want) > 1e-15 {
			t.Errorf("element %d is %v, want %v", i, x[i], want)
		}
	}
}

func TestReadNumbers(t *testing.T) {
	v, err := readNumbers(packed([]byte("1 2.5\n-3e2  4\n")), 2)
	if err != nil || len(v) != 4 || v[2] != -300 {
		t.Errorf("%v %v", v, err)
	}
	for text, want := range map[string]string{"1 2\n3\n": "line 2 has 1", "1 x\n": `"x" is no number`, "1 NaN\n": "is no number"} {
		if _, err := readNumbers(packed([]byte(text)), 2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestOpenTable(t *testing.T) {
	for _, name := range TableNames() {
		d, err := OpenTable(name)
		var missing *MissingError
		if errors.As(err, &missing) {
			t.Logf("%s is not here: %v", name, err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if d.Width() != 10 || len(d.X) != d.Len()*10 || name == "diabetes" && (d.Len() != 442 || d.X[0] != 59 || d.Y[441] != 57) {
			t.Errorf("%s: %d rows of %d", name, d.Len(), d.Width())
		}
	}
	if _, err := OpenTable("digits"); err == nil || !strings.Contains(err.Error(), "is no table") {
		t.Errorf("digits: %v", err)
	}
}
