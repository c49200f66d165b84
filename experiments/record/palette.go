package record

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// histogram counts the colours of frames. A colour is 0xRRGGBB.
type histogram map[uint32]uint64

func (h histogram) add(img *image.RGBA) {
	for y := range img.Rect.Dy() {
		p := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		// Drawings are runs of one colour.
		for len(p) > 0 {
			c := rgb(p)
			n := 4
			for n < len(p) && rgb(p[n:]) == c {
				n += 4
			}
			h[c] += uint64(n / 4)
			p = p[n:]
		}
	}
}

func rgb(p []byte) uint32 { return uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]) }

func channel(c uint32, i int) int64 { return int64(c >> (16 - 8*i) & 255) }

// counted is a colour and its weight.
type counted struct{ c, n uint64 }

// box is a set of colours that will share a palette entry.
type box struct {
	colours []counted
	axis    int     // the channel with the largest spread
	spread  float64 // weighted sum of squared distances to the mean along axis
}

// The eye tells greens best and blues worst: squared distances are weighted 3:4:2.
var importance = [3]float64{3, 4, 2}

func newBox(colours []counted) box {
	b := box{colours: colours, spread: -1}
	for i := range 3 {
		var n, sum, squares float64
		for _, k := range colours {
			v, w := float64(channel(uint32(k.c), i)), float64(k.n)
			n += w
			sum += float64(w * v)
			squares += float64(float64(w*v) * v)
		}
		if s := float64(importance[i] * (squares - float64(sum*sum)/n)); s > b.spread {
			b.spread, b.axis = s, i
		}
	}
	return b
}

// split cuts the box where the two halves vary least.
func (b box) split() (box, box) {
	axis := b.axis
	slices.SortStableFunc(b.colours, func(x, y counted) int {
		return cmp.Or(cmp.Compare(channel(uint32(x.c), axis), channel(uint32(y.c), axis)), cmp.Compare(x.c, y.c))
	})
	var total, totalSum float64
	for _, k := range b.colours {
		total += float64(k.n)
		totalSum += float64(float64(k.n) * float64(channel(uint32(k.c), axis)))
	}
	best, at := -1.0, 1
	var n, sum float64
	for i, k := range b.colours[:len(b.colours)-1] {
		v := channel(uint32(k.c), axis)
		n += float64(k.n)
		sum += float64(float64(k.n) * float64(v))
		if channel(uint32(b.colours[i+1].c), axis) == v {
			continue // never between equal values
		}
		// Least variance within the halves is most variance between them.
		rest := totalSum - sum
		if between := float64(sum*sum)/n + float64(rest*rest)/(total-n); between > best {
			best, at = between, i+1
		}
	}
	return newBox(b.colours[:at:at]), newBox(b.colours[at:])
}

// mean returns the entry for the box: its average, or the one colour that most of it has, so
// that backgrounds and flat areas stay exact.
func (b box) mean() uint32 {
	var n uint64
	var sum [3]uint64
	top := b.colours[0]
	for _, k := range b.colours {
		n += k.n
		for i := range sum {
			sum[i] += k.n * uint64(channel(uint32(k.c), i))
		}
		if k.n > top.n || k.n == top.n && k.c < top.c {
			top = k
		}
	}
	if 2*top.n >= n {
		return uint32(top.c)
	}
	var c uint32
	for i := range sum {
		c = c<<8 | uint32((sum[i]+n/2)/n)
	}
	return c
}

// palette returns at most size colours for the histogram: all of them if they fit. Else the most
// frequent ones, which are backgrounds and their gradients, get half of the entries as they are: on
// large calm areas the eye sees every step. The colours not close to any of those get the other half
// by variance-minimising splits (after X. Wu, "Color quantization by dynamic programming and
// principal analysis", 1992, with axis-aligned cuts chosen greedily), in which they count by the
// square root of their number of pixels, or large things would leave nothing to small moving ones.
func (h histogram) palette(size int) []uint32 {
	all := make([]counted, 0, len(h))
	for c, n := range h {
		all = append(all, counted{uint64(c), n})
	}
	slices.SortFunc(all, func(x, y counted) int { return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.c, y.c)) })
	exact := size / 2
	if len(all) <= size {
		exact = len(all)
	}
	var out []uint32
	for _, k := range all[:exact] {
		out = append(out, uint32(k.c))
	}
	var rest []counted
	for _, k := range all[exact:] {
		if !slices.ContainsFunc(out, func(c uint32) bool { return similar(c, uint32(k.c)) }) {
			rest = append(rest, counted{k.c, isqrt(k.n) + 1})
		}
	}
	if len(rest) > 0 {
		slices.SortFunc(rest, func(x, y counted) int { return cmp.Compare(x.c, y.c) })
		for _, b := range divide(newBox(rest), size-exact) {
			out = append(out, b.mean())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// similar reports whether hardly anybody could tell two colours apart.
func similar(a, b uint32) bool {
	for i := range 3 {
		if d := channel(a, i) - channel(b, i); d < -2 || d > 2 {
			return false
		}
	}
	return true
}

// divide splits a box, always the part that varies most, into at most n.
func divide(whole box, n int) []box {
	boxes := []box{whole}
	for len(boxes) < n {
		worst := 0
		for i, b := range boxes {
			if b.spread > boxes[worst].spread {
				worst = i
			}
		}
		if len(boxes[worst].colours) < 2 {
			break
		}
		a, b := boxes[worst].split()
		boxes[worst] = a
		boxes = append(boxes, b)
	}
	return boxes
}

// isqrt returns the whole part of the square root, by Newton's method from above.
func isqrt(n uint64) uint64 {
	if n < 2 {
		return n
	}
	x := n/2 + 1
	for {
		y := (x + n/x) / 2
		if y >= x {
			return x
		}
		x = y
	}
}

// nearest returns the index of the palette's colour closest to c.
func nearest(palette []uint32, c uint32) uint8 {
	best, at := -1.0, 0
	for i, p := range palette {
		var d float64
		for k := range 3 {
			x := channel(c, k) - channel(p, k)
			d += float64(importance[k] * float64(x*x))
		}
		if best < 0 || d < best {
			best, at = d, i
		}
	}
	return uint8(at)
}

func toColour(c uint32) color.RGBA {
	return color.RGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 255}
}
