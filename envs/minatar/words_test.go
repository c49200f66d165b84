package minatar

import (
	"math/bits"
	"testing"

	"tesuji/internal/rng"
)

// Lanes against the same done one lane after the other.
func TestLanes(t *testing.T) {
	random := rng.New(1, "lanes")
	for range 2000 {
		var l, set lanes
		var numbers, members [laneCount]int
		for i := range numbers {
			numbers[i], members[i] = random.Intn(64), random.Intn(2)
			l, set = l.with(i, numbers[i]), set.with(i, members[i])
		}
		v := 1 + random.Intn(64)
		kept, atLeast := l.where(set), l.atLeast(v)
		for i, n := range numbers {
			if l.get(i) != n || kept.get(i) != n*members[i] || atLeast.get(i) == 1 != (n >= v) {
				t.Fatalf("lane %d of %016x: %d, %d where %016x, %d at least %d", i, uint64(l), l.get(i), kept.get(i), uint64(set), atLeast.get(i), v)
			}
		}
	}
}

// cellSet is a slow bitboard.
type cellSet [side][side]bool

func (s *cellSet) board() (b bitboard) {
	for y := range s {
		for x, in := range s[y] {
			if in {
				b = b.or(cell(x, y))
			}
		}
	}
	return b
}

// moved returns the cells moved by (dx, dy), without those that leave.
func (s *cellSet) moved(dx, dy int) (m cellSet) {
	for y := range s {
		for x, in := range s[y] {
			if x, y := x+dx, y+dy; in && uint(x) < side && uint(y) < side {
				m[y][x] = true
			}
		}
	}
	return m
}

// Bitboards against sets of cells.
func TestBitboard(t *testing.T) {
	random := rng.New(2, "cells")
	for range 500 {
		var s cellSet
		var columns, row9 uint64
		count := 0
		for range random.Intn(40) {
			x, y := random.Intn(side), random.Intn(side)
			if s[y][x] {
				continue
			}
			s[y][x] = true
			count++
			columns |= 1 << x
			if y == edge {
				row9 |= 1 << x
			}
		}
		b := s.board()
		if b.count() != count || b.empty() != (count == 0) || b.columns() != columns || b.row9() != row9 {
			t.Fatalf("%v: %d cells, want %d; columns %b, want %b; row 9 %b, want %b", s, b.count(), count, b.columns(), columns, b.row9(), row9)
		}
		same := func(what string, got bitboard, dx, dy int) {
			t.Helper()
			m := s.moved(dx, dy)
			if got != m.board() {
				t.Fatalf("%s of %v is %x", what, s, got)
			}
		}
		same("up", b.up(), 0, -1)
		same("down", b.down(), 0, 1)
		if columns&1 == 0 {
			same("left", b.left(), -1, 0)
		}
		if columns>>edge == 0 {
			same("right", b.right(), 1, 0)
		}
		for x := range side {
			if columns>>x&1 == 0 {
				continue
			}
			y := edge
			for !s[y][x] {
				y--
			}
			if b.lowest(x) != cell(x, y) {
				t.Fatalf("lowest of column %d of %v is %x", x, s, b.lowest(x))
			}
		}
	}
}

func TestNearest(t *testing.T) {
	for set := uint64(1); set <= rowMask; set++ {
		for x := range side {
			want := -1
			for d := 0; want < 0; d++ {
				for _, c := range []int{x - d, x + d} {
					if want < 0 && uint(c) < side && set>>c&1 != 0 {
						want = c
					}
				}
			}
			if got := nearest(set, x); got != want {
				t.Fatalf("of %0*b the nearest to %d is %d, want %d", side, bits.Reverse16(uint16(set))>>6, x, got, want)
			}
		}
	}
}

func TestInside(t *testing.T) {
	for v := -side; v <= 2*side; v++ {
		want := 0
		if v >= 0 && v < side {
			want = 1
		}
		if got := inside(v); got != want {
			t.Errorf("inside(%d) is %d", v, got)
		}
	}
}
