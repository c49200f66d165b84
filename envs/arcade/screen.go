package arcade

// The screen has square pixels, x to the right and y down.
const (
	width  = 160
	height = 210
	depth  = 3 // red, green, blue

	stride      = width * depth // bytes of a line
	screenBytes = height * stride
)

// screen is a picture [height][width][depth]. What lies outside of it is not painted.
type screen []uint8

// color is 0xrrggbb.
type color uint32

func (c color) split() (r, g, b uint8) { return uint8(c >> 16), uint8(c >> 8), uint8(c) }

// mix returns the color that is part/whole of the way from c to other.
func (c color) mix(other color, part, whole int) color {
	var m color
	for shift := 0; shift < 24; shift += 8 {
		from, to := int(c>>shift&255), int(other>>shift&255)
		m |= color((from*(whole-part)+to*part+whole/2)/whole) << shift
	}
	return m
}

// rect paints a rectangle.
func (s screen) rect(x, y, w, h int, c color) {
	x0, x1 := max(x, 0), min(x+w, width)
	y0, y1 := max(y, 0), min(y+h, height)
	if x0 >= x1 || y0 >= y1 {
		return
	}
	first := s[y0*stride+x0*depth : y0*stride+x1*depth]
	r, g, b := c.split()
	for i := 0; i+2 < len(first); i += depth {
		first[i], first[i+1], first[i+2] = r, g, b
	}
	for y := y0 + 1; y < y1; y++ {
		copy(s[y*stride+x0*depth:], first)
	}
}

// gradient paints a rectangle whose color changes from the top to the bottom line.
func (s screen) gradient(x, y, w, h int, top, bottom color) {
	for i := range h {
		s.rect(x, y+i, w, 1, top.mix(bottom, i, max(h-1, 1)))
	}
}

// block paints a rectangle that is lit from above: its upper and left edge are lighter, its
// lower and right edge darker.
func (s screen) block(x, y, w, h int, c color) {
	light, dark := c.mix(0xffffff, 2, 5), c.mix(0x000000, 2, 5)
	s.rect(x, y, w, h, dark)
	s.rect(x, y, w-1, h-1, light)
	s.rect(x+1, y+1, w-2, h-2, c)
}

// digits are the figures 0 to 9, five pixels wide and seven high, the first line in the highest
// five bits and the leftmost pixel in the highest of a line.
var digits = [10]uint64{
	0b01110_11011_11011_11011_11011_11011_01110,
	0b00110_01110_00110_00110_00110_00110_01111,
	0b01110_11011_00011_00110_01100_11000_11111,
	0b01110_11011_00011_00110_00011_11011_01110,
	0b00011_00111_01011_11011_11111_00011_00011,
	0b11111_11000_11110_00011_00011_11011_01110,
	0b01110_11000_11110_11011_11011_11011_01110,
	0b11111_00011_00011_00110_00110_01100_01100,
	0b01110_11011_11011_01110_11011_11011_01110,
	0b01110_11011_11011_11011_01111_00011_01110,
}

const (
	digitWidth  = 5
	digitHeight = 7
)

// number paints n >= 0, at least places figures of it, each pixel scale pixels large, to the left
// of x.
func (s screen) number(x, y, n, places, scale int, c color) {
	for ; n > 0 || places > 0; places-- {
		x -= digitWidth * scale
		s.bits(x, y, digits[n%10], digitWidth, digitHeight, scale, c)
		x -= scale
		n /= 10
	}
}

// bits paints the ones of a bitmap of w by h bits, laid out as digits are.
func (s screen) bits(x, y int, bitmap uint64, w, h, scale int, c color) {
	for i := range h {
		line := bitmap >> ((h - 1 - i) * w) & (1<<w - 1)
		for from := 0; from < w; from++ {
			if line>>(w-1-from)&1 == 0 {
				continue
			}
			to := from + 1
			for to < w && line>>(w-1-to)&1 == 1 {
				to++
			}
			s.rect(x+from*scale, y+i*scale, (to-from)*scale, scale, c)
			from = to
		}
	}
}

// sprite is a picture with holes.
type sprite struct {
	w, h  int
	spans []span
}

// span is a part of a sprite's line without holes.
type span struct {
	x, y int
	rgb  []uint8
}

// palette gives letters of drawn sprites their colors. All others are holes.
type palette map[byte]color

// newSprite returns the sprite that lines of letters show.
func newSprite(colors palette, lines ...string) *sprite {
	p := &sprite{h: len(lines)}
	for y, line := range lines {
		p.w = max(p.w, len(line))
		open := false
		for x := range len(line) {
			c, painted := colors[line[x]]
			if painted {
				if !open {
					p.spans = append(p.spans, span{x: x, y: y})
				}
				last := &p.spans[len(p.spans)-1]
				r, g, b := c.split()
				last.rgb = append(last.rgb, r, g, b)
			}
			open = painted
		}
	}
	return p
}

// mirrored returns the sprite that looks the other way.
func (p *sprite) mirrored() *sprite {
	m := &sprite{w: p.w, h: p.h}
	for _, s := range p.spans {
		n := len(s.rgb)
		turned := make([]uint8, 0, n)
		for i := n - depth; i >= 0; i -= depth {
			turned = append(turned, s.rgb[i:i+depth]...)
		}
		m.spans = append(m.spans, span{p.w - s.x - n/depth, s.y, turned})
	}
	return m
}

// sprite paints p with its upper left corner at (x, y).
func (s screen) sprite(x, y int, p *sprite) {
	for i := range p.spans {
		q := &p.spans[i]
		line := y + q.y
		if uint(line) >= height {
			continue
		}
		from, rgb := x+q.x, q.rgb
		if from < 0 {
			if -from*depth >= len(rgb) {
				continue
			}
			rgb, from = rgb[-from*depth:], 0
		}
		if from >= width {
			continue
		}
		copy(s[line*stride+from*depth:(line+1)*stride], rgb)
	}
}
