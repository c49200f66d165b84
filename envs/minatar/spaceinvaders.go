package minatar

import (
	"errors"
	"math/bits"

	"tesuji/envs"
	"tesuji/snapshot"
)

// SpaceInvaders: a cannon shoots at a block of aliens, who march, come down and shoot back.
//
// Channels: 0 cannon, 1 alien, 2 alien while they march left, 3 alien while they march right,
// 4 bullet of the cannon, 5 bullet of an alien. Minimal actions: none, left, right, fire. An
// alien that is hit rewards 1; a bullet or an alien in the cannon's cell, or an alien in row 9 when
// they are to come down, ends the episode.
//
// The cannon is in row 9 and begins in column 5; 24 aliens begin in rows 0 to 3 of columns 2 to
// 7 and march left. Nothing in the game is random but sticky actions.
//
// In a step:
//   - The cannon moves, or fires if it has not within five steps: a bullet appears in its cell.
//   - Its bullets fly up one cell, then the aliens' down one.
//   - The aliens march after an interval of 12 steps, or as many as there are aliens if
//     these are fewer: one cell sideways, or at the edge down one, and turn around.
//   - Every ten steps the lowest alien of the column nearest to the cannon (the left one of
//     two) drops a bullet on its own cell.
//   - An alien in the cell of a cannon's bullet vanishes with it.
//   - When all are gone, 24 new ones appear at the first place, marching as the last did.
//
// Ramping: each new block shortens the interval by one, down to 6.
type SpaceInvaders struct {
	play
	x int // column of the cannon

	aliens, shots, bombs bitboard // aliens, the cannon's bullets, the aliens' bullets

	marchRight bool
	interval   int // greatest number of steps between marches
	moveTimer  int // steps until the next march
	dropTimer  int // steps until the next bullet of an alien
	cooldown   int // steps until the cannon can fire
}

const (
	invadersChannels = 6
	shotCooldown     = 5  // steps after a shot of the cannon
	alienCooldown    = 10 // steps after a bullet of the aliens
	slowestInterval  = 12
	fastestInterval  = 6
	alienBlock       = 0b0011111100 * (1 | 1<<side | 1<<(2*side) | 1<<(3*side)) // in the lower word
)

var (
	invadersMoves = []move{none, left, right, fire}
	invadersV0    = newSpec("SpaceInvaders", 0, invadersChannels, allMoves)
	invadersV1    = newSpec("SpaceInvaders", 1, invadersChannels, invadersMoves)
)

// NewSpaceInvaders returns MinAtar/SpaceInvaders-v1, with four actions.
func NewSpaceInvaders(o Options) (*SpaceInvaders, error) {
	return newSpaceInvaders(invadersV1, invadersMoves, o)
}

// NewSpaceInvadersV0 returns MinAtar/SpaceInvaders-v0, with six actions.
func NewSpaceInvadersV0(o Options) (*SpaceInvaders, error) {
	return newSpaceInvaders(invadersV0, allMoves, o)
}

func newSpaceInvaders(spec *envs.Spec, actions []move, o Options) (*SpaceInvaders, error) {
	p, err := newPlay(spec, actions, o)
	if err != nil {
		return nil, err
	}
	g := &SpaceInvaders{play: p}
	g.setUp()
	return g, nil
}

// Reset begins an episode.
func (g *SpaceInvaders) Reset(obs envs.Row) error {
	g.begin()
	g.setUp()
	g.observe(obs.U8)
	return nil
}

// setUp puts everything in its place for an episode.
func (g *SpaceInvaders) setUp() {
	g.x = 5
	g.aliens, g.shots, g.bombs = bitboard{top: alienBlock}, bitboard{}, bitboard{}
	g.marchRight = false
	g.interval, g.moveTimer = slowestInterval, slowestInterval
	g.dropTimer, g.cooldown = alienCooldown, 0
}

// Step moves the cannon, bullets and aliens.
func (g *SpaceInvaders) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	m, err := g.choose(a)
	if err != nil {
		return envs.Result{}, err
	}
	reward, over := g.advance(m)
	g.observe(obs.U8)
	return g.result(reward, over), nil
}

func (g *SpaceInvaders) advance(m move) (reward int, over bool) {
	x := clamp(g.x+stepX[m], 0, edge)
	ready, firing := uint64(0), uint64(0)
	if g.cooldown == 0 {
		ready = 1
	}
	if m == fire {
		firing = 1
	}
	shots, bombs, aliens := g.shots, g.bombs.down(), g.aliens
	shots.bottom |= ready & firing << (lastRow + x)
	shots = shots.up()
	cooldown := max(g.cooldown-1, int(ready&firing)*(shotCooldown-1))

	danger := bombs.row9() | aliens.row9()
	if g.moveTimer == 0 {
		g.moveTimer = min(aliens.count(), g.interval)
		aliens, over = g.march(aliens)
		danger |= aliens.row9()
	}
	over = over || danger>>x&1 != 0
	if g.dropTimer == 0 {
		g.dropTimer = alienCooldown
		bombs = bombs.or(aliens.lowest(nearest(aliens.columns(), x)))
	}
	if hit := aliens.and(shots); !hit.empty() {
		reward = hit.count()
		aliens = aliens.without(hit)
		shots = shots.without(hit)
	}
	if aliens.empty() {
		if g.options.DifficultyRamping && g.interval > fastestInterval {
			g.interval--
		}
		aliens = bitboard{top: alienBlock}
	}
	g.x, g.shots, g.bombs, g.aliens = x, shots, bombs, aliens
	g.cooldown = max(cooldown, 0)
	g.moveTimer--
	g.dropTimer--
	return reward, over
}

