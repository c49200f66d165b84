package nets

import (
	"fmt"
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// LeNet5C3 says which of the 6 maps of layer S2 each of the 16 maps of layer C3 sees. (LeCun,
// Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998,
// table I.)
var LeNet5C3 = [][]int{
	{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {4, 5, 0}, {5, 0, 1},
	{0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5}, {3, 4, 5, 0}, {4, 5, 0, 1}, {5, 0, 1, 2},
	{0, 1, 3, 4}, {1, 2, 4, 5}, {0, 2, 3, 5},
	{0, 1, 2, 3, 4, 5},
}

// PartialConv is a convolution whose output maps see some of the input maps each, by a table. Only
// the connections that there are have weights: output by output, [connections, KH·KW].
type PartialConv struct {
	Weight, Bias *Param
	Options      tensor.ConvOptions

	kernel [2]int
	in     int
	places []int32 // of the weights in those of a whole convolution
}

// NewPartialConv returns a layer from in maps to as many as the table has rows, each of which
// lists the input maps of an output map. Its parameters are name.weight and name.bias, set by init
// for each output map with its own fan-in. A wrong table is a programmer's error and panics.
func NewPartialConv(name string, in int, table [][]int, kernel [2]int, o tensor.ConvOptions, init Init, r *rng.Stream) *PartialConv {
	taps, out, connections := kernel[0]*kernel[1], len(table), 0
	for _, maps := range table {
		connections += len(maps)
	}
	c := &PartialConv{
		Weight: NewParam(name+".weight", connections, taps), Bias: NewParam(name+".bias", out),
		Options: o, kernel: kernel, in: in,
	}
	seen := map[int32]bool{}
	for co, maps := range table {
		w := tensor.New(taps*len(maps), 1)
		init(w, tensor.Of(c.Bias.Value.Data[co:co+1], 1), r)
		copy(c.Weight.Value.Data[len(c.places):], w.Data)
		for _, ci := range maps {
			if ci < 0 || ci >= in {
				panic(fmt.Sprintf("nets: %s: output map %d sees input map %d of %d", name, co, ci, in))
			}
			for tap := range taps {
				at := int32((tap*in+ci)*out + co)
				if seen[at] {
					panic(fmt.Sprintf("nets: %s: output map %d sees input map %d twice", name, co, ci))
				}
				seen[at] = true
				c.places = append(c.places, at)
			}
		}
	}
	return c
}

// Forward maps x [N, H, W, in] to [N, OH, OW, out].
func (c *PartialConv) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	w := t.Scatter(c.Weight.Var(t), c.places, c.kernel[0], c.kernel[1], c.in, len(c.Bias.Value.Data))
	return t.Conv2D(x, w, c.Bias.Var(t), c.Options)
}

// Params yields the weight and the bias.
func (c *PartialConv) Params() iter.Seq[*Param] { return weightAndBias(c.Weight, c.Bias) }
