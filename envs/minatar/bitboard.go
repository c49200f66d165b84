package minatar

import (
	"fmt"
	"math/bits"

	"tesuji/snapshot"
)

// bitboard is a set of cells: rows 0 to 4 in the lower word and 5 to 9 in the upper, ten bits
// each, bit x for column x.
type bitboard [2]uint64

const (
	half       = side / 2                   // rows of a word
	wordMask   = 1<<(half*side) - 1         // all cells of a word
	rowMask    = 1<<side - 1                // row 0 of a word
	columnMask = uint64(0x0000010040100401) // column 0 of a word
	topRow     = (half - 1) * side          // shift to the last row of a word
)

// cell returns the set of one cell.
func cell(x, y int) (b bitboard) {
	b[y/half] = 1 << (y%half*side + x)
	return b
}

func (b bitboard) empty() bool { return b[0]|b[1] == 0 }

func (b bitboard) count() int { return bits.OnesCount64(b[0]) + bits.OnesCount64(b[1]) }

func (b bitboard) and(c bitboard) bitboard { return bitboard{b[0] & c[0], b[1] & c[1]} }

func (b bitboard) or(c bitboard) bitboard { return bitboard{b[0] | c[0], b[1] | c[1]} }

func (b bitboard) without(c bitboard) bitboard { return bitboard{b[0] &^ c[0], b[1] &^ c[1]} }

// inBottomRow tells whether there is a cell of column x in row 9.
func (b bitboard) inBottomRow(x int) bool { return b[1]>>(topRow+x)&1 != 0 }

// bottomRow returns the columns of row 9 as bits.
func (b bitboard) bottomRow() uint64 { return b[1] >> topRow }

// up moves the cells up by one; those of row 0 vanish.
func (b bitboard) up() bitboard {
	return bitboard{b[0]>>side | b[1]&rowMask<<topRow, b[1] >> side}
}

// down moves the cells down by one; those of row 9 vanish.
func (b bitboard) down() bitboard {
	return bitboard{b[0] << side & wordMask, b[1]<<side&wordMask | b[0]>>topRow}
}

// left moves the cells left by one. There must be none in column 0.
func (b bitboard) left() bitboard { return bitboard{b[0] >> 1, b[1] >> 1} }

// right moves the cells right by one. There must be none in column 9.
func (b bitboard) right() bitboard { return bitboard{b[0] << 1, b[1] << 1} }

// columns returns the columns that have cells, as bits.
func (b bitboard) columns() (set uint64) {
	for all := b[0] | b[1]; all != 0; all >>= side {
		set |= all & rowMask
	}
	return set
}

// lowest returns the lowest cell of column x, which must have one.
func (b bitboard) lowest(x int) bitboard {
	column := columnMask << x
	if upper := b[1] & column; upper != 0 {
		return bitboard{1: 1 << (bits.Len64(upper) - 1)}
	}
	return bitboard{1 << (bits.Len64(b[0]&column) - 1)}
}

// archive is a field.
func (b *bitboard) archive(a *snapshot.Archive, name string) {
	words := *b
	a.Uint64s(name, words[:])
	if a.Err() != nil {
		return
	}
	for _, w := range words {
		if w > wordMask {
			a.Fail(fmt.Errorf("%s has cells off the board: %#x", name, w))
			return
		}
	}
	*b = words
}
