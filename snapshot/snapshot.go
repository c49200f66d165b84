// Package snapshot saves and restores exact state.
//
// An object lists its fields once, in one method, and the same list both saves and restores:
//
//	func (e *CartPole) State(a *snapshot.Archive) {
//		a.Float64("x", &e.x)
//		a.Int("steps", &e.steps)
//		a.Object("rng", e.rng)
//	}
//
// Each field is stored with its name and kind, so a file written by another version of an
// object is refused with the name of the first field that differs, never misread.
package snapshot

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// Stater is an object whose whole state an Archive can save and restore.
type Stater interface{ State(*Archive) }

// Archive is a sequence of named fields, being saved or being restored.
// Errors stick: after the first, further calls do nothing and Err reports it.
type Archive struct {
	buf    []byte
	pos    int
	saving bool
	err    error
	path   []string
}

// Save returns the encoded state of s.
func Save(s Stater) ([]byte, error) {
	a := &Archive{saving: true}
	s.State(a)
	return a.buf, a.err
}

// Restore sets s to the state encoded in b, which must be consumed whole.
// After an error s is in an undefined state and must be discarded.
func Restore(b []byte, s Stater) error {
	a := &Archive{buf: b}
	s.State(a)
	if a.err == nil && a.pos != len(b) {
		a.Fail(fmt.Errorf("%d unread bytes at the end: saved by another version?", len(b)-a.pos))
	}
	return a.err
}

// Saving reports whether the archive is being written.
func (a *Archive) Saving() bool { return a.saving }

// Err returns the first error.
func (a *Archive) Err() error { return a.err }

// Fail records err, with the path of the object being read, unless one is recorded already.
func (a *Archive) Fail(err error) {
	if a.err == nil && err != nil {
		where := strings.Join(a.path, ".")
		if where == "" {
			where = "top level"
		}
		a.err = fmt.Errorf("snapshot: %s: %w", where, err)
	}
}

type kind byte

const (
	kindObject kind = iota + 1
	kindBool
	kindInt
	kindUint
	kindFloat
	kindFloat32
	kindString
	kindBytes
	kindFloat32s
	kindFloat64s
	kindInt32s
	kindInts
	kindBools
	kindUint64s
)

// field writes or checks the header of a field and reports whether to go on.
func (a *Archive) field(name string, k kind) bool {
	if a.err != nil {
		return false
	}
	if len(name) > 255 {
		a.Fail(fmt.Errorf("field name of %d bytes", len(name)))
		return false
	}
	if a.saving {
		a.buf = append(a.buf, byte(k), byte(len(name)))
		a.buf = append(a.buf, name...)
		return true
	}
	h := a.take(2)
	if h == nil {
		return false
	}
	got := a.take(int(h[1]))
	if got == nil && h[1] > 0 {
		return false
	}
	if string(got) != name || kind(h[0]) != k {
		a.Fail(fmt.Errorf("want field %q (kind %d), found %q (kind %d): saved by another version?", name, k, got, h[0]))
		return false
	}
	return true
}

// take returns the next n bytes of the archive being read, or nil after recording an error.
func (a *Archive) take(n int) []byte {
	if a.err != nil {
		return nil
	}
	if n < 0 || n > len(a.buf)-a.pos {
		a.Fail(fmt.Errorf("truncated: want %d bytes at offset %d of %d", n, a.pos, len(a.buf)))
		return nil
	}
	b := a.buf[a.pos : a.pos+n : a.pos+n]
	a.pos += n
	return b
}

