package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

const halfLog2Pi = 0.91893853320467274178 // ½ log 2π

// DiagGaussian is independent normal variables whose means the head gives; the logarithms of
// their deviations are a parameter that no state changes.
type DiagGaussian struct {
	LogStd *Param // [n]
	std    []float32
}

// NewDiagGaussian returns the distribution over n numbers, each log_std starting at logStd.
func NewDiagGaussian(n int, logStd float32) *DiagGaussian {
	d := &DiagGaussian{LogStd: NewParam("log_std", n), std: make([]float32, n)}
	for i := range d.LogStd.Value.Data {
		d.LogStd.Value.Data[i] = logStd
	}
	return d
}

// Params yields log_std.
func (d *DiagGaussian) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { yield(d.LogStd) }
}

// Inputs returns the width of the head.
func (d *DiagGaussian) Inputs() int { return len(d.std) }

// ActionSize returns the width of an action.
func (d *DiagGaussian) ActionSize() int { return len(d.std) }

// LogProb is Σ -½((a-μ)/σ)² - log σ - ½ log 2π.
func (d *DiagGaussian) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	logStd := d.LogStd.Var(t)
	z := t.Mul(t.Sub(actions, out), t.Exp(t.Neg(logStd)))
	quad := t.Scale(t.SumLast(t.Square(z)), -0.5)
	return t.AddScalar(t.Sub(quad, t.Sum(logStd)), -halfLog2Pi*float32(len(d.std)))
}

// Entropy is Σ ½ + ½ log 2π + log σ, the same for every row.
func (d *DiagGaussian) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	zero := t.Buffer(t.Shape(out).Rows(), 1)
	clear(t.Value(zero))
	return t.AddScalar(t.Add(zero, t.Sum(d.LogStd.Var(t))), (0.5+halfLog2Pi)*float32(len(d.std)))
}

// Std returns the deviations, valid until the next call.
func (d *DiagGaussian) Std() []float32 {
	tensor.Exp(d.std, d.LogStd.Value.Data)
	return d.std
}

// Sample implements Distribution.
func (d *DiagGaussian) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	std := d.Std()
	for i := range rows {
		for j, s := range std {
			k := i*len(std) + j
			actions[k] = out[k] + float32(s*float32(r.Normal()))
		}
	}
}

// Mode implements Distribution.
func (d *DiagGaussian) Mode(out []float32, rows int, actions []float32) {
	copy(actions[:rows*len(d.std)], out)
}

// squashEps keeps the logarithm of tanh's slope finite, as Stable-Baselines3 does.
const squashEps = 1e-6

// unsquash returns the u of a = tanh(u), a clamped to ±(1 - 2^-23).
func unsquash(t *tensor.Tape, a tensor.Var) tensor.Var {
	const edge = 1 - 0x1p-23
	a = t.Clamp(a, -edge, edge)
	return t.Scale(t.Sub(t.Log(t.AddScalar(a, 1)), t.Log(t.AddScalar(t.Neg(a), 1))), 0.5)
}

// squashPenalty returns Σ log(1 - tanh(u)² + ε) [B, 1].
func squashPenalty(t *tensor.Tape, u tensor.Var) tensor.Var {
	slope := t.AddScalar(t.Neg(t.Square(t.Tanh(u))), 1) // exact where ε matters, as 1+ε would not be
	return t.SumLast(t.Log(t.AddScalar(slope, squashEps)))
}

// gaussian returns Σ -½((u-μ)/σ)² - log σ - ½ log 2π [B, 1] for σ of μ's shape.
func gaussian(t *tensor.Tape, u, mu, std tensor.Var) tensor.Var {
	z := t.Div(t.Sub(u, mu), std)
	each := t.Add(t.Scale(t.Square(z), 0.5), t.Log(std))
	return t.Neg(t.SumLast(t.AddScalar(each, halfLog2Pi)))
}

// SquashedGaussian is tanh of independent normal variables; the head gives the means and,
// beside them, the logarithms of the deviations, which are clamped to [-20, 2]. (Haarnoja et
// al., "Soft Actor-Critic", 2018, appendix C.)
type SquashedGaussian struct {
	none
	n   int
	std []float32
}

// NewSquashedGaussian returns the distribution over (-1, 1)^n.
func NewSquashedGaussian(n int) *SquashedGaussian {
	return &SquashedGaussian{n: n, std: make([]float32, n)}
}

// Inputs returns the width of the head.
func (d *SquashedGaussian) Inputs() int { return 2 * d.n }

// ActionSize returns the width of an action.
func (d *SquashedGaussian) ActionSize() int { return d.n }

const minLogStd, maxLogStd = -20, 2

func (d *SquashedGaussian) split(t *tensor.Tape, out tensor.Var) (mu, logStd tensor.Var) {
	return t.Slice(out, 0, d.n), t.Clamp(t.Slice(out, d.n, 2*d.n), minLogStd, maxLogStd)
}

// LogProb scores actions in (-1, 1). Where the u with a = tanh(u) is at hand, LogProbOf is
// more exact.
func (d *SquashedGaussian) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	return d.LogProbOf(t, out, unsquash(t, actions))
}

// LogProbOf returns log p(tanh(u)) [B, 1].
func (d *SquashedGaussian) LogProbOf(t *tensor.Tape, out, u tensor.Var) tensor.Var {
	mu, logStd := d.split(t, out)
	return t.Sub(gaussian(t, u, mu, t.Exp(logStd)), squashPenalty(t, u))
}

// Reparameterised returns tanh(μ + σ·noise) [B, n] and its log-probability [B, 1], through
// which gradients flow; noise [B, n] is standard normal.
func (d *SquashedGaussian) Reparameterised(t *tensor.Tape, out, noise tensor.Var) (action, logp tensor.Var) {
	mu, logStd := d.split(t, out)
	std := t.Exp(logStd)
	u := t.Add(mu, t.Mul(std, noise))
	return t.Tanh(u), t.Sub(gaussian(t, u, mu, std), squashPenalty(t, u))
}

// Entropy is that of the normal variables before tanh: the squashed ones' has no closed
// form. Algorithms that need it use -log p of samples.
func (d *SquashedGaussian) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	_, logStd := d.split(t, out)
	return t.AddScalar(t.SumLast(logStd), (0.5+halfLog2Pi)*float32(d.n))
}

// Sample implements Distribution.
func (d *SquashedGaussian) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	for i := range rows {
		row, a := out[2*d.n*i:2*d.n*(i+1)], actions[d.n*i:d.n*(i+1)]
		for j, x := range row[d.n:] {
			d.std[j] = min(maxLogStd, max(minLogStd, x))
		}
		tensor.Exp(d.std, d.std)
		for j := range a {
			a[j] = row[j] + float32(d.std[j]*float32(r.Normal()))
		}
		tensor.TanhOf(a, a)
	}
}

// Mode implements Distribution.
func (d *SquashedGaussian) Mode(out []float32, rows int, actions []float32) {
	for i := range rows {
		tensor.TanhOf(actions[d.n*i:d.n*(i+1)], out[2*d.n*i:2*d.n*i+d.n])
	}
}
