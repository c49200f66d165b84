package tensor

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"tesuji/tensor/internal/kernel"
)

// Interpolation is how Resize computes pixels between pixels. Each is separable, with weights
// along the rows and along the columns.
type Interpolation uint8

const (
	// Nearest takes pixel ⌊i·n/m⌋ of n for pixel i of m.
	Nearest Interpolation = iota
	// Bilinear weighs the two nearest pixels by distance.
	Bilinear
	// Bicubic weighs the four nearest pixels by Keys's cubic with a = -0.75, as PyTorch does;
	// coordinates outside are those of the border.
	Bicubic
	// Cubic is MATLAB's imresize: Keys's cubic with a = -0.5, widened when the image shrinks, so
	// that it does not alias; borders are mirrored, their pixel repeated.
	Cubic
	interpolations
)

// ResizeOptions says how Resize interpolates.
type ResizeOptions struct {
	Mode Interpolation
	// AlignCorners puts the centres of the corner pixels onto each other; otherwise the corners of
	// the images are. Only Bilinear and Bicubic have it.
	AlignCorners bool
}

// Resize returns images x [N, H, W, C] in another size, [N, oh, ow, C]: the columns of pixels are
// interpolated first, then the rows, each pixel by a chain over its taps in order.
func (t *Tape) Resize(x Var, oh, ow int, o ResizeOptions) Var {
	n := t.at(x)
	s := n.shape
	if !(s.rank == 4 && s.dims[1] > 0 && s.dims[2] > 0 && oh > 0 && ow > 0 && o.Mode < interpolations &&
		(!o.AlignCorners || o.Mode == Bilinear || o.Mode == Bicubic)) {
		t.need(opResize, fmt.Sprintf("x [N H W C] with pixels to make %dx%d of, by %+v", oh, ow, o), false, x)
	}
	src, needs := n.val, n.needs
	y := t.result(ShapeOf(s.dims[0], oh, ow, s.dims[3]), needs)
	mark := t.mem.mark()
	high := t.mem.alloc(s.dims[0] * oh * s.dims[2] * s.dims[3])
	interpolate(high, src, s.dims[0], s.dims[2]*s.dims[3], scalingOf(s.dims[1], oh, o).forward)
	interpolate(t.nodes[y.id].val, high, s.dims[0]*oh, s.dims[3], scalingOf(s.dims[2], ow, o).forward)
	t.mem.release(mark)
	aligned := int32(0)
	if o.AlignCorners {
		aligned = 1
	}
	return t.record(record{op: opResize, out: y.id, a: x.id, b: -1, c: -1, aux: -1, n0: int32(o.Mode), n1: aligned})
}

var opResize = define("Resize", backwardResize)

func backwardResize(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	s, out := t.nodes[r.a].shape, t.nodes[r.out].shape
	o := ResizeOptions{Mode: Interpolation(r.n0), AlignCorners: r.n1 == 1}
	k := t.open(r.a)
	mark := t.mem.mark()
	high := t.mem.alloc(s.dims[0] * out.dims[1] * s.dims[2] * s.dims[3])
	interpolate(high, t.nodes[r.out].grad, s.dims[0]*out.dims[1], s.dims[3], scalingOf(s.dims[2], out.dims[2], o).backward)
	interpolate(k.dst, high, s.dims[0], s.dims[2]*s.dims[3], scalingOf(s.dims[1], out.dims[1], o).backward)
	t.mem.release(mark)
	t.commit(k)
}

// interpolate computes the middle dimension of dst [n, len(taps), width] from that of src.
func interpolate(dst, src []float32, n, width int, line line) {
	m := len(line.taps)
	for i := range n {
		from := src[i*line.n*width:]
		for j, taps := range line.taps {
			to := dst[(i*m+j)*width:][:width]
			if len(taps) == 0 {
				clear(to)
			}
			for k, p := range taps {
				switch x := from[p.at*width:]; {
				case k > 0:
					kernel.Axpy(to, x, p.weight)
				case p.weight == 1:
					copy(to, x)
				default:
					kernel.Scale(to, x, p.weight)
				}
			}
		}
	}
}

