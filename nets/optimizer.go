package nets

import (
	"fmt"
	"math"

	"tesuji/snapshot"
	"tesuji/tensor"
)

// Optimizer changes the values of a ParamSet by its gradients. Its state can be saved.
type Optimizer interface {
	// Step applies the gradients with the given learning rate. It allocates nothing.
	Step(lr float32)
	snapshot.Stater
}

// AdamConfig is Adam's constants. PyTorch's defaults are 0.9, 0.999 and 1e-8;
// Stable-Baselines3's on-policy agents use an Eps of 1e-5.
type AdamConfig struct {
	Beta1, Beta2 float64 // decay of the first and second moment, in [0, 1)
	Eps          float32 // added to the root of the second moment, > 0
	WeightDecay  float64 // decoupled (AdamW): each step first shrinks values by lr*WeightDecay
	// MatricesOnly spares parameters of one dimension, such as biases and the factors of
	// normalisations, the decay, as training of Transformers commonly does.
	MatricesOnly bool
	// Decays says which parameters decay, nil for all, or those of MatricesOnly.
	Decays func(*Param) bool
	// L2 is weight decay of the other kind: L2*value is added to the gradient. It is for all
	// parameters and not to be had together with WeightDecay.
	L2 float32
}

// Adam is "Adam: A Method for Stochastic Optimization" (Kingma and Ba, 2015), and AdamW
// (Loshchilov and Hutter, 2019) if it has weight decay.
type Adam struct {
	set            *ParamSet
	cfg            AdamConfig
	parts          []part // of the vector of values
	m, v           []float32
	power1, power2 float64 // Beta1^t and Beta2^t
}

// part is a stretch of the vector of values in which all decay, or none.
type part struct {
	from, to int
	decays   bool
}

// NewAdam returns Adam for the set. It panics if a constant is out of range: without an Eps
// the first gradient of 0 would make a NaN.
func NewAdam(s *ParamSet, c AdamConfig) *Adam {
	if !(c.Beta1 >= 0 && c.Beta1 < 1 && c.Beta2 >= 0 && c.Beta2 < 1 && c.Eps > 0) {
		panic(fmt.Sprintf("nets: Adam with betas %v and %v, eps %v: want betas in [0, 1), eps > 0", c.Beta1, c.Beta2, c.Eps))
	}
	if c.L2 != 0 && c.WeightDecay != 0 {
		panic(fmt.Sprintf("nets: Adam with both an L2 of %v and a weight decay of %v", c.L2, c.WeightDecay))
	}
	return &Adam{set: s, cfg: c, parts: c.parts(s), m: aligned(len(s.values)), v: aligned(len(s.values)), power1: 1, power2: 1}
}

// parts divides the vector of values by what decays.
func (c *AdamConfig) parts(s *ParamSet) []part {
	chosen := c.Decays
	if chosen == nil && c.MatricesOnly {
		chosen = func(p *Param) bool { return p.Value.Shape.Rank() > 1 }
	}
	if c.WeightDecay == 0 || chosen == nil {
		return []part{{0, len(s.values), true}}
	}
	var list []part
	at := 0
	for _, p := range s.params {
		if p.Fixed {
			continue
		}
		end, decays := at+padded(len(p.Value.Data)), chosen(p)
		if n := len(list); n > 0 && list[n-1].decays == decays {
			list[n-1].to = end
		} else {
			list = append(list, part{at, end, decays})
		}
		at = end
	}
	return list
}

// Step implements Optimizer.
func (o *Adam) Step(lr float32) {
	o.power1 *= o.cfg.Beta1
	o.power2 *= o.cfg.Beta2
	step := tensor.AdamStep{
		C1:    float32(1 - o.cfg.Beta1),
		Beta2: float32(o.cfg.Beta2),
		C2:    float32(1 - o.cfg.Beta2),
		R2:    float32(1 / math.Sqrt(1-o.power2)),
		Eps:   o.cfg.Eps,
		Rate:  float32(float64(lr) / (1 - o.power1)),
	}
	if o.cfg.L2 != 0 {
		tensor.AdamL2(o.set.values, o.set.grads, o.m, o.v, step, o.cfg.L2)
		return
	}
	for _, p := range o.parts {
		step.Decay = 1
		if p.decays {
			step.Decay = float32(1 - float64(float64(lr)*o.cfg.WeightDecay))
		}
		tensor.Adam(o.set.values[p.from:p.to], o.set.grads[p.from:p.to], o.m[p.from:p.to], o.v[p.from:p.to], step)
	}
}

// State implements snapshot.Stater.
func (o *Adam) State(a *snapshot.Archive) {
	a.Float64("power1", &o.power1)
	a.Float64("power2", &o.power2)
	a.Float32s("m", o.m)
	a.Float32s("v", o.v)
}

// RMSProp divides by the root of a running mean of squares (Tieleman and Hinton, 2012), in
// PyTorch's form or TensorFlow 1's.
type RMSProp struct {
	set        *ParamSet
	alpha, eps float32
	v          []float32
	tf         bool
}

