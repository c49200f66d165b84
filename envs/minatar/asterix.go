package minatar

import (
	"math/bits"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Asterix: collect gold and keep away from enemies, which cross the board from side to side.
//
// Channels: 0 player, 1 enemy, 2 trail, 3 gold. Minimal actions: none, left, up, right, down.
// Gold rewards 1; an enemy ends the episode.
//
// The player begins at column 5 of row 5 and moves freely in rows 1 to 8. Each of these rows
// holds at most one thing: every ten steps a thing enters an empty row, drawn at random, at the
// left edge or the right, one time in two each; it is gold one time in three. Things move one
// cell every five steps, and leave at the other edge. What is in the player's cell, after the
// player moves or after it moves, is touched. A trail is the cell behind a thing, gold and enemies
// alike.
//
// Ramping: every 102 steps one step less passes between entries, and every other time between
// moves too, down to 1 each.
type Asterix struct {
	play
	x, y int // of the player

	column lanes // of the thing in each lane plus 1; 0: the lane is empty
	left   lanes // the set of lanes whose thing moves to the left
	gold   lanes // the set of lanes with gold

	spawnSpeed, spawnTimer int // steps between entries, and until the next
	moveSpeed, moveTimer   int // steps between moves, and until the next
	rampTimer, rampIndex   int // steps until the next ramp, and how many there were
}

const (
	asterixChannels   = 4
	asterixSpawnSpeed = 10
	asterixMoveSpeed  = 5
	asterixRamp       = 100
)

var (
	asterixMoves = []move{none, left, up, right, down}
	asterixV0    = newSpec("Asterix", 0, asterixChannels, allMoves)
	asterixV1    = newSpec("Asterix", 1, asterixChannels, asterixMoves)
)

// NewAsterix returns MinAtar/Asterix-v1, with five actions.
func NewAsterix(o Options) (*Asterix, error) { return newAsterix(asterixV1, asterixMoves, o) }

// NewAsterixV0 returns MinAtar/Asterix-v0, with six actions.
func NewAsterixV0(o Options) (*Asterix, error) { return newAsterix(asterixV0, allMoves, o) }

func newAsterix(spec *envs.Spec, actions []move, o Options) (*Asterix, error) {
	p, err := newPlay(spec, actions, o)
	if err != nil {
		return nil, err
	}
	g := &Asterix{play: p}
	g.setUp()
	return g, nil
}

// Reset begins an episode.
func (g *Asterix) Reset(obs envs.Row) error {
	g.begin()
	g.setUp()
	g.observe(obs.U8)
	return nil
}

// setUp puts everything in its place for an episode.
func (g *Asterix) setUp() {
	g.x, g.y = 5, 5
	g.column, g.left, g.gold = 0, 0, 0
	g.spawnSpeed, g.spawnTimer = asterixSpawnSpeed, asterixSpawnSpeed
	g.moveSpeed, g.moveTimer = asterixMoveSpeed, asterixMoveSpeed
	g.rampTimer, g.rampIndex = asterixRamp, 0
}

// Step lets a thing enter, moves the player and then the things.
func (g *Asterix) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	m, err := g.choose(a)
	if err != nil {
		return envs.Result{}, err
	}
	reward, over := g.advance(m)
	g.observe(obs.U8)
	return g.result(reward, over), nil
}

func (g *Asterix) advance(m move) (reward int, over bool) {
	if g.spawnTimer == 0 {
		g.spawn()
		g.spawnTimer = g.spawnSpeed
	}
	g.x = clamp(g.x+stepX[m], 0, edge)
	g.y = clamp(g.y+stepY[m], 1, laneCount)
	reward, over = g.touch()
	if g.moveTimer == 0 {
		g.moveTimer = g.moveSpeed
		full := g.column.atLeast(1)
		g.column += full &^ g.left
		g.column -= full & g.left // to column 0, which is off the board and means empty
		g.leave(g.column.atLeast(side + 1))
		r, hit := g.touch()
		reward += r
		over = over || hit
	}
	g.spawnTimer--
	g.moveTimer--
	if g.options.DifficultyRamping && (g.spawnSpeed > 1 || g.moveSpeed > 1) {
		g.ramp()
	}
	return reward, over
}

// spawn lets a thing enter, if there is an empty lane. It draws the lane last.
func (g *Asterix) spawn() {
	fromLeft, gold := g.drawLeft(), g.drawThird()
	empty := ones &^ g.column.atLeast(1)
	if empty == 0 {
		return
	}
	for range g.random.Intn(bits.OnesCount64(uint64(empty))) {
		empty &= empty - 1
	}
	lane := empty & -empty
	g.left &^= lane
	g.gold &^= lane
	if fromLeft {
		g.column |= lane
	} else {
		g.column |= lane * side
		g.left |= lane
	}
	if gold {
		g.gold |= lane
	}
}

// touch lets the player take the gold in its cell, or meet the enemy there, who stays.
func (g *Asterix) touch() (reward int, over bool) {
	lane := g.y - 1
	if g.column.get(lane) != g.x+1 {
		return 0, false
	}
	if g.gold.get(lane) == 0 {
		return 0, true
	}
	g.leave(1 << (8 * lane))
	return 1, false
}

// leave empties the lanes of the set.
func (g *Asterix) leave(set lanes) { g.column = g.column.where(ones &^ set) }

// ramp makes the game faster once its timer has run out.
func (g *Asterix) ramp() {
	if g.rampTimer >= 0 {
		g.rampTimer--
		return
	}
	if g.moveSpeed > 1 && g.rampIndex%2 == 1 {
		g.moveSpeed--
	}
	if g.spawnSpeed > 1 {
		g.spawnSpeed--
	}
	g.rampIndex++
	g.rampTimer = asterixRamp
}

func (g *Asterix) observe(obs []uint8) {
	const n = asterixChannels
	clear(obs)
	obs = obs[:cells*n]
	obs[at(g.x, g.y, n, 0)] = 1
	for full := uint64(g.column.atLeast(1)); full != 0; full &= full - 1 {
		lane := bits.TrailingZeros64(full) / 8
		row := obs[(lane+1)*side*n : (lane+2)*side*n]
		x := g.column.get(lane) - 1
		row[x*n+1+2*g.gold.get(lane)] = 1
		if behind := x - 1 + 2*g.left.get(lane); uint(behind) < side {
			row[behind*n+2] = 1
		}
	}
}

// State saves or restores everything but the options, which must be the same.
func (g *Asterix) State(a *snapshot.Archive) {
	g.archive(a)
	ranged(a, "x", &g.x, 0, edge)
	ranged(a, "y", &g.y, 1, laneCount)
	g.column.archive(a, "column", 0, side)
	g.left.archive(a, "left", 0, 1)
	g.gold.archive(a, "gold", 0, 1)
	ranged(a, "spawn_speed", &g.spawnSpeed, 1, asterixSpawnSpeed)
	ranged(a, "spawn_timer", &g.spawnTimer, 0, asterixSpawnSpeed)
	ranged(a, "move_speed", &g.moveSpeed, 1, asterixMoveSpeed)
	ranged(a, "move_timer", &g.moveTimer, 0, asterixMoveSpeed)
	ranged(a, "ramp_timer", &g.rampTimer, -1, asterixRamp)
	ranged(a, "ramp_index", &g.rampIndex, 0, 2*asterixSpawnSpeed)
}
