package atari

import "bytes"

// picture turns frames into what an observation holds of them: grey, the brightest of two, and
// smaller, row by row. Most rows of a screen stay as they are from step to step, and these are
// not turned again.
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
	grey         []uint8  // a row, before it is shrunk
	sums         []uint32 // weighted sums of the rows of frames, shrunk to the width of the picture
	changed      []bool   // the rows of frames that are others than last time
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
	p.changed = make([]bool, height)
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
		p.changed[y] = p.lastA == nil || !bytes.Equal(rowB, p.of(p.lastB, y)) || !bytes.Equal(rowA, p.of(p.lastA, y))
		if p.changed[y] {
			p.row(p.grey, rowA, rowB)
			p.x.row(p.sums[y*size:(y+1)*size], p.grey)
		}
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

// row turns a row of frame b, pooled with the same row of frame a.
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

// shrinkRow writes row i of the picture, if a row that it is made of has changed.
func (p *picture) shrinkRow(i int) {
	taps, first := p.y.taps, p.y.first[i]
	any := false
	for _, c := range p.changed[first : first+taps] {
		any = any || c
	}
	if !any {
		return
	}
	size := len(p.x.first)
	dst := p.out[i*size : (i+1)*size]
	w := p.y.weight[i*taps : (i+1)*taps]
	m := p.mean
	if taps == 3 { // as 210 rows shrunk to 84 have
		sums := p.sums[first*size:]
		s0, s1, s2 := sums[:len(dst)], sums[size:][:len(dst)], sums[2*size:][:len(dst)]
		for j := range dst {
			dst[j] = m.of(s0[j]*w[0] + s1[j]*w[1] + s2[j]*w[2])
		}
		return
	}
	for j := range dst {
		sum := uint32(0)
		for k, v := range w {
			sum += p.sums[(first+k)*size+j] * v
		}
		dst[j] = m.of(sum)
	}
}
