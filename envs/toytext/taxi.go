package toytext

import (
	"fmt"
	"sync"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Taxi picks up a passenger at one of four stops and drops them at another: Taxi-v4.
//
// Observation: ((row·5 + column)·5 + passenger)·4 + destination, from 0 to 499. The stops are
// 0 red (0,0), 1 green (0,4), 2 yellow (4,0) and 3 blue (4,3); passenger 4 is in the taxi.
// Actions: 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop. Walls stand between columns 1
// and 2 in rows 0 and 1, and between 0 and 1 and between 2 and 3 in rows 3 and 4.
//
// An episode begins with the taxi anywhere and the passenger at a stop that is not the
// destination, all alike. A step rewards -1; picking up where no one waits, or dropping where
// there is no stop or no passenger, -10; dropping at the destination 20, and the episode
// terminates. Dropped at another stop, the passenger waits there. The best mean return is
// 7.93, the mean of 21 less the moves of a shortest way over all starts: just short of the
// threshold of 8 that Gymnasium registers.
//
// Legal tells which actions change the state: Gymnasium's action_mask.
//
// Source: T. Dietterich, "Hierarchical reinforcement learning with the MAXQ value function
// decomposition", JAIR 13, 2000.
type Taxi struct {
	walker
	options TaxiOptions
	armed   bool // the passenger will change their mind
}

// TaxiOptions are Gymnasium's; the zero value is its default.
type TaxiOptions struct {
	// Rainy makes a move go straight with probability .8, else to the driver's left or right.
	// A blocked sideways move stays; if straight ahead is blocked, the taxi stays for certain.
	Rainy bool `yaml:"is_rainy"`
	// FicklePassenger makes three passengers of ten choose another destination when the taxi
	// first moves with them aboard.
	FicklePassenger bool `yaml:"fickle_passenger"`
}

var taxi = &envs.Spec{
	ID: "Taxi-v4", Observation: envs.NewDiscrete(500), Action: envs.NewDiscrete(6),
	MaxSteps: 200, RewardThreshold: 8, HasThreshold: true,
}

// NewTaxi returns Taxi-v4: at most 200 steps, with Gymnasium's threshold of 8.
func NewTaxi(o TaxiOptions) *Taxi {
	t := dryTaxi()
	if o.Rainy {
		t = rainyTaxi()
	}
	return &Taxi{walker: newWalker(t), options: o}
}

var (
	dryTaxi   = sync.OnceValue(func() *Table { return taxiTable(false) })
	rainyTaxi = sync.OnceValue(func() *Table { return taxiTable(true) })
)

const (
	aboard       = 4 // the passenger's place in the taxi
	actionPickUp = 4
	actionDrop   = 5
)

var taxiStops = [4][2]int{{0, 0}, {0, 4}, {4, 0}, {4, 3}}

// taxiState is a state of the table, taken apart.
type taxiState struct{ row, col, passenger, destination int }

func decodeTaxi(s int) taxiState { return taxiState{s / 100, s / 20 % 5, s / 4 % 5, s % 4} }

func (t taxiState) encode() int {
	return ((t.row*5+t.col)*5+t.passenger)*4 + t.destination
}

// stop returns the stop that the taxi is at, or -1.
func (t taxiState) stop() int {
	for i, p := range taxiStops {
		if p == [2]int{t.row, t.col} {
			return i
		}
	}
	return -1
}

// wallEast reports whether a wall or the edge is east of the cell.
func wallEast(row, col int) bool {
	switch {
	case col == 4:
		return true
	case row <= 1:
		return col == 1
	case row >= 3:
		return col == 0 || col == 2
	}
	return false
}

// move returns the state after moving south, north, east or west, and whether it could.
func (t taxiState) move(direction int) (taxiState, bool) {
	switch direction {
	case 0:
		if t.row == 4 {
			return t, false
		}
		t.row++
	case 1:
		if t.row == 0 {
			return t, false
		}
		t.row--
	case 2:
		if wallEast(t.row, t.col) {
			return t, false
		}
		t.col++
	default:
		if t.col == 0 || wallEast(t.row, t.col-1) {
			return t, false
		}
		t.col--
	}
	return t, true
}

// The directions to the left and right of a driver heading south, north, east, west.
var (
	driversLeft  = [4]int{2, 3, 1, 0}
	driversRight = [4]int{3, 2, 0, 1}
)

const rainyStraight = .8

func taxiTable(rainy bool) *Table {
	var starts []int
	for s := range 500 {
		if t := decodeTaxi(s); t.passenger < aboard && t.passenger != t.destination {
			starts = append(starts, s)
		}
	}
	return newTable(500, 6, starts, func(to []Outcome, s, a int) []Outcome {
		t := decodeTaxi(s)
		if a >= actionPickUp {
			return append(to, t.serve(a))
		}
		ahead, free := t.move(a)
		if !rainy {
			return append(to, Outcome{Probability: 1, Next: ahead.encode(), Reward: -1})
		}
		left, right := t, t
		if free {
			left, _ = t.move(driversLeft[a])
			right, _ = t.move(driversRight[a])
		}
		const aside = (1 - rainyStraight) / 2.
		return append(to,
			Outcome{Probability: rainyStraight, Next: ahead.encode(), Reward: -1},
			Outcome{Probability: aside, Next: left.encode(), Reward: -1},
			Outcome{Probability: aside, Next: right.encode(), Reward: -1})
	})
}

// serve picks up or drops.
func (t taxiState) serve(action int) Outcome {
	o := Outcome{Probability: 1, Reward: -1}
	stop := t.stop()
	switch {
	case action == actionPickUp && t.passenger < aboard && stop == t.passenger:
		t.passenger = aboard
	case action == actionDrop && t.passenger == aboard && stop >= 0:
		t.passenger = stop
		if stop == t.destination {
			o.Reward, o.Terminated = 20, true
		}
	default:
		o.Reward = -10
	}
	o.Next = t.encode()
	return o
}

// Spec describes the environment.
func (e *Taxi) Spec() *envs.Spec { return taxi }

// Table returns the transition probabilities, which leave out that a passenger may be fickle.
func (e *Taxi) Table() *Table { return e.table }

// Reset begins an episode.
func (e *Taxi) Reset(obs envs.Row) error {
	if err := e.walker.Reset(obs); err != nil {
		return err
	}
	e.armed = e.options.FicklePassenger && e.episode.Random.Random() < .3
	return nil
}

// Step drives by one cell, picks up or drops.
func (e *Taxi) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	r, err := e.step(taxi, a, obs)
	if err != nil {
		return r, err
	}
	if e.armed {
		e.changeMind(decodeTaxi(e.last))
		obs.F32[0] = float32(e.state)
	}
	return r, nil
}

// changeMind gives a fickle passenger another destination once the taxi has moved with them.
func (e *Taxi) changeMind(before taxiState) {
	now := decodeTaxi(e.state)
	if before.passenger != aboard || (now.row == before.row && now.col == before.col) {
		return
	}
	e.armed = false
	now.destination = int(e.episode.Random.Integers(0, 3))
	if now.destination >= before.destination {
		now.destination++
	}
	e.state = now.encode()
}

// Legal sets legal[i] for each of the six actions: moves that nothing blocks, picking up where
// the passenger waits, and dropping a passenger at a stop.
func (e *Taxi) Legal(legal []bool) {
	t := decodeTaxi(e.state)
	for a := range 4 {
		_, legal[a] = t.move(a)
	}
	legal[actionPickUp] = t.passenger < aboard && t.stop() == t.passenger
	legal[actionDrop] = t.passenger == aboard && t.stop() >= 0
}

// State saves or restores everything but the options, which must be the same.
func (e *Taxi) State(a *snapshot.Archive) {
	a.Check("options", fmt.Sprintf("%+v", e.options))
	e.archive(a, taxi)
	a.Bool("armed", &e.armed)
}
