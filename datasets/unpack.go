package datasets

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

// unpack writes the entry's files out of a package's file into dir, and nothing else of it: a
// file is written under its name in the catalog, no longer than its size there, and must have its
// checksum.
func unpack(ctx context.Context, e *Entry, bundle, dir string) error {
	r, done, err := openBundle(ctx, e, bundle)
	if err != nil {
		return err
	}
	left := map[string]*File{}
	for i := range e.Files {
		left[e.Files[i].Path] = &e.Files[i]
	}
	in := tar.NewReader(r)
	for len(left) > 0 {
		head, err := in.Next()
		if err != nil {
			done()
			if errors.Is(err, io.EOF) {
				return fmt.Errorf("the package has no file %s", missing(e, left))
			}
			return fmt.Errorf("unpack %s: %w", filepath.Base(bundle), err)
		}
		name := path.Clean(head.Name)
		f := left[name]
		if f == nil || head.Typeflag != tar.TypeReg {
			continue
		}
		delete(left, name)
		if err := writeChecked(filepath.Join(dir, f.Name), in, e, f); err != nil {
			done()
			return err
		}
	}
	done()
	return nil
}

// missing is the first of the entry's files that are left.
func missing(e *Entry, left map[string]*File) string {
	for _, f := range e.Files {
		if left[f.Path] != nil {
			return f.Path
		}
	}
	return ""
}

// openBundle gives the tar archive within a package's file. done ends the reading.
func openBundle(ctx context.Context, e *Entry, bundle string) (r io.Reader, done func(), err error) {
	if e.Kind == Debian {
		ctx, cancel := context.WithCancel(ctx)
		cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", bundle)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			cancel()
			if errors.Is(err, exec.ErrNotFound) {
				return nil, nil, errors.New("dpkg-deb, which unpacks Debian packages, is not installed: install the package dpkg")
			}
			return nil, nil, err
		}
		return out, func() { cancel(); _ = cmd.Wait() }, nil
	}
	f, err := os.Open(bundle)
	if err != nil {
		return nil, nil, err
	}
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("unpack %s: %w", filepath.Base(bundle), err)
	}
	return z, func() { f.Close() }, nil
}

// writeChecked writes a file of the entry, which must be what the catalog says.
func writeChecked(to string, r io.Reader, e *Entry, f *File) (err error) {
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), io.LimitReader(r, f.Size+1))
	err = errors.Join(err, out.Sync(), out.Close())
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("%w: the package ships other data than those known here (version %s)", &ChecksumError{e, f.Name, got, f.SHA256}, e.Version)
	}
	return nil
}
