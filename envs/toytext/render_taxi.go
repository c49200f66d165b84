package toytext

import (
	"image"
	"math"

	"tesuji/internal/draw"
)

// stopColors are red, green, yellow and blue.
var (
	stopColors = [4]draw.Color{draw.Hex(0xe5534b), draw.Hex(0x3fae62), draw.Hex(0xf0b429), draw.Hex(0x3f7be0)}
	stopNames  = [4]string{"R", "G", "Y", "B"}
)

var taxiGrid = grid{5, 5}

// RenderSize returns the size of the picture.
func (e *Taxi) RenderSize() (w, h int) { return gridSize(taxiGrid, 84, 24) }

// Render draws the town: stops in their colours, a pin over the destination, the passenger
// waiting or aboard, and rain.
func (e *Taxi) Render(dst *image.RGBA) {
	t := &tiles{Canvas: draw.On(dst), grid: taxiGrid, size: 84, margin: 24}
	now := decodeTaxi(e.state)
	t.Background(draw.Hex(0xe6ecdf), draw.Hex(0xcfdac6))
	t.board(draw.Hex(0x4b5563), draw.Alpha(black, .35))
	for s := range 25 {
		t.Shade(t.at(s, draw.New().RoundRect(1, 1, 98, 98, 6)), draw.Hex(0x606b7b), draw.Hex(0x576272))
	}
	t.lanes()
	for i, p := range taxiStops {
		t.stopSign(5*p[0]+p[1], i)
	}
	t.walls()
	t.cab(now.row*5+now.col, e.heading(), now.passenger == aboard)
	if now.passenger < aboard {
		p := taxiStops[now.passenger]
		size := .8
		if now.stop() == now.passenger {
			size = .6 // beside the taxi
		}
		t.person(5*p[0]+p[1], 8+32*size, 91, size, draw.Hex(0x8d5bd6))
	}
	d := taxiStops[now.destination]
	t.pin(5*d[0]+d[1], stopColors[now.destination])
	if !e.episode.Running && now.passenger == now.destination {
		t.arrival(5*d[0] + d[1])
	}
	if e.options.Rainy {
		w, h := e.RenderSize()
		for k := range 90 {
			x, y := float64((k*131+17)%w), float64((k*197+e.state*53)%h)
			t.Fill(draw.New().Capsule(x, y, x-4, y+14, 1.6), draw.Alpha(draw.Hex(0xd6e9ff), .5))
		}
	}
}

// heading returns the direction that the taxi faces, clockwise from the right: that of its
// last move.
func (e *Taxi) heading() float64 {
	a, b := decodeTaxi(e.last), decodeTaxi(e.state)
	if a.row == b.row && a.col == b.col {
		if e.action >= 0 && e.action < 4 {
			return [4]float64{math.Pi / 2, -math.Pi / 2, 0, math.Pi}[e.action]
		}
		return 0
	}
	return math.Atan2(float64(b.row-a.row), float64(b.col-a.col))
}

// lanes marks the ways between cells that no wall blocks.
func (t *tiles) lanes() {
	dash := draw.New()
	for s := range 25 {
		row, col := s/5, s%5
		if !wallEast(row, col) {
			dash.Add(t.at(s, draw.New().Capsule(88, 50, 112, 50, 3)))
		}
		if row < 4 {
			dash.Add(t.at(s, draw.New().Capsule(50, 88, 50, 112, 3)))
		}
	}
	t.Fill(dash, draw.Alpha(white, .35))
}

// stopSign draws the place of a stop.
func (t *tiles) stopSign(s, i int) {
	t.Fill(t.at(s, draw.New().RoundRect(6, 6, 88, 88, 14)), draw.Alpha(stopColors[i], .45))
	t.Fill(t.at(s, draw.New().RoundRect(6, 6, 88, 88, 14).Hole(draw.New().RoundRect(11, 11, 78, 78, 10))), stopColors[i])
	t.Fill(t.at(s, draw.New().Text(stopNames[i], 17, 35, 22, draw.Bold, draw.Left)), white)
}

