//go:build !amd64

package kernel

func gemmVec(m, n, k int, a []float32, aRow, aCol int, b []float32, ldb int, c []float32, ldc int, start Start, bias []float32, relu bool) bool {
	return false
}
