package nets

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// pictures is a small convolutional network; wrong makes its head expect another width.
func pictures(wrong int) Sequence {
	r := rng.New(1, "init")
	return Sequence{
		NewConv2D("net.conv1", 3, 8, tensor.Both(3), tensor.ConvOptions{Pad: tensor.Both(1), Act: tensor.ReLU}, PyTorchLinear, r),
		MaxPool2D{Window: tensor.Both(2)},
		NewConv2D("net.conv2", 8, 4, tensor.Both(3), tensor.ConvOptions{}, PyTorchLinear, r),
		Flatten,
		NewLinear("net.head", 4*2*2+wrong, 10, tensor.None, PyTorchLinear, r),
	}
}

func TestCheck(t *testing.T) {
	if out, err := Check(pictures(0), 8, 8, 3); err != nil || out != tensor.ShapeOf(1, 10) {
		t.Errorf("%v, %v", out, err)
	}
	square := Func(func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.MatMul(x, x) })
	for want, c := range map[string]struct {
		net  Layer
		dims []int
	}{
		`layer "net.head": tensor: Linear needs x [R K], w [K N] and b [N], got [[1 16] [17 10] [10]]`: {pictures(1), []int{8, 8, 3}},
		`layer "net.conv1": tensor: Conv2D needs`:                                                      {pictures(0), []int{8, 8, 4}},
		`layer "net.conv2": tensor: Conv2D needs`:                                                      {pictures(0), []int{4, 4, 3}},
		`after layer "l.0": tensor: MatMul needs a [R K] and b [K N], got [[1 3]`:                      {Sequence{NewMLP("l", 2, []int{3}, tensor.None, Fill(0), nil), square}, []int{2}},
		`at the input: tensor: MatMul`:                                                                 {square, []int{2}},
		`before the first layer: tensor: MatMul`:                                                       {Sequence{Func((*tensor.Tape).Tanh), square}, []int{2}},
	} {
		_, err := Check(c.net, c.dims...)
		var shape *tensor.ShapeError
		if err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, &shape) {
			t.Errorf("error %v, want one with %s", err, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a panic that is about no shape was kept back")
		}
	}()
	_, _ = Check(Func(func(*tensor.Tape, tensor.Var) tensor.Var { panic("other") }), 2)
}

func TestSummary(t *testing.T) {
	net := pictures(0)
	b := BlueprintOf("pictures", net, 8, 8, 3)
	b.Params = slices.Values(slices.Concat(slices.Collect(net.Params()), []*Param{NewParam("value.weight", 7), NewFixed("value.count", 2)}))
	s, err := b.Summary()
	if err != nil {
		t.Fatal(err)
	}
	want := []LayerSummary{
		{"net.conv1", []string{"Conv2D+ReLU", "MaxPool2D"}, tensor.ShapeOf(1, 4, 4, 8), 3*3*3*8 + 8, 0, 64 * 27 * 8},
		{"net.conv2", []string{"Conv2D", "Reshape"}, tensor.ShapeOf(1, 16), 3*3*8*4 + 4, 0, 4 * 72 * 4},
		{"net.head", []string{"Linear"}, tensor.ShapeOf(1, 10), 170, 0, 160},
		{"value", nil, tensor.Shape{}, 7, 2, 0},
	}
	for i, w := range want {
		g := s.Layers[i]
		if g.Name != w.Name || !slices.Equal(g.Ops, w.Ops) || g.Out != w.Out || g.Params != w.Params || g.Fixed != w.Fixed || g.MACs != w.MACs {
			t.Errorf("layer %d is %+v, want %+v", i, g, w)
		}
	}
	if s.Params != 224+292+170+7 || s.Fixed != 2 || s.MACs != 64*27*8+4*72*4+160 || s.Values != 8*8*8+4*4*8+2*2*4+10 {
		t.Errorf("%+v", s)
	}
	if text := s.String(); !strings.Contains(text, "Conv2D+ReLU MaxPool2D  [1 4 4 8]         224          13824") {
		t.Errorf("\n%s", text)
	}
}
