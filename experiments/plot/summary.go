package plot

import (
	"math"

	"tesuji/experiments/stats"
)

// gridPoints is the number of points at which runs are compared: more than the picture's
// width would show nothing more.
const gridPoints = 400

// summarise smooths the runs and computes the statistic over them on a common grid, from
// where the last of them begins to where the first of them ends.
func (c *Curve) summarise(o Options) {
	low, high, longest := math.Inf(-1), math.Inf(1), 0
	for i := range c.Runs {
		s := &c.Runs[i]
		s.Y = smooth(s.Y, o.Smooth)
		low = max(low, s.X[0])
		high = min(high, s.X[len(s.X)-1])
		longest = max(longest, len(s.X))
	}
	if high < low {
		// Runs that never overlap (one had just begun): compare them where one of them is.
		low = high
	}
	points := min(gridPoints, longest)
	if high == low {
		points = 1
	}
	c.X = make([]float64, points)
	for i := range c.X {
		c.X[i] = low
		if points > 1 {
			c.X[i] += float64((high - low) * float64(i) / float64(points-1))
		}
	}
	values := make([][]float64, len(c.Runs)) // [N][points]
	for n, s := range c.Runs {
		values[n] = s.at(c.X)
	}
	f := stats.Mean
	if o.Statistic == "iqm" {
		f = stats.IQM
	}
	c.Value = make([]float64, points)
	column := make([]float64, len(c.Runs))
	for i := range c.Value {
		for n := range values {
			column[n] = values[n][i]
		}
		c.Value[i] = f(stats.Column(column))
	}
	c.Band = stats.Band(values, f, stats.Options{Seed: o.Seed})
}

// at interpolates linearly, and is constant before the first and after the last value. The
// points increase.
func (s *Series) at(points []float64) []float64 {
	y := make([]float64, len(points))
	j := 0
	for i, x := range points {
		for j+1 < len(s.X) && s.X[j+1] <= x {
			j++
		}
		y[i] = s.Y[j]
		if x > s.X[j] && j+1 < len(s.X) {
			part := (x - s.X[j]) / (s.X[j+1] - s.X[j])
			y[i] += float64(part * (s.Y[j+1] - s.Y[j]))
		}
	}
	return y
}

// smooth returns the moving mean over a window of so many values, centred, and narrower at
// the ends.
func smooth(y []float64, window int) []float64 {
	if window <= 1 {
		return y
	}
	before, after := (window-1)/2, window/2
	out := make([]float64, len(y))
	sums := make([]float64, len(y)+1)
	for i, v := range y {
		sums[i+1] = sums[i] + v
	}
	for i := range y {
		lo, hi := max(0, i-before), min(len(y), i+after+1)
		out[i] = (sums[hi] - sums[lo]) / float64(hi-lo)
	}
	return out
}
