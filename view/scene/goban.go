package scene

import (
	"image"
	"math"
	"strconv"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/draw"
)

var (
	grain    = draw.Hex(0x5b3a14)
	lines    = draw.Hex(0x2c1c0b)
	blackInk = draw.Hex(0x14161a)
	whiteInk = draw.Hex(0xf6f4ee)
)

// timber paints a board of wood: rings cut lengthwise, the same for every board of a size.
func timber(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	dark, light := draw.Hex(0xc99446), draw.Hex(0xe9bf74)
	s := 900 / float64(max(w, 1))
	for y := range h {
		v := float64(y) * s
		for x := range w {
			u := float64(x) * s
			bend := 14*math.Sin(v*.0041+.8) + 5*math.Sin(v*.013+u*.004)
			ring := (u + bend) * .055
			k := .5 + .24*math.Sin(ring) + .16*math.Sin(ring*2.7+1.3*math.Sin(ring*.31)) + .10*math.Sin(ring*7.3+v*.003)
			fleck := uint32(x*73856093) ^ uint32(y/7*19349663)
			fleck = (fleck ^ fleck>>13) * 1274126177
			k += (float64(fleck>>24)/255 - .5) * .10
			c := draw.Mix(dark, light, k)
			i := img.PixOffset(x, y)
			img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = c.R, c.G, c.B, 255
		}
	}
	return img
}

// drawGoban paints the board, its stones and what is shown over it.
func (b *Board) drawGoban() {
	l := &b.layout
	p := b.part(l.stage)
	if size := l.stage.Size(); b.wood == nil || b.wood.Rect.Size() != size {
		b.wood = timber(size.X, size.Y)
	}
	for y := range l.stage.Dy() {
		copy(p.dst.Pix[y*p.dst.Stride:][:4*l.stage.Dx()], b.wood.Pix[y*b.wood.Stride:])
	}
	g := b.shown
	at := func(point int) (x, y float64) { // in units from the part's corner
		return l.left + float64(point%g.Cols())*l.cell, l.top + float64(point/g.Cols())*l.cell
	}
	b.drawGrid(p)
	a := b.thoughts()
	if b.heat && a != nil {
		b.drawHeat(p, a, at)
	}
	line := b.line(a)
	ghost := map[int]bool{}
	for _, m := range line {
		ghost[m] = true
	}
	r := l.cell * .475
	for point := range g.Points() {
		if g.At(point) != weiqi.Empty {
			x, y := at(point)
			u := p.unit
			p.canvas.Shadow(draw.New().Circle(x*u, y*u, r*u), .05*l.cell*u, .09*l.cell*u, max(int(.05*l.cell*u), 1), draw.Alpha(draw.Hex(0x1a0d00), .5))
		}
	}
	for point := range g.Points() {
		if c := g.At(point); c != weiqi.Empty {
			x, y := at(point)
			p.stone(x, y, r, c, 1)
		}
	}
	if b.land || b.ended() && b.result != "" && g.Over() {
		b.drawLand(p, a, at)
	}
	if n := len(g.Board.Moves()); n > 0 {
		if m := g.Board.Moves()[n-1]; m.Point != g.Pass() {
			x, y := at(m.Point)
			c := blackInk
			if m.Colour == weiqi.Black {
				c = whiteInk
			}
			p.canvas.Fill(draw.New().Ring(x*p.unit, y*p.unit, r*.5*p.unit, r*.13*p.unit), c)
		} else {
			p.pill([]string{"Black passed", "White passed"}[m.Colour-weiqi.Black], p.w/2, p.h-l.cell*.08-34)
		}
	}
	if b.advice && a != nil && line == nil {
		b.drawAdvice(p, a, at)
	}
	colour := g.ToMove()
	for i, m := range line {
		if m == g.Pass() {
			break
		}
		x, y := at(m)
		p.stone(x, y, r, colour, .85)
		ink := blackInk
		if colour == weiqi.Black {
			ink = whiteInk
		}
		p.text(strconv.Itoa(i+1), x, y+r*.32, r*.9, draw.Bold, draw.Center, ink)
		colour = colour.Opponent()
	}
	if b.hover >= 0 && line == nil && b.person() && g.Check(g.ToMove(), b.hover) == nil {
		x, y := at(b.hover)
		p.stone(x, y, r, g.ToMove(), .5)
	}
	if b.help {
		b.drawHelp(p)
	}
}

// line returns how the game may go on from the move under the mouse, nil if that is not known.
func (b *Board) line(a *agents.Analysis) []int {
	if a == nil || !b.advice || b.hover < 0 {
		return nil
	}
	for _, c := range a.Candidates {
		if c.Move == b.hover && (c.Visits*50 >= a.Candidates[0].Visits) {
			seen := map[int]bool{}
			for i, m := range c.Line {
				if seen[m] || i >= 12 {
					return c.Line[:i]
				}
				seen[m] = true
			}
			return c.Line
		}
	}
	return nil
}

