package arcade

import (
	"sync"

	"tesuji/snapshot"
)

// NewPong returns Arcade/Pong-v0: two paddles and a ball.
//
// The player's is the green paddle on the right, which moves by 2 pixels a frame; a computer plays
// the orange one on the left. Who lets the ball pass loses a point: the reward is 1 or -1, and the
// first to have 21 points wins the game. Actions: NOOP, UP, DOWN. There are no lives.
//
// Half a second after a point the ball is served from the net, at a random height and angle, to
// the one who lost it; the first of a game goes either way. It flies at 1.5 pixels a frame across
// the court, and each stroke makes it faster by an eighth of a pixel, up to 3. A stroke with the
// middle of a paddle sends it straight, one with its end at 2.25 pixels a frame up or down. Walls
// reflect it.
//
// The computer follows the ball, at 1.625 pixels a frame as it comes and half as fast as it goes.
// At each of the player's strokes it picks at random with which part of its paddle it will meet
// the ball, now and then one just beyond the end: steep and fast balls beat it most.
//
// An episode's return is the difference of points, -21 to 21: -19.9 by random actions, 18.2 by the
// scripted player of the tests.
func NewPong(o Options) *Game {
	return newGame("Pong", &pong{court: pongCourt()}, []joystick{center, up, down}, o)
}

// Lengths are in pixels, places and speeds in parts of pixels and of pixels a frame.
const (
	pongTop    = 34 // of the court, below the wall
	pongBottom = 198
	pongLeft   = 16 // of the computer's paddle
	pongRight  = width - pongLeft - paddleWidth

	paddleWidth  = 4
	paddleHeight = 18
	ballSide     = 4

	pongWon        = 21
	pongPause      = 30 // frames
	playerSpeed    = 2 * sub
	rivalSpeed     = 26
	rivalRest      = rivalSpeed / 2
	serveSpeed     = 24
	strokeSpeed    = 2
	maxStrokeSpeed = 3 * sub
	maxSlant       = 36

	// reach is the farthest that the middles of ball and paddle are apart when they touch.
	reach = (paddleHeight + ballSide) * sub / 2
)

// pong's coordinates are those of upper edges, and of the ball's left edge.
type pong struct {
	x, y, dx, dy  int
	player, rival int
	aim           int // how far from the middle of its paddle the computer wants to meet the ball
	pause         int // frames until the ball is served
	server        int // direction of the next serve, -1 or 1
	points        int // the player's
	lost          int // the computer's
	court         screen
}

func (g *pong) begin(p *play) {
	p.lives = 0
	g.player = (pongTop + pongBottom - paddleHeight) / 2 * sub
	g.rival = g.player
	g.points, g.lost = 0, 0
	g.prepare(2*p.draw(0, 2) - 1)
}

// prepare lays the ball out of play.
func (g *pong) prepare(server int) {
	g.server = server
	g.pause = pongPause
	g.x, g.y, g.dx, g.dy = 0, pongTop*sub, 0, 0
}

// serve puts the ball at the net.
func (g *pong) serve(p *play) {
	const middle, spread = (pongTop + pongBottom - ballSide) / 2, 60
	g.x = (width - ballSide) / 2 * sub
	g.y = (middle + p.draw(-spread, spread+1)) * sub
	g.dx = serveSpeed * g.server
	g.dy = p.draw(-maxSlant/2, maxSlant/2+1)
	g.pickAim(p)
}

// pickAim lets the computer choose how to meet the next ball.
func (g *pong) pickAim(p *play) {
	const worst = reach + reach/16
	g.aim = p.draw(-worst, worst+1)
}

func (g *pong) frame(p *play, j joystick) (reward int, over bool) {
	const highest, lowest = pongTop * sub, (pongBottom - paddleHeight) * sub
	g.player = clamp(g.player+j.dy()*playerSpeed, highest, lowest)
	goal, speed := (highest+lowest)/2, rivalRest
	if g.pause == 0 {
		goal = g.y + ballSide*sub/2 - paddleHeight*sub/2 - g.aim
	}
	if g.dx < 0 {
		speed = rivalSpeed
	}
	g.rival = clamp(g.rival+clamp(goal-g.rival, -speed, speed), highest, lowest)

	if g.pause > 0 {
		if g.pause--; g.pause == 0 {
			g.serve(p)
		}
		return 0, false
	}
	g.fly(p)
	switch {
	case g.x >= width*sub:
		g.lost++
		g.prepare(1)
		return -1, g.lost >= pongWon
	case g.x <= -ballSide*sub:
		g.points++
		g.prepare(-1)
		return 1, g.points >= pongWon
	}
	return 0, false
}

