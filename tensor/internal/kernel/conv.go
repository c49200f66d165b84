package kernel

import "fmt"

// Conv is the shape of a convolution: x [N, H, W, CI] with weights w [KH, KW, CI/Groups, CO]
// gives y [N, OH, OW, CO], where
//
//	y[n,oh,ow,co] = start + Σ x[n, oh·StrideH-PadH+kh·DilationH, ow·StrideW-PadW+kw·DilationW, ci]·w[kh,kw,ci,co]
//
// and ci are the channels of co's group. Groups divide both kinds of channels evenly. By rule R4
// each result is one chain (R2):
//
//   - forward over (kh, kw, ci), ascending;
//   - the gradient of x over (kh, kw) descending, then co ascending, and so over the pixels of y
//     in order;
//   - the gradient of w over (n, oh, ow) ascending. This chain restarts from zero after every
//     max(1, 4096/OW) rows of y, and the results are added in order, like the blocks of R6.
//
// A tap outside x does not exist: neither does it make +0 of -0, nor NaN of an infinite weight.
type Conv struct {
	H, W, CI             int
	OH, OW, CO           int
	KH, KW               int
	StrideH, StrideW     int
	PadH, PadW           int // above and to the left; OH and OW say how far there is some below and right
	DilationH, DilationW int
	Groups               int
}

// Check returns what is wrong with the shape.
func (c Conv) Check() error {
	for _, d := range [...]struct {
		name string
		is   int
		low  int
	}{
		{"H", c.H, 1}, {"W", c.W, 1}, {"CI", c.CI, 1}, {"OH", c.OH, 1}, {"OW", c.OW, 1}, {"CO", c.CO, 1}, {"KH", c.KH, 1}, {"KW", c.KW, 1},
		{"StrideH", c.StrideH, 1}, {"StrideW", c.StrideW, 1}, {"PadH", c.PadH, 0}, {"PadW", c.PadW, 0},
		{"DilationH", c.DilationH, 1}, {"DilationW", c.DilationW, 1}, {"Groups", c.Groups, 1},
	} {
		if d.is < d.low {
			return fmt.Errorf("%s is %d, less than %d", d.name, d.is, d.low)
		}
	}
	if c.CI%c.Groups != 0 || c.CO%c.Groups != 0 {
		return fmt.Errorf("%d groups do not divide %d and %d channels", c.Groups, c.CI, c.CO)
	}
	return nil
}

// Depthwise reports whether each channel is convolved by itself.
func (c Conv) Depthwise() bool { return c.Groups == c.CI && c.CO == c.CI && c.Groups > 1 }

// pointwise reports whether it is a matrix product.
func (c Conv) pointwise() bool {
	return c.KH == 1 && c.KW == 1 && c.StrideH == 1 && c.StrideW == 1 && c.PadH == 0 && c.PadW == 0 &&
		c.OH == c.H && c.OW == c.W && c.Groups == 1
}

func (c Conv) inputs() int  { return c.H * c.W * c.CI }
func (c Conv) outputs() int { return c.OH * c.OW * c.CO }
func (c Conv) taps() int    { return c.KH * c.KW }
func (c Conv) weights() int { return c.taps() * c.CI / c.Groups * c.CO }

// Forward computes y for n images, from start and with ReLU if asked for. bias [CO] is read for
// FromBias only.
func (c Conv) Forward(y, x, w []float32, n int, start Start, bias []float32, relu bool) {
	y, x, w = y[:n*c.outputs()], x[:n*c.inputs()], w[:c.weights()]
	if c.pointwise() {
		Gemm(n*c.H*c.W, c.CO, c.CI, x, c.CI, 1, w, c.CO, y, c.CO, start, bias, relu)
		return
	}
	g := gather{a: x, b: w, c: y, start: start, bias: bias, relu: relu}
	c.run(planForward, g, n, c.CI/c.Groups, c.CO/c.Groups)
}

// BackwardInput computes dx for n images from dy and w, each chain from start, and with ReLU if
// asked for: what makes it the forward pass of a transposed convolution as well. bias [CI] is
// read for FromBias only.
func (c Conv) BackwardInput(dx, dy, w []float32, n int, start Start, bias []float32, relu bool) {
	dx, dy, w = dx[:n*c.inputs()], dy[:n*c.outputs()], w[:c.weights()]
	if c.pointwise() {
		s := borrow(len(w))
		wT := s.of(len(w))
		Transpose(wT, w, c.CI, c.CO)
		Gemm(n*c.H*c.W, c.CI, c.CO, dy, c.CO, 1, wT, c.CI, dx, c.CI, start, bias, relu)
		giveBack(s)
		return
	}
	g := gather{a: dy, b: w, c: dx, start: start, bias: bias, relu: relu}
	c.run(planInput, g, n, c.CO/c.Groups, c.CI/c.Groups)
}

