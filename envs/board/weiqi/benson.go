package weiqi

import "slices"

// PassAlive finds what is colour c's without condition, even if c passes for ever (D. Benson,
// "Life in the game of Go", 1976): stones [points] is set for the stones of chains that cannot be
// captured, and territory [points] for points of regions that such chains surround and in which no
// other chain can live. The rest is cleared.
//
// A region is a maximal connected set of points that are not c's stones. It is vital to a chain if
// each of its empty points (each of its points, where the rules allow suicide) touches the chain.
// Chains with fewer than two vital regions are dropped, and with them the regions that they border,
// until nothing changes.
func (b *Board) PassAlive(c Colour, stones, territory []bool) {
	s, g := &b.stones, b.g
	clear(stones[:g.points])
	clear(territory[:g.points])

	regionOf := make([]int, g.places) // number of the region, from 1
	var regions []*region
	for _, p := range g.at {
		if s.cells[p].colour == c || regionOf[p] != 0 {
			continue
		}
		r := &region{points: []place{p}}
		regions = append(regions, r)
		regionOf[p] = len(regions)
		for i := 0; i < len(r.points); i++ {
			for _, q := range g.around(r.points[i]) {
				switch {
				case s.cells[q].colour == border:
				case s.cells[q].colour == c:
					if h := s.cells[q].head; !slices.Contains(r.chains, h) {
						r.chains = append(r.chains, h)
					}
				case regionOf[q] == 0:
					regionOf[q] = len(regions)
					r.points = append(r.points, q)
				}
			}
		}
		r.findVital(s, c, b.rules.Suicide)
	}

	alive := map[place]bool{}
	for _, r := range regions {
		for _, h := range r.chains {
			alive[h] = true
		}
	}
	for changed := true; changed; {
		changed = false
		vital := map[place]int{}
		for _, r := range regions {
			if !r.dropped {
				for _, h := range r.vital {
					vital[h]++
				}
			}
		}
		for _, r := range regions {
			for _, h := range r.chains {
				if alive[h] && vital[h] < 2 {
					alive[h] = false
					changed = true
				}
			}
		}
		for _, r := range regions {
			for _, h := range r.chains {
				if !alive[h] && !r.dropped {
					r.dropped = true
					changed = true
				}
			}
		}
	}
	for i, p := range g.at {
		stones[i] = s.cells[p].colour == c && alive[s.cells[p].head]
	}
	for _, r := range regions {
		if r.dropped || len(r.chains) == 0 || r.inner(s, c) > 1 {
			continue
		}
		for _, p := range r.points {
			territory[g.index[p]] = true
		}
	}
}

// region is a maximal connected set of points that are not one colour's stones.
type region struct {
	points  []place
	chains  []place // that it borders
	vital   []place // those to which it is vital
	dropped bool
}

// findVital sets r.vital.
func (r *region) findVital(s *stones, c Colour, suicide bool) {
	for _, h := range r.chains {
		touches := func(p place) bool {
			return slices.ContainsFunc(neighbours(s.g, p), func(q place) bool { return s.cells[q].colour == c && s.cells[q].head == h })
		}
		if !slices.ContainsFunc(r.points, func(p place) bool {
			return (suicide || s.cells[p].colour == Empty) && !touches(p)
		}) {
			r.vital = append(r.vital, h)
		}
	}
}

// inner counts the points that touch no stone of colour c.
func (r *region) inner(s *stones, c Colour) int {
	n := 0
	for _, p := range r.points {
		if !slices.ContainsFunc(neighbours(s.g, p), func(q place) bool { return s.cells[q].colour == c }) {
			n++
		}
	}
	return n
}

func neighbours(g *geometry, p place) []place {
	around := g.around(p)
	return around[:]
}
