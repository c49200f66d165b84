package datasets

import (
	"math"
	"runtime"
	"sync"

	"tesuji/internal/elementary"
	"tesuji/internal/rng"
)

// Digits draws n digits of 28 x 28 pixels; digit i is a picture of i mod 10. Each is one of a few
// ways to write it, its points moved about, sheared, turned (±15 degrees), scaled and shifted
// (±2 pixels), drawn with a pen of 1.4 to 3.4 pixels, blurred, and sprinkled with noise. Picture
// i is a function of seed, stream and i: parts of one stream agree, different streams (a name
// such as "train") share nothing.
func Digits(seed uint64, stream string, n int) *Images {
	s := &Images{
		Name: "digits/" + stream, H: 28, W: 28, C: 1,
		Pixels: make([]uint8, n*28*28), Labels: make([]uint8, n), Classes: digitNames,
	}
	for i := range s.Labels {
		s.Labels[i] = uint8(i % 10)
	}
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wait.Go(func() {
			r := rng.New(seed, "datasets/digits/"+stream)
			p := new(pen)
			for i := w; i < n; i += workers {
				r.Seek(uint64(i))
				p.digit(s.Image(i), i%10, r)
			}
		})
	}
	wait.Wait()
	return s
}

// digitSplit is the set "digits", made once. It is the same for every run: a run's seed is for
// learning.
var digitSplit = sync.OnceValue(func() *Split {
	return &Split{Digits(0, "train", 10_000), Digits(0, "test", 2_000)}
})

const (
	side   = 28
	pieces = 6 // straight pieces of a curve between two points
)

// pen draws strokes. Its memory is kept from one picture to the next.
type pen struct {
	ink, soft [side * side]float64 // coverage, before and after the blur
	path      []point
	shaken    []point
}

// digit draws a picture of d into dst.
func (p *pen) digit(dst []uint8, d int, r *rng.Stream) {
	between := func(lo, hi float64) float64 { return lo + float64((hi-lo)*r.Float64()) }
	ways := glyphs[d]
	g := ways[r.Intn(len(ways))]
	height, width := 20*between(.85, 1.15), 13*between(.75, 1.2)
	shear := between(-.2, .2)
	sin, cos := elementary.Sincos(between(-15, 15) * (math.Pi / 180))
	x0, y0 := 13.5+between(-2, 2), 13.5+between(-2, 2)
	radius := between(.7, 1.7)

	clear(p.ink[:])
	for _, s := range g {
		p.shaken = p.shaken[:0]
		for _, q := range s.points {
			x := (q.x - .5 + float64(.03*r.Normal())) * width
			y := (q.y - .5 + float64(.025*r.Normal())) * height
			x -= float64(shear * y)
			p.shaken = append(p.shaken, point{
				x0 + (float64(cos*x) - float64(sin*y)),
				y0 + (float64(sin*x) + float64(cos*y)),
			})
		}
		p.follow(s)
		for k := 1; k < len(p.path); k++ {
			p.line(p.path[k-1], p.path[k], radius)
		}
	}
	p.blur(between(0, .2))
	noise := between(0, .05)
	for i, v := range p.soft {
		v += float64(noise * r.Normal())
		dst[i] = uint8(math.Floor(float64(255*min(1, max(0, v))) + .5))
	}
}

// follow turns the shaken points of a stroke into a path of straight pieces. A curve is a uniform
// Catmull-Rom spline (E. Catmull and R. Rom, "A class of local interpolating splines", 1974); it
// is closed if the stroke ends where it began.
func (p *pen) follow(s stroke) {
	q := p.shaken
	p.path = append(p.path[:0], q[0])
	if !s.curved {
		p.path = append(p.path, q[1:]...)
		return
	}
	last := len(q) - 1
	closed := s.points[0] == s.points[last]
	if closed {
		q[last] = q[0]
		p.path[0] = q[0]
	}
	for i := range last {
		before, after := q[max(i-1, 0)], q[min(i+2, last)]
		if closed && i == 0 {
			before = q[last-1]
		}
		if closed && i == last-1 {
			after = q[1]
		}
		for _, w := range spline {
			blend := func(a, b, c, d float64) float64 {
				return (float64(w[0]*a) + float64(w[1]*b)) + (float64(w[2]*c) + float64(w[3]*d))
			}
			p.path = append(p.path, point{
				blend(before.x, q[i].x, q[i+1].x, after.x),
				blend(before.y, q[i].y, q[i+1].y, after.y),
			})
		}
	}
}

// spline is the weights of four successive points at the ends of a curve's pieces.
var spline = func() (w [pieces][4]float64) {
	for i := range w {
		t := float64(i+1) / pieces
		t2 := float64(t * t)
		t3 := float64(t2 * t)
		w[i] = [4]float64{
			(2*t2 - t - t3) / 2,
			(2 + float64(3*t3) - float64(5*t2)) / 2,
			(t + 4*t2 - float64(3*t3)) / 2,
			(t3 - t2) / 2,
		}
	}
	return w
}()

// line inks the pixels near the segment from a to b: full within the radius, less over the last
// pixel. A pixel covered by several segments has the ink of the one that covers it most.
func (p *pen) line(a, b point, radius float64) {
	reach := radius + .5
	x0, x1 := span(a.x, b.x, reach)
	y0, y1 := span(a.y, b.y, reach)
	dx, dy := b.x-a.x, b.y-a.y
	length := float64(dx*dx) + float64(dy*dy)
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			px, py := float64(x)-a.x, float64(y)-a.y
			t := 0.
			if length > 0 {
				t = min(1, max(0, (float64(px*dx)+float64(py*dy))/length))
			}
			ex, ey := px-float64(t*dx), py-float64(t*dy)
			d := math.Sqrt(float64(ex*ex) + float64(ey*ey))
			if v := min(1, reach-d); v > p.ink[y*side+x] {
				p.ink[y*side+x] = v
			}
		}
	}
}

// span is the pixels that two ends and what is within reach of them take.
func span(a, b, reach float64) (lo, hi int) {
	return max(0, int(math.Floor(min(a, b)-reach))), min(side-1, int(math.Floor(max(a, b)+reach))+1)
}

// blur gives each pixel's neighbours, along and across, the part s of its ink.
func (p *pen) blur(s float64) {
	at := func(v *[side * side]float64, x, y int) float64 {
		if uint(x) >= side || uint(y) >= side {
			return 0
		}
		return v[y*side+x]
	}
	mix := func(a, b, c float64) float64 { return float64((1-2*s)*b) + float64(s*(a+c)) }
	for i := range p.ink {
		x, y := i%side, i/side
		p.soft[i] = mix(at(&p.ink, x-1, y), p.ink[i], at(&p.ink, x+1, y))
	}
	p.ink = p.soft
	for i := range p.ink {
		x, y := i%side, i/side
		p.soft[i] = mix(at(&p.ink, x, y-1), p.ink[i], at(&p.ink, x, y+1))
	}
}
