//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package lock

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

func acquire(path string) (*Lock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		switch err := flock(f); {
		case errors.Is(err, syscall.EWOULDBLOCK):
			b, _ := os.ReadFile(path)
			f.Close()
			return nil, held(path, b)
		case errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK):
			// Opening made an empty file unless there was one.
			if st, e := f.Stat(); e == nil && st.Size() == 0 {
				os.Remove(path)
			}
			f.Close()
			return acquireFile(path)
		case err != nil:
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		// The holder before may have removed the file between our opening and locking it: then
		// this lock is on a file that nobody else will find.
		if !sameFile(f, path) {
			f.Close()
			continue
		}
		err = f.Truncate(0)
		if err == nil {
			_, err = f.WriteAt([]byte(owner()), 0)
		}
		if err != nil {
			os.Remove(path)
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		return &Lock{path, f}, nil
	}
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func sameFile(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// Release gives the lock up and removes its file. A second call does nothing.
func (l *Lock) Release() {
	if l.path == "" {
		return
	}
	os.Remove(l.path) // while it is still locked: see acquire
	if l.file != nil {
		l.file.Close()
	}
	l.path, l.file = "", nil
}