// NewRMSProp returns PyTorch's form: p -= lr g / (√v + eps), v from 0. It panics unless alpha,
// the decay of v, is in [0, 1) and eps > 0.
func NewRMSProp(s *ParamSet, alpha, eps float32) *RMSProp {
	if !(alpha >= 0 && alpha < 1 && eps > 0) {
		panic(fmt.Sprintf("nets: RMSProp with alpha %v, eps %v: want alpha in [0, 1), eps > 0", alpha, eps))
	}
	return &RMSProp{set: s, alpha: alpha, eps: eps, v: aligned(len(s.values))}
}

// NewRMSPropTF returns TensorFlow 1's form: p -= lr g / √(v + eps), v from 1.
func NewRMSPropTF(s *ParamSet, alpha, eps float32) *RMSProp {
	o := NewRMSProp(s, alpha, eps)
	o.tf = true
	for i := range o.v {
		o.v[i] = 1
	}
	return o
}

// Step implements Optimizer.
func (o *RMSProp) Step(lr float32) {
	if o.tf {
		tensor.RMSPropTF(o.set.values, o.set.grads, o.v, lr, o.alpha, o.eps)
	} else {
		tensor.RMSProp(o.set.values, o.set.grads, o.v, lr, o.alpha, o.eps)
	}
}

// State implements snapshot.Stater.
func (o *RMSProp) State(a *snapshot.Archive) { a.Float32s("v", o.v) }

// CenteredRMSProp is RMSProp that divides by a running standard deviation (Graves, "Generating
// Sequences With Recurrent Neural Networks", 2013): m and v follow g and g², p -= lr g /
// (√(v - m² + inside) + eps). PyTorch has an eps and no inside; DQN of 2015 an inside of 0.01, an
// alpha of 0.95 and no eps.
type CenteredRMSProp struct {
	set                *ParamSet
	alpha, eps, inside float32
	v, mean            []float32
}

// NewCenteredRMSProp returns it for the set. It panics unless alpha is in [0, 1) and eps and inside
// are at least 0, one of them greater.
func NewCenteredRMSProp(s *ParamSet, alpha, eps, inside float32) *CenteredRMSProp {
	if !(alpha >= 0 && alpha < 1 && eps >= 0 && inside >= 0 && eps+inside > 0) {
		panic(fmt.Sprintf("nets: CenteredRMSProp with alpha %v, eps %v and inside %v: want alpha in [0, 1), one of the others > 0", alpha, eps, inside))
	}
	return &CenteredRMSProp{set: s, alpha: alpha, eps: eps, inside: inside, v: aligned(len(s.values)), mean: aligned(len(s.values))}
}

// Step implements Optimizer.
func (o *CenteredRMSProp) Step(lr float32) {
	tensor.RMSPropCentered(o.set.values, o.set.grads, o.v, o.mean, lr, o.alpha, o.eps, o.inside)
}

// State implements snapshot.Stater.
func (o *CenteredRMSProp) State(a *snapshot.Archive) {
	a.Float32s("v", o.v)
	a.Float32s("mean", o.mean)
}

// Adagrad divides by the root of the sum of all squares so far (Duchi et al., "Adaptive Subgradient
// Methods", 2011), in PyTorch's form: p -= lr g / (√sum + eps).
type Adagrad struct {
	set        *ParamSet
	eps, decay float32
	sum        []float32
}

// NewAdagrad returns Adagrad for the set, with decay*value added to the gradient. It panics unless
// eps > 0; PyTorch's is 1e-10.
func NewAdagrad(s *ParamSet, eps, decay float32) *Adagrad {
	if !(eps > 0) {
		panic(fmt.Sprintf("nets: Adagrad with eps %v: want eps > 0", eps))
	}
	return &Adagrad{set: s, eps: eps, decay: decay, sum: aligned(len(s.values))}
}

// Step implements Optimizer.
func (o *Adagrad) Step(lr float32) {
	tensor.Adagrad(o.set.values, o.set.grads, o.sum, lr, o.eps, o.decay)
}

// State implements snapshot.Stater.
func (o *Adagrad) State(a *snapshot.Archive) { a.Float32s("sum", o.sum) }

// SGDConfig is the options of stochastic gradient descent.
type SGDConfig struct {
	Momentum    float32 // 0 for none
	Nesterov    bool
	WeightDecay float32 // added to the gradient as WeightDecay*value
}

// SGD is stochastic gradient descent in PyTorch's form: buf = momentum buf + g (the first
// buf is g), p -= lr buf, or lr (g + momentum buf) with Nesterov.
type SGD struct {
	set *ParamSet
	cfg SGDConfig
	buf []float32
}

// NewSGD returns SGD for the set.
func NewSGD(s *ParamSet, c SGDConfig) *SGD {
	return &SGD{set: s, cfg: c, buf: aligned(len(s.values))}
}

// Step implements Optimizer.
func (o *SGD) Step(lr float32) {
	tensor.SGD(o.set.values, o.set.grads, o.buf, lr, o.cfg.Momentum, o.cfg.WeightDecay, o.cfg.Nesterov)
}

// State implements snapshot.Stater.
func (o *SGD) State(a *snapshot.Archive) { a.Float32s("buf", o.buf) }
