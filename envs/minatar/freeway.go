package minatar

import (
	"tesuji/envs"
	"tesuji/snapshot"
)

// Freeway: a chicken crosses a road of eight lanes, again and again.
//
// Channels: 0 chicken, 1 car, 2 to 6 trail of a car of speed 1 to 5 (slower as the number
// grows). Minimal actions: none, up, down. Reaching the top row rewards 1. An episode lasts
// 2501 steps.
//
// The chicken begins in row 9 of column 4, and stays in that column. Lane i, of 0 to 7, is row
// i+1 and holds one car, which begins at the left edge with a speed drawn from 1 to 5 and a
// direction. The chicken moves up or down at most every third step.
//
// In a step the chicken moves; if it has come to row 0, it is set back to row 9 and all cars
// draw new speeds and directions. Then the cars move: one cell every speed+1 steps, around the
// edges. A car in the chicken's cell, before or after it moves, sends the chicken back to row 9.
// A trail is the cell behind a car, around the edges.
type Freeway struct {
	play
	y     int // of the chicken
	wait  int // steps until the chicken may move
	clock int // steps left but one

	column lanes // of the cars
	speed  lanes // 1 to 5
	timer  lanes // steps until they move, less one
	left   lanes // the set of lanes that run to the left
}

const (
	freewayChannels = 7
	freewayTime     = 2500
	chickenColumn   = 4
	chickenWait     = 3
	slowest         = 5
)

var (
	freewayMoves = []move{none, up, down}
	freewayV0    = newSpec("Freeway", 0, freewayChannels, allMoves)
	freewayV1    = newSpec("Freeway", 1, freewayChannels, freewayMoves)
)

// NewFreeway returns MinAtar/Freeway-v1, with three actions.
func NewFreeway(o Options) (*Freeway, error) { return newFreeway(freewayV1, freewayMoves, o) }

// NewFreewayV0 returns MinAtar/Freeway-v0, with six actions.
func NewFreewayV0(o Options) (*Freeway, error) { return newFreeway(freewayV0, allMoves, o) }

func newFreeway(spec *envs.Spec, actions []move, o Options) (*Freeway, error) {
	p, err := newPlay(spec, actions, o)
	if err != nil {
		return nil, err
	}
	g := &Freeway{play: p}
	g.setUp()
	return g, nil
}

// Reset begins an episode.
func (g *Freeway) Reset(obs envs.Row) error {
	g.begin()
	g.setUp()
	g.drawCars()
	g.observe(obs.U8)
	return nil
}

// setUp puts everything in its place for an episode, but what is drawn.
func (g *Freeway) setUp() {
	g.y, g.wait, g.clock = edge, chickenWait, freewayTime
	g.column, g.speed, g.timer, g.left = 0, ones, ones, 0
}

// drawCars draws speeds and directions, and starts the timers. Columns stay.
func (g *Freeway) drawCars() {
	g.speed, g.left = 0, 0
	for i := range laneCount {
		g.speed = g.speed.with(i, 1+g.random.Intn(slowest))
	}
	for i := range laneCount {
		if g.drawLeft() {
			g.left = g.left.with(i, 1)
		}
	}
	g.timer = g.speed
}

// Step moves the chicken and the cars.
func (g *Freeway) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	m, err := g.choose(a)
	if err != nil {
		return envs.Result{}, err
	}
	reward, over := g.advance(m)
	g.observe(obs.U8)
	return g.result(reward, over), nil
}

func (g *Freeway) advance(m move) (reward int, over bool) {
	if (m == up || m == down) && g.wait == 0 {
		g.wait = chickenWait // even where an edge stops it
		g.y = clamp(g.y+stepY[m], 0, edge)
	}
	if g.y == 0 {
		reward = 1
		g.drawCars()
		g.y = edge
	}

	hit := g.hit()
	waiting := g.timer.atLeast(1)
	moving := ones &^ waiting
	g.timer = g.timer - waiting + g.speed.where(moving)
	// One to the left is nine to the right, modulo ten.
	g.column += moving + (moving&g.left)*(side-2)
	g.column -= g.column.atLeast(side) * side
	if hit || g.hit() {
		g.y = edge
	}

	g.wait = max(g.wait-1, 0)
	g.clock--
	return reward, g.clock < 0
}

// hit tells whether a car is in the chicken's cell.
func (g *Freeway) hit() bool {
	lane := g.y - 1
	return uint(lane) < laneCount && g.column.get(lane) == chickenColumn
}

func (g *Freeway) observe(obs []uint8) {
	const n = freewayChannels
	clear(obs)
	obs = obs[:cells*n]
	obs[at(chickenColumn, g.y, n, 0)] = 1
	// One behind is one to the right of a car that runs to the left, and nine to the right of
	// another, modulo ten.
	behind := g.column + ones*(side-1) - g.left*(side-2)
	behind -= behind.atLeast(side) * side
	for i := range laneCount {
		row := obs[(i+1)*side*n : (i+2)*side*n]
		row[g.column.get(i)*n+1] = 1
		row[behind.get(i)*n+1+g.speed.get(i)] = 1
	}
}

// State saves or restores everything but the options, which must be the same.
func (g *Freeway) State(a *snapshot.Archive) {
	g.archive(a)
	ranged(a, "y", &g.y, 0, edge)
	ranged(a, "wait", &g.wait, 0, chickenWait)
	ranged(a, "clock", &g.clock, -1, freewayTime)
	g.column.archive(a, "column", 0, edge)
	g.speed.archive(a, "speed", 1, slowest)
	g.timer.archive(a, "timer", 0, slowest)
	g.left.archive(a, "left", 0, 1)
}
