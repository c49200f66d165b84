package toytext

import (
	"errors"
	"fmt"

	"tesuji/envs"
	"tesuji/snapshot"
)

// FrozenLake crosses a frozen lake from start to goal without falling into a hole, on ice
// that lets one slip: FrozenLake-v1 and FrozenLake8x8-v1.
//
// Observation: the cell, row·columns + column. Actions: 0 left, 1 down, 2 right, 3 up; a move
// off the map stays. Slipping, the move is a-1, a or a+1 (modulo 4) with probabilities
// (1-r)/2, r, (1-r)/2 for the success rate r. An episode begins on S and terminates on G with
// reward 1, or on H with 0; every other reward is 0. The best mean return with the usual time
// limits is .74 on the slippery 4 × 4 map and .91 on 8 × 8.
//
// Source: the task is Gymnasium's own.
type FrozenLake struct {
	walker
	spec *envs.Spec
	ice  *lake
	slip string // how slippery it is, for State to compare
}

// FrozenLakeOptions are Gymnasium's; DefaultFrozenLakeOptions and DefaultFrozenLake8x8Options
// return its defaults.
type FrozenLakeOptions struct {
	// MapName is one of the two known maps, "4x4" or "8x8". Not used if Map or Random is given.
	MapName string `yaml:"map_name"`
	// Map lists the rows of a map from the top: S start, F frozen, H hole, G goal. (Gymnasium
	// calls it desc.)
	Map []string `yaml:"map,omitempty"`
	// Random makes a map at random.
	Random *RandomMap `yaml:"random_map,omitempty"`
	// Slippery makes moves go astray.
	Slippery bool `yaml:"is_slippery"`
	// SuccessRate is the probability in [0, 1] that a move on slippery ice goes as intended.
	SuccessRate float64 `yaml:"success_rate"`
}

// DefaultFrozenLakeOptions returns the options of FrozenLake-v1: the slippery 4 × 4 map.
func DefaultFrozenLakeOptions() FrozenLakeOptions {
	return FrozenLakeOptions{MapName: "4x4", Slippery: true, SuccessRate: 1. / 3}
}

// DefaultFrozenLake8x8Options returns the options of FrozenLake8x8-v1: the slippery 8 × 8 map.
func DefaultFrozenLake8x8Options() FrozenLakeOptions {
	o := DefaultFrozenLakeOptions()
	o.MapName = "8x8"
	return o
}

// NewFrozenLake returns FrozenLake-v1: at most 100 steps, solved at a mean return of .7.
func NewFrozenLake(o FrozenLakeOptions) (*FrozenLake, error) {
	return newFrozenLake("FrozenLake-v1", 100, .7, o)
}

// NewFrozenLake8x8 returns FrozenLake8x8-v1: at most 200 steps, solved at a mean return of .85.
func NewFrozenLake8x8(o FrozenLakeOptions) (*FrozenLake, error) {
	return newFrozenLake("FrozenLake8x8-v1", 200, .85, o)
}

func newFrozenLake(id string, steps int, threshold float64, o FrozenLakeOptions) (*FrozenLake, error) {
	ice, err := o.lake()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	if !(o.SuccessRate >= 0 && o.SuccessRate <= 1) {
		return nil, fmt.Errorf("%s: success_rate is %v: want 0 to 1", id, o.SuccessRate)
	}
	t := ice.table(o.Slippery, o.SuccessRate)
	return &FrozenLake{
		walker: newWalker(t), ice: ice, slip: fmt.Sprintf("%v at success rate %v", o.Slippery, o.SuccessRate),
		spec: &envs.Spec{
			ID: id, Observation: envs.NewDiscrete(t.states), Action: envs.NewDiscrete(4),
			MaxSteps: steps, RewardThreshold: threshold, HasThreshold: true,
		},
	}, nil
}

// lake returns the map that the options choose.
func (o *FrozenLakeOptions) lake() (*lake, error) {
	switch {
	case o.Map != nil && o.Random != nil:
		return nil, errors.New("both map and random_map are given: choose one")
	case o.Map != nil:
		l, err := parseLake(o.Map)
		if err != nil {
			return nil, fmt.Errorf("map: %w", err)
		}
		return l, nil
	case o.Random != nil:
		rows, err := o.Random.Generate()
		if err != nil {
			return nil, fmt.Errorf("random_map: %w", err)
		}
		return parseLake(rows)
	}
	rows, ok := knownLakes[o.MapName]
	if !ok {
		return nil, fmt.Errorf(`map_name is %q: want "4x4" or "8x8"`, o.MapName)
	}
	return parseLake(rows)
}

// table returns the transition probabilities on the lake.
func (l *lake) table(slippery bool, success float64) *Table {
	moves := [4][2]int{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}
	outcome := func(p float64, s, a int) Outcome {
		next := l.moved(s, moves[a][0], moves[a][1])
		o := Outcome{Probability: p, Next: next, Terminated: l.ends(next)}
		if l.cells[next] == 'G' {
			o.Reward = 1
		}
		return o
	}
	fail := (1 - success) / 2
	return newTable(len(l.cells), 4, l.starts(), func(to []Outcome, s, a int) []Outcome {
		switch {
		case l.ends(s):
			return append(to, Outcome{Probability: 1, Next: s, Terminated: true})
		case !slippery:
			return append(to, outcome(1, s, a))
		}
		return append(to, outcome(fail, s, (a+3)%4), outcome(success, s, a), outcome(fail, s, (a+1)%4))
	})
}

// Spec describes the environment.
func (e *FrozenLake) Spec() *envs.Spec { return e.spec }

// Map returns the rows of the map from the top.
func (e *FrozenLake) Map() []string { return e.ice.lines() }

// Step moves by one cell.
func (e *FrozenLake) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	return e.step(e.spec, a, obs)
}

// State saves or restores everything but the options, which must be the same.
func (e *FrozenLake) State(a *snapshot.Archive) {
	a.Check("map", fmt.Sprint(e.ice.lines()))
	a.Check("slippery", e.slip)
	e.archive(a, e.spec)
}
