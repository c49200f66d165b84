package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Add puts a file that the user has into the store: a file of an entry, packed or unpacked, or a
// package's file, from which the entry's are taken. It is known by its checksum, whatever its
// name. Add returns the entry it belongs to, which may lack other files still (see Here).
func (s Store) Add(ctx context.Context, path string) (*Entry, error) {
	sum, err := sumOf(path)
	if err != nil {
		return nil, fmt.Errorf("add %s: %w", path, err)
	}
	for _, e := range catalog {
		if e.Bundle == sum {
			temp, err := s.temp(e)
			if err != nil {
				return nil, fmt.Errorf("add %s: %w", path, err)
			}
			defer os.RemoveAll(temp)
			if err := s.install(ctx, e, path, temp); err != nil {
				return nil, fmt.Errorf("add %s: %w", path, err)
			}
			return e, nil
		}
		for i := range e.Files {
			f := &e.Files[i]
			name := f.Name
			if sum == f.Plain {
				name = f.plainName()
			} else if sum != f.SHA256 {
				continue
			}
			if err := s.addFile(e, path, name, sum); err != nil {
				return nil, fmt.Errorf("add %s: %w", path, err)
			}
			return e, nil
		}
	}
	return nil, fmt.Errorf("%s belongs to no data set known here: its SHA-256 is %s (`rl data list --json` shows those of all files; packages' files and files unpacked from .gz are known too)", path, sum)
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", cause(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", cause(err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// addFile copies a file into an entry's folder, where it appears whole or not at all.
func (s Store) addFile(e *Entry, from, name, sum string) error {
	temp, err := s.temp(e)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	in, err := os.Open(from)
	if err != nil {
		return cause(err)
	}
	defer in.Close()
	f := File{Name: name, Size: maxIDX, SHA256: sum}
	if err := writeChecked(filepath.Join(temp, name), in, e, &f); err != nil {
		return err
	}
	if err := os.MkdirAll(s.Path(e), 0o755); err != nil {
		return err
	}
	return os.Rename(filepath.Join(temp, name), filepath.Join(s.Path(e), name))
}

// cause strips the path of an error of the file system, which the caller names already.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
