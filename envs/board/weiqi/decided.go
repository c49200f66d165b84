package weiqi

import "math/bits"

// Decided reports whether every point is a pass-alive stone or territory of either player, so that
// play on cannot change the score, and returns Black's margin in area, opposing stones inside
// territory removed. owner [points], if not nil, is then set to who has each point.
func (b *Board) Decided(owner []Colour) (margin int, decided bool) {
	g, s := b.g, &b.stones
	var blacks, whites pointSet
	black, white := blacks[:g.words], whites[:g.words]
	b.alive(black, s.set[:g.words], s.set[g.words:2*g.words])
	b.alive(white, s.set[g.words:2*g.words], s.set[:g.words])
	for i, full := range g.full {
		if black[i]|white[i] != full {
			return 0, false
		}
		margin += bits.OnesCount64(black[i]) - bits.OnesCount64(white[i])
	}
	if owner != nil {
		for i := range g.points {
			owner[i] = White
			if black[i>>6]>>(i&63)&1 != 0 {
				owner[i] = Black
			}
		}
	}
	return margin, true
}

// alive sets dst [words] to what is own's without condition: PassAlive's stones and territory.
func (b *Board) alive(dst, own, theirs []uint64) {
	g := b.g
	n := len(dst)
	var keptSet, openSet pointSet
	kept, open := keptSet[:n], openSet[:n] // stones that may be alive, points of regions that may count
	copy(kept, own)
	for i, f := range g.full {
		open[i] = f &^ own[i]
	}
	for changed := true; changed; {
		changed = false
		var leftSet pointSet
		left := leftSet[:n]
		copy(left, kept)
		for {
			var chainSet, nearSet pointSet
			chain, near := chainSet[:n], nearSet[:n]
			if !g.take(chain, left, own) {
				break
			}
			g.spread(near, chain)
			if g.vital(near, open, theirs, b.rules.Suicide) >= 2 {
				continue
			}
			changed = true
			for i, w := range chain {
				kept[i] &^= w
			}
			g.close(open, near)
		}
	}
	copy(dst, kept)
	var nearSet pointSet
	near := nearSet[:n]
	g.spread(near, kept)
	var leftSet pointSet
	left := leftSet[:n]
	copy(left, open)
	for {
		var regionSet pointSet
		region := regionSet[:n]
		if !g.take(region, left, open) {
			return
		}
		inner, outer := 0, uint64(0)
		for i, w := range region {
			inner += bits.OnesCount64(w &^ near[i])
			outer |= w & near[i]
		}
		if outer != 0 && inner <= 1 {
			for i, w := range region {
				dst[i] |= w
			}
		}
	}
}

// take sets dst to the connected part of within that has the first point of left, and takes it out
// of left. It returns false if left is empty.
func (g *geometry) take(dst, left, within []uint64) bool {
	for i, w := range left {
		if w != 0 {
			dst[i] = w & -w
			g.fill(dst, within)
			for j, d := range dst {
				left[j] &^= d
			}
			return true
		}
	}
	return false
}

// fill adds to x all points of within that are connected to it.
func (g *geometry) fill(x, within []uint64) {
	var nextSet pointSet
	next := nextSet[:len(x)]
	for grown := true; grown; {
		grown = false
		g.spread(next, x)
		for i, w := range next {
			if more := w & within[i] &^ x[i]; more != 0 {
				x[i] |= more
				grown = true
			}
		}
	}
}

// vital counts the regions of open all of whose points, or without suicide all of whose empty ones,
// are in near, the points next to a chain. It stops at two.
func (g *geometry) vital(near, open, theirs []uint64, suicide bool) int {
	n := len(near)
	var leftSet pointSet
	left := leftSet[:n]
	for i, w := range near {
		left[i] = w & open[i]
	}
	count := 0
	for {
		var regionSet pointSet
		region := regionSet[:n]
		if !g.take(region, left, open) {
			return count
		}
		outside := uint64(0)
		for i, w := range region {
			if !suicide {
				w &^= theirs[i]
			}
			outside |= w &^ near[i]
		}
		if outside == 0 {
			if count++; count == 2 {
				return count
			}
		}
	}
}

// close takes the regions of open that touch near out of it.
func (g *geometry) close(open, near []uint64) {
	var goneSet pointSet
	gone := goneSet[:len(open)]
	for i, w := range open {
		gone[i] = w & near[i]
	}
	g.fill(gone, open)
	for i, w := range gone {
		open[i] &^= w
	}
}

// Tidy says what to play in a decided position, for whom a pass would leave dead stones on the board
// that count: a play that takes some, or comes nearer to it, and leaves everything decided as it is,
// or else one that takes most; or a pass, if the score is right already. It returns false if the
// position is not decided.
func (b *Board) Tidy() (point int, decided bool) {
	owner := make([]Colour, b.g.points)
	margin, decided := b.Decided(owner)
	if !decided || b.Area(nil) == margin {
		return b.Pass(), decided
	}
	// Where dead stones are, with what is around them.
	g, own := b.g, b.toMove
	var deadSet, openSet pointSet
	dead, open := deadSet[:g.words], openSet[:g.words]
	for i, c := range owner {
		if c == own && b.At(i) != own {
			open[i>>6] |= 1 << (i & 63)
			if b.At(i) != Empty {
				dead[i>>6] |= 1 << (i & 63)
			}
		}
	}
	g.fill(dead, open)
	point, most := b.Pass(), 0
	for i := range g.points {
		if dead[i>>6]>>(i&63)&1 == 0 || b.Check(own, i) != nil {
			continue
		}
		next := b.Clone()
		before := next.stoneCount()
		if next.Play(i) != nil {
			continue
		}
		worth := before + 1 - next.stoneCount() // stones taken
		if m, ok := next.Decided(nil); ok && m == margin {
			worth += g.points
		}
		if worth > most {
			point, most = i, worth
		}
	}
	return point, true
}

// stoneCount is the number of stones on the board.
func (b *Board) stoneCount() int {
	n := 0
	for _, w := range b.stones.set[:2*b.g.words] {
		n += bits.OnesCount64(w)
	}
	return n
}
