package nets

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// DType is an element type of a safetensors file.
type DType string

// The element types of the format. Others in a file are refused by name.
const (
	Bool   DType = "BOOL"
	U8     DType = "U8"
	I8     DType = "I8"
	F8E5M2 DType = "F8_E5M2"
	F8E4M3 DType = "F8_E4M3"
	I16    DType = "I16"
	U16    DType = "U16"
	F16    DType = "F16"
	BF16   DType = "BF16"
	I32    DType = "I32"
	U32    DType = "U32"
	F32    DType = "F32"
	F64    DType = "F64"
	I64    DType = "I64"
	U64    DType = "U64"
)

// dtypes are in the order of alignment that files are written in, the last one first.
var dtypes = []DType{Bool, U8, I8, F8E5M2, F8E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64}

// Size returns the bytes of an element, 0 for a type that is unknown.
func (d DType) Size() int {
	switch d {
	case Bool, U8, I8, F8E5M2, F8E4M3:
		return 1
	case I16, U16, F16, BF16:
		return 2
	case I32, U32, F32:
		return 4
	case F64, I64, U64:
		return 8
	}
	return 0
}

// NamedTensor is an array of a safetensors file. Data is little-endian and row-major.
type NamedTensor struct {
	Name  string
	DType DType
	Shape []int
	Data  []byte
}

// header is a tensor's entry in the file's JSON.
type header struct {
	DType   DType     `json:"dtype"`
	Shape   []int     `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"`
}

// maxHeader is the format's limit on the JSON's length.
const maxHeader = 100_000_000

// metadataKey holds the file's string map beside the tensors.
const metadataKey = "__metadata__"

// WriteSafetensors writes a safetensors file: an 8-byte length, a JSON header, the data. The
// tensors are ordered by type, the most aligned first, and then by name, as the reference
// implementation orders them; the same input gives the same bytes.
func WriteSafetensors(w io.Writer, tensors []NamedTensor, metadata map[string]string) error {
	sorted := slices.Clone(tensors)
	slices.SortFunc(sorted, func(a, b NamedTensor) int {
		if d := slices.Index(dtypes, b.DType) - slices.Index(dtypes, a.DType); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	head := bytes.NewBufferString("{")
	entry := func(name string, v any) error {
		if head.Len() > 1 {
			head.WriteByte(',')
		}
		k, err := json.Marshal(name)
		if err != nil {
			return err
		}
		j, err := json.Marshal(v)
		if err != nil {
			return err
		}
		head.Write(k)
		head.WriteByte(':')
		head.Write(j)
		return nil
	}
	for k, v := range metadata { // whichever is found first, it is an error
		if !utf8.ValidString(k) || !utf8.ValidString(v) {
			return errors.New("safetensors: metadata is not valid UTF-8")
		}
	}
	if len(metadata) > 0 {
		if err := entry(metadataKey, metadata); err != nil { // encoding/json sorts the keys
			return err
		}
	}
	offset, seen := uint64(0), map[string]bool{metadataKey: true}
	for _, t := range sorted {
		n, err := elements(t.Shape)
		size := t.DType.Size()
		switch {
		case err != nil:
			return fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
		case size == 0:
			return fmt.Errorf("safetensors: tensor %q has unsupported type %q", t.Name, t.DType)
		case n*size != len(t.Data):
			return fmt.Errorf("safetensors: tensor %q of shape %v has %d bytes, want %d", t.Name, t.Shape, len(t.Data), n*size)
		case !utf8.ValidString(t.Name):
			return fmt.Errorf("safetensors: the name %q is not valid UTF-8", t.Name)
		case seen[t.Name]:
			return fmt.Errorf("safetensors: the name %q is used twice or reserved", t.Name)
		}
		seen[t.Name] = true
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		end := offset + uint64(len(t.Data))
		if err := entry(t.Name, header{t.DType, shape, [2]uint64{offset, end}}); err != nil {
			return err
		}
		offset = end
	}
	head.WriteByte('}')
	for head.Len()%8 != 0 {
		head.WriteByte(' ')
	}
	if head.Len() > maxHeader {
		return fmt.Errorf("safetensors: a header of %d bytes, at most %d are allowed", head.Len(), maxHeader)
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(head.Len()))); err != nil {
		return err
	}
	if _, err := w.Write(head.Bytes()); err != nil {
		return err
	}
	for _, t := range sorted {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// elements returns the number of elements of a shape, or an error if it is impossible.
func elements(shape []int) (int, error) {
	const most = math.MaxInt / 8 // of the largest type
	n := 1
	for _, d := range shape {
		if d < 0 || (d > 0 && n > most/d) {
			return 0, fmt.Errorf("impossible shape %v", shape)
		}
		n *= d
	}
	return n, nil
}

// ReadSafetensors reads a whole file held in b; the tensors' data share it. It is strict: the
// header must be valid UTF-8 JSON without duplicate keys anywhere, every tensor's range must
// fit its type and shape, and the ranges must cover the data exactly, without gaps or
// overlaps. Time and memory are in proportion to the file, whatever it says of itself.
func ReadSafetensors(b []byte) (tensors []NamedTensor, metadata map[string]string, err error) {
	fail := func(format string, args ...any) ([]NamedTensor, map[string]string, error) {
		return nil, nil, fmt.Errorf("safetensors: "+format, args...)
	}
	if len(b) < 8 {
		return fail("%d bytes are too few for a header length", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if n > maxHeader {
		return fail("a header of %d bytes, at most %d are allowed", n, maxHeader)
	}
	if n > uint64(len(b)-8) {
		return fail("truncated: the header needs %d bytes, %d are there", n, len(b)-8)
	}
	head, data := b[8:8+n], b[8+n:]
	if n == 0 || head[0] != '{' {
		return fail("the header does not begin with {")
	}
	headers, names, metadata, err := readHeader(head)
	if err != nil {
		return fail("header: %w", err)
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := headers[i].Offsets, headers[j].Offsets
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		return cmp.Compare(a[1], b[1])
	})
	next := uint64(0)
	for _, i := range order {
		h, name := headers[i], names[i]
		size := h.DType.Size()
		if size == 0 {
			return fail("tensor %q has unsupported type %q", name, h.DType)
		}
		count, err := elements(h.Shape)
		if err != nil {
			return fail("tensor %q: %w", name, err)
		}
		lo, hi := h.Offsets[0], h.Offsets[1]
		switch {
		case lo > hi || hi > uint64(len(data)):
			return fail("tensor %q has data offsets %v, the file has %d bytes of data", name, h.Offsets, len(data))
		case hi-lo != uint64(count*size):
			return fail("tensor %q, %s %v, needs %d bytes and has %d", name, h.DType, h.Shape, count*size, hi-lo)
		case lo != next:
			return fail("tensor %q begins at byte %d of the data, want %d: a gap or an overlap", name, lo, next)
		}
		next = hi
	}
	if next != uint64(len(data)) {
		return fail("%d bytes of data belong to no tensor", uint64(len(data))-next)
	}
	for i, name := range names {
		h := headers[i]
		tensors = append(tensors, NamedTensor{Name: name, DType: h.DType, Shape: h.Shape, Data: data[h.Offsets[0]:h.Offsets[1]:h.Offsets[1]]})
	}
	return tensors, metadata, nil
}
