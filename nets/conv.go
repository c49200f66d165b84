package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Conv2D is a convolution of images [N, H, W, in] to [N, OH, OW, out]. The weight is laid out
// [KH, KW, in/groups, out]: an initialiser's fan-in is KH·KW·in/groups.
type Conv2D struct {
	Weight, Bias *Param // Bias is nil without one
	Options      tensor.ConvOptions
}

// NewConv2D returns a layer with kernel[0]·kernel[1] taps and parameters name.weight and
// name.bias, set by init. PyTorchLinear is what torch.nn.Conv2d does.
func NewConv2D(name string, in, out int, kernel [2]int, o tensor.ConvOptions, init Init, r *rng.Stream) *Conv2D {
	c := &Conv2D{
		Weight:  NewParam(name+".weight", kernel[0], kernel[1], in/max(1, o.Groups), out),
		Bias:    NewParam(name+".bias", out),
		Options: o,
	}
	init(c.Weight.Value, c.Bias.Value, r)
	return c
}

// NewDepthwiseConv2D returns a convolution of each channel by itself, whatever the options'
// Groups say.
func NewDepthwiseConv2D(name string, channels int, kernel [2]int, o tensor.ConvOptions, init Init, r *rng.Stream) *Conv2D {
	o.Groups = channels
	return NewConv2D(name, channels, channels, kernel, o, init, r)
}

// NoBias takes the bias away, as before a normalisation, and returns the layer.
func (c *Conv2D) NoBias() *Conv2D {
	c.Bias = nil
	return c
}

// Forward maps x [N, H, W, in] to [N, OH, OW, out].
func (c *Conv2D) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.Conv2D(x, c.Weight.Var(t), varOf(c.Bias, t), c.Options)
}

// Params yields the weight and the bias, if there is one.
func (c *Conv2D) Params() iter.Seq[*Param] { return weightAndBias(c.Weight, c.Bias) }

// ConvTranspose2D is a transposed convolution of images [N, H, W, in] to [N, OH, OW, out]. The
// weight is laid out [KH, KW, out/groups, in]; as in PyTorch, an initialiser's fan-in is
// KH·KW·out/groups.
type ConvTranspose2D struct {
	Weight, Bias *Param // Bias is nil without one
	Options      tensor.ConvOptions
}

// NewConvTranspose2D returns a layer with kernel[0]·kernel[1] taps and parameters name.weight and
// name.bias, set by init. PyTorchLinear is what torch.nn.ConvTranspose2d does.
func NewConvTranspose2D(name string, in, out int, kernel [2]int, o tensor.ConvOptions, init Init, r *rng.Stream) *ConvTranspose2D {
	c := &ConvTranspose2D{
		Weight:  NewParam(name+".weight", kernel[0], kernel[1], out/max(1, o.Groups), in),
		Bias:    NewParam(name+".bias", out),
		Options: o,
	}
	init(c.Weight.Value, c.Bias.Value, r)
	return c
}

// NoBias takes the bias away, as before a normalisation, and returns the layer.
func (c *ConvTranspose2D) NoBias() *ConvTranspose2D {
	c.Bias = nil
	return c
}

// Forward maps x [N, H, W, in] to [N, OH, OW, out].
func (c *ConvTranspose2D) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.ConvTranspose2D(x, c.Weight.Var(t), varOf(c.Bias, t), c.Options)
}

// Params yields the weight and the bias, if there is one.
func (c *ConvTranspose2D) Params() iter.Seq[*Param] { return weightAndBias(c.Weight, c.Bias) }

// varOf puts a parameter on a tape, or gives the zero Var for none.
func varOf(p *Param, t *tensor.Tape) tensor.Var {
	if p == nil {
		return tensor.Var{}
	}
	return p.Var(t)
}

func weightAndBias(weight, bias *Param) iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		if yield(weight) && bias != nil {
			yield(bias)
		}
	}
}
