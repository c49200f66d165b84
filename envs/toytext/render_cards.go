package toytext

import (
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"tesuji/internal/draw"
)

const (
	cardWidth  = 84.
	cardHeight = 118.
)

// The suits, in the order that Gymnasium draws them from: clubs, diamonds, hearts, spades.
const (
	clubs = iota
	diamonds
	hearts
	spades
)

// RenderSize returns the size of the picture.
func (e *Blackjack) RenderSize() (w, h int) { return 600, 400 }

// Render draws the table with both hands. The dealer's second card lies face down until the
// hand is over. Suits other than that of the dealer's open card mean nothing in this game and
// are made up from the place of the card.
func (e *Blackjack) Render(dst *image.RGBA) {
	c := draw.On(dst)
	c.Background(draw.Hex(0x1f7a5c), draw.Hex(0x0f5a43))
	c.Fill(draw.New().Ellipse(310, 190, 330, 230), draw.Alpha(white, .05))
	c.Fill(draw.New().Arc(310, -170, 378, 2.5, .82, 2.32), draw.Alpha(amber, .5))
	over := !e.episode.Running

	dealer, _ := e.dealer.sum()
	label := strconv.Itoa(int(e.dealer.cards[0]))
	switch {
	case over:
		label = strconv.Itoa(dealer)
	case e.dealer.cards[0] == 1:
		label = "11"
	}
	heading(c, "DEALER", label, 40, over && dealer > 21)
	sum, usable := e.player.sum()
	label = strconv.Itoa(sum)
	if usable && sum <= 21 {
		label = "soft " + label
	}
	heading(c, "PLAYER", label, 232, sum > 21)

	for i := range e.dealer.n {
		x, y := cardPlace(i, e.dealer.n), 52.
		switch {
		case i == 1 && !over:
			cardBack(c, x, y)
		case i == 0:
			drawCard(c, x, y, int(e.dealer.cards[0]), e.suit, "JQK"[e.face:e.face+1])
		default:
			drawCard(c, x, y, int(e.dealer.cards[i]), (e.suit+i)%4, "10")
		}
	}
	for i := range e.player.n {
		drawCard(c, cardPlace(i, e.player.n), 246, int(e.player.cards[i]), (e.suit+2+3*i)%4, "10")
	}
	if over && e.player.n > 0 {
		e.verdict(c, sum)
	}
}

// heading writes who a row of cards belongs to and what it is worth.
func heading(c *draw.Canvas, name, value string, y float64, bust bool) {
	c.Text(name, 24, y, 13, draw.Bold, draw.Left, draw.Alpha(white, .65))
	badge := draw.Alpha(black, .28)
	if bust {
		badge = draw.Hex(0xc93a4b)
	}
	w := 24 + 10*float64(len(value))
	c.Fill(draw.New().RoundRect(24, y+12, w, 32, 16), badge)
	c.Text(value, 24+w/2, y+34, 18, draw.Bold, draw.Center, white)
}

// verdict writes how the hand ended.
func (e *Blackjack) verdict(c *draw.Canvas, sum int) {
	text, col := "DRAW", draw.Hex(0x51617d)
	switch {
	case sum > 21:
		text, col = "BUST", draw.Hex(0xc93a4b)
	case e.reward > 0 && e.player.natural():
		text, col = "BLACKJACK", draw.Hex(0xe09b1b)
	case e.reward > 0:
		text, col = "WIN", draw.Hex(0xe09b1b)
	case e.reward < 0:
		text, col = "LOST", draw.Hex(0xc93a4b)
	}
	if e.reward != 0 {
		text += strings.Replace(fmt.Sprintf("  %+g", e.reward), "-", "−", 1)
	}
	w := 60 + 13.5*float64(utf8.RuneCountInString(text))
	banner := draw.New().RoundRect(310-w/2, 184, w, 44, 22)
	c.Shadow(banner, 0, 5, 6, draw.Alpha(black, .5))
	c.Fill(banner, col)
	c.Text(text, 310, 213, 22, draw.Bold, draw.Center, white)
}

// cardPlace returns the left edge of card i of n: long hands overlap.
func cardPlace(i, n int) float64 {
	step := min(cardWidth+14, (400-cardWidth)/float64(max(n-1, 1)))
	return 310 - (step*float64(n-1)+cardWidth)/2 + step*float64(i)
}

func cardBlank(c *draw.Canvas, x, y float64) {
	p := draw.New().RoundRect(x, y, cardWidth, cardHeight, 9)
	c.Shadow(p, 0, 4, 4, draw.Alpha(black, .45))
	c.Shade(p, white, draw.Hex(0xf1f3f7))
}

