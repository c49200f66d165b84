// Package inputs is how agents' networks begin: it puts observations on a tape, and makes the
// layers that suit them.
package inputs

import (
	"fmt"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// Reader turns observations of a space into networks' inputs: images [N, H, W, C] for uint8 boxes
// of three dimensions, in [0, 1] if they are of 0 to 255, and rows [N, Size()] for all else.
type Reader struct {
	space   envs.Space
	size    int
	image   []int // H, W, C, or nil
	bytes   bool  // an image of bytes, which the tape converts itself
	scaled  bool  // to [0, 1]
	inPlace bool  // the rows are the inputs
	floats  []float32
}

// NewReader returns a reader for the space.
func NewReader(space envs.Space) Reader {
	r := Reader{space: space, size: envs.FlatSize(space)}
	if box, ok := space.(*envs.Box); ok {
		r.inPlace = box.Elem() == envs.Float32
		if box.Elem() == envs.Uint8 && len(box.Shape) == 3 {
			r.image, r.bytes = box.Shape, true
			r.scaled = box.Low[0] == 0 && box.High[0] == 255
		}
	}
	return r
}

// Size returns the number of elements of an observation as networks read it.
func (r *Reader) Size() int { return r.size }

// Image reports whether observations are images.
func (r *Reader) Image() bool { return r.image != nil }

// Read returns the observations as a leaf, valid until the next Read or the tape's Reset.
func (r *Reader) Read(t *tensor.Tape, obs envs.Rows) tensor.Var { return r.Ready(obs).Put(t) }

// Ready is observations in the form in which tapes take them. Several tapes may at the same time.
type Ready struct {
	n, size int
	image   []int
	bytes   []uint8 // of an image, or nil
	scaled  bool
	floats  []float32 // of all else
}

// Ready makes observations ready for tapes. They are valid until the next Ready or Read.
func (r *Reader) Ready(obs envs.Rows) Ready {
	b := Ready{n: obs.N, size: r.size, image: r.image}
	if r.bytes {
		b.bytes, b.scaled = obs.U8, r.scaled
	} else {
		b.floats = r.Floats(obs)
	}
	return b
}

// Put puts the observations on a tape, as Read does.
func (b Ready) Put(t *tensor.Tape) tensor.Var {
	switch {
	case b.scaled:
		return t.Pixels(b.bytes, b.n, b.image[0], b.image[1], b.image[2])
	case b.image != nil:
		return t.Bytes(b.bytes, b.n, b.image[0], b.image[1], b.image[2])
	}
	return t.InputOf(b.floats, b.n, b.size)
}

// Floats returns the observations as numbers [N, Size()]: the rows themselves where they are such,
// or else encoded, valid until the next call.
func (r *Reader) Floats(obs envs.Rows) []float32 {
	if r.inPlace {
		return obs.F32
	}
	n := obs.N * r.size
	if len(r.floats) < n {
		r.floats = make([]float32, n)
	}
	envs.Encode(r.space, obs, r.floats[:n])
	return r.floats[:n]
}

// Kinds of convolutions. "auto" is "nature" for images of at least 36x36 pixels, "minatar" for
// smaller ones, and "none" for what is no image.
const (
	Auto    = "auto"
	None    = "none"
	Nature  = "nature"
	NIPS    = "nips"
	MinAtar = "minatar"
)

// A convolution is a layer's outputs, the sides of its kernel and the steps between its places.
type convolution struct{ channels, kernel, stride int }

// stacks are the convolutions of each kind.
var stacks = map[string][]convolution{
	Nature:  {{32, 8, 4}, {64, 4, 2}, {64, 3, 1}},
	NIPS:    {{16, 8, 4}, {32, 4, 2}},
	MinAtar: {{16, 3, 1}},
}

// Validate returns an error unless kind is one of the kinds.
func Validate(kind string) error {
	if _, ok := stacks[kind]; ok || kind == Auto || kind == None {
		return nil
	}
	return fmt.Errorf("cnn is %q: want auto, none, nature, nips or minatar", kind)
}

// Convolutions returns layers, with ReLU, for the observations that r reads, and the number of
// features [N, features] that they give:
//
//	nature   32 of 8x8 stride 4, 64 of 4x4 stride 2, 64 of 3x3 (V. Mnih et al., 2015)
//	nips     16 of 8x8 stride 4, 32 of 4x4 stride 2 (V. Mnih et al., 2013): a third of the work
//	minatar  16 of 3x3 (K. Young and T. Tian, "MinAtar", 2019)
//	none     the observations themselves, in a row
//
// It is an error if images are wanted where there are none, or too small.
func Convolutions(name, kind string, r *Reader, init nets.Init, draws *rng.Stream) (nets.Layer, int, error) {
	kind, err := resolve(kind, r)
	if err != nil {
		return nil, 0, err
	}
	flat := nets.Func((*tensor.Tape).Flatten)
	if kind == None {
		return flat, r.size, nil
	}
	h, w, c := r.image[0], r.image[1], r.image[2]
	var layers nets.Sequence
	for i, s := range stacks[kind] {
		if h < s.kernel || w < s.kernel {
			return nil, 0, fmt.Errorf("cnn is %q, which needs larger images than %v", kind, r.image)
		}
		o := tensor.ConvOptions{Stride: tensor.Both(s.stride), Act: tensor.ReLU}
		layers = append(layers, nets.NewConv2D(fmt.Sprintf("%s.%d", name, i), c, s.channels, tensor.Both(s.kernel), o, init, draws))
		h, w, c = (h-s.kernel)/s.stride+1, (w-s.kernel)/s.stride+1, s.channels
	}
	return append(layers, flat), h * w * c, nil
}

// Suits returns an error if images are wanted where there are none.
func Suits(kind string, r *Reader) error {
	_, err := resolve(kind, r)
	return err
}

// resolve returns the kind that auto stands for. It is an error if images are wanted where there
// are none.
func resolve(kind string, r *Reader) (string, error) {
	if err := Validate(kind); err != nil {
		return "", err
	}
	switch {
	case kind == Auto && r.image == nil:
		return None, nil
	case kind == Auto && min(r.image[0], r.image[1]) >= natureLeast:
		return Nature, nil
	case kind == Auto:
		return MinAtar, nil
	case kind != None && r.image == nil:
		return "", fmt.Errorf("cnn is %q, but observations are %v: want none or auto, or an environment with images", kind, r.space)
	}
	return kind, nil
}

// natureLeast is the least side of an image that the nature layers take.
const natureLeast = 36
