// Package episode is what single environments share: a random stream, the order of Reset and
// Step, and the check of actions.
package episode

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Episode is an environment's random stream and whether an episode is under way.
type Episode struct {
	Random  rng.PCG64
	Running bool
}

// Seed starts the random stream anew. Environments are built with seed 0.
func (e *Episode) Seed(seed uint64) { e.Random.Seed(seed) }

// State saves or restores both.
func (e *Episode) State(a *snapshot.Archive) {
	a.Object("random", &e.Random)
	a.Bool("running", &e.Running)
}

// NotRunning is the error of a Step out of order; it wraps envs.ErrNeedsReset.
func NotRunning(id string) error { return fmt.Errorf("%s: %w", id, envs.ErrNeedsReset) }

// Index returns the action, or -1 if it is not one of 0, ..., n-1.
func Index(a envs.Action, n int) int {
	if i := int(a[0]); uint(i) < uint(n) && float32(i) == a[0] {
		return i
	}
	return -1
}

// BadAction is the error of a Step with an action outside the space; it wraps envs.ErrAction.
func BadAction(spec *envs.Spec, a envs.Action) error {
	return fmt.Errorf("%s: action %v is not in %v: %w", spec.ID, a[0], spec.Action, envs.ErrAction)
}

// maxReset bounds what a reset may be asked for, so that no equation overflows.
const maxReset = 1000

// Range returns an error unless -1000 <= low <= high <= 1000.
func Range(id string, low, high float64) error {
	if !(low <= high && low >= -maxReset && high <= maxReset) {
		return fmt.Errorf("%s: reset range from %v to %v: want ascending numbers within ±%d", id, low, high, maxReset)
	}
	return nil
}
