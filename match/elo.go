package match

import (
	"fmt"
	"math"

	"tesuji/internal/elementary"
)

// eloScale is ln 10 / 400: a difference of 400 Elo makes odds of 10 to 1.
const eloScale = math.Ln10 / 400

// Expected returns the score, from 0 to 1, that a player expects who is stronger by so many Elo.
func Expected(elo float64) float64 { return 1 / (1 + elementary.Exp(float64(-eloScale*elo))) }

// Elo returns the difference in strength at which a score is expected: -Inf at 0, +Inf at 1.
func Elo(score float64) float64 {
	switch {
	case score <= 0:
		return math.Inf(-1)
	case score >= 1:
		return math.Inf(1)
	}
	return elementary.Log(score/(1-score)) / eloScale
}

// pairScores are the mean scores of two games with colours swapped, in order of Pairs.
var pairScores = [5]float64{0, 0.25, 0.5, 0.75, 1}

// Pairs counts pairs of games by what the first player scored in both: 0, 1/2, 1, 3/2 or 2 (the
// pentanomial counts). Games of one opening are not independent, pairs are.
type Pairs [5]int

// add counts a pair.
func (p *Pairs) add(first, second float64) { p[int(2*(first+second))]++ }

func (p Pairs) total() int { return p[0] + p[1] + p[2] + p[3] + p[4] }

// Score returns the mean score of a game and its variance between pairs (with n-1), 0 for fewer than
// two.
func (p Pairs) Score() (mean, variance float64) {
	n := float64(p.total())
	if n == 0 {
		return 0.5, 0
	}
	for i, c := range p {
		mean += float64(float64(c) * pairScores[i])
	}
	mean /= n
	for i, c := range p {
		d := pairScores[i] - mean
		variance += float64(float64(c) * float64(d*d))
	}
	if n < 2 {
		return mean, 0
	}
	return mean, variance / (n - 1)
}

// Interval returns where the true score is, at 95% (E. Wilson, 1927, with as many games as would
// vary as much as the pairs do). Where all pairs came to the same, each counts as one game.
func (p Pairs) Interval() (low, high float64) {
	n := float64(p.total())
	if n == 0 {
		return 0, 1
	}
	s, v := p.Score()
	games := n
	if v > 0 {
		games = float64(n*float64(s*(1-s))) / v
	}
	const z = 1.959963984540054
	zz := z * z / games
	centre := (s + zz/2) / (1 + zz)
	half := z / (1 + zz) * math.Sqrt(float64(s*(1-s))/games+float64(zz/(4*games)))
	return max(0, centre-half), min(1, centre+half)
}

// SPRT is a sequential test (A. Wald, 1945) of two hypotheses: the first player is stronger by Elo0,
// or by Elo1 > Elo0. It accepts the wrong one with probability Alpha (Elo1, when Elo0 is true) or Beta
// (Elo0, when Elo1 is true), and needs fewer games than a test of a fixed number does.
type SPRT struct {
	Elo0, Elo1, Alpha, Beta float64
}

// Validate returns an error that names what is out of range.
func (s SPRT) Validate() error {
	switch {
	case !(s.Elo0 < s.Elo1) || math.Abs(s.Elo0) > 2000 || math.Abs(s.Elo1) > 2000:
		return fmt.Errorf("bounds %v and %v Elo: want the first below the second, within ±2000", s.Elo0, s.Elo1)
	case !(s.Alpha > 0 && s.Alpha < 0.5 && s.Beta > 0 && s.Beta < 0.5):
		return fmt.Errorf("alpha %v and beta %v: want them between 0 and 0.5", s.Alpha, s.Beta)
	}
	return nil
}

// Bounds returns the logarithms of the likelihood ratio at which Elo0 and Elo1 are accepted.
func (s SPRT) Bounds() (lower, upper float64) {
	return elementary.Log(s.Beta / (1 - s.Alpha)), elementary.Log((1 - s.Beta) / s.Alpha)
}

// LLR returns the logarithm of the likelihood ratio of Elo1 and Elo0, each taken with the
// distribution of pairs that explains the results best (M. Van den Bergh, "The generalized
// sequential probability ratio test for Elo", 2020).
func (s SPRT) LLR(p Pairs) float64 {
	if p.total() == 0 {
		return 0
	}
	var counts [5]float64
	for i, c := range p {
		// What never happened is not impossible.
		counts[i] = max(float64(c), 1e-3)
	}
	return likelihoodRatio(counts[:], pairScores[:], Expected(s.Elo0), Expected(s.Elo1))
}

// likelihoodRatio is that of two means of a distribution over values, given counts that are positive.
// The most likely probabilities with mean m are c_i / (N (1 + t (x_i - m))) with t such that the mean
// is right.
func likelihoodRatio(counts, values []float64, mean0, mean1 float64) float64 {
	t0, t1 := tilt(counts, values, mean0), tilt(counts, values, mean1)
	sum := 0.0
	for i, c := range counts {
		a := 1 + float64(t0*(values[i]-mean0))
		b := 1 + float64(t1*(values[i]-mean1))
		sum += float64(c * (elementary.Log(a) - elementary.Log(b)))
	}
	return sum
}

// tilt finds t, by bisection: the mean falls with t.
func tilt(counts, values []float64, mean float64) float64 {
	lowest, highest := values[0], values[len(values)-1]
	low, high := -1/(highest-mean), 1/(mean-lowest)
	for range 100 {
		t := (low + high) / 2
		sum := 0.0
		for i, c := range counts {
			d := values[i] - mean
			sum += float64(c*d) / (1 + float64(t*d))
		}
		if sum > 0 {
			low = t
		} else {
			high = t
		}
	}
	return (low + high) / 2
}
