package weiqi

// Area returns Black's area minus White's (Tromp and Taylor): a player's stones and the empty
// points from which only those can be reached. Nothing counts as dead. owner [points], if not nil,
// is set to who has each point, Empty for neither.
func (b *Board) Area(owner []Colour) int {
	s := &b.stones
	g := b.g
	region := make([]place, 0, g.points)
	seen := make([]bool, g.places)
	margin := 0
	mark := func(p place, c Colour) {
		if owner != nil {
			owner[g.index[p]] = c
		}
		switch c {
		case Black:
			margin++
		case White:
			margin--
		}
	}
	for _, p := range g.at {
		if c := s.cells[p].colour; c != Empty {
			mark(p, c)
			continue
		}
		if seen[p] {
			continue
		}
		var reaches [3]bool
		region = append(region[:0], p)
		seen[p] = true
		for i := 0; i < len(region); i++ {
			for _, q := range g.around(region[i]) {
				switch c := s.cells[q].colour; {
				case c == border:
				case c != Empty:
					reaches[c] = true
				case !seen[q]:
					seen[q] = true
					region = append(region, q)
				}
			}
		}
		c := Empty
		if reaches[Black] != reaches[White] {
			c = White
			if reaches[Black] {
				c = Black
			}
		}
		for _, q := range region {
			mark(q, c)
		}
	}
	return margin
}

// Score returns Black's margin: area minus komi and what handicap stones cost.
func (b *Board) Score() float64 { return float64(b.Area(nil)) - b.cost() }

// cost is what Black's area has to exceed: the komi, and points for handicap stones.
func (b *Board) cost() float64 {
	cost := b.rules.Komi
	if b.handicap > 0 {
		switch b.rules.HandicapBonus {
		case 1:
			cost += float64(b.handicap)
		case -1:
			cost += float64(b.handicap - 1)
		}
	}
	return cost
}
