//go:build unix

package lock

import (
	"errors"
	"syscall"
)

// alive reports whether the process exists.
func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
