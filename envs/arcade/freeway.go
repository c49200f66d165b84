package arcade

import (
	"sync"

	"tesuji/snapshot"
)

// NewFreeway returns Arcade/Freeway-v0: a hen that crosses a road of ten lanes again and again.
//
// She walks up or down by a pixel a frame, from the lower pavement to the upper one, 172 pixels.
// The reward is 1 when she arrives, and she begins anew below. A car that hits her throws her
// back for 20 frames, a pixel each, in which no other does. There is a car in each lane, to the
// left in the upper five and to the right in the lower five; when it has gone, another comes within
// half a second, at a random speed within a quarter of the lane's: 0.75 to 2.75 pixels a frame.
// The game is over after 8192 frames, 2 minutes and 16 seconds, which the bar above shows run out.
// Actions: NOOP, UP, DOWN. There are no lives.
//
// Random actions return 0, the scripted player of the tests 37.5.
func NewFreeway(o Options) *Game {
	return newGame("Freeway", &freeway{road: freewayRoad()}, []joystick{center, up, down}, o)
}

// Lengths are in pixels.
const (
	laneCount  = 10
	laneHeight = 16
	roadTop    = 34
	roadBottom = roadTop + laneCount*laneHeight

	carWidth  = 16
	carHeight = 10
	carInLane = (laneHeight - carHeight) / 2 // from its upper edge

	henX      = 72
	henWidth  = 9
	henHeight = 8
	henHome   = roadBottom + 2
	henGoal   = roadTop - henHeight - 2

	freewayFrames = 8192
	thrown        = 20 // frames
	maxGap        = 30 // frames
)

// laneSpeed is the middle speed of a lane's cars in parts of pixels a frame, from the top lane.
var laneSpeed = [laneCount]int{-12, -20, -28, -36, -44, 40, 32, 24, 18, 14}

type freeway struct {
	y     int            // of the hen's upper edge, in pixels
	back  int            // frames for which she is still thrown back
	left  int            // frames of the game
	x     [laneCount]int // of the cars' left edges, in parts of pixels
	speed [laneCount]int
	gap   [laneCount]int // frames until one comes
	road  screen
}

func (g *freeway) begin(p *play) {
	p.lives = 0
	g.y, g.back, g.left = henHome, 0, freewayFrames
	for i := range g.x {
		g.send(p, i)
		g.gap[i] = 0
		g.x[i] = p.draw(-carWidth*sub, width*sub)
	}
}

// send lets a car come in a lane.
func (g *freeway) send(p *play, lane int) {
	middle := laneSpeed[lane]
	way := sign(middle)
	quarter := middle * way / 4
	g.speed[lane] = middle + way*p.draw(-quarter, quarter+1)
	g.gap[lane] = p.draw(0, maxGap+1)
	g.x[lane] = -carWidth * sub
	if way < 0 {
		g.x[lane] = width * sub
	}
}

func (g *freeway) frame(p *play, j joystick) (reward int, over bool) {
	for i := range g.x {
		if g.gap[i] > 0 {
			g.gap[i]--
			continue
		}
		g.x[i] += g.speed[i]
		if g.x[i] < -carWidth*sub || g.x[i] > width*sub {
			g.send(p, i)
		}
	}
	if g.back > 0 {
		g.back--
		g.y = min(g.y+1, henHome)
	} else {
		g.y = min(g.y+j.dy(), henHome)
		if g.hit() {
			g.back = thrown
		}
	}
	if g.y <= henGoal {
		g.y = henHome
		reward = 1
	}
	g.left--
	return reward, g.left <= 0
}

// hit reports whether a car touches the hen.
func (g *freeway) hit() bool {
	for i, x := range g.x {
		if touches(floor(x), carTop(i), g.y) {
			return true
		}
	}
	return false
}

// touches reports whether a car at (x, top) touches the hen at height y. Her comb and feet, and the
// outermost pixels of the car, do not count.
func touches(x, top, y int) bool {
	return x+1 < henX+henWidth-1 && x+carWidth-1 > henX && top < y+henHeight-1 && top+carHeight > y+1
}

// carTop returns the upper edge of the cars in a lane.
func carTop(lane int) int { return roadTop + lane*laneHeight + carInLane }

