// Package checkpoint reads and writes a run's checkpoints and weights.
//
// Both are safetensors files (which hold numbers and cannot hold code): the weights by name, the
// normaliser's statistics as tensors whose names begin with "normalize.", and, in a checkpoint,
// one tensor of bytes, "state", with everything else in the form of package snapshot. The file's
// metadata are
//
//	format    "tesuji"
//	version   Version of the writer
//	config    SHA-256 of the run's config
//	steps     transitions done
//	checksum  SHA-256 of the above and of all tensors
package checkpoint

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"tesuji/experiments/internal/atomicfile"
	"tesuji/nets"
)

// Version is the version of what this package writes; it reads all up to it.
const Version = 1

// ErrDamaged is in the chain of errors about files that are not what was written.
var ErrDamaged = errors.New("damaged file")

// ErrNewer is in the chain of errors about files of a later version.
var ErrNewer = errors.New("written by a newer version")

// File is a checkpoint, or weights if State is nil.
type File struct {
	Config  string // SHA-256 of the config, in hexadecimal
	Steps   int64
	Tensors []nets.NamedTensor
	State   []byte
}

const (
	stateName = "state"
	format    = "tesuji"
)

// Write writes the file so that at every moment path holds either its old content or all of f.
func Write(path string, f *File) error {
	return atomicfile.Write(path, f.encode)
}

func (f *File) encode(w io.Writer) error {
	tensors := slices.Clone(f.Tensors)
	if f.State != nil {
		tensors = append(tensors, nets.NamedTensor{Name: stateName, DType: nets.U8, Shape: []int{len(f.State)}, Data: f.State})
	}
	meta := map[string]string{
		"format": format, "version": strconv.Itoa(Version), "config": f.Config, "steps": strconv.FormatInt(f.Steps, 10),
	}
	meta["checksum"] = checksum(meta, tensors)
	return nets.WriteSafetensors(w, tensors, meta)
}

// checksum covers the metadata but itself and every tensor, in the order of their names.
func checksum(meta map[string]string, tensors []nets.NamedTensor) string {
	h := sha256.New()
	var b []byte
	text := func(s string) {
		b = binary.LittleEndian.AppendUint64(b[:0], uint64(len(s)))
		h.Write(append(b, s...))
	}
	for _, k := range []string{"format", "version", "config", "steps"} {
		text(meta[k])
	}
	sorted := slices.Clone(tensors)
	slices.SortFunc(sorted, func(x, y nets.NamedTensor) int { return strings.Compare(x.Name, y.Name) })
	for _, t := range sorted {
		text(t.Name)
		text(fmt.Sprint(t.DType, t.Shape))
		b = binary.LittleEndian.AppendUint64(b[:0], uint64(len(t.Data)))
		h.Write(b)
		h.Write(t.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Read reads a checkpoint or weights. The error of a file that is not whole wraps ErrDamaged,
// that of a later version's file ErrNewer.
func Read(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := Decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Decode is Read of bytes, which the result may share.
func Decode(b []byte) (*File, error) {
	tensors, meta, err := nets.ReadSafetensors(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if meta["format"] != format {
		return nil, fmt.Errorf("%w: a safetensors file, but neither checkpoint nor weights of a run", ErrDamaged)
	}
	version, err := strconv.Atoi(meta["version"])
	if err != nil || version < 1 {
		return nil, fmt.Errorf("%w: version %q", ErrDamaged, meta["version"])
	}
	if version > Version {
		return nil, fmt.Errorf("%w: its version is %d, this program reads versions up to %d: use a newer rl", ErrNewer, version, Version)
	}
	if got := checksum(meta, tensors); got != meta["checksum"] {
		return nil, fmt.Errorf("%w: the checksum of its content is %.12s, it says %.12s", ErrDamaged, got, meta["checksum"])
	}
	f := &File{Config: meta["config"]}
	if f.Steps, err = strconv.ParseInt(meta["steps"], 10, 64); err != nil || f.Steps < 0 {
		return nil, fmt.Errorf("%w: steps %q", ErrDamaged, meta["steps"])
	}
	for _, t := range tensors {
		if t.Name == stateName && t.DType == nets.U8 {
			f.State = t.Data
			continue
		}
		f.Tensors = append(f.Tensors, t)
	}
	return f, nil
}
