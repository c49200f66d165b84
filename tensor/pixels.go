package tensor

import (
	"fmt"

	"tesuji/tensor/internal/kernel"
)

// Pixels returns a leaf of data/255 for bytes that are 0 to 255, such as those of an image
// [N, H, W, C]. It gets no gradient.
func (t *Tape) Pixels(data []uint8, dims ...int) Var { return t.bytes("Pixels", data, 255, dims) }

// Bytes is a leaf of the numbers 0 to 255 of data, as they are, of which it keeps a copy.
func (t *Tape) Bytes(data []uint8, dims ...int) Var { return t.bytes("Bytes", data, 1, dims) }

func (t *Tape) bytes(op string, data []uint8, divisor float32, dims []int) Var {
	s := ShapeOf(dims...)
	if s.Size() != len(data) {
		panic(&ShapeError{Op: op, Want: fmt.Sprintf("%d elements", len(data)), Got: []Shape{s}})
	}
	v := t.push(node{val: t.mem.alloc(len(data)), shape: s})
	kernel.FromBytes(t.nodes[v.id].val, data, divisor)
	return v
}

// PixelShuffle moves channels to pixels: x [N, H, W, C·r²] gives [N, H·r, W·r, C], where
//
//	y[n, h·r+i, w·r+j, c] = x[n, h, w, c·r²+i·r+j]
//
// (Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
// Convolutional Neural Network", 2016, section 2.2.)
func (t *Tape) PixelShuffle(x Var, r int) Var {
	s := t.at(x).shape
	t.need(opPixelShuffle, "x [N H W C·r²]", s.rank == 4 && r > 0 && s.dims[3]%(r*r) == 0, x)
	return t.shuffle(opPixelShuffle, x, ShapeOf(s.dims[0], s.dims[1]*r, s.dims[2]*r, s.dims[3]/(r*r)), r)
}

// PixelUnshuffle moves pixels to channels: x [N, H·r, W·r, C] gives [N, H, W, C·r²]. It undoes
// PixelShuffle.
func (t *Tape) PixelUnshuffle(x Var, r int) Var {
	s := t.at(x).shape
	t.need(opPixelUnshuffle, "x [N H·r W·r C]", s.rank == 4 && r > 0 && s.dims[1]%r == 0 && s.dims[2]%r == 0, x)
	return t.shuffle(opPixelUnshuffle, x, ShapeOf(s.dims[0], s.dims[1]/r, s.dims[2]/r, s.dims[3]*r*r), r)
}

func (t *Tape) shuffle(op *operation, x Var, shape Shape, r int) Var {
	n := t.at(x)
	src, needs := n.val, n.needs
	y := t.result(shape, needs)
	if dst := t.nodes[y.id].val; op == opPixelShuffle {
		toPixels(dst, src, shape, r)
	} else {
		toChannels(dst, src, t.nodes[x.id].shape, r)
	}
	return t.record(record{op: op, out: y.id, a: x.id, b: -1, c: -1, aux: -1, n0: int32(r)})
}

var (
	opPixelShuffle   = define("PixelShuffle", backwardPixelShuffle)
	opPixelUnshuffle = define("PixelUnshuffle", backwardPixelUnshuffle)
)

func backwardPixelShuffle(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		toChannels(s.dst, t.nodes[r.out].grad, t.nodes[r.out].shape, int(r.n0))
		t.commit(s)
	}
}

func backwardPixelUnshuffle(t *Tape, r *record) {
	if t.nodes[r.a].needs {
		s := t.open(r.a)
		toPixels(s.dst, t.nodes[r.out].grad, t.nodes[r.a].shape, int(r.n0))
		t.commit(s)
	}
}

// toPixels sets dst, of the shape [N, H·r, W·r, C], to the shuffled src.
func toPixels(dst, src []float32, s Shape, r int) {
	w, c := s.dims[2], s.dims[3]
	for row := range s.dims[0] * s.dims[1] { // of all images
		h, i := row/r, row%r
		for col := range w {
			to := dst[(row*w+col)*c:][:c]
			from := src[(h*(w/r)+col/r)*c*r*r+i*r+col%r:]
			for k := range to {
				to[k] = from[k*r*r]
			}
		}
	}
}

// toChannels sets dst to the unshuffled src, of the shape [N, H·r, W·r, C].
func toChannels(dst, src []float32, s Shape, r int) {
	w, c := s.dims[2], s.dims[3]
	for row := range s.dims[0] * s.dims[1] {
		h, i := row/r, row%r
		for col := range w {
			from := src[(row*w+col)*c:][:c]
			to := dst[(h*(w/r)+col/r)*c*r*r+i*r+col%r:]
			for k, v := range from {
				to[k*r*r] = v
			}
		}
	}
}
