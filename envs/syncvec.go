package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// AutoReset says when a SyncVec resets an environment whose episode ended. With the last
// action of an episode taken at step t:
//
//	            step t                              step t+1
//	SameStep    obs = first of the next episode,    a normal transition
//	            reward and done of the last step,
//	            Final = last obs of the episode
//	NextStep    obs = last of the episode = Final,  the action is ignored: obs = first of the
//	            its reward and done                 next episode, reward 0, not done
//	Disabled    obs = last of the episode = Final,  an error, unless ResetRows or Reset
//	            its reward and done                 came in between
//
// For example the cart's position in CartPole-v1 with seed 0, a limit of 3 steps and action 1
// throughout, where | separates the steps:
//
//	SameStep  reset .01370 | .01324 r1 | .01669 r1 | .03133 r1 truncated, Final .02406 | .03215 r1 | .03688 r1
//	NextStep  reset .01370 | .01324 r1 | .01669 r1 | .02406 r1 truncated, Final .02406 | .03133 r0 | .03215 r1
//
// Under SameStep every row of every step is a transition, which is what learning needs. Under
// NextStep the step after an end is none, and learning must leave out the rows that Waiting
// told of; the mode is for comparing runs with Gymnasium's. The automatic reset seeds nothing:
// each environment's random stream runs on.
type AutoReset uint8

const (
	SameStep AutoReset = iota
	NextStep
	Disabled
)

func (m AutoReset) String() string {
	switch m {
	case SameStep:
		return "SameStep"
	case NextStep:
		return "NextStep"
	case Disabled:
		return "Disabled"
	}
	return fmt.Sprintf("AutoReset(%d)", uint8(m))
}

// SyncVec steps environments one after the other in the calling goroutine. Those whose steps are
// computed elsewhere (Starter) it starts together.
//
// It enforces the time limit of Spec().MaxSteps itself, so environments need not truncate and
// no wrapper's call is spent on it, and it measures episodes (Outcome.Episodes): the sum of
// raw rewards, before a wrapper such as ClipReward, and the number of steps.
//
// After an error some environments were stepped and others not: go on with Reset only.
type SyncVec struct {
	spec       *Spec
	envs       []Env
	raw        []RawRewarder // entry i is nil if environment i gives raw rewards
	parted     []Parted      // entry i is nil if the episodes of environment i are no parts
	starters   []Starter     // all environments, or nil if one of them is no Starter
	mode       AutoReset
	limit      int // 0 for none
	actionSize int
	obsSize    int

	started bool
	// waiting[i]: the episode of row i is over and its environment not reset yet, which
	// never lasts under SameStep.
	waiting []bool
	returns []float64 // raw rewards of the episodes under way, and of what they are parts of
	lengths []int     // steps of the same
	out     Outcome
	rows    []Row // of the observations being written
}

// VecOption is an option of NewSyncVec.
type VecOption func(*SyncVec)

// WithAutoReset sets when environments are reset: SameStep unless this says otherwise.
func WithAutoReset(m AutoReset) VecOption { return func(v *SyncVec) { v.mode = m } }

// WithMaxSteps replaces the time limit of the environments' Spec; 0 is none.
func WithMaxSteps(n int) VecOption {
	return func(v *SyncVec) {
		s := *v.spec
		s.MaxSteps = n
		v.spec, v.limit = &s, n
	}
}

// VecError is what the constructors and methods of vectorised environments panic with when
// environments or buffers do not fit one another: the caller's mistake.
type VecError struct{ Problem string }

func (e *VecError) Error() string { return "envs: " + e.Problem }

