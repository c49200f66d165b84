package envs

import "fmt"

// Wrapper is an Env around another one.
type Wrapper interface {
	Env
	// Unwrap returns the environment inside.
	Unwrap() Env
}

// RendererOf returns the Renderer of an environment, or an error that says why it draws no picture.
func RendererOf(e Env) (Renderer, error) {
	r, ok := As[Renderer](e)
	if !ok {
		return nil, fmt.Errorf("%s draws no picture", e.Spec().ID)
	}
	if c, ok := r.(interface{ CanRender() error }); ok {
		if err := c.CanRender(); err != nil {
			return nil, fmt.Errorf("%s draws no picture: %w", e.Spec().ID, err)
		}
	}
	return r, nil
}

// As returns the first environment, from e inwards through its wrappers, that is a T, such as
// a Renderer or a Masker.
func As[T any](e Env) (T, bool) {
	for {
		if t, ok := e.(T); ok {
			return t, true
		}
		w, ok := e.(Wrapper)
		if !ok {
			var none T
			return none, false
		}
		e = w.Unwrap()
	}
}

// RawRewarder is a Wrapper that changes rewards.
type RawRewarder interface {
	Wrapper
	// RawReward returns the reward of the last step before the change.
	RawReward() float64
}

// rawRewarder returns the innermost RawRewarder of e: the one that sees the task's own reward.
func rawRewarder(e Env) (r RawRewarder) {
	for {
		w, ok := e.(Wrapper)
		if !ok {
			return r
		}
		if rr, ok := e.(RawRewarder); ok {
			r = rr
		}
		e = w.Unwrap()
	}
}

// VecWrapper is a Vec around another one.
type VecWrapper interface {
	Vec
	// UnwrapVec returns the Vec inside.
	UnwrapVec() Vec
}

// AsVec returns the first Vec, from v inwards through its wrappers, that is a T, such as a
// *SyncVec or a *Normalize.
func AsVec[T any](v Vec) (T, bool) {
	for {
		if t, ok := v.(T); ok {
			return t, true
		}
		w, ok := v.(VecWrapper)
		if !ok {
			var none T
			return none, false
		}
		v = w.UnwrapVec()
	}
}
