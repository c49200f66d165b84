package arcade

import (
	"sync"

	"tesuji/snapshot"
)

// NewBreakout returns Arcade/Breakout-v0: a ball that breaks the bricks of a wall, and a paddle
// that keeps it in play.
//
// The wall has 6 rows of 18 bricks. The reward is what a broken brick is worth: 7 in the two upper
// rows, 4 in the middle ones, 1 in the lower ones. The game ends when the last of 5 lives is lost,
// or when a second wall is cleared, which is a return of 864. Actions: NOOP, FIRE, RIGHT, LEFT.
//
// FIRE serves the ball, from a random place below the wall, downwards at a random slant; after
// three seconds it comes without. The paddle moves by 3 pixels a frame. A stroke with its middle
// sends the ball up steeply, one with its end at 2 pixels a frame to that side. The ball climbs and
// falls at 1.5 pixels a frame, from the 4th stroke after a serve at 1.875, from the 12th at
// 2.25, and once it has broken a brick of the upper three rows at 2.75. Each brick that it breaks
// turns it around, as the sides and the top do. A ball that gets past the paddle costs a life. The
// second wall stands when the paddle strikes the ball after the last brick of the first.
//
// Random actions return 1.1, the scripted player of the tests 540.
func NewBreakout(o Options) *Game {
	return newGame("Breakout", &breakout{room: breakoutRoom()}, []joystick{center, fire, right, left}, o)
}

// Lengths are in pixels, speeds in parts of pixels a frame.
const (
	brickRows    = 6
	brickColumns = 18
	brickWidth   = 8
	brickHeight  = 6
	fullRow      = 1<<brickColumns - 1

	roomLeft   = 8
	roomRight  = width - roomLeft
	roomTop    = 26
	bricksTop  = 57
	batTop     = 190
	batWidth   = 16
	batHeight  = 4
	batSpeed   = 3 * sub
	pelletSide = 3

	breakoutLives = 5
	breakoutWalls = 2
	serveAfter    = 180 // frames
	maxSide       = 2 * sub
	minSide       = sub / 4
)

// brickWorth is the reward of a brick, by row from the top.
var brickWorth = [brickRows]int{7, 7, 4, 4, 1, 1}

// breakout's coordinates are those of left upper corners, in parts of pixels.
type breakout struct {
	x, y, dx, dy int
	bat          int            // its left edge
	bricks       [brickRows]int // from the top, bit 0 the leftmost
	walls        int            // built so far
	wait         int            // frames until the ball comes by itself, 0 in play
	strokes      int            // since the serve, as far as they matter
	fast         bool           // an upper brick broke since the serve
	room         screen
}

func (g *breakout) begin(p *play) {
	p.lives = breakoutLives
	g.bat = (width - batWidth) / 2 * sub
	g.walls = 0
	g.build()
	g.prepare()
}

func (g *breakout) build() {
	g.walls++
	for i := range g.bricks {
		g.bricks[i] = fullRow
	}
}

// cleared reports whether no brick is left.
func (g *breakout) cleared() bool {
	all := 0
	for _, row := range g.bricks {
		all |= row
	}
	return all == 0
}

// prepare lays the ball out of play.
func (g *breakout) prepare() {
	g.wait = serveAfter
	g.strokes, g.fast = 0, false
	g.x, g.y, g.dx, g.dy = roomLeft*sub, batTop*sub, 0, 0
}

func (g *breakout) serve(p *play) {
	const margin, top, least, most = 16, bricksTop + brickRows*brickHeight + 8, sub / 2, sub * 3 / 2
	g.wait = 0
	g.x = p.draw((roomLeft+margin)*sub, (roomRight-margin-pelletSide)*sub)
	g.y = top * sub
	g.dx = p.draw(least, most+1) * (2*p.draw(0, 2) - 1)
	g.dy = g.speed()
}

// speed returns how fast the ball climbs and falls.
func (g *breakout) speed() int {
	switch {
	case g.fast:
		return 44
	case g.strokes >= 12:
		return 36
	case g.strokes >= 4:
		return 30
	}
	return 24
}

func (g *breakout) frame(p *play, j joystick) (reward int, over bool) {
	g.bat = clamp(g.bat+j.dx()*batSpeed, roomLeft*sub, (roomRight-batWidth)*sub)
	if g.wait > 0 {
		if g.wait--; g.wait == 0 || j.fires() {
			g.serve(p)
		}
		return 0, false
	}
	reward = g.across() + g.along()
	switch {
	case g.y >= height*sub:
		p.lives--
		g.prepare()
		return reward, p.lives <= 0
	case g.walls >= breakoutWalls && g.cleared():
		return reward, true
	}
	return reward, false
}

// across moves the ball sideways.
func (g *breakout) across() (reward int) {
	const leftmost, rightmost = roomLeft * sub, (roomRight - pelletSide) * sub
	before := g.x
	g.x += g.dx
	if reward = g.strike(); reward > 0 {
		g.x = before
		g.dx = -g.dx
	}
	switch {
	case g.x < leftmost:
		g.x = 2*leftmost - g.x
		g.dx = -g.dx
	case g.x > rightmost:
		g.x = 2*rightmost - g.x
		g.dx = -g.dx
	}
	return reward
}

