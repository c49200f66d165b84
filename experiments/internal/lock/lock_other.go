//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package lock

import "os"

func acquire(path string) (*Lock, error) { return acquireFile(path) }

// Release gives the lock up and removes its file. A second call does nothing.
func (l *Lock) Release() {
	if l.path != "" {
		os.Remove(l.path)
		l.path = ""
	}
}
