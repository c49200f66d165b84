//go:build !amd64

package kernel

// fmaLoop does nothing where there are no vector kernels to compare.
func fmaLoop(int) int { return 0 }
