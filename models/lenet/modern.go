package lenet

import (
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// builder is what networks are made of, and the size of the maps so far.
type builder struct {
	h, w, channels int
	classes        int
	act            tensor.Activation
	pool           nets.Layer
	r              *rng.Stream
}

var (
	taps        = tensor.Both(5)
	maxPool     = nets.MaxPool2D{Window: tensor.Both(2)}
	averagePool = nets.AvgPool2D{Window: tensor.Both(2)}
)

// conv adds a convolution of 5 x 5 pixels to so many maps.
func (b *builder) conv(name string, maps, pad int) nets.Layer {
	c := nets.NewConv2D(name, b.channels, maps, taps, tensor.ConvOptions{Pad: tensor.Both(pad), Act: b.act}, nets.PyTorchLinear, b.r)
	b.h, b.w, b.channels = b.h+2*pad-4, b.w+2*pad-4, maps
	return c
}

// halve adds a pool.
func (b *builder) halve() nets.Layer {
	b.h, b.w = b.h/2, b.w/2
	return b.pool
}

// flat makes one row of the maps.
func (b *builder) flat() nets.Layer {
	b.h, b.w, b.channels = 1, 1, b.h*b.w*b.channels
	return nets.Func((*tensor.Tape).Flatten)
}

// full adds a layer of units that see all before.
func (b *builder) full(name string, units int) nets.Layer {
	l := nets.NewLinear(name, b.channels, units, b.act, nets.PyTorchLinear, b.r)
	b.channels = units
	return l
}

// logits ends the network.
func (b *builder) logits() nets.Layer {
	b.act = tensor.None
	return b.full("output", b.classes)
}

// lenet1 is 28x28 - 4@24x24 - 4@12x12 - 12@8x8 - 12@4x4 - 10.
func lenet1(b *builder) nets.Layer {
	return nets.Sequence{
		b.conv("c1", 4, 0), b.halve(),
		b.conv("c3", 12, 0), b.halve(),
		b.flat(), b.logits(),
	}
}

// lenet4 is 28x28 - 4@28x28 - 4@14x14 - 16@10x10 - 16@5x5 - 120 - 10. The paper's parameter count,
// about 17,000, tells that its layers were not fully connected; which were is not known.
func lenet4(b *builder) nets.Layer {
	return nets.Sequence{
		b.conv("c1", 4, 2), b.halve(),
		b.conv("c3", 16, 0), b.halve(),
		b.flat(), b.full("f5", 120), b.logits(),
	}
}

// lenet5 is 28x28 - 6@28x28 - 6@14x14 - 16@10x10 - 16@5x5 - 120 - 84 - 10.
func lenet5(b *builder) nets.Layer {
	return nets.Sequence{
		b.conv("c1", 6, 2), b.halve(),
		b.conv("c3", 16, 0), b.halve(),
		b.flat(), b.full("f5", 120), b.full("f6", 84), b.logits(),
	}
}