// fly moves the ball, and turns it around at walls and paddles.
func (g *pong) fly(p *play) {
	const highest, lowest = pongTop * sub, (pongBottom - ballSide) * sub
	g.x += g.dx
	g.y += g.dy
	switch {
	case g.y < highest:
		g.y = 2*highest - g.y
		g.dy = -g.dy
	case g.y > lowest:
		g.y = 2*lowest - g.y
		g.dy = -g.dy
	}
	switch {
	case g.dx > 0 && meets(g.x, pongRight):
		if g.stroke(g.player) {
			g.pickAim(p)
		}
	case g.dx < 0 && meets(g.x, pongLeft):
		g.stroke(g.rival)
	}
}

// meets reports whether a ball at x is as far to the right as a paddle at left.
func meets(x, left int) bool {
	return x > (left-ballSide)*sub && x < (left+paddleWidth)*sub
}

// stroke sends the ball back if the paddle is at its height.
func (g *pong) stroke(paddle int) bool {
	off := g.y + ballSide*sub/2 - paddle - paddleHeight*sub/2
	if off <= -reach || off >= reach {
		return false
	}
	g.dy = off * maxSlant / reach
	g.dx = -sign(g.dx) * min(g.dx*sign(g.dx)+strokeSpeed, maxStrokeSpeed)
	return true
}

const (
	pongOrange = color(0xff9a4d)
	pongGreen  = color(0x7bea7b)
	pongLine   = color(0xd8e6f2)
)

// pongCourt paints what does not change.
var pongCourt = sync.OnceValue(func() screen {
	const wall = 4
	s := make(screen, screenBytes)
	s.gradient(0, 0, width, pongTop-wall, 0x0a1322, 0x14243d)
	s.gradient(0, pongTop, width, pongBottom-pongTop, 0x12506b, 0x0d3a54)
	for y := pongTop + 5; y < pongBottom; y += 12 {
		s.rect(width/2-1, y, 2, 6, 0x4f8ba3)
	}
	for _, y := range []int{pongTop - wall, pongBottom} {
		s.rect(0, y, width, wall, pongLine)
		s.rect(0, y+wall-1, width, 1, 0x8fa9bd)
	}
	s.gradient(0, pongBottom+wall, width, height-pongBottom-wall, 0x14243d, 0x0a1322)
	return s
})

func (g *pong) show(_ *play, s screen) {
	copy(s, g.court)
	s.number(62, 8, g.lost, 1, 2, pongOrange)
	s.number(122, 8, g.points, 1, 2, pongGreen)
	paintPaddle(s, pongLeft, g.rival/sub, pongOrange)
	paintPaddle(s, pongRight, g.player/sub, pongGreen)
	if g.pause == 0 {
		s.rect(floor(g.x), g.y/sub, ballSide, ballSide, 0xffffff)
	}
}

func paintPaddle(s screen, x, y int, c color) {
	s.rect(x, y, paddleWidth, paddleHeight, c)
	s.rect(x, y, 1, paddleHeight, c.mix(0xffffff, 1, 2))
	s.rect(x, y+paddleHeight-1, paddleWidth, 1, c.mix(0, 1, 3))
}

func (g *pong) state(a *snapshot.Archive) {
	ranged(a, "x", &g.x, -ballSide*sub, width*sub)
	ranged(a, "y", &g.y, pongTop*sub, (pongBottom-ballSide)*sub)
	ranged(a, "dx", &g.dx, -maxStrokeSpeed, maxStrokeSpeed)
	ranged(a, "dy", &g.dy, -maxSlant, maxSlant)
	ranged(a, "player", &g.player, pongTop*sub, (pongBottom-paddleHeight)*sub)
	ranged(a, "rival", &g.rival, pongTop*sub, (pongBottom-paddleHeight)*sub)
	ranged(a, "aim", &g.aim, -2*reach, 2*reach)
	ranged(a, "pause", &g.pause, 0, pongPause)
	direction(a, "server", &g.server)
	ranged(a, "points", &g.points, 0, pongWon)
	ranged(a, "lost", &g.lost, 0, pongWon)
}
