package nets

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const dtypesFile = "testdata/dtypes.safetensors" // of the reference implementation

// Every type is widened to the float32 that PyTorch makes of it.
func TestConvert(t *testing.T) {
	f, err := OpenSafetensors(dtypesFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, x := range f.Tensors {
		expected, ok := f.Tensor("float32." + x.Name)
		if !ok {
			continue
		}
		got, want := make([]float32, x.Len()), make([]float32, x.Len())
		if err := x.Convert(got); err != nil {
			t.Fatal(err)
		}
		if err := expected.Floats(want); err != nil {
			t.Fatal(err)
		}
		for i, g := range got {
			if w := want[i]; math.Float32bits(g) != math.Float32bits(w) && !(g != g && w != w) {
				t.Errorf("%s (%s) element %d is %v, want %v", x.Name, x.DType, i, g, w)
			}
		}
	}
	if f.Metadata["made by"] != "dtypes.py" || len(f.Tensors) != 34 {
		t.Errorf("%d tensors, metadata %v", len(f.Tensors), f.Metadata)
	}
}

// What is written is what the reference implementation writes, to the byte.
func TestWriteAsReference(t *testing.T) {
	want, err := os.ReadFile(dtypesFile)
	if err != nil {
		t.Fatal(err)
	}
	ts, meta, err := ReadSafetensors(want)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := WriteSafetensors(&got, ts, meta); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%v, %d bytes differ from the %d of the reference", err, got.Len(), len(want))
	}
}

func TestConvertRefuses(t *testing.T) {
	for _, x := range []NamedTensor{
		{Name: "x", DType: "F4", Shape: []int{2}, Data: make([]byte, 1)},
		{Name: "x", DType: F16, Shape: []int{2}, Data: make([]byte, 3)},
	} {
		if err := x.Convert(make([]float32, 2)); err == nil || !strings.Contains(err.Error(), string(x.DType)) {
			t.Errorf("%v: error %v", x, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":  {nil, "too few"},
		"absurd": {[]byte{0, 225, 245, 5, 0, 0, 0, 0, '{'}, "truncated"}, // a header of 10^8 bytes
		"hole":   {file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2), "gap"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenSafetensors(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	if _, err := OpenSafetensors(dir); err == nil {
		t.Error("a directory was opened")
	}
}

func BenchmarkConvertF16(b *testing.B) {
	x := NamedTensor{DType: F16, Data: make([]byte, 2<<20)}
	for i := range x.Data {
		x.Data[i] = byte(i * 7)
	}
	dst := make([]float32, 1<<20)
	b.SetBytes(int64(len(x.Data)))
	for b.Loop() {
		_ = x.Convert(dst)
	}
}
