// Package atomicfile writes files that are never seen half-written.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Suffix ends the name under which a file is written before it gets its own. A crash may leave
// such a file behind; it is never read and the next Write of the same file replaces it.
const Suffix = ".tmp"

// Write replaces the file at path by what write produces. At every moment, a crash or loss of
// power included, path holds either its old content or all of the new: the data are written
// under another name, synced, renamed, and the directory is synced. After an error the old
// content is still there and nothing else is left.
func Write(path string, write func(io.Writer) error) (err error) {
	temp := path + Suffix
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(temp)
			err = fmt.Errorf("write %s: %w", path, cause(err))
		}
	}()
	w := bufio.NewWriterSize(f, 1<<18)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// WriteBytes is Write of bytes.
func WriteBytes(path string, b []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// cause strips the path of an os error, which the caller names already.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
