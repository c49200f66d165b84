package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"tesuji/nets"
)

const magic = "\x93NUMPY"

// alignment is that of the elements in files that are written.
const alignment = 64

// Read reads a file held in b. The result has no name; its elements are little-endian and
// row-major whatever the file's are, and share b if those are too. The file must end where its
// elements do.
func Read(b []byte) (nets.NamedTensor, error) {
	fail := func(format string, args ...any) (nets.NamedTensor, error) {
		return nets.NamedTensor{}, fmt.Errorf("npy: "+format, args...)
	}
	text, data, err := cut(b)
	if err != nil {
		return fail("%w", err)
	}
	h, err := parseHeader(text)
	if err != nil {
		return fail("header: %w", err)
	}
	n, err := h.bytes()
	if err != nil {
		return fail("header: %w", err)
	}
	if n != len(data) {
		return fail("%s %v needs %d bytes of elements, %d are there", h.dtype, h.shape, n, len(data))
	}
	data = data[:n:n]
	size := h.dtype.Size()
	if h.fortran && len(h.shape) > 1 {
		data = rowMajor(data, h.shape, size)
	} else if h.swap {
		data = slices.Clone(data)
	}
	if h.swap {
		for i := 0; i < n; i += size {
			slices.Reverse(data[i : i+size])
		}
	}
	return nets.NamedTensor{DType: h.dtype, Shape: h.shape, Data: data}, nil
}

// cut splits a file into its header and its elements.
func cut(b []byte) (text string, data []byte, err error) {
	if len(b) < len(magic)+4 {
		return "", nil, fmt.Errorf("%d bytes are too few for a file", len(b))
	}
	if string(b[:len(magic)]) != magic {
		return "", nil, errors.New(`the file does not begin with \x93NUMPY`)
	}
	major, minor, rest := b[len(magic)], b[len(magic)+1], b[len(magic)+2:]
	length := uint64(0)
	switch {
	case major == 1 && minor == 0:
		length, rest = uint64(binary.LittleEndian.Uint16(rest)), rest[2:]
	case (major == 2 || major == 3) && minor == 0 && len(rest) >= 4:
		length, rest = uint64(binary.LittleEndian.Uint32(rest)), rest[4:]
	case (major == 2 || major == 3) && minor == 0:
		return "", nil, fmt.Errorf("%d bytes are too few for a file", len(b))
	default:
		return "", nil, fmt.Errorf("version %d.%d is unknown", major, minor)
	}
	switch {
	case length > maxHeader:
		return "", nil, fmt.Errorf("a header of %d bytes, at most %d are allowed", length, maxHeader)
	case length > uint64(len(rest)):
		return "", nil, fmt.Errorf("truncated: the header needs %d bytes, %d are there", length, len(rest))
	}
	text, data = string(rest[:length]), rest[length:]
	if !strings.HasSuffix(text, "\n") || !utf8.ValidString(text) {
		return "", nil, errors.New("the header is no line of text")
	}
	return text, data, nil
}

// rowMajor returns elements that are stored with the first index varying fastest in the order in
// which the last one does.
func rowMajor(data []byte, shape []int, size int) []byte {
	out := make([]byte, 0, len(data))
	index := make([]int, len(shape))
	stride := make([]int, len(shape)) // in bytes
	step := size
	for i, d := range shape {
		stride[i] = step
		step *= d
	}
	at := 0
	for len(out) < len(data) {
		out = append(out, data[at:at+size]...)
		for i := len(shape) - 1; i >= 0; i-- {
			index[i]++
			at += stride[i]
			if index[i] < shape[i] {
				break
			}
			at -= index[i] * stride[i]
			index[i] = 0
		}
	}
	return out
}

// Write writes an array as a file of version 1.0, byte for byte as NumPy does. Its name is not in
// the file. NumPy has no BF16 and no types of 8-bit floats.
func Write(w io.Writer, t nets.NamedTensor) error {
	h := header{dtype: t.DType, shape: t.Shape}
	if descrOf(t.DType) == "" {
		return fmt.Errorf("npy: %q is %s, which NumPy does not have", t.Name, t.DType)
	}
	n, err := h.bytes()
	if err != nil {
		return fmt.Errorf("npy: %q: %w", t.Name, err)
	}
	if n != len(t.Data) {
		return fmt.Errorf("npy: %q of shape %v has %d bytes, want %d", t.Name, t.Shape, len(t.Data), n)
	}
	text := h.text()
	if len(t.Shape) > 0 {
		// NumPy leaves room for the first dimension to grow to the 21 digits it may have.
		text += strings.Repeat(" ", max(0, growth-len(fmt.Sprint(t.Shape[0]))))
	}
	front := len(magic) + 4
	end := (front+len(text)+1)/alignment*alignment + alignment // NumPy pads by 64 rather than by 0
	text += strings.Repeat(" ", end-front-len(text)-1) + "\n"
	if len(text) > maxHeader {
		return fmt.Errorf("npy: %q has %d dimensions, too many for a header", t.Name, len(t.Shape))
	}
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	if _, err := w.Write(append(b, text...)); err != nil {
		return err
	}
	_, err = w.Write(t.Data)
	return err
}

// growth is the digits that NumPy leaves room for in the first dimension.
const growth = 21