var freewayRoad = sync.OnceValue(func() screen {
	const asphalt, kerb, pavement = color(0x3b3f47), color(0xb9b2a3), color(0x8f897c)
	s := make(screen, screenBytes)
	s.gradient(0, 0, width, 18, 0x101418, 0x1b2127)
	for _, y := range []int{18, roadBottom} {
		s.rect(0, y, width, 16, pavement)
		for x := range 10 { // flags
			s.rect(x*16, y, 1, 16, pavement.mix(0, 1, 8))
		}
		s.rect(0, y+8, width, 1, pavement.mix(0, 1, 8))
	}
	s.rect(0, roadTop-2, width, 2, kerb)
	s.rect(0, roadBottom, width, 2, kerb)
	s.gradient(0, roadTop, width, roadBottom-roadTop, asphalt.mix(0xffffff, 1, 16), asphalt)
	for lane := 1; lane < laneCount; lane++ {
		y := roadTop + lane*laneHeight
		if lane == laneCount/2 {
			s.rect(0, y-2, width, 1, 0xe8b93c)
			s.rect(0, y+1, width, 1, 0xe8b93c)
			continue
		}
		for x := 4; x < width; x += 16 {
			s.rect(x, y, 8, 1, 0x9aa0aa)
		}
	}
	return s
})

// carSprites are the cars by lane.
var carSprites = func() (list [laneCount]*sprite) {
	for i, c := range []color{
		0xe5484d, 0xf0a23a, 0xd9dde4, 0x3fa7d6, 0x9d6ff0,
		0x63c174, 0xf5d63d, 0x4a6ef0, 0xf07ab0, 0x2fbfa5,
	} {
		colors := palette{
			'o': c, 'h': c.mix(0xffffff, 1, 3), 'd': c.mix(0, 1, 3),
			'w': 0x1d2b3a, 'k': 0x14161a, 'y': 0xfff3b0, 'r': 0xb3242b,
		}
		list[i] = newSprite(colors,
			"..kkk.....kkk...",
			".oooooooooooooo.",
			"rhhhhhhhhhhhhhhy",
			"oowwoooooowwoooo",
			"oowwohhhhowwwooo",
			"oowwohhhhowwwooo",
			"oowwoooooowwoooo",
			"rddddddddddddddy",
			".dddddddddddddd.",
			"..kkk.....kkk...")
		if laneSpeed[i] < 0 {
			list[i] = list[i].mirrored()
		}
	}
	return list
}()

// henSprites are the hen in the two halves of a step.
var henSprites = func() (list [2]*sprite) {
	colors := palette{'w': 0xfffaf0, 'g': 0xd5cdbf, 'r': 0xff5a4d, 'y': 0xffb52e, 'k': 0x222222}
	for i, feet := range []string{"..y...y..", "...y.y..."} {
		list[i] = newSprite(colors,
			".....rr..",
			"....www..",
			"w...wkwyy",
			"ww..www..",
			"wwwwwwww.",
			".wgggwww.",
			"..wwwww..",
			feet)
	}
	return list
}()

func (g *freeway) show(p *play, s screen) {
	copy(s, g.road)
	const bar = 60
	s.number(26, 6, p.score, 2, 1, 0xfffaf0)
	s.rect(width-8-bar, 8, bar, 3, 0x39414b)
	s.rect(width-8-bar, 8, (bar*g.left+freewayFrames-1)/freewayFrames, 3, 0xffb52e)
	for i, x := range g.x {
		s.sprite(floor(x), carTop(i), carSprites[i])
	}
	s.sprite(henX, g.y, henSprites[g.y>>2&1])
}

func (g *freeway) state(a *snapshot.Archive) {
	ranged(a, "y", &g.y, henGoal, henHome)
	ranged(a, "back", &g.back, 0, thrown)
	ranged(a, "left", &g.left, 0, freewayFrames)
	rangedAll(a, "x", g.x[:], -carWidth*sub, width*sub)
	rangedAll(a, "speed", g.speed[:], -4*sub, 4*sub)
	rangedAll(a, "gap", g.gap[:], 0, maxGap)
}
