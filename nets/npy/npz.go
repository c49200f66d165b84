package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"tesuji/nets"
)

const suffix = ".npy"

// inflation is the most that deflate can shrink: 258 bytes to 2 bits. An entry that says it
// holds more lies, and is not given the memory.
const inflation = 1032

// ReadZip reads the arrays of an .npz file of a length in bytes, in the file's order, each with the
// name it was saved under. Every entry must be an array and no name may appear twice. Memory is
// in proportion to the file's length: as much if nothing is compressed, up to 1032 times that if
// all is.
func ReadZip(r io.ReaderAt, length int64) ([]nets.NamedTensor, error) {
	z, err := zip.NewReader(r, length)
	if err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	var all []nets.NamedTensor
	seen, compressed := map[string]bool{}, uint64(0)
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, suffix)
		switch {
		case !ok:
			return nil, fmt.Errorf("npz: %q is no array: want names that end in %s", f.Name, suffix)
		case seen[name]:
			return nil, fmt.Errorf("npz: there are two arrays %q", name)
		case f.CompressedSize64 > uint64(length)-compressed:
			return nil, fmt.Errorf("npz: %q has %d bytes of a file of %d: truncated, or entries overlap", f.Name, f.CompressedSize64, length)
		case f.UncompressedSize64/inflation > f.CompressedSize64:
			return nil, fmt.Errorf("npz: %q claims to hold %d bytes in %d, more than can be", f.Name, f.UncompressedSize64, f.CompressedSize64)
		}
		seen[name] = true
		compressed += f.CompressedSize64
		t, err := readEntry(f)
		if err != nil {
			return nil, fmt.Errorf("npz: %q: %w", f.Name, err)
		}
		t.Name = name
		all = append(all, t)
	}
	return all, nil
}

func readEntry(f *zip.File) (t nets.NamedTensor, err error) {
	r, err := f.Open()
	if err != nil {
		return t, err
	}
	defer r.Close()
	b := make([]byte, f.UncompressedSize64)
	if _, err := io.ReadFull(r, b); err != nil {
		return t, err
	}
	// The reader compares checksums when it finds the end.
	var rest [1]byte
	if n, err := r.Read(rest[:]); n != 0 || !errors.Is(err, io.EOF) {
		return t, errors.Join(errors.New("the entry does not end where it says"), err)
	}
	return Read(b)
}

// Open reads a file: the arrays of an .npz, or the one of an .npy, which has no name.
func Open(path string) ([]nets.NamedTensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var start [len(magic)]byte
	if _, err := f.ReadAt(start[:], 0); err == nil && string(start[:]) == magic {
		b, err := io.ReadAll(f)
		if err != nil {
			return nil, err
		}
		t, err := Read(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return []nets.NamedTensor{t}, nil
	}
	all, err := ReadZip(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

// WriteZip writes arrays under their names, in their order and not compressed, as numpy.savez
// does. The same arrays give the same bytes.
func WriteZip(w io.Writer, arrays []nets.NamedTensor) error {
	z := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, t := range arrays {
		if t.Name == "" || seen[t.Name] {
			return fmt.Errorf("npz: the name %q is empty or used twice", t.Name)
		}
		seen[t.Name] = true
		f, err := z.CreateHeader(&zip.FileHeader{Name: t.Name + suffix, Method: zip.Store})
		if err != nil {
			return fmt.Errorf("npz: %q: %w", t.Name, err)
		}
		if err := Write(f, t); err != nil {
			return err
		}
	}
	return z.Close()
}
