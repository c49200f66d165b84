package tensor

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Profile is how the time of training steps divides among operations. Times are the clock's, of
// the thread that the tape computes on; FLOPs and bytes are what the operations' formulas ask for,
// each operand and result counted once however often a cache misses it.
type Profile struct {
	mu    sync.Mutex
	tapes []*timing
}

// StartProfile profiles all tapes that are made from now on, until Stop. What they compute for
// inference is not counted.
func StartProfile() *Profile {
	p := &Profile{}
	watching.Lock()
	watching.profile = p
	watching.Unlock()
	return p
}

// Stop ends the profiling of new tapes. Those that are there are profiled on.
func (p *Profile) Stop() {
	watching.Lock()
	if watching.profile == p {
		watching.profile = nil
	}
	watching.Unlock()
}

// OpProfile is one operation in one direction.
type OpProfile struct {
	Op       string
	Backward bool
	Calls    int64
	Time     time.Duration // of all calls
	Bytes    float64       // read and written
	FLOPs    float64       // additions and multiplications; a function such as exp counts as one
}

// Outside is the Op of the time between operations: data, the optimiser, and everything else.
const Outside = "(outside)"

// Steps returns the number of backward passes so far.
func (p *Profile) Steps() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := int64(0)
	for _, t := range p.tapes {
		n += t.steps
	}
	return n
}

// Ops returns what there is so far, the longest time first. No profiled tape may compute meanwhile.
func (p *Profile) Ops() []OpProfile {
	p.mu.Lock()
	defer p.mu.Unlock()
	sums := map[OpProfile]int{} // key to place in list
	var list []OpProfile
	for _, t := range p.tapes {
		for _, o := range t.ops {
			key := OpProfile{Op: o.Op, Backward: o.Backward}
			i, ok := sums[key]
			if !ok {
				i = len(list)
				sums[key] = i
				list = append(list, key)
			}
			list[i].Calls += o.Calls
			list[i].Time += o.Time
			list[i].Bytes += o.Bytes
			list[i].FLOPs += o.FLOPs
		}
	}
	slices.SortStableFunc(list, func(a, b OpProfile) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Op, b.Op))
	})
	return list
}

// tape returns the timing of a new tape.
func (p *Profile) tape() *timing {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &timing{places: map[place]int{}, owner: map[int32]*operation{}, current: nothing}
	p.tapes = append(p.tapes, t)
	return t
}

const (
	nothing = -1 // no stretch of time is running
	outside = -2
)

// place is an operation in one direction; op is nil for Outside.
type place struct {
	op       *operation
	backward bool
}

// stretch is the time from the making of a node to the making of the next: that of the
// operation whose result or saved intermediate the node is.
type stretch struct {
	node int32
	time time.Duration
}

// timing is the profile of one tape. An operation first makes the node of its result and then
// computes, and says its name before or after: so its time is known only when the next begins.
type timing struct {
	ops    []OpProfile
	places map[place]int
	steps  int64

	current   int32 // node of the stretch that is running
	since     time.Time
	stretches []stretch
	owner     map[int32]*operation // of nodes
}

// begin ends the stretch that is running and begins another one.
func (t *timing) begin(node int32) {
	now := time.Now()
	t.close(now)
	t.current, t.since = node, now
}

func (t *timing) close(now time.Time) {
	if t.current != nothing {
		t.stretches = append(t.stretches, stretch{t.current, now.Sub(t.since)})
	}
	t.current = nothing
}

// end ends the stretch that is running and gives each to its operation.
func (t *timing) end() {
	t.close(time.Now())
	for _, s := range t.stretches {
		t.at(place{op: t.owner[s.node]}).Time += s.time
	}
	t.stretches = t.stretches[:0]
	clear(t.owner)
}

func (t *timing) at(p place) *OpProfile {
	i, ok := t.places[p]
	if !ok {
		i = len(t.ops)
		t.places[p] = i
		o := OpProfile{Op: Outside, Backward: p.backward}
		if p.op != nil {
			o.Op = p.op.name
		}
		t.ops = append(t.ops, o)
	}
	return &t.ops[i]
}

func (t *timing) name(tape *Tape, r *record) {
	t.owner[r.out] = r.op
	if r.aux >= 0 {
		t.owner[r.aux] = r.op
	}
	o := t.at(place{op: r.op})
	o.Calls++
	o.FLOPs += flopsOf(tape, r)
	o.Bytes += bytesOf(tape, r, false)
}

func (t *timing) backward(tape *Tape, r *record) {
	start := time.Now()
	r.op.backward(tape, r)
	o := t.at(place{r.op, true})
	o.Time += time.Since(start)
	o.Calls++
	o.FLOPs += backwardFLOPs(tape, r)
	o.Bytes += bytesOf(tape, r, true)
}
