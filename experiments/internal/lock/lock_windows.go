package lock

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// errSharingViolation is Windows' ERROR_SHARING_VIOLATION.
const errSharingViolation = syscall.Errno(32)

// acquire opens the file without sharing it: nobody else can open it until this handle is
// closed, which the system does when the process ends.
func acquire(path string) (*Lock, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errSharingViolation) {
		return nil, held(path, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return &Lock{path, os.NewFile(uintptr(h), path)}, nil
}

// Release gives the lock up and removes its file. A second call does nothing.
func (l *Lock) Release() {
	if l.path == "" {
		return
	}
	l.file.Close()
	os.Remove(l.path) // fails, as it should, if another process has it by now
	l.path, l.file = "", nil
}
