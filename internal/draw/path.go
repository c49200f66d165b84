package draw

import "math"

// point is in pixels, x to the right and y down.
type point struct{ x, y float64 }

// segment draws to its last point: a line has one, a cubic Bézier curve three. None closes the
// outline and begins another at the next point.
type segment struct {
	n int // points used; 0 begins an outline at p[0]
	p [3]point
}

// Path is closed outlines. Where outlines of the same direction overlap they unite; every
// shape here runs clockwise, and Hole makes it run the other way to cut it out.
type Path struct{ segments []segment }

// New returns an empty path. The methods that add a shape return the path.
func New() *Path { return new(Path) }

// Move begins an outline.
func (p *Path) Move(x, y float64) *Path {
	p.segments = append(p.segments, segment{p: [3]point{{x, y}}})
	return p
}

// Line goes on straight to (x, y).
func (p *Path) Line(x, y float64) *Path {
	p.segments = append(p.segments, segment{n: 1, p: [3]point{{x, y}}})
	return p
}

// Curve goes on to (x, y) with control points a and b.
func (p *Path) Curve(ax, ay, bx, by, x, y float64) *Path {
	p.segments = append(p.segments, segment{n: 3, p: [3]point{{ax, ay}, {bx, by}, {x, y}}})
	return p
}

// Polygon adds an outline through points x0, y0, x1, y1, ...
func (p *Path) Polygon(xy ...float64) *Path {
	p.Move(xy[0], xy[1])
	for i := 2; i+1 < len(xy); i += 2 {
		p.Line(xy[i], xy[i+1])
	}
	return p
}

// Rect adds a rectangle with its top left corner at (x, y).
func (p *Path) Rect(x, y, w, h float64) *Path {
	return p.Polygon(x, y, x+w, y, x+w, y+h, x, y+h)
}

// arcControl is the control point distance that makes a cubic curve a quarter circle.
const arcControl = .5522847498

// RoundRect adds a rectangle with corners of radius r.
func (p *Path) RoundRect(x, y, w, h, r float64) *Path {
	r = min(r, w/2, h/2)
	k := r * (1 - arcControl)
	return p.Move(x+r, y).
		Line(x+w-r, y).Curve(x+w-k, y, x+w, y+k, x+w, y+r).
		Line(x+w, y+h-r).Curve(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h).
		Line(x+r, y+h).Curve(x+k, y+h, x, y+h-k, x, y+h-r).
		Line(x, y+r).Curve(x, y+k, x+k, y, x+r, y)
}

// Ellipse adds an ellipse with semi-axes a and b.
func (p *Path) Ellipse(x, y, a, b float64) *Path {
	i, j := a*arcControl, b*arcControl
	return p.Move(x+a, y).
		Curve(x+a, y+j, x+i, y+b, x, y+b).
		Curve(x-i, y+b, x-a, y+j, x-a, y).
		Curve(x-a, y-j, x-i, y-b, x, y-b).
		Curve(x+i, y-b, x+a, y-j, x+a, y)
}

// Circle adds a circle.
func (p *Path) Circle(x, y, r float64) *Path { return p.Ellipse(x, y, r, r) }

// Ring adds a circle's line of the given width.
func (p *Path) Ring(x, y, r, width float64) *Path {
	p.Circle(x, y, r+width/2)
	return p.Hole(New().Circle(x, y, r-width/2))
}

// Capsule adds a line of the given width with round ends.
func (p *Path) Capsule(x1, y1, x2, y2, width float64) *Path {
	d := math.Hypot(x2-x1, y2-y1)
	q := New().RoundRect(-width/2, -width/2, d+width, width, width/2)
	return p.Add(q.Place(x1, y1, math.Atan2(y2-y1, x2-x1), 1))
}

// Dashes adds a dashed line.
func (p *Path) Dashes(x1, y1, x2, y2, width, on, off float64) *Path {
	d := math.Hypot(x2-x1, y2-y1)
	ux, uy := (x2-x1)/d, (y2-y1)/d
	for t := 0.; t < d; t += on + off {
		e := min(t+on, d)
		p.Capsule(x1+t*ux, y1+t*uy, x1+e*ux, y1+e*uy, width)
	}
	return p
}

