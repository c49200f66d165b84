package kernel

// Scratch memory for operations that need some, handed out from a free list: a garbage collector
// that empties a sync.Pool would make a steady loop allocate again.

// scratch is reusable memory, 64-byte aligned by Go's allocator once it is long.
type scratch struct{ data []float32 }

var freeScratch = make(chan *scratch, 16)

// borrow returns scratch for at least n elements. Its content is undefined.
func borrow(n int) *scratch {
	var s *scratch
	select {
	case s = <-freeScratch:
	default:
		s = new(scratch)
	}
	if len(s.data) < n {
		s.data = make([]float32, n)
	}
	return s
}

func (s *scratch) of(n int) []float32 { return s.data[:n] }

func giveBack(s *scratch) {
	select {
	case freeScratch <- s:
	default:
	}
}
