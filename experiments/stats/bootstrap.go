package stats

import (
	"slices"

	"tesuji/internal/rng"
)

// Interval is a confidence interval.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Options of the bootstrap. The zero value is the usual choice.
type Options struct {
	// Replicates is the number of times the scores are drawn anew. 0 means 50,000 for single
	// figures and 2,000 for curves, profiles and probabilities of improvement.
	Replicates int
	// Level is the probability that the interval covers, between 0 and 1. 0 means 0.95.
	Level float64
	// Seed of the draws.
	Seed uint64
}

const (
	figureReplicates = 50_000
	curveReplicates  = 2_000
)

func (o Options) orDefault(replicates int) Options {
	if o.Replicates <= 0 {
		o.Replicates = replicates
	}
	if o.Level <= 0 || o.Level >= 1 {
		o.Level = 0.95
	}
	return o
}

// interval takes the middle Level of the replicates' values, which it sorts.
func (o Options) interval(values []float64) Interval {
	slices.Sort(values)
	tail := (1 - o.Level) / 2
	return Interval{quantile(values, tail), quantile(values, 1-tail)}
}

// Bootstrap returns a percentile interval of a statistic. It is stratified: a replicate draws,
// for each task by itself, N runs with replacement, since a task's spread says nothing about
// another's.
func Bootstrap(x [][]float64, f Statistic, o Options) Interval {
	o = o.orDefault(figureReplicates)
	d := newDraws(x, rng.New(o.Seed, "bootstrap"))
	values := make([]float64, o.Replicates)
	for i := range values {
		values[i] = f(d.draw())
	}
	return o.interval(values)
}

// BootstrapImprovement returns an interval of Improvement(x, y), runs of both drawn anew.
func BootstrapImprovement(x, y [][]float64, o Options) Interval {
	o = o.orDefault(curveReplicates)
	r := rng.New(o.Seed, "bootstrap")
	dx, dy := newDraws(x, r), newDraws(y, r)
	values := make([]float64, o.Replicates)
	for i := range values {
		values[i] = Improvement(dx.draw(), dy.draw())
	}
	return o.interval(values)
}

// BootstrapProfile returns an interval of Profile at each threshold.
func BootstrapProfile(x [][]float64, thresholds []float64, o Options) []Interval {
	o = o.orDefault(curveReplicates)
	d := newDraws(x, rng.New(o.Seed, "bootstrap"))
	return o.curve(len(thresholds), func() []float64 { return Profile(d.draw(), thresholds) })
}

// Band returns an interval of a statistic at each of the T points of N learning curves
// [N][T]. A replicate draws whole runs, the same at every point, so that the band's edges are
// as smooth as the curves.
func Band(curves [][]float64, f Statistic, o Options) []Interval {
	n, points := check(curves)
	o = o.orDefault(curveReplicates)
	r := rng.New(o.Seed, "bootstrap")
	column := make([][]float64, n)
	drawn := make([]int, n)
	values := make([]float64, points)
	return o.curve(points, func() []float64 {
		for i := range drawn {
			drawn[i] = r.Intn(n)
		}
		for t := range values {
			for i, run := range drawn {
				column[i] = curves[run][t : t+1 : t+1]
			}
			values[t] = f(column)
		}
		return values
	})
}

// curve gathers replicates of a curve of so many points and returns an interval for each.
func (o Options) curve(points int, replicate func() []float64) []Interval {
	values := make([][]float64, points) // [T][replicates]
	for t := range values {
		values[t] = make([]float64, o.Replicates)
	}
	for i := range o.Replicates {
		for t, v := range replicate() {
			values[t][i] = v
		}
	}
	band := make([]Interval, points)
	for t := range band {
		band[t] = o.interval(values[t])
	}
	return band
}

// draws makes replicates of scores, in the same storage every time.
type draws struct {
	x, y [][]float64
	r    *rng.Stream
}

func newDraws(x [][]float64, r *rng.Stream) *draws {
	n, m := check(x)
	y := make([][]float64, n)
	for i := range y {
		y[i] = make([]float64, m)
	}
	return &draws{x, y, r}
}

func (d *draws) draw() [][]float64 {
	for m := range d.x[0] {
		for n := range d.y {
			d.y[n][m] = d.x[d.r.Intn(len(d.x))][m]
		}
	}
	return d.y
}
