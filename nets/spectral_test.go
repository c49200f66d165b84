package nets

import (
	"math"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

func TestSpectralNormIsPyTorchs(t *testing.T) {
	f, err := OpenSafetensors("testdata/spectral.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := rng.New(1, "init")
	for name, layer := range map[string]Layer{
		"linear": NewLinear("linear", 5, 4, tensor.None, PyTorchLinear, r),
		"conv":   NewConv2D("conv", 2, 3, [2]int{3, 2}, tensor.ConvOptions{}, PyTorchLinear, r),
	} {
		array := func(part string) *tensor.Tensor {
			a, ok := f.Tensor(name + "." + part)
			if !ok {
				t.Fatalf("no %s.%s", name, part)
			}
			x := tensor.New(a.Shape...)
			if err := a.Floats(x.Data); err != nil {
				t.Fatal(err)
			}
			return x
		}
		net := SpectralNorm(layer, r)
		set := Collect(net)
		for _, p := range set.All() {
			copy(p.Value.Data, array(p.Name[len(name)+1:]).Data)
		}
		tape := tensor.NewTape()
		x := array("x")
		tape.Train(true)
		step := func() {
			tape.Reset()
			set.ZeroGrad()
			tape.Backward(tape.Sum(tape.Square(net.Forward(tape, tape.Input(x)))))
		}
		for range 3 {
			step()
		}
		withinOf(t, name+".grad", set.All()[0].Grad.Data, array("grad").Data, 1e-4)
		tape.Train(false)
		tape.Reset()
		withinOf(t, name+".y", tape.Value(net.Forward(tape, tape.Input(x))), array("y").Data, 1e-5)
		tape.Train(true)
		if n := testing.AllocsPerRun(10, step); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func withinOf(t *testing.T, name string, got, want []float32, tolerance float64) {
	t.Helper()
	for i, w := range want {
		if d := math.Abs(float64(got[i] - w)); !(d <= tolerance*max(1, math.Abs(float64(w)))) {
			t.Errorf("%s: element %d is %v, want %v", name, i, got[i], w)
		}
	}
}

// TestSpectralNormIsOne: the divided weight stretches by 1 at most, whatever the weight.
func TestSpectralNormIsOne(t *testing.T) {
	l := NewLinear("l", 2, 2, tensor.None, Fill(0), nil)
	copy(l.Weight.Value.Data, []float32{3, 0, 0, -7})
	s := SpectralNorm(l, rng.New(1, "init"))
	tape := tensor.NewTape()
	y := tape.Value(s.Forward(tape, tape.InputOf([]float32{1, 0, 0, 1}, 2, 2)))
	withinOf(t, "y", y, []float32{3. / 7, 0, 0, -1}, 1e-6)
	defer func() {
		if recover() == nil {
			t.Error("a layer without weight was taken")
		}
	}()
	SpectralNorm(Flatten, nil)
}

// Two uses on one tape, as a discriminator sees real and made pictures: the second moves the
// vectors, and the first one's gradient is that of the vectors it saw.
func TestSpectralNormTwiceOnATape(t *testing.T) {
	r := rng.New(3, "init")
	l := NewLinear("l", 4, 3, tensor.None, PyTorchLinear, r)
	s := SpectralNorm(l, r)
	set := Collect(s)
	before := append([]float32{}, set.fixed...)
	x := hashed(1, 2, 4)
	grad := func(twice bool) []float32 {
		copy(set.fixed, before)
		tape := tensor.NewTape()
		tape.Train(true)
		set.ZeroGrad()
		loss := tape.Sum(tape.Square(s.Forward(tape, tape.Input(x))))
		if twice {
			s.Forward(tape, tape.Input(x))
		}
		tape.Backward(loss)
		return append([]float32{}, set.grads...)
	}
	withinOf(t, "gradient", grad(true), grad(false), 0)
}
