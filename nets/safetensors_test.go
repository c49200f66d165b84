package nets

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"
)

// file returns a safetensors file of a header and n bytes of data.
func file(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

func TestReadKnownFile(t *testing.T) {
	b := append([]byte{0x3c, 0, 0, 0, 0, 0, 0, 0}, `{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}`...)
	ts, _, err := ReadSafetensors(append(b, make([]byte, 16)...))
	if err != nil || len(ts) != 1 || ts[0].Name != "test" || ts[0].DType != I32 || !reflect.DeepEqual(ts[0].Shape, []int{2, 2}) {
		t.Errorf("%+v, %v", ts, err)
	}
}

func TestRoundTrip(t *testing.T) {
	in := []NamedTensor{
		FloatTensor("b.weight", []float32{1, float32(math.Inf(1)), -0, 4, 5, 6}, 2, 3),
		DoubleTensor("mean", []float64{math.Pi}),
		{Name: "state", DType: U8, Shape: []int{3}, Data: []byte{1, 2, 3}},
		FloatTensor("scalar", []float32{7}),
		FloatTensor("empty", nil, 0, 4),
	}
	meta := map[string]string{"format": "x", "a": "quoted \" é"}
	var one, two bytes.Buffer
	for _, w := range []*bytes.Buffer{&one, &two} {
		if err := WriteSafetensors(w, in, meta); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two writes differ")
	}
	if n := binary.LittleEndian.Uint64(one.Bytes()); n%8 != 0 {
		t.Errorf("data begins at %d", 8+n)
	}
	out, gotMeta, err := ReadSafetensors(one.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(gotMeta, meta) || len(out) != len(in) {
		t.Errorf("metadata %v, %d tensors", gotMeta, len(out))
	}
	for _, want := range in {
		found := false
		for _, got := range out {
			if got.Name == want.Name {
				found = bytes.Equal(got.Data, want.Data) && got.DType == want.DType && len(got.Shape) == len(want.Shape)
			}
		}
		if !found {
			t.Errorf("%s was lost or changed", want.Name)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	const ok = `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":              {nil, "too few"},
		"huge header":        {[]byte{255, 255, 255, 255, 255, 0, 0, 0}, "at most"},
		"header past end":    {file(ok, 0)[:20], "truncated"},
		"not JSON":           {file("[]", 0), "does not begin"},
		"leading space":      {file(" {}", 0), "does not begin"},
		"trailing text":      {file(ok+"x", 4), "after the JSON"},
		"cut JSON":           {file(ok[:20], 4), "header"},
		"short data":         {file(ok, 3), "data offsets"},
		"long data":          {file(ok, 5), "belong to no tensor"},
		"gap":                {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "gap"},
		"overlap":            {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), "overlap"},
		"wrong size":         {file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), "needs 8 bytes"},
		"negative shape":     {file(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), "impossible shape"},
		"overflowing shape":  {file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "impossible shape"},
		"unknown type":       {file(`{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}`, 4), "unsupported type"},
		"twice":              {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "twice"},
		"missing shape":      {file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), "needs dtype"},
		"three offsets":      {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4), "two data_offsets"},
		"unknown field":      {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), "unknown field"},
		"backward offsets":   {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "data offsets"},
		"metadata of number": {file(`{"__metadata__":{"a":1}}`, 0), "__metadata__"},
		"bad UTF-8":          {file("{\"\xff\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "UTF-8"},
	} {
		_, _, err := ReadSafetensors(c.b)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestLoadNamesWhatDoesNotFit(t *testing.T) {
	s := Collect(params{NewParam("w", 2, 3)})
	for want, ts := range map[string][]NamedTensor{
		`"w" is missing`: {FloatTensor("v", []float32{1}, 1)},
		`F32 [3 2]`:      {FloatTensor("w", make([]float32, 6), 3, 2)},
	} {
		if err := s.Load(ts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	s.Values()[4] = 9
	other := Collect(params{NewParam("w", 2, 3)})
	if err := other.Load(s.Tensors()); err != nil || other.Hash() != s.Hash() {
		t.Errorf("load: %v", err)
	}
}

func FuzzReadSafetensors(f *testing.F) {
	var b bytes.Buffer
	_ = WriteSafetensors(&b, []NamedTensor{FloatTensor("a", []float32{1, 2}, 2), {Name: "s", DType: U8, Shape: []int{1}, Data: []byte{1}}}, map[string]string{"k": "v"})
	f.Add(b.Bytes())
	f.Add(file(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 4))
	f.Fuzz(func(t *testing.T, b []byte) {
		ts, meta, err := ReadSafetensors(b)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := WriteSafetensors(&again, ts, meta); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, _, err := ReadSafetensors(again.Bytes()); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}
