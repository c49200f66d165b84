package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Store is the directory in which a user's data are kept: a folder for each entry that has files.
type Store struct{ Dir string }

// DirVariable is the environment variable that says where data are kept.
const DirVariable = "TESUJI_DATA"

// UserStore returns the store that TESUJI_DATA names, or else the folder tesuji of the user's
// cache directory.
func UserStore() (Store, error) {
	if dir := os.Getenv(DirVariable); dir != "" {
		return Store{dir}, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Store{}, fmt.Errorf("where data are kept is unknown: %w: set %s to a directory", err, DirVariable)
	}
	return Store{filepath.Join(cache, "tesuji")}, nil
}

// Path is the folder of an entry's files.
func (s Store) Path(e *Entry) string { return filepath.Join(s.Dir, e.Name) }

// MissingError says that an entry, or a part of it, is not in the store, and what to do.
type MissingError struct {
	Entry *Entry
	Dir   string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("data set %s is not in %s: %s", e.Entry.Name, e.Dir, e.Entry.remedy())
}

// Unwrap makes it an fs.ErrNotExist.
func (e *MissingError) Unwrap() error { return fs.ErrNotExist }

// remedy is how the entry's files are got.
func (e *Entry) remedy() string {
	if e.Kind != Yours {
		return fmt.Sprintf("fetch it with `rl data get %s`", e.Name)
	}
	var names []string
	for _, f := range e.Files {
		names = append(names, f.Name)
	}
	return fmt.Sprintf("no package has it; if you have its files (%s), give them with `rl data get --from FILE`", strings.Join(names, ", "))
}

// ChecksumError says that a file is not the one whose checksum is pinned.
type ChecksumError struct {
	Entry     *Entry
	Path      string
	Got, Want string // SHA-256
}

func (e *ChecksumError) Error() string {
	return fmt.Sprintf("%s of data set %s has the SHA-256 %s, want %s", e.Path, e.Entry.Name, e.Got, e.Want)
}

// plainName is what a file is called if it is kept unpacked.
func (f *File) plainName() string { return strings.TrimSuffix(f.Name, ".gz") }

// read returns the content of a file, packed or not, whose checksum is right.
func (s Store) read(e *Entry, f *File) ([]byte, error) {
	path, want := filepath.Join(s.Path(e), f.Name), f.SHA256
	b, err := readAtMost(path, f.Size)
	if errors.Is(err, fs.ErrNotExist) && f.Plain != "" {
		path, want = filepath.Join(s.Path(e), f.plainName()), f.Plain
		b, err = readAtMost(path, maxIDX)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &MissingError{e, s.Dir}
	}
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", e.Name, err)
	}
	if got := checksum(b); got != want {
		return nil, fmt.Errorf("%w: it is damaged; %s again", &ChecksumError{e, path, got, want}, e.remedy())
	}
	return b, nil
}

// readAtMost reads a file, or as much of a longer one as shows that it is longer.
func readAtMost(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n+1))
}

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Verify reads every file of the entry and of its parts, and checks it. The error is a
// *MissingError or wraps a *ChecksumError, if it is not one of the file system.
func (s Store) Verify(e *Entry) error {
	for i := range e.Files {
		if _, err := s.read(e, &e.Files[i]); err != nil {
			return err
		}
	}
	for _, p := range e.parts() {
		if err := s.Verify(p); err != nil {
			return err
		}
	}
	return nil
}

// Here reports whether the files of the entry and its parts are there, without reading them.
func (s Store) Here(e *Entry) bool {
	for _, f := range e.Files {
		_, err := os.Stat(filepath.Join(s.Path(e), f.Name))
		if err != nil && f.Plain != "" {
			_, err = os.Stat(filepath.Join(s.Path(e), f.plainName()))
		}
		if err != nil {
			return false
		}
	}
	for _, p := range e.parts() {
		if !s.Here(p) {
			return false
		}
	}
	return true
}

// parts returns the entries that the entry is made of.
func (e *Entry) parts() []*Entry {
	var parts []*Entry
	for _, name := range e.Parts {
		p, err := Find(name)
		if err != nil {
			panic("datasets: " + err.Error()) // a mistake in the catalog; a test opens them all
		}
		parts = append(parts, p)
	}
	return parts
}