// march moves the aliens sideways, or down at the edge. It reports whether they were to come
// down from row 9, which puts that row on top.
func (g *SpaceInvaders) march(aliens bitboard) (moved bitboard, landed bool) {
	columns := aliens.columns()
	switch {
	case !g.marchRight && columns&1 != 0, g.marchRight && columns>>edge != 0:
		g.marchRight = !g.marchRight
		bottom := aliens.row9()
		return aliens.down().or(bitboard{top: bottom}), bottom != 0
	case g.marchRight:
		return aliens.right(), false
	}
	return aliens.left(), false
}

// nearest returns the column of the set, which is not empty, that is nearest to x: the left
// one of two.
func nearest(set uint64, x int) int {
	onLeft, onRight := set&(2<<x-1), set>>x
	l, r := bits.Len64(onLeft)-1, x+bits.TrailingZeros64(onRight)
	if onRight == 0 || onLeft != 0 && x-l <= r-x {
		return l
	}
	return r
}

// A half row is five cells, whose channels are thirty bytes: two pieces of sixteen, the second of
// which begins two bytes before the first ends.
const (
	halfRow      = side / 2
	halfRowBytes = halfRow * invadersChannels
	pieceBytes   = 16
)

// alienCells holds the pieces of a half row whose aliens are the bits of the second index, as they
// march left or right by the first.
var alienCells = func() (pieces [2][1 << halfRow][2][pieceBytes]uint8) {
	for heading := range pieces {
		for set := range pieces[heading] {
			var cells [halfRowBytes]uint8
			for x := range halfRow {
				if set>>x&1 != 0 {
					c := cells[x*invadersChannels:]
					c[1], c[2+heading] = 1, 1
				}
			}
			p := &pieces[heading][set]
			p[0], p[1] = [pieceBytes]uint8(cells[:]), [pieceBytes]uint8(cells[halfRowBytes-pieceBytes:])
		}
	}
	return pieces
}()

func (g *SpaceInvaders) observe(obs []uint8) {
	const n = invadersChannels
	obs = obs[:cells*n]
	clear(obs)
	heading := 0
	if g.marchRight {
		heading = 1
	}
	observeAliens(g.aliens.top, heading, obs[:cells*n/2])
	observeAliens(g.aliens.bottom, heading, obs[cells*n/2:])
	obs[at(g.x, edge, n, 0)] = 1
	observeBullets(g.shots.top, g.bombs.top, obs[:cells*n/2])
	observeBullets(g.shots.bottom, g.bombs.bottom, obs[cells*n/2:])
}

// observeAliens writes those of the five rows of a word of a bitboard that have aliens.
func observeAliens(set uint64, heading int, rows []uint8) {
	words := &alienCells[heading]
	rows = rows[:side*halfRowBytes]
	for at := 0; set != 0 && at+halfRowBytes <= len(rows); at += halfRowBytes {
		pieces := &words[set&(1<<halfRow-1)]
		set >>= halfRow
		row := (*[halfRowBytes]uint8)(rows[at:])
		*(*[pieceBytes]uint8)(row[:]) = pieces[0]
		*(*[pieceBytes]uint8)(row[halfRowBytes-pieceBytes:]) = pieces[1]
	}
}

// observeBullets writes the bullets in the five rows of a word of a bitboard.
func observeBullets(shots, bombs uint64, rows []uint8) {
	const n = invadersChannels
	for set := shots | bombs; set != 0; set &= set - 1 {
		i := bits.TrailingZeros64(set)
		c := rows[i*n:][:n]
		c[4], c[5] = uint8(shots>>i&1), uint8(bombs>>i&1)
	}
}

// State saves or restores everything but the options, which must be the same.
func (g *SpaceInvaders) State(a *snapshot.Archive) {
	g.archive(a)
	ranged(a, "x", &g.x, 0, edge)
	g.aliens.archive(a, "aliens")
	g.shots.archive(a, "shots")
	g.bombs.archive(a, "bombs")
	if a.Err() == nil && g.running && g.aliens.empty() {
		a.Fail(errNoAliens)
	}
	a.Bool("march_right", &g.marchRight)
	ranged(a, "interval", &g.interval, fastestInterval, slowestInterval)
	ranged(a, "move_timer", &g.moveTimer, 0, slowestInterval)
	ranged(a, "drop_timer", &g.dropTimer, 0, alienCooldown)
	ranged(a, "cooldown", &g.cooldown, 0, shotCooldown)
}

var errNoAliens = errors.New("there is no alien")
