package kernel

import "slices"

const (
	chainPixels  = 4096 // of y in one chain of a weight's gradient, in whole rows: part of the definition
	weightPixels = 256  // of y that are worked on together, in whole rows: they stay in cache
)

// chainRows is the number of rows of y in one chain of a weight's gradient.
func (c Conv) chainRows() int { return max(1, chainPixels/c.OW) }

// BackwardWeights computes dw from x and dy of n images, with chains from zero or, to accumulate,
// the first from the old dw.
func (c Conv) BackwardWeights(dw, x, dy []float32, n int, accumulate bool) {
	t := takeWeights()
	*t = weightsTask{Conv: c, dw: dw[:c.weights()], x: x[:n*c.inputs()], dy: dy[:n*c.outputs()], rows: n * c.OH, partial: t.partial}
	if accumulate {
		t.start = FromC
	}
	if t.rows > c.chainRows() && cap(t.partial) < len(t.dw) {
		t.partial = make([]float32, len(t.dw))
	}
	t.partial = t.partial[:cap(t.partial)]
	if c.pointwise() {
		t.product()
		t.giveBack()
		return
	}
	t.classes = weightClassesFor(c)
	outputs := c.taps() * c.CI / c.Groups
	work := t.rows * c.OW * len(t.dw)
	if c.Depthwise() {
		outputs = c.CO
		work *= 8 // its steps take longer for their operands
	}
	if work >= convWork {
		Parallel(outputs, max(6, outputs*convWork/2/work), t)
	} else {
		t.Run(0, outputs)
	}
	t.giveBack()
}

// weightsTask is the gradient of weights under way, over their rows (kh, kw, ci) in the order of
// the classes, or of a depthwise convolution over the channels.
type weightsTask struct {
	Conv
	classes   []weightClass
	x, dy, dw []float32
	rows      int // of y in all images
	start     Start
	partial   []float32 // the result of a chain that is to be added
}

var freeWeights = make(chan *weightsTask, 16)

// takeWeights returns a task whose partial may have memory.
func takeWeights() *weightsTask {
	select {
	case t := <-freeWeights:
		return t
	default:
		return new(weightsTask)
	}
}

func (t *weightsTask) giveBack() {
	*t = weightsTask{partial: t.partial}
	select {
	case freeWeights <- t:
	default:
	}
}

// product is the task for a pointwise convolution.
func (t *weightsTask) product() {
	each := t.chainRows() * t.OW
	for from := 0; from < t.rows*t.OW; from += each {
		m := min(each, t.rows*t.OW-from)
		dst, start := t.dw, t.start
		if from > 0 {
			dst, start = t.partial[:len(t.dw)], FromZero
		}
		Gemm(t.CI, t.CO, m, t.x[from*t.CI:], 1, t.CI, t.dy[from*t.CO:], t.CO, dst, t.CO, start, nil, false)
		if from > 0 {
			AddTo(t.dw, dst)
		}
	}
}

// Run computes the rows or channels lo to hi.
func (t *weightsTask) Run(lo, hi int) {
	if lo >= hi {
		return
	}
	runs := takeRuns()
	each := t.chainRows()
	for from := 0; from < t.rows; from += each {
		dst, start := t.dw, t.start
		if from > 0 {
			dst, start = t.partial, FromZero
		}
		to := min(t.rows, from+each)
		if t.Depthwise() {
			t.depthwiseChain(runs, dst, start, from, to, lo, hi)
		} else {
			t.chain(runs, dst, start, from, to, lo, hi)
		}
		if from > 0 {
			t.add(lo, hi)
		}
	}
	runs.giveBack()
}

// add adds the partial results of the rows or channels lo to hi.
func (t *weightsTask) add(lo, hi int) {
	begin := 0
	for i := range t.classes {
		c := &t.classes[i]
		if t.Depthwise() {
			for _, r := range c.rows {
				AddTo(t.dw[r.to+lo:r.to+hi], t.partial[r.to+lo:])
			}
			continue
		}
		for _, r := range some(c.rows, begin, lo, hi) {
			AddTo(t.dw[r.to:r.to+t.CO], t.partial[r.to:])
		}
		begin += len(c.rows)
	}
}

// chain computes one chain of the rows lo to hi: over the rows from..to of y.
func (t *weightsTask) chain(runs *runList, dst []float32, start Start, from, to, lo, hi int) {
	depth, width := t.CI/t.Groups, t.CO/t.Groups
	panel := panelWidth()
	if active == setGo || t.CO <= panel {
		panel = t.CO
	}
	panels := (width + panel - 1) / panel
	most := max(1, weightPixels/t.OW) * t.OW
	s := borrow(t.Groups * panels * panel * most)
	g := gather{aStep: t.StrideW * t.CI, ldb: panel}
	for row := from; row < to; {
		n := min(to-row, max(1, weightPixels/t.OW))
		dy := t.dy[row*t.OW*t.CO:]
		if panel < t.CO {
			for i := range t.Groups * panels {
				j := i % panels * panel
				copyPanel(s.data[i*most*panel:], dy[i/panels*width+j:], t.CO, n*t.OW, min(panel, width-j), panel)
			}
		}
		begin := 0
		for k := range t.classes {
			c := &t.classes[k]
			rows := some(c.rows, begin, lo, hi)
			g.length, g.start = c.w1-c.w0, start
			if len(c.spans) > 1 && start == FromZero {
				for _, r := range rows {
					clear(dst[r.to : r.to+t.CO])
				}
				g.start = FromC
			}
			for i := 0; i < n; {
				run, first, last, done := t.runs(runs, c, row, i, n)
				i = done
				valid := some(rows, max(0, lo-begin), first*depth, last*depth)
				if len(valid) == 0 {
					continue
				}
				for group := range t.Groups {
					g.a = t.x[group*depth:]
					for j := 0; j < width; j += panel {
						g.b = s.data[(group*panels+j/panel)*most*panel:]
						if panel >= t.CO {
							g.b = dy[group*width:]
						}
						g.c = dst[group*width+j:]
						g.product(valid, run, min(panel, width-j))
					}
				}
			}
			begin += len(c.rows)
		}
		start = FromC
		row += n
	}
	giveBack(s)
}

