package nets

import (
	"fmt"
	"io"
	"os"
)

// SafetensorsFile is a safetensors file that is open for reading. Where the system can, it is
// mapped into memory: opening it reads the header only, and a tensor's bytes are fetched from disk
// when they are first looked at, so that a file larger than the memory can be read tensor by
// tensor.
type SafetensorsFile struct {
	Tensors  []NamedTensor // in the header's order. Data is the file's: read-only, until Close
	Metadata map[string]string
	release  func() error
}

// OpenSafetensors opens a file and checks it as ReadSafetensors does. The file must stay as it is
// while it is open: one that is cut short meanwhile ends the program.
func OpenSafetensors(path string) (*SafetensorsFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	if size := info.Size(); int64(int(size)) != size {
		return nil, fmt.Errorf("%s: %d bytes are more than this machine can address", path, size)
	}
	b, release, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s := &SafetensorsFile{release: release}
	if s.Tensors, s.Metadata, err = ReadSafetensors(b); err != nil {
		_ = release()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// Tensor returns the tensor of a name.
func (s *SafetensorsFile) Tensor(name string) (t NamedTensor, ok bool) {
	for _, t := range s.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return NamedTensor{}, false
}

// Close ends the use of the file. No tensor's Data may be touched afterwards.
func (s *SafetensorsFile) Close() error {
	release := s.release
	s.Tensors, s.release = nil, nil
	if release == nil {
		return nil
	}
	return release()
}

// readFile is mapFile for what cannot be mapped: it reads all.
func readFile(f *os.File, size int) ([]byte, func() error, error) {
	b := make([]byte, size)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, nil, err
	}
	return b, func() error { return nil }, nil
}