func (b *Board) drawGrid(p *brush) {
	l, g := &b.layout, b.shown
	u := p.unit
	rows, cols := g.Rows(), g.Cols()
	thick := max(math.Round(l.cell*u*.022), 1)
	right, bottom := l.left+float64(cols-1)*l.cell, l.top+float64(rows-1)*l.cell
	for i := range cols {
		x, t := math.Round((l.left+float64(i)*l.cell)*u), thick
		if i == 0 || i == cols-1 {
			t *= 1.8
		}
		p.canvas.Fill(draw.New().Rect(x-t/2, l.top*u-t/2, t, (bottom-l.top)*u+t), draw.Alpha(lines, .85))
	}
	for i := range rows {
		y, t := math.Round((l.top+float64(i)*l.cell)*u), thick
		if i == 0 || i == rows-1 {
			t *= 1.8
		}
		p.canvas.Fill(draw.New().Rect(l.left*u-t/2, y-t/2, (right-l.left)*u+t, t), draw.Alpha(lines, .85))
	}
	for _, point := range stars(rows, cols) {
		p.circle(l.left+float64(point%cols)*l.cell, l.top+float64(point/cols)*l.cell, max(l.cell*.075, 2), lines)
	}
	size := min(max(l.cell*.26, 10), 17)
	for i := range cols {
		name := g.Vertex(i)[:1]
		x := l.left + float64(i)*l.cell
		p.text(name, x, l.top-l.cell*.62+size*.1, size, draw.Bold, draw.Center, draw.Alpha(grain, .9))
		p.text(name, x, bottom+l.cell*.62+size*.6, size, draw.Bold, draw.Center, draw.Alpha(grain, .9))
	}
	for i := range rows {
		name, y := strconv.Itoa(rows-i), l.top+float64(i)*l.cell+size*.36
		p.text(name, l.left-l.cell*.74, y, size, draw.Bold, draw.Center, draw.Alpha(grain, .9))
		p.text(name, right+l.cell*.74, y, size, draw.Bold, draw.Center, draw.Alpha(grain, .9))
	}
}

// stars are the points that are marked on boards.
func stars(rows, cols int) []int {
	at := func(n int) []int {
		switch {
		case n >= 13 && n%2 == 1:
			return []int{3, n / 2, n - 4}
		case n >= 12:
			return []int{3, n - 4}
		case n >= 9 && n%2 == 1:
			return []int{2, n / 2, n - 3}
		case n >= 7:
			return []int{2, n - 3}
		case n >= 3 && n%2 == 1:
			return []int{n / 2}
		}
		return nil
	}
	var points []int
	for i, r := range at(rows) {
		for k, c := range at(cols) {
			// Boards between 9 and 11 have no points in the middle of sides.
			if max(rows, cols) < 13 && len(at(rows)) == 3 && len(at(cols)) == 3 && (i == 1) != (k == 1) {
				continue
			}
			points = append(points, r*cols+c)
		}
	}
	return points
}

// stone paints a stone with light from the upper left, of an opacity.
func (p *brush) stone(x, y, r float64, c weiqi.Colour, opacity float64) {
	cx, cy, rad := x*p.unit, y*p.unit, r*p.unit
	in := image.Rect(int(cx-rad)-1, int(cy-rad)-1, int(cx+rad)+2, int(cy+rad)+2).Add(p.dst.Rect.Min).Intersect(p.dst.Rect)
	for py := in.Min.Y; py < in.Max.Y; py++ {
		for px := in.Min.X; px < in.Max.X; px++ {
			dx, dy := (float64(px-p.dst.Rect.Min.X)+.5-cx)/rad, (float64(py-p.dst.Rect.Min.Y)+.5-cy)/rad
			d := math.Sqrt(dx*dx + dy*dy)
			cover := min(max((1-d)*rad+.5, 0), 1) * opacity
			if cover == 0 {
				continue
			}
			// The lens of a stone: its normal, and the light on it.
			nz := math.Sqrt(max(1-.8*d*d, 0))
			light := max(-.42*dx-.52*dy+.74*nz, 0)
			var col draw.Color
			if c == weiqi.Black {
				shine := math.Pow(max(-.36*dx-.44*dy+.82*nz, 0), 14)
				col = draw.Mix(draw.Mix(draw.Hex(0x08090b), draw.Hex(0x3a3e46), light*.75), draw.Hex(0xc8d0dc), shine*.42)
			} else {
				col = draw.Mix(draw.Hex(0xa9a59c), draw.Hex(0xfffefa), min(.25+light*.95, 1))
			}
			i := p.dst.PixOffset(px, py)
			mix := func(below, above uint8) uint8 { return uint8(float64(below)*(1-cover) + float64(above)*cover + .5) }
			p.dst.Pix[i], p.dst.Pix[i+1], p.dst.Pix[i+2] = mix(p.dst.Pix[i], col.R), mix(p.dst.Pix[i+1], col.G), mix(p.dst.Pix[i+2], col.B)
		}
	}
}

