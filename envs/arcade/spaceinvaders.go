package arcade

import (
	"math/bits"

	"tesuji/snapshot"
)

// NewSpaceInvaders returns Arcade/SpaceInvaders-v0: a cannon against waves of aliens that come down.
//
// A wave is 6 rows of 6 aliens, worth 30, 25, 20, 15, 10 and 5 from the top: that is the reward of
// shooting one. A saucer that passes above at times is worth 200. The game ends when the last of 3
// lives is lost, or when an alien has come down to the cannon. Actions: NOOP, FIRE, RIGHT,
// LEFT, RIGHTFIRE, LEFTFIRE.
//
// The cannon moves by 1.5 pixels a frame. It has one shot at a time in the air, 3 pixels a frame fast.
// The aliens march sideways in steps of 2 pixels, one every 30 frames as long as they are all there
// and one every 2 frames when one is left, and at the edge of the screen turn around 8 pixels lower.
// They drop up to two bombs at a time, three from the third wave on, 1.25 pixels a frame fast,
// within a second of each other: one in three from the column nearest to the cannon, the others from
// any. Three shields stand between, which shots and bombs wear away until the aliens reach them.
// A bomb that hits the cannon costs a life, and the game stands still for a second. When a wave is
// gone, the next comes with new shields, 8 pixels lower than the one before (the first six are)
// and a frame a step faster.
//
// Random actions return 258, the scripted player of the tests 1070.
func NewSpaceInvaders(o Options) *Game {
	return newGame("SpaceInvaders", &invaders{sky: invadersSky()},
		[]joystick{center, fire, right, left, right | fire, left | fire}, o)
}

// Lengths are in pixels.
const (
	alienRows    = 6
	alienColumns = 6
	alienWidth   = 10
	alienHeight  = 8
	alienStepX   = 16 // from one to the next
	alienStepY   = 14
	aliensTop    = 38
	aliensInRow  = 1<<alienColumns - 1
	aliensDrop   = 8
	aliensMarch  = 2
	aliensLeft   = 8
	aliensRight  = width - aliensLeft

	cannonWidth  = 11
	cannonHeight = 7
	cannonTop    = 186
	cannonSpeed  = 3 * sub / 2
	groundTop    = cannonTop + cannonHeight + 2

	shieldCount  = 3
	shieldCell   = 2 // pixels a side
	shieldRows   = 6
	shieldTop    = 160
	shieldLeft   = 28
	shieldStep   = 44
	shieldWidth  = 8 * shieldCell
	shieldHeight = shieldRows * shieldCell

	shotWidth  = 2
	shotHeight = 6
	shotSpeed  = 3
	bombCount  = 3
	bombSpeed  = 20 // parts of pixels a frame

	saucerWidth  = 15
	saucerHeight = 7
	saucerTop    = 24
	saucerWorth  = 200

	invadersLives = 3
	standstill    = 60 // frames
	blast         = 12 // frames
	maxWave       = 1000
)

// shieldShape is a new shield, bit 7 of a row the leftmost cell.
var shieldShape = [shieldRows]int{0b01111110, 0b11111111, 0b11111111, 0b11111111, 0b11100111, 0b11000011}

type invaders struct {
	cannon  int                           // its left edge, in parts of pixels
	aliens  [alienRows]int                // from the top, bit 0 the leftmost
	x, y    int                           // where the first alien of the first row is, or was
	way     int                           // in which they march
	march   int                           // frames until they step
	pose    int                           // 0 or 1, by turns
	wave    int                           // from 1
	shields [shieldCount * shieldRows]int // cells by row, as shieldShape
	shot    [2]int                        // x and y of its upper left corner
	flying  bool                          // the shot is
	bombX   [bombCount]int
	bombY   [bombCount]int // upper edge in parts of pixels, 0 if there is none
	reload  int            // frames until a bomb may be dropped
	saucer  int            // its left edge
	passing int            // its direction, 0 if it is away
	absent  int            // frames until it comes
	still   int            // frames for which everything stands still
	hurt    bool           // because the cannon was hit
	burst   [2]int         // where something was shot
	burning int            // frames for which that is seen
	sky     screen
}

func (g *invaders) begin(p *play) {
	p.lives = invadersLives
	g.cannon = (width - cannonWidth) / 2 * sub
	g.wave = 0
	g.passing, g.burning = 0, 0
	g.saucerLeaves(p)
	g.nextWave(p)
}

func (g *invaders) nextWave(p *play) {
	g.wave = min(g.wave+1, maxWave)
	for i := range g.aliens {
		g.aliens[i] = aliensInRow
	}
	g.x, g.y = (width-(alienColumns-1)*alienStepX-alienWidth)/2, aliensTop+aliensDrop*min(g.wave-1, 5)
	g.way = 2*p.draw(0, 2) - 1
	g.pose = 0
	for i := range g.shields {
		g.shields[i] = shieldShape[i%shieldRows]
	}
	g.pause(p, false)
	g.march = g.interval()
}

