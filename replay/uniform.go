package replay

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Options says what a Buffer holds and how it hands it out.
type Options struct {
	// Capacity is the number of transitions kept, at least one for each environment. It is
	// rounded down to a multiple of Envs.
	Capacity int
	// Envs is the number of environments stepped together.
	Envs int
	// Observation is the space of the observations, which are stored in its element type.
	Observation envs.Space
	// ActionSize is the number of elements of an action.
	ActionSize int
	// Steps is the n of n-step returns, at least 1.
	Steps int
	// Gamma is the discount, 0 to 1.
	Gamma float64
	// Frames is the number of frames that an observation is a stack of, oldest first: along the
	// last dimension of images [H, W, frames*channels], along the first of other boxes. With
	// more than one, each frame is stored once, whatever the observations turn out to be; 0 is 1.
	Frames int
}

// How a transition ended.
const (
	running uint8 = iota
	terminated
	truncated
)

// Buffer is a ring of the latest transitions of N environments stepped together, sampled
// uniformly.
//
// A row of the ring is one moment: the observations of the N environments, and what happened
// next. The observation that follows is the next row's, so each is stored once; only an episode's
// last observation, which the automatic reset hides, is kept apart. Environments write
// straight into the ring:
//
//	act(b.Live(), actions)
//	out, err := env.Step(actions, b.Next())
//	b.Push(actions, out)
//
// The row after the newest transition is the live one: observed, but not yet acted on. A slot,
// row*N + environment, names a transition.
type Buffer struct {
	rows   int // one more than the moments kept: one row is live
	envs   int
	head   int // the live row
	filled int // complete rows before head, at most rows-1

	obs     envs.Rows // [rows*N, size], or none if there are stacks
	stacks  *stacks   // of frames; or nil
	actions []float32 // [rows*N, actionSize]
	rewards []float32 // [rows*N]
	ends    []uint8   // [rows*N] running, terminated or truncated
	final   []uint32  // [rows*N] ticket of the last observation in finals, where an episode ended
	finals  finals

	space      envs.Space // of observations
	actionSize int
	powers     []float64 // gamma^k, k = 0..n
}

// New returns an empty buffer. It is an error if the buffer cannot fit in this machine's memory.
func New(o Options) (*Buffer, error) {
	rows, err := o.check(0)
	if err != nil {
		return nil, err
	}
	return newBuffer(o, rows)
}

func newBuffer(o Options, rows int) (b *Buffer, err error) {
	slots := rows * o.Envs
	b = &Buffer{
		rows: rows, envs: o.Envs, space: o.Observation,
		actions: make([]float32, slots*o.ActionSize),
		rewards: make([]float32, slots), ends: make([]uint8, slots), final: make([]uint32, slots),
		actionSize: o.ActionSize, powers: make([]float64, o.Steps+1),
	}
	if o.Frames > 1 {
		if b.stacks, err = newStacks(o, slots); err != nil {
			return nil, err
		}
	} else {
		b.obs, b.finals = envs.MakeRows(o.Observation, slots), makeFinals(o.Observation, slots/32)
	}
	b.powers[0] = 1
	for k := 1; k <= o.Steps; k++ {
		b.powers[k] = b.powers[k-1] * o.Gamma
	}
	return b, nil
}

// Len returns the number of transitions held.
func (b *Buffer) Len() int { return b.filled * b.envs }

// Cap returns the number of transitions the buffer can hold.
func (b *Buffer) Cap() int { return (b.rows - 1) * b.envs }

// Live returns the observations to act on now [N, size]. The first ones are written there by
// the environments' Reset.
func (b *Buffer) Live() envs.Rows {
	if b.stacks != nil {
		return b.stacks.live
	}
	return b.obs.Slice(b.head*b.envs, (b.head+1)*b.envs)
}

// Next returns the rows that the environments' next Step must write to [N, size]. Nothing may
// be sampled between that Step and Push.
func (b *Buffer) Next() envs.Rows {
	if b.stacks != nil {
		return b.stacks.next
	}
	next := b.after(b.head)
	return b.obs.Slice(next*b.envs, (next+1)*b.envs)
}

