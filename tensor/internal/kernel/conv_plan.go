package kernel

import (
	"slices"
	"sync"
)

// A tap is a place of a window, k, and the coordinate of the operand that it falls on.
type tap struct{ k, in int }

// A window has the taps of an output coordinate that fall inside the operand, in the order of
// the chain. The others do not exist (R4).
type window func(out int) []tap

// slide returns the windows of a strided convolution along an axis of n input coordinates.
func slide(n, taps, stride, pad, dilation int) window {
	return func(out int) (w []tap) {
		for k := range taps {
			if in := out*stride - pad + k*dilation; in >= 0 && in < n {
				w = append(w, tap{k, in})
			}
		}
		return w
	}
}

// unslide returns the windows of its gradient: the taps by which an input coordinate reaches n
// output coordinates, in descending order, which is the ascending one of the outputs.
func unslide(n, taps, stride, pad, dilation int) window {
	return func(in int) (w []tap) {
		for k := taps - 1; k >= 0; k-- {
			if o := in + pad - k*dilation; o >= 0 && o%stride == 0 && o/stride < n {
				w = append(w, tap{k, o / stride})
			}
		}
		return w
	}
}

// A kin is the coordinates of an axis whose windows have the same taps at the same distances.
type kin struct {
	taps []tap // their k, and their distance from the first
	outs []int
	ins  []int // where each coordinate's first tap falls
	span int   // what a mean divides by, if that is not the number of taps
}

// kins sorts the coordinates lo to hi of an axis.
func kins(lo, hi int, w window, span func(out int) int) []kin {
	var all []kin
	for o := lo; o < hi; o++ {
		taps, first, n := w(o), 0, 0
		if len(taps) > 0 {
			first = taps[0].in
		}
		for i := range taps {
			taps[i].in -= first
		}
		if span != nil {
			n = span(o)
		}
		i := slices.IndexFunc(all, func(k kin) bool { return k.span == n && slices.Equal(k.taps, taps) })
		if i < 0 {
			i = len(all)
			all = append(all, kin{taps: taps, span: n})
		}
		all[i].outs, all[i].ins = append(all[i].outs, o), append(all[i].ins, first)
	}
	return all
}

// A layout is what a plan is made from: an operand [N, inH, inW, inC] and a result
// [N, outH, outW, outC] with windows along both axes.
type layout struct {
	inH, inW, inC    int
	outH, outW, outC int
	kh, kw           int
	h, w             window
	spanH, spanW     func(out int) int    // nil: the number of taps counts
	depth            int                  // channels of a tap, one row of B each; 1 if tap by tap
	b                func(kh, kw int) int // a tap's first row of B
	descending       bool                 // the windows' taps
	pool             bool                 // runs are single taps, never joined
}

// A plan is the tables of a layout. Its outputs come in units: some images, or a band of rows of
// one. The blocks of a unit divide its chains.
type plan struct {
	images int // of a unit, if that is not a band
	pixels int // of an output image
	inStep int // elements from image to image
	toStep int
	blocks int
	bands  []band
	count  float32 // the classes' count if they have one and the same, or 0
}

type band struct {
	pixels  int // of an image
	classes []class
}

// A class is the pixels of a unit that have the same runs.
type class struct {
	pixels int         // of an image
	rows   []gatherRow // of all images, image by image
	blocks []chainBlock
	count  float32 // what a mean divides by
}

// A chainBlock is a part of a chain: runs of equal length, or none.
type chainBlock struct {
	runs   []gatherRun
	length int
}

const (
	unitPixels = 256 // of a unit, more or less: its operands stay in the second cache
	chainSteps = 320 // of a block, at most: its rows of B stay in the first cache
)

// newPlan makes the tables.
func newPlan(l layout) *plan {
	p := &plan{images: 1, pixels: l.outH * l.outW, inStep: l.inH * l.inW * l.inC, toStep: l.outH * l.outW * l.outC}
	rows := l.outH
	if p.pixels > 2*unitPixels {
		rows = max(1, unitPixels/l.outW)
	} else {
		p.images = max(1, unitPixels/p.pixels)
	}
	part := l.partition()
	p.blocks = part.blocks()
	wide := kins(0, l.outW, l.w, l.spanW)
	for from := 0; from < l.outH; from += rows {
		to := min(from+rows, l.outH)
		b := band{pixels: (to - from) * l.outW}
		for _, h := range kins(from, to, l.h, l.spanH) {
			for _, w := range wide {
				b.classes = append(b.classes, l.class(p, part, h, w))
			}
		}
		p.bands = append(p.bands, b)
	}
	p.count = p.bands[0].classes[0].count
	for _, b := range p.bands {
		if slices.ContainsFunc(b.classes, func(c class) bool { return c.count != p.count }) {
			p.count = 0
		}
	}
	return p
}

// class makes the tables of the pixels that are kin along both axes.
func (l *layout) class(p *plan, part partition, h, w kin) class {
	c := class{pixels: len(h.outs) * len(w.outs), count: float32(len(h.taps) * len(w.taps))}
	if l.spanH != nil {
		c.count = float32(h.span * w.span)
	}
	for n := range p.images {
		for i, oh := range h.outs {
			for j, ow := range w.outs {
				c.rows = append(c.rows, gatherRow{
					from: n*p.inStep + (h.ins[i]*l.inW+w.ins[j])*l.inC,
					to:   n*p.toStep + (oh*l.outW+ow)*l.outC,
				})
			}
		}
	}
	for i := range p.blocks {
		c.blocks = append(c.blocks, l.block(part, i, h.taps, w.taps))
	}
	return c
}

