package scene

import (
	"fmt"
	"image"
	"math"
	"strings"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/draw"
)

// boardLayout is where the parts of a Board lie, in pixels, and the points of its board, in units
// from the stage's corner.
type boardLayout struct {
	of                                   *image.RGBA
	unit                                 float64
	whole                                image.Rectangle
	stage, players, graph, moves, status image.Rectangle
	cell, left, top                      float64
	rows, cols                           int
	shown                                map[string]any // what each part showed last
}

// graphInset is the room beside the graph, in units.
const graphInset = 16.

func (l *boardLayout) arrange(dst *image.RGBA, unit float64, rows, cols int) {
	*l = boardLayout{of: dst, unit: unit, whole: dst.Rect, rows: rows, cols: cols, shown: map[string]any{}}
	w, h := float64(dst.Rect.Dx())/unit, float64(dst.Rect.Dy())/unit
	rect := func(x, y, w, h float64) image.Rectangle {
		px := func(v float64) int { return int(math.Round(v * unit)) }
		return image.Rect(px(x), px(y), px(x+max(w, 0)), px(y+max(h, 0))).Add(dst.Rect.Min).Intersect(dst.Rect)
	}
	room := h - margin - statusH - margin/2
	column := max(columnMin, w-2*margin-gap-room*(float64(cols)+1.4)/(float64(rows)+1.4))
	if w < 640 {
		column = -gap
	}
	wide := w - 2*margin - gap - column
	l.cell = min(wide/(float64(cols)+1.4), room/(float64(rows)+1.4))
	sw, sh := l.cell*(float64(cols)+1.4), l.cell*(float64(rows)+1.4)
	l.stage = rect(margin, margin, sw, sh)
	l.left, l.top = l.cell*1.2, l.cell*1.2
	l.status = rect(margin, h-margin/2-statusH, w-2*margin, statusH)
	if column > 0 {
		x, y := margin+sw+gap, margin
		column = w - margin - x
		l.players = rect(x, y, column, 148)
		l.graph = rect(x, y+148+gap, column, 190)
		l.moves = rect(x, y+338+2*gap, column, room-338-2*gap)
	}
}

// point returns the point of the board at a place in the window, -1 for none.
func (l *boardLayout) point(at image.Point) int {
	if l.cell == 0 || !at.In(l.stage) {
		return -1
	}
	x := math.Round((float64(at.X-l.stage.Min.X)/l.unit - l.left) / l.cell)
	y := math.Round((float64(at.Y-l.stage.Min.Y)/l.unit - l.top) / l.cell)
	if x < 0 || y < 0 || x >= float64(l.cols) || y >= float64(l.rows) {
		return -1
	}
	return int(y)*l.cols + int(x)
}

// part returns a brush for a part of the picture.
func (b *Board) part(r image.Rectangle) *brush {
	sub := b.layout.of.SubImage(r).(*image.RGBA)
	u := b.layout.unit
	return &brush{dst: sub, canvas: draw.On(sub), letters: b.letters, unit: u, w: float64(r.Dx()) / u, h: float64(r.Dy()) / u}
}

