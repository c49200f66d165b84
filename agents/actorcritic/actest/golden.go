// Package actest holds the data of the whole-update golden vectors of PPO and A2C: two small
// networks and four transitions, for which every number was worked out in float64.
package actest

import (
	"math"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
)

// NetArch is the hidden widths: the policy is 3-4-2 and the value function 3-4-1, with tanh.
func NetArch() (pi, vf []int) { return []int{4}, []int{4} }

// Setup is of one environment with three-element observations and two actions, which cannot
// be stepped.
func Setup() agents.Setup { return agents.Setup{Env: still{}, Steps: 8, Seed: 1} }

type still struct{ envs.Vec }

func (still) Spec() *envs.Spec {
	return &envs.Spec{ID: "Still-v0", Observation: envs.NewBox(-1, 1, 3), Action: envs.NewDiscrete(2)}
}
func (still) Len() int                { return 1 }
func (still) State(*snapshot.Archive) {}

// SetParams fills the parameters with 0.5 sin k, k = 1, 2, ..., in the order of policy hidden
// layer, policy head, value hidden layer and value head, each weight (output by output) before
// its bias.
func SetParams(p *nets.ParamSet) {
	k := 0.0
	for _, q := range p.All() {
		in, out := q.Value.Shape.Rows(), q.Value.Shape.Cols()
		for o := range out {
			for i := range in {
				k++
				q.Value.Data[i*out+o] = float32(.5 * math.Sin(k))
			}
		}
	}
}

// Sum returns the sum of the parameters.
func Sum(p *nets.ParamSet) (sum float64) {
	for _, v := range p.Values() {
		sum += float64(v)
	}
	return sum
}

// Minibatch returns the four transitions. The old values are only for clipping values.
func Minibatch() *replay.Minibatch {
	return &replay.Minibatch{
		Obs:        envs.Rows{N: 4, Size: 3, F32: []float32{.1, -.2, .3, .5, .4, -.6, -.7, .8, .9, 0, 1, -1}},
		Actions:    []float32{0, 1, 1, 0},
		LogProbs:   []float32{-.7, -.5, -.9, -.6},
		Values:     []float32{.2, .1, .3, -.1},
		Advantages: []float32{1, -.5, 2, .3},
		Returns:    []float32{.5, -.2, 1.5, .1},
	}
}
