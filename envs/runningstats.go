package envs

import (
	"fmt"
	"math"

	"tesuji/snapshot"
)

// RunningStats is the mean and population variance of each element of a growing set of rows,
// in float64 (Chan et al., "Updating formulae and a pairwise algorithm for computing sample
// variances", 1979). It begins with mean 0 and variance 1, counted as a ten-thousandth of a row.
type RunningStats struct {
	Mean, Var []float64
	Count     float64

	batchMean, batchVar []float64
}

// NewRunningStats returns the statistics of rows of n elements.
func NewRunningStats(n int) *RunningStats {
	s := &RunningStats{
		Mean: make([]float64, n), Var: make([]float64, n), Count: 1e-4,
		batchMean: make([]float64, n), batchVar: make([]float64, n),
	}
	for i := range s.Var {
		s.Var[i] = 1
	}
	return s
}

// Update counts the rows of x [N, len(Mean)].
func (s *RunningStats) Update(x []float64) { update(s, x) }

// Update32 counts the rows of x [N, len(Mean)].
func (s *RunningStats) Update32(x []float32) { update(s, x) }

func update[T float32 | float64](s *RunningStats, x []T) {
	n := len(s.Mean)
	if n == 0 || len(x)%n != 0 {
		panic(fmt.Sprintf("envs: RunningStats: %d numbers for rows of %d", len(x), n))
	}
	rows := len(x) / n
	if rows == 0 {
		return
	}
	mean, variance := s.batchMean, s.batchVar
	clear(mean)
	clear(variance)
	for i := 0; i < len(x); i += n {
		for j, v := range x[i : i+n] {
			mean[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] /= float64(rows)
	}
	for i := 0; i < len(x); i += n {
		for j, v := range x[i : i+n] {
			d := float64(v) - mean[j]
			variance[j] += float64(d * d)
		}
	}
	for j := range variance {
		variance[j] /= float64(rows)
	}
	s.merge(mean, variance, float64(rows))
}

// Merge counts all rows that o has counted.
func (s *RunningStats) Merge(o *RunningStats) {
	if len(s.Mean) != len(o.Mean) {
		panic(fmt.Sprintf("envs: RunningStats: merging rows of %d into rows of %d", len(o.Mean), len(s.Mean)))
	}
	s.merge(o.Mean, o.Var, o.Count)
}

func (s *RunningStats) merge(mean, variance []float64, count float64) {
	total := s.Count + count
	for j := range s.Mean {
		delta := mean[j] - s.Mean[j]
		m2 := float64(s.Var[j]*s.Count) + float64(variance[j]*count) + float64(delta*delta)*s.Count*count/total
		s.Mean[j] += float64(delta * count / total)
		s.Var[j] = m2 / total
	}
	s.Count = total
}

// CopyFrom makes s equal to o, which must have as many elements.
func (s *RunningStats) CopyFrom(o *RunningStats) {
	if len(s.Mean) != len(o.Mean) {
		panic(fmt.Sprintf("envs: RunningStats: copying rows of %d to rows of %d", len(o.Mean), len(s.Mean)))
	}
	copy(s.Mean, o.Mean)
	copy(s.Var, o.Var)
	s.Count = o.Count
}

// scale writes the standard deviations, with epsilon added to the variances, to dst.
func (s *RunningStats) scale(dst []float64, epsilon float64) {
	for j, v := range s.Var {
		dst[j] = math.Sqrt(v + epsilon)
	}
}

// State saves or restores the statistics.
func (s *RunningStats) State(a *snapshot.Archive) {
	a.Float64s("mean", s.Mean)
	a.Float64s("var", s.Var)
	a.Float64("count", &s.Count)
}