// depthwiseChain is chain for the channels lo to hi of a depthwise convolution.
func (t *weightsTask) depthwiseChain(runs *runList, dst []float32, start Start, from, to, lo, hi int) {
	g := gather{a: t.x[lo:], aStep: t.StrideW * t.CI, ldb: t.CO, c: dst[lo:]}
	for row := from; row < to; {
		n := min(to-row, max(1, weightPixels/t.OW))
		g.b = t.dy[row*t.OW*t.CO+lo:]
		for k := range t.classes {
			c := &t.classes[k]
			g.length, g.start = c.w1-c.w0, start
			if len(c.spans) > 1 && start == FromZero {
				for _, r := range c.rows {
					clear(dst[r.to+lo : r.to+hi])
				}
				g.start = FromC
			}
			for i := 0; i < n; {
				run, first, last, done := t.runs(runs, c, row, i, n)
				g.depthwise(c.rows[first:last], run, hi-lo)
				i = done
			}
		}
		start = FromC
		row += n
	}
}

// runs lists the stretches of a class's pixels in rows i to done of the n rows of y that begin at
// row. All of them have the same valid taps of the class: those numbered first to last.
func (t *weightsTask) runs(list *runList, c *weightClass, row, i, n int) (runs []gatherRun, first, last, done int) {
	if c.w0 >= c.w1 {
		return nil, 0, len(c.rows), n
	}
	last = len(c.rows)
	if len(c.spans) > 1 {
		first, last = c.valid((row + i) % t.OH)
	}
	k := 0
	for ; i < n; i++ {
		image, oh := (row+i)/t.OH, (row+i)%t.OH
		if len(c.spans) > 1 {
			if lo, hi := c.valid(oh); lo != first || hi != last {
				break
			}
		} else if oh < c.spans[0].lo || oh >= c.spans[0].hi {
			continue
		}
		list.runs[k] = gatherRun{a: ((image*t.H+oh*t.StrideH)*t.W + c.w0*t.StrideW) * t.CI, b: i*t.OW + c.w0}
		k++
	}
	return list.runs[:k], first, last, i
}

// runList is memory for the runs of a block, handed out from a free list.
type runList struct{ runs [weightPixels]gatherRun }

var freeRuns = make(chan *runList, 16)

func takeRuns() *runList {
	select {
	case l := <-freeRuns:
		return l
	default:
		return new(runList)
	}
}

func (l *runList) giveBack() {
	select {
	case freeRuns <- l:
	default:
	}
}

// A weightClass is the weights whose taps fall inside x for the same columns of y, w0 <= ow < w1,
// and, if it has one span, for the same rows of y too. Else there is a span of rows for each of
// its taps, both of whose ends descend.
type weightClass struct {
	w0, w1 int
	spans  []span
	rows   []gatherRow
}

type span struct{ lo, hi int }

// valid returns which taps fall inside x for a row of y.
func (c *weightClass) valid(oh int) (first, last int) {
	inside := func(s span) bool { return oh >= s.lo && oh < s.hi }
	for first < len(c.spans) && !inside(c.spans[first]) {
		first++
	}
	for last = first; last < len(c.spans) && inside(c.spans[last]); {
		last++
	}
	return first, last
}

// fewChannels is how many channels of a group are so few that taps of different rows of x are
// better taken together, although they are not valid for the same rows of y.
const fewChannels = 4

// weightClasses makes the classes of a shape: a row for each (kh, kw, ci) of a group, or of a
// depthwise convolution for each (kh, kw).
func weightClasses(c Conv) []weightClass {
	// inside returns the outputs whose tap k falls inside n inputs.
	inside := func(outputs, n, k, stride, pad, dilation int) (s span) {
		s.hi = outputs
		for s.lo < s.hi && s.lo*stride-pad+k*dilation < 0 {
			s.lo++
		}
		for s.hi > s.lo && (s.hi-1)*stride-pad+k*dilation >= n {
			s.hi--
		}
		return s
	}
	depth := c.CI / c.Groups
	var high []span
	for kh := range c.KH {
		high = append(high, inside(c.OH, c.H, kh, c.StrideH, c.PadH, c.DilationH))
	}
	together := slices.IndexFunc(high, func(s span) bool { return s != high[0] }) < 0 // all are valid everywhere
	var all []weightClass
	for kh := range c.KH {
		for kw := range c.KW {
			wide := inside(c.OW, c.W, kw, c.StrideW, c.PadW, c.DilationW)
			i := slices.IndexFunc(all, func(o weightClass) bool {
				return o.w0 == wide.lo && o.w1 == wide.hi && (together || depth <= fewChannels || o.spans[0] == high[kh])
			})
			if i < 0 {
				i = len(all)
				all = append(all, weightClass{w0: wide.lo, w1: wide.hi})
			}
			if k := &all[i]; !together && depth <= fewChannels || len(k.spans) == 0 {
				k.spans = append(k.spans, high[kh])
			}
			from := ((kh*c.DilationH-c.PadH)*c.W + kw*c.DilationW - c.PadW) * c.CI
			for ci := range depth {
				all[i].rows = append(all[i].rows, gatherRow{from: from + ci, to: ((kh*c.KW+kw)*depth + ci) * c.CO})
			}
		}
	}
	return all
}