// walls draws the hedges between columns.
func (t *tiles) walls() {
	hedge, light := draw.New(), draw.New()
	for s := range 25 {
		row, col := s/5, s%5
		if col < 4 && wallEast(row, col) {
			hedge.Add(t.at(s, draw.New().RoundRect(92, -2, 16, 104, 7)))
			for k := range 4 {
				y := 13 + 25*float64(k)
				light.Add(t.at(s, draw.New().Circle(97+5*float64((k+row)%2), y, 5)))
			}
		}
	}
	t.Shadow(hedge, 3, 4, 3, draw.Alpha(black, .45))
	t.Shade(hedge, draw.Hex(0x4d9a52), draw.Hex(0x3a7d43))
	t.Fill(light, draw.Hex(0x74bf6c))
}

// cab draws the taxi from above.
func (t *tiles) cab(s int, heading float64, carrying bool) {
	x, y := t.center(s)
	put := func(p *draw.Path) *draw.Path { return p.Place(x, y, heading, t.size/100) }
	body := put(draw.New().RoundRect(-36, -20, 72, 40, 14))
	t.Shadow(body, 3, 6, 4, draw.Alpha(black, .5))
	t.Fill(put(draw.New().RoundRect(-27, -24, 14, 48, 4).RoundRect(13, -24, 14, 48, 4)), draw.Hex(0x1f2530))
	t.Shade(body, draw.Hex(0xffd84d), draw.Hex(0xf3b61f))
	t.Fill(put(draw.New().RoundRect(8, -16, 11, 32, 5)), draw.Hex(0x2d3d57))
	t.Fill(put(draw.New().RoundRect(-29, -15, 8, 30, 4)), draw.Hex(0x2d3d57))
	t.Fill(put(draw.New().RoundRect(-20, -16, 27, 32, 5)), draw.Hex(0xffe68a))
	t.Fill(put(draw.New().Circle(33, -12, 3.4).Circle(33, 12, 3.4)), white)
	t.Fill(put(draw.New().RoundRect(-36, -15, 4, 8, 2).RoundRect(-36, 7, 4, 8, 2)), draw.Hex(0xe5534b))
	for k := range 6 {
		if k%2 == 0 {
			t.Fill(put(draw.New().Rect(-18+4*float64(k), -19, 4, 3).Rect(-14+4*float64(k), 16, 4, 3)), ink)
		}
	}
	if carrying {
		t.Fill(put(draw.New().Circle(-7, 0, 11)), draw.Hex(0x8d5bd6))
		t.Fill(put(draw.New().Circle(-6, 0, 8)), skin)
		t.Fill(put(draw.New().Move(-8, -8).Curve(-18, -6, -18, 6, -8, 8).Curve(-11, 3, -11, -3, -8, -8)), draw.Hex(0x5a3d2b))
		return
	}
	// The roof sign shines when the taxi is free.
	t.Fill(put(draw.New().RoundRect(-12, -11, 10, 22, 3)), white)
	t.Fill(put(draw.New().RoundRect(-10, -8, 6, 16, 2)), draw.Hex(0x3fae62))
}

// pin draws a map's marker over the destination.
func (t *tiles) pin(s int, col draw.Color) {
	pin := t.at(s, draw.New().Move(78, 52).Curve(72, 40, 60, 32, 60, 20).Curve(60, -4, 96, -4, 96, 20).Curve(96, 32, 84, 40, 78, 52))
	t.Shadow(pin, 2, 3, 3, draw.Alpha(black, .5))
	t.Fill(pin, white)
	t.Fill(t.at(s, draw.New().Circle(78, 19, 13)), col)
	t.Fill(t.at(s, draw.New().Circle(78, 19, 5)), white)
}

// arrival rings the stop where the passenger got out.
func (t *tiles) arrival(s int) {
	t.Fill(t.at(s, draw.New().Ring(50, 50, 56, 4)), draw.Alpha(white, .8))
	t.Fill(t.at(s, draw.New().Ring(50, 50, 66, 3)), draw.Alpha(white, .4))
}
