package nets

import (
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// logits caches the log-softmax of a head, which LogProb and Entropy of one step share.
type logits struct {
	tape      *tensor.Tape
	out, logp tensor.Var
}

func (l *logits) of(t *tensor.Tape, out tensor.Var) tensor.Var {
	if l.tape != t || l.out != out {
		*l = logits{t, out, t.LogSoftmax(out)}
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

// Inputs returns the width of the head.
func (d *Categorical) Inputs() int { return d.n }

// ActionSize returns the width of an action.
func (d *Categorical) ActionSize() int { return 1 }

// LogProb implements Distribution.
func (d *Categorical) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	return t.Pick(d.cache.of(t, out), actions)
}

// Entropy implements Distribution.
func (d *Categorical) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	logp := d.cache.of(t, out)
	return t.Neg(t.SumLast(t.Mul(t.Exp(logp), logp)))
}

// Sample implements Distribution.
func (d *Categorical) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	d.probs = grow(d.probs, rows*d.n)
	tensor.SoftmaxRows(d.probs, out[:rows*d.n], rows, d.n)
	for i := range rows {
		actions[i] = float32(draw(d.probs[i*d.n:(i+1)*d.n], r))
	}
}

// Mode implements Distribution.
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
	part  []float32 // [rows, n], a head's logits
	act   []float32 // [rows], its actions
	cache struct {  // the slices of one head's output, so that the heads' own caches serve
		tape   *tensor.Tape
		out    tensor.Var
		slices []tensor.Var
	}
}

// NewMultiCategorical returns the distribution over the product of 0..n[i]-1.
func NewMultiCategorical(n []int) *MultiCategorical {
	d := &MultiCategorical{}
	for _, k := range n {
		d.heads = append(d.heads, NewCategorical(k))
		d.sum += k
	}
	d.cache.slices = make([]tensor.Var, len(n))
	return d
}

// Inputs returns the width of the head.
func (d *MultiCategorical) Inputs() int { return d.sum }

// ActionSize returns the width of an action.
func (d *MultiCategorical) ActionSize() int { return len(d.heads) }

// Choices returns how many values each element of an action can have.
func (d *MultiCategorical) Choices() []int {
	var n []int
	for _, h := range d.heads {
		n = append(n, h.n)
	}
	return n
}

// slices returns each choice's logits.
func (d *MultiCategorical) slices(t *tensor.Tape, out tensor.Var) []tensor.Var {
	if c := &d.cache; c.tape != t || c.out != out {
		c.tape, c.out = t, out
		at := 0
		for i, h := range d.heads {
			c.slices[i] = t.Slice(out, at, at+h.n)
			at += h.n
		}
	}
	return d.cache.slices
}

// LogProb implements Distribution: the sum over the choices.
func (d *MultiCategorical) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	var total tensor.Var
	for i, x := range d.slices(t, out) {
		v := d.heads[i].LogProb(t, x, t.Slice(actions, i, i+1))
		if i == 0 {
			total = v
		} else {
			total = t.Add(total, v)
		}
	}
	return total
}

// Entropy implements Distribution: the sum over the choices.
func (d *MultiCategorical) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	var total tensor.Var
	for i, x := range d.slices(t, out) {
		v := d.heads[i].Entropy(t, x)
		if i == 0 {
			total = v
		} else {
			total = t.Add(total, v)
		}
	}
	return total
}

// Sample implements Distribution.
func (d *MultiCategorical) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	d.each(out, rows, actions, func(h *Categorical) { h.Sample(d.part, rows, r, d.act) })
}

// Mode implements Distribution.
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

// Inputs returns the width of the head.
func (d *Bernoulli) Inputs() int { return d.n }

// ActionSize returns the width of an action.
func (d *Bernoulli) ActionSize() int { return d.n }

// LogProb is Σ a·x - log(1+e^x).
func (d *Bernoulli) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	return t.SumLast(t.Sub(t.Mul(out, actions), t.Softplus(out)))
}

// Entropy is Σ log(1+e^x) - x·sigmoid(x).
func (d *Bernoulli) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	return t.SumLast(t.Sub(t.Softplus(out), t.Mul(out, t.Sigmoid(out))))
}

// Sample implements Distribution.
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
