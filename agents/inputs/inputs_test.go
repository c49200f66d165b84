package inputs

import (
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// TestRead holds the shape and the numbers of each kind of observation.
func TestRead(t *testing.T) {
	tape := tensor.NewTape()
	for _, c := range []struct {
		name  string
		space envs.Space
		obs   envs.Rows
		shape tensor.Shape
		want  []float32
	}{
		{"box", envs.NewBox(-1, 1, 2), envs.Rows{N: 2, Size: 2, F32: []float32{1, 2, 3, 4}}, tensor.ShapeOf(2, 2), []float32{1, 2, 3, 4}},
		{"discrete", envs.NewDiscrete(3), envs.Rows{N: 2, Size: 1, F32: []float32{2, 0}}, tensor.ShapeOf(2, 3), []float32{0, 0, 1, 1, 0, 0}},
		{"image", envs.NewImage(1, 2, 1), envs.Rows{N: 2, Size: 2, U8: []uint8{0, 255, 51, 102}}, tensor.ShapeOf(2, 1, 2, 1), []float32{0, 1, .2, .4}},
		{"planes", envs.NewUint8Box(0, 1, 1, 2, 1), envs.Rows{N: 1, Size: 2, U8: []uint8{0, 1}}, tensor.ShapeOf(1, 1, 2, 1), []float32{0, 1}},
	} {
		r := NewReader(c.space)
		tape.Reset()
		x := r.Read(tape, c.obs)
		if tape.Shape(x) != c.shape || !slices.Equal(tape.Value(x), c.want) {
			t.Errorf("%s: %v %v, want %v %v", c.name, tape.Shape(x), tape.Value(x), c.shape, c.want)
		}
	}
}

// TestConvolutions has the numbers of features, and what is refused.
func TestConvolutions(t *testing.T) {
	for _, c := range []struct {
		kind     string
		space    envs.Space
		features int
		params   int
		err      string
	}{
		{Auto, envs.NewImage(84, 84, 4), 3136, 4*8*8*32 + 32 + 32*4*4*64 + 64 + 64*3*3*64 + 64, ""},
		{NIPS, envs.NewImage(84, 84, 4), 2592, 4*8*8*16 + 16 + 16*4*4*32 + 32, ""},
		{Auto, envs.NewUint8Box(0, 1, 10, 10, 4), 1024, 3*3*4*16 + 16, ""},
		{Auto, envs.NewBox(-1, 1, 4), 4, 0, ""},
		{None, envs.NewImage(8, 8, 3), 192, 0, ""},
		{Nature, envs.NewImage(20, 84, 4), 0, 0, "larger images"},
		{MinAtar, envs.NewBox(-1, 1, 4), 0, 0, "want none or auto"},
		{"big", envs.NewBox(-1, 1, 4), 0, 0, "want auto, none"},
	} {
		r := NewReader(c.space)
		l, features, err := Convolutions("cnn", c.kind, &r, nets.PyTorchLinear, rng.New(1, "init"))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s of %v: %v, want %q", c.kind, c.space, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := nets.Collect(l).Count(); features != c.features || n != c.params {
			t.Errorf("%s of %v: %d features and %d parameters, want %d and %d", c.kind, c.space, features, n, c.features, c.params)
		}
		tape := tensor.NewTape()
		obs := envs.MakeRows(c.space, 2)
		if got := tape.Shape(l.Forward(tape, r.Read(tape, obs))); got != tensor.ShapeOf(2, features) {
			t.Errorf("%s of %v: features %v", c.kind, c.space, got)
		}
	}
}
