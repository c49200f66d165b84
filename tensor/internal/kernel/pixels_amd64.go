package kernel

// fromBytesVec converts whole vectors and returns how many elements that is.
func fromBytesVec(dst []float32, src []uint8, divisor float32) int {
	if active == setGo || len(dst) < vectorLanes() {
		return 0
	}
	n := len(dst) / vectorLanes()
	if active == setAVX512 {
		fromBytesAVX512(&dst[0], &src[0], n, divisor)
	} else {
		fromBytesAVX2(&dst[0], &src[0], n, divisor)
	}
	return n * vectorLanes()
}
