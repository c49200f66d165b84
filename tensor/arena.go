package tensor

import "tesuji/tensor/internal/kernel"

// arena hands out uninitialised slices that all live until the next reset. Memory never
// moves while in use; after a step that needed several chunks, reset joins them into one.
type arena struct {
	chunks [][]float32
	cur    int // the chunk being filled
	off    int // its first free element
	used   int // elements of full chunks before cur
}

const (
	arenaChunk = 1 << 16 // elements of the first chunk
	arenaAlign = 16      // elements: 64 bytes, a cache line and a vector register
)

// alloc returns n uninitialised elements whose start is 64-byte aligned.
func (a *arena) alloc(n int) []float32 {
	padded := (n + arenaAlign - 1) &^ (arenaAlign - 1)
	for {
		if a.cur < len(a.chunks) {
			c := a.chunks[a.cur]
			if a.off+padded <= len(c) {
				s := c[a.off : a.off+n : a.off+n]
				a.off += padded
				return s
			}
			a.used += len(c)
			a.cur++
			a.off = 0
			continue
		}
		size := max(arenaChunk, padded, a.used)
		a.chunks = append(a.chunks, kernel.Allocate(size))
	}
}

// mark and release bracket scratch memory that a single operation needs. What was
// allocated in between is free again, unless a new chunk was begun (rare: then it waits
// for the next reset).
type arenaMark struct{ cur, off int }

func (a *arena) mark() arenaMark { return arenaMark{a.cur, a.off} }

func (a *arena) release(m arenaMark) {
	if m.cur == a.cur {
		a.off = m.off
	}
}

func (a *arena) reset() {
	if a.cur > 0 {
		total := 0
		for _, c := range a.chunks {
			total += len(c)
		}
		a.chunks = append(a.chunks[:0], kernel.Allocate(total))
	}
	a.cur, a.off, a.used = 0, 0, 0
}
