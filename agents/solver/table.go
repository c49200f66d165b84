package solver

import "math/bits"

// table keeps what searches found, in buckets of four entries, of which that of least work gives way.
type table struct {
	entries []entry
	sets    []Set // of the entries, if positions remember
	shift   int
}

// entry is what is known about a position. 24 bytes.
type entry struct {
	key    uint64
	past   uint64 // hash of the past within the set
	lo, hi int16  // bounds of the value for the player to move
	move   uint8  // that answered last, as of the position of the key
	work   uint8  // log2 of the positions that the search looked at
	// The question that was left open last, to which depth, and who had to prove; depth 0 for none.
	asked int8
	depth int8 // negative if the player to move had not to prove
}

const (
	bucket  = 4
	noMove  = 255 // no move
	gaveUp  = -1  // recall: the answer is open at this depth, as was found before
	noBound = 1 << 14
)

func newTable(entries int) *table {
	size := max(bits.Len(uint(max(1, entries-1))), 6)
	return &table{entries: make([]entry, 1<<size), shift: 64 - size}
}

// withSets makes room for the sets that entries rest on.
func (t *table) withSets(wanted bool) {
	if wanted && t.sets == nil {
		t.sets = make([]Set, len(t.entries))
	}
}

// at returns the first entry of a key's bucket.
func (t *table) at(key uint64) int { return int(key*0x9e3779b97f4a7c15>>t.shift) &^ (bucket - 1) }

// holds reports whether what an entry says holds with the present past.
func (s *Solver) holds(i int) bool {
	return s.past == nil || s.past.Past(&s.table.sets[i]) == s.table.entries[i].past
}

// deep returns the depth of a question left open, 0 if the other player had to prove then.
func (s *Solver) deep(depth int8, ply int) int {
	if ply&1 != s.prover {
		depth = -depth
	}
	return max(0, int(depth))
}

// recall returns the answer if it is known, and otherwise the move to try first, noMove for none, or
// gaveUp if the same question was left open at this depth.
func (s *Solver) recall(key uint64, v, depth, ply int) (a answer, hint int) {
	hint = noMove
	i := s.table.at(key)
	for j := i; j < i+bucket; j++ {
		e := &s.table.entries[j]
		if e.key != key || e.work == 0 {
			continue
		}
		if hint == noMove && e.move != noMove {
			hint = int(e.move)
		}
		switch {
		case v <= int(e.lo) && s.holds(j):
			a = yes
		case v > int(e.hi) && s.holds(j):
			a = no
		case e.asked == int8(v) && s.deep(e.depth, ply) >= depth:
			// An open question proves nothing, so it need not ask for the past: at worst
			// the search goes deeper than it had to.
			return open, gaveUp
		default:
			continue
		}
		if s.past != nil {
			s.levels[ply].rests = s.table.sets[j]
		}
		return a, hint
	}
	return open, hint
}

// keep stores an answer, which rests on what the level says.
func (s *Solver) keep(key uint64, v, depth, ply int, a answer, best, nodes int) {
	t := s.table
	i := t.at(key)
	victim := i
	fresh := true
	for j := i; j < i+bucket; j++ {
		e := &t.entries[j]
		if e.work != 0 && e.key == key && (a == open || s.holds(j)) {
			victim, fresh = j, false
			break
		}
		if e.work < t.entries[victim].work {
			victim = j
		}
	}
	e := &t.entries[victim]
	work := uint8(1 + bits.Len(uint(nodes)))
	if fresh {
		*e = entry{key: key, lo: -noBound, hi: noBound, move: noMove, work: work}
		if t.sets != nil {
			t.sets[victim] = Set{}
		}
	}
	e.work = max(e.work, work)
	if best != noMove {
		e.move = uint8(best)
	}
	switch a {
	case open:
		e.asked, e.depth = int8(v), int8(min(depth, 127))
		if ply&1 != s.prover {
			e.depth = -e.depth
		}
		return
	case yes:
		e.lo = max(e.lo, int16(v))
	case no:
		e.hi = min(e.hi, int16(v-1))
	}
	if s.past != nil {
		// Older bounds of the entry hold under the larger set too: a past that agrees in it
		// agrees in its part.
		t.sets[victim].join(&s.levels[ply].rests)
		e.past = s.past.Past(&t.sets[victim])
	}
}
