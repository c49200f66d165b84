package minatar

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Seaquest: a submarine shoots fish and enemy submarines, collects divers, and must surface for
// air in time.
//
// Channels: 0 front of the submarine, 1 its back, 2 own bullet, 3 trail, 4 enemy bullet, 5 fish,
// 6 enemy submarine, 7 oxygen, 8 divers on board, 9 diver. Minimal actions: all six. A fish or
// enemy that is shot rewards 1, and surfacing with six divers one for each 20 steps of oxygen
// left, 9 at most. Touching a fish, an enemy or an enemy bullet, running out of oxygen, and
// surfacing without a diver end the episode.
//
// The submarine begins at column 5 of row 0, facing left, and moves in rows 0 (the surface) to
// 8. Fish, enemies and divers swim in rows 1 to 8. Row 9 is a gauge: a cell for each 20 steps of
// oxygen from the left, and a cell for each diver on board up to column 8 from the right.
//
// In a step:
//   - Every 20 steps a fish, or one time in three an enemy, enters a row at the left edge or the
//     right, unless one there swims the other way. Every 30 steps a diver does.
//   - The submarine moves, facing the way it moves to the side, or fires if it has not within five
//     steps.
//   - Its bullets fly one cell; each hits one fish or enemy.
//   - Divers swim one cell every sixth step. The submarine takes those in its cell, up to six.
//   - Enemies, every sixth step at first, swim likewise, and shoot every eleventh step; then
//     their bullets fly one cell; then fish swim as enemies do.
//   - Under water oxygen sinks by one of 200. At the surface, after having been under water, it
//     is filled up; one diver leaves, or six for the reward; and the game grows harder.
//
// A trail is the cell behind a fish, an enemy or a diver.
//
// Ramping: each surfacing shortens the time between entries by one step, and every other one that
// between moves too, down to 1 and 2.
//
// In the original a diver more than there is leaves after the reward, so that -1 are on board. That
// is not 0: from then on the submarine may surface for air without a diver, as often as it likes,
// until it has taken one more. Option Fixed lets six leave.
type Seaquest struct {
	play
	fixed bool

	x, y     int // of the submarine's front
	facing   int8
	surfaced bool // has not been under water since it last surfaced
	oxygen   int
	carried  int // divers on board
	cooldown int // steps until it can fire

	shots, bombs, fish, subs, divers school

	spawnSpeed, spawnTimer int // steps between entries, and until the next
	moveSpeed              int // steps between moves of fish and enemies, less one
	diverTimer             int // steps until the next diver
	rampIndex              int // how many ramps there were
}

// SeaquestOptions are MinAtar's, and whether its error is mended.
type SeaquestOptions struct {
	// StickyActionProb is the probability, in each step, that the last action is taken again
	// in place of the given one, 0 to 1.
	StickyActionProb float64 `yaml:"sticky_action_prob"`
	// DifficultyRamping makes the game faster each time that the submarine surfaces.
	DifficultyRamping bool `yaml:"difficulty_ramping"`
	// Fixed lets no more divers leave than there are. In the original, surfacing with six
	// leaves -1 on board, after which air is free.
	Fixed bool `yaml:"fixed"`
}

// DefaultSeaquestOptions are those of published results: sticky actions with probability 0.1,
// ramping, and the original's error.
func DefaultSeaquestOptions() SeaquestOptions {
	o := DefaultOptions()
	return SeaquestOptions{StickyActionProb: o.StickyActionProb, DifficultyRamping: o.DifficultyRamping}
}

const (
	seaquestChannels   = 10
	seaquestSpawnSpeed = 20
	seaquestMoveSpeed  = 5
	seaquestFastest    = 2 // move speed
	seaFloor           = side - 2
	fullOxygen         = 200
	maxCarried         = 6
	diverSpawn         = 30 // steps between divers
	diverMove          = 5  // steps between their moves, less one
	subShot            = 10 // steps between an enemy's bullets, less one
)

