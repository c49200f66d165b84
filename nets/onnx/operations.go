package onnx

import (
	"errors"
	"slices"

	"tesuji/tensor"
)

// converters turn an operation of a tape into nodes, by its name.
var converters map[string]func(g *graph, s tensor.Step) error

func init() { // a map that its own functions use
	converters = map[string]func(g *graph, s tensor.Step) error{
		"Linear": convertLinear, "MatMul": convertMatMul, "TiedHead": convertTiedHead, "Reshape": convertReshape,
		"Concat": convertConcat, "Slice": convertSlice,
		"Add": pairwise("Add"), "Sub": pairwise("Sub"), "Mul": pairwise("Mul"), "Div": pairwise("Div"), "Min": pairwise("Min"), "Max": pairwise("Max"),
		"Softmax": convertSoftmax, "LogSoftmax": convertLogSoftmax, "SumLast": convertSumLast, "PReLU": convertPReLU,
		"LayerNorm": convertLayerNorm, "RMSNorm": convertRMSNorm, "BatchNorm": convertBatchNorm, "GroupNorm": convertGroupNorm,
		"Conv2D": convertConv2D, "ConvTranspose2D": convertConvTranspose2D, "MaxPool2D": convertMaxPool2D, "AvgPool2D": convertAvgPool2D,
		"PadZero": pad("constant"), "PadReflect": pad("reflect"), "PixelShuffle": convertPixelShuffle,
	}
	for op := range functions {
		converters[op] = elementwise
	}
}

// convertSoftmax refuses one with a mask, which the tape does not tell from one without.
func convertSoftmax(g *graph, s tensor.Step) error {
	x := s.Operands[0]
	plain := make([]float32, len(x.Data))
	tensor.SoftmaxRows(plain, x.Data, x.Shape.Rows(), x.Shape.Cols())
	if !slices.Equal(plain, s.Result.Data) {
		return errors.New("a mask is not exported")
	}
	g.of(s.Result).plain = g.add("Softmax", []string{g.rowMajor(g.of(x))}, "", attribute{"axis", int64(-1)})
	return nil
}

func convertLogSoftmax(g *graph, s tensor.Step) error {
	g.of(s.Result).plain = g.add("LogSoftmax", []string{g.rowMajor(g.of(s.Operands[0]))}, "", attribute{"axis", int64(-1)})
	return nil
}

func convertSumLast(g *graph, s tensor.Step) error {
	g.of(s.Result).plain = g.add("ReduceSum", []string{g.rowMajor(g.of(s.Operands[0])), g.integers(-1)}, "")
	return nil
}

// pairwise converts an operation on two arrays. The second is of the first's shape or is broadcast:
// a row [C], a column [R, 1] or one element.
func pairwise(op string) func(g *graph, s tensor.Step) error {
	return func(g *graph, s tensor.Step) error {
		a, b, y := g.of(s.Operands[0]), g.of(s.Operands[1]), g.of(s.Result)
		size, cols := b.shape.Size(), b.shape.Cols()
		row := size == cols && cols == a.shape.Cols() // over all rows
		switch {
		case (a.isImages() || b.isImages()) && !a.constant && !b.constant && a.shape.Rank() == 4 && b.shape.Rank() == 4:
			y.images = g.add(op, []string{g.channelsFirst(a), g.channelsFirst(b)}, "")
		case a.isImages() && b.constant && (row || size == 1):
			y.images = g.add(op, []string{a.images, g.floats(g.constantName(b)+"_channels", b.data, size, 1, 1)}, "")
		case broadcasts(a.shape, b.shape):
			y.plain = g.add(op, []string{g.rowMajor(a), g.rowMajor(b)}, "")
		case row: // with more dimensions than a, all but the last of them 1
			y.plain = g.add(op, []string{g.rowMajor(a), g.reshaped(b, int64(cols))}, "")
		default: // the same rows, or a column of as many, under another shape
			dims := slices.Clone(a.dims)
			dims[len(dims)-1] = int64(cols)
			y.plain = g.add(op, []string{g.rowMajor(a), g.reshaped(b, dims...)}, "")
		}
		return nil
	}
}

// broadcasts reports whether ONNX takes b for an operand of a's shape: aligned at their ends,
// each dimension is a's or 1.
func broadcasts(a, b tensor.Shape) bool {
	for i := range b.Rank() {
		at := a.Rank() - b.Rank() + i
		if b.Dim(i) != 1 && (at < 0 || b.Dim(i) != a.Dim(at)) {
			return false
		}
	}
	return b.Rank() <= a.Rank() || b.Size() == 1 && b.Rank() <= 1
}

// reshaped returns the name of a value under another shape.
func (g *graph) reshaped(v *value, dims ...int64) string {
	return g.add("Reshape", []string{g.rowMajor(v), g.integers(dims...)}, "")
}

func convertReshape(g *graph, s tensor.Step) error {
	x, y := g.of(s.Operands[0]), g.of(s.Result)
	if x.shape == y.shape && !x.constant {
		y.plain, y.images = x.plain, x.images
		return nil
	}
	if y.shape.Rank() == 0 {
		y.plain = g.add("Squeeze", []string{g.rowMajor(x)}, "")
		return nil
	}
	y.plain = g.reshaped(x, y.dims...)
	return nil
}

func convertLinear(g *graph, s tensor.Step) error {
	x, w, b := g.of(s.Operands[0]), g.of(s.Operands[1]), g.of(s.Operands[2])
	var z string
	if x.shape.Rank() == 2 && b.shape.Rank() == 1 {
		z = g.add("Gemm", []string{g.rowMajor(x), g.rowMajor(w), g.rowMajor(b)}, "")
	} else {
		z = g.add("MatMul", []string{g.rowMajor(x), g.rowMajor(w)}, "")
		z = g.add("Add", []string{z, g.rowMajor(b)}, "")
	}
	g.of(s.Result).plain = g.activate(s.Act, z)
	return nil
}

func convertMatMul(g *graph, s tensor.Step) error {
	g.of(s.Result).plain = g.add("MatMul", []string{g.rowMajor(g.of(s.Operands[0])), g.rowMajor(g.of(s.Operands[1]))}, "")
	return nil
}

// convertTiedHead is x·wᵀ.
func convertTiedHead(g *graph, s tensor.Step) error {
	w := g.add("Transpose", []string{g.rowMajor(g.of(s.Operands[1]))}, "", attribute{"perm", []int64{1, 0}})
	g.of(s.Result).plain = g.add("MatMul", []string{g.rowMajor(g.of(s.Operands[0])), w}, "")
	return nil
}

func convertConcat(g *graph, s tensor.Step) error {
	a, b, y := g.of(s.Operands[0]), g.of(s.Operands[1]), g.of(s.Result)
	if (a.isImages() || b.isImages()) && !a.constant && !b.constant {
		y.images = g.add("Concat", []string{g.channelsFirst(a), g.channelsFirst(b)}, "", attribute{"axis", int64(1)})
		return nil
	}
	y.plain = g.add("Concat", []string{g.rowMajor(a), g.rowMajor(b)}, "", attribute{"axis", int64(-1)})
	return nil
}

func convertSlice(g *graph, s tensor.Step) error {
	x, y := g.of(s.Operands[0]), g.of(s.Result)
	from, width := int64(s.Numbers[0]), int64(s.Numbers[1])
	cut := func(name string, axis int64) string {
		return g.add("Slice", []string{name, g.integers(from), g.integers(from + width), g.integers(axis)}, "")
	}
	if x.isImages() {
		y.images = cut(x.images, 1)
	} else {
		y.plain = cut(g.rowMajor(x), -1)
	}
	return nil
}
