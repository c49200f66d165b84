//go:build !amd64

package kernel

import "runtime"

// pause tells the scheduler that this is a spinning loop.
func pause() { runtime.Gosched() }