// along moves the ball up or down.
func (g *breakout) along() (reward int) {
	const highest = roomTop * sub
	before := g.y
	g.y += g.dy
	if reward = g.strike(); reward > 0 {
		g.y = before
		g.dy = -sign(g.dy) * g.speed()
	}
	if g.y < highest {
		g.y = 2*highest - g.y
		g.dy = -g.dy
	}
	if g.dy > 0 && g.y > (batTop-pelletSide)*sub && g.y < (batTop+batHeight)*sub {
		g.stroke()
	}
	return reward
}

// stroke sends the ball up if the bat is below it.
func (g *breakout) stroke() {
	const reach = (batWidth + pelletSide) * sub / 2
	off := g.x + pelletSide*sub/2 - g.bat - batWidth*sub/2
	if off <= -reach || off >= reach {
		return
	}
	if g.cleared() {
		g.build()
	}
	g.strokes = min(g.strokes+1, 12)
	side := off * maxSide / reach
	if side > -minSide && side < minSide {
		side = minSide
		if off < 0 {
			side = -minSide
		}
	}
	g.dx, g.dy = side, -g.speed()
	g.y = (batTop - pelletSide) * sub
}

// strike breaks the brick that the ball is in, the nearest to its middle if there are more, and
// returns its worth.
func (g *breakout) strike() int {
	const far = pelletSide - 1
	x, y := floor(g.x), floor(g.y)
	if y+far < bricksTop || y >= bricksTop+brickRows*brickHeight {
		return 0
	}
	for _, at := range [...][2]int{{far / 2, far / 2}, {0, 0}, {far, 0}, {0, far}, {far, far}} {
		row, column := (y+at[1]-bricksTop+brickHeight)/brickHeight-1, (x+at[0]-roomLeft)/brickWidth
		if uint(row) >= brickRows || uint(column) >= brickColumns || g.bricks[row]>>column&1 == 0 {
			continue
		}
		g.bricks[row] &^= 1 << column
		g.fast = g.fast || row < brickRows/2
		return brickWorth[row]
	}
	return 0
}

var breakoutRoom = sync.OnceValue(func() screen {
	const steel = color(0x8592a8)
	s := make(screen, screenBytes)
	s.gradient(0, 0, width, 18, 0x0c0f1a, 0x141a2c)
	s.gradient(roomLeft, roomTop, roomRight-roomLeft, height-roomTop, 0x1a1f3d, 0x090b16)
	s.block(0, 18, width, roomTop-18, steel)
	for _, x := range []int{0, roomRight} {
		s.gradient(x, roomTop, roomLeft, height-roomTop, steel, steel.mix(0, 1, 2))
		s.gradient(x, roomTop, 1, height-roomTop, steel.mix(0xffffff, 2, 5), steel)
		s.gradient(x+roomLeft-1, roomTop, 1, height-roomTop, steel.mix(0, 2, 5), steel.mix(0, 2, 3))
	}
	s.rect(roomLeft, roomTop-1, roomRight-roomLeft, 1, steel.mix(0, 2, 5))
	return s
})

// brickSprites are bricks by row.
var brickSprites = func() (list [brickRows]*sprite) {
	for i, c := range []color{0xe5484d, 0xf0793a, 0xf5b83d, 0x63c174, 0x3fa7d6, 0x7a6ff0} {
		colors := palette{'o': c, 'l': c.mix(0xffffff, 2, 5), 'd': c.mix(0, 1, 3)}
		list[i] = newSprite(colors, "lllllll", "loooood", "loooood", "loooood", "ldddddd")
	}
	return list
}()

var batSprite = newSprite(palette{'l': 0xffd9a8, 'o': 0xff8c42, 'd': 0xb7521e, 'e': 0xf4f6fa, 'f': 0xa9b3c4},
	".eellllllllllee.",
	"eeeooooooooooeee",
	"fffoooooooooofff",
	".ffddddddddddff.")

func (g *breakout) show(p *play, s screen) {
	copy(s, g.room)
	s.number(roomLeft+18, 6, p.score, 3, 1, 0xf4f6fa)
	for i := range p.lives - 1 {
		s.rect(roomRight-8-i*11, 8, 8, 3, 0xff8c42)
	}
	for row, bits := range g.bricks {
		for x := roomLeft; bits != 0; x, bits = x+brickWidth, bits>>1 {
			if bits&1 == 1 {
				s.sprite(x, bricksTop+row*brickHeight, brickSprites[row])
			}
		}
	}
	s.sprite(floor(g.bat), batTop, batSprite)
	if g.wait == 0 {
		s.rect(floor(g.x), floor(g.y), pelletSide, pelletSide, 0xffffff)
	}
}

func (g *breakout) state(a *snapshot.Archive) {
	ranged(a, "x", &g.x, roomLeft*sub, (roomRight-pelletSide)*sub)
	ranged(a, "y", &g.y, roomTop*sub, height*sub)
	ranged(a, "dx", &g.dx, -maxSide, maxSide)
	ranged(a, "dy", &g.dy, -3*sub, 3*sub)
	ranged(a, "bat", &g.bat, roomLeft*sub, (roomRight-batWidth)*sub)
	rangedAll(a, "bricks", g.bricks[:], 0, fullRow)
	ranged(a, "walls", &g.walls, 1, breakoutWalls)
	ranged(a, "wait", &g.wait, 0, serveAfter)
	ranged(a, "strokes", &g.strokes, 0, 12)
	a.Bool("fast", &g.fast)
}