var (
	seaquestV0 = newSpec("Seaquest", 0, seaquestChannels, allMoves)
	seaquestV1 = newSpec("Seaquest", 1, seaquestChannels, allMoves)
)

// NewSeaquest returns MinAtar/Seaquest-v1. It has six actions, as v0.
func NewSeaquest(o SeaquestOptions) (*Seaquest, error) { return newSeaquest(seaquestV1, o) }

// NewSeaquestV0 returns MinAtar/Seaquest-v0, with six actions.
func NewSeaquestV0(o SeaquestOptions) (*Seaquest, error) { return newSeaquest(seaquestV0, o) }

func newSeaquest(spec *envs.Spec, o SeaquestOptions) (*Seaquest, error) {
	p, err := newPlay(spec, allMoves, Options{StickyActionProb: o.StickyActionProb, DifficultyRamping: o.DifficultyRamping})
	if err != nil {
		return nil, err
	}
	g := &Seaquest{play: p, fixed: o.Fixed}
	g.setUp()
	return g, nil
}

// Reset begins an episode.
func (g *Seaquest) Reset(obs envs.Row) error {
	g.begin()
	g.setUp()
	g.observe(obs.U8)
	return nil
}

// setUp puts everything in its place for an episode.
func (g *Seaquest) setUp() {
	g.x, g.y, g.facing = 5, 0, -1
	g.surfaced, g.oxygen, g.carried, g.cooldown = true, fullOxygen, 0, 0
	g.shots.n, g.bombs.n, g.fish.n, g.subs.n, g.divers.n = 0, 0, 0, 0, 0
	g.spawnSpeed, g.spawnTimer = seaquestSpawnSpeed, seaquestSpawnSpeed
	g.moveSpeed, g.diverTimer, g.rampIndex = seaquestMoveSpeed, diverSpawn, 0
}

// Step moves the submarine and all that swims and flies.
func (g *Seaquest) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	m, err := g.choose(a)
	if err != nil {
		return envs.Result{}, err
	}
	var out outcome
	g.advance(m, &out)
	g.observe(obs.U8)
	return g.result(out.reward, out.over), nil
}

// outcome is what a step has given so far.
type outcome struct {
	reward int
	over   bool
}

func (g *Seaquest) advance(m move, out *outcome) {
	if g.spawnTimer == 0 {
		g.spawn()
		g.spawnTimer = g.spawnSpeed
	}
	if g.diverTimer == 0 {
		x, dir := enter(g.drawLeft())
		g.divers.add(swimmer{x: x, y: g.drawRow(), dir: dir, timer: diverMove})
		g.diverTimer = diverSpawn
	}
	g.steer(m)

	if g.shots.n != 0 {
		g.moveShots(out)
	}
	if g.inhabited() {
		g.moveDivers()
		g.moveSubs(out)
		g.moveBombs(out)
		g.moveFish(out)
	}

	g.spawnTimer = max(g.spawnTimer-1, 0)
	g.diverTimer = max(g.diverTimer-1, 0)
	g.cooldown = max(g.cooldown-1, 0)

	if g.oxygen <= 0 { // as the step before left it
		out.over = true
	}
	switch {
	case g.y > 0:
		g.oxygen--
		g.surfaced = false
	case g.surfaced:
	case g.carried == 0:
		out.over = true
	default:
		out.reward += g.surface()
	}
}

// inhabited tells whether there is anything in the sea but the submarine and its bullets. Random
// actions rarely live to see it.
func (g *Seaquest) inhabited() bool { return g.bombs.n|g.fish.n|g.subs.n|g.divers.n != 0 }

