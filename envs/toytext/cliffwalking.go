package toytext

import (
	"strconv"
	"sync"

	"tesuji/envs"
	"tesuji/snapshot"
)

// CliffWalking walks along the foot of a 4 × 12 grid from the left corner to the right, past
// a cliff: CliffWalking-v1 and CliffWalkingSlippery-v1.
//
// Observation: the cell, 12·row + column, from 0 to 47. Actions: 0 up, 1 right, 2 down, 3
// left; a move off the grid stays. An episode begins in cell 36 and terminates in 47. Every
// step rewards -1; one onto the cliff (37 to 46) rewards -100 and leads back to 36. On
// slippery ground the move is a-1, a or a+1 (modulo 4), a third each. The best return is -13
// without slipping.
//
// Source: R. Sutton and A. Barto, "Reinforcement Learning", example 6.6.
type CliffWalking struct {
	walker
	spec     *envs.Spec
	slippery bool
}

// CliffWalkingOptions are Gymnasium's; the zero value is the default of CliffWalking-v1.
type CliffWalkingOptions struct {
	// Slippery makes two moves of three go astray.
	Slippery bool `yaml:"is_slippery"`
}

const (
	cliffStart = 36
	cliffGoal  = 47
)

var cliffGrid = grid{4, 12}

var (
	cliffWalking         = cliffSpec("CliffWalking-v1")
	cliffWalkingSlippery = cliffSpec("CliffWalkingSlippery-v1")
)

func cliffSpec(id string) *envs.Spec {
	return &envs.Spec{ID: id, Observation: envs.NewDiscrete(48), Action: envs.NewDiscrete(4)}
}

// NewCliffWalking returns CliffWalking-v1, which has no time limit.
func NewCliffWalking(o CliffWalkingOptions) *CliffWalking {
	return newCliffWalking(cliffWalking, o.Slippery)
}

// NewCliffWalkingSlippery returns CliffWalkingSlippery-v1, which has no time limit.
func NewCliffWalkingSlippery() *CliffWalking { return newCliffWalking(cliffWalkingSlippery, true) }

func newCliffWalking(spec *envs.Spec, slippery bool) *CliffWalking {
	t := firmCliff()
	if slippery {
		t = slipperyCliff()
	}
	return &CliffWalking{walker: newWalker(t), spec: spec, slippery: slippery}
}

var (
	firmCliff     = sync.OnceValue(func() *Table { return cliffTable(false) })
	slipperyCliff = sync.OnceValue(func() *Table { return cliffTable(true) })
)

func isCliff(s int) bool { return s > cliffStart && s < cliffGoal }

func cliffTable(slippery bool) *Table {
	moves := [4][2]int{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}
	outcome := func(p float64, s, a int) Outcome {
		next := cliffGrid.moved(s, moves[a][0], moves[a][1])
		if isCliff(next) {
			return Outcome{Probability: p, Next: cliffStart, Reward: -100}
		}
		return Outcome{Probability: p, Next: next, Reward: -1, Terminated: next == cliffGoal}
	}
	return newTable(48, 4, []int{cliffStart}, func(to []Outcome, s, a int) []Outcome {
		if !slippery {
			return append(to, outcome(1, s, a))
		}
		return append(to, outcome(1./3, s, (a+3)%4), outcome(1./3, s, a), outcome(1./3, s, (a+1)%4))
	})
}

// Spec describes the environment.
func (e *CliffWalking) Spec() *envs.Spec { return e.spec }

// Step moves by one cell.
func (e *CliffWalking) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	return e.step(e.spec, a, obs)
}

// State saves or restores everything but the options, which must be the same.
func (e *CliffWalking) State(a *snapshot.Archive) {
	a.Check("slippery", strconv.FormatBool(e.slippery))
	e.archive(a, e.spec)
}
