package kernel

import (
	"fmt"
	"math"
)

// Pool is the shape of a pool: x [N, H, W, C] gives y [N, OH, OW, C], a maximum or mean over
// windows of KH·KW pixels. A window is cut off at the borders of x, and must keep a pixel.
type Pool struct {
	H, W, C          int
	OH, OW           int
	KH, KW           int
	StrideH, StrideW int
	PadH, PadW       int // above and to the left
	// IncludePad lets a mean divide by the pixels of the window that lie in x or its padding,
	// which is as wide below and to the right as it is above and to the left.
	IncludePad bool
	// Adaptive windows reach from ⌊oh·H/OH⌋ to ⌈(oh+1)·H/OH⌉, and likewise along W; the fields
	// above but the sizes mean nothing then.
	Adaptive bool
}

// Check returns what is wrong with the shape.
func (p Pool) Check() error {
	if p.H < 1 || p.W < 1 || p.C < 1 || p.OH < 1 || p.OW < 1 {
		return fmt.Errorf("%dx%d pixels of %d channels to %dx%d", p.H, p.W, p.C, p.OH, p.OW)
	}
	if p.Adaptive {
		return nil
	}
	if p.KH < 1 || p.KW < 1 || p.StrideH < 1 || p.StrideW < 1 || p.PadH < 0 || p.PadW < 0 {
		return fmt.Errorf("window %dx%d, stride %dx%d, padding %dx%d", p.KH, p.KW, p.StrideH, p.StrideW, p.PadH, p.PadW)
	}
	for _, a := range [...]struct {
		name                         string
		n, out, window, stride, padd int
	}{{"rows", p.H, p.OH, p.KH, p.StrideH, p.PadH}, {"columns", p.W, p.OW, p.KW, p.StrideW, p.PadW}} {
		if a.padd >= a.window || (a.out-1)*a.stride-a.padd >= a.n {
			return fmt.Errorf("a window of %d %s, padded by %d, has no pixel", a.window, a.name, a.padd)
		}
	}
	return nil
}

func (p Pool) inputs() int  { return p.H * p.W * p.C }
func (p Pool) outputs() int { return p.OH * p.OW * p.C }

// adapt returns the windows of an adaptive pool along an axis.
func adapt(n, outputs int) window {
	return func(out int) (w []tap) {
		for in := out * n / outputs; in < ((out+1)*n+outputs-1)/outputs; in++ {
			w = append(w, tap{len(w), in})
		}
		return w
	}
}

// transpose returns the windows of the gradient: for each input the outputs that it goes to, in
// order, with their taps.
func (w window) transpose(outputs int) window {
	return func(in int) (back []tap) {
		for o := range outputs {
			for _, t := range w(o) {
				if t.in == in {
					back = append(back, tap{t.k, o})
				}
			}
		}
		return back
	}
}

// layout returns what the tables of a pass are made from. Runs carry the number of their tap.
func (p Pool) layout(kind planKind) layout {
	l := layout{
		inH: p.H, inW: p.W, inC: p.C, outH: p.OH, outW: p.OW, outC: p.C, kh: p.KH, kw: p.KW, depth: 1, pool: true,
		h: slide(p.H, p.KH, p.StrideH, p.PadH, 1), w: slide(p.W, p.KW, p.StrideW, p.PadW, 1),
	}
	if p.Adaptive {
		l.kh, l.kw = (p.H+p.OH-1)/p.OH+1, (p.W+p.OW-1)/p.OW+1
		l.h, l.w = adapt(p.H, p.OH), adapt(p.W, p.OW)
	}
	kw := l.kw
	l.b = func(kh, w int) int { return int(math.Float32bits(float32(kh*kw + w))) }
	switch {
	case kind == planInput:
		l.inH, l.inW, l.outH, l.outW = p.OH, p.OW, p.H, p.W
		one := func(int) int { return 1 } // what a sum is divided by
		l.spanH, l.spanW = one, one
		if p.Adaptive {
			l.h, l.w = l.h.transpose(p.OH), l.w.transpose(p.OW)
		} else {
			l.h, l.w = unslide(p.OH, p.KH, p.StrideH, p.PadH, 1), unslide(p.OW, p.KW, p.StrideW, p.PadW, 1)
		}
	case p.IncludePad && !p.Adaptive:
		l.spanH = func(o int) int { return min(o*p.StrideH-p.PadH+p.KH, p.H+p.PadH) - (o*p.StrideH - p.PadH) }
		l.spanW = func(o int) int { return min(o*p.StrideW-p.PadW+p.KW, p.W+p.PadW) - (o*p.StrideW - p.PadW) }
	}
	return l
}

