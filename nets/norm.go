package nets

import (
	"iter"

	"tesuji/tensor"
)

// ones returns a parameter of ones.
func ones(name string, n int) *Param {
	p := NewParam(name, n)
	for i := range p.Value.Data {
		p.Value.Data[i] = 1
	}
	return p
}

// LayerNorm normalises the last dimension (Ba et al., "Layer Normalization", 2016), PyTorch's
// nn.LayerNorm.
type LayerNorm struct {
	Weight, Bias *Param // of [width], or nil
	Eps          float32
}

// NewLayerNorm returns a layer for the width with name.weight, ones, name.bias, zeros, and an eps of
// 1e-5.
func NewLayerNorm(name string, width int) *LayerNorm {
	return &LayerNorm{Weight: ones(name+".weight", width), Bias: NewParam(name+".bias", width), Eps: 1e-5}
}

// NoBias takes the bias away and returns the layer.
func (l *LayerNorm) NoBias() *LayerNorm {
	l.Bias = nil
	return l
}

// Forward maps x [..., width].
func (l *LayerNorm) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.LayerNorm(x, varOf(l.Weight, t), varOf(l.Bias, t), l.Eps)
}

// Params yields the weight and the bias, as far as there are any.
func (l *LayerNorm) Params() iter.Seq[*Param] { return given(l.Weight, l.Bias) }

// RMSNorm scales the last dimension to a mean square of 1 (Zhang and Sennrich, "Root Mean Square
// Layer Normalization", 2019).
type RMSNorm struct {
	Weight *Param // of [width], or nil
	Eps    float32
}

// NewRMSNorm returns a layer for the width with name.weight, ones, and an eps of 1e-6.
func NewRMSNorm(name string, width int) *RMSNorm {
	return &RMSNorm{Weight: ones(name+".weight", width), Eps: 1e-6}
}

// Forward maps x [..., width].
func (l *RMSNorm) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.RMSNorm(x, varOf(l.Weight, t), l.Eps)
}

// Params yields the weight, if there is one.
func (l *RMSNorm) Params() iter.Seq[*Param] { return given(l.Weight) }

// GroupNorm normalises images over the pixels of a sample and the channels of a group (Wu and He,
// "Group Normalization", 2018), PyTorch's nn.GroupNorm.
type GroupNorm struct {
	Weight, Bias *Param // of [channels], or nil
	Groups       int
	Eps          float32
}

// NewGroupNorm returns a layer with name.weight, ones, name.bias, zeros, and an eps of 1e-5. The
// groups divide the channels.
func NewGroupNorm(name string, groups, channels int) *GroupNorm {
	return &GroupNorm{Weight: ones(name+".weight", channels), Bias: NewParam(name+".bias", channels), Groups: groups, Eps: 1e-5}
}

// Forward maps x [B, ..., channels].
func (l *GroupNorm) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	return t.GroupNorm(x, varOf(l.Weight, t), varOf(l.Bias, t), l.Groups, l.Eps)
}

// Params yields the weight and the bias, as far as there are any.
func (l *GroupNorm) Params() iter.Seq[*Param] { return given(l.Weight, l.Bias) }

// BatchNorm normalises channels over a batch (Ioffe and Szegedy, "Batch Normalization", 2015),
// PyTorch's nn.BatchNorm1d and 2d. On a training tape it takes the batch's statistics and moves the
// running ones towards them; otherwise it takes the running ones.
type BatchNorm struct {
	Weight, Bias *Param // of [channels], or nil
	Mean, Var    *Param // running statistics, fixed
	Momentum     float32
	Eps          float32
	running      tensor.Running
}

// NewBatchNorm returns a layer with name.weight, ones, name.bias, zeros, name.running_mean, zeros,
// name.running_var, ones, a momentum of 0.1 and an eps of 1e-5.
func NewBatchNorm(name string, channels int) *BatchNorm {
	l := &BatchNorm{
		Weight: ones(name+".weight", channels), Bias: NewParam(name+".bias", channels),
		Mean: NewFixed(name+".running_mean", channels), Var: NewFixed(name+".running_var", channels),
		Momentum: 0.1, Eps: 1e-5,
	}
	for i := range l.Var.Value.Data {
		l.Var.Value.Data[i] = 1
	}
	return l
}

// Forward maps x [..., channels].
func (l *BatchNorm) Forward(t *tensor.Tape, x tensor.Var) tensor.Var {
	l.running = tensor.Running{Mean: l.Mean.Value.Data, Var: l.Var.Value.Data, Momentum: l.Momentum}
	return t.BatchNorm(x, varOf(l.Weight, t), varOf(l.Bias, t), &l.running, l.Eps)
}

// Params yields the weight and the bias, as far as there are any, and the running statistics.
func (l *BatchNorm) Params() iter.Seq[*Param] { return given(l.Weight, l.Bias, l.Mean, l.Var) }

// given yields the parameters that are not nil.
func given(params ...*Param) iter.Seq[*Param] {
	return func(yield func(*Param) bool) {
		for _, p := range params {
			if p != nil && !yield(p) {
				return
			}
		}
	}
}
