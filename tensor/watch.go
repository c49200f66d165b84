package tensor

import "sync"

// watch is what looks at a tape's operations: a profile, a search for NaNs, or both. A tape that
// is not watched has none, and pays a comparison with nil for each operation.
type watch struct {
	times *timing // nil unless profiled
	trace *Trace  // nil unless traced
}

// watching is what tapes that are made from now on are watched by. It changes no result.
var watching struct {
	sync.Mutex
	profile *Profile
	trace   *Trace
}

// newWatch returns a new tape's watch, nil if nobody looks.
func newWatch() *watch {
	watching.Lock()
	defer watching.Unlock()
	if watching.profile == nil && watching.trace == nil {
		return nil
	}
	w := &watch{trace: watching.trace}
	if watching.profile != nil {
		w.times = watching.profile.tape()
	}
	return w
}

// pushed is called for each new node.
func (w *watch) pushed(t *Tape) {
	if w.times != nil && !t.inference {
		w.times.begin(int32(len(t.nodes) - 1))
	}
}

// recorded is called for each operation, before or after it has computed its result.
func (w *watch) recorded(t *Tape, r record) {
	if w.times != nil && !t.inference {
		w.times.name(t, &r)
	}
}

// backward runs an operation's backward pass.
func (w *watch) backward(t *Tape, r *record) {
	if w.times != nil {
		w.times.backward(t, r)
	} else {
		r.op.backward(t, r)
	}
	if w.trace != nil {
		w.trace.gradients(t, r)
	}
}

// before is called before the first backward pass, with all values there.
func (w *watch) before(t *Tape) {
	if w.times != nil {
		w.times.end()
	}
	if w.trace != nil {
		w.trace.values(t)
	}
}

// after is called after the last backward pass.
func (w *watch) after() {
	if w.times != nil {
		w.times.begin(outside)
		w.times.steps++
	}
}

// reset is called when the tape is emptied.
func (w *watch) reset() {
	if w.times != nil {
		w.times.end()
	}
}
