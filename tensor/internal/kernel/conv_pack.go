package kernel

// packWorth is how many pixels make it worth to copy the weights of a forward pass to panels.
const packWorth = 128

// pack copies the weights to panels two vectors wide, which the first cache holds without
// conflicts; for the gradient of x they are transposed, and their taps reversed, on the way.
// With few pixels the weights of a forward pass are read in place.
func (t *convTask) pack(transposed, parallel bool) {
	t.panel = 0
	if !transposed && (active == setGo || t.CO <= panelWidth() || t.images*t.plan.pixels < packWorth) {
		return
	}
	t.panel = panelWidth()
	rows := t.taps() * t.depth
	if n := t.Groups * t.panels() * rows * t.panel; cap(t.packed) < n {
		t.packed = make([]float32, n)
	} else {
		t.packed = t.packed[:n]
	}
	work := Task((*packForward)(t))
	if transposed {
		work = (*packTransposed)(t)
	}
	if n := t.Groups * t.panels(); parallel && len(t.packed) > 1<<15 {
		Parallel(n, 1, work)
	} else {
		work.Run(0, n)
	}
}

// panels is the number of panels of a group.
func (t *convTask) panels() int { return (t.width + t.panel - 1) / t.panel }

// packForward and packTransposed are the two ways to pack, over panels.
type (
	packForward    convTask
	packTransposed convTask
)

func (p *packForward) Run(lo, hi int) {
	t := (*convTask)(p)
	rows := t.taps() * t.depth
	for i := lo; i < hi; i++ {
		j := i % t.panels() * t.panel
		dst, src := t.packed[i*rows*t.panel:], t.b[i/t.panels()*t.width+j:]
		copyPanel(dst, src, t.CO, rows, min(t.panel, t.width-j), t.panel)
	}
}

// copyPanel copies rows of cols <= width elements, ld apart, to rows of width elements.
func copyPanel(dst, src []float32, ld, rows, cols, width int) {
	switch {
	case cols == 16 && width == 16:
		for p := range rows {
			*(*[16]float32)(dst[p*16:]) = *(*[16]float32)(src[p*ld:])
		}
	case cols == 32 && width == 32:
		for p := range rows {
			*(*[32]float32)(dst[p*32:]) = *(*[32]float32)(src[p*ld:])
		}
	default:
		for p := range rows {
			copy(dst[p*width:p*width+cols], src[p*ld:])
		}
	}
}

// Run sets row (reversed tap, co), column ci of each panel to w[tap, ci, co].
func (p *packTransposed) Run(lo, hi int) {
	t := (*convTask)(p)
	taps, depth := t.taps(), t.depth // depth is the group's share of CO here, width that of CI
	for i := lo; i < hi; i++ {
		group, j := i/t.panels(), i%t.panels()*t.panel
		ci := min(t.panel, t.width-j)
		for tap := range taps {
			dst := t.packed[(i*taps+taps-1-tap)*depth*t.panel:]
			src := t.b[(tap*t.width+j)*t.CO+group*depth:]
			r, c := transposeVec(dst, t.panel, src, t.CO, ci, depth)
			if c < depth {
				transposeGo(dst[c*t.panel:], t.panel, src[c:], t.CO, ci, depth-c)
			}
			if r < ci {
				transposeGo(dst[r:], t.panel, src[r*t.CO:], t.CO, ci-r, c)
			}
		}
	}
}
