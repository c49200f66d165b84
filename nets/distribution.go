package nets

import (
	"iter"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Distribution turns the outputs of a network's head, [B, Inputs()], into a probability
// distribution over actions [B, ActionSize()].
type Distribution interface {
	Module // its own parameters, such as log_std
	// Inputs returns the width of the head.
	Inputs() int
	// ActionSize returns the width of an action.
	ActionSize() int
	// LogProb returns log p(action) [B, 1].
	LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var
	// Entropy returns the entropy [B, 1].
	Entropy(t *tensor.Tape, out tensor.Var) tensor.Var
	// Sample draws an action for each of the rows of out. Nothing is allocated after the
	// first call.
	Sample(out []float32, rows int, r *rng.Stream, actions []float32)
	// Mode writes the most likely action for each of the rows of out.
	Mode(out []float32, rows int, actions []float32)
}

// none is the parameters of a distribution that has none.
type none struct{}

func (none) Params() iter.Seq[*Param] { return func(func(*Param) bool) {} }

// grow returns s with length n, its contents arbitrary.
func grow(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// logits caches the log-softmax of a head, which LogProb and Entropy of one step share.
type logits struct {
	tape      *tensor.Tape
	out, logp tensor.Var
}

func (l *logits) of(t *tensor.Tape, out tensor.Var) tensor.Var {
	if l.tape != t || l.out != out {
		l.tape, l.out, l.logp = t, out, t.LogSoftmax(out)
	}
	return l.logp
}

// Categorical is a choice of one of n; the head gives logits. An illegal choice is one whose
// logit is MaskedLogit: it is never drawn and adds exactly 0 to the entropy.
type Categorical struct {
	none
	n     int
	cache logits
	probs []float32
}

// MaskedLogit is the logit of an illegal choice.
const MaskedLogit = -1e8

// NewCategorical returns the distribution over 0..n-1.
func NewCategorical(n int) *Categorical { return &Categorical{n: n} }

func (d *Categorical) Inputs() int     { return d.n }
func (d *Categorical) ActionSize() int { return 1 }

func (d *Categorical) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	return t.Pick(d.cache.of(t, out), actions)
}

func (d *Categorical) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	logp := d.cache.of(t, out)
	return t.Neg(t.SumLast(t.Mul(t.Exp(logp), logp)))
}

func (d *Categorical) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	d.probs = grow(d.probs, rows*d.n)
	tensor.SoftmaxRows(d.probs, out[:rows*d.n], rows, d.n)
	for i := range rows {
		actions[i] = float32(draw(d.probs[i*d.n:(i+1)*d.n], r))
	}
}

func (d *Categorical) Mode(out []float32, rows int, actions []float32) {
	for i := range rows {
		actions[i] = float32(argmax(out[i*d.n : (i+1)*d.n]))
	}
}

// draw returns i with probability p[i]: the first whose cumulative sum exceeds a uniform draw.
func draw(p []float32, r *rng.Stream) int {
	u, sum, last := r.Float64(), 0.0, 0
	for i, x := range p {
		if x > 0 {
			last = i
		}
		if sum += float64(x); u < sum {
			return i
		}
	}
	return last
}

// argmax returns the index of the largest element, the first of equals.
func argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// MultiCategorical is several independent choices; the head gives their logits side by side.
type MultiCategorical struct {
	none
	heads []*Categorical
	sum   int
	part  []float32
	act   []float32
}

// NewMultiCategorical returns the distribution over the product of 0..n[i]-1.
func NewMultiCategorical(n []int) *MultiCategorical {
	d := &MultiCategorical{}
	for _, k := range n {
		d.heads = append(d.heads, NewCategorical(k))
		d.sum += k
	}
	return d
}

func (d *MultiCategorical) Inputs() int     { return d.sum }
func (d *MultiCategorical) ActionSize() int { return len(d.heads) }

func (d *MultiCategorical) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	var total tensor.Var
	at := 0
	for i, h := range d.heads {
		v := h.LogProb(t, t.Slice(out, at, at+h.n), t.Slice(actions, i, i+1))
		if i == 0 {
			total = v
		} else {
			total = t.Add(total, v)
		}
		at += h.n
	}
	return total
}

func (d *MultiCategorical) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	var total tensor.Var
	at := 0
	for i, h := range d.heads {
		v := h.Entropy(t, t.Slice(out, at, at+h.n))
		if i == 0 {
			total = v
		} else {
			total = t.Add(total, v)
		}
		at += h.n
	}
	return total
}

func (d *MultiCategorical) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	d.each(out, rows, actions, func(h *Categorical) { h.Sample(d.part, rows, r, d.act) })
}

func (d *MultiCategorical) Mode(out []float32, rows int, actions []float32) {
	d.each(out, rows, actions, func(h *Categorical) { h.Mode(d.part, rows, d.act) })
}

// each copies a head's logits to part, calls f and spreads act over the actions' column.
func (d *MultiCategorical) each(out []float32, rows int, actions []float32, f func(*Categorical)) {
	d.act = grow(d.act, rows)
	at := 0
	for i, h := range d.heads {
		d.part = grow(d.part, rows*h.n)
		for k := range rows {
			copy(d.part[k*h.n:(k+1)*h.n], out[k*d.sum+at:])
		}
		f(h)
		for k := range rows {
			actions[k*len(d.heads)+i] = d.act[k]
		}
		at += h.n
	}
}

// Bernoulli is n independent bits; the head gives their logits.
type Bernoulli struct {
	none
	n     int
	probs []float32
}

// NewBernoulli returns the distribution over {0,1}^n.
func NewBernoulli(n int) *Bernoulli { return &Bernoulli{n: n} }

func (d *Bernoulli) Inputs() int     { return d.n }
func (d *Bernoulli) ActionSize() int { return d.n }

// LogProb is Σ a·x - log(1+e^x).
func (d *Bernoulli) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	return t.SumLast(t.Sub(t.Mul(out, actions), t.Softplus(out)))
}

// Entropy is Σ log(1+e^x) - x·sigmoid(x).
func (d *Bernoulli) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	return t.SumLast(t.Sub(t.Softplus(out), t.Mul(out, t.Sigmoid(out))))
}

func (d *Bernoulli) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	n := rows * d.n
	d.probs = grow(d.probs, n)
	tensor.SigmoidOf(d.probs, out[:n])
	for i, p := range d.probs {
		actions[i] = 0
		if r.Float32() < p {
			actions[i] = 1
		}
	}
}

// Mode rounds the probabilities; one of exactly 1/2 gives 0.
func (d *Bernoulli) Mode(out []float32, rows int, actions []float32) {
	for i, x := range out[:rows*d.n] {
		actions[i] = 0
		if x > 0 {
			actions[i] = 1
		}
	}
}

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

func (d *DiagGaussian) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { yield(d.LogStd) }
}
func (d *DiagGaussian) Inputs() int     { return len(d.std) }
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

func (d *DiagGaussian) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	std := d.Std()
	for i := range rows {
		for j, s := range std {
			k := i*len(std) + j
			actions[k] = out[k] + float32(s*float32(r.Normal()))
		}
	}
}

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
	return t.SumLast(t.Log(t.AddScalar(t.Neg(t.Square(t.Tanh(u))), 1+squashEps)))
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

func (d *SquashedGaussian) Inputs() int     { return 2 * d.n }
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

func (d *SquashedGaussian) Mode(out []float32, rows int, actions []float32) {
	for i := range rows {
		tensor.TanhOf(actions[d.n*i:d.n*(i+1)], out[2*d.n*i:2*d.n*i+d.n])
	}
}