// pause lets all stand still for a moment, without shots and bombs.
func (g *invaders) pause(p *play, hurt bool) {
	g.still, g.hurt = standstill, hurt
	g.flying = false
	g.bombY = [bombCount]int{}
	g.loadBomb(p)
}

func (g *invaders) loadBomb(p *play) { g.reload = p.draw(20, 61) }

func (g *invaders) saucerLeaves(p *play) {
	g.passing = 0
	g.absent = p.draw(600, 1201)
}

// interval returns the frames between two steps of the march.
func (g *invaders) interval() int {
	return max(2+g.count()*28/(alienRows*alienColumns)-(g.wave-1), 2)
}

// count returns how many aliens are left.
func (g *invaders) count() (n int) {
	for _, row := range g.aliens {
		n += bits.OnesCount(uint(row))
	}
	return n
}

// columns returns those that have aliens, as bits.
func (g *invaders) columns() (set int) {
	for _, row := range g.aliens {
		set |= row
	}
	return set
}

func (g *invaders) frame(p *play, j joystick) (reward int, over bool) {
	g.burning = max(g.burning-1, 0)
	if g.still > 0 {
		g.still--
		return 0, false
	}
	g.cannon = clamp(g.cannon+j.dx()*cannonSpeed, aliensLeft*sub, (aliensRight-cannonWidth)*sub)
	g.pass(p)
	if g.flying {
		reward = g.flyShot(p)
	} else if j.fires() {
		g.flying = true
		g.shot = [2]int{floor(g.cannon) + (cannonWidth-shotWidth+1)/2, cannonTop - shotHeight}
	}
	if g.columns() == 0 {
		g.nextWave(p)
		return reward, false
	}
	if g.step() {
		p.lives = 0
		return reward, true
	}
	g.dropBombs(p)
	if g.fallBombs() {
		p.lives--
		g.pause(p, true)
		return reward, p.lives <= 0
	}
	return reward, false
}

// pass moves the saucer.
func (g *invaders) pass(p *play) {
	if g.passing == 0 {
		if g.absent--; g.absent <= 0 {
			g.passing = 2*p.draw(0, 2) - 1
			g.saucer = width
			if g.passing > 0 {
				g.saucer = -saucerWidth
			}
		}
		return
	}
	g.saucer += g.passing
	if g.saucer < -saucerWidth || g.saucer > width {
		g.saucerLeaves(p)
	}
}

// flyShot moves the cannon's shot and returns the worth of what it hits.
func (g *invaders) flyShot(p *play) (reward int) {
	x := g.shot[0]
	for range shotSpeed {
		g.shot[1]--
		for dx := range shotWidth {
			if g.wear(x+dx, g.shot[1], -1) {
				g.flying = false
				return 0
			}
			if worth := g.shoot(p, x+dx, g.shot[1]); worth > 0 {
				g.flying = false
				return worth
			}
		}
	}
	g.flying = g.shot[1] > saucerTop-4
	return 0
}

// shoot returns the worth of the alien or saucer at (x, y), which is no more.
func (g *invaders) shoot(p *play, x, y int) int {
	if g.passing != 0 && x >= g.saucer && x < g.saucer+saucerWidth && y >= saucerTop && y < saucerTop+saucerHeight {
		g.burn(g.saucer+(saucerWidth-alienWidth)/2, saucerTop)
		g.saucerLeaves(p)
		return saucerWorth
	}
	dx, dy := x-g.x, y-g.y
	if dx < 0 || dy < 0 {
		return 0
	}
	column, row := dx/alienStepX, dy/alienStepY
	if column >= alienColumns || row >= alienRows || dx%alienStepX >= alienWidth || dy%alienStepY >= alienHeight ||
		g.aliens[row]>>column&1 == 0 {
		return 0
	}
	g.aliens[row] &^= 1 << column
	g.burn(g.x+column*alienStepX, g.y+row*alienStepY)
	return 5 * (alienRows - row)
}

func (g *invaders) burn(x, y int) { g.burst, g.burning = [2]int{x, y}, blast }

// wear breaks the shield's cell at (x, y), and the next in the direction way, up or down. It
// reports whether there was one.
func (g *invaders) wear(x, y, way int) bool {
	shield, column := (x-shieldLeft)/shieldStep, (x-shieldLeft)%shieldStep/shieldCell
	if x < shieldLeft || shield >= shieldCount || column >= 8 || y < shieldTop || y >= shieldTop+shieldHeight {
		return false
	}
	cells := g.shields[shield*shieldRows : (shield+1)*shieldRows]
	row, bit := (y-shieldTop)/shieldCell, 1<<(7-column)
	if cells[row]&bit == 0 {
		return false
	}
	cells[row] &^= bit
	if row += way; uint(row) < shieldRows {
		cells[row] &^= bit
	}
	return true
}

