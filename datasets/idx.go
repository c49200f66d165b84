package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxIDX bounds what a header may claim, in bytes of data.
const maxIDX = 1 << 30

// ReadIDX reads an IDX file of unsigned bytes with the given number of dimensions, compressed
// with gzip or not: the format of MNIST. (Big-endian: two zero bytes, the type 0x08, the number
// of dimensions, each size as a uint32, the data.) Anything else than exactly that is an error,
// bytes after the data too. Memory grows with the data that are really there, whatever the
// header claims.
func ReadIDX(r io.Reader, rank int) (dims []int, data []uint8, err error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("idx: %w", err)
		}
		defer z.Close()
		in = bufio.NewReader(z)
	}
	head := make([]byte, 4+4*rank)
	if _, err := io.ReadFull(in, head[:4]); err != nil {
		return nil, nil, fmt.Errorf("idx: the header: %w", short(err))
	}
	switch {
	case head[0] != 0 || head[1] != 0:
		return nil, nil, fmt.Errorf("idx: begins with % x: want 00 00", head[:2])
	case head[2] != 0x08:
		return nil, nil, fmt.Errorf("idx: type %#02x: want 0x08, unsigned bytes", head[2])
	case int(head[3]) != rank:
		return nil, nil, fmt.Errorf("idx: %d dimensions: want %d", head[3], rank)
	}
	if _, err := io.ReadFull(in, head[4:]); err != nil {
		return nil, nil, fmt.Errorf("idx: the header: %w", short(err))
	}
	size := uint64(1)
	for i := range rank {
		d := binary.BigEndian.Uint32(head[4+4*i:])
		dims = append(dims, int(d))
		if size *= uint64(d); size > maxIDX { // both factors are below 2^32
			return nil, nil, fmt.Errorf("idx: sizes %d...: more than %d bytes", dims, maxIDX)
		}
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(in, int64(size)))
	if err != nil {
		return nil, nil, fmt.Errorf("idx: %w", err)
	}
	if uint64(n) < size {
		return nil, nil, fmt.Errorf("idx: %d bytes of data, the sizes %v want %d", n, dims, size)
	}
	switch _, err := in.ReadByte(); {
	case err == nil:
		return nil, nil, fmt.Errorf("idx: bytes follow the %d of data that the sizes %v want", size, dims)
	case err != io.EOF:
		return nil, nil, fmt.Errorf("idx: %w", err) // gzip's checksum, say
	}
	return dims, b.Bytes(), nil
}

// short says plainly that a file ends.
func short(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends within it")
	}
	return err
}

// readIDXPair reads pictures [N, h, w] and their labels [N].
func readIDXPair(name string, images, labels []byte, classes []string) (*Images, error) {
	dims, pixels, err := ReadIDX(bytes.NewReader(images), 3)
	if err != nil {
		return nil, fmt.Errorf("%s: the images: %w", name, err)
	}
	_, l, err := ReadIDX(bytes.NewReader(labels), 1)
	if err != nil {
		return nil, fmt.Errorf("%s: the labels: %w", name, err)
	}
	return newImages(name, dims[1], dims[2], 1, pixels, l, classes)
}
