package goldentest

import (
	"errors"
	"flag"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"tesuji/envs"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew")

// pictureTolerance is how far a colour may be off where curves are flattened with other
// roundings: the rasteriser has assembly on some CPUs.
const pictureTolerance = 3

// Picture compares what r draws with the PNG file, which the flag -update writes.
func Picture(t *testing.T, r envs.Renderer, file string) {
	t.Helper()
	w, h := r.RenderSize()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r.Render(img)
	if *update {
		if err := write(file, img); err != nil {
			t.Fatal(err)
		}
		return
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v: run the test with -update to write it", err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	golden, err := png.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if golden.Bounds() != img.Bounds() {
		t.Fatalf("%s is %v, the picture %v", file, golden.Bounds(), img.Bounds())
	}
	for y := range h {
		for x := range w {
			got := img.RGBAAt(x, y)
			r, g, b, _ := golden.At(x, y).RGBA()
			if off(got.R, r) || off(got.G, g) || off(got.B, b) || got.A != 255 {
				t.Fatalf("%s: pixel (%d, %d) is %v, want %v; if this is meant, look at it and run the test with -update",
					file, x, y, got, golden.At(x, y))
			}
		}
	}
}

func off(got uint8, want uint32) bool {
	d := int(got) - int(want>>8)
	return d > pictureTolerance || d < -pictureTolerance
}

func write(file string, img image.Image) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	return errors.Join(enc.Encode(f, img), f.Close())
}

// Play resets e with the seed and takes the policy's actions, at most steps or to the end.
// The policy sees the observation and the step's number.
func Play(t *testing.T, e envs.Env, seed uint64, steps int, policy func(obs []float32, step int) float32) {
	t.Helper()
	row := envs.MakeRows(e.Spec().Observation, 1).Row(0)
	e.Seed(seed)
	if err := e.Reset(row); err != nil {
		t.Fatal(err)
	}
	for k := range steps {
		r, err := e.Step(envs.Action{policy(row.F32, k)}, row)
		if err != nil {
			t.Fatal(err)
		}
		if r.Terminated {
			return
		}
	}
}
