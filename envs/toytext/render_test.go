package toytext

import (
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
	for _, tt := range []struct {
		name    string
		env     envs.Env
		seed    uint64
		actions string
	}{
		{"frozenlake", lake(DefaultFrozenLakeOptions()), 1, "1212"},
		{"frozenlake-hole", lake(firm), 0, "1122122"[:3] + "3"},
		{"frozenlake-goal", lake(firm), 0, "112122"},
		{"frozenlake-random", lake(big), 2, "2121"},
		{"cliffwalking", NewCliffWalking(CliffWalkingOptions{}), 0, "01111"},
		{"cliffwalking-fall", NewCliffWalking(CliffWalkingOptions{}), 0, "01111112"},
		{"taxi", NewTaxi(TaxiOptions{}), 0, "11"},
		{"taxi-end", NewTaxi(TaxiOptions{}), 1, ""},
		{"taxi-rain", NewTaxi(TaxiOptions{Rainy: true}), 6, "20"},
		{"blackjack", NewBlackjack(DefaultBlackjackOptions()), 4, "1"},
		{"blackjack-end", NewBlackjack(DefaultBlackjackOptions()), 2, "0"},
		{"blackjack-bust", NewBlackjack(DefaultBlackjackOptions()), 8, "1111111111"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			goldentest.Play(t, tt.env, tt.seed, len(tt.actions), play(tt.actions))
			goldentest.Picture(t, tt.env.(envs.Renderer), "testdata/"+tt.name+".png")
		})
	}
}