// NewSyncVec returns a Vec of environments of one kind. It panics with *VecError if there is
// none, or if their IDs or spaces differ.
func NewSyncVec(envs []Env, opts ...VecOption) *SyncVec {
	if len(envs) == 0 {
		panic(&VecError{"a vectorised environment needs at least one environment"})
	}
	n := len(envs)
	spec := envs[0].Spec()
	v := &SyncVec{
		spec: spec, envs: append([]Env(nil), envs...), raw: make([]RawRewarder, n), parted: make([]Parted, n),
		limit: spec.MaxSteps, actionSize: spec.Action.Size(), obsSize: spec.Observation.Size(),
		waiting: make([]bool, n), returns: make([]float64, n), lengths: make([]int, n), rows: make([]Row, n),
		out: Outcome{
			Reward: make([]float32, n), Terminated: make([]bool, n), Truncated: make([]bool, n),
			Final: MakeRows(spec.Observation, n), Episodes: make([]Episode, 0, n),
		},
	}
	for i, e := range envs {
		s := e.Spec()
		if s.ID != spec.ID || s.Observation.String() != spec.Observation.String() || s.Action.String() != spec.Action.String() {
			panic(&VecError{fmt.Sprintf("environment %d is %s %v %v, environment 0 is %s %v %v",
				i, s.ID, s.Observation, s.Action, spec.ID, spec.Observation, spec.Action)})
		}
		v.raw[i] = rawRewarder(e)
		v.parted[i], _ = As[Parted](e)
		if st, ok := e.(Starter); ok {
			v.starters = append(v.starters, st)
		}
	}
	if len(v.starters) < n {
		v.starters = nil
	}
	for _, o := range opts {
		o(v)
	}
	if v.limit < 0 {
		panic(&VecError{fmt.Sprintf("a time limit of %d steps", v.limit)})
	}
	return v
}

// MakeSyncVec is NewSyncVec of n environments made by newEnv.
func MakeSyncVec(n int, newEnv func() (Env, error), opts ...VecOption) (*SyncVec, error) {
	envs := make([]Env, n)
	for i := range envs {
		e, err := newEnv()
		if err != nil {
			return nil, fmt.Errorf("environment %d: %w", i, err)
		}
		envs[i] = e
	}
	return NewSyncVec(envs, opts...), nil
}

// Spec returns the environments' Spec, with the time limit that is enforced.
func (v *SyncVec) Spec() *Spec { return v.spec }

// Len returns the number of environments.
func (v *SyncVec) Len() int { return len(v.envs) }

// Env returns environment i, for rendering or asking for legal actions. Stepping or resetting
// it would break the episode's count.
func (v *SyncVec) Env(i int) Env { return v.envs[i] }

// Seed gives environment i the seed seed+i.
func (v *SyncVec) Seed(seed uint64) {
	for i, e := range v.envs {
		e.Seed(seed + uint64(i))
	}
}

// Waiting tells whose episode is over but not reset yet: under NextStep the rows whose next
// step is the reset and no transition, under Disabled those that may not be stepped. The slice
// [N] is owned by v and follows its state.
func (v *SyncVec) Waiting() []bool { return v.waiting }

// Reset begins an episode in every environment and writes the observations [N, size].
func (v *SyncVec) Reset(obs Rows) error {
	v.check(obs)
	for i := range v.envs {
		if err := v.reset(i, obs.Row(i)); err != nil {
			return err
		}
	}
	v.started = true
	return nil
}

// ResetRows begins an episode in the environments whose mask entry (length N) is true and
// writes their rows of obs; other rows are left alone. Before the first Reset, all must be.
func (v *SyncVec) ResetRows(mask []bool, obs Rows) error {
	v.check(obs)
	if len(mask) != len(v.envs) {
		panic(&VecError{fmt.Sprintf("a mask of %d for %d environments", len(mask), len(v.envs))})
	}
	all := true
	for _, m := range mask {
		all = all && m
	}
	if !v.started && !all {
		return fmt.Errorf("%s: %w", v.spec.ID, ErrNeedsReset)
	}
	for i := range v.envs {
		if !mask[i] {
			continue
		}
		if err := v.reset(i, obs.Row(i)); err != nil {
			return err
		}
	}
	v.started = true
	return nil
}

func (v *SyncVec) reset(i int, row Row) error {
	v.waiting[i] = false
	if !v.goesOn(i) {
		v.returns[i], v.lengths[i] = 0, 0
	}
	if err := v.envs[i].Reset(row); err != nil {
		return v.errorf(i, "reset", err)
	}
	return nil
}