// Max sets y to the largest pixel of each window, and index to the number kh·KW+kw of its tap: of
// the first of equals, or of the last NaN.
func (p Pool) Max(y, index, x []float32, n int) {
	p.run(poolTask{Pool: p, what: largest, a: x[:n*p.inputs()], c: y[:n*p.outputs()], index: index[:n*p.outputs()]}, planForward, n)
}

// BackwardMax sets dx, or adds to it to accumulate, to the sum over the windows that a pixel is
// in of dy, or +0 if it was not the largest there, in the order of the windows.
func (p Pool) BackwardMax(dx, dy, index []float32, n int, accumulate bool) {
	t := poolTask{Pool: p, what: picked, a: dy[:n*p.outputs()], c: dx[:n*p.inputs()], index: index[:n*p.outputs()]}
	if accumulate {
		t.start = FromC
	}
	p.run(t, planInput, n)
}

// Mean sets y to the mean of each window: a chain of its pixels in order, divided by their number.
func (p Pool) Mean(y, x []float32, n int) {
	p.run(poolTask{Pool: p, what: mean, a: x[:n*p.inputs()], c: y[:n*p.outputs()]}, planForward, n)
}

// BackwardMean sets dx, or adds to it to accumulate, to the sum of dy/count over the windows that
// a pixel is in, a chain in the order of the windows.
func (p Pool) BackwardMean(dx, dy []float32, n int, accumulate bool) {
	dy = dy[:n*p.outputs()]
	s := borrow(len(dy))
	share := s.of(len(dy))
	if plan := planFor(planKey{pool: p, kind: planForward}); plan.count > 0 {
		DivScalar(share, dy, plan.count)
	} else {
		p.run(poolTask{Pool: p, what: divided, a: dy, c: share}, planForward, n)
	}
	t := poolTask{Pool: p, what: mean, a: share, c: dx[:n*p.inputs()]}
	if accumulate {
		t.start = FromC
	}
	p.run(t, planInput, n)
	giveBack(s)
}

// poolTask is one pass under way, over the pixels of its result.
type poolTask struct {
	Pool
	what        poolPass
	plan        *plan
	images      int
	a, c, index []float32
	start       Start
}

type poolPass uint8

const (
	largest poolPass = iota // c and index from a
	picked                  // c from a and index
	mean                    // c from a, divided by the class's count in a forward pass
	divided                 // c = a divided by the class's count
)

var freePools = make(chan *poolTask, 16)

// run computes a pass over its tables.
func (p Pool) run(task poolTask, kind planKind, n int) {
	var t *poolTask
	select {
	case t = <-freePools:
	default:
		t = new(poolTask)
	}
	*t = task
	t.images, t.plan = n, planFor(planKey{pool: p, kind: kind})
	total := n * t.plan.pixels
	if work := n * max(p.inputs(), p.outputs()*p.KH*p.KW); work >= convWork/8 {
		Parallel(total, max(1, total*convWork/16/work), t)
	} else {
		t.Run(0, total)
	}
	*t = poolTask{}
	select {
	case freePools <- t:
	default:
	}
}

// Run computes the outputs lo to hi.
func (t *poolTask) Run(lo, hi int) { t.plan.walk(t.images, lo, hi, t) }

func (t *poolTask) unit(b *band, images, inAt, toAt, lo, hi int) {
	begin := 0
	for k := range b.classes {
		c := &b.classes[k]
		rows := some(c.rows[:images*c.pixels], begin, lo, hi)
		begin += images * c.pixels
		runs := c.blocks[0].runs
		switch t.what {
		case largest:
			poolMax(rows, runs, t.a[inAt:], t.c[toAt:], t.index[toAt:], t.C)
		case picked:
			poolPick(rows, runs, t.a[inAt:], t.index[inAt:], t.c[toAt:], t.start, t.C)
		case mean:
			poolSum(rows, runs, t.a[inAt:], t.c[toAt:], t.start, c.count, t.C)
		case divided:
			for _, r := range rows {
				at := toAt + r.to
				DivScalar(t.c[at:at+t.C], t.a[at:], c.count)
			}
		}
	}
}