// layout returns what the tables of a pass are made from.
func (c Conv) layout(kind planKind) layout {
	l := layout{
		inH: c.H, inW: c.W, inC: c.CI, outH: c.OH, outW: c.OW, outC: c.CO, kh: c.KH, kw: c.KW, depth: c.CI / c.Groups,
		h: slide(c.H, c.KH, c.StrideH, c.PadH, c.DilationH),
		w: slide(c.W, c.KW, c.StrideW, c.PadW, c.DilationW),
		b: func(kh, kw int) int { return (kh*c.KW + kw) * c.CI / c.Groups },
	}
	if kind == planInput {
		l.inH, l.inW, l.inC, l.outH, l.outW, l.outC = l.outH, l.outW, l.outC, l.inH, l.inW, l.inC
		l.h = unslide(c.OH, c.KH, c.StrideH, c.PadH, c.DilationH)
		l.w = unslide(c.OW, c.KW, c.StrideW, c.PadW, c.DilationW)
		l.descending = true
		l.depth = c.CO / c.Groups // the transposed weights lie in the order of the chain
		l.b = func(kh, kw int) int { return (c.taps() - 1 - kh*c.KW - kw) * c.CO / c.Groups }
	}
	if c.Depthwise() {
		l.depth = 1
		l.b = func(kh, kw int) int { return kh*c.KW + kw }
	}
	return l
}

// convWork is how many multiply-adds make a pass worth a second thread. Tests lower it.
var convWork = parallelWork

// run computes a product over the tables of a pass, depth and width being the channels of a
// group in operand and result.
func (c Conv) run(kind planKind, g gather, n, depth, width int) {
	p := planFor(planKey{conv: c, kind: kind})
	t := takeConv()
	*t = convTask{Conv: c, gather: g, plan: p, images: n, depth: depth, width: width, packed: t.packed}
	work := n * p.pixels * c.taps() * depth * width * c.Groups
	if c.Depthwise() {
		work *= 8 // its steps take longer for their operands
	}
	parallel := work >= convWork
	if !c.Depthwise() {
		t.pack(kind == planInput, parallel)
	}
	if total := n * p.pixels; parallel {
		Parallel(total, max(1, total*convWork/2/work), t)
	} else {
		t.Run(0, total)
	}
	t.giveBack()
}

// convTask is one pass under way, over the pixels of its result.
type convTask struct {
	Conv
	gather
	plan         *plan
	images       int
	depth, width int       // channels of a group in operand and result
	panel        int       // columns of a packed panel, 0 if the weights are read in place
	packed       []float32 // group by group, panel by panel, all rows of one
}

var freeConvs = make(chan *convTask, 16)

// takeConv returns a task whose packed may have memory.
func takeConv() *convTask {
	select {
	case t := <-freeConvs:
		return t
	default:
		return new(convTask)
	}
}

// giveBack keeps the task and its memory for another pass.
func (t *convTask) giveBack() {
	*t = convTask{packed: t.packed}
	select {
	case freeConvs <- t:
	default:
	}
}

// Run computes the outputs lo to hi.
func (t *convTask) Run(lo, hi int) { t.plan.walk(t.images, lo, hi, t) }

func (t *convTask) unit(b *band, images, inAt, toAt, lo, hi int) {
	if t.Depthwise() {
		t.depthwiseUnit(b, images, inAt, toAt, lo, hi)
		return
	}
	g := t.gather
	rows := t.taps() * t.depth
	for i := range t.plan.blocks {
		g.relu = t.relu && i == t.plan.blocks-1
		for group := range t.Groups {
			g.a = t.a[inAt+group*t.depth:]
			step := t.panel
			if step == 0 {
				step = t.width
			}
			for j := 0; j < t.width; j += step {
				column := group*t.width + j
				g.c = t.c[toAt+column:]
				if g.start == FromBias {
					g.bias = t.bias[column:]
				}
				if t.panel > 0 {
					g.b, g.ldb = t.packed[(group*t.panels()+j/step)*rows*step:], step
				} else {
					g.b, g.ldb = t.b[column:], t.CO
				}
				g.classes(b, i, images, lo, hi, min(step, t.width-j))
			}
		}
		g.start = FromC
	}
}

// classes computes block i of the chains of a unit's rows lo to hi.
func (g *gather) classes(b *band, i, images, lo, hi, width int) {
	begin := 0
	for k := range b.classes {
		c := &b.classes[k]
		block := &c.blocks[i]
		if rows := some(c.rows[:images*c.pixels], begin, lo, hi); len(block.runs) > 0 || g.start != FromC || g.relu {
			g.length, g.aStep = block.length, 1
			g.product(rows, block.runs, width)
		}
		begin += images * c.pixels
	}
}

// depthwiseUnit is unit for a depthwise convolution, whose weights are read in place.
func (t *convTask) depthwiseUnit(b *band, images, inAt, toAt, lo, hi int) {
	g := t.gather
	g.a, g.c, g.ldb = t.a[inAt:], t.c[toAt:], t.CO
	for i := range t.plan.blocks {
		g.relu = t.relu && i == t.plan.blocks-1
		begin := 0
		for k := range b.classes {
			c := &b.classes[k]
			block := &c.blocks[i]
			g.length = block.length
			g.depthwise(some(c.rows[:images*c.pixels], begin, lo, hi), block.runs, t.CO)
			begin += images * c.pixels
		}
		g.start = FromC
	}
}
