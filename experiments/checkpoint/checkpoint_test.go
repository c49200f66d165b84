package checkpoint

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tesuji/nets"
)

func sample() *File {
	return &File{
		Config: strings.Repeat("ab", 32), Steps: 1200,
		Tensors: []nets.NamedTensor{
			nets.FloatTensor("policy.0.weight", []float32{1, -2, 3.5, 0, 1e-40, 6}, 2, 3),
			nets.DoubleTensor("normalize.obs.mean", []float64{0.1, -0.2}),
			nets.FloatTensor("empty", nil, 0),
		},
		State: []byte("everything else"),
	}
}

func bytesOf(t testing.TB, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func byName(list []nets.NamedTensor) map[string]string {
	m := map[string]string{}
	for _, t := range list {
		m[t.Name] = string(t.DType) + string(t.Data)
	}
	return m
}

func TestRoundTrip(t *testing.T) {
	for _, state := range [][]byte{[]byte("everything else"), {}, nil} {
		want := sample()
		want.State = state
		got, err := Decode(bytesOf(t, want))
		if err != nil {
			t.Fatal(err)
		}
		if got.Config != want.Config || got.Steps != want.Steps || !bytes.Equal(got.State, want.State) || (got.State == nil) != (state == nil) {
			t.Errorf("got %+v", got)
		}
		if !reflect.DeepEqual(byName(got.Tensors), byName(want.Tensors)) {
			t.Errorf("tensors %v", got.Tensors)
		}
	}
}

// TestAnySafetensorsReader: a checkpoint is an ordinary safetensors file.
func TestAnySafetensorsReader(t *testing.T) {
	tensors, meta, err := nets.ReadSafetensors(bytesOf(t, sample()))
	if err != nil {
		t.Fatal(err)
	}
	if len(tensors) != 4 || meta["version"] != "1" || meta["steps"] != "1200" {
		t.Errorf("%d tensors, metadata %v", len(tensors), meta)
	}
}

// TestEveryBit: no single flipped bit and no cut goes unnoticed.
func TestEveryBit(t *testing.T) {
	b := bytesOf(t, sample())
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			if f, err := Decode(b); err == nil {
				// The padding of the header and the case of no key may differ without meaning.
				if !reflect.DeepEqual(byName(f.Tensors), byName(sample().Tensors)) || string(f.State) != "everything else" || f.Steps != 1200 {
					t.Fatalf("bit %d of byte %d of %d flipped unnoticed", bit, i, len(b))
				}
			} else if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Fatalf("byte %d: %v", i, err)
			}
			b[i] ^= 1 << bit
		}
	}
	for n := range b {
		if _, err := Decode(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut after %d of %d bytes: %v", n, len(b), err)
		}
	}
}

func TestNewer(t *testing.T) {
	var buf bytes.Buffer
	if err := nets.WriteSafetensors(&buf, nil, map[string]string{"format": "tesuji", "version": "2"}); err != nil {
		t.Fatal(err)
	}
	_, err := Decode(buf.Bytes())
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "version is 2") {
		t.Errorf("%v", err)
	}
}

func TestForeignSafetensors(t *testing.T) {
	var buf bytes.Buffer
	if err := nets.WriteSafetensors(&buf, sample().Tensors, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(buf.Bytes()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "neither checkpoint nor weights") {
		t.Errorf("%v", err)
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	steps := func() (s []int64) {
		list, err := List(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			s = append(s, e.Steps)
		}
		return s
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	save := func(n int64) {
		f := sample()
		f.Steps = n
		if err := Save(dir, f, 2); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		save int64
		want []int64
	}{
		{100, []int64{100}},
		{200, []int64{200, 100}},
		{1_000_000_000_000, []int64{1_000_000_000_000, 200}},
		// Behind one that could not be read: it stays until it is passed.
		{300, []int64{1_000_000_000_000, 300, 200}},
		{400, []int64{1_000_000_000_000, 400, 300}},
		{1_000_000_000_000, []int64{1_000_000_000_000, 400}},
	} {
		save(c.save)
		if got := steps(); !slices.Equal(got, c.want) {
			t.Errorf("after saving %d: %v, want %v", c.save, got, c.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "notes.txt")); err != nil {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(bytesOf(f, sample()))
	weights := sample()
	weights.State = nil
	f.Add(bytesOf(f, weights))
	f.Add([]byte("\x3c\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Fatalf("unnamed error %v", err)
			}
			return
		}
		// What is accepted can be written, and reads back as the same.
		again, err := Decode(bytesOf(t, file))
		if err != nil {
			t.Fatal(err)
		}
		if again.Steps != file.Steps || !bytes.Equal(again.State, file.State) || !reflect.DeepEqual(byName(again.Tensors), byName(file.Tensors)) {
			t.Fatal("reads back as something else")
		}
	})
}
