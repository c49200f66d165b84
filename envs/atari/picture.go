package atari

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// picture turns frames into what an observation holds of them: grey, the brightest of two, and
// smaller, row by row. Most of a screen stays as it is from step to step, and only what lies between
// the first and the last pixel of a row that changed is turned again.
type picture struct {
	width, height int // of frames
	channels      int // of frames: 3 or 1
	pool          string
	luma          *luma // nil for color or frames that are grey

	shrink bool
	x, y   axis
	mean   mean

	out []uint8 // the picture

	// What the last picture was made from. Rows of frames are compared with these.
	lastA, lastB []uint8
	grey         []uint8    // a row, before it is shrunk
	sums         []uint32   // weighted sums of the rows of frames, shrunk to the width of the picture
	changed      []interval // the part of each row of sums that is another than last time
}

// outChannels returns how many bytes a pixel of the picture has.
func (p *picture) outChannels() int {
	if p.luma != nil {
		return 1
	}
	return p.channels
}

func newPicture(width, height, channels int, o *Options) *picture {
	p := &picture{width: width, height: height, channels: channels, pool: o.Pool}
	if l, ok := lumas[o.Grey]; ok && channels == 3 {
		p.luma = &l
	}
	if o.Size == 0 || o.Size == width && o.Size == height {
		p.out = make([]uint8, width*height*p.outChannels())
		return p
	}
	p.shrink = true
	p.x, p.y = newAxis(width, o.Size), newAxis(height, o.Size)
	p.mean = newMean(p.x.total * p.y.total)
	p.out = make([]uint8, o.Size*o.Size)
	p.grey = make([]uint8, width)
	p.sums = make([]uint32, height*o.Size)
	p.changed = make([]interval, height)
	return p
}

// forget makes the next picture anew.
func (p *picture) forget() { p.lastA, p.lastB = nil, nil }

// take makes the picture of frame b pooled with the frame a before it, which may be b itself. The
// frames must stay as they are until the next picture was made of others.
func (p *picture) take(a, b []uint8) {
	if !p.shrink {
		n := p.width * p.outChannels()
		for y := range p.height {
			p.row(p.out[y*n:(y+1)*n], p.of(a, y), p.of(b, y))
		}
		return
	}
	size := len(p.x.first)
	for y := range p.height {
		rowA, rowB := p.of(a, y), p.of(b, y)
		part := interval{0, p.width}
		if p.lastA != nil {
			part = p.differing(rowA, p.of(p.lastA, y)).with(p.differing(rowB, p.of(p.lastB, y)))
		}
		if part.empty() {
			p.changed[y] = part
			continue
		}
		part = p.x.reached(part)
		p.changed[y] = part
		from := p.x.needed(part)
		i, j := from.from*p.channels, from.to*p.channels
		p.row(p.grey[from.from:from.to], rowA[i:j], rowB[i:j])
		p.x.row(p.sums[y*size:(y+1)*size], p.grey, part)
	}
	for i := range size {
		p.shrinkRow(i)
	}
	p.lastA, p.lastB = a, b
}

// of returns row y of a frame.
func (p *picture) of(frame []uint8, y int) []uint8 {
	n := p.width * p.channels
	return frame[y*n : (y+1)*n]
}

// differing returns the pixels between the first and the last byte in which rows differ.
func (p *picture) differing(row, last []uint8) interval {
	if bytes.Equal(row, last) {
		return interval{}
	}
	last = last[:len(row)]
	from, to := 0, len(row)
	for ; from+8 <= to; from += 8 {
		if d := binary.LittleEndian.Uint64(row[from:]) ^ binary.LittleEndian.Uint64(last[from:]); d != 0 {
			from += bits.TrailingZeros64(d) / 8
			break
		}
	}
	for row[from] == last[from] {
		from++
	}
	for ; to >= 8; to -= 8 {
		if d := binary.LittleEndian.Uint64(row[to-8:]) ^ binary.LittleEndian.Uint64(last[to-8:]); d != 0 {
			to -= bits.LeadingZeros64(d) / 8
			break
		}
	}
	for row[to-1] == last[to-1] {
		to--
	}
	return interval{from / p.channels, (to-1)/p.channels + 1}
}

// row turns a part of a row of frame b, pooled with the same of frame a.
func (p *picture) row(dst, a, b []uint8) {
	alone := p.pool == PoolNone || &a[0] == &b[0] || bytes.Equal(a, b)
	switch {
	case p.luma == nil && alone:
		copy(dst, b)
	case p.luma == nil:
		brightest(dst, a, b)
	case alone:
		p.luma.row(dst, b)
	case p.pool == PoolColor:
		p.luma.rowOfColors(dst, a, b)
	default:
		p.luma.rowOfGreys(dst, a, b)
	}
}

// shrinkRow writes row i of the picture, where what it is made of has changed.
func (p *picture) shrinkRow(i int) {
	taps, first := p.y.taps, p.y.first[i]
	var part interval
	for _, c := range p.changed[first : first+taps] {
		part = part.with(c)
	}
	if part.empty() {
		return
	}
	size := len(p.x.first)
	dst := p.out[i*size+part.from : i*size+part.to]
	w := p.y.weight[i*taps : (i+1)*taps]
	m := p.mean
	if taps == 3 { // as 210 rows shrunk to 84 have
		sums := p.sums[first*size+part.from:]
		s0, s1, s2 := sums[:len(dst)], sums[size:][:len(dst)], sums[2*size:][:len(dst)]
		for j := range dst {
			dst[j] = m.of(s0[j]*w[0] + s1[j]*w[1] + s2[j]*w[2])
		}
		return
	}
	for j := range dst {
		sum := uint32(0)
		for k, v := range w {
			sum += p.sums[(first+k)*size+part.from+j] * v
		}
		dst[j] = m.of(sum)
	}
}
