package kernel

// FromBytes sets dst = src/divisor, each number rounded once.
func FromBytes(dst []float32, src []uint8, divisor float32) {
	src = src[:len(dst)]
	if len(dst) < 1<<16 {
		fromBytes(dst, src, divisor)
		return
	}
	var t *bytesTask
	select {
	case t = <-freeBytes:
	default:
		t = new(bytesTask)
	}
	*t = bytesTask{dst, src, divisor}
	Parallel(len(dst), 1<<15, t)
	*t = bytesTask{}
	select {
	case freeBytes <- t:
	default:
	}
}

type bytesTask struct {
	dst     []float32
	src     []uint8
	divisor float32
}

var freeBytes = make(chan *bytesTask, 16)

func (t *bytesTask) Run(lo, hi int) {
	for ; lo < hi; lo += chunkBytes { // a call of assembly cannot be preempted
		end := min(hi, lo+chunkBytes)
		fromBytes(t.dst[lo:end], t.src[lo:end], t.divisor)
	}
}

const chunkBytes = 1 << 16

func fromBytes(dst []float32, src []uint8, divisor float32) {
	for i := fromBytesVec(dst, src, divisor); i < len(dst); i++ {
		dst[i] = float32(src[i]) / divisor
	}
}
