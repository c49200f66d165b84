package minatar

import (
	"encoding/binary"
	"errors"

	"tesuji/envs"
	"tesuji/snapshot"
)

// Breakout: a paddle at the bottom keeps a ball in play that breaks bricks.
//
// Channels: 0 paddle, 1 ball, 2 trail (where the ball was the step before), 3 brick. Minimal
// actions: none, left, right. A broken brick rewards 1, and letting the ball fall ends the
// episode.
//
// The paddle begins in column 4 of row 9. Bricks fill rows 1 to 3. The ball begins in row 3 at
// the left or right wall, one time in two each, and flies down and inwards.
//
// In a step the paddle moves, then the ball flies one cell along its diagonal. A side wall turns
// it around. Then, in the cell that it has come to, the first of these applies:
//   - Above the top row it is set back onto it, and turns down.
//   - At a brick, unless it was in a brick's cell the step before: the brick breaks, the ball turns
//     vertically and stays in its old row, though in its new column. If it was, it passes through.
//   - At row 9 new bricks come if none is left. If the paddle is in the ball's old column, the
//     ball turns up; if in its new column, it flies back the way it came; both times it stays
//     in its old row. Else it falls.
type Breakout struct {
	play
	x, y           int // of the ball
	dx, dy         int // its direction, -1 or 1 each
	trailX, trailY int
	paddle         int    // column
	bricks         uint32 // bit x of each ten for row 1, then 2, 3
	struck         bool   // the ball came to a brick's cell in the last step
}

const (
	breakoutChannels = 4
	brickRows        = 3 // from row 1
	allBricks        = 1<<(brickRows*side) - 1
)

var (
	breakoutMoves = []move{none, left, right}
	breakoutV0    = newSpec("Breakout", 0, breakoutChannels, allMoves)
	breakoutV1    = newSpec("Breakout", 1, breakoutChannels, breakoutMoves)
)

// NewBreakout returns MinAtar/Breakout-v1, with three actions.
func NewBreakout(o Options) (*Breakout, error) { return newBreakout(breakoutV1, breakoutMoves, o) }

// NewBreakoutV0 returns MinAtar/Breakout-v0, with six actions.
func NewBreakoutV0(o Options) (*Breakout, error) { return newBreakout(breakoutV0, allMoves, o) }

func newBreakout(spec *envs.Spec, actions []move, o Options) (*Breakout, error) {
	p, err := newPlay(spec, actions, o)
	if err != nil {
		return nil, err
	}
	g := &Breakout{play: p}
	g.setUp()
	return g, nil
}

// Reset begins an episode.
func (g *Breakout) Reset(obs envs.Row) error {
	g.begin()
	g.setUp()
	if g.random.Intn(2) == 1 {
		g.x, g.dx = edge, -1
		g.trailX = g.x
	}
	g.observe(obs.U8)
	return nil
}

// setUp puts everything in its place for an episode, but what is drawn.
func (g *Breakout) setUp() {
	g.x, g.y, g.dx, g.dy = 0, brickRows, 1, 1
	g.trailX, g.trailY = g.x, g.y
	g.paddle = 4
	g.bricks = allBricks
	g.struck = false
}

// Step moves the paddle and the ball.
func (g *Breakout) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	m, err := g.choose(a)
	if err != nil {
		return envs.Result{}, err
	}
	reward, over := g.advance(m)
	g.observe(obs.U8)
	return g.result(reward, over), nil
}

func (g *Breakout) advance(m move) (reward int, over bool) {
	g.paddle = clamp(g.paddle+stepX[m], 0, edge)
	oldX, oldY := g.x, g.y
	x, y := oldX+g.dx, oldY+g.dy
	if uint(x) > edge {
		x = clamp(x, 0, edge)
		g.dx = -g.dx
	}
	brick := brickBit(x, y)
	atBrick := g.bricks&brick != 0
	switch {
	case y < 0:
		y = 0
		g.dy = -g.dy
	case atBrick:
		if !g.struck {
			reward = 1
			g.bricks &^= brick
			y = oldY
			g.dy = -g.dy
		}
	case y == edge:
		if g.bricks == 0 {
			g.bricks = allBricks
		}
		switch g.paddle {
		case oldX:
			y = oldY
			g.dy = -g.dy
		case x:
			y = oldY
			g.dx, g.dy = -g.dx, -g.dy
		default:
			over = true
		}
	}
	g.struck = atBrick
	g.x, g.y = x, y
	g.trailX, g.trailY = oldX, oldY
	return reward, over
}

// brickBit returns the bit of the brick in a cell, or 0 outside of their rows.
func brickBit(x, y int) uint32 {
	if row := uint(y - 1); row < brickRows {
		return 1 << (row*side + uint(x))
	}
	return 0
}

var errFallen = errors.New("the ball has fallen, and the game goes on")

func (g *Breakout) observe(obs []uint8) {
	const n = breakoutChannels
	clear(obs)
	obs = obs[:cells*n]
	// A cell's channels are four bytes; two cells are written at once.
	const first, last = side * n, (1 + brickRows) * side * n
	bricks := uint64(g.bricks)
	for row := obs[first:last]; len(row) >= 2*n; row = row[2*n:] {
		binary.LittleEndian.PutUint64(row, bricks&1<<24|bricks&2<<55)
		bricks >>= 2
	}
	obs[at(g.paddle, edge, n, 0)] = 1
	obs[at(g.x, g.y, n, 1)] = 1
	obs[at(g.trailX, g.trailY, n, 2)] = 1
}

// State saves or restores everything but the options, which must be the same.
func (g *Breakout) State(a *snapshot.Archive) {
	g.archive(a)
	ranged(a, "x", &g.x, 0, edge)
	ranged(a, "y", &g.y, 0, edge)
	if a.Err() == nil && g.running && g.y == edge {
		a.Fail(errFallen)
	}
	direction(a, "dx", &g.dx)
	direction(a, "dy", &g.dy)
	ranged(a, "trail_x", &g.trailX, 0, edge)
	ranged(a, "trail_y", &g.trailY, 0, edge)
	ranged(a, "paddle", &g.paddle, 0, edge)
	bricks := uint64(g.bricks)
	a.Uint64("bricks", &bricks)
	g.bricks = uint32(bricks) & allBricks
	a.Bool("struck", &g.struck)
}
