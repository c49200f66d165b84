package kernel

// philoxVec writes the words of n counters, rounded up to a multiple of 16, and says that it has.
func philoxVec(dst *[randomBlock]float32, keys *[20]uint32, from, b, c, d uint32, n int) bool {
	if active == setGo {
		return false
	}
	n = (n + 15) &^ 15
	if active == setAVX512 {
		philoxAVX512(&dst[0], &keys[0], from, b, c, d, n)
	} else {
		philoxAVX2(&dst[0], &keys[0], from, b, c, d, n)
	}
	return true
}