// steer moves the submarine or fires.
func (g *Seaquest) steer(m move) {
	if m == fire && g.cooldown == 0 {
		g.shots.add(swimmer{x: int8(g.x), y: int8(g.y), dir: g.facing})
		g.cooldown = shotCooldown
	}
	dx := stepX[m]
	g.facing += (int8(dx) - g.facing) & -int8(dx&1) // is dx now, unless that is 0
	g.x = clamp(g.x+dx, 0, edge)
	g.y = clamp(g.y+stepY[m], 0, seaFloor)
}

// surface fills up with air and lets divers leave. It returns the reward for six.
func (g *Seaquest) surface() (reward int) {
	g.surfaced = true
	full := g.carried == maxCarried
	if full {
		reward = int(math.Floor(float64(g.oxygen) * side / fullOxygen))
		g.carried = 0
	}
	if !full || !g.fixed {
		g.carried--
	}
	g.oxygen = fullOxygen
	if g.options.DifficultyRamping && (g.spawnSpeed > 1 || g.moveSpeed > seaquestFastest) {
		if g.moveSpeed > seaquestFastest && g.rampIndex%2 == 1 {
			g.moveSpeed--
		}
		if g.spawnSpeed > 1 {
			g.spawnSpeed--
		}
		g.rampIndex++
	}
	return reward
}

func (g *Seaquest) observe(obs []uint8) {
	const n = seaquestChannels
	obs = obs[:cells*n]
	clear(obs[:edge*side*n])
	front := at(g.x, g.y, n, 0)
	obs[front] = 1
	// Where its back is off the board, a 0 is written to the front.
	behind := int(g.facing) & -inside(g.x-int(g.facing))
	obs[front+1-behind*n] = uint8(behind & 1)
	g.shots.observe(obs, 2)
	if g.inhabited() {
		g.bombs.observe(obs, 4)
		g.fish.observeWithTrail(obs, 5)
		g.subs.observeWithTrail(obs, 6)
		g.divers.observeWithTrail(obs, 9)
	}
	gauge := (*[side * n]uint8)(obs[edge*side*n:])
	*gauge = gaugeCells[uint(max(g.oxygen, 0))/(fullOxygen/side)][max(g.carried, 0)]
}

// gaugeCells is row 9 of an observation, by cells of oxygen and divers on board.
var gaugeCells = func() (rows [side + 1][maxCarried + 1][side * seaquestChannels]uint8) {
	for air := range rows {
		for divers := range rows[air] {
			row := &rows[air][divers]
			for x := range air {
				row[x*seaquestChannels+7] = 1
			}
			for x := edge - divers; x < edge; x++ {
				row[x*seaquestChannels+8] = 1
			}
		}
	}
	return rows
}()

// State saves or restores everything but the options, which must be the same.
func (g *Seaquest) State(a *snapshot.Archive) {
	g.archive(a)
	a.Check("fixed", fmt.Sprint(g.fixed))
	ranged(a, "x", &g.x, 0, edge)
	ranged(a, "y", &g.y, 0, seaFloor)
	direction(a, "facing", &g.facing)
	a.Bool("surfaced", &g.surfaced)
	ranged(a, "oxygen", &g.oxygen, -1, fullOxygen)
	ranged(a, "carried", &g.carried, -1<<31, maxCarried)
	ranged(a, "cooldown", &g.cooldown, 0, shotCooldown)
	g.shots.archive(a, "shots")
	g.bombs.archive(a, "bombs")
	g.fish.archive(a, "fish")
	g.subs.archive(a, "subs")
	g.divers.archive(a, "divers")
	ranged(a, "spawn_speed", &g.spawnSpeed, 1, seaquestSpawnSpeed)
	ranged(a, "spawn_timer", &g.spawnTimer, 0, seaquestSpawnSpeed)
	ranged(a, "move_speed", &g.moveSpeed, seaquestFastest, seaquestMoveSpeed)
	ranged(a, "diver_timer", &g.diverTimer, 0, diverSpawn)
	ranged(a, "ramp_index", &g.rampIndex, 0, 2*seaquestSpawnSpeed)
}
