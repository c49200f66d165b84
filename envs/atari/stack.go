package atari

import "encoding/binary"

// interleave writes k pictures, one after the other in src, so that each pixel of dst holds its
// channels of the first picture, then of the second, and so on.
func interleave(dst, src []uint8, k, channels int) {
	switch {
	case k == 1:
		copy(dst, src)
		return
	case k == 4 && channels == 1:
		interleave4(dst, src)
		return
	}
	n := len(src) / k
	for i := range k {
		picture := src[i*n : (i+1)*n]
		for pixel := 0; pixel < n/channels; pixel++ {
			copy(dst[(pixel*k+i)*channels:][:channels], picture[pixel*channels:])
		}
	}
}

// interleave4 is interleave for four grey pictures.
func interleave4(dst, src []uint8) {
	n := len(src) / 4
	a, b, c, d := src[:n], src[n:][:n], src[2*n:][:n], src[3*n:][:n]
	dst = dst[:4*n]
	for i := range a {
		binary.LittleEndian.PutUint32(dst, uint32(a[i])|uint32(b[i])<<8|uint32(c[i])<<16|uint32(d[i])<<24)
		dst = dst[4:]
	}
}
