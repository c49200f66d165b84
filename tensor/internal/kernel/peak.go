package kernel

// peakRounds is the length of a call of fmaLoop: some ten microseconds, for assembly cannot be
// interrupted.
const peakRounds = 4096

// Peak is a task whose shares do fused multiply-adds as fast as the machine can.
type Peak struct{}

// Run does a fixed amount of work for each output.
func (*Peak) Run(lo, hi int) {
	for range hi - lo {
		fmaLoop(peakRounds)
	}
}

// PeakFLOPs is the number of floating-point operations of each output of a Peak, 0 if this machine
// has no vector kernels.
func PeakFLOPs() int { return fmaLoop(1) * peakRounds }
