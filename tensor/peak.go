package tensor

import (
	"time"

	"tesuji/tensor/internal/kernel"
)

// PeakFLOPs measures how many floating-point operations a second this machine can do at most in
// float32, on as many threads as operations may use: independent fused multiply-adds of its widest
// registers, two operations each. It takes about the given time, and returns 0 where there are no
// vector kernels.
func PeakFLOPs(budget time.Duration) float64 {
	each := kernel.PeakFLOPs()
	if each == 0 {
		return 0
	}
	const tasks = 8 // of each thread
	n := tasks * kernel.Threads()
	work := &kernel.Peak{}
	best := 0.0
	for start := time.Now(); best == 0 || time.Since(start) < budget; {
		begun := time.Now()
		kernel.Parallel(n, 1, work)
		best = max(best, float64(n*each)/time.Since(begun).Seconds())
	}
	return best
}
