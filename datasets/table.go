package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"tesuji/internal/rng"
)

// Table is rows of measurements and a number that belongs to each.
type Table struct {
	Name    string
	Columns []string
	X       []float64 // [N, D]
	Y       []float64 // [N]
}

// Len is the number of rows, N.
func (t *Table) Len() int { return len(t.Y) }

// Width is the number of columns, D.
func (t *Table) Width() int { return len(t.Columns) }

// Standard returns the columns shifted and scaled to mean 0 and variance 1 (that of the rows, not
// an estimate of a larger population's). A column that is the same in all rows becomes 0.
func (t *Table) Standard() []float64 {
	n, d := t.Len(), t.Width()
	x := make([]float64, n*d)
	for j := range d {
		var mean, squares float64
		for i := range n {
			mean += t.X[i*d+j]
		}
		mean /= float64(n)
		for i := range n {
			c := t.X[i*d+j] - mean
			x[i*d+j] = c
			squares += float64(c * c)
		}
		if squares == 0 {
			continue
		}
		deviation := math.Sqrt(squares / float64(n))
		for i := range n {
			x[i*d+j] /= deviation
		}
	}
	return x
}

// OpenTable returns a table of TableNames.
func OpenTable(name string) (*Table, error) {
	e, err := Find(name)
	if err != nil {
		return nil, err
	}
	switch e.Name {
	case "plane":
		return Plane(0, 500, 10, .1), nil
	case "diabetes":
		s, err := UserStore()
		if err != nil {
			return nil, err
		}
		return s.diabetes(e)
	}
	return nil, fmt.Errorf("data set %s is no table (those are: %v)", e.Name, TableNames())
}

// TableNames returns the names that OpenTable knows.
func TableNames() []string { return []string{"plane", "diabetes"} }

// Plane is n rows of d standard normal numbers, and for each a linear function of them whose
// coefficients are 1, -2, 3, -4, ... and whose constant is 10, with normal noise of the given
// standard deviation.
func Plane(seed uint64, n, d int, noise float64) *Table {
	r := rng.New(seed, "datasets/plane")
	t := &Table{Name: "plane", X: make([]float64, 0, n*d), Y: make([]float64, 0, n)}
	for j := range d {
		t.Columns = append(t.Columns, "x"+strconv.Itoa(j+1))
	}
	for i := range n {
		r.Seek(uint64(i))
		y, w := 10., 1.
		for range d {
			x := r.Normal()
			t.X = append(t.X, x)
			y += float64(w * x)
			if w = -w; w > 0 {
				w++
			} else {
				w--
			}
		}
		t.Y = append(t.Y, y+float64(noise*r.Normal()))
	}
	return t
}

// diabetes reads the table of B. Efron et al., "Least angle regression", 2004.
func (s Store) diabetes(e *Entry) (*Table, error) {
	t := &Table{Name: e.Name, Columns: []string{"age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"}}
	for i, to := range []struct {
		columns int
		values  *[]float64
	}{{len(t.Columns), &t.X}, {1, &t.Y}} {
		f := &e.Files[i]
		packed, err := s.read(e, f)
		if err != nil {
			return nil, err
		}
		if *to.values, err = readNumbers(packed, to.columns); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", e.Name, f.Name, err)
		}
	}
	if len(t.X) != len(t.Y)*len(t.Columns) {
		return nil, fmt.Errorf("%s: %d numbers belong to %d rows of %d", e.Name, len(t.X), len(t.Y), len(t.Columns))
	}
	return t, nil
}

// readNumbers reads lines of so many numbers with blanks between, compressed with gzip.
func readNumbers(packed []byte, columns int) ([]float64, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var values []float64
	in := bufio.NewScanner(io.LimitReader(z, maxIDX))
	for line := 1; in.Scan(); line++ {
		words := strings.Fields(in.Text())
		if len(words) != columns {
			return nil, fmt.Errorf("line %d has %d numbers: want %d", line, len(words), columns)
		}
		for _, w := range words {
			v, err := strconv.ParseFloat(w, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("line %d: %q is no number", line, w)
			}
			values = append(values, v)
		}
	}
	return values, in.Err()
}