func cardBack(c *draw.Canvas, x, y float64) {
	cardBlank(c, x, y)
	c.Shade(draw.New().RoundRect(x+6, y+6, cardWidth-12, cardHeight-12, 6), draw.Hex(0x4f7fe0), draw.Hex(0x2c4fa8))
	for row := range 8 {
		for col := range 5 {
			cx, cy := x+14+14*float64(col), y+10+14*float64(row)
			c.Fill(draw.New().Polygon(cx, cy-5, cx+4, cy, cx, cy+5, cx-4, cy), draw.Alpha(white, .28))
		}
	}
}

// pips are where the marks of a card lie, in sevenths of the card's middle: column -1, 0 or 1
// and row from -3 to 3.
var pips = [11][][2]float64{
	2:  {{0, -3}, {0, 3}},
	3:  {{0, -3}, {0, 0}, {0, 3}},
	4:  {{-1, -3}, {1, -3}, {-1, 3}, {1, 3}},
	5:  {{-1, -3}, {1, -3}, {0, 0}, {-1, 3}, {1, 3}},
	6:  {{-1, -3}, {1, -3}, {-1, 0}, {1, 0}, {-1, 3}, {1, 3}},
	7:  {{-1, -3}, {1, -3}, {-1, 0}, {1, 0}, {-1, 3}, {1, 3}, {0, -1.5}},
	8:  {{-1, -3}, {1, -3}, {-1, 0}, {1, 0}, {-1, 3}, {1, 3}, {0, -1.5}, {0, 1.5}},
	9:  {{-1, -3}, {1, -3}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}, {-1, 3}, {1, 3}, {0, 0}},
	10: {{-1, -3}, {1, -3}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}, {-1, 3}, {1, 3}, {0, -2}, {0, 2}},
}

// drawCard draws a card of 1 (an ace) to 10; ten says which ten it is, "10", "J", "Q" or "K".
func drawCard(c *draw.Canvas, x, y float64, card, suit int, ten string) {
	cardBlank(c, x, y)
	col := ink
	if suit == diamonds || suit == hearts {
		col = draw.Hex(0xd2344a)
	}
	name := strconv.Itoa(card)
	switch card {
	case 1:
		name = "A"
	case 10:
		name = ten
	}
	corner := draw.New().Text(name, 0, 6, 15, draw.Bold, draw.Center)
	corner.Add(suitShape(suit).Place(0, 14, 0, .5))
	c.Fill(corner.Place(x+11, y+14, 0, 1), col)
	c.Fill(corner.Place(x+cardWidth-11, y+cardHeight-14, math.Pi, 1), col)

	mx, my := x+cardWidth/2, y+cardHeight/2
	switch {
	case card == 1:
		c.Fill(suitShape(suit).Place(mx, my, 0, 2.4), col)
	case name != strconv.Itoa(card):
		c.Fill(draw.New().RoundRect(x+24, y+20, cardWidth-48, cardHeight-40, 5), draw.Alpha(amber, .22))
		c.Text(name, mx, my+6, 36, draw.Bold, draw.Center, col)
		c.Fill(suitShape(suit).Place(mx, my+24, 0, 1), col)
	default:
		for _, p := range pips[card] {
			turn := 0.
			if p[1] > 0 {
				turn = math.Pi
			}
			c.Fill(suitShape(suit).Place(mx+13*p[0], my+13*p[1], turn, .72), col)
		}
	}
}

// suitShape returns a mark of about 18 by 18 around the origin.
func suitShape(suit int) *draw.Path {
	switch suit {
	case clubs:
		return draw.New().Circle(0, -4.5, 4.6).Circle(-4.8, 2, 4.6).Circle(4.8, 2, 4.6).
			Polygon(0, -1, 3.4, 9.5, -3.4, 9.5)
	case diamonds:
		return draw.New().Move(0, -10).Curve(2, -5, 5, -2, 7.5, 0).Curve(5, 2, 2, 5, 0, 10).
			Curve(-2, 5, -5, 2, -7.5, 0).Curve(-5, -2, -2, -5, 0, -10)
	case hearts:
		return draw.New().Move(0, -4).Curve(2, -11, 10, -9, 9, -2).Curve(8, 3, 3, 6, 0, 10).
			Curve(-3, 6, -8, 3, -9, -2).Curve(-10, -9, -2, -11, 0, -4)
	}
	return draw.New().Move(0, -10).Curve(3, -5, 8.5, -2, 8.8, 2.5).Curve(9, 7, 3, 8, 1, 4).
		Line(3.4, 10).Line(-3.4, 10).Line(-1, 4).
		Curve(-3, 8, -9, 7, -8.8, 2.5).Curve(-8.5, -2, -3, -5, 0, -10)
}
