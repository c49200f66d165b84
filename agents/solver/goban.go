package solver

import (
	"fmt"
	"math/bits"

	"tesuji/internal/rng"
)

// Goban is Go on a board of at most 25 points, as a Position: area scoring, positional superko, no
// suicide, two passes end the game. Values are Black's or White's area minus the other's.
//
// Its bounds are what is alive without condition (Benson): points that are a player's whatever the
// other does. A region that such chains surround counts as theirs with dead stones in it, which
// their owner can take: each play in it adds a stone for good, and each position of that clearing
// has bounds no worse, so that none was on the board in a search, which ends at such bounds. It may
// have been before the search began, if a player undid such life: positions with a past of that kind
// must not be given to a Solver.
//
// Keys are the same for the eight (on rectangles, four) symmetric positions and for those with
// colours exchanged.
type Goban struct {
	rows, cols int
	points     int
	board      uint32       // all points
	left       uint32       // the first column, and the last
	right      uint32       //
	near       [25]uint32   // the neighbours of each point
	turned     [8][25]uint8 // where symmetry k puts a point
	back       [8][25]uint8
	symmetries int
	keys       [2][25][2 * 8]uint64 // [colour][point][view] Zobrist keys
	now        int
	frames     []frame
}

// frame is a position on the way from the start.
type frame struct {
	stones [2]uint32 // Black's and White's
	toMove uint8     // 0 Black
	passes uint8
	view   uint8 // as which the position has its key: symmetry, +8 with colours exchanged
	class  int16
	play   bool          // the ply before was no pass
	hash   [2 * 8]uint64 // in each view: [k] turned by symmetry k, [8+k] with colours exchanged too
}

// NewGoban returns an empty board with Black to move. It panics on more than 25 points.
func NewGoban(rows, cols int) *Goban {
	if rows < 1 || cols < 1 || rows*cols > 25 {
		panic(fmt.Sprintf("solver: a board of %d rows and %d columns: want at most 25 points", rows, cols))
	}
	g := &Goban{rows: rows, cols: cols, points: rows * cols, board: 1<<(rows*cols) - 1, symmetries: 4}
	if rows == cols {
		g.symmetries = 8
	}
	for r := range rows {
		g.left |= 1 << (r * cols)
		g.right |= 1 << (r*cols + cols - 1)
	}
	for p := range g.points {
		g.near[p] = g.spread(1<<p) &^ (1 << p)
		for k := range g.symmetries {
			r, c := p/cols, p%cols
			if k&1 != 0 {
				r = rows - 1 - r
			}
			if k&2 != 0 {
				c = cols - 1 - c
			}
			if k&4 != 0 {
				r, c = c, r
			}
			g.turned[k][p] = uint8(r*cols + c)
			g.back[k][r*cols+c] = uint8(p)
		}
	}
	draws := rng.New(uint64(rows*100+cols), "solver zobrist")
	var plain [2][25]uint64
	for c := range plain {
		for p := range g.points {
			plain[c][p] = draws.Uint64()
		}
	}
	for c := range plain {
		for p := range g.points {
			for k := range 8 {
				q := g.turned[k%g.symmetries][p]
				g.keys[c][p][k] = plain[c][q]
				g.keys[c][p][8+k] = plain[1-c][q]
			}
		}
	}
	g.frames = []frame{{}}
	g.finish(&g.frames[0])
	return g
}

// spread returns points and their neighbours.
func (g *Goban) spread(x uint32) uint32 {
	return (x | x<<g.cols | x>>g.cols | (x&^g.right)<<1 | (x&^g.left)>>1) & g.board
}

// fill returns the points of mask that are connected with seed, itself in mask.
func (g *Goban) fill(seed, mask uint32) uint32 {
	for {
		x := g.spread(seed) & mask
		if x == seed {
			return x
		}
		seed = x
	}
}

// finish sets what follows from the stones and the hashes.
func (g *Goban) finish(f *frame) {
	// The key sees the player to move as Black.
	lo := int(f.toMove) * 8
	f.view = uint8(lo)
	for k := lo + 1; k < lo+g.symmetries; k++ {
		if f.hash[k] < f.hash[f.view] {
			f.view = uint8(k)
		}
	}
	f.class = g.class(&f.hash)
}

// class is that of a position, whoever is to move, of all its symmetric ones, and with colours
// exchanged.
func (g *Goban) class(hash *[16]uint64) int16 {
	least := hash[0]
	for k := 1; k < g.symmetries; k++ {
		least = min(least, hash[k])
	}
	for k := range g.symmetries {
		least = min(least, hash[8+k])
	}
	return int16(least * 0x9e3779b97f4a7c15 >> 54) // the least of many has small bits on top
}

// after sets next to the position after a play, but for what finish sets, and reports whether the
// play is legal but for repetition.
func (g *Goban) after(f *frame, p int, next *frame) bool {
	me := f.toMove
	own, theirs := f.stones[me]|1<<p, f.stones[1-me]
	dead := uint32(0)
	for m := g.near[p] & theirs; m != 0; m &= m - 1 {
		if bit := m & -m; dead&bit == 0 {
			if x := g.fill(bit, theirs); g.spread(x)&^(own|theirs) == 0 {
				dead |= x
			}
		}
	}
	if dead == 0 && g.spread(g.fill(1<<p, own))&^(own|theirs) == 0 {
		return false
	}
	next.stones[me], next.stones[1-me] = own, theirs&^dead
	next.toMove, next.passes, next.play = 1-me, 0, true
	next.hash = f.hash
	toggle(&next.hash, &g.keys[me][p])
	for m := dead; m != 0; m &= m - 1 {
		toggle(&next.hash, &g.keys[1-me][bits.TrailingZeros32(m)])
	}
	return true
}

