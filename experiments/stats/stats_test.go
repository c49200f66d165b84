package stats

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// The values are those of rliable's tests, and for the IQM of SciPy's trim_mean.
func TestStatistics(t *testing.T) {
	x := [][]float64{{1, 2}, {2, 2}, {1, 1}, {2, 1}}
	y := [][]float64{{1, 1}, {2, 2}, {3, 3}}
	for _, s := range []struct {
		name string
		f    Statistic
	}{{"mean", Mean}, {"median", Median}, {"IQM", IQM}} {
		near(t, s.name+"(x)", s.f(x), 1.5)
		near(t, s.name+"(y)", s.f(y), 2)
	}
	near(t, "P(x>y)", Improvement(x, y), 1.0/3)
	near(t, "P(y>x)", Improvement(y, x), 2.0/3)
	near(t, "P", Improvement(Column([]float64{1, 2, 2}), Column([]float64{1, 1, 2})), 2.0/3)
	near(t, "P of a tie", Improvement(x, x), 0.5)

	near(t, "IQM", IQM(Column([]float64{0, 1, 2, 3, 100})), 2)
	near(t, "IQM", IQM(Column([]float64{100, 0, 1, 2, 3, 4, 5, 6, 7, 8})), 4.5)
	near(t, "IQM", IQM(Column([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})), 6.5)
	near(t, "IQM of 3", IQM(Column([]float64{1, 2, 9})), 4)

	near(t, "gap", OptimalityGap(1)([][]float64{{0.5, 2}, {0, 1}}), 0.375)
	near(t, "median of tasks", Median([][]float64{{1, 10, 4}, {3, 20, 6}}), 5)
	near(t, "std", StdDev([]float64{2, 4, 4, 4, 5, 5, 7, 9}), 2)
}

func TestProfile(t *testing.T) {
	got := Profile([][]float64{{1, 2}, {2, 3}}, []float64{0, 1, 2, 3})
	for i, want := range []float64{1, 0.75, 0.25, 0} {
		near(t, "profile", got[i], want)
	}
}

func TestBootstrap(t *testing.T) {
	scores := make([]float64, 20)
	for i := range scores {
		scores[i] = float64(i)
	}
	x := Column(scores)
	a := Bootstrap(x, Mean, Options{Seed: 1})
	if b := Bootstrap(x, Mean, Options{Seed: 1}); a != b {
		t.Errorf("not repeatable: %v, %v", a, b)
	}
	if b := Bootstrap(x, Mean, Options{Seed: 2}); a == b {
		t.Error("the seed has no effect")
	}
	// The mean's standard error is sqrt(33.25/20) = 1.289: the interval is 9.5 ± 1.96 of it.
	if math.Abs(a.Low-(9.5-2.53)) > 0.1 || math.Abs(a.High-(9.5+2.53)) > 0.1 {
		t.Errorf("interval %v, want about [6.97, 12.03]", a)
	}
	if b := Bootstrap(Column([]float64{3, 3, 3}), IQM, Options{Replicates: 100}); b != (Interval{3, 3}) {
		t.Errorf("interval of equal scores: %v", b)
	}
	p := BootstrapImprovement(x, Column([]float64{-1, -2}), Options{})
	if p != (Interval{1, 1}) {
		t.Errorf("certain improvement: %v", p)
	}
}

// A replicate draws each task's runs by itself, and only that task's scores.
func TestStrata(t *testing.T) {
	x := [][]float64{{1, 100}, {2, 200}, {3, 300}}
	mixed := false
	Bootstrap(x, func(y [][]float64) float64 {
		for _, row := range y {
			if row[0] > 3 || row[1] < 100 {
				t.Fatalf("scores of different tasks are mixed: %v", y)
			}
			mixed = mixed || row[1] != 100*row[0]
		}
		return 0
	}, Options{Replicates: 50})
	if !mixed {
		t.Error("all tasks share one draw of runs")
	}
}

func TestBand(t *testing.T) {
	curves := [][]float64{{0, 1, 2}, {0, 3, 4}, {0, 5, 9}}
	band := Band(curves, Mean, Options{Seed: 3})
	if band[0] != (Interval{0, 0}) {
		t.Errorf("band where all agree: %v", band[0])
	}
	for i, b := range band[1:] {
		m := Mean(Column([]float64{curves[0][i+1], curves[1][i+1], curves[2][i+1]}))
		if b.Low > m || b.High < m || b.Low == b.High {
			t.Errorf("band %v around %v", b, m)
		}
	}
	prof := BootstrapProfile(curves, []float64{-1, 2, 100}, Options{})
	if prof[0] != (Interval{1, 1}) || prof[2] != (Interval{0, 0}) || prof[1].Low >= prof[1].High {
		t.Errorf("profile band %v", prof)
	}
}

func TestCheck(t *testing.T) {
	for name, x := range map[string][][]float64{"none": nil, "empty": {{}}, "ragged": {{1}, {1, 2}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s scores were accepted", name)
				}
			}()
			Mean(x)
		}()
	}
}
