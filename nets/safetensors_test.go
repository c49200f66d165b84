package nets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
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
		FloatTensor("b.weight", []float32{1, float32(math.Inf(1)), float32(math.Copysign(0, -1)), 4, 5, 6}, 2, 3),
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
				found = bytes.Equal(got.Data, want.Data) && got.DType == want.DType && slices.Equal(got.Shape, want.Shape)
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
		"negative shape":     {file(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), "-1 where a whole number"},
		"overflowing shape":  {file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "impossible shape"},
		"unknown type":       {file(`{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}`, 4), "unsupported type"},
		"twice":              {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "twice"},
		"missing shape":      {file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), "needs dtype"},
		"three offsets":      {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4), "3 data_offsets, want two"},
		"unknown field":      {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), `unknown key "x"`},
		"backward offsets":   {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "data offsets"},
		"key twice":          {file(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `"dtype" appears twice`},
		"key in capitals":    {file(`{"a":{"DType":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `unknown key "DType"`},
		"dimension null":     {file(`{"a":{"dtype":"F32","shape":[null],"data_offsets":[0,0]}}`, 0), "whole number"},
		"dimension 1.0":      {file(`{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}`, 4), "whole number"},
		"dimension 2^64":     {file(`{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}`, 4), "whole number"},
		"dimension 2^63":     {file(`{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}`, 4), "impossible shape"},
		"comma at the end":   {file(`{"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}`, 4), "header"},
		"tensor null":        {file(`{"a":null}`, 0), `tensor "a"`},
		"metadata null":      {file(`{"__metadata__":null}`, 0), "__metadata__"},
		"metadata twice":     {file(`{"__metadata__":{"a":"1","a":"2"}}`, 0), `"a" appears twice`},
		"text after":         {file(`{} x`, 0), "after the JSON object"},
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
	s := Collect(params{NewParam("v", 1), NewParam("w", 2, 3)})
	v, w := FloatTensor("v", []float32{5}, 1), FloatTensor("w", make([]float32, 6), 2, 3)
	for want, ts := range map[string][]NamedTensor{
		`"w" is missing`:      {v},
		`F32 [3 2] in the`:    {v, FloatTensor("w", make([]float32, 6), 3, 2)},
		`F32 [1 1 1 2 3] in`:  {v, FloatTensor("w", make([]float32, 6), 1, 1, 1, 2, 3)},
		`F64 [1] in the`:      {DoubleTensor("v", []float64{1}), w},
		`has 20 bytes`:        {v, {Name: "w", DType: F32, Shape: []int{2, 3}, Data: make([]byte, 20)}},
		`tensor "x" [1], and`: {v, w, FloatTensor("x", []float32{1}, 1)},
	} {
		if err := s.Load(ts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if s.Values()[0] != 0 {
			t.Fatalf("%s: values were changed", want)
		}
	}
	s.Values()[20] = 9
	other := Collect(params{NewParam("v", 1), NewParam("w", 2, 3)})
	if err := other.Load(s.Tensors()); err != nil || other.Hash() != s.Hash() {
		t.Errorf("load: %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	one := FloatTensor("a", []float32{1}, 1)
	for want, c := range map[string]struct {
		ts   []NamedTensor
		meta map[string]string
	}{
		`"a" is used twice`:           {[]NamedTensor{one, one}, nil},
		"reserved":                    {[]NamedTensor{FloatTensor(metadataKey, nil, 0)}, nil},
		"unsupported type":            {[]NamedTensor{{Name: "a", DType: "F4", Shape: []int{0}}}, nil},
		"has 4 bytes, want 8":         {[]NamedTensor{FloatTensor("a", []float32{1}, 2)}, nil},
		"impossible shape [-1]":       {[]NamedTensor{FloatTensor("a", nil, -1)}, nil},
		"is not valid UTF-8":          {[]NamedTensor{FloatTensor("\xff", []float32{1}, 1)}, nil},
		"metadata is not valid UTF-8": {nil, map[string]string{"a": "\xff"}},
	} {
		if err := WriteSafetensors(&bytes.Buffer{}, c.ts, c.meta); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// A header of many entries, in the worst order, is read in linear time.
func TestManyTensors(t *testing.T) {
	const n = 50_000
	var h strings.Builder
	for i := n - 1; i >= 0; i-- {
		fmt.Fprintf(&h, `,"%d":{"dtype":"U8","shape":[1],"data_offsets":[%d,%d]}`, i, i, i+1)
	}
	f := file("{"+h.String()[1:]+"}", n)
	for try := 0; ; try++ {
		start := time.Now()
		ts, _, err := ReadSafetensors(f)
		if err != nil || len(ts) != n {
			t.Fatalf("%d tensors, %v", len(ts), err)
		}
		d := time.Since(start)
		if d < 5*time.Second { // 0.1 s; quadratic, minutes
			break
		}
		if try == 2 { // a busy machine is slow once
			t.Fatalf("took %v", d)
		}
	}
}

func FuzzReadSafetensors(f *testing.F) {
	var b bytes.Buffer
	_ = WriteSafetensors(&b, []NamedTensor{FloatTensor("a", []float32{1, 2}, 2), {Name: "s", DType: U8, Shape: []int{1}, Data: []byte{1}}}, map[string]string{"k": "v"})
	f.Add(b.Bytes())
	f.Add(file(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 4))
	f.Add(file(`{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, 8))
	byName := func(a, b NamedTensor) int { return strings.Compare(a.Name, b.Name) }
	f.Fuzz(func(t *testing.T, b []byte) {
		ts, meta, err := ReadSafetensors(b)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := WriteSafetensors(&again, ts, meta); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		ts2, meta2, err := ReadSafetensors(again.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		slices.SortFunc(ts, byName)
		slices.SortFunc(ts2, byName)
		same := slices.EqualFunc(ts, ts2, func(a, b NamedTensor) bool {
			return a.Name == b.Name && a.DType == b.DType && slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
		})
		if !same || !maps.Equal(meta, meta2) {
			t.Fatalf("%v %v became %v %v", ts, meta, ts2, meta2)
		}
	})
}
