package nets

import (
	"fmt"
	"iter"

	"tesuji/internal/rng"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// GSDE is generalised state-dependent exploration (Raffin et al., "Smooth Exploration for
// Robotic Reinforcement Learning", 2021): the noise on an action is a function of the state
// that stays the same until it is drawn anew.
//
//	a = μ + z·Θ,  Θ[l,j] ~ N(0, σ[l,j]²)    p(a|s) = N(μ, z²·σ² + 10^-6)
//
// The head is the means and, beside them, the latent features z: [B, actions + latent]. No
// gradient flows back into z.
type GSDE struct {
	LogStd  *Param // [latent, actions]
	n       int
	latent  int
	options GSDEOptions
	theta   []float32 // [rows, latent, actions], a matrix for each environment
	rows    int
	std     []float32
}

// GSDEOptions are the variants of GSDE.
type GSDEOptions struct {
	LogStd float32 // where log_std starts
	Expln  bool    // σ = log_std ≤ 0 ? e^log_std : log(1+log_std)+1, which grows more slowly
	Squash bool    // actions are tanh of the normal variables
}

// NewGSDE returns the distribution over n actions for z of the given width.
func NewGSDE(n, latent int, o GSDEOptions) *GSDE {
	d := &GSDE{LogStd: NewParam("log_std", latent, n), n: n, latent: latent, options: o, std: make([]float32, n*latent)}
	for i := range d.LogStd.Value.Data {
		d.LogStd.Value.Data[i] = o.LogStd
	}
	return d
}

// Params yields log_std.
func (d *GSDE) Params() iter.Seq[*Param] {
	return func(yield func(*Param) bool) { yield(d.LogStd) }
}

// Inputs returns the width of the head.
func (d *GSDE) Inputs() int { return d.n + d.latent }

// ActionSize returns the width of an action.
func (d *GSDE) ActionSize() int { return d.n }

const explnEps = 1e-6

// sigma returns σ [latent, actions].
func (d *GSDE) sigma(t *tensor.Tape) tensor.Var {
	x := d.LogStd.Var(t)
	if !d.options.Expln {
		return t.Exp(x)
	}
	zero, above, below := t.Buffer(d.latent, d.n), t.Buffer(d.latent, d.n), t.Buffer(d.latent, d.n)
	clear(t.Value(zero))
	for i, v := range d.LogStd.Value.Data {
		t.Value(above)[i], t.Value(below)[i] = 0, 1
		if v > 0 {
			t.Value(above)[i], t.Value(below)[i] = 1, 0
		}
	}
	low := t.Exp(t.Mul(x, below))
	high := t.AddScalar(t.Log(t.AddScalar(t.Mul(x, above), 1+explnEps)), 1)
	return t.Add(t.Mul(low, below), t.Mul(high, above))
}

// Std returns σ [latent, actions], valid until the next call.
func (d *GSDE) Std() []float32 {
	if !d.options.Expln {
		tensor.Exp(d.std, d.LogStd.Value.Data)
		return d.std
	}
	for i, v := range d.LogStd.Value.Data {
		x := d.std[i : i+1]
		if v > 0 {
			x[0] = v + (1 + explnEps)
			tensor.Log(x, x)
			x[0]++
		} else {
			x[0] = v
			tensor.Exp(x, x)
		}
	}
	return d.std
}

// deviation returns μ and the deviation of each action [B, actions].
func (d *GSDE) deviation(t *tensor.Tape, out tensor.Var) (mu, std tensor.Var) {
	z := t.Detach(t.Slice(out, d.n, d.n+d.latent))
	variance := t.MatMul(t.Square(z), t.Square(d.sigma(t)))
	return t.Slice(out, 0, d.n), t.Sqrt(t.AddScalar(variance, 1e-6))
}

// LogProb implements Distribution.
func (d *GSDE) LogProb(t *tensor.Tape, out, actions tensor.Var) tensor.Var {
	mu, std := d.deviation(t, out)
	if !d.options.Squash {
		return gaussian(t, actions, mu, std)
	}
	u := unsquash(t, actions)
	return t.Sub(gaussian(t, u, mu, std), squashPenalty(t, u))
}

// Entropy is that of the normal variables, before tanh if they are squashed.
func (d *GSDE) Entropy(t *tensor.Tape, out tensor.Var) tensor.Var {
	_, std := d.deviation(t, out)
	return t.AddScalar(t.SumLast(t.Log(std)), (0.5+halfLog2Pi)*float32(d.n))
}

// Resample draws the noise matrix of each of the rows anew.
func (d *GSDE) Resample(rows int, r *rng.Stream) {
	std := d.Std()
	d.rows = rows
	d.theta = grow(d.theta, rows*len(std))
	for i := range d.theta {
		d.theta[i] = std[i%len(std)] * float32(r.Normal())
	}
}

// Sample adds the noise that was last drawn for each row. Noise for another number of rows is
// drawn first, and replaces it: whoever acts elsewhere meanwhile needs a GSDE of their own.
func (d *GSDE) Sample(out []float32, rows int, r *rng.Stream, actions []float32) {
	if d.rows != rows {
		d.Resample(rows, r)
	}
	width := d.n + d.latent
	for i := range rows {
		mu, z := out[i*width:i*width+d.n], out[i*width+d.n:(i+1)*width]
		theta := d.theta[i*d.latent*d.n:]
		a := actions[i*d.n : (i+1)*d.n]
		for j := range a {
			sum := float32(0)
			for l, x := range z {
				sum += float32(x * theta[l*d.n+j])
			}
			a[j] = mu[j] + sum
		}
		if d.options.Squash {
			tensor.TanhOf(a, a)
		}
	}
}

// Mode implements Distribution.
func (d *GSDE) Mode(out []float32, rows int, actions []float32) {
	for i := range rows {
		a := actions[i*d.n : (i+1)*d.n]
		copy(a, out[i*(d.n+d.latent):])
		if d.options.Squash {
			tensor.TanhOf(a, a)
		}
	}
}

// maxRows bounds what a damaged state can make Restore allocate.
const maxRows = 1 << 16

// State saves or restores the noise matrices; log_std is among the parameters.
func (d *GSDE) State(a *snapshot.Archive) {
	rows := d.rows
	a.Int("rows", &rows)
	if a.Err() != nil {
		return
	}
	if rows < 0 || rows > maxRows {
		a.Fail(fmt.Errorf("noise for %d environments, want 0 to %d", rows, maxRows))
		return
	}
	if !a.Saving() {
		d.rows = rows
		d.theta = grow(d.theta, rows*d.n*d.latent)
	}
	a.Float32s("theta", d.theta[:rows*d.n*d.latent])
}
