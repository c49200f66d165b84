package arcade

import "sync"

var invadersSky = sync.OnceValue(func() screen {
	s := make(screen, screenBytes)
	s.gradient(0, 0, width, groundTop, 0x05060f, 0x1b1440)
	place := uint32(1)
	for i := range 90 {
		place = place*1664525 + 1013904223 // numerical recipes' generator
		x, y := int(place>>16)%width, int(place>>8&0xff)%(groundTop-30)
		s.rect(x, y, 1, 1, []color{0x3a3f63, 0x5d648f, 0x8f97bf}[i%3])
	}
	s.gradient(0, groundTop, width, height-groundTop, 0x3f9a57, 0x174a2c)
	s.rect(0, groundTop, width, 1, 0x8be39b)
	return s
})

// alienSprites are the aliens by row and pose.
var alienSprites = func() (list [alienRows][2]*sprite) {
	eye := []string{
		"...oooo...",
		".oohhhhoo.",
		"oowwwwwwoo",
		"oowwkkwwoo",
		".oowwwwoo.",
		"..oooooo..",
	}
	beetle := []string{
		".o......o.",
		"..oohhoo..",
		".ohhhhhho.",
		"ookkookkoo",
		"oooooooooo",
		"o.oooooo.o",
	}
	mask := []string{
		"..oohhoo..",
		".oohhhhoo.",
		"oooooooooo",
		"okkwoowkko",
		"oookookooo",
		".oooooooo.",
	}
	kinds := []struct {
		body []string
		legs [2][]string
	}{
		{eye, [2][]string{{"..o.oo.o..", ".o..oo..o."}, {"..o.oo.o..", "...o..o..."}}},
		{beetle, [2][]string{{"o.o....o.o", "..o....o.."}, {"..o....o..", "oo......oo"}}},
		{mask, [2][]string{{".oo.oo.oo.", ".o......o."}, {"..oo..oo..", "..o....o.."}}},
	}
	for row, c := range []color{0xff6b9d, 0xf58a3d, 0xf5d04a, 0x7be07b, 0x4fc3f0, 0xa78bfa} {
		colors := palette{'o': c, 'h': c.mix(0xffffff, 1, 2), 'w': 0xffffff, 'k': 0x16122b}
		kind := kinds[row/2]
		for pose := range list[row] {
			list[row][pose] = newSprite(colors, append(kind.body[:6:6], kind.legs[pose]...)...)
		}
	}
	return list
}()

var (
	burstSprite = newSprite(palette{'o': 0xffb52e, 'w': 0xffffff, 'r': 0xff5a4d},
		"r...o...r.",
		".o..r..o..",
		"..o.w.o...",
		"r..www..or",
		".owwwwwo..",
		"...www..r.",
		".o.w.o.o..",
		"r...o....r")
	saucerSprite = newSprite(palette{'o': 0xe5484d, 'h': 0xff9a9a, 'd': 0x8e2530, 'w': 0xfff3b0, 'g': 0x9fd8ff},
		".....ggggg.....",
		"....ggggggg....",
		"..ohhhhhhhhho..",
		".ooooooooooooo.",
		"oowoowoowoowooo",
		".ddddddddddddd.",
		"...dd.....dd...")
	cannonSprite = newSprite(palette{'c': 0xd8f5e0, 'h': 0x9df0b0, 'o': 0x4fd07a, 'd': 0x267a48},
		".....c.....",
		"....ccc....",
		"....ccc....",
		".hhhhhhhhh.",
		"hoooooooooo",
		"ooooooooooo",
		"ddddddddddd")
	wreckSprite = newSprite(palette{'o': 0xffb52e, 'r': 0xff5a4d, 'w': 0xffffff},
		"..o.....r..",
		"r...w.o...o",
		"..r..r..w..",
		".o.ow.wo..r",
		"..wrowrow..",
		".rowwowwor.",
		"oowrwowrwoo")
)

func (g *invaders) show(p *play, s screen) {
	copy(s, g.sky)
	s.number(aliensLeft+24, 6, p.score, 4, 1, 0xffffff)
	for i := range p.lives - 1 {
		s.sprite(aliensRight-cannonWidth-i*14, 6, cannonSprite)
	}
	for row, set := range g.aliens {
		for x := g.x; set != 0; x, set = x+alienStepX, set>>1 {
			if set&1 == 1 {
				s.sprite(x, g.y+row*alienStepY, alienSprites[row][g.pose])
			}
		}
	}
	for i, cells := range g.shields {
		s.bits(shieldLeft+i/shieldRows*shieldStep, shieldTop+i%shieldRows*shieldCell, uint64(cells), 8, 1, shieldCell, 0xf0a23a)
	}
	if g.passing != 0 {
		s.sprite(g.saucer, saucerTop, saucerSprite)
	}
	if g.flying {
		s.rect(g.shot[0], g.shot[1], shotWidth, shotHeight, 0xeafff0)
	}
	for i, y := range g.bombY {
		if y != 0 {
			s.rect(g.bombX[i], floor(y), shotWidth, shotHeight, 0xff8f6b)
			s.rect(g.bombX[i], floor(y)+shotHeight-2, shotWidth, 2, 0xfff3b0)
		}
	}
	if g.burning > 0 {
		s.sprite(g.burst[0], g.burst[1], burstSprite)
	}
	cannon := cannonSprite
	if g.hurt && g.still > 0 {
		cannon = wreckSprite
	}
	s.sprite(floor(g.cannon), cannonTop, cannon)
}
