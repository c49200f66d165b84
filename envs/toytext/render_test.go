package toytext

import (
	"math"
	"strconv"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/goldentest"
)

// TestPictures holds the pictures in testdata, which people have looked at.
func TestPictures(t *testing.T) {
	lake := func(o FrozenLakeOptions) envs.Env { return must[*FrozenLake](t)(NewFrozenLake(o)) }
	big := DefaultFrozenLakeOptions()
	big.Random = &RandomMap{Size: 12, Frozen: .8, Seed: 5}
	firm := DefaultFrozenLakeOptions()
	firm.Slippery = false
	play := func(actions string) func([]float32, int) float32 {
		return func(_ []float32, k int) float32 { return float32(actions[k] - '0') }
	}
	ride := func(seed uint64, steps int) string { // of a taxi that knows the best way
		tb := NewTaxi(TaxiOptions{}).Table()
		best := bestActions(tb)
		e := NewTaxi(TaxiOptions{})
		actions := ""
		goldentest.Play(t, e, seed, steps, func(o []float32, _ int) float32 {
			a := best[int(o[0])]
			actions += strconv.Itoa(a)
			return float32(a)
		})
		return actions
	}
	for _, tt := range []struct {
		name    string
		env     envs.Env
		seed    uint64
		actions string
	}{
		{"frozenlake", lake(DefaultFrozenLakeOptions()), 0, "1221"},
		{"frozenlake-hole", lake(firm), 0, "1123"},
		{"frozenlake-goal", lake(firm), 0, "112122"},
		{"frozenlake-random", lake(big), 2, "2112"},
		{"cliffwalking", NewCliffWalking(CliffWalkingOptions{}), 0, "01111"},
		{"cliffwalking-fall", NewCliffWalking(CliffWalkingOptions{}), 0, "01111112"},
		{"taxi", NewTaxi(TaxiOptions{}), 0, "11"},
		{"taxi-aboard", NewTaxi(TaxiOptions{}), 0, ride(0, 13)},
		{"taxi-end", NewTaxi(TaxiOptions{}), 1, ride(1, 200)},
		{"taxi-rain", NewTaxi(TaxiOptions{Rainy: true}), 6, "20"},
		{"blackjack", NewBlackjack(DefaultBlackjackOptions()), 43, "1"},
		{"blackjack-end", NewBlackjack(DefaultBlackjackOptions()), 40, "0"},
		{"blackjack-bust", NewBlackjack(DefaultBlackjackOptions()), 48, "1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			goldentest.Play(t, tt.env, tt.seed, len(tt.actions), play(tt.actions))
			goldentest.Picture(t, tt.env.(envs.Renderer), "testdata/"+tt.name+".png")
		})
	}
}

// bestActions returns the action with the highest value for each state, without a discount.
func bestActions(tb *Table) []int {
	best := make([]int, tb.States())
	value := make([]float64, tb.States())
	for range 100 {
		for s := range best {
			v := math.Inf(-1)
			for a := range tb.Actions() {
				o := tb.Outcomes(s, a)[0]
				q := o.Reward
				if !o.Terminated {
					q += value[o.Next]
				}
				if q > v {
					v, best[s] = q, a
				}
			}
			value[s] = v
		}
	}
	return best
}
