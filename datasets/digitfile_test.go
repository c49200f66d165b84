package datasets

import (
	"fmt"
	"strings"
	"testing"
)

// digitText is a file of one picture whose pixels are 0, 1, 2, ... modulo 256.
func digitText() string {
	var b strings.Builder
	b.WriteString(`{ "data": [`)
	for i := range 784 {
		if i > 0 {
			b.WriteByte(',')
		}
		switch v := i % 256; v {
		case 0, 255:
			fmt.Fprint(&b, v/255)
		default:
			fmt.Fprintf(&b, "%.3f", float64(v)/255)
		}
	}
	b.WriteString("]}\n")
	return b.String()
}

func TestReadDigitFile(t *testing.T) {
	pixels, err := ReadDigitFile([]byte(digitText()))
	if err != nil || len(pixels) != 784 {
		t.Fatalf("%d pixels, %v", len(pixels), err)
	}
	for i, p := range pixels {
		if int(p) != i%256 {
			t.Fatalf("pixel %d is %d", i, p)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"", "should be"},
		{"[]", "should be"},
		{`{"data":[]}`, "want a number"},
		{`{"data":[0,0]}`, "28 x 28"},
		{`{"data":[0,`, "ends"},
		{`{"data":[0,,0]}`, "number 1"},
		{`{"data":[0.3]}`, "multiple of 1/255"},
		{`{"data":[1.004]}`, "multiple of 1/255"},
		{`{"data":[-0.004]}`, "want a number"},
		{`{"data":[0x1p-8]}`, "want a number"},
		{`{"data":[inf]}`, "want a number"},
		{`{"data":[0]`, `"}" should be`},
		{digitText() + "x", "follows"},
	} {
		if _, err := ReadDigitFile([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.20q: %v, want %q", c.text, err, c.want)
		}
	}
}

func FuzzReadDigitFile(f *testing.F) {
	f.Add([]byte(digitText()))
	f.Add([]byte(`{"data":[0,1,0.5e0]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if pixels, err := ReadDigitFile(text); err == nil && (len(pixels)%784 != 0 || len(pixels) > len(text)) {
			t.Fatalf("%d pixels out of %d bytes", len(pixels), len(text))
		}
	})
}
