//go:build !windows

package lock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// acquireFile takes a lock that is the existence of a file naming its owner.
func acquireFile(path string) (*Lock, error) {
	for {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			_, err = f.WriteString(owner())
			if e := f.Close(); err == nil {
				err = e
			}
			if err != nil {
				os.Remove(path)
				return nil, fmt.Errorf("lock %s: %w", path, err)
			}
			return &Lock{path: path}, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // released just now
		}
		if err != nil {
			return nil, err
		}
		if !stale(b) {
			return nil, held(path, b)
		}
		// Of several processes that find the owner gone only one may take over. Renaming moves
		// the file aside once; whoever moved a file that is not the one read puts it back.
		aside := fmt.Sprintf("%s.%d", path, os.Getpid())
		if err := os.Rename(path, aside); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		moved, err := os.ReadFile(aside)
		if err == nil && string(moved) != string(b) {
			os.Link(aside, path)
			os.Remove(aside)
			return nil, held(path, moved)
		}
		os.Remove(aside)
	}
}

// stale reports whether the owner that b names is gone for certain: a process of this host that
// is no more. Where that cannot be told, the file must be removed by hand.
func stale(b []byte) bool {
	pid, host := parse(b)
	here, err := os.Hostname()
	return pid > 0 && err == nil && host == here && !alive(pid)
}
