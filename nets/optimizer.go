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
	return &Adam{set: s, cfg: c, parts: c.parts(s), m: aligned(len(s.values)), v: aligned(len(s.values)), power1: 1, power2: 1}
}

// parts divides the vector of values by what decays.
func (c *AdamConfig) parts(s *ParamSet) []part {
	if c.WeightDecay == 0 || !c.MatricesOnly {
		return []part{{0, len(s.values), true}}
	}
	var list []part
	at := 0
	for _, p := range s.params {
		if p.Fixed {
			continue
		}
		end, decays := at+padded(len(p.Value.Data)), p.Value.Shape.Rank() > 1
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

// SGDConfig is the options of stochastic gradient descent.
type SGDConfig struct {
	Momentum    float32 // 0 for none
	Nesterov    bool
	WeightDecay float32 // added to the gradient as WeightDecay*value
}

// SGD is stochastic gradient descent in PyTorch's form: buf = momentum buf + g (the first
// buf is g), p -= lr buf, or lr (g + momentum buf) with Nesterov.
type SGD struct {
	set     *ParamSet
	cfg     SGDConfig
	buf     []float32
	scratch []float32
}

// NewSGD returns SGD for the set.
func NewSGD(s *ParamSet, c SGDConfig) *SGD {
	n := len(s.values)
	return &SGD{set: s, cfg: c, buf: aligned(n), scratch: aligned(n)}
}

// Step implements Optimizer.
func (o *SGD) Step(lr float32) {
	g := o.scratch
	copy(g, o.set.grads)
	if o.cfg.WeightDecay != 0 {
		tensor.AddScaled(g, o.set.values, o.cfg.WeightDecay)
	}
	if o.cfg.Momentum != 0 {
		tensor.ScaleBy(o.buf, o.cfg.Momentum)
		tensor.AddScaled(o.buf, g, 1)
		if o.cfg.Nesterov {
			tensor.AddScaled(g, o.buf, o.cfg.Momentum)
		} else {
			copy(g, o.buf)
		}
	}
	tensor.AddScaled(o.set.values, g, -lr)
}

// State implements snapshot.Stater.
func (o *SGD) State(a *snapshot.Archive) { a.Float32s("buf", o.buf) }
