package weiqi

import (
	"math/bits"
	"slices"
)

// Colour is that of a point or a player.
type Colour uint8

const (
	Empty Colour = iota
	Black
	White
	border
)

// Opponent returns White for Black and Black for White.
func (c Colour) Opponent() Colour { return 3 - c }

func (c Colour) String() string { return [...]string{"empty", "black", "white", "border"}[c] }

// cell is a place of the board, with what is asked of it together.
type cell struct {
	colour Colour
	head   place // of a stone: its chain, named by one of its stones
	next   place // of a stone: the next one of the chain, round and round
	spot   int16 // of an empty point: where it stands in the list of those
}

// chain is a maximal connected set of stones of one colour.
//
// A pseudo-liberty is a pair of a stone and an empty neighbour, so that an empty point counts
// once for each stone that it touches. Its number and the sums over the empty points' places tell
// whether there is one liberty only: exactly then count·Σp² = (Σp)² (Cauchy and Schwarz).
type chain struct {
	hash  uint64 // xor of the stones' keys
	count uint32 // pseudo-liberties
	sum   uint32 // Σp
	sq    uint32 // Σp², below 2^31 on the largest board
	size  uint32 // stones
}

func (c *chain) add(p place)    { c.count++; c.sum += uint32(p); c.sq += uint32(p) * uint32(p) }
func (c *chain) remove(p place) { c.count--; c.sum -= uint32(p); c.sq -= uint32(p) * uint32(p) }

// atari reports whether the chain has one liberty (or none).
func (c *chain) atari() bool { return uint64(c.count)*uint64(c.sq) == uint64(c.sum)*uint64(c.sum) }

// liberty returns the liberty of a chain in atari.
func (c *chain) liberty() place { return place(c.sum / c.count) }

// stones is the stones on a board and their chains, kept up to date play by play.
type stones struct {
	g      *geometry
	cells  []cell   // [places]
	chains []chain  // [places] at the chain's name
	empty  []place  // the empty points, in no order
	set    []uint64 // [2 words] black and white stones as bit sets over points
	heads  []uint64 // [2 words] those that name chains
	hash   uint64   // xor of all stones' keys
	count  int      // stones
}

func newStones(g *geometry) stones {
	s := stones{
		g: g, cells: make([]cell, g.places), chains: make([]chain, g.places),
		empty: slices.Clone(g.at), set: make([]uint64, 2*g.words), heads: make([]uint64, 2*g.words),
	}
	for p, i := range g.index {
		if i < 0 {
			s.cells[p].colour = border
		} else {
			s.cells[p].spot = i
		}
	}
	return s
}

// clear removes all stones.
func (s *stones) clear() {
	s.empty = append(s.empty[:0], s.g.at...)
	for i, p := range s.g.at {
		s.cells[p] = cell{spot: int16(i)}
	}
	clear(s.set)
	clear(s.heads)
	s.hash, s.count = 0, 0
}

// copyFrom makes s equal to t, a board of the same size.
func (s *stones) copyFrom(t *stones) {
	copy(s.cells, t.cells)
	copy(s.chains, t.chains)
	s.empty = append(s.empty[:0], t.empty...)
	copy(s.set, t.set)
	copy(s.heads, t.heads)
	s.hash, s.count = t.hash, t.count
}

// black counts the black stones.
func (s *stones) black() int {
	n := 0
	for _, w := range s.set[:s.g.words] {
		n += bits.OnesCount64(w)
	}
	return n
}

// put places a stone on an empty point and joins it with its neighbours. It returns the names of
// the opponent's chains that have no liberty left, which are still there.
func (s *stones) put(c Colour, p place) (dead [4]place, n int) {
	at := &s.cells[p]
	last := s.empty[len(s.empty)-1]
	s.empty[at.spot] = last
	s.cells[last].spot = at.spot
	s.empty = s.empty[:len(s.empty)-1]
	key := s.g.zobrist[c][p]
	s.hash ^= key
	s.count++
	w, b := s.g.bit(c, p)
	s.set[w] |= b
	s.heads[w] |= b
	at.colour, at.head, at.next = c, p, p

	own := chain{hash: key, size: 1}
	var friends [4]place
	f := 0
	for _, q := range s.g.around(p) {
		switch at := s.cells[q]; at.colour {
		case Empty:
			own.add(q)
		case border:
		default:
			x := &s.chains[at.head]
			x.remove(p)
			if at.colour == c {
				friends[f] = at.head
				f++
			} else if x.count == 0 { // which the last of its stones beside p finds, and only that
				dead[n] = at.head
				n++
			}
		}
	}
	s.chains[p] = own
	for _, h := range friends[:f] {
		if a := s.cells[p].head; s.cells[h].head != a {
			s.join(s.cells[h].head, a)
		}
	}
	return dead, n
}