// Draw paints what changed.
func (b *Board) Draw(dst *image.RGBA, scale float64) ([]image.Rectangle, error) {
	b.dirty = b.dirty[:0]
	l, g := &b.layout, b.shown
	if l.of != dst || l.unit != scale || l.whole != dst.Rect {
		l.arrange(dst, scale, g.Rows(), g.Cols())
		b.part(dst.Rect).clear(ground)
		b.dirty = append(b.dirty, dst.Rect)
	}
	type key struct {
		shown              *weiqi.Game
		thoughts           *agents.Analysis
		advice, land, heat bool
		help, person       bool
		hover, last        int
		result, message    string
		thinking, paused   bool
		odds               float64
	}
	now := key{shown: g, thoughts: b.thoughts(), advice: b.advice, land: b.land, heat: b.heat, last: b.last(), result: b.result}
	paint := func(name string, r image.Rectangle, k key, f func()) {
		if !r.Empty() && l.shown[name] != any(k) {
			l.shown[name] = k
			b.dirty = append(b.dirty, r)
			f()
		}
	}
	stage := now
	stage.help, stage.person, stage.hover = b.help, b.person(), b.hover
	paint("stage", l.stage, stage, b.drawGoban)
	state := now
	state.thinking, state.paused, state.message = b.mover != nil && !b.mover.over(), b.paused, b.message.text
	paint("players", l.players, state, b.drawPlayers)
	graph := now
	for _, v := range b.odds {
		if !math.IsNaN(v) {
			graph.odds = graph.odds*1.1 + v
		}
	}
	paint("graph", l.graph, graph, b.drawGraph)
	paint("moves", l.moves, now, b.drawMoves)
	paint("status", l.status, state, b.drawBoardStatus)
	return b.dirty, nil
}

func (b *Board) drawPlayers() {
	p := b.part(b.layout.players)
	p.panel(card)
	p.text(p.fitted(b.options.Title, 15, draw.Bold, p.w-32), 16, 28, 15, draw.Bold, draw.Left, ink)
	for i, c := range []weiqi.Colour{weiqi.Black, weiqi.White} {
		y := 62 + 36*float64(i)
		if b.shown.ToMove() == c && !b.ended() {
			p.box(8, y-17, p.w-16, 34, 8, track)
		}
		p.stone(28, y, 11, c, 1)
		name := b.options.Names[i]
		if name == "" {
			name = c.String()
		}
		p.text(p.fitted(name, 14.5, draw.Bold, p.w-140), 50, y+5, 14.5, draw.Bold, draw.Left, ink)
		if b.mover != nil && !b.mover.over() && b.mover.of.ToMove() == c {
			p.text("thinking", p.w-18, y+5, 12.5, draw.Regular, draw.Right, blue)
		}
	}
	text := fmt.Sprintf("move %d of %d · komi %g", b.cursor, b.last(), b.shown.Rules().Komi)
	p.text(text, 16, 136, 12.5, draw.Regular, draw.Left, soft)
	if b.result != "" {
		p.text(b.result, p.w-16, 136, 14, draw.Bold, draw.Right, gold)
	}
}

// drawGraph paints how likely Black is to win after each move, where that is known.
func (b *Board) drawGraph() {
	p := b.part(b.layout.graph)
	p.panel(card)
	p.label("Black wins", 16, 25)
	x0, x1, y0, y1 := graphInset, p.w-graphInset, 40., p.h-16
	steps := float64(max(b.last(), 1))
	px := func(i int) float64 { return x0 + (x1-x0)*float64(i)/steps }
	py := func(v float64) float64 { return y1 - (y1-y0)*v }
	for _, v := range []float64{0, .5, 1} {
		p.line(x0, py(v), x1-x0, track)
	}
	before := -1
	u := p.unit
	for i, v := range b.odds {
		if math.IsNaN(v) {
			continue
		}
		if before >= 0 {
			xa, ya, xb, yb := px(before)*u, py(b.odds[before])*u, px(i)*u, py(v)*u
			p.canvas.Fill(draw.New().Polygon(xa, ya, xb, yb, xb, y1*u, xa, y1*u), draw.Alpha(blue, .16))
			p.canvas.Fill(draw.New().Capsule(xa, ya, xb, yb, 1.9*u), blue)
		} else {
			p.circle(px(i), py(v), 1.6, blue)
		}
		before = i
	}
	p.box(px(b.cursor)-.5, y0, 1, y1-y0, 0, faint)
	if b.cursor < len(b.odds) {
		if v := b.odds[b.cursor]; !math.IsNaN(v) {
			p.circle(px(b.cursor), py(v), 4.5, card)
			p.circle(px(b.cursor), py(v), 3.2, ink)
			p.text(fmt.Sprintf("%.1f%%", 100*v), p.w-16, 25, 13, draw.Bold, draw.Right, blue)
			return
		}
	}
	if before < 0 {
		p.text("A analyses the moves that are shown", p.w/2, py(.5)-8, 12.5, draw.Regular, draw.Center, faint)
	}
}

