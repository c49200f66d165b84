package arcade

import (
	"errors"

	"tesuji/snapshot"
)

// NewMaze returns Arcade/Maze-v0: a mouse that eats crumbs in a garden of hedges, hunted by four
// cats.
//
// The mouse runs by a pixel a frame along paths 8 pixels wide, in the way that it has until the
// stick points to another that is open; it can turn around anywhere. The path in the middle leads
// out at one side and in at the other. Rewards: 10 for a crumb, 50 for a piece of cheese. Cheese
// scares the cats for 6 seconds, a second less in each further garden and 2 at least: they run
// about at half a pixel a frame, and the mouse can catch them for 200, 400, 800 and 1600. A cat
// that is not scared costs a life of 3, and the game ends with the last. When everything is
// eaten, the next garden begins. Actions: NOOP, UP, RIGHT, LEFT, DOWN.
//
// A cat runs at 0.875 pixels a frame, by a sixteenth faster in each further garden up to the mouse's
// 1, and does not turn around. At each crossing it takes, three times in four, the way that leads
// nearest to its goal as the crow flies, and else a random one. The goal of the red cat is the
// mouse; of the pink one, where the mouse will be four tiles on; of the blue one, the mouse's
// mirror image across the garden; of the orange one, the mouse while it is farther than six tiles
// away, and else a corner. The last three wait in the pen for 2, 4 and 6 seconds, and a cat that
// was caught for 2.
//
// Random actions return 256, the scripted player of the tests 2569.
func NewMaze(o Options) *Game {
	return newGame("Maze", &maze{garden: mazeGarden()}, []joystick{center, up, right, left, down}, o)
}

// Lengths are in tiles but where it is said.
const (
	mazeColumns = 19
	mazeRows    = 22
	tile        = 8 // pixels
	mazeLeft    = (width - mazeColumns*tile) / 2
	mazeTop     = 24 // in pixels, as mazeLeft

	catCount    = 4
	mouseSpeed  = sub // parts of pixels a frame
	catSpeed    = 14
	scaredSpeed = sub / 2
	whole       = tile * sub // parts of pixels from a tile to the next

	penColumn, penRow   = 9, 10
	gateRow             = 8 // above the pen's door
	homeColumn, homeRow = 9, 16
	mazeLives           = 3
	penned              = 120 // frames
	scare               = 360 // frames
	rewardCrumb         = 10
	rewardCheese        = 50
	rewardCat           = 200
	near                = 6 // pixels: a mouse and a cat that are less apart meet
)

// mazePlan is the left half of the maze and its middle column; the right half mirrors it. Hedges are
// #, crumbs ., pieces of cheese o, the pen _ and its door =.
var mazePlan = [mazeRows]string{
	"##########",
	"#........#",
	"#.##.###.#",
	"#o##.###.#",
	"#.........",
	"#.##.#.###",
	"#....#...#",
	"####.###.#",
	"####.#....",
	"####.#.##=",
	".......#__",
	"####.#.###",
	"####.#....",
	"####.#.###",
	"#........#",
	"#.##.###.#",
	"#o.#..... ",
	"##.#.#.###",
	"#....#...#",
	"#.######.#",
	"#.........",
	"##########",
}

// plan returns what is at a tile.
func plan(column, row int) byte { return mazePlan[row][min(column, mazeColumns-1-column)] }

// way is a direction in the maze.
type way int

const (
	north way = iota
	west
	south
	east
	ways
	nowhere = way(-1)
)

var (
	wayX = [ways]int{west: -1, east: 1}
	wayY = [ways]int{north: -1, south: 1}
	// wayStick are the contacts that a stick held that way closes.
	wayStick = [ways]joystick{up, left, down, right}
)

func (w way) back() way { return (w + 2) % ways }

// runner is a mouse or a cat: step parts of pixels on its way from a tile.
type runner struct {
	column, row int
	way         way
	step        int
}

// next returns the tile that is reached from here.
func (r *runner) next(w way) (column, row int) {
	return (r.column + wayX[w] + mazeColumns) % mazeColumns, r.row + wayY[w]
}

// open reports whether it may go that way: not through hedges, and into the pen only inside of it.
func (r *runner) open(w way) bool {
	switch column, row := r.next(w); plan(column, row) {
	case '#':
		return false
	case '=', '_':
		return r.inPen()
	}
	return true
}