func (a *Archive) word(v uint64) uint64 {
	if a.saving {
		a.buf = binary.LittleEndian.AppendUint64(a.buf, v)
		return v
	}
	b := a.take(8)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// length writes n, or reads a length of elements of size bytes each that the archive can hold.
func (a *Archive) length(n, size int) int {
	v := a.word(uint64(n))
	if a.saving || a.err != nil {
		return n
	}
	if v > uint64((len(a.buf)-a.pos)/size) {
		a.Fail(fmt.Errorf("truncated: %d elements of %d bytes at offset %d of %d", v, size, a.pos, len(a.buf)))
		return 0
	}
	return int(v)
}

// fixed is length for a slice whose length may not change.
func (a *Archive) fixed(name string, n, size int) bool {
	got := a.length(n, size)
	if a.err == nil && got != n {
		a.Fail(fmt.Errorf("field %q has %d elements, want %d", name, got, n))
	}
	return a.err == nil
}

// Object saves or restores s as a named part.
func (a *Archive) Object(name string, s Stater) {
	a.Section(name, s.State)
}

// Section groups the fields that f lists under a name.
func (a *Archive) Section(name string, f func(*Archive)) {
	if !a.field(name, kindObject) {
		return
	}
	a.path = append(a.path, name)
	f(a)
	if a.err == nil {
		a.path = a.path[:len(a.path)-1]
	}
}

// Bool is a field of true or false.
func (a *Archive) Bool(name string, p *bool) {
	if !a.field(name, kindBool) {
		return
	}
	if a.saving {
		v := byte(0)
		if *p {
			v = 1
		}
		a.buf = append(a.buf, v)
	} else if b := a.take(1); b != nil {
		*p = b[0] != 0
	}
}

// Int is a signed integer field.
func (a *Archive) Int(name string, p *int) {
	if a.field(name, kindInt) {
		if v := a.word(uint64(*p)); a.err == nil {
			*p = int(v)
		}
	}
}

// Int64 is a signed 64-bit field.
func (a *Archive) Int64(name string, p *int64) {
	if a.field(name, kindInt) {
		if v := a.word(uint64(*p)); a.err == nil {
			*p = int64(v)
		}
	}
}

// Uint64 is an unsigned 64-bit field.
func (a *Archive) Uint64(name string, p *uint64) {
	if a.field(name, kindUint) {
		if v := a.word(*p); a.err == nil {
			*p = v
		}
	}
}

// Float64 is a float64 field, kept to the bit.
func (a *Archive) Float64(name string, p *float64) {
	if a.field(name, kindFloat) {
		if v := a.word(math.Float64bits(*p)); a.err == nil {
			*p = math.Float64frombits(v)
		}
	}
}

// Float32 is a float32 field, kept to the bit.
func (a *Archive) Float32(name string, p *float32) {
	if a.field(name, kindFloat32) {
		if v := a.word(uint64(math.Float32bits(*p))); a.err == nil {
			*p = math.Float32frombits(uint32(v))
		}
	}
}

// String is a text field.
func (a *Archive) String(name string, p *string) {
	if !a.field(name, kindString) {
		return
	}
	n := a.length(len(*p), 1)
	if a.saving {
		a.buf = append(a.buf, *p...)
	} else if b := a.take(n); a.err == nil {
		*p = string(b)
	}
}

// Check is a text that must be the same when restoring as when saving, such as an ID.
func (a *Archive) Check(name, want string) {
	got := want
	a.String(name, &got)
	if a.err == nil && got != want {
		a.Fail(fmt.Errorf("%s is %q in the file, %q here", name, got, want))
	}
}

// Bytes is a byte slice whose length is saved too.
func (a *Archive) Bytes(name string, p *[]byte) {
	if !a.field(name, kindBytes) {
		return
	}
	n := a.length(len(*p), 1)
	if a.saving {
		a.buf = append(a.buf, *p...)
	} else if b := a.take(n); a.err == nil {
		*p = append((*p)[:0], b...)
	}
}

// Uint8s is a byte slice of unchanging length, restored in place.
func (a *Archive) Uint8s(name string, s []byte) {
	if !a.field(name, kindBytes) || !a.fixed(name, len(s), 1) {
		return
	}
	if a.saving {
		a.buf = append(a.buf, s...)
	} else if b := a.take(len(s)); a.err == nil {
		copy(s, b)
	}
}

// Float32s is a slice of unchanging length, restored in place.
func (a *Archive) Float32s(name string, s []float32) {
	if !a.field(name, kindFloat32s) || !a.fixed(name, len(s), 4) {
		return
	}
	if a.saving {
		for _, v := range s {
			a.buf = binary.LittleEndian.AppendUint32(a.buf, math.Float32bits(v))
		}
		return
	}
	b := a.take(4 * len(s))
	if a.err != nil {
		return
	}
	for i := range s {
		s[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// Float64s is a slice of unchanging length, restored in place.
func (a *Archive) Float64s(name string, s []float64) {
	if !a.field(name, kindFloat64s) || !a.fixed(name, len(s), 8) {
		return
	}
	for i := range s {
		s[i] = math.Float64frombits(a.word(math.Float64bits(s[i])))
	}
}

// Uint64s is a slice of unchanging length, restored in place.
func (a *Archive) Uint64s(name string, s []uint64) {
	if !a.field(name, kindUint64s) || !a.fixed(name, len(s), 8) {
		return
	}
	for i := range s {
		s[i] = a.word(s[i])
	}
}

// Ints is a slice of unchanging length, restored in place.
func (a *Archive) Ints(name string, s []int) {
	if !a.field(name, kindInts) || !a.fixed(name, len(s), 8) {
		return
	}
	for i := range s {
		s[i] = int(a.word(uint64(s[i])))
	}
}

// Int32s is a slice of unchanging length, restored in place.
func (a *Archive) Int32s(name string, s []int32) {
	if !a.field(name, kindInt32s) || !a.fixed(name, len(s), 4) {
		return
	}
	if a.saving {
		for _, v := range s {
			a.buf = binary.LittleEndian.AppendUint32(a.buf, uint32(v))
		}
		return
	}
	b := a.take(4 * len(s))
	if a.err != nil {
		return
	}
	for i := range s {
		s[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// Bools is a slice of unchanging length, restored in place.
func (a *Archive) Bools(name string, s []bool) {
	if !a.field(name, kindBools) || !a.fixed(name, len(s), 1) {
		return
	}
	if a.saving {
		for _, v := range s {
			b := byte(0)
			if v {
				b = 1
			}
			a.buf = append(a.buf, b)
		}
		return
	}
	b := a.take(len(s))
	if a.err != nil {
		return
	}
	for i := range s {
		s[i] = b[i] != 0
	}
}

// GrowFloat64s is Float64s for a slice whose length is part of the state, such as a history.
func (a *Archive) GrowFloat64s(name string, p *[]float64) {
	n := len(*p)
	a.Int(name+".len", &n)
	if a.err != nil {
		return
	}
	if !a.saving {
		if n < 0 || n > (len(a.buf)-a.pos)/8 {
			a.Fail(fmt.Errorf("field %q: impossible length %d", name, n))
			return
		}
		*p = make([]float64, n)
	}
	a.Float64s(name, *p)
}