// drawMoves lists the moves that the analyst looked at most.
func (b *Board) drawMoves() {
	p := b.part(b.layout.moves)
	p.panel(card)
	p.label("Candidates", 16, 25)
	a := b.thoughts()
	if a == nil {
		p.text("A for analysis, T for territory, H for heat", 16, 54, 12.5, draw.Regular, draw.Left, faint)
		return
	}
	total := thousands(a.Visits) + " visits"
	if a.Scored {
		who, lead := b.shown.ToMove(), a.Lead
		if lead < 0 {
			who, lead = who.Opponent(), -lead
		}
		total += fmt.Sprintf(" · %s +%.1f", who, lead)
	}
	p.text(minus(total), p.w-16, 25, 12.5, draw.Regular, draw.Right, soft)
	y := 50.
	p.text("win", 112, y, 11.5, draw.Bold, draw.Right, faint)
	p.text("visits", 172, y, 11.5, draw.Bold, draw.Right, faint)
	p.text("may go on", 190, y, 11.5, draw.Bold, draw.Left, faint)
	for i, c := range a.Candidates {
		y += 26
		if y > p.h-10 || i >= 12 {
			break
		}
		share := float64(c.Visits) / float64(max(a.Candidates[0].Visits, 1))
		p.box(12, y-17, (p.w-24)*share, 23, 5, draw.Alpha(deep, .30))
		col := ink
		if i == 0 {
			col = green
		}
		p.text(b.shown.Vertex(c.Move), 18, y, 13.5, draw.Bold, draw.Left, col)
		p.text(fmt.Sprintf("%.1f%%", 50*(1+c.Value)), 112, y, 13, draw.Regular, draw.Right, ink)
		p.text(short(c.Visits), 172, y, 13, draw.Regular, draw.Right, soft)
		var line []string
		for _, m := range c.Line[1:min(len(c.Line), 9)] {
			line = append(line, b.shown.Vertex(m))
		}
		p.text(p.fitted(strings.Join(line, " "), 12.5, draw.Regular, p.w-206), 190, y, 12.5, draw.Regular, draw.Left, soft)
	}
}

func (b *Board) drawBoardStatus() {
	p := b.part(b.layout.status)
	p.clear(ground)
	p.text("? for keys", p.w-2, 20, 13, draw.Regular, draw.Right, faint)
	text, col := "", soft
	switch {
	case b.message.text != "":
		text, col = b.message.text, b.message.col
	case b.paused:
		text, col = "paused", gold
	case b.result != "" && b.cursor == b.last():
		text, col = "the game is over: "+b.result+" · N for another", gold
	case b.person() && b.played():
		text = "your move"
	}
	p.text(p.fitted(text, 13, draw.Regular, p.w-120), 2, 20, 13, draw.Regular, draw.Left, col)
}

func (b *Board) drawHelp(p *brush) {
	p.box(0, 0, p.w, p.h, 0, draw.Alpha(ground, .72))
	const row = 25.
	height, width := float64(len(boardCommands))*row+64, 390.
	x, y := max((p.w-width)/2, 8), max((p.h-height)/2, 8)
	p.box(x, y, width, height, 14, card)
	p.text("Keys", x+24, y+34, 17, draw.Bold, draw.Left, ink)
	y += 62
	for _, c := range boardCommands {
		wide := p.width(c.name, 12, draw.Bold) + 16
		p.box(x+24, y-15, wide, 20, 6, track)
		p.text(c.name, x+32, y, 12, draw.Bold, draw.Left, ink)
		p.text(c.does, x+104, y, 13, draw.Regular, draw.Left, soft)
		y += row
	}
}
