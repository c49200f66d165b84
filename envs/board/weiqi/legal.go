package weiqi

import "math/bits"

// maxWords is the words of a bit set of the points of the largest board.
const maxWords = (MaxSide*MaxSide + 63) / 64

// pointSet is a bit set of points.
type pointSet [maxWords]uint64

// flags are the bits of a byte as bools.
var flags = func() (f [256][8]bool) {
	for i := range f {
		for k := range f[i] {
			f[i][k] = i>>k&1 != 0
		}
	}
	return f
}()

// spread sets dst to the points that have a neighbour in x. Both have g.words words.
func (g *geometry) spread(dst, x []uint64) {
	left, right := g.left[:len(x)], g.right[:len(x)]
	dst = dst[:len(x)]
	cols := uint(g.cols)
	below, r := uint64(0), uint64(0) // the word before, and without the last column
	for i, w := range x {
		next := uint64(0)
		if i+1 < len(x) {
			next = x[i+1]
		}
		inner := w &^ right[i]
		d := inner<<1 | r>>63 | w<<cols | below>>(64-cols)
		d |= (w&^left[i])>>1 | w>>cols | next<<(64-cols)
		if i+1 < len(x) {
			d |= (next &^ left[i+1]) << 63
		}
		dst[i] = d & g.full[i]
		below, r = w, inner
	}
}

// Legal sets legal[i] (of Points()+1) for each point where the player to move may play, and for
// the pass. When the game is over nothing is legal.
func (b *Board) Legal(legal []bool) {
	g := b.g
	legal = legal[:g.points+1]
	if b.Over() {
		clear(legal)
		return
	}
	var may pointSet
	ok := may[:g.words]
	b.plays(ok)
	n := g.points
	i := 0
	for ; i+8 <= n; i += 8 {
		*(*[8]bool)(legal[i:]) = flags[ok[i>>6]>>(i&63)&255]
	}
	for ; i < n; i++ {
		legal[i] = ok[i>>6]>>(i&63)&1 != 0
	}
	legal[n] = true
}

// plays sets ok [words] to the points where the player to move may play.
func (b *Board) plays(ok []uint64) {
	g, s, c := b.g, &b.stones, b.toMove
	var emptySet, safeSet, takesSet, nearSet pointSet
	empty, safe, takes, near := emptySet[:g.words], safeSet[:g.words], takesSet[:g.words], nearSet[:g.words]
	own, theirs := s.set[:g.words], s.set[g.words:2*g.words]
	if c == White {
		own, theirs = theirs, own
	}
	for i, f := range g.full {
		empty[i] = f &^ (own[i] | theirs[i])
	}
	copy(safe, own)
	ours, others := s.heads[:g.words], s.heads[g.words:]
	if c == White {
		ours, others = others, ours
	}
	taking := false
	for i := range ok {
		for m := ours[i]; m != 0; m &= m - 1 {
			if h := g.at[i<<6+bits.TrailingZeros64(m)]; s.chains[h].atari() {
				s.erase(h, safe)
			}
		}
		for m := others[i]; m != 0; m &= m - 1 {
			if x := &s.chains[g.at[i<<6+bits.TrailingZeros64(m)]]; x.atari() {
				p := g.index[x.liberty()]
				takes[p>>6] |= 1 << (p & 63)
				taking = true
			}
		}
	}
	// A stone lives beside an empty point, as part of a chain that has another liberty, or by
	// taking.
	g.spread(near, empty)
	for i := range ok {
		ok[i] = near[i]
	}
	g.spread(near, safe)
	for i := range ok {
		ok[i] = empty[i]&(ok[i]|near[i]) | takes[i]
	}
	if b.rules.Suicide {
		g.spread(near, own)
		for i := range ok {
			for m := empty[i] & near[i] &^ ok[i]; m != 0; m &= m - 1 {
				if p := g.at[i<<6+bits.TrailingZeros64(m)]; !b.repeats(c, p, selfless) {
					ok[i] |= m & -m
				}
			}
		}
	}
	b.banQuiet(own, theirs, takes, ok)
	if !taking {
		return
	}
	for i, w := range takes {
		for ; w != 0; w &= w - 1 {
			if p := g.at[i<<6+bits.TrailingZeros64(w)]; b.repeats(c, p, capture) {
				ok[i] &^= w & -w
			}
		}
	}
}

// banQuiet removes from ok the plays that take nothing and repeat a position. They lead to one with
// a stone more than there are now, and are found from those: where one differs from the present by
// that stone alone.
func (b *Board) banQuiet(own, theirs, takes, ok []uint64) {
	h, words := &b.history, b.g.words
	n := b.stones.count + 1
	if n > b.g.points {
		return
	}
	for t := h.last[n]; t >= 0; t = h.link[t] {
		old := h.bits[int(t)*2*words : (int(t)+1)*2*words]
		then, others := old[:words], old[words:]
		if b.toMove == White {
			then, others = others, then
		}
		at, one := -1, true
		for i := range words {
			d := then[i] ^ own[i]
			if others[i] != theirs[i] || d&(d-1) != 0 || d != 0 && at >= 0 {
				one = false
				break
			}
			if d != 0 {
				at = i
			}
		}
		if one && at >= 0 && h.counts(b.rules.Ko, t, b.toMove) {
			ok[at] &^= (then[at] ^ own[at]) &^ takes[at]
		}
	}
}