func toggle(hash, keys *[16]uint64) {
	for k := range hash {
		hash[k] ^= keys[k]
	}
}

// repeats reports whether a position was on the board before.
func (g *Goban) repeats(stones [2]uint32) bool {
	for i := g.now; i >= 0; i-- {
		if g.frames[i].stones == stones {
			return true
		}
	}
	return false
}

// Bounds returns what is alive without condition, and, after a pass, what one more makes of the
// board as it stands.
func (g *Goban) Bounds() (lo, hi int) {
	f := &g.frames[g.now]
	own, theirs := f.stones[f.toMove], f.stones[1-f.toMove]
	if f.passes == 2 {
		a := g.area(own, theirs)
		return a, a
	}
	lo = 2*bits.OnesCount32(g.alive(own, theirs)) - g.points
	hi = g.points - 2*bits.OnesCount32(g.alive(theirs, own))
	if f.passes == 1 {
		lo = max(lo, g.area(own, theirs))
	}
	return lo, max(lo, hi)
}

// area is that of own minus theirs.
func (g *Goban) area(own, theirs uint32) int {
	n := bits.OnesCount32(own) - bits.OnesCount32(theirs)
	for m := g.board &^ (own | theirs); m != 0; {
		x := g.fill(m&-m, m)
		m &^= x
		switch a, b := g.spread(x)&own != 0, g.spread(x)&theirs != 0; {
		case a && !b:
			n += bits.OnesCount32(x)
		case b && !a:
			n -= bits.OnesCount32(x)
		}
	}
	return n
}

// alive returns the points that are own's without condition: chains that cannot be captured even
// if their owner always passes (D. Benson, 1976), and regions that such chains surround and in
// which nothing else can live.
func (g *Goban) alive(own, theirs uint32) uint32 {
	if own == 0 {
		return 0
	}
	var chains, reach [25]uint32 // chains, and with the points next to them
	n := 0
	for m := own; m != 0; n++ {
		chains[n] = g.fill(m&-m, m)
		reach[n] = g.spread(chains[n])
		m &^= chains[n]
	}
	var regions [25]uint32
	k := 0
	for m := g.board &^ own; m != 0; k++ {
		regions[k] = g.fill(m&-m, m)
		m &^= regions[k]
	}
	kept := own
	for changed := true; changed; {
		changed = false
		for i := range n {
			if chains[i] == 0 {
				continue
			}
			vital := 0
			for _, r := range regions[:k] {
				if r != 0 && r&reach[i] != 0 && r&^theirs&^reach[i] == 0 {
					vital++
				}
			}
			if vital < 2 {
				kept &^= chains[i]
				chains[i] = 0
				changed = true
			}
		}
		dropped := own &^ kept
		for j, r := range regions[:k] {
			if r != 0 && g.spread(r)&dropped != 0 {
				regions[j] = 0
			}
		}
	}
	if kept == 0 {
		return 0
	}
	touched := g.spread(kept)
	all := kept
	for _, r := range regions[:k] {
		if inner := r &^ touched; inner&(inner-1) == 0 {
			all |= r
		}
	}
	return all
}

// Moves appends the plays, those that take stones first, and, unless the other player has just
// passed, the pass, which then Bounds knows.
func (g *Goban) Moves(dst []Move) []Move {
	f := &g.frames[g.now]
	var next frame
	own, theirs := f.stones[f.toMove], f.stones[1-f.toMove]
	for m := g.board &^ (own | theirs); m != 0; m &= m - 1 {
		p := bits.TrailingZeros32(m)
		if !g.after(f, p, &next) {
			continue
		}
		taken := bits.OnesCount32(theirs) - bits.OnesCount32(next.stones[1-f.toMove])
		promise := int32(4 * taken)
		if g.near[p]&^own == 0 {
			promise = -1 // fills an eye, or a point all around which is one's own
		}
		dst = append(dst, Move{ID: p, Class: g.class(&next.hash), Banned: g.repeats(next.stones), Promise: promise})
	}
	if f.passes == 0 {
		dst = append(dst, Move{ID: g.points, Class: NoClass, Promise: -2})
	}
	return dst
}

// Play makes a play, or with the number after the last point a pass.
func (g *Goban) Play(id int) {
	if g.now+1 == len(g.frames) {
		g.frames = append(g.frames, frame{})
	}
	f, next := &g.frames[g.now], &g.frames[g.now+1]
	if id == g.points {
		*next = *f
		next.toMove, next.passes, next.play = 1-f.toMove, f.passes+1, false
	} else {
		g.after(f, id, next)
	}
	g.finish(next)
	g.now++
}

// Undo takes the last ply back.
func (g *Goban) Undo() { g.now-- }

// Key is that of the position with the player to move as Black, turned so that it is least.
func (g *Goban) Key() uint64 {
	f := &g.frames[g.now]
	return f.hash[f.view] ^ uint64(f.passes)*0xd1b54a32d192ed03
}

// Past returns a hash of the earlier positions of these classes, as seen from the key's.
func (g *Goban) Past(s *Set) uint64 {
	view := g.frames[g.now].view
	sum := uint64(0)
	for i := range g.now + 1 {
		f := &g.frames[i]
		if (f.play || i == 0) && s.Has(int(f.class)) {
			x := f.hash[view] + 0x9e3779b97f4a7c15
			x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
			sum += x ^ x>>32
		}
	}
	return sum
}

// ToKey returns where a play is in the position of the key.
func (g *Goban) ToKey(id int) int {
	if id == g.points {
		return id
	}
	return int(g.turned[g.frames[g.now].view&7][id])
}

// FromKey returns which play one in the position of the key is.
func (g *Goban) FromKey(id int) int {
	if id == g.points {
		return id
	}
	return int(g.back[g.frames[g.now].view&7][id])
}
