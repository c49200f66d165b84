package hex

import (
	"fmt"
	"image"
	"math"

	"tesuji/internal/draw"
)

var (
	paper  = draw.Hex(0xf4efe6)
	ground = draw.Hex(0xe4dccd)
	empty  = draw.Hex(0xfbf8f2)
	edge   = draw.Hex(0xb9ae9b)
	ink    = draw.Hex(0x4b4338)
	black  = draw.Hex(0x000000)
	white  = draw.Hex(0xffffff)
	// Of each player.
	colors = [2]draw.Color{draw.Hex(0xd1453b), draw.Hex(0x2f6fb5)}
)

const margin = 44.

// radius returns that of a hexagon's corners: larger boards have smaller ones.
func (g *Game) radius() float64 {
	return min(34, math.Floor(640/(1.5*float64(g.size))/math.Sqrt(3)*2)/2)
}

// center returns the middle of a point.
func (g *Game) center(at int) (x, y float64) {
	w, r := math.Sqrt(3)*g.radius(), at/g.size
	x = margin + w*(float64(at%g.size)+float64(r)/2+.5)
	y = margin + g.radius()*(1.5*float64(r)+1)
	return x, y
}

// corner returns a corner of a point's hexagon, 0 to 5 clockwise from the top.
func (g *Game) corner(at, k int) (x, y float64) {
	x, y = g.center(at)
	w, r := math.Sqrt(3)/2*g.radius(), g.radius()
	d := [6][2]float64{{0, -r}, {w, -r / 2}, {w, r / 2}, {0, r}, {-w, r / 2}, {-w, -r / 2}}[k%6]
	return x + d[0], y + d[1]
}

// RenderSize returns the size of the picture.
func (g *Game) RenderSize() (w, h int) {
	n, r := float64(g.size), g.radius()
	return int(math.Ceil(2*margin + math.Sqrt(3)*r*(1.5*n-.5))), int(math.Ceil(2*margin + r*(1.5*n+.5)))
}

// Render draws the board with its sides in the players' colours, the stones, the last one with a
// dot, and the chain that has won in full colour.
func (g *Game) Render(dst *image.RGBA) {
	c := draw.On(dst)
	c.Background(paper, ground)
	g.frame(c)
	won := g.winning()
	for at, who := range g.board {
		hexagon := draw.New()
		for k := range 6 {
			x, y := g.corner(at, k)
			if k == 0 {
				hexagon.Move(x, y)
			} else {
				hexagon.Line(x, y)
			}
		}
		x, y := g.center(at)
		r := g.radius()
		c.Fill(hexagon, edge)
		inner := hexagon.Place(-x, -y, 0, 1).Place(0, 0, 0, (r-1.2)/r).Place(x, y, 0, 1)
		c.Fill(inner, empty)
		if who == 0 {
			continue
		}
		col := colors[who-1]
		if g.won != 0 && !won[at] {
			col = draw.Mix(col, empty, .55)
		}
		stone := draw.New().Circle(x, y, r*.66)
		c.Shadow(stone, 0, r*.08, max(1, int(r*.06)), draw.Alpha(black, .4))
		c.Shade(stone, draw.Mix(col, white, .22), draw.Mix(col, black, .12))
		if n := len(g.past); n > 0 && at == g.lastPoint() {
			c.Fill(draw.New().Circle(x, y, r*.18), white)
		}
	}
	g.labels(c)
}

// lastPoint returns where the last ply put a stone.
func (g *Game) lastPoint() int {
	last := int(g.past[len(g.past)-1])
	if last == len(g.board) {
		from := int(g.past[0])
		return from%g.size*g.size + from/g.size
	}
	return last
}

// frame draws the sides: bands along the outer edges of the hexagons.
func (g *Game) frame(c *draw.Canvas) {
	n, r := g.size, g.radius()
	band := func(player int, points []int, corners [3]int) {
		p := draw.New()
		for _, at := range points {
			for k := range 2 {
				x0, y0 := g.corner(at, corners[k])
				x1, y1 := g.corner(at, corners[k+1])
				// The players share an edge at two corners of the board, half each.
				if player == 1 && k == 0 && (at == n-1 || at == n*(n-1)) {
					x0, y0 = (x0+x1)/2, (y0+y1)/2
				}
				p.Add(draw.New().Capsule(x0, y0, x1, y1, r*.42))
			}
		}
		c.Fill(p, colors[player])
	}
	var sides [4][]int
	for i := range n {
		sides[0] = append(sides[0], i)
		sides[1] = append(sides[1], n*(n-1)+i)
		sides[2] = append(sides[2], i*n)
		sides[3] = append(sides[3], i*n+n-1)
	}
	band(0, sides[0], [3]int{5, 0, 1})
	band(0, sides[1], [3]int{2, 3, 4})
	band(1, sides[2], [3]int{3, 4, 5})
	band(1, sides[3], [3]int{0, 1, 2})
}

// labels writes the letters of columns along the top and the numbers of rows down the left.
func (g *Game) labels(c *draw.Canvas) {
	r := g.radius()
	size := max(9, min(16, r*.6))
	for i := range g.size {
		x, y := g.center(i)
		c.Text(string(rune('a'+i)), x-r*.5, y-r*1.25, size, draw.Regular, draw.Center, ink)
		x, y = g.center(i * g.size)
		c.Text(fmt.Sprint(i+1), x-r*1.35, y+size*.55, size, draw.Regular, draw.Right, ink)
	}
}

// winning tells which points are of the chain that connects the winner's sides.
func (g *Game) winning() []bool {
	in := make([]bool, len(g.board))
	for at, who := range g.board {
		in[at] = who != 0 && who == g.won && g.sides[g.find(int16(at))] == both
	}
	return in
}
