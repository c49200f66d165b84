package datasets

import (
	"bytes"
	"compress/gzip"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// idx makes a file of unsigned bytes.
func idx(data []uint8, dims ...byte) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = append(b, 0, 0, 0, d)
	}
	return append(b, data...)
}

func packed(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

func TestReadIDX(t *testing.T) {
	data := []uint8{1, 2, 3, 4, 5, 6}
	good := idx(data, 1, 2, 3)
	for _, file := range [][]byte{good, packed(good)} {
		dims, got, err := ReadIDX(bytes.NewReader(file), 3)
		if err != nil || !slices.Equal(dims, []int{1, 2, 3}) || !slices.Equal(got, data) {
			t.Errorf("%v %v %v", dims, got, err)
		}
	}
	if dims, got, err := ReadIDX(bytes.NewReader(idx(nil, 0)), 1); err != nil || dims[0] != 0 || len(got) != 0 {
		t.Errorf("an empty file: %v %v %v", dims, got, err)
	}
	change := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return b
	}
	damagedGzip := packed(good)
	damagedGzip[len(damagedGzip)-5] ^= 1 // within the checksum
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "ends"},
		{"magic", change(0, 1), "want 00 00"},
		{"type", change(2, 0x0d), "type 0x0d"},
		{"rank", change(3, 1), "1 dimensions: want 3"},
		{"header", good[:13], "ends"},
		{"data", good[:len(good)-1], "5 bytes of data"},
		{"more", append(bytes.Clone(good), 0), "follow"},
		{"sizes", change(7, 2), "6 bytes of data, the sizes [2 2 3] want 12"},
		{"absurd", change(4, 0xff), "more than"},
		{"gzip's header", []byte{0x1f, 0x8b, 0}, "idx"},
		{"gzip cut", packed(good)[:20], "ends"},
		{"gzip's checksum", damagedGzip, "checksum"},
		{"gzip and more", append(packed(good), 7), "idx"},
	} {
		if _, _, err := ReadIDX(bytes.NewReader(c.file), 3); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestIDXAllocatesWhatIsThere: the largest claim that is let through costs nothing if the data
// are missing.
func TestIDXAllocatesWhatIsThere(t *testing.T) {
	file := []byte{0, 0, 8, 3, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 9, 9, 9}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := ReadIDX(bytes.NewReader(file), 3)
	runtime.ReadMemStats(&after)
	if err == nil || after.TotalAlloc-before.TotalAlloc > 1<<20 {
		t.Errorf("%d bytes allocated, error %v", after.TotalAlloc-before.TotalAlloc, err)
	}
}

func FuzzReadIDX(f *testing.F) {
	good := idx([]uint8{1, 2, 3, 4, 5, 6}, 1, 2, 3)
	f.Add(good)
	f.Add(packed(good))
	f.Add(good[:7])
	f.Add([]byte{0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, file []byte) {
		dims, data, err := ReadIDX(bytes.NewReader(file), 3)
		if err != nil {
			return
		}
		if len(dims) != 3 || dims[0]*dims[1]*dims[2] != len(data) {
			t.Fatalf("sizes %v of %d bytes", dims, len(data))
		}
		if file[0] == 0 && len(file) != 16+len(data) {
			t.Fatalf("%d bytes of data out of a file of %d", len(data), len(file))
		}
	})
}
