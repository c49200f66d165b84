package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// TimeLimit truncates episodes of an environment that is stepped alone. A SyncVec needs none:
// it enforces Spec().MaxSteps itself (and the two agree if both do).
//
// The last step is Truncated also if it is Terminated, as in Gymnasium. Stepping on after the
// end, or before the first Reset, is ErrNeedsReset.
type TimeLimit struct {
	Env
	spec    Spec
	elapsed int
	running bool
}

// NewTimeLimit returns e with episodes of at most maxSteps steps, or Spec().MaxSteps if
// maxSteps is 0. It returns an error if that leaves no limit.
func NewTimeLimit(e Env, maxSteps int) (*TimeLimit, error) {
	t := &TimeLimit{Env: e, spec: *e.Spec()}
	if maxSteps != 0 {
		t.spec.MaxSteps = maxSteps
	}
	if t.spec.MaxSteps < 1 {
		return nil, fmt.Errorf("time limit of %s: %d steps, want at least 1", t.spec.ID, t.spec.MaxSteps)
	}
	return t, nil
}

// Unwrap returns the environment inside.
func (t *TimeLimit) Unwrap() Env { return t.Env }

// Spec returns the environment's Spec with the limit.
func (t *TimeLimit) Spec() *Spec { return &t.spec }

// Elapsed returns the steps of the episode so far.
func (t *TimeLimit) Elapsed() int { return t.elapsed }

// Reset begins an episode.
func (t *TimeLimit) Reset(obs Row) error {
	t.elapsed, t.running = 0, true
	return t.Env.Reset(obs)
}

// Step steps the environment and truncates at the limit.
func (t *TimeLimit) Step(a Action, obs Row) (Result, error) {
	if !t.running {
		return Result{}, fmt.Errorf("%s: step: %w", t.spec.ID, ErrNeedsReset)
	}
	r, err := t.Env.Step(a, obs)
	if err != nil {
		return r, err
	}
	t.elapsed++
	r.Truncated = r.Truncated || t.elapsed >= t.spec.MaxSteps
	t.running = !r.Done()
	return r, nil
}

// State saves or restores the count and the environment.
func (t *TimeLimit) State(a *snapshot.Archive) {
	a.Int("elapsed", &t.elapsed)
	a.Bool("running", &t.running)
	a.Object("env", t.Env)
}

// OrderEnforcing makes stepping before the first Reset or after the end of an episode
// ErrNeedsReset, for an environment that does not check it. This toolkit's own
// environments do.
type OrderEnforcing struct {
	Env
	running bool
}

// NewOrderEnforcing returns e with the order of calls checked.
func NewOrderEnforcing(e Env) *OrderEnforcing { return &OrderEnforcing{Env: e} }

// Unwrap returns the environment inside.
func (o *OrderEnforcing) Unwrap() Env { return o.Env }

// Reset begins an episode.
func (o *OrderEnforcing) Reset(obs Row) error {
	o.running = true
	return o.Env.Reset(obs)
}

// Step steps the environment if an episode is under way.
func (o *OrderEnforcing) Step(a Action, obs Row) (Result, error) {
	if !o.running {
		return Result{}, fmt.Errorf("%s: step: %w", o.Spec().ID, ErrNeedsReset)
	}
	r, err := o.Env.Step(a, obs)
	if err == nil {
		o.running = !r.Done()
	}
	return r, err
}

// State saves or restores whether an episode is under way, and the environment.
func (o *OrderEnforcing) State(a *snapshot.Archive) {
	a.Bool("running", &o.running)
	a.Object("env", o.Env)
}