func (r *runner) inPen() bool {
	at := plan(r.column, r.row)
	return at == '_' || at == '='
}

// place returns its upper left corner on the screen.
func (r *runner) place() (x, y int) {
	x, y = mazeLeft+r.column*tile, mazeTop+r.row*tile
	if r.way != nowhere {
		x += wayX[r.way] * r.step / sub
		y += wayY[r.way] * r.step / sub
	}
	return x, y
}

// run goes on its way, and reports whether it arrived at a tile.
func (r *runner) run(speed int) bool {
	if r.step += speed; r.step < whole {
		return false
	}
	r.step -= whole
	r.column, r.row = r.next(r.way)
	return true
}

type maze struct {
	mouse  runner
	cats   [catCount]runner
	wait   [catCount]int // frames that they stay in the pen
	scared [catCount]bool
	scare  int // frames for which they are
	caught int // how many since the cheese
	crumbs [mazeRows]int
	level  int // from 1
	still  int // frames for which everything stands still
	garden screen
}

func (g *maze) begin(p *play) {
	p.lives = mazeLives
	g.level = 0
	g.nextGarden()
}

func (g *maze) nextGarden() {
	g.level = min(g.level+1, maxWave)
	for row := range g.crumbs {
		g.crumbs[row] = 0
		for column := range mazeColumns {
			if at := plan(column, row); at == '.' || at == 'o' {
				g.crumbs[row] |= 1 << column
			}
		}
	}
	g.takePlaces()
}

// takePlaces puts everyone where they begin.
func (g *maze) takePlaces() {
	g.still = standstill
	g.mouse = runner{homeColumn, homeRow, nowhere, 0}
	g.scare, g.scared = 0, [catCount]bool{}
	for i := range g.cats {
		g.cats[i] = runner{penColumn + i - 2, penRow, nowhere, 0}
		g.wait[i] = i * penned
	}
	g.cats[0] = runner{penColumn, gateRow, nowhere, 0}
}

func (g *maze) frame(p *play, j joystick) (reward int, over bool) {
	if g.still > 0 {
		g.still--
		return 0, false
	}
	reward = g.runMouse(j)
	if g.scare > 0 {
		if g.scare--; g.scare == 0 {
			g.scared = [catCount]bool{}
		}
	}
	for i := range g.cats {
		g.runCat(p, i)
	}
	worth, bitten := g.meet()
	reward += worth
	if bitten {
		p.lives--
		if p.lives > 0 {
			g.takePlaces()
		}
		return reward, p.lives <= 0
	}
	if g.eaten() {
		g.nextGarden()
	}
	return reward, false
}

// eaten reports whether no crumb is left.
func (g *maze) eaten() bool {
	all := 0
	for _, row := range g.crumbs {
		all |= row
	}
	return all == 0
}

// runMouse moves the mouse and returns the worth of what it eats.
func (g *maze) runMouse(j joystick) int {
	m := &g.mouse
	switch {
	case m.step == 0:
		m.way = m.choose(j)
	case j&wayStick[m.way.back()] != 0 && j&wayStick[m.way] == 0:
		m.column, m.row = m.next(m.way)
		m.step = whole - m.step
		m.way = m.way.back()
	}
	if m.way == nowhere || !m.run(mouseSpeed) {
		return 0
	}
	bit := 1 << m.column
	if g.crumbs[m.row]&bit == 0 {
		return 0
	}
	g.crumbs[m.row] &^= bit
	if plan(m.column, m.row) != 'o' {
		return rewardCrumb
	}
	g.scare, g.caught = max(scare-standstill*(g.level-1), 2*standstill), 0
	for i := range g.scared {
		g.scared[i] = true
	}
	return rewardCheese
}

// choose returns the way that a stick leads from a tile: around a corner rather than straight on,
// straight on where it does not lead, or nowhere.
func (r *runner) choose(j joystick) way {
	straight := nowhere
	for w := range ways {
		if !r.open(w) {
			continue
		}
		switch {
		case w == r.way:
			straight = w
		case j&wayStick[w] != 0:
			return w
		}
	}
	return straight
}

