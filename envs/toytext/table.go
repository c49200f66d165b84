package toytext

import (
	"fmt"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Outcome is one thing that an action can lead to.
type Outcome struct {
	Probability float64
	Next        int // state
	Reward      float64
	Terminated  bool
}

// Table is a finite Markov decision process. It is immutable and may be shared.
type Table struct {
	states, actions int
	outcomes        []Outcome
	first           []int32 // outcomes of (s, a) begin at first[s*actions+a]; one entry more
	starts          []int   // states that episodes begin in, ascending
	startSum        []float64
}

// newTable builds the table of what outcomes appends for each state and action. Episodes begin
// in each of the states of starts alike.
func newTable(states, actions int, starts []int, outcomes func(to []Outcome, s, a int) []Outcome) *Table {
	t := &Table{states: states, actions: actions, starts: starts}
	for s := range states {
		for a := range actions {
			t.first = append(t.first, int32(len(t.outcomes)))
			t.outcomes = outcomes(t.outcomes, s, a)
		}
	}
	t.first = append(t.first, int32(len(t.outcomes)))
	sum := 0.
	for range starts {
		sum += 1 / float64(len(starts))
		t.startSum = append(t.startSum, sum)
	}
	return t
}

// States returns the number of states.
func (t *Table) States() int { return t.states }

// Actions returns the number of actions.
func (t *Table) Actions() int { return t.actions }

// Outcomes returns what action a in state s can lead to, in the order in which Gymnasium's
// tables have them. The probabilities add up to 1. The slice must not be changed.
func (t *Table) Outcomes(s, a int) []Outcome {
	i := s*t.actions + a
	return t.outcomes[t.first[i]:t.first[i+1]:t.first[i+1]]
}

// Starts returns the states that episodes begin in, all with the same probability. The slice
// must not be changed.
func (t *Table) Starts() []int { return t.starts }

// start draws the first state of an episode from one random number.
func (t *Table) start(r *rng.PCG64) int {
	u := r.Random()
	lo, hi := 0, len(t.startSum)
	for lo < hi { // the first sum above u
		if mid := (lo + hi) / 2; t.startSum[mid] > u {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	if lo == len(t.starts) {
		// Rounding left the sum short of 1: Gymnasium's search then finds state 0.
		return 0
	}
	return t.starts[lo]
}

// draw chooses an outcome from one random number, also where there is but one.
func (t *Table) draw(r *rng.PCG64, s, a int) *Outcome {
	list := t.Outcomes(s, a)
	u := r.Random()
	sum := 0.
	for i := range list {
		if sum += list[i].Probability; sum > u {
			return &list[i]
		}
	}
	return &list[0]
}

// walker is an episode in a table.
type walker struct {
	episode episode.Episode
	table   *Table
	state   int
	last    int // the state before the last step. Only drawn, as is action
	action  int // the last one, -1 after reset
}

func newWalker(t *Table) walker {
	w := walker{table: t, state: t.starts[0], last: t.starts[0], action: -1}
	w.episode.Seed(0)
	return w
}

// Table returns the transition probabilities.
func (w *walker) Table() *Table { return w.table }

// Seed starts the random stream anew.
func (w *walker) Seed(seed uint64) { w.episode.Seed(seed) }

// Reset begins an episode.
func (w *walker) Reset(obs envs.Row) error {
	w.state = w.table.start(&w.episode.Random)
	w.last, w.action = w.state, -1
	w.episode.Running = true
	obs.F32[0] = float32(w.state)
	return nil
}

func (w *walker) step(spec *envs.Spec, a envs.Action, obs envs.Row) (envs.Result, error) {
	if !w.episode.Running {
		return envs.Result{}, episode.NotRunning(spec.ID)
	}
	i := episode.Index(a, w.table.actions)
	if i < 0 {
		return envs.Result{}, episode.BadAction(spec, a)
	}
	o := w.table.draw(&w.episode.Random, w.state, i)
	w.last, w.state, w.action = w.state, o.Next, i
	w.episode.Running = !o.Terminated
	obs.F32[0] = float32(w.state)
	return envs.Result{Reward: o.Reward, Terminated: o.Terminated}, nil
}

func (w *walker) archive(a *snapshot.Archive, spec *envs.Spec) {
	a.Check("id", spec.ID)
	a.Object("episode", &w.episode)
	a.Int("state", &w.state)
	a.Int("last", &w.last)
	a.Int("action", &w.action)
	n := uint(w.table.states)
	if uint(w.state) >= n || uint(w.last) >= n || w.action < -1 || w.action >= w.table.actions {
		a.Fail(fmt.Errorf("%s: states %d and %d of %d, action %d of %d", spec.ID, w.last, w.state, n, w.action, w.table.actions))
	}
}

// Grids number their cells row by row from the top left; an episode's moves stop at the edges.
type grid struct{ rows, cols int }

// moved returns the cell one step from s by (dr, dc).
func (g grid) moved(s, dr, dc int) int {
	r := min(max(s/g.cols+dr, 0), g.rows-1)
	c := min(max(s%g.cols+dc, 0), g.cols-1)
	return r*g.cols + c
}
