package weiqi

import "math/bits"

// Area returns Black's area minus White's (Tromp and Taylor): a player's stones and the empty
// points from which only those can be reached. Nothing counts as dead. owner [points], if not nil,
// is set to who has each point, Empty for neither.
func (b *Board) Area(owner []Colour) int {
	g := b.g
	n := g.words
	black, white := b.stones.set[:n], b.stones.set[n:2*n]
	var emptySet, byBlackSet, byWhiteSet pointSet
	empty, byBlack, byWhite := emptySet[:n], byBlackSet[:n], byWhiteSet[:n]
	for i, f := range g.full {
		empty[i] = f &^ (black[i] | white[i])
	}
	g.reach(byBlack, black, empty)
	g.reach(byWhite, white, empty)
	margin := 0
	for i := range empty {
		byBlack[i], byWhite[i] = black[i]|byBlack[i]&^byWhite[i], white[i]|byWhite[i]&^byBlack[i]
		margin += bits.OnesCount64(byBlack[i]) - bits.OnesCount64(byWhite[i])
	}
	if owner != nil {
		for i := range g.points {
			owner[i] = Empty
			switch bit := uint64(1) << (i & 63); {
			case byBlack[i>>6]&bit != 0:
				owner[i] = Black
			case byWhite[i>>6]&bit != 0:
				owner[i] = White
			}
		}
	}
	return margin
}

// reach sets dst to the points of empty that can be reached from stones.
func (g *geometry) reach(dst, stones, empty []uint64) {
	g.spread(dst, stones)
	for i, e := range empty {
		dst[i] &= e
	}
	g.fill(dst, empty)
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
