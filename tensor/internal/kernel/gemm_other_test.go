//go:build !amd64

package kernel

// blockSizes returns functions that change nothing: there are no blocks.
func blockSizes() (small, usual func()) { return func() {}, func() {} }
