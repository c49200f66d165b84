// Package lock keeps two processes from writing to one directory.
//
// On systems that have them these are locks of the operating system, which end with the process
// however it ends: a crash leaves nothing to clean up. Elsewhere, and on file systems without
// locks, a file holds the owner's process number, and one whose owner is gone does not count.
package lock

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Lock is held until Release.
type Lock struct {
	path string
	file *os.File // nil for a lock that is only a file
}

// HeldError says that another process, or another holder in this one, has the lock.
type HeldError struct {
	Path  string
	Owner string // such as "process 123 on host", if known
}

func (e *HeldError) Error() string {
	by := ""
	if e.Owner != "" {
		by = " by " + e.Owner
	}
	return fmt.Sprintf("in use%s (lock %s)", by, e.Path)
}

// Acquire takes the lock that the file at path stands for, or returns a *HeldError at once.
func Acquire(path string) (*Lock, error) { return acquire(path) }

// Held reports whether somebody holds the lock that the file at path stands for.
func Held(path string) bool {
	if _, err := os.Stat(path); err != nil {
		return false
	}
	l, err := Acquire(path)
	if err != nil {
		var held *HeldError
		return errors.As(err, &held)
	}
	l.Release()
	return false
}

// owner is what a holder writes into the file, for messages and for acquireFile.
func owner() string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%d %s\n", os.Getpid(), host)
}

// parse reads what owner wrote.
func parse(b []byte) (pid int, host string) {
	p, h, _ := strings.Cut(strings.TrimSpace(string(b)), " ")
	pid, _ = strconv.Atoi(p)
	return pid, h
}

// held makes the error for a lock whose file holds b.
func held(path string, b []byte) error {
	e := &HeldError{Path: path}
	if pid, host := parse(b); pid > 0 {
		e.Owner = fmt.Sprintf("process %d", pid)
		if host != "" {
			e.Owner += " on " + host
		}
	}
	return e
}
