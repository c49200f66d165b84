package replay

import (
	"fmt"

	"tesuji/envs"
	"tesuji/snapshot"
)

// stacks keeps observations that are stacks of frames, each frame once. A stack is k consecutive
// frames of its environment's queue: where an observation is the one before it moved on by a
// frame, as mostly, its newest frame alone is added; where it is not, as at the beginning of an
// episode, all of its frames are. So any observations come back as they were, bit for bit.
type stacks struct {
	layout frameLayout
	envs   int
	queues []frameQueue // of each environment
	oldest []uint32     // [slots] ticket of the oldest frame of the observation
	fresh  []uint8      // [slots] which observations brought all of their frames
	live   envs.Rows    // [N, size] the live observations as they are
	next   envs.Rows    // [N, size]
	begun  bool         // the live observations are in the queues, too
}

const (
	freshObs   uint8 = 1
	freshFinal uint8 = 2
)

func newStacks(o Options, slots int) (*stacks, error) {
	layout, err := newFrameLayout(o.Observation, o.Frames)
	if err != nil {
		return nil, err
	}
	s := &stacks{
		layout: layout, envs: o.Envs, oldest: make([]uint32, slots), fresh: make([]uint8, slots),
		live: envs.MakeRows(o.Observation, o.Envs), next: envs.MakeRows(o.Observation, o.Envs),
	}
	pool := newFramePool(layout.size(), o.Observation.Elem() == envs.Uint8, slots+slots/32+o.Envs*2*framesPerChunk)
	for range o.Envs {
		s.queues = append(s.queues, frameQueue{pool: pool})
	}
	return s, nil
}

// push stores the observations after the live row, whose first slot is lo, in the row whose first
// slot is hi, and the last observations of episodes that ended.
func (s *stacks) push(lo, hi int, out *envs.Outcome, final []uint32) {
	if !s.begun {
		for i := range s.envs {
			s.oldest[lo+i], s.fresh[lo+i] = s.add(i, s.live.Row(i), 0), freshObs
		}
		s.begun = true
	}
	for i := range s.envs {
		was, newest := s.live.Row(i), s.oldest[lo+i]
		s.fresh[hi+i] = freshObs
		if out.Done(i) {
			last := out.Final.Row(i)
			if s.layout.follows(was, last) {
				final[lo+i] = newest + 1
				s.add(i, last, s.layout.frames-1)
			} else {
				final[lo+i] = s.add(i, last, 0)
				s.fresh[lo+i] |= freshFinal
			}
			s.oldest[hi+i] = s.add(i, s.next.Row(i), 0)
		} else if s.layout.follows(was, s.next.Row(i)) {
			s.oldest[hi+i], s.fresh[hi+i] = newest+1, 0
			s.add(i, s.next.Row(i), s.layout.frames-1)
		} else {
			s.oldest[hi+i] = s.add(i, s.next.Row(i), 0)
		}
	}
	s.live, s.next = s.next, s.live
}

// add puts the observation's frames from f on into environment i's queue and returns the first
// one's ticket.
func (s *stacks) add(i int, obs envs.Row, f int) (first uint32) {
	for at := f; at < s.layout.frames; at++ {
		ticket, frame := s.queues[i].push()
		s.layout.extract(frame, obs, at)
		if at == f {
			first = ticket
		}
	}
	return first
}

// drop forgets what is older than the row whose first slot is lo.
func (s *stacks) drop(lo int) {
	for i := range s.queues {
		s.queues[i].dropTo(s.oldest[lo+i])
	}
}

// read copies the observation of environment i whose oldest frame has the ticket.
func (s *stacks) read(dst envs.Row, i int, ticket uint32) {
	q := &s.queues[i]
	if s.layout.isGrey() && dst.U8 != nil {
		insertGrey(dst.U8, q.at(ticket).U8, q.at(ticket+1).U8, q.at(ticket+2).U8, q.at(ticket+3).U8)
		return
	}
	for f := range s.layout.frames {
		s.layout.insert(dst, q.at(ticket+uint32(f)), f)
	}
}

// state saves or restores the frames of a buffer whose rows and ends are known. Tickets follow
// from the order of the observations.
func (s *stacks) state(a *snapshot.Archive, b *Buffer) {
	a.Bool("stacked", &s.begun)
	slots := (b.filled + 1) * b.envs
	a.Uint8s("fresh", s.fresh[:slots])
	if a.Err() != nil {
		return
	}
	if !s.begun {
		rowsState(a, "live", s.live)
		return
	}
	for i := range s.queues {
		q := &s.queues[i]
		if !a.Saving() {
			q.clear()
		}
		frames, err := s.number(b, i)
		if err != nil {
			a.Fail(err)
			return
		}
		for f := range frames {
			var frame envs.Row
			if a.Saving() {
				frame = q.at(q.first + uint32(f))
			} else {
				_, frame = q.push()
			}
			rowsState(a, "frame", envs.Rows{N: 1, Size: s.layout.size(), F32: frame.F32, U8: frame.U8})
			if a.Err() != nil {
				return
			}
		}
		if !a.Saving() {
			s.read(s.live.Row(i), i, s.oldest[b.head*b.envs+i])
		}
	}
}

// number gives the observations of environment i their tickets, counted on from the queue's
// first, and returns how many frames they have.
func (s *stacks) number(b *Buffer, i int) (frames int, err error) {
	k := uint32(s.layout.frames)
	row := (b.head - b.filled + b.rows) % b.rows
	first := s.queues[i].first
	at := first // ticket of the observation's oldest frame
	for {
		slot := row*b.envs + i
		if s.fresh[slot] > freshObs|freshFinal || b.ends[slot] > truncated {
			return 0, fmt.Errorf("observation %d has the mark %d and the end %d", slot, s.fresh[slot], b.ends[slot])
		}
		s.oldest[slot] = at
		if row == b.head {
			return int(at + k - first), nil
		}
		if b.ends[slot] != running {
			if at++; s.fresh[slot]&freshFinal != 0 {
				at += k - 1
			}
			b.final[slot] = at
		}
		row = b.after(row)
		if at++; s.fresh[row*b.envs+i]&freshObs != 0 {
			at += k - 1
		}
	}
}

// rowsState saves or restores rows, in place.
func rowsState(a *snapshot.Archive, name string, r envs.Rows) {
	if r.U8 != nil {
		a.Uint8s(name, r.U8)
	} else {
		a.Float32s(name, r.F32)
	}
}