func (b *Buffer) after(row int) int {
	if row++; row < b.rows {
		return row
	}
	return 0
}

// Push completes the live row with the actions taken [N, action size] and their outcome, and
// makes Next the live row. The oldest row of a full buffer is dropped.
func (b *Buffer) Push(actions []float32, out *envs.Outcome) {
	lo := b.head * b.envs
	copy(b.actions[lo*b.actionSize:(lo+b.envs)*b.actionSize], actions)
	copy(b.rewards[lo:lo+b.envs], out.Reward)
	for i := range b.envs {
		b.ends[lo+i] = running
		if !out.Done(i) {
			continue
		}
		b.ends[lo+i] = truncated
		if out.Terminated[i] {
			b.ends[lo+i] = terminated
		}
		if b.stacks == nil {
			b.final[lo+i] = b.finals.push(out.Final.Row(i))
		}
	}
	b.head = b.after(b.head)
	if b.stacks != nil {
		b.stacks.push(lo, b.head*b.envs, out, b.final)
	}
	if b.filled < b.rows-1 {
		b.filled++
		return
	}
	if b.stacks != nil {
		b.stacks.drop(b.after(b.head) * b.envs)
		return
	}
	for _, end := range b.ends[b.head*b.envs : (b.head+1)*b.envs] {
		if end != running {
			b.finals.pop()
		}
	}
}

// Sample fills the batch with transitions drawn uniformly, with replacement. The buffer must
// hold at least one.
func (b *Buffer) Sample(dst *Batch, r *rng.Stream) {
	n, first := b.Len(), (b.head-b.filled+b.rows)%b.rows*b.envs
	for i := range dst.Slots {
		slot := first + r.Intn(n)
		if slot >= len(b.ends) {
			slot -= len(b.ends)
		}
		dst.Slots[i] = slot
		dst.Weights[i] = 1
	}
	b.gather(dst)
}

// State saves or restores the transitions held (not the room for more), in place.
func (b *Buffer) State(a *snapshot.Archive) {
	a.Int("filled", &b.filled)
	a.Int("head", &b.head)
	if a.Err() != nil {
		return
	}
	full := b.filled == b.rows-1
	if b.filled < 0 || b.filled > b.rows-1 || b.head < 0 || b.head >= b.rows || (!full && b.head != b.filled) {
		a.Fail(fmt.Errorf("%d rows of %d with the head at row %d: saved from a buffer of another size?", b.filled, b.rows-1, b.head))
		return
	}
	// A buffer that is not full began at row 0: the live row is the last in use.
	slots := (b.filled + 1) * b.envs
	if b.stacks == nil {
		rowsState(a, "obs", b.obs.Slice(0, slots))
	}
	a.Float32s("actions", b.actions[:slots*b.actionSize])
	a.Float32s("rewards", b.rewards[:slots])
	a.Uint8s("ends", b.ends[:slots])
	if a.Err() != nil {
		return
	}
	if b.stacks != nil {
		b.stacks.state(a, b)
		return
	}
	b.stateFinals(a)
}

// stateFinals saves or restores the episodes' last observations. Their tickets follow from
// the order of the transitions, so only the observations are kept.
func (b *Buffer) stateFinals(a *snapshot.Archive) {
	ended := 0
	row := (b.head - b.filled + b.rows) % b.rows
	for range b.filled {
		for slot := row * b.envs; slot < (row+1)*b.envs; slot++ {
			switch b.ends[slot] {
			case running:
			case terminated, truncated:
				ended++
			default:
				a.Fail(fmt.Errorf("end %d of transition %d is none", b.ends[slot], slot))
				return
			}
		}
		row = b.after(row)
	}
	b.finals.state(a, ended)
	if a.Saving() || a.Err() != nil {
		return
	}
	ticket := b.finals.first
	row = (b.head - b.filled + b.rows) % b.rows
	for range b.filled {
		for slot := row * b.envs; slot < (row+1)*b.envs; slot++ {
			if b.ends[slot] != running {
				b.final[slot] = ticket
				ticket++
			}
		}
		row = b.after(row)
	}
}
