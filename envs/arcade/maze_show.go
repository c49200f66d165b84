package arcade

import "sync"

const (
	hedge = color(0x2f8f4e)
	soil  = color(0x1c1712)
)

// mazeGarden paints the hedges: every tile's edges are lit or shaded where a path is beside it.
var mazeGarden = sync.OnceValue(func() screen {
	s := make(screen, screenBytes)
	s.gradient(0, 0, width, height, 0x0e1a12, 0x0a120d)
	hedged := func(column, row int) bool {
		return row < 0 || row >= mazeRows || plan((column+mazeColumns)%mazeColumns, row) == '#'
	}
	for row := range mazeRows {
		for column := range mazeColumns {
			x, y := mazeLeft+column*tile, mazeTop+row*tile
			switch plan(column, row) {
			case '#':
				paintHedge(s, x, y, func(dx, dy int) bool { return hedged(column+dx, row+dy) })
			case '=':
				s.rect(x, y, tile, tile, soil)
				s.rect(x, y+3, tile, 2, 0xc9a26b)
			default:
				s.rect(x, y, tile, tile, soil)
			}
		}
	}
	// The path that leads out goes on to the screen's edges.
	for _, x := range []int{0, width - mazeLeft} {
		s.rect(x, mazeTop+penRow*tile, mazeLeft, tile, soil)
	}
	return s
})

// paintHedge paints a tile of hedge; beside tells of its neighbours whether they are one, too.
func paintHedge(s screen, x, y int, beside func(dx, dy int) bool) {
	light, dark := hedge.mix(0xe8ffb0, 2, 5), hedge.mix(0, 1, 2)
	s.rect(x, y, tile, tile, hedge)
	for i, leaf := range [][2]int{{2, 2}, {5, 4}, {3, 6}} {
		s.rect(x+leaf[0], y+leaf[1], 1+i%2, 1, hedge.mix([]color{0xffffff, 0, 0}[i], 1, 5))
	}
	for _, e := range []struct {
		dx, dy, x, y, w, h int
		c                  color
	}{
		{0, -1, 0, 0, tile, 1, light}, {-1, 0, 0, 0, 1, tile, light},
		{0, 1, 0, tile - 2, tile, 2, dark}, {1, 0, tile - 1, 0, 1, tile, dark},
	} {
		if !beside(e.dx, e.dy) {
			s.rect(x+e.x, y+e.y, e.w, e.h, e.c)
		}
	}
	for _, d := range [][2]int{{-1, -1}, {1, -1}, {-1, 1}, {1, 1}} {
		if !beside(d[0], 0) && !beside(0, d[1]) { // a corner is round
			s.rect(x+(1+d[0])/2*(tile-1), y+(1+d[1])/2*(tile-1), 1, 1, soil)
		}
	}
}

var (
	cheeseSprite = newSprite(palette{'o': 0xffd23f, 'l': 0xfff0a0, 'd': 0xc98f12},
		"....ll..",
		"..lloo..",
		"lloodoo.",
		"oooooooo",
		"odooodoo",
		"oooooooo")
	mouseSprites = facing(palette{'o': 0xd9dbe6, 'd': 0x9fa3b8, 'p': 0xff9fb2, 'k': 0x1b1b28},
		[]string{
			"...pp...",
			"pp.oo.pp",
			"pokookop",
			".oooooo.",
			".oooooo.",
			".dooood.",
			"..dddd..",
			"....p...",
		},
		[]string{
			"....pp..",
			"...ppp..",
			"..oooko.",
			".oooooop",
			"doooooo.",
			"dooooo..",
			"pddddd..",
			"........",
		})
	catSprites = [catCount]*sprite{
		catSprite(0xf0484d, 0xffffff), catSprite(0xff8fc0, 0xffffff), catSprite(0x45c4f5, 0xffffff), catSprite(0xff9f3a, 0xffffff),
	}
	scaredBlue  = catSprite(0x4a5cf0, 0xcfd6ff)
	scaredWhite = catSprite(0xe6e9ff, 0xe5484d)
)

func catSprite(fur, eyes color) *sprite {
	return newSprite(palette{'o': fur, 'd': fur.mix(0, 1, 3), 'w': eyes, 'k': 0x14141c},
		"o......o",
		"oo....oo",
		"oooooooo",
		"owkoowko",
		"owkoowko",
		"oookkooo",
		".oooooo.",
		"..dddd..")
}

// facing returns the sprites of someone who looks in each of the ways, from pictures of looking
// north and east.
func facing(colors palette, north, east []string) (list [ways]*sprite) {
	upside := make([]string, len(north))
	for i, line := range north {
		upside[len(north)-1-i] = line
	}
	look := newSprite(colors, east...)
	return [ways]*sprite{newSprite(colors, north...), look.mirrored(), newSprite(colors, upside...), look}
}

func (g *maze) show(p *play, s screen) {
	copy(s, g.garden)
	s.number(mazeLeft+30, 8, p.score, 5, 1, 0xffffff)
	for i := range p.lives - 1 {
		s.sprite(width-mazeLeft-tile-i*(tile+3), 8, mouseSprites[east])
	}
	for row, set := range g.crumbs {
		y := mazeTop + row*tile
		for column := 0; set != 0; column, set = column+1, set>>1 {
			switch x := mazeLeft + column*tile; {
			case set&1 == 0:
			case plan(column, row) == 'o':
				s.sprite(x, y+1, cheeseSprite)
			default:
				s.rect(x+3, y+3, 2, 2, 0xf2d9a0)
			}
		}
	}
	for i := range g.cats {
		x, y := g.cats[i].place()
		look := catSprites[i]
		if g.scared[i] {
			look = scaredBlue
			if g.scare < 2*standstill && g.scare>>3&1 == 1 {
				look = scaredWhite
			}
		}
		s.sprite(x, y, look)
	}
	x, y := g.mouse.place()
	s.sprite(x, y, mouseSprites[max(g.mouse.way, north)])
}
