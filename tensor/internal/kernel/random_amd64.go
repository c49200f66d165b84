package kernel

// philoxVec writes the words of n counters, rounded up to a multiple of 16, and says that it has.
func philoxVec(dst *[randomBlock]float32, p *philoxState, n int) bool {
	if active == setGo {
		return false
	}
	n = (n + 15) &^ 15
	if active == setAVX512 {
		philoxAVX512(&dst[0], &p[0], n)
	} else {
		philoxAVX2(&dst[0], &p[0], n)
	}
	return true
}
