package checkpoint

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tesuji/experiments/internal/atomicfile"
)

const (
	prefix    = "step-"
	extension = ".safetensors"
)

// Path returns the name of the checkpoint in dir at a number of transitions.
func Path(dir string, steps int64) string {
	return filepath.Join(dir, fmt.Sprintf("%s%012d%s", prefix, steps, extension))
}

// Entry is a checkpoint in a directory.
type Entry struct {
	Path  string
	Steps int64
}

// List returns the checkpoints in dir, newest first. Other files are left alone.
func List(dir string) ([]Entry, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, f := range files {
		digits, ok := strings.CutPrefix(f.Name(), prefix)
		digits, ok2 := strings.CutSuffix(digits, extension)
		if steps, err := strconv.ParseInt(digits, 10, 64); ok && ok2 && err == nil && steps >= 0 {
			out = append(out, Entry{filepath.Join(dir, f.Name()), steps})
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(b.Steps, a.Steps) })
	return out, nil
}

// Save writes a checkpoint into dir and, once it is safely there, removes those before it but the
// last keep-1. One further ahead, from which a resumed run could not go on because it is damaged
// or of a newer version, is left until the run passes it.
func Save(dir string, f *File, keep int) error {
	if err := Write(Path(dir, f.Steps), f); err != nil {
		return err
	}
	list, err := List(dir)
	if err != nil {
		return err
	}
	this := slices.IndexFunc(list, func(e Entry) bool { return e.Steps == f.Steps })
	for _, e := range list[min(this+max(keep, 1), len(list)):] {
		if err := os.Remove(e.Path); err != nil {
			return err
		}
	}
	return atomicfile.SyncDir(dir)
}
