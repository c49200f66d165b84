package minatar

import (
	"encoding/binary"
	"fmt"

	"tesuji/snapshot"
)

// lanes is eight small numbers, one for each lane between row 1 and row 8, in the bytes of a
// word: lane i, on row i+1, is byte i. They are added, compared and chosen all at once, without
// branches that a processor would guess wrong. Numbers stay below 64, so no byte carries into
// the next.
type lanes uint64

const (
	laneCount = 8
	ones      = lanes(0x0101010101010101) // 1 in each lane; a set of lanes has 1 in its members
)

// get returns the number in lane i.
func (l lanes) get(i int) int { return int(l >> (8 * i) & 0xff) }

// with returns l with v in lane i.
func (l lanes) with(i, v int) lanes { return l&^(0xff<<(8*i)) | lanes(v)<<(8*i) }

// atLeast returns the set of lanes that hold at least v, from 1 to 64.
func (l lanes) atLeast(v int) lanes { return (l + ones*lanes(0x80-v)) >> 7 & ones }

// where keeps the numbers of the lanes in the set, and makes the others 0.
func (l lanes) where(set lanes) lanes { return l & (set * 0xff) }

// archive is a field of numbers that are all in [low, high], or the snapshot is damaged.
func (l *lanes) archive(a *snapshot.Archive, name string, low, high int) {
	var b [laneCount]byte
	binary.LittleEndian.PutUint64(b[:], uint64(*l))
	a.Uint8s(name, b[:])
	if a.Err() != nil {
		return
	}
	for i, v := range b {
		if int(v) < low || int(v) > high {
			a.Fail(fmt.Errorf("%s of lane %d is %d, want %d to %d", name, i, v, low, high))
			return
		}
	}
	*l = lanes(binary.LittleEndian.Uint64(b[:]))
}
