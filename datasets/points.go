package datasets

import (
	"math"

	"tesuji/internal/elementary"
	"tesuji/internal/rng"
)

// Points is random points of the plane. Point i is a function of seed, stream and i.
type Points struct {
	draw func(r *rng.Stream) (x, y float64, label int)
	r    *rng.Stream
}

// Item returns point i and which part of the shape it belongs to, from 0.
func (p *Points) Item(i uint64) (x, y float64, label int) {
	p.r.Seek(i)
	return p.draw(p.r)
}

// TwoMoons is two half circles of radius 1 that reach into each other, (cos a, sin a) and
// (1 - cos a, 1/2 - sin a) for a uniform on [0, π), each half of the points, with normal noise of
// the given standard deviation (.05 is usual) along x and y.
func TwoMoons(seed uint64, stream string, noise float64) *Points {
	return &Points{func(r *rng.Stream) (x, y float64, label int) {
		label = r.Intn(2)
		y, x = elementary.Sincos(float64(math.Pi * r.Float64()))
		if label == 1 {
			x, y = 1-x, .5-y
		}
		x, y = noisy(r, x, y, noise)
		return x, y, label
	}, rng.New(seed, "datasets/moons/"+stream)}
}

// SwissRoll is a spiral: (t cos t, t sin t)/10 for t = 1.5π(1+2u), u uniform on [0, 1), with
// normal noise of the given standard deviation (.05 is usual) along x and y.
func SwissRoll(seed uint64, stream string, noise float64) *Points {
	return &Points{func(r *rng.Stream) (x, y float64, label int) {
		t := float64(1.5 * math.Pi * (1 + 2*r.Float64()))
		sin, cos := elementary.Sincos(t)
		x, y = float64(t*cos)/10, float64(t*sin)/10
		x, y = noisy(r, x, y, noise)
		return x, y, 0
	}, rng.New(seed, "datasets/swiss-roll/"+stream)}
}

// Ring is a mixture of n normal distributions whose means are evenly spaced on a circle, the
// first at (radius, 0), each of the given standard deviation along x and y.
func Ring(seed uint64, stream string, n int, radius, sigma float64) *Points {
	means := make([]point, n)
	for k := range means {
		sin, cos := elementary.Sincos(2 * math.Pi * float64(k) / float64(n))
		means[k] = point{float64(radius * cos), float64(radius * sin)}
	}
	return mixture(rng.New(seed, "datasets/ring/"+stream), means, sigma)
}

// Grid is a mixture of n x n normal distributions whose means are pitch apart, about the origin,
// row by row, each of the given standard deviation along x and y.
func Grid(seed uint64, stream string, n int, pitch, sigma float64) *Points {
	var means []point
	at := func(k int) float64 { return float64(pitch*float64(2*k-n+1)) / 2 }
	for row := range n {
		for column := range n {
			means = append(means, point{at(column), at(row)})
		}
	}
	return mixture(rng.New(seed, "datasets/grid/"+stream), means, sigma)
}

func mixture(r *rng.Stream, means []point, sigma float64) *Points {
	return &Points{func(r *rng.Stream) (x, y float64, label int) {
		label = r.Intn(len(means))
		x, y = noisy(r, means[label].x, means[label].y, sigma)
		return x, y, label
	}, r}
}

// noisy moves a point by normal noise.
func noisy(r *rng.Stream, x, y, sigma float64) (float64, float64) {
	dx := float64(sigma * r.Normal())
	dy := float64(sigma * r.Normal())
	return x + dx, y + dy
}