// runCat moves a cat.
func (g *maze) runCat(p *play, i int) {
	c := &g.cats[i]
	if g.wait[i] > 0 {
		g.wait[i]--
		return
	}
	if c.way == nowhere {
		c.way = g.hunt(p, i)
	}
	speed := min(catSpeed+g.level-1, mouseSpeed)
	if g.scared[i] {
		speed = scaredSpeed
	}
	if c.run(speed) {
		c.way = g.hunt(p, i)
	}
}

// hunt returns the way that a cat takes from its tile.
func (g *maze) hunt(p *play, i int) way {
	c := &g.cats[i]
	var open [ways]way
	n := 0
	for w := range ways {
		if c.open(w) && (c.way == nowhere || w != c.way.back()) {
			open[n] = w
			n++
		}
	}
	switch n {
	case 0:
		return c.way.back() // only in the pen
	case 1:
		return open[0]
	}
	if !c.inPen() && (g.scared[i] || p.draw(0, 4) == 0) {
		return open[p.draw(0, n)]
	}
	column, row := g.goal(i)
	best, nearest := nowhere, 1<<30
	for _, w := range open[:n] {
		x, y := c.next(w)
		if d := (x-column)*(x-column) + (y-row)*(y-row); d < nearest {
			best, nearest = w, d
		}
	}
	return best
}

// goal returns where a cat wants to be.
func (g *maze) goal(i int) (column, row int) {
	m, c := &g.mouse, &g.cats[i]
	switch {
	case c.inPen():
		return penColumn, gateRow
	case i == 1 && m.way != nowhere:
		return m.column + 4*wayX[m.way], m.row + 4*wayY[m.way]
	case i == 2:
		return mazeColumns - 1 - m.column, m.row
	case i == 3 && (m.column-c.column)*(m.column-c.column)+(m.row-c.row)*(m.row-c.row) <= 36:
		return 1, mazeRows - 2
	}
	return m.column, m.row
}

// meet returns the worth of scared cats that the mouse catches, and whether another bit it.
func (g *maze) meet() (reward int, bitten bool) {
	x, y := g.mouse.place()
	for i := range g.cats {
		cx, cy := g.cats[i].place()
		if dx, dy := cx-x, cy-y; dx*sign(dx) >= near || dy*sign(dy) >= near {
			continue
		}
		if !g.scared[i] {
			return reward, true
		}
		reward += rewardCat << g.caught
		g.caught = min(g.caught+1, catCount-1)
		g.scared[i] = false
		g.cats[i] = runner{penColumn, penRow, nowhere, 0}
		g.wait[i] = penned
	}
	return reward, false
}

func (g *maze) state(a *snapshot.Archive) {
	a.Section("mouse", g.mouse.state)
	for i := range g.cats {
		a.Section("cat", g.cats[i].state)
	}
	if a.Err() == nil && g.mouse.inPen() {
		a.Fail(errors.New("the mouse is in the cats' pen"))
	}
	for i := range g.cats {
		// The mouse chooses its way when it leaves a tile, cats when they come to one.
		if c := &g.cats[i]; a.Err() == nil && c.way != nowhere && !c.underWay() {
			a.Fail(errors.New("a cat's way leads into a hedge"))
		}
	}
	rangedAll(a, "wait", g.wait[:], 0, catCount*penned)
	a.Bools("scared", g.scared[:])
	ranged(a, "scare", &g.scare, 0, scare)
	ranged(a, "caught", &g.caught, 0, catCount-1)
	rangedAll(a, "crumbs", g.crumbs[:], 0, 1<<mazeColumns-1)
	ranged(a, "level", &g.level, 1, maxWave)
	ranged(a, "still", &g.still, 0, standstill)
}

func (r *runner) state(a *snapshot.Archive) {
	ranged(a, "column", &r.column, 0, mazeColumns-1)
	ranged(a, "row", &r.row, 0, mazeRows-1)
	w := int(r.way)
	ranged(a, "way", &w, int(nowhere), int(ways)-1)
	r.way = way(w)
	ranged(a, "step", &r.step, 0, whole-1)
	if a.Err() != nil {
		return
	}
	if plan(r.column, r.row) == '#' || r.step > 0 && !r.underWay() {
		a.Fail(errors.New("a hedge is where someone runs"))
	}
}

// underWay reports whether its way is open.
func (r *runner) underWay() bool { return r.way != nowhere && r.open(r.way) }
