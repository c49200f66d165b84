package envs

import "errors"

// ErrNeedsReset is wrapped by the error of a Step before the first Reset or after the end of
// the episode.
var ErrNeedsReset = errors.New("no episode is under way: call Reset first")

// ErrAction is wrapped by the error of a Step with an action outside the action space.
var ErrAction = errors.New("action is not in the action space")