// Arc adds a band of the given width along a circle from angle a to b in radians, clockwise
// from the right if b > a.
func (p *Path) Arc(x, y, r, width, a, b float64) *Path {
	if b < a {
		a, b = b, a
	}
	n := arcSteps(b - a)
	outline := New()
	for _, side := range []struct{ r, from, to float64 }{{r + width/2, a, b}, {r - width/2, b, a}} {
		for i := range n + 1 {
			sin, cos := math.Sincos(side.from + (side.to-side.from)*float64(i)/float64(n))
			outline.next(x+side.r*cos, y+side.r*sin)
		}
	}
	return p.Add(outline)
}

// Sector adds the slice of a disc from angle a to b, as Arc measures them.
func (p *Path) Sector(x, y, r, a, b float64) *Path {
	if b < a {
		a, b = b, a
	}
	n := arcSteps(b - a)
	outline := New().Move(x, y)
	for i := range n + 1 {
		sin, cos := math.Sincos(a + (b-a)*float64(i)/float64(n))
		outline.Line(x+r*cos, y+r*sin)
	}
	return p.Add(outline)
}

func arcSteps(angle float64) int { return 2 + int(math.Abs(angle)*16) }

// next begins an outline or goes on to the point.
func (p *Path) next(x, y float64) {
	if len(p.segments) == 0 {
		p.Move(x, y)
	} else {
		p.Line(x, y)
	}
}

// Arrow adds an arrow from (x1, y1) to its tip at (x2, y2), with a shaft of the given width.
func (p *Path) Arrow(x1, y1, x2, y2, width float64) *Path {
	d := math.Hypot(x2-x1, y2-y1)
	head := min(2.6*width, d)
	q := New().RoundRect(-width/2, -width/2, d-head+width/2+1, width, width/2)
	q.Polygon(d-head, -1.7*width, d, 0, d-head, 1.7*width)
	return p.Add(q.Place(x1, y1, math.Atan2(y2-y1, x2-x1), 1))
}

// ArcArrow adds an arrow along a circle from angle a to its tip at b, as Arc measures them.
func (p *Path) ArcArrow(x, y, r, width, a, b float64) *Path {
	sign := 1.
	if b < a {
		sign = -1
	}
	head := min(2.6*width/r, math.Abs(b-a))
	stem := b - sign*head
	p.Arc(x, y, r, width, a, stem+sign*.01)
	sin, cos := math.Sincos(stem)
	tip := point{x + r*cos - sign*2.6*width*sin, y + r*sin + sign*2.6*width*cos}
	inner := point{x + (r-1.7*width)*cos, y + (r-1.7*width)*sin}
	outer := point{x + (r+1.7*width)*cos, y + (r+1.7*width)*sin}
	if sign < 0 {
		inner, outer = outer, inner
	}
	return p.Polygon(outer.x, outer.y, tip.x, tip.y, inner.x, inner.y)
}

// Add adds the outlines of q.
func (p *Path) Add(q *Path) *Path {
	p.segments = append(p.segments, q.segments...)
	return p
}

// Hole adds the outlines of q backwards, which cuts them out of what they lie in.
func (p *Path) Hole(q *Path) *Path {
	s := q.segments
	for start := 0; start < len(s); {
		end := start + 1
		for end < len(s) && s[end].n > 0 {
			end++
		}
		last := s[end-1].end()
		p.Move(last.x, last.y)
		for i := end - 1; i > start; i-- {
			to := s[i-1].end()
			if s[i].n == 3 {
				p.Curve(s[i].p[1].x, s[i].p[1].y, s[i].p[0].x, s[i].p[0].y, to.x, to.y)
			} else {
				p.Line(to.x, to.y)
			}
		}
		start = end
	}
	return p
}

func (s *segment) end() point { return s.p[max(s.n-1, 0)] }

// Place moves the path's origin to (x, y) after turning it clockwise by angle and scaling it.
func (p *Path) Place(x, y, angle, scale float64) *Path {
	sin, cos := math.Sincos(angle)
	sin, cos = sin*scale, cos*scale
	q := &Path{segments: make([]segment, len(p.segments))}
	for i, s := range p.segments {
		for k, a := range s.p {
			s.p[k] = point{x + cos*a.x - sin*a.y, y + sin*a.x + cos*a.y}
		}
		q.segments[i] = s
	}
	return q
}

// Mirror turns x into -x and keeps the direction of the outlines.
func (p *Path) Mirror() *Path {
	q := &Path{segments: make([]segment, len(p.segments))}
	for i, s := range p.segments {
		for k := range s.p {
			s.p[k].x = -s.p[k].x
		}
		q.segments[i] = s
	}
	return New().Hole(q)
}
