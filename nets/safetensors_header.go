package nets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// headerReader reads a header token by token. Decoding into a struct would take a key twice,
// in another case, or null for a number, and what two readers read differently is a hole.
type headerReader struct{ d *json.Decoder }

// readHeader returns the entries of the tensors, in the file's order, with their names.
func readHeader(b []byte) (headers []header, names []string, metadata map[string]string, err error) {
	if !utf8.Valid(b) {
		return nil, nil, nil, errors.New("not valid UTF-8")
	}
	r := headerReader{json.NewDecoder(bytes.NewReader(b))}
	r.d.UseNumber()
	err = r.object(func(name string) error {
		if name == metadataKey {
			metadata = map[string]string{}
			err := r.object(func(key string) (err error) {
				metadata[key], err = r.text()
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", metadataKey, err)
			}
			return nil
		}
		h, err := r.entry()
		if err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		headers, names = append(headers, h), append(names, name)
		return nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	if rest := bytes.TrimSpace(b[r.d.InputOffset():]); len(rest) > 0 {
		return nil, nil, nil, fmt.Errorf("%d bytes after the JSON object", len(rest))
	}
	return headers, names, metadata, nil
}

// object reads an object; value reads the value of each key.
func (r headerReader) object(value func(key string) error) error {
	if err := r.delimiter('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for r.d.More() {
		key, err := r.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("the key %q appears twice", key)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return err
		}
	}
	return r.delimiter('}')
}

// entry reads the description of a tensor.
func (r headerReader) entry() (h header, err error) {
	found := 0
	err = r.object(func(key string) error {
		found++
		switch key {
		case "dtype":
			s, err := r.text()
			h.DType = DType(s)
			return err
		case "shape":
			dims, err := r.numbers()
			h.Shape = make([]int, len(dims))
			for i, d := range dims {
				if h.Shape[i] = int(d); h.Shape[i] < 0 || uint64(h.Shape[i]) != d {
					return fmt.Errorf("impossible shape %v", dims)
				}
			}
			return err
		case "data_offsets":
			offsets, err := r.numbers()
			if err == nil && len(offsets) != 2 {
				return fmt.Errorf("%d data_offsets, want two", len(offsets))
			}
			copy(h.Offsets[:], offsets)
			return err
		}
		return fmt.Errorf("unknown key %q, want dtype, shape and data_offsets", key)
	})
	if err == nil && found != 3 { // keys are known and differ: one is missing
		err = errors.New("needs dtype, shape and data_offsets")
	}
	return h, err
}

func (r headerReader) delimiter(want json.Delim) error {
	t, err := r.d.Token()
	if err == nil && t != want {
		err = fmt.Errorf("%v where a %v was expected", t, want)
	}
	return err
}

func (r headerReader) text() (string, error) {
	t, err := r.d.Token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("%v where a string was expected", t)
	}
	return s, nil
}

// numbers reads an array of whole numbers from 0.
func (r headerReader) numbers() ([]uint64, error) {
	if err := r.delimiter('['); err != nil {
		return nil, err
	}
	var all []uint64
	for r.d.More() {
		t, err := r.d.Token()
		if err != nil {
			return nil, err
		}
		n, _ := t.(json.Number)
		v, err := strconv.ParseUint(string(n), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%v where a whole number from 0 was expected", t)
		}
		all = append(all, v)
	}
	return all, r.delimiter(']')
}
