// Package stats says how well algorithms do, and how sure that is, from few runs.
//
// Scores are arranged x[n][m]: run n (a seed) of N on task m of M. With several tasks they
// should be normalised first, (raw-random)/(reference-random), so that 0 is a random player
// and 1 the reference. The statistics are those of Agarwal et al., "Deep Reinforcement
// Learning at the Edge of the Statistical Precipice" (NeurIPS 2021), which explains why the
// interquartile mean with a bootstrap interval is the figure to compare:
//
//   - the mean is ruled by a few outstanding tasks, the median ignores half of them;
//   - the interquartile mean (IQM) is the mean of the middle half of all N·M scores: as robust
//     as the median, and steadier from few runs;
//   - the optimality gap is how far scores fall short of a target, on average;
//   - an interval says what other seeds would have given. With fewer than 5 runs it is too
//     narrow: show the single scores too.
//
// Everything random is drawn from a seeded stream: the same scores give the same bytes.
package stats

import (
	"fmt"
	"math"
	"slices"
)

// Statistic reduces scores [N][M] to one number.
type Statistic func(x [][]float64) float64

// Column arranges N scores of one task as [N][1].
func Column(scores []float64) [][]float64 {
	x := make([][]float64, len(scores))
	for n := range scores {
		x[n] = scores[n : n+1 : n+1]
	}
	return x
}

// check panics unless x is N ≥ 1 rows of the same M ≥ 1 scores.
func check(x [][]float64) (n, m int) {
	if len(x) == 0 || len(x[0]) == 0 {
		panic("stats: no scores")
	}
	for i, row := range x {
		if len(row) != len(x[0]) {
			panic(fmt.Sprintf("stats: run %d has %d scores, run 0 has %d", i, len(row), len(x[0])))
		}
	}
	return len(x), len(x[0])
}

// taskMeans returns the mean over runs of each task.
func taskMeans(x [][]float64) []float64 {
	n, m := check(x)
	means := make([]float64, m)
	for _, row := range x {
		for j, v := range row {
			means[j] += v
		}
	}
	for j := range means {
		means[j] /= float64(n)
	}
	return means
}

// Mean is the mean over tasks of the tasks' means.
func Mean(x [][]float64) float64 { return mean(taskMeans(x)) }

// Median is the median over tasks of the tasks' means.
func Median(x [][]float64) float64 {
	means := taskMeans(x)
	slices.Sort(means)
	return quantile(means, 0.5)
}

// IQM is the interquartile mean: the mean of all N·M scores together without the lowest and
// the highest quarter, each rounded down to whole scores. Fewer than 4 scores lose none.
func IQM(x [][]float64) float64 {
	n, m := check(x)
	all := make([]float64, 0, n*m)
	for _, row := range x {
		all = append(all, row...)
	}
	slices.Sort(all)
	cut := len(all) / 4
	return mean(all[cut : len(all)-cut])
}

// OptimalityGap returns the statistic target - mean(min(x, target)): how far the scores fall
// short of the target, where more than the target counts for nothing. Usually target is 1.
func OptimalityGap(target float64) Statistic {
	return func(x [][]float64) float64 {
		n, m := check(x)
		sum := 0.0
		for _, row := range x {
			for _, v := range row {
				sum += math.Min(v, target)
			}
		}
		return target - sum/float64(n*m)
	}
}

// Profile returns, for each threshold t, the fraction of all N·M scores above t (strictly):
// the performance profile, whose whole curve says more than any one number.
func Profile(x [][]float64, thresholds []float64) []float64 {
	n, m := check(x)
	fractions := make([]float64, len(thresholds))
	for i, t := range thresholds {
		above := 0
		for _, row := range x {
			for _, v := range row {
				if v > t {
					above++
				}
			}
		}
		fractions[i] = float64(above) / float64(n*m)
	}
	return fractions
}

// Improvement is the probability that a run of x [N][M] beats a run of y [K][M] on the same
// task, averaged over tasks; a tie counts half. It is the Mann-Whitney statistic U/(N·K).
func Improvement(x, y [][]float64) float64 {
	n, m := check(x)
	k, m2 := check(y)
	if m != m2 {
		panic(fmt.Sprintf("stats: %d tasks against %d", m, m2))
	}
	total := 0.0
	for j := range m {
		wins := 0.0
		for _, a := range x {
			for _, b := range y {
				switch {
				case a[j] > b[j]:
					wins++
				case a[j] == b[j]:
					wins += 0.5
				}
			}
		}
		total += wins / float64(n*k)
	}
	return total / float64(m)
}

// StdDev is the population standard deviation of scores, the form that evaluations report.
func StdDev(scores []float64) float64 {
	if len(scores) == 0 {
		return math.NaN()
	}
	m, sum := mean(scores), 0.0
	for _, v := range scores {
		d := v - m
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(scores)))
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// quantile interpolates linearly between the order statistics of sorted scores, 0 ≤ p ≤ 1.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := float64((at - float64(i)) * (sorted[i+1] - sorted[i]))
	return sorted[i] + part
}
