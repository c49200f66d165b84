package nets

import (
	"math"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// TestConvFans: PyTorch's fans of convolutions, seen in the spread of the weights.
func TestConvFans(t *testing.T) {
	r := rng.New(1, "convolutions")
	spread := func(w *Param) float64 {
		m := 0.0
		for _, v := range w.Value.Data {
			m = max(m, math.Abs(float64(v)))
		}
		return m
	}
	deviation := func(w *Param) float64 {
		s := 0.0
		for _, v := range w.Value.Data {
			s += float64(v) * float64(v)
		}
		return math.Sqrt(s / float64(len(w.Value.Data)))
	}
	k := tensor.Both(3)
	c := NewConv2D("c", 16, 64, k, tensor.ConvOptions{}, PyTorchLinear, r)
	near(t, "PyTorch's bound", spread(c.Weight), 1/math.Sqrt(9*16), 1e-3)
	near(t, "PyTorch's bound of the bias", spread(c.Bias), 1/math.Sqrt(9*16), .05)
	near(t, "Kaiming's bound", spread(NewConv2D("c", 16, 64, k, tensor.ConvOptions{}, KaimingUniform(math.Sqrt2), r).Weight), math.Sqrt(6.0/(9*16)), 1e-3)
	near(t, "Xavier's bound", spread(NewConv2D("c", 16, 64, k, tensor.ConvOptions{}, XavierUniform(1), r).Weight), math.Sqrt(6.0/(9*16+9*64)), 1e-3)
	near(t, "Kaiming's deviation by fan-out", deviation(NewConv2D("c", 16, 64, k, tensor.ConvOptions{}, KaimingNormalFanOut(1), r).Weight), 1/math.Sqrt(9*64), .05)
	near(t, "bound of groups", spread(NewConv2D("c", 16, 64, k, tensor.ConvOptions{Groups: 4}, PyTorchLinear, r).Weight), 1/math.Sqrt(9*4), 1e-3)
	near(t, "bound of a transposed convolution", spread(NewConvTranspose2D("c", 16, 64, k, tensor.ConvOptions{}, PyTorchLinear, r).Weight), 1/math.Sqrt(9*64), 1e-3)
}

// lenet5 is the layers of LeNet-5 up to its 120 features.
func lenet5(r *rng.Stream) Sequence {
	tanh := tensor.ConvOptions{Act: tensor.Tanh}
	two := tensor.PoolOptions{Window: tensor.Both(2)}
	return Sequence{
		NewConv2D("c1", 1, 6, tensor.Both(5), tensor.ConvOptions{Pad: tensor.Both(2), Act: tensor.Tanh}, PyTorchLinear, r),
		AvgPool2D(two),
		NewPartialConv("c3", 6, LeNet5C3, tensor.Both(5), tanh, PyTorchLinear, r),
		MaxPool2D(two),
		NewConv2D("c5", 16, 120, tensor.Both(5), tanh, PyTorchLinear, r),
		Flatten,
	}
}

func TestConvLayers(t *testing.T) {
	r := rng.New(1, "layers")
	net := lenet5(r)
	params := Collect(net)
	if got, want := params.Count(), 156+1516+48120; got != want { // of C1, C3 and C5 in the paper
		t.Errorf("%d parameters, want %d", got, want)
	}
	tape, image := tensor.NewTape(), tensor.New(2, 28, 28, 1)
	for i := range image.Data {
		image.Data[i] = float32(r.Normal())
	}
	step := func() {
		tape.Reset()
		params.ZeroGrad()
		tape.Backward(tape.Sum(net.Forward(tape, tape.Input(image))))
	}
	step()
	if s := tape.Shape(net.Forward(tape, tape.Input(image))); s != tensor.ShapeOf(2, 120) {
		t.Errorf("result %v", s)
	}
	for _, p := range params.All() {
		if tensor.Norm(p.Grad.Data) == 0 {
			t.Errorf("%s has no gradient", p.Name)
		}
	}
	step()
	if n := testing.AllocsPerRun(5, step); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
	up := Sequence{
		NewConvTranspose2D("up", 3, 4, tensor.Both(4), tensor.ConvOptions{Stride: tensor.Both(2), Pad: tensor.Both(1)}, PyTorchLinear, r).NoBias(),
		NewDepthwiseConv2D("depth", 4, tensor.Both(3), tensor.ConvOptions{Pad: tensor.Both(1)}, PyTorchLinear, r),
		NewConv2D("out", 4, 2, tensor.Both(1), tensor.ConvOptions{}, PyTorchLinear, r).NoBias(),
	}
	if got, want := Collect(up).Count(), 16*4*3+9*4+4+8; got != want {
		t.Errorf("%d parameters, want %d", got, want)
	}
	y := up.Forward(tape, tape.Input(tensor.New(1, 5, 6, 3)))
	if s := tape.Shape(y); s != tensor.ShapeOf(1, 10, 12, 2) {
		t.Errorf("result %v", s)
	}
	y = Sequence{AdaptiveAvgPool2D{3, 3}, GlobalAvgPool2D}.Forward(tape, y)
	if s := tape.Shape(y); s != tensor.ShapeOf(1, 2) {
		t.Errorf("pooled %v", s)
	}
}

// TestPartialConv: an output map sees what its row of the table lists, and nothing else.
func TestPartialConv(t *testing.T) {
	r := rng.New(2, "partial")
	c := NewPartialConv("c", 3, [][]int{{2}, {0, 1}}, tensor.Both(1), tensor.ConvOptions{}, Uniform(1), r)
	copy(c.Weight.Value.Data, []float32{3, 5, 7})
	copy(c.Bias.Value.Data, []float32{.5, .25})
	tape := tensor.NewTape()
	y := tape.Value(c.Forward(tape, tape.InputOf([]float32{1, 10, 100}, 1, 1, 1, 3)))
	if y[0] != 300.5 || y[1] != 75.25 {
		t.Errorf("y = %v", y)
	}
	for _, table := range [][][]int{{{3}}, {{0, 0}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("table %v was accepted", table)
				}
			}()
			NewPartialConv("c", 3, table, tensor.Both(1), tensor.ConvOptions{}, Uniform(1), r)
		}()
	}
}
