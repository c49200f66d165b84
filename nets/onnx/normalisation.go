package onnx

import (
	"errors"
	"slices"

	"tesuji/tensor"
)

// factors returns gamma and beta of a normalisation of c columns, 1 and 0 where there are none.
func (g *graph) factors(s tensor.Step, c int) (gamma, beta *value, err error) {
	list := [2]*value{}
	for i := range list {
		list[i] = &value{constant: true, shape: tensor.ShapeOf(c), data: slices.Repeat([]float32{float32(1 - i)}, c)}
		if len(s.Operands) > 1+i {
			if list[i] = g.of(s.Operands[1+i]); !list[i].constant {
				return nil, nil, errors.New("factors that depend on the input are not exported")
			}
		}
	}
	return list[0], list[1], nil
}

func convertLayerNorm(g *graph, s tensor.Step) error {
	gamma, beta, err := g.factors(s, s.Result.Shape.Cols())
	if err != nil {
		return err
	}
	g.of(s.Result).plain = g.add("LayerNormalization", []string{g.rowMajor(g.of(s.Operands[0])), g.rowMajor(gamma), g.rowMajor(beta)}, "",
		attribute{"axis", int64(-1)}, attribute{"epsilon", s.Scalars[0]})
	return nil
}

func convertRMSNorm(g *graph, s tensor.Step) error {
	gamma, _, err := g.factors(s, s.Result.Shape.Cols())
	if err != nil {
		return err
	}
	x := g.rowMajor(g.of(s.Operands[0]))
	mean := g.add("ReduceMean", []string{g.add("Mul", []string{x, x}, "")}, "", attribute{"axes", []int64{-1}})
	root := g.add("Sqrt", []string{g.add("Add", []string{mean, g.scalar(s.Scalars[0])}, "")}, "")
	g.of(s.Result).plain = g.add("Mul", []string{g.add("Div", []string{x, root}, ""), g.rowMajor(gamma)}, "")
	return nil
}

// convertBatchNorm uses the running statistics. The columns are ONNX's second dimension.
func convertBatchNorm(g *graph, s tensor.Step) error {
	x, y, c := g.of(s.Operands[0]), g.of(s.Result), s.Result.Shape.Cols()
	if s.Numbers[0] == 1 {
		return errors.New("it takes the batch's own statistics, as in training")
	}
	gamma, beta, err := g.factors(s, c)
	if err != nil {
		return err
	}
	variance := make([]float32, c)
	for i, r := range s.Stats[c:] {
		variance[i] = float32(1 / (float64(r) * float64(r)))
	}
	statistics := func(data []float32) *value {
		return &value{constant: true, shape: tensor.ShapeOf(c), data: data}
	}
	inputs := []string{"", g.rowMajor(gamma), g.rowMajor(beta), g.rowMajor(statistics(s.Stats[:c])), g.rowMajor(statistics(variance))}
	epsilon := attribute{"epsilon", float32(0)} // it is in the variance
	switch x.shape.Rank() {
	case 4:
		inputs[0] = g.channelsFirst(x)
		y.images = g.add("BatchNormalization", inputs, "", epsilon)
	case 2:
		inputs[0] = g.rowMajor(x)
		y.plain = g.add("BatchNormalization", inputs, "", epsilon)
	default:
		inputs[0] = g.reshaped(x, -1, int64(c))
		flat := g.add("BatchNormalization", inputs, "", epsilon)
		y.plain = g.add("Reshape", []string{flat, g.integers(y.dims...)}, "")
	}
	return nil
}

// convertGroupNorm normalises the groups as if they were the channels of other images.
func convertGroupNorm(g *graph, s tensor.Step) error {
	x, y, c := g.of(s.Operands[0]), g.of(s.Result), s.Result.Shape.Cols()
	if x.shape.Rank() != 4 {
		return errors.New("only that of images is exported")
	}
	gamma, beta, err := g.factors(s, c)
	if err != nil {
		return err
	}
	groups := s.Numbers[0]
	ones, zeros := make([]float32, groups), make([]float32, groups)
	for i := range ones {
		ones[i] = 1
	}
	h, w := int64(x.shape.Dim(1)), int64(x.shape.Dim(2))
	split := g.add("Reshape", []string{g.channelsFirst(x), g.integers(0, int64(groups), -1)}, "")
	constant := func(data []float32) string {
		return g.rowMajor(&value{constant: true, shape: tensor.ShapeOf(len(data)), data: data})
	}
	normal := g.add("InstanceNormalization", []string{split, constant(ones), constant(zeros)}, "", attribute{"epsilon", s.Scalars[0]})
	joined := g.add("Reshape", []string{normal, g.integers(0, int64(c), h, w)}, "")
	scaled := g.add("Mul", []string{joined, g.floats(g.constantName(gamma)+"_channels", gamma.data, c, 1, 1)}, "")
	y.images = g.add("Add", []string{scaled, g.floats(g.constantName(beta)+"_channels", beta.data, c, 1, 1)}, "")
	return nil
}
