package weiqi

import "tesuji/internal/rng"

// Playout plays uniformly random legal plays from a position to the end. A player passes when only
// eyes of its own are left to fill. Repetition is told by simple ko. It allocates nothing once made.
type Playout struct {
	g       *geometry
	suicide bool
	stones  stones
	toMove  Colour
	ko      place // where the player to move may not take back, 0 for none
	plies   int
}

// NewPlayout returns a player for boards of b's size and rules.
func NewPlayout(b *Board) *Playout {
	return &Playout{g: b.g, suicide: b.rules.Suicide, stones: newStones(b.g)}
}

// Run plays from b's position to the end, or for 3 plies a point at most, and returns Black's area
// minus White's. b is not changed.
func (p *Playout) Run(b *Board, r *rng.Stream) int {
	p.stones.copyFrom(&b.stones)
	p.toMove, p.plies, p.ko = b.toMove, 0, 0
	if n := len(b.history.hash); n >= 2 && b.passes == 0 {
		p.ko = b.koPoint()
	}
	for passes := b.passes; passes < 2 && p.plies < 3*p.g.points; p.plies++ {
		if p.ply(r) {
			passes = 0
		} else {
			passes++
		}
		p.toMove = p.toMove.Opponent()
	}
	return p.area()
}

// ply makes a random play, or returns false for a pass.
func (p *Playout) ply(r *rng.Stream) bool {
	n := len(p.stones.empty)
	if n == 0 {
		p.ko = 0
		return false
	}
	// From a random place on, around the list. Its order is random enough, and a play that is no
	// good makes its successor only slightly more likely.
	for i, left := r.Intn(n), n; left > 0; left-- {
		at := p.stones.empty[i]
		if i++; i == n {
			i = 0
		}
		if at != p.ko && p.good(at) {
			p.play(at)
			return true
		}
	}
	p.ko = 0
	return false
}

// good reports whether a play on an empty point is legal but for repetition and fills no eye.
func (p *Playout) good(at place) bool {
	s, c := &p.stones, p.toMove
	theirs := false
	for _, q := range p.g.around(at) {
		switch s.cells[q].colour {
		case Empty:
			return true
		case 3 - c:
			theirs = true
		}
	}
	if !theirs && p.eye(at) {
		return false
	}
	if p.suicide {
		return s.kind(c, at, true) != illegal
	}
	for _, q := range p.g.around(at) {
		// It takes a chain in atari, or belongs to one that is not.
		if e := s.cells[q]; e.colour != border && s.chains[e.head].atari() == (e.colour != c) {
			return true
		}
	}
	return false
}

// eye reports whether, of the points diagonal to one that is surrounded by stones of the player to
// move, the opponent has at most one (none at the edge).
func (p *Playout) eye(at place) bool {
	bad, edge := 0, 0
	w := p.g.stride
	for _, q := range [4]place{at - w - 1, at - w + 1, at + w - 1, at + w + 1} {
		switch p.stones.cells[q].colour {
		case border:
			edge = 1
		case 3 - p.toMove:
			bad++
		}
	}
	return bad+edge < 2
}

func (p *Playout) play(at place) {
	s := &p.stones
	before := len(s.empty)
	dead, n := s.play(p.toMove, at)
	p.ko = 0
	if n == 1 && len(s.empty) == before {
		if x := &s.chains[s.cells[at].head]; x.size == 1 && x.atari() {
			p.ko = dead[0]
		}
	}
}

// area is Black's minus White's in a position that was played to the end.
func (p *Playout) area() int {
	margin := 2*p.stones.black() - p.stones.count
	for _, at := range p.stones.empty {
		margin += p.touching(at)
	}
	return margin
}

// touching says whose an empty point is: 1 if Black's stones alone touch it, -1 if White's alone do.
func (p *Playout) touching(at place) int {
	var near Colour
	for _, q := range p.g.around(at) {
		if c := p.stones.cells[q].colour; c != border {
			near |= c
		}
	}
	switch near {
	case Black:
		return 1
	case White:
		return -1
	}
	return 0
}

// Own adds to own [points] whose each point was at the end of the last run: 1 for Black's, -1 for
// White's.
func (p *Playout) Own(own []int32) {
	for i, at := range p.g.at {
		switch p.stones.cells[at].colour {
		case Black:
			own[i]++
		case White:
			own[i]--
		default:
			own[i] += int32(p.touching(at))
		}
	}
}
