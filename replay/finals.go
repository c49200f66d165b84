package replay

import (
	"tesuji/envs"
	"tesuji/snapshot"
)

// finals is a queue of the last observations of episodes, in the order in which they ended:
// the order in which their transitions leave the ring, too. It doubles when it is full, which
// happens only while episodes are short and the ring is filling.
type finals struct {
	rows  envs.Rows // [a power of two, size]
	first uint32    // ticket of the oldest; tickets count on and may wrap
	n     int       // observations held
}

func makeFinals(s envs.Space, atLeast int) finals {
	return finals{rows: envs.MakeRows(s, powerOfTwo(max(atLeast, 16)))}
}

// powerOfTwo returns the smallest power of two that is at least n.
func powerOfTwo(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// push copies the observation to the end of the queue and returns its ticket.
func (f *finals) push(obs envs.Row) uint32 {
	f.reserve(f.n + 1)
	ticket := f.first + uint32(f.n)
	f.at(ticket).Copy(obs)
	f.n++
	return ticket
}

// pop drops the oldest observation.
func (f *finals) pop() {
	f.first++
	f.n--
}

// at returns the observation of a ticket.
func (f *finals) at(ticket uint32) envs.Row { return f.rows.Row(int(ticket) & (f.rows.N - 1)) }

// reserve makes room for n observations.
func (f *finals) reserve(n int) {
	if n <= f.rows.N {
		return
	}
	size := powerOfTwo(n)
	g := finals{rows: envs.Rows{N: size, Size: f.rows.Size}, first: f.first, n: f.n}
	if f.rows.U8 != nil {
		g.rows.U8 = make([]uint8, size*f.rows.Size)
	} else {
		g.rows.F32 = make([]float32, size*f.rows.Size)
	}
	for i := range f.n {
		ticket := f.first + uint32(i)
		g.at(ticket).Copy(f.at(ticket))
	}
	*f = g
}

// state saves or restores n observations, oldest first.
func (f *finals) state(a *snapshot.Archive, n int) {
	if !a.Saving() {
		f.reserve(n)
		f.first, f.n = 0, n
	}
	for i := range n {
		row := f.at(f.first + uint32(i))
		if f.rows.U8 != nil {
			a.Uint8s("final", row.U8)
		} else {
			a.Float32s("final", row.F32)
		}
		if a.Err() != nil {
			return
		}
	}
}
