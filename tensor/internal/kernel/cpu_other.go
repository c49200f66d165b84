//go:build !amd64

package kernel

// detect finds no vector kernels for this processor.
func detect() set { return setGo }
