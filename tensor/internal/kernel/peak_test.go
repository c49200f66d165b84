package kernel

import (
	"testing"
	"time"
)

// TestPeak: the loop is no slower than a matrix product, and no faster than any processor could be:
// 32 multiply-adds of 16 numbers in a cycle of a fifth of a nanosecond.
func TestPeak(t *testing.T) {
	if PeakFLOPs() == 0 {
		t.Skip("no vector kernels on this machine")
	}
	var p Peak
	p.Run(0, 10)
	fastest := time.Hour
	for range 20 {
		start := time.Now()
		p.Run(0, 10)
		fastest = min(fastest, time.Since(start))
	}
	rate := 10 * float64(PeakFLOPs()) / fastest.Seconds()
	if rate > 32*16*2*5e9 {
		t.Errorf("%.0f GFLOP/s: the loop does not do what it says", rate/1e9)
	}
	const n = 256
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	product := time.Hour
	before := threads
	threads = 1
	defer func() { threads = before }()
	for range 20 {
		start := time.Now()
		Gemm(n, n, n, a, n, 1, b, n, c, n, FromZero, nil, false)
		product = min(product, time.Since(start))
	}
	if got := 2 * n * n * n / product.Seconds(); got > 1.1*rate {
		t.Errorf("a product reaches %.0f GFLOP/s, more than the peak of %.0f", got/1e9, rate/1e9)
	}
	t.Logf("%.0f GFLOP/s on one thread", rate/1e9)
}