// step lets the aliens march when it is time, and reports whether they have come down.
func (g *invaders) step() bool {
	if g.march--; g.march > 0 {
		return false
	}
	g.march = g.interval()
	g.pose ^= 1
	set := uint(g.columns())
	first := g.x + bits.TrailingZeros(set)*alienStepX + g.way*aliensMarch
	last := g.x + (bits.Len(set)-1)*alienStepX + alienWidth + g.way*aliensMarch
	if g.way < 0 && first >= aliensLeft || g.way > 0 && last <= aliensRight {
		g.x += g.way * aliensMarch
		return false
	}
	g.way = -g.way
	g.y += aliensDrop
	bottom := g.bottom()
	if bottom > shieldTop {
		clear(g.shields[:])
	}
	return bottom > cannonTop
}

// bottom returns the lower edge of the lowest alien.
func (g *invaders) bottom() int {
	for row := alienRows - 1; row >= 0; row-- {
		if g.aliens[row] != 0 {
			return g.y + row*alienStepY + alienHeight
		}
	}
	return 0
}

// dropBombs drops a bomb when it is time.
func (g *invaders) dropBombs(p *play) {
	if g.reload > 0 {
		g.reload--
		return
	}
	limit := 2
	if g.wave >= 3 {
		limit = bombCount
	}
	for i := range limit {
		if g.bombY[i] != 0 {
			continue
		}
		column := g.bomber(p)
		row := alienRows - 1
		for row > 0 && g.aliens[row]>>column&1 == 0 {
			row--
		}
		g.bombX[i] = g.x + column*alienStepX + (alienWidth-shotWidth)/2
		g.bombY[i] = (g.y + row*alienStepY + alienHeight) * sub
		g.loadBomb(p)
		return
	}
}

// bomber returns the column that drops the next bomb.
func (g *invaders) bomber(p *play) int {
	set := g.columns()
	if p.draw(0, 3) == 0 {
		best, nearest := 0, width*2
		for c := range alienColumns {
			off := g.x + c*alienStepX - floor(g.cannon)
			if set>>c&1 == 1 && off*sign(off) < nearest {
				best, nearest = c, off*sign(off)
			}
		}
		return best
	}
	n := p.draw(0, bits.OnesCount(uint(set)))
	for ; n > 0; n-- {
		set &= set - 1
	}
	return bits.TrailingZeros(uint(set))
}

// fallBombs moves the bombs and reports whether one hit the cannon.
func (g *invaders) fallBombs() (hit bool) {
	cannon := floor(g.cannon)
	for i := range g.bombY {
		if g.bombY[i] == 0 {
			continue
		}
		g.bombY[i] += bombSpeed
		x, y := g.bombX[i], floor(g.bombY[i])+shotHeight-1
		switch {
		case g.wear(x, y, 1) || g.wear(x+1, y, 1) || y >= groundTop:
			g.bombY[i] = 0
		case y >= cannonTop+2 && x+shotWidth > cannon && x < cannon+cannonWidth:
			hit = true
		}
	}
	return hit
}

func (g *invaders) state(a *snapshot.Archive) {
	ranged(a, "cannon", &g.cannon, aliensLeft*sub, (aliensRight-cannonWidth)*sub)
	rangedAll(a, "aliens", g.aliens[:], 0, aliensInRow)
	ranged(a, "x", &g.x, -width, width)
	ranged(a, "y", &g.y, 0, height)
	direction(a, "way", &g.way)
	ranged(a, "march", &g.march, 0, 60)
	ranged(a, "pose", &g.pose, 0, 1)
	ranged(a, "wave", &g.wave, 1, maxWave)
	rangedAll(a, "shields", g.shields[:], 0, 255)
	rangedAll(a, "shot", g.shot[:], 0, height)
	a.Bool("flying", &g.flying)
	rangedAll(a, "bomb_x", g.bombX[:], -width, 2*width)
	rangedAll(a, "bomb_y", g.bombY[:], 0, height*sub)
	ranged(a, "reload", &g.reload, 0, 60)
	ranged(a, "saucer", &g.saucer, -width, 2*width)
	ranged(a, "passing", &g.passing, -1, 1)
	ranged(a, "absent", &g.absent, 0, 1200)
	ranged(a, "still", &g.still, 0, standstill)
	a.Bool("hurt", &g.hurt)
	rangedAll(a, "burst", g.burst[:], -width, 2*width)
	ranged(a, "burning", &g.burning, 0, blast)
}
