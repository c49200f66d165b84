package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tesuji/nets"
)

// golden has arrays that count up from 0 in every type, order, layout and version.
const golden = "testdata/arrays.npz"

func TestReadWhatNumPyWrites(t *testing.T) {
	all, err := Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 23 {
		t.Errorf("%d arrays", len(all))
	}
	for _, a := range all {
		kind, rest, _ := strings.Cut(a.Name, "-")
		dims, _, _ := strings.Cut(rest, "-")
		var shape []int
		for s := range strings.SplitSeq(dims, "x") {
			if d, err := strconv.Atoi(s); err == nil {
				shape = append(shape, d)
			}
		}
		if a.DType != kinds[kind] || !slices.Equal(a.Shape, shape) {
			t.Errorf("%s is %s %v", a.Name, a.DType, a.Shape)
		}
		x := make([]float32, a.Len())
		if err := a.Convert(x); err != nil {
			t.Fatal(err)
		}
		for i, v := range x {
			want := float32(i)
			if a.DType == nets.Bool {
				want = min(want, 1)
			}
			if v != want {
				t.Errorf("%s: element %d is %v", a.Name, i, v)
			}
		}
	}
}

// What NumPy has written in its plainest way, we write to the byte.
func TestWriteAsNumPy(t *testing.T) {
	z, err := zip.OpenReader(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	n := 0
	for _, f := range z.File {
		if strings.Count(f.Name, "-") > 1 {
			continue // not the plainest way
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Read(want)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := Write(&got, a); err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: %v\n%q, want\n%q", f.Name, err, got.Bytes(), want)
		}
		n++
	}
	if n != 17 {
		t.Errorf("%d files compared", n)
	}
}

// encoded is a file of version 1.0 with a header and n bytes of elements.
func encoded(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint16([]byte(magic+"\x01\x00"), uint16(len(header)+1))
	return append(append(b, header+"\n"...), make([]byte, n)...)
}

func TestHeadersThatAreAllowed(t *testing.T) {
	for _, h := range []string{
		`{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }`,
		`{'shape':(3,),'descr':'<f4','fortran_order':False}`,
		`{"shape" : ( 3 , ) , "descr" : "<f4" , "fortran_order" : True , }   `,
		`{'shape': (1, 3,), 'descr': '<f4', 'fortran_order': False}`,
	} {
		if a, err := Read(encoded(h, 12)); err != nil || a.DType != nets.F32 || a.Len() != 3 {
			t.Errorf("%s: %v, %v", h, a, err)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	dict := func(descr, fortran, shape string) string {
		return fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr, fortran, shape)
	}
	ok := encoded(dict("'<f4'", "False", "(3,)"), 12)
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":             {nil, "too few"},
		"magic":             {[]byte("\x93NUMPZ\x01\x00\x00\x00"), "does not begin"},
		"version":           {[]byte(magic + "\x01\x01\x00\x00"), "version 1.1"},
		"version 9":         {[]byte(magic + "\x09\x00\x00\x00"), "version 9.0"},
		"cut in version 2":  {[]byte(magic + "\x02\x00\x00\x00"), "too few"},
		"cut in the header": {ok[:40], "truncated"},
		"short":             {ok[:len(ok)-1], "needs 12 bytes"},
		"long":              {append(slices.Clone(ok), 0), "needs 12 bytes of elements, 13"},
		"absurd header":     {append([]byte(magic+"\x02\x00\xff\xff\xff\xff"), make([]byte, 100)...), "at most 10000"},
		"long header":       {encoded(dict("'<f4'", "False", "()")+strings.Repeat(" ", 10_000), 4), "at most 10000"},
		"absurd shape":      {encoded(dict("'<f4'", "False", "(4294967296, 4294967296)"), 0), "impossible shape"},
		"absurd dimension":  {encoded(dict("'<f4'", "False", "(99999999999999999999,)"), 0), "dimension"},
		"negative":          {encoded(dict("'<f4'", "False", "(-1,)"), 0), "dimension was expected"},
		"number":            {encoded(dict("'<f4'", "False", "(3)"), 12), "want a tuple"},
		"list":              {encoded(dict("'<f4'", "False", "[3]"), 12), `'('`},
		"two commas":        {encoded(dict("'<f4'", "False", "(3,,)"), 12), "dimension was expected"},
		"no comma":          {encoded(dict("'<f4'", "False", "(1 3)"), 12), "want a tuple"},
		"no comma later":    {encoded(dict("'<f4'", "False", "(1, 3 1)"), 12), `','`},
		"order":             {encoded(dict("'<f4'", "0", "(3,)"), 12), "True or False"},
		"objects":           {encoded(dict("'|O'", "False", "(3,)"), 24), `"|O"`},
		"complex":           {encoded(dict("'<c8'", "False", "(3,)"), 24), `"<c8"`},
		"text":              {encoded(dict("'<U4'", "False", "(3,)"), 48), `"<U4"`},
		"native":            {encoded(dict("'=f4'", "False", "(3,)"), 12), `"=f4"`},
		"no order":          {encoded(dict("'|f4'", "False", "(3,)"), 12), `"|f4"`},
		"records":           {encoded(dict("[('a', '<f4')]", "False", "(3,)"), 12), "records"},
		"escape":            {encoded(dict(`'\x3cf4'`, "False", "(3,)"), 12), "string was expected"},
		"twice":             {encoded("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False}", 4), "twice"},
		"missing":           {encoded("{'descr': '<f4', 'shape': (3,)}", 12), "needs descr"},
		"unknown":           {encoded("{'descr': '<f4', 'x': 1}", 12), `unknown key "x"`},
		"more":              {encoded(dict("'<f4'", "False", "(3,)")+"1", 12), "follows"},
		"expression":        {encoded(dict("'<f4'", "False", "(3,)")+".copy()", 12), "follows"},
		"not closed":        {encoded("{'descr': '<f4'", 12), `'}'`},
		"no line":           {[]byte(magic + "\x01\x00\x02\x00{}"), "no line"},
	} {
		if _, err := Read(c.b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestZipRoundTrip(t *testing.T) {
	in := []nets.NamedTensor{
		nets.FloatTensor("pi.0.weight", []float32{1, 2, 3, 4, 5, 6}, 2, 3),
		nets.FloatTensor("a/b", nil, 0, 2),
		nets.DoubleTensor("mean", []float64{.1}),
	}
	var one, two bytes.Buffer
	for _, w := range []*bytes.Buffer{&one, &two} {
		if err := WriteZip(w, in); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two writes differ")
	}
	out, err := ReadZip(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil || !slices.EqualFunc(in, out, sameTensor) {
		t.Errorf("%v, %v", out, err)
	}
	path := filepath.Join(t.TempDir(), "one.npy")
	var file bytes.Buffer
	if err := Write(&file, in[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := Open(path); err != nil || len(out) != 1 || !bytes.Equal(out[0].Data, in[0].Data) {
		t.Errorf("%v, %v", out, err)
	}
}

func sameTensor(a, b nets.NamedTensor) bool {
	return a.Name == b.Name && a.DType == b.DType && slices.Equal(a.Shape, b.Shape) && bytes.Equal(a.Data, b.Data)
}

// zipped is a zip of the given entries, all with the same bytes, which are not what some say.
func zipped(t testing.TB, data []byte, entries ...zip.FileHeader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateRaw(&e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBadZipsAreRefused(t *testing.T) {
	array := encoded("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 4)
	entry := func(name string, held, claimed uint64) zip.FileHeader {
		return zip.FileHeader{Name: name, CompressedSize64: held, UncompressedSize64: claimed}
	}
	n := uint64(len(array))
	wrong := entry("a.npy", n, n)
	wrong.CRC32 = 1
	odd := entry("a.npy", n, n)
	odd.Method = 99
	for want, b := range map[string][]byte{
		"not a valid zip":   array,
		"is no array":       zipped(t, array, entry("a.txt", n, n)),
		"two arrays":        zipped(t, array, entry("a.npy", n, n), entry("a.npy", n, n)),
		"more than can be":  zipped(t, array, entry("a.npy", n, 1<<60)),
		"entries overlap":   zipped(t, array, entry("a.npy", 1<<40, n)),
		"checksum":          zipped(t, array, wrong),
		"does not end":      zipped(t, array, entry("a.npy", n, n-1)),
		"EOF":               zipped(t, array, entry("a.npy", n, n+1)),
		"unsupported compr": zipped(t, array, odd),
	} {
		if _, err := ReadZip(bytes.NewReader(b), int64(len(b))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for want, a := range map[string]nets.NamedTensor{
		"BF16":           {Name: "a", DType: nets.BF16, Shape: []int{1}, Data: make([]byte, 2)},
		"want 8":         {Name: "a", DType: nets.F32, Shape: []int{2}, Data: make([]byte, 4)},
		"impossible":     {Name: "a", DType: nets.F32, Shape: []int{-1}},
		"too many":       {Name: "a", DType: nets.U8, Shape: slices.Repeat([]int{1}, 9000), Data: make([]byte, 1)},
		`"" is empty or`: {DType: nets.U8, Shape: []int{0}},
	} {
		if err := WriteZip(io.Discard, []nets.NamedTensor{a}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	a := nets.FloatTensor("a", nil, 0)
	if err := WriteZip(io.Discard, []nets.NamedTensor{a, a}); err == nil {
		t.Error("two arrays of one name were written")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(encoded("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2)}", 8))
	f.Add(encoded("{'descr': '>i2', 'fortran_order': False, 'shape': ()}", 2))
	f.Add(encoded("{'descr': '|b1', 'fortran_order': False, 'shape': (0, 3)}", 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Read(b)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := Write(&again, a); err != nil {
			if strings.Contains(err.Error(), "too many") {
				return // NumPy's padding makes the header longer than it was
			}
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if c, err := Read(again.Bytes()); err != nil || !sameTensor(a, c) {
			t.Fatalf("%v became %v, %v", a, c, err)
		}
	})
}

func FuzzReadZip(f *testing.F) {
	b, err := os.ReadFile(golden)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(zipped(f, []byte("abc"), zip.FileHeader{Name: "a.npy", CompressedSize64: 3, UncompressedSize64: 3}))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := ReadZip(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		held := 0
		for _, a := range all {
			held += len(a.Data)
		}
		if held > inflation*(len(b)+1) {
			t.Fatalf("%d bytes out of %d", held, len(b))
		}
	})
}