// Step applies actions [N, action size] and writes the observations to act on next to next
// [N, size]. The outcome is owned by v and valid until its next call.
func (v *SyncVec) Step(actions []float32, next Rows) (*Outcome, error) {
	v.check(next)
	if len(actions) != len(v.envs)*v.actionSize {
		panic(&VecError{fmt.Sprintf("%d numbers of actions for %d environments of %v", len(actions), len(v.envs), v.spec.Action)})
	}
	if !v.started {
		return nil, fmt.Errorf("%s: %w", v.spec.ID, ErrNeedsReset)
	}
	if v.mode == Disabled { // refused before any environment is stepped
		for i, w := range v.waiting {
			if w {
				return nil, v.errorf(i, "step", ErrNeedsReset)
			}
		}
	}
	out := &v.out
	out.Episodes = out.Episodes[:0]
	// All rows are made before the first is used: a Row is passed in memory, and reading one
	// that was written just before stalls the processor for as long as a CartPole step takes.
	if f := next.F32; f != nil {
		for i := range v.rows {
			v.rows[i].F32 = f[i*v.obsSize : (i+1)*v.obsSize : (i+1)*v.obsSize]
		}
	} else {
		u := next.U8
		for i := range v.rows {
			v.rows[i].U8 = u[i*v.obsSize : (i+1)*v.obsSize : (i+1)*v.obsSize]
		}
	}
	size := v.actionSize
	for i, s := range v.starters {
		if v.waiting[i] {
			continue
		}
		if err := s.Start(Action(actions[i*size : (i+1)*size : (i+1)*size])); err != nil {
			return nil, v.errorf(i, "step", err)
		}
	}
	for i, e := range v.envs {
		row := v.rows[i]
		if v.waiting[i] {
			out.Reward[i], out.Terminated[i], out.Truncated[i] = 0, false, false
			if err := v.reset(i, row); err != nil {
				return nil, err
			}
			continue
		}
		r, err := e.Step(Action(actions[i*size:(i+1)*size:(i+1)*size]), row)
		if err != nil {
			return nil, v.errorf(i, "step", err)
		}
		if v.raw[i] != nil {
			v.returns[i] += v.raw[i].RawReward()
		} else {
			v.returns[i] += r.Reward
		}
		v.lengths[i]++
		r.Truncated = r.Truncated || v.lengths[i] == v.limit
		out.Reward[i], out.Terminated[i], out.Truncated[i] = float32(r.Reward), r.Terminated, r.Truncated
		if r.Terminated || r.Truncated {
			if err := v.end(i, row); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// end records the episode of row i, whose last observation row holds, and resets its
// environment if that is due now.
func (v *SyncVec) end(i int, row Row) error {
	v.out.Final.Row(i).Copy(row)
	if !v.goesOn(i) {
		v.out.Episodes = append(v.out.Episodes, Episode{Env: i, Return: v.returns[i], Length: v.lengths[i]})
	}
	if v.mode == SameStep {
		return v.reset(i, row)
	}
	v.waiting[i] = true
	return nil
}

// goesOn reports whether the episode of row i that has ended was a part of what is measured, and not
// the last.
func (v *SyncVec) goesOn(i int) bool {
	return v.parted[i] != nil && v.parted[i].GoesOn() && v.lengths[i] != v.limit
}

func (v *SyncVec) errorf(i int, what string, err error) error {
	return fmt.Errorf("%s: %s of environment %d of %d: %w", v.spec.ID, what, i, len(v.envs), err)
}

// check panics unless the rows are what the environments write to.
func (v *SyncVec) check(r Rows) {
	have := len(r.F32)
	if v.out.Final.U8 != nil {
		have = len(r.U8)
	}
	if r.N != len(v.envs) || r.Size != v.obsSize || have != r.N*r.Size {
		panic(&VecError{fmt.Sprintf("rows [%d, %d] of %d elements for %d environments of %v", r.N, r.Size, have, len(v.envs), v.spec.Observation)})
	}
}

// State saves or restores the environments and the episodes under way. The present
// observations belong to the caller, who saves them.
func (v *SyncVec) State(a *snapshot.Archive) {
	a.Check("id", v.spec.ID)
	a.Check("auto_reset", v.mode.String())
	a.Check("max_steps", fmt.Sprint(v.limit))
	a.Bool("started", &v.started)
	a.Bools("waiting", v.waiting)
	a.Float64s("returns", v.returns)
	a.Ints("lengths", v.lengths)
	for i, e := range v.envs {
		a.Object(fmt.Sprintf("env%d", i), e)
	}
}
