package minatar

import (
	"fmt"
	"math/bits"

	"tesuji/snapshot"
)

// bitboard is a set of cells: rows 0 to 4 in one word and 5 to 9 in the other, ten bits each, bit
// x for column x. (An array would be kept in memory, where a struct is kept in registers.)
type bitboard struct{ top, bottom uint64 }

const (
	half       = side / 2                   // rows of a word
	wordMask   = 1<<(half*side) - 1         // all cells of a word
	rowMask    = 1<<side - 1                // row 0 of a word
	columnMask = uint64(0x0000010040100401) // column 0 of a word
	lastRow    = (half - 1) * side          // shift to the last row of a word
)

// cell returns the set of one cell.
func cell(x, y int) bitboard {
	if y < half {
		return bitboard{top: 1 << (y*side + x)}
	}
	return bitboard{bottom: 1 << ((y-half)*side + x)}
}

func (b bitboard) empty() bool { return b.top|b.bottom == 0 }

func (b bitboard) count() int { return bits.OnesCount64(b.top) + bits.OnesCount64(b.bottom) }

func (b bitboard) and(c bitboard) bitboard { return bitboard{b.top & c.top, b.bottom & c.bottom} }

func (b bitboard) or(c bitboard) bitboard { return bitboard{b.top | c.top, b.bottom | c.bottom} }

func (b bitboard) without(c bitboard) bitboard {
	return bitboard{b.top &^ c.top, b.bottom &^ c.bottom}
}

// row9 returns the columns of row 9 as bits.
func (b bitboard) row9() uint64 { return b.bottom >> lastRow }

// up moves the cells up by one; those of row 0 vanish.
func (b bitboard) up() bitboard {
	return bitboard{b.top>>side | b.bottom&rowMask<<lastRow, b.bottom >> side}
}

// down moves the cells down by one; those of row 9 vanish.
func (b bitboard) down() bitboard {
	return bitboard{b.top << side & wordMask, b.bottom<<side&wordMask | b.top>>lastRow}
}

// left moves the cells left by one. There must be none in column 0.
func (b bitboard) left() bitboard { return bitboard{b.top >> 1, b.bottom >> 1} }

// right moves the cells right by one. There must be none in column 9.
func (b bitboard) right() bitboard { return bitboard{b.top << 1, b.bottom << 1} }

// columns returns the columns that have cells, as bits.
func (b bitboard) columns() (set uint64) {
	for all := b.top | b.bottom; all != 0; all >>= side {
		set |= all & rowMask
	}
	return set
}

// lowest returns the lowest cell of column x, which must have one.
func (b bitboard) lowest(x int) bitboard {
	column := columnMask << x
	if below := b.bottom & column; below != 0 {
		return bitboard{bottom: 1 << (bits.Len64(below) - 1)}
	}
	return bitboard{top: 1 << (bits.Len64(b.top&column) - 1)}
}

// archive is a field.
func (b *bitboard) archive(a *snapshot.Archive, name string) {
	words := [...]uint64{b.top, b.bottom}
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
	*b = bitboard{words[0], words[1]}
}
