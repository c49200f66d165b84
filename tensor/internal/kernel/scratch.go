package kernel

import (
	"sync/atomic"
	"unsafe"
)

// Scratch memory for operations that need some, handed out from a few slots: a garbage collector
// that empties a sync.Pool would make a steady loop allocate again.

// scratch is reusable memory, 64-byte aligned.
type scratch struct{ data []float32 }

var freeScratch [16]atomic.Pointer[scratch]

// borrow returns scratch for at least n elements. Its content is undefined.
func borrow(n int) *scratch {
	for i := range freeScratch {
		slot := &freeScratch[i]
		if s := slot.Load(); s != nil && len(s.data) >= n && slot.CompareAndSwap(s, nil) {
			return s
		}
	}
	for i := range freeScratch { // make room for a longer one
		if freeScratch[i].Swap(nil) != nil {
			break
		}
	}
	return &scratch{Allocate(n)}
}

const (
	leastScratch = 1 << 14 // elements: so many are page-aligned
	hugePage     = 1 << 19 // elements of the pages that a processor with 4 KB pages has besides
)

// Allocate returns zeroed memory for n elements or more. If that is a good part of a huge page, it is
// asked for in huge pages: the copies that a big product makes are read again and again, and small
// pages cost 3 % of its time (more in a virtual machine, where looking up a page takes longer).
func Allocate(n int) []float32 {
	if n < hugePage/4 {
		return make([]float32, max(n, leastScratch))
	}
	n = (n + hugePage - 1) / hugePage * hugePage
	data := make([]float32, n+hugePage)
	skip := int(-uintptr(unsafe.Pointer(&data[0]))/4) & (hugePage - 1)
	data = data[skip : skip+n]
	adviseHuge(unsafe.Slice((*byte)(unsafe.Pointer(&data[0])), 4*n))
	return data
}

func (s *scratch) of(n int) []float32 { return s.data[:n] }

func giveBack(s *scratch) {
	for i := range freeScratch {
		if slot := &freeScratch[i]; slot.Load() == nil && slot.CompareAndSwap(nil, s) {
			return
		}
	}
}
