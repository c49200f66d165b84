package weiqi

import "fmt"

// Territory is the count of a finished game by Japanese rules. Its arrays have Black first, then White.
type Territory struct {
	Points    [2]int   // surrounded, those under dead stones included
	Prisoners [2]int   // stones that each has taken, those dead on the board included
	Owner     []Colour // [points] whose territory each point is, Empty for neither's and under living stones
}

// Margin returns Black's points and prisoners less White's and the komi.
func (t *Territory) Margin(komi float64) float64 {
	return float64(t.Points[0]+t.Prisoners[0]-t.Points[1]-t.Prisoners[1]) - komi
}

// Territory counts a finished game by Japanese rules: empty points that only one player's living stones
// surround, and prisoners. dead [points] tells which stones are dead, whole chains of them; nil means none. An
// error names the first chain of which only a part is.
//
// Eyes of stones in seki are no territory. Groups are the chains of a player around the same points; a group
// is in seki if it touches neutral points, which have to be filled before the count, and does not live
// without condition (PassAlive).
func (b *Board) Territory(dead []bool) (*Territory, error) {
	n := b.Points()
	t := &Territory{Owner: make([]Colour, n)}
	colour := make([]Colour, n) // without the dead
	for i := range colour {
		colour[i] = b.At(i)
	}
	chain, chains := make([]int, n), b.Chains()
	for k, points := range chains {
		for _, p := range points {
			chain[p] = k
			if dead == nil {
				continue
			}
			if dead[p] != dead[points[0]] {
				return nil, fmt.Errorf("the chain of %s is dead in part only", b.Vertex(points[0]))
			}
			if dead[p] {
				colour[p] = Empty
			}
		}
	}
	b.countPrisoners(colour, &t.Prisoners)

	group := make([]int, len(chains)) // the first chain of its group, or a way to it
	for k := range group {
		group[k] = k
	}
	find := func(k int) int {
		for group[k] != k {
			k = group[k]
		}
		return k
	}
	neutral := make([]bool, len(chains)) // touches neutral points
	around := b.regions(colour)
	for _, r := range around {
		for i, p := range r.border {
			if r.owner == Empty {
				neutral[chain[p]] = true
			} else if i > 0 {
				group[find(chain[p])] = find(chain[r.border[0]])
			}
		}
	}
	alive := b.withoutCondition(colour)
	seki, safe := make([]bool, len(chains)), make([]bool, len(chains))
	for k, points := range chains {
		seki[find(k)] = seki[find(k)] || neutral[k]
		safe[find(k)] = safe[find(k)] || alive[points[0]]
	}
	for _, r := range around {
		if r.owner == Empty {
			continue
		}
		if k := find(chain[r.border[0]]); seki[k] && !safe[k] {
			continue
		}
		t.Points[r.owner-Black] += len(r.points)
		for _, p := range r.points {
			t.Owner[p] = r.owner
		}
	}
	return t, nil
}

// countPrisoners counts the stones that are not on the board any more, by who took them.
func (b *Board) countPrisoners(colour []Colour, taken *[2]int) {
	black, white, _, _ := b.Start()
	placed := [2]int{len(black), len(white)}
	for _, m := range b.Moves() {
		if m.Point != b.Pass() {
			placed[m.Colour-Black]++
		}
	}
	for _, c := range colour {
		if c != Empty {
			placed[c-Black]--
		}
	}
	taken[0], taken[1] = placed[1], placed[0]
}

// area is a maximal connected set of empty points.
type area struct {
	points []int
	border []int  // stones that touch it, some more than once
	owner  Colour // of all of them, Empty for both or none
}

// regions returns the areas of a position.
func (b *Board) regions(colour []Colour) []area {
	var all []area
	seen := make([]bool, len(colour))
	for i, c := range colour {
		if c != Empty || seen[i] {
			continue
		}
		seen[i] = true
		a := area{points: []int{i}}
		touches := [3]bool{}
		for k := 0; k < len(a.points); k++ {
			for _, q := range b.beside(a.points[k]) {
				switch {
				case colour[q] != Empty:
					a.border = append(a.border, q)
					touches[colour[q]] = true
				case !seen[q]:
					seen[q] = true
					a.points = append(a.points, q)
				}
			}
		}
		if touches[Black] != touches[White] {
			a.owner = White
			if touches[Black] {
				a.owner = Black
			}
		}
		all = append(all, a)
	}
	return all
}

// beside returns the points next to a point.
func (b *Board) beside(p int) []int {
	row, col := p/b.Cols(), p%b.Cols()
	var all []int
	if row > 0 {
		all = append(all, p-b.Cols())
	}
	if col > 0 {
		all = append(all, p-1)
	}
	if col < b.Cols()-1 {
		all = append(all, p+1)
	}
	if row < b.Rows()-1 {
		all = append(all, p+b.Cols())
	}
	return all
}

// withoutCondition tells which stones of a position live without condition.
func (b *Board) withoutCondition(colour []Colour) []bool {
	var stones [2][]int
	for p, c := range colour {
		if c != Empty {
			stones[c-Black] = append(stones[c-Black], p)
		}
	}
	left := New(b.Rows(), b.Cols(), b.Rules())
	alive, one := make([]bool, len(colour)), make([]bool, len(colour))
	if left.SetUp(stones[0], stones[1], Black, 0) != nil {
		return alive // not a position: a chain without liberties, which no game leaves
	}
	territory := make([]bool, len(colour))
	for _, c := range []Colour{Black, White} {
		left.PassAlive(c, one, territory)
		for p, a := range one {
			alive[p] = alive[p] || a
		}
	}
	return alive
}
