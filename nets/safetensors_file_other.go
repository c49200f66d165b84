//go:build !unix

package nets

import "os"

// mapFile returns the bytes of a file and what releases them.
func mapFile(f *os.File, size int) ([]byte, func() error, error) { return readFile(f, size) }
