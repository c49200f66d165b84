package kernel

// fmaLoopAVX2 and fmaLoopAVX512 do n times twelve fused multiply-adds on whole registers.

//go:noescape
func fmaLoopAVX2(n int)

//go:noescape
func fmaLoopAVX512(n int)

// fmaLoop does fused multiply-adds in the widest registers that the machine has, whatever set is in
// use, and returns how many floating-point operations that were.
func fmaLoop(n int) int {
	switch best {
	case setAVX512:
		fmaLoopAVX512(n)
		return n * 12 * 16 * 2
	case setAVX2:
		fmaLoopAVX2(n)
		return n * 12 * 8 * 2
	}
	return 0
}
