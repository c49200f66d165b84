package nets

import (
	"fmt"
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Spectral is a weight divided by its largest singular value, as discriminators want it: the layer
// then stretches nothing by more than 1. (Miyato et al., "Spectral Normalization for Generative
// Adversarial Networks", 2018.)
//
// The weight is taken as a matrix W [K, N] of N outputs. Two fixed parameters follow its singular
// vectors by power iteration; on a training tape each use of the weight does one more:
//
//	u = normalize(v·W)    v = normalize(W·u)    sigma = v·W·u
//
// The gradient flows through sigma with u and v held fixed. Constants and order are those of
// torch.nn.utils.parametrizations.spectral_norm.
type Spectral struct {
	Weight *Param
	U, V   *Param // [N], [K]: Weight's name with _u and _v
}

const (
	spectralEps   = 1e-12 // below which a norm counts as this
	spectralFirst = 15    // iterations before the first use
)

// NewSpectral follows a weight [..., N] from random vectors.
func NewSpectral(weight *Param, r *rng.Stream) *Spectral {
	k, n := weight.Value.Shape.Rows(), weight.Value.Shape.Cols()
	s := &Spectral{Weight: weight, U: NewFixed(weight.Name+"_u", n), V: NewFixed(weight.Name+"_v", k)}
	for _, p := range []*Param{s.U, s.V} {
		for i := range p.Value.Data {
			p.Value.Data[i] = float32(r.Normal())
		}
		normalize(p.Value.Data, p.Value.Data)
	}
	t := tensor.NewTape()
	t.Inference(true)
	for range spectralFirst {
		t.Reset()
		s.iterate(t, t.Input(tensor.Of(weight.Value.Data, k, n)))
	}
	return s
}

// iterate moves the vectors closer to the singular ones of w [K, N].
func (s *Spectral) iterate(t *tensor.Tape, w tensor.Var) {
	k, n := s.Weight.Value.Shape.Rows(), s.Weight.Value.Shape.Cols()
	normalize(s.U.Value.Data, t.Value(t.MatMul(t.InputOf(s.V.Value.Data, 1, k), w)))
	normalize(s.V.Value.Data, t.Value(t.MatMul(w, t.InputOf(s.U.Value.Data, n, 1))))
}

// normalize sets dst to x at a length of 1.
func normalize(dst, x []float32) {
	length := max(tensor.Norm(x), spectralEps)
	for i, v := range x {
		dst[i] = v / length
	}
}

// Var puts the divided weight on a tape, in the weight's shape.
func (s *Spectral) Var(t *tensor.Tape) tensor.Var {
	k, n := s.Weight.Value.Shape.Rows(), s.Weight.Value.Shape.Cols()
	weight := s.Weight.Var(t)
	w := weight
	if s.Weight.Value.Shape.Rank() != 2 {
		w = t.Reshape(weight, k, n)
	}
	if t.Training() {
		s.iterate(t, t.Detach(w))
	}
	// The vectors may move on before Backward: the tape has copies.
	v, u := t.Buffer(1, k), t.Buffer(n, 1)
	copy(t.Value(v), s.V.Value.Data)
	copy(t.Value(u), s.U.Value.Data)
	return t.Div(weight, t.MatMul(t.MatMul(v, w), u))
}

// Params yields the vectors; the weight is its layer's.
func (s *Spectral) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { _ = yield(s.U) && yield(s.V) }
}

// SpectralNorm returns a layer whose weight is divided by its largest singular value. The layer is
// a *Linear or a *Conv2D; any other is a programmer's error and panics. The parameters are the
// layer's and then those of Spectral.
func SpectralNorm(layer Layer, r *rng.Stream) Layer {
	switch l := layer.(type) {
	case *Linear:
		return &spectralLayer{layer, NewSpectral(l.Weight, r), func(t *tensor.Tape, x, w tensor.Var) tensor.Var {
			return t.Linear(x, w, l.Bias.Var(t), l.Act)
		}}
	case *Conv2D:
		return &spectralLayer{layer, NewSpectral(l.Weight, r), func(t *tensor.Tape, x, w tensor.Var) tensor.Var {
			return t.Conv2D(x, w, varOf(l.Bias, t), l.Options)
		}}
	}
	panic(fmt.Sprintf("nets: SpectralNorm of a %T: want a *Linear or a *Conv2D", layer))
}

type spectralLayer struct {
	layer   Layer
	weight  *Spectral
	forward func(t *tensor.Tape, x, w tensor.Var) tensor.Var
}

func (l *spectralLayer) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return l.forward(t, x, l.weight.Var(t))
}

func (l *spectralLayer) Params() iter.Seq[*Param] { return Join(l.layer, l.weight) }
