package toytext

import (
	"math"
	"testing"
)

// optimum returns the best mean return of an episode, without a discount, that a policy can
// reach in steps moves (0: any number): dynamic programming over the table.
func optimum(tb *Table, steps int) float64 {
	value, next := make([]float64, tb.States()), make([]float64, tb.States())
	for k := 1; ; k++ {
		change := 0.
		for s := range next {
			best := math.Inf(-1)
			for a := range tb.Actions() {
				q := 0.
				for _, o := range tb.Outcomes(s, a) {
					r := o.Reward
					if !o.Terminated {
						r += value[o.Next]
					}
					q += o.Probability * r
				}
				best = max(best, q)
			}
			next[s] = best
			change = max(change, math.Abs(best-value[s]))
		}
		value, next = next, value
		if k == steps || steps == 0 && change < 1e-12 {
			break
		}
	}
	mean := 0.
	for _, s := range tb.Starts() {
		mean += value[s] / float64(len(tb.Starts()))
	}
	return mean
}

func TestOptimalReturns(t *testing.T) {
	lake := must[*FrozenLake](t)(NewFrozenLake(DefaultFrozenLakeOptions()))
	lake8 := must[*FrozenLake](t)(NewFrozenLake8x8(DefaultFrozenLake8x8Options()))
	dry := DefaultFrozenLakeOptions()
	dry.Slippery = false
	for _, tt := range []struct {
		name      string
		table     *Table
		steps     int
		want, tol float64
	}{
		{"FrozenLake-v1", lake.Table(), 100, .74, .005},
		// Without a time limit the answer is a fraction: 14/17.
		{"FrozenLake-v1 unlimited", lake.Table(), 0, 14. / 17, 1e-9},
		{"FrozenLake8x8-v1", lake8.Table(), 200, .91, .005},
		{"FrozenLake-v1 dry, too short", must[*FrozenLake](t)(NewFrozenLake(dry)).Table(), 5, 0, 0},
		{"FrozenLake-v1 dry", must[*FrozenLake](t)(NewFrozenLake(dry)).Table(), 6, 1, 0},
		{"CliffWalking-v1", NewCliffWalking(CliffWalkingOptions{}).Table(), 0, -13, 0},
		// By hand: 21 less the mean of 4.57 moves to the passenger, 6.5 to the destination and
		// the two services, over the 300 starts. (8.46, often quoted, is not this task's.)
		{"Taxi-v4", NewTaxi(TaxiOptions{}).Table(), 200, 7.93, 1e-9},
	} {
		if got := optimum(tt.table, tt.steps); math.Abs(got-tt.want) > tt.tol {
			t.Errorf("%s: optimum %.6f, want %v ± %v", tt.name, got, tt.want, tt.tol)
		}
	}
}

func TestTablesAreDistributions(t *testing.T) {
	for name, newEnv := range members(t) {
		e, ok := newEnv().(interface{ Table() *Table })
		if !ok {
			continue
		}
		if err := checkTable(e.Table()); err != "" {
			t.Errorf("%s: %s", name, err)
		}
	}
}

func checkTable(tb *Table) string {
	if len(tb.Starts()) == 0 {
		return "no start"
	}
	for s := range tb.States() {
		for a := range tb.Actions() {
			sum := 0.
			for _, o := range tb.Outcomes(s, a) {
				if o.Next < 0 || o.Next >= tb.States() || o.Probability < 0 {
					return "an outcome out of range"
				}
				sum += o.Probability
			}
			if math.Abs(sum-1) > 1e-12 {
				return "probabilities do not add up to 1"
			}
		}
	}
	return ""
}