// line is a linear map of n pixels, with the taps of each result in order of the pixels.
type line struct {
	n    int
	taps [][]lineTap
}

type lineTap struct {
	at     int
	weight float32
}

// transpose returns the map of gradients.
func (l line) transpose() line {
	back := line{n: len(l.taps), taps: make([][]lineTap, l.n)}
	for i, taps := range l.taps {
		for _, p := range taps {
			back.taps[p.at] = append(back.taps[p.at], lineTap{i, p.weight})
		}
	}
	return back
}

// scaling is a change from n to m pixels, in both directions.
type scaling struct{ forward, backward line }

type scalingKey struct {
	n, m int
	o    ResizeOptions
}

// scalings keeps those met so far.
var scalings struct {
	sync.Mutex
	known map[scalingKey]*scaling
}

const maxScalings = 256

func scalingOf(n, m int, o ResizeOptions) *scaling {
	scalings.Lock()
	defer scalings.Unlock()
	key := scalingKey{n, m, o}
	s := scalings.known[key]
	if s == nil {
		if len(scalings.known) >= maxScalings || scalings.known == nil {
			scalings.known = map[scalingKey]*scaling{}
		}
		l := newLine(n, m, o)
		s = &scaling{l, l.transpose()}
		scalings.known[key] = s
	}
	return s
}

// newLine computes the weights, in float64. Taps of weight 0 are left out.
func newLine(n, m int, o ResizeOptions) line {
	l := line{n: n, taps: make([][]lineTap, m)}
	weights := make([]float64, n)
	for i := range m {
		clear(weights)
		at := (float64(i)+0.5)*float64(n)/float64(m) - 0.5 // where the centre falls
		if o.AlignCorners {
			at = 0
			if m > 1 {
				at = float64(i) * float64(n-1) / float64(m-1)
			}
		}
		switch o.Mode {
		case Nearest:
			weights[i*n/m] = 1
		case Bilinear:
			at = max(at, 0)
			low := min(int(at), n-1)
			share := min(1, at-float64(low))
			weights[low] += 1 - share
			weights[min(low+1, n-1)] += share
		case Bicubic:
			low := int(math.Floor(at))
			for k := low - 1; k <= low+2; k++ {
				weights[min(max(k, 0), n-1)] += keys(at-float64(k), -0.75)
			}
		case Cubic:
			shrink := min(1, float64(m)/float64(n))
			reach, sum := 2/shrink, 0.0
			for pass := range 2 {
				for k := int(math.Ceil(at - reach)); float64(k) <= at+reach; k++ {
					w := keys((at-float64(k))*shrink, -0.5)
					if pass == 0 {
						sum += w
					} else {
						weights[mirror(k, n)] += w / sum
					}
				}
			}
		}
		for k, w := range weights {
			if f := float32(w); f != 0 {
				l.taps[i] = append(l.taps[i], lineTap{k, f})
			}
		}
		l.taps[i] = slices.Clip(l.taps[i])
	}
	return l
}

// mirror returns the pixel of n that k is the image of, the borders being repeated.
func mirror(k, n int) int {
	if k %= 2 * n; k < 0 {
		k += 2 * n
	}
	if k >= n {
		return 2*n - 1 - k
	}
	return k
}

// keys is the cubic kernel of Keys, "Cubic Convolution Interpolation for Digital Image
// Processing", 1981, at distance x.
func keys(x, a float64) float64 {
	x = math.Abs(x)
	switch x2 := float64(x * x); {
	case x <= 1:
		return float64((a+2)*float64(x2*x)) - float64((a+3)*x2) + 1
	case x < 2:
		return float64(a*float64(x2*x)) - float64(5*a*x2) + float64(8*a*x) - 4*a
	}
	return 0
}
