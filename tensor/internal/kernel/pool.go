package kernel

import "runtime"

var threads = runtime.GOMAXPROCS(0)

// SetThreads sets how many threads one operation may use, at least 1.
func SetThreads(n int) { threads = max(1, n) }

// Threads returns how many threads one operation may use.
func Threads() int { return threads }

// Parallel calls body over ranges that cover [0, n).
func Parallel(n, grain int, body func(lo, hi int)) {
	if n > 0 {
		body(0, n)
	}
}
