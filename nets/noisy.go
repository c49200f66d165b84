package nets

import (
	"iter"
	"math"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Noisy is a linear layer whose weight and bias carry learned noise, for exploration. (Fortunato et
// al., "Noisy Networks for Exploration", 2018, with factorised noise, section 3.)
//
//	y = act(x·(μ + σ ∘ f(ε_in) f(ε_out)ᵀ) + μ_b + σ_b ∘ f(ε_out))    f(ε) = sign(ε) √|ε|
//
// Each forward pass on a training tape draws its noise from the tape, once for the whole batch;
// otherwise there is none.
type Noisy struct {
	Weight, Bias           *Param // μ [in, out] and μ_b [out]
	WeightSigma, BiasSigma *Param
	Act                    tensor.Activation
}

// NewNoisy returns a layer with parameters name.weight_mu, name.bias_mu, name.weight_sigma and
// name.bias_sigma. The means are drawn from U(±1/√in), the sigmas are sigma/√in; the paper's sigma
// is 0.5.
func NewNoisy(name string, in, out int, act tensor.Activation, sigma float64, r *rng.Stream) *Noisy {
	l := &Noisy{
		Weight: NewParam(name+".weight_mu", in, out), Bias: NewParam(name+".bias_mu", out),
		WeightSigma: NewParam(name+".weight_sigma", in, out), BiasSigma: NewParam(name+".bias_sigma", out),
		Act: act,
	}
	PyTorchLinear(l.Weight.Value, l.Bias.Value, r)
	Fill(float32(sigma/math.Sqrt(float64(in))))(l.WeightSigma.Value, l.BiasSigma.Value, r)
	copy(l.BiasSigma.Value.Data, l.WeightSigma.Value.Data[:out])
	return l
}

// Forward maps x [..., in] to [..., out]. The noisy part is computed as f(ε_out) ∘ ((x ∘ f(ε_in))·σ +
// σ_b), so that no noisy weight is made.
func (l *Noisy) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	if !t.Training() {
		return t.Linear(x, l.Weight.Var(t), l.Bias.Var(t), l.Act)
	}
	in, out := noise(t, l.Weight.Value.Shape.Dim(0)), noise(t, l.Weight.Value.Shape.Dim(1))
	y := t.Linear(x, l.Weight.Var(t), l.Bias.Var(t), tensor.None)
	z := t.Linear(t.Mul(x, in), l.WeightSigma.Var(t), l.BiasSigma.Var(t), tensor.None)
	return t.Activate(t.Add(y, t.Mul(z, out)), l.Act)
}

// noise returns f of n normal deviates.
func noise(t *tensor.Tape, n int) tensor.Var {
	v := t.Normal(n)
	for i, e := range t.Value(v) {
		t.Value(v)[i] = float32(math.Copysign(math.Sqrt(math.Abs(float64(e))), float64(e)))
	}
	return v
}

// Params yields the means and the sigmas.
func (l *Noisy) Params() iter.Seq[*Param] {
	return given(l.Weight, l.Bias, l.WeightSigma, l.BiasSigma)
}
