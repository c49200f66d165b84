package weiqi

import "slices"

// history is every position of a game, so that a play that repeats one can be told exactly. A
// position can only repeat one with as many stones, and those are linked: hardly any play has to
// look at more than a few hashes. When a hash agrees, the positions themselves are compared.
type history struct {
	words int
	hash  []uint64 // [T+1] of X_t
	bits  []uint64 // [T+1, 2 words] the stones of X_t, black and white
	mover []Colour // [T+1] m_t
	pass  []bool   // [T+1] ply t was a pass; X_0 counts as one
	link  []int32  // [T+1] the latest earlier position with as many stones, -1 for none
	last  []int32  // [points+1] the latest position with that many stones

	scratch []uint64 // [2 words]
}

func newHistory(g *geometry) history {
	h := history{words: g.words, last: make([]int32, g.points+1), scratch: make([]uint64, 2*g.words)}
	h.clear()
	return h
}

func (h *history) clear() {
	h.hash, h.bits, h.mover, h.pass, h.link = h.hash[:0], h.bits[:0], h.mover[:0], h.pass[:0], h.link[:0]
	for i := range h.last {
		h.last[i] = -1
	}
}

func (h *history) copyFrom(from *history) {
	h.hash = append(h.hash[:0], from.hash...)
	h.bits = append(h.bits[:0], from.bits...)
	h.mover = append(h.mover[:0], from.mover...)
	h.pass = append(h.pass[:0], from.pass...)
	h.link = append(h.link[:0], from.link...)
	copy(h.last, from.last)
}

// push adds the present position, which mover's ply led to.
func (h *history) push(s *stones, mover Colour, pass bool) {
	t := int32(len(h.hash))
	h.hash = append(h.hash, s.hash)
	h.bits = append(h.bits, s.set...)
	h.mover = append(h.mover, mover)
	h.pass = append(h.pass, pass)
	h.link = append(h.link, h.last[s.count])
	h.last[s.count] = t
}

// counts reports whether the rule lets colour c not lead to position t again.
func (h *history) counts(k Ko, t int32, c Colour) bool {
	switch k {
	case SimpleKo:
		return int(t) == len(h.hash)-2
	case SituationalSuperko:
		return h.mover[t] == c
	case NaturalSuperko:
		return h.mover[t] == c && !h.pass[t]
	}
	return true
}

// equal reports whether position t is what colour c's legal play at p leads to.
func (h *history) equal(t int32, s *stones, c Colour, p place, k kind) bool {
	s.after(c, p, k, h.scratch)
	at := int(t) * 2 * h.words
	return slices.Equal(h.bits[at:at+2*h.words], h.scratch)
}
