package kernel

import "testing"

func TestFromBytes(t *testing.T) {
	defer func(n int) { threads = n }(threads)
	eachSet(t, func(t *testing.T) {
		for _, threads = range []int{1, 2, 3} {
			for _, n := range []int{1, 7, 8, 31, 256, 1 << 17} {
				src, dst := make([]uint8, n), make([]float32, n+1)
				for i := range src {
					src[i] = uint8(i * 7)
				}
				dst[n] = 9
				FromBytes(dst[:n], src, 255)
				for i, b := range src {
					if want := float32(b) / 255; bits(dst[i]) != bits(want) {
						t.Fatalf("%d bytes: element %d = %v, want %v", n, i, dst[i], want)
					}
				}
				if dst[n] != 9 {
					t.Fatal("wrote beyond the end")
				}
			}
		}
	})
}
