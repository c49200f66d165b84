//go:build !amd64

package kernel

func (g *product) vec() bool { return false }