// block returns the runs of a class in part i of the chains. Taps that are neighbours both in the
// operand and in B are one run.
func (l *layout) block(part partition, i int, h, w []tap) chainBlock {
	var b chainBlock
	length := part.depth
	if i%part.splits == part.splits-1 {
		length = l.depth - part.depth*(part.splits-1)
	}
	channel := i % part.splits * part.depth
	for _, th := range h {
		for _, tw := range w {
			if part.of(l, th.k, tw.k) == i/part.splits {
				b.runs = append(b.runs, gatherRun{a: (th.in*l.inW+tw.in)*l.inC + channel, b: l.b(th.k, tw.k) + channel})
			}
		}
	}
	b.length = length
	if l.pool {
		return b
	}
	taps := 1 // that can be joined, in each run of them
	for taps < len(b.runs) && b.runs[taps].follows(b.runs[taps-1], length) {
		taps++
	}
	for j := range b.runs {
		if (j%taps > 0) != (j > 0 && b.runs[j].follows(b.runs[j-1], length)) || len(b.runs)%taps != 0 {
			return b
		}
	}
	for j := range len(b.runs) / taps {
		b.runs[j] = b.runs[j*taps]
	}
	b.runs = b.runs[:len(b.runs)/taps]
	b.length = taps * length
	return b
}

func (q gatherRun) follows(before gatherRun, length int) bool {
	return q.a == before.a+length && q.b == before.b+length
}

// A partition cuts the chains of a layout into blocks, the same for all its pixels, so that they
// share rows of B: whole rows of taps, or parts of one, or some channels of one tap.
type partition struct {
	rowTaps   int // rows of taps in a block, 0 if a block is less than one
	taps      int // taps of a row in a block, 0 likewise
	rows      int // rows of blocks
	rowBlocks int // blocks in such a row
	splits    int // of each tap
	depth     int // channels of a block's tap
}

func (l *layout) partition() partition {
	if l.pool {
		return partition{l.kh, l.kw, 1, 1, 1, 1}
	}
	rows := max(1, chainSteps/(l.kw*l.depth))
	if l.kw*l.depth <= chainSteps {
		return partition{rows, l.kw, (l.kh + rows - 1) / rows, 1, 1, l.depth}
	}
	if l.depth <= chainSteps {
		taps := max(1, chainSteps/l.depth)
		return partition{1, taps, l.kh, (l.kw + taps - 1) / taps, 1, l.depth}
	}
	splits := (l.depth + chainSteps - 1) / chainSteps
	return partition{1, 1, l.kh, l.kw, splits, (l.depth + splits - 1) / splits}
}

func (p partition) blocks() int { return p.rows * p.rowBlocks * p.splits }

// of returns the block of a tap, less its split.
func (p partition) of(l *layout, kh, kw int) int {
	if l.descending {
		kh, kw = l.kh-1-kh, l.kw-1-kw
	}
	return kh/p.rowTaps*p.rowBlocks + kw/p.taps
}

// A unitTask computes some outputs of a unit: those numbered lo to hi among its images' pixels,
// class by class. The offsets are those of the unit's first image.
type unitTask interface {
	unit(b *band, images, inAt, toAt, lo, hi int)
}

// walk gives the outputs lo to hi of n images to t, unit by unit.
func (p *plan) walk(n, lo, hi int, t unitTask) {
	whole := p.images * p.pixels
	for g := lo / max(1, whole); g*whole < hi; g++ {
		images := min(p.images, n-g*p.images)
		at := g * whole
		for i := range p.bands {
			b := &p.bands[i]
			size := images * b.pixels
			if from, to := max(lo, at), min(hi, at+size); from < to {
				t.unit(b, images, g*p.images*p.inStep, g*p.images*p.toStep, from-at, to-at)
			}
			at += size
		}
	}
}

// some returns the rows that are numbered lo to hi in the whole, these beginning at begin.
func some(rows []gatherRow, begin, lo, hi int) []gatherRow {
	lo, hi = max(0, lo-begin), min(len(rows), hi-begin)
	if lo >= hi {
		return nil
	}
	return rows[lo:hi]
}

// plans and weightTables keep the tables of the shapes in use.
var (
	plans        tables[planKey, *plan]
	weightTables tables[Conv, []weightClass]
)

// planKey is a shape and what is to be done with it.
type planKey struct {
	conv Conv
	pool Pool
	kind planKind
}

type planKind uint8

const (
	planForward planKind = iota
	planInput
)

// maxTables is how many shapes are kept: more than the networks of one process have.
const maxTables = 512

// tables is what was made for the shapes met so far.
type tables[K comparable, T any] struct {
	sync.RWMutex
	known map[K]T
}

func (t *tables[K, T]) get(key K) (T, bool) {
	t.RLock()
	defer t.RUnlock()
	p, ok := t.known[key]
	return p, ok
}

func (t *tables[K, T]) put(key K, p T) {
	t.Lock()
	defer t.Unlock()
	if t.known == nil || len(t.known) >= maxTables {
		t.known = map[K]T{}
	}
	t.known[key] = p
}

// planFor returns the tables of a pass, made now if they are new.
func planFor(key planKey) *plan {
	p, ok := plans.get(key)
	if !ok {
		if key.pool != (Pool{}) {
			p = newPlan(key.pool.layout(key.kind))
		} else {
			p = newPlan(key.conv.layout(key.kind))
		}
		plans.put(key, p)
	}
	return p
}

// weightClassesFor returns the tables of a gradient of weights, made now if they are new.
func weightClassesFor(c Conv) []weightClass {
	all, ok := weightTables.get(c)
	if !ok {
		all = weightClasses(c)
		weightTables.put(c, all)
	}
	return all
}