// pill writes a line on a dark ground in the middle of x.
func (p *brush) pill(s string, x, y float64) {
	w := p.width(s, 14, draw.Bold) + 28
	p.box(x-w/2, y, w, 28, 14, draw.Alpha(ground, .82))
	p.text(s, x, y+19, 14, draw.Bold, draw.Center, ink)
}

// drawHeat shows where the policy looks first, or where it does not say, where the search went.
func (b *Board) drawHeat(p *brush, a *agents.Analysis, at func(int) (float64, float64)) {
	weigh := func(c agents.Candidate) float64 { return c.Prior }
	flat := true
	for _, c := range a.Candidates {
		flat = flat && c.Prior == a.Candidates[0].Prior
	}
	if flat {
		weigh = func(c agents.Candidate) float64 { return float64(c.Visits) }
	}
	most := 0.
	for _, c := range a.Candidates {
		most = max(most, weigh(c))
	}
	for _, c := range a.Candidates {
		if c.Move == b.shown.Pass() || most == 0 {
			continue
		}
		x, y := at(c.Move)
		v := math.Sqrt(weigh(c) / most)
		for i := range 5 { // a soft spot
			p.circle(x, y, b.layout.cell*(.56-.09*float64(i)), draw.Alpha(draw.Mix(gold, draw.Hex(0xe0301e), v), .17*v))
		}
	}
}

// drawLand marks whose points will be, or are where nobody thinks of that.
func (b *Board) drawLand(p *brush, a *agents.Analysis, at func(int) (float64, float64)) {
	g := b.shown
	own := make([]float64, g.Points())
	if a != nil && a.Ownership != nil && !g.Over() {
		for i, v := range a.Ownership {
			own[i] = float64(v)
			if g.ToMove() == weiqi.White {
				own[i] = -own[i]
			}
		}
	} else {
		area := make([]weiqi.Colour, g.Points())
		g.Area(area)
		for i, c := range area {
			own[i] = [3]float64{weiqi.Black: 1, weiqi.White: -1}[c]
		}
	}
	for point, v := range own {
		c, stone := blackInk, weiqi.Black
		if v < 0 {
			c, stone = whiteInk, weiqi.White
		}
		size := math.Abs(v)
		if size < .12 || g.At(point) == stone {
			continue
		}
		x, y := at(point)
		s := b.layout.cell * (.12 + .26*size)
		p.box(x-s/2, y-s/2, s, s, s*.18, draw.Alpha(c, .35+.6*size))
	}
}

// drawAdvice marks the moves that were looked at most, with win rates in percent and visits.
func (b *Board) drawAdvice(p *brush, a *agents.Analysis, at func(int) (float64, float64)) {
	cell := b.layout.cell
	for i, c := range a.Candidates {
		if i >= 8 || c.Visits*25 < a.Candidates[0].Visits {
			break
		}
		if c.Move == b.shown.Pass() {
			continue
		}
		x, y := at(c.Move)
		share := math.Sqrt(float64(c.Visits) / float64(max(a.Candidates[0].Visits, 1)))
		col := draw.Mix(draw.Hex(0x3c6f9c), draw.Hex(0x4fb8ff), share)
		if i == 0 {
			col = draw.Hex(0x35d0a0)
		}
		p.circle(x, y, cell*.455, draw.Alpha(col, .45+.47*share))
		if i == 0 {
			p.canvas.Fill(draw.New().Ring(x*p.unit, y*p.unit, cell*.445*p.unit, cell*.03*p.unit), draw.Alpha(whiteInk, .9))
		}
		p.text(strconv.FormatFloat(50*(1+c.Value), 'f', 0, 64), x, y+cell*.05, cell*.31, draw.Bold, draw.Center, blackInk)
		p.text(short(c.Visits), x, y+cell*.27, cell*.19, draw.Regular, draw.Center, blackInk)
	}
}

// short writes a number in at most four characters.
func short(n int) string {
	switch {
	case n >= 100000:
		return strconv.Itoa(n/1000) + "k"
	case n >= 1000:
		return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + "k"
	}
	return strconv.Itoa(n)
}
