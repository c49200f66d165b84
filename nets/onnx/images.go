package onnx

import (
	"errors"

	"tesuji/tensor"
)

func pair(p [2]int) []int64 { return []int64{int64(max(1, p[0])), int64(max(1, p[1]))} }

// kernel returns the name of a convolution's weights [KH, KW, A, B] as ONNX has them,
// [B, A, KH, KW].
func (g *graph) kernel(w *value) string {
	if !w.constant {
		return g.add("Transpose", []string{g.rowMajor(w)}, "", attribute{"perm", []int64{3, 2, 0, 1}})
	}
	kh, kw, a, b := w.shape.Dim(0), w.shape.Dim(1), w.shape.Dim(2), w.shape.Dim(3)
	x := make([]float32, len(w.data))
	for t := range kh * kw {
		for i := range a {
			for o := range b {
				x[(o*a+i)*kh*kw+t] = w.data[(t*a+i)*b+o]
			}
		}
	}
	return g.floats(g.constantName(w), x, b, a, kh, kw)
}

// convolve adds a convolution of either kind.
func (g *graph) convolve(op string, s tensor.Step, more ...attribute) error {
	inputs := []string{g.channelsFirst(g.of(s.Operands[0])), g.kernel(g.of(s.Operands[1]))}
	if len(s.Operands) > 2 {
		inputs = append(inputs, g.rowMajor(g.of(s.Operands[2])))
	}
	o, w := s.Conv, s.Operands[1].Shape
	y := g.add(op, inputs, "", append([]attribute{
		{"kernel_shape", []int64{int64(w.Dim(0)), int64(w.Dim(1))}},
		{"strides", pair(o.Stride)},
		{"dilations", pair(o.Dilation)},
		{"pads", []int64{int64(o.Pad[0]), int64(o.Pad[1]), int64(o.Pad[0]), int64(o.Pad[1])}},
		{"group", int64(max(1, o.Groups))},
	}, more...)...)
	g.of(s.Result).images = g.activate(o.Act, y)
	return nil
}

func convertConv2D(g *graph, s tensor.Step) error { return g.convolve("Conv", s) }

func convertConvTranspose2D(g *graph, s tensor.Step) error {
	o := s.Conv.OutputPad
	return g.convolve("ConvTranspose", s, attribute{"output_padding", []int64{int64(o[0]), int64(o[1])}})
}

// windows returns a pool's attributes. The padding behind is as wide as the last window reaches,
// which rounding up may make wider than the one before.
func windows(s tensor.Step) (attributes []attribute, uneven bool) {
	in, out, o := s.Operands[0].Shape, s.Result.Shape, s.Pool
	behind := o.Pad
	if o.Ceil {
		uneven = true
		for i := range behind {
			behind[i] = max(0, (out.Dim(1+i)-1)*o.Stride[i]+o.Window[i]-in.Dim(1+i)-o.Pad[i])
		}
	}
	return []attribute{
		{"kernel_shape", pair(o.Window)},
		{"strides", pair(o.Stride)},
		{"pads", []int64{int64(o.Pad[0]), int64(o.Pad[1]), int64(behind[0]), int64(behind[1])}},
	}, uneven
}

func convertMaxPool2D(g *graph, s tensor.Step) error {
	attributes, _ := windows(s)
	g.of(s.Result).images = g.add("MaxPool", []string{g.channelsFirst(g.of(s.Operands[0]))}, "", attributes...)
	return nil
}

func convertAvgPool2D(g *graph, s tensor.Step) error {
	x, y := g.of(s.Operands[0]), g.of(s.Result)
	in, out := s.Operands[0].Shape, s.Result.Shape
	switch {
	case s.Adaptive && out.Dim(1) == 1 && out.Dim(2) == 1:
		y.images = g.add("GlobalAveragePool", []string{g.channelsFirst(x)}, "")
	case s.Adaptive && (in.Dim(1)%out.Dim(1) != 0 || in.Dim(2)%out.Dim(2) != 0):
		return errors.New("its windows differ in size, and ONNX has no such pool")
	case s.Adaptive:
		window := []int64{int64(in.Dim(1) / out.Dim(1)), int64(in.Dim(2) / out.Dim(2))}
		y.images = g.add("AveragePool", []string{g.channelsFirst(x)}, "", attribute{"kernel_shape", window}, attribute{"strides", window})
	default:
		attributes, uneven := windows(s)
		if uneven && !s.Pool.ExcludePad {
			return errors.New("a window reaches out of the padding that counts, and ONNX has no such pool")
		}
		if !s.Pool.ExcludePad {
			attributes = append(attributes, attribute{"count_include_pad", int64(1)})
		}
		y.images = g.add("AveragePool", []string{g.channelsFirst(x)}, "", attributes...)
	}
	return nil
}

func pad(mode string) func(g *graph, s tensor.Step) error {
	return func(g *graph, s tensor.Step) error {
		in, out := s.Operands[0].Shape, s.Result.Shape
		top, left := s.Numbers[0], s.Numbers[1]
		pads := g.integers(0, 0, int64(top), int64(left), 0, 0, int64(out.Dim(1)-in.Dim(1)-top), int64(out.Dim(2)-in.Dim(2)-left))
		g.of(s.Result).images = g.add("Pad", []string{g.channelsFirst(g.of(s.Operands[0])), pads}, "", attribute{"mode", mode})
		return nil
	}
}

// convertPixelShuffle: channel c·r²+i·r+j goes to pixel (i, j) of channel c, which ONNX calls CRD.
func convertPixelShuffle(g *graph, s tensor.Step) error {
	g.of(s.Result).images = g.add("DepthToSpace", []string{g.channelsFirst(g.of(s.Operands[0]))}, "",
		attribute{"blocksize", int64(s.Numbers[0])}, attribute{"mode", "CRD"})
	return nil
}
