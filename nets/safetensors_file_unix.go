//go:build unix

package nets

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile returns the bytes of a file and what releases them.
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	if size == 0 { // cannot be mapped
		return readFile(f, size)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil { // some file systems cannot
		return readFile(f, size)
	}
	return b, func() error { return unix.Munmap(b) }, nil
}
