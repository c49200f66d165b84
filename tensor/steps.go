package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Step is one operation that a tape has recorded, for what looks at networks from outside:
// exporters and summaries.
type Step struct {
	Op       string
	Result   Value
	Operands []Value
	FLOPs    float64 // of the forward pass, as Profile counts them

	Act      Activation  // of Linear, Conv2D and ConvTranspose2D
	Conv     ConvOptions // of Conv2D and ConvTranspose2D
	Pool     PoolOptions // of MaxPool2D and AvgPool2D, unless Adaptive
	Adaptive bool        // the pool's windows cover the image evenly
	// Numbers are an operation's integers: columns from and how many (Slice), the factor
	// (PixelShuffle), rows above and columns to the left (PadZero, PadReflect), the groups
	// (GroupNorm), 1 for the batch's own statistics (BatchNorm).
	Numbers [2]int
	// Scalars are its real numbers: the factor (Scale), the term (AddScalar), the bounds (Clamp),
	// the exponent (Pow), eps (LayerNorm, RMSNorm, GroupNorm), the constant of SoftplusBeta,
	// LeakyReLU, ELU and Huber.
	Scalars [2]float32
	// Stats are the means [C] of a BatchNorm, and then the inverses [C] of its standard deviations.
	Stats []float32
}

// Value is an array on a tape: a leaf or the result of an operation.
type Value struct {
	ID    int // on the tape, counting from 0 in the order of making
	Shape Shape
	Data  []float32 // shared with the tape
}

// Number returns which Value of Steps v is.
func (t *Tape) Number(v Var) int {
	t.at(v)
	return int(v.id)
}

// Steps returns the operations since Reset that a gradient is wanted of, in order: those that
// parameters flow into. A forward pass that is not for inference and whose inputs are parameters
// is recorded in full.
func (t *Tape) Steps() []Step {
	steps := make([]Step, len(t.records))
	for i := range t.records {
		r := &t.records[i]
		s := Step{Op: r.op.name, Result: t.valueOf(r.out), FLOPs: flopsOf(t, r),
			Numbers: [2]int{int(r.n0), int(r.n1)}, Scalars: [2]float32{r.f0, r.f1}}
		for k, id := range [5]int32{r.a, r.b, r.c, r.d, r.e} {
			// Operations of up to three operands leave the others 0, which is a node too.
			if id >= 0 && (k < 3 || id > 0) {
				s.Operands = append(s.Operands, t.valueOf(id))
			}
		}
		switch r.op {
		case opLinear:
			s.Act = Activation(r.n0)
		case opConv2D, opConvTranspose2D:
			s.Act = Activation(r.n1)
			s.Conv = t.convOptions(r)
		case opMaxPool2D, opAvgPool2D:
			s.Pool, s.Adaptive = optionsOf(t.pools[r.n0])
		case opBatchNorm:
			s.Stats = t.nodes[r.aux].val
		}
		steps[i] = s
	}
	return steps
}

// Parameters returns the parameters on the tape, in the order in which they were put there.
func (t *Tape) Parameters() []Value {
	var all []Value
	for i := range t.nodes {
		if t.nodes[i].leaf {
			all = append(all, t.valueOf(int32(i)))
		}
	}
	return all
}

func (t *Tape) valueOf(id int32) Value {
	n := &t.nodes[id]
	return Value{int(id), n.shape, n.val}
}

// convOptions returns the options of a recorded convolution.
func (t *Tape) convOptions(r *record) ConvOptions {
	c := t.convs[r.n0]
	o := ConvOptions{
		Stride: [2]int{c.StrideH, c.StrideW}, Pad: [2]int{c.PadH, c.PadW},
		Dilation: [2]int{c.DilationH, c.DilationW}, Groups: c.Groups, Act: Activation(r.n1),
	}
	if r.op == opConvTranspose2D {
		o.OutputPad = [2]int{
			c.H - ((c.OH-1)*c.StrideH - 2*c.PadH + c.DilationH*(c.KH-1) + 1),
			c.W - ((c.OW-1)*c.StrideW - 2*c.PadW + c.DilationW*(c.KW-1) + 1),
		}
	}
	return o
}

// optionsOf returns the options of a pool that is not adaptive.
func optionsOf(p kernel.Pool) (o PoolOptions, adaptive bool) {
	if p.Adaptive {
		return o, true
	}
	o = PoolOptions{Window: [2]int{p.KH, p.KW}, Stride: [2]int{p.StrideH, p.StrideW}, Pad: [2]int{p.PadH, p.PadW}, ExcludePad: !p.IncludePad}
	o.Ceil = p.OH != o.outputs(p.H, p.KH, p.StrideH, p.PadH) || p.OW != o.outputs(p.W, p.KW, p.StrideW, p.PadW)
	return o, false
}

// activationNames are those of the tape's methods.
var activationNames = [...]string{
	None: "None", ReLU: "ReLU", Tanh: "Tanh", Sigmoid: "Sigmoid", GELU: "GELU", GELUTanh: "GELUTanh", SiLU: "SiLU", ELU: "ELU",
	LeakyReLU: "LeakyReLU", Softplus: "Softplus", Hardswish: "Hardswish", Hardsigmoid: "Hardsigmoid", ScaledTanh: "ScaledTanh",
}

// String returns the name of the tape's method that the activation is.
func (a Activation) String() string {
	if int(a) < len(activationNames) {
		return activationNames[a]
	}
	return fmt.Sprintf("Activation(%d)", a)
}