// join makes one chain of two, under the name of the larger.
func (s *stones) join(a, b place) {
	if s.chains[a].size < s.chains[b].size {
		a, b = b, a
	}
	w, bit := s.g.bit(s.cells[b].colour, b)
	s.heads[w] &^= bit
	x, y := &s.chains[a], &s.chains[b]
	x.hash ^= y.hash
	x.count += y.count
	x.sum += y.sum
	x.sq += y.sq
	x.size += y.size
	for p := b; ; {
		e := &s.cells[p]
		e.head = a
		if p = e.next; p == b {
			break
		}
	}
	s.cells[a].next, s.cells[b].next = s.cells[b].next, s.cells[a].next
}

// take removes a chain.
func (s *stones) take(h place) {
	dead := s.chains[h]
	c := s.cells[h].colour
	w, b := s.g.bit(c, h)
	s.heads[w] &^= b
	s.hash ^= dead.hash
	s.count -= int(dead.size)
	for p := h; ; {
		e := &s.cells[p]
		e.colour = Empty
		e.spot = int16(len(s.empty))
		s.empty = append(s.empty, p)
		w, b := s.g.bit(c, p)
		s.set[w] &^= b
		for _, q := range s.g.around(p) {
			if n := s.cells[q]; n.colour == 3-c {
				s.chains[n.head].add(p)
			}
		}
		if p = e.next; p == h {
			break
		}
	}
}

// play places a stone, removes the opponent's chains without liberties, and then the stone's own
// if it has none. It returns the names of the chains removed from the opponent.
func (s *stones) play(c Colour, p place) (dead [4]place, n int) {
	dead, n = s.put(c, p)
	for _, h := range dead[:n] {
		s.take(h)
	}
	if h := s.cells[p].head; n == 0 && s.chains[h].count == 0 {
		s.take(h)
	}
	return dead, n
}

// kind is what a play does, but for repetition.
type kind uint8

const (
	illegal  kind = iota
	quiet         // takes nothing
	capture       // takes stones of the opponent
	selfless      // takes stones of one's own, where suicide is allowed
)

// kind says what colour c's play on the empty point p does. To remove its own stones alone is
// illegal, unless there are several of them and suicide is allowed.
func (s *stones) kind(c Colour, p place, suicide bool) kind {
	lives, own := false, false
	for _, q := range s.g.around(p) {
		switch e := s.cells[q]; e.colour {
		case Empty:
			lives = true
		case border:
		default:
			single := s.chains[e.head].atari()
			if e.colour != c {
				if single {
					return capture
				}
				continue
			}
			own = true
			lives = lives || !single
		}
	}
	switch {
	case lives:
		return quiet
	case own && suicide:
		return selfless
	}
	return illegal
}

// effect returns the hash and the number of stones of the position that a legal play leads to.
func (s *stones) effect(c Colour, p place, k kind) (hash uint64, count int) {
	if k == selfless {
		hash, count = s.hash, s.count
	} else {
		hash, count = s.hash^s.g.zobrist[c][p], s.count+1
	}
	taken := s.taken(c, k)
	if taken == Empty {
		return hash, count
	}
	var seen [4]place
	n := 0
	for _, q := range s.g.around(p) {
		e := s.cells[q]
		if e.colour != taken || slices.Contains(seen[:n], e.head) {
			continue
		}
		if x := &s.chains[e.head]; x.atari() {
			seen[n] = e.head
			n++
			hash ^= x.hash
			count -= int(x.size)
		}
	}
	return hash, count
}

// taken returns whose stones a play removes, Empty for nobody's.
func (s *stones) taken(c Colour, k kind) Colour {
	switch k {
	case capture:
		return 3 - c
	case selfless:
		return c
	}
	return Empty
}

// after sets dst [2 words] to the bit sets of the position that a legal play leads to.
func (s *stones) after(c Colour, p place, k kind, dst []uint64) {
	copy(dst, s.set)
	if k != selfless {
		w, b := s.g.bit(c, p)
		dst[w] |= b
	}
	taken := s.taken(c, k)
	if taken == Empty {
		return
	}
	for _, q := range s.g.around(p) {
		if e := s.cells[q]; e.colour == taken && s.chains[e.head].atari() {
			s.erase(e.head, dst[int(taken-1)*s.g.words:])
		}
	}
}

// erase clears a chain's points in a bit set [words].
func (s *stones) erase(h place, set []uint64) {
	for p := h; ; {
		i := s.g.index[p]
		set[i>>6] &^= 1 << (i & 63)
		if p = s.cells[p].next; p == h {
			return
		}
	}
}
