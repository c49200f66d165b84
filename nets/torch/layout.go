package torch

import (
	"fmt"
	"slices"
)

// Layout says how PyTorch arranges the elements of an array of ours.
type Layout struct {
	name string
	plan func(ours []int) (plan, error)
}

// plan arranges one array: ours, seen as the shape view, has its axes in another order in theirs.
type plan struct {
	view   []int // ours, axes split
	order  []int // axis i of theirs, split likewise, is axis order[i] of view
	theirs []int // the shape that PyTorch has
	output int   // axis of theirs that counts outputs; ours is the last
}

// String returns the layout's name.
func (l Layout) String() string {
	if l.plan == nil {
		return "Same"
	}
	return l.name
}

// of returns the plan for an array of ours.
func (l Layout) of(ours []int) (plan, error) {
	if l.plan == nil {
		return same(ours), nil
	}
	p, err := l.plan(ours)
	if err != nil {
		return p, fmt.Errorf("the layout %v: %w", l, err)
	}
	return p, nil
}

func same(ours []int) plan {
	p := plan{view: ours, theirs: ours, output: max(0, len(ours)-1)}
	for i := range ours {
		p.order = append(p.order, i)
	}
	return p
}

// reordered is a plan whose axes are in the given order, none of them split.
func reordered(ours []int, order ...int) plan {
	p := plan{view: ours, order: order}
	for _, axis := range order {
		p.theirs = append(p.theirs, ours[axis])
	}
	return p
}

// Same is the layout of biases, of gains, of embeddings, and of GPT-2's Conv1D. It is the zero
// Layout.
var Same Layout

// Linear is the layout of a Linear's weight, [out, in] for [in, out], and of the weights of RNN,
// LSTM and GRU: their gates have the same order in ours. A bias is as it is.
var Linear = Layout{"Linear", func(ours []int) (plan, error) {
	switch len(ours) {
	case 1:
		return same(ours), nil
	case 2:
		return reordered(ours, 1, 0), nil
	}
	return plan{}, fmt.Errorf("wants a matrix or a bias, not %v", ours)
}}

// Conv is the layout of the weights of Conv2d, [out, in/groups, KH, KW] for
// [KH, KW, in/groups, out], also of depthwise ones, and of ConvTranspose2d,
// [in, out/groups, KH, KW] for [KH, KW, out/groups, in]. A bias is as it is.
var Conv = Layout{"Conv", func(ours []int) (plan, error) {
	switch len(ours) {
	case 1:
		return same(ours), nil
	case 4:
		return reordered(ours, 3, 2, 0, 1), nil
	}
	return plan{}, fmt.Errorf("wants a kernel or a bias, not %v", ours)
}}

// ByRank is Conv for four dimensions, Linear for two and Same for others: right for all layers but
// embeddings, and Linears that follow a Flatten of more than one pixel.
var ByRank = Layout{"ByRank", func(ours []int) (plan, error) {
	switch len(ours) {
	case 4:
		return Conv.plan(ours)
	case 2:
		return Linear.plan(ours)
	}
	return same(ours), nil
}}

// Flattened is the layout of a Linear's weight after a Flatten of maps of so many channels:
// PyTorch flattens [C, H, W], ours are [H, W, C]. A bias is as it is.
func Flattened(channels int) Layout {
	return Layout{fmt.Sprintf("Flattened(%d)", channels), func(ours []int) (plan, error) {
		if len(ours) == 1 {
			return same(ours), nil
		}
		if len(ours) != 2 || channels <= 0 || ours[0]%channels != 0 {
			return plan{}, fmt.Errorf("wants a matrix with a row for each channel of each pixel, not %v", ours)
		}
		return plan{
			view: []int{ours[0] / channels, channels, ours[1]}, order: []int{2, 1, 0}, // pixels, channels, out
			theirs: []int{ours[1], ours[0]},
		}, nil
	}}
}

// QKVByHead is the layout of a fused Linear to queries, keys and values that PyTorch has head by
// head, [heads, 3, width] times [in], as BLOOM: ours are all queries, then all keys, then all
// values. It is that of the bias, too.
func QKVByHead(heads int) Layout {
	return Layout{fmt.Sprintf("QKVByHead(%d)", heads), func(ours []int) (plan, error) {
		if len(ours) < 1 || len(ours) > 2 || heads <= 0 || ours[len(ours)-1]%(3*heads) != 0 {
			return plan{}, fmt.Errorf("wants three times as many columns as the heads have together, not %v", ours)
		}
		out := ours[len(ours)-1]
		width := out / (3 * heads)
		if len(ours) == 1 {
			return plan{view: []int{3, heads, width}, order: []int{1, 0, 2}, theirs: ours}, nil
		}
		return plan{view: []int{ours[0], 3, heads, width}, order: []int{2, 1, 3, 0}, theirs: []int{out, ours[0]}}, nil
	}}
}

// pairs calls f for each element with its place in theirs and in ours, in theirs' order.
func (p plan) pairs(f func(theirs, ours int)) {
	stride := make([]int, len(p.view)) // of the axes in ours
	n := 1
	for i := len(p.view) - 1; i >= 0; i-- {
		stride[i] = n
		n *= p.view[i]
	}
	index := make([]int, len(p.order))
	at := 0
	for i := range n {
		f(i, at)
		for a := len(index) - 1; a >= 0; a-- {
			axis := p.order[a]
			index[a]++
			at += stride[axis]
			if index[a] < p.view[axis] {
				break
			}
			at -= index[a] * stride[axis]
			index[a] = 0
		}
	}
}

// Part is one of several equal parts of an array's outputs, such as the keys of a fused
// projection to queries, keys and values: {1, 3}. The zero Part is all of it.
type Part struct{ Index, Of int }

func (p Part) of() int { return max(1, p.Of) }

// narrowed returns the shape of the part of an array whose outputs are counted by an axis.
func (p Part) narrowed(shape []int, axis int) ([]int, error) {
	if p.Index < 0 || p.Index >= p.of() {
		return nil, fmt.Errorf("part %d of %d does not exist", p.Index, p.of())
	}
	if p.of() == 1 {
		return shape, nil
	}
	if len(shape) == 0 || shape[axis]%p.Of != 0 {
		return nil, fmt.Errorf("%v has no %d equal parts", shape, p.Of)
	}
	shape = slices.Clone(shape)
	shape[axis] /= p.Of
	return shape, nil
}

// widened returns the shape of the array that shape is a part of.
func (p Part) widened(shape []int, axis int) []int {
	if p.of() == 1 {
		return shape
	}
	shape = slices.Clone(shape)
	shape[axis] *= p.Of
	return shape
}

// place returns where element i of the part of a shape lies in the whole.
func (p Part) place(shape []int, axis, i int) int {
	if p.of() == 1 {
		return i
	}
	block := 1 // elements of the part that lie together
	for _, d := range shape[axis:] {
		block *= d
	}
	return i/block*block*p.Of + p.Index*block + i%block
}
