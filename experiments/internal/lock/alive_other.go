//go:build !unix && !windows

package lock

// alive cannot tell here.
func alive(pid int) bool { return true }
