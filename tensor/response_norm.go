package tensor

import "tesuji/tensor/internal/kernel"

// ResponseNorm is the constants of local response normalisation.
type ResponseNorm struct {
	// Size is how many neighbouring channels there are in a sum, the channel among them: those from
	// c-⌊Size/2⌋ to c+⌊(Size-1)/2⌋ that exist. At least 1.
	Size           int
	Alpha, Beta, K float32
	// Mean divides the sum of squares by Size, as PyTorch does. The paper does not.
	Mean bool
}

// LocalResponseNorm returns x·(K + Alpha·Σ x²)^-Beta for x [..., C], the sums over neighbouring
// channels. (Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional
// Neural Networks", 2012, section 3.3, has Size 5, Alpha 1e-4, Beta 0.75, K 2.)
func (t *Tape) LocalResponseNorm(x Var, o ResponseNorm) Var {
	n := t.at(x)
	t.need(opLocalResponseNorm, "a Size of 1 channel at least", o.Size >= 1, x)
	shape, src, needs := n.shape, n.val, n.needs
	alpha := o.Alpha
	if o.Mean {
		alpha /= float32(o.Size)
	}
	aux := t.result(ShapeOf(2*len(src)), false) // K + Alpha·Σ x², and its power
	y := t.result(shape, needs)
	dst := t.nodes[y.id].val
	base, power := t.nodes[aux.id].val[:len(src)], t.nodes[aux.id].val[len(src):]
	kernel.Square(dst, src)
	neighbours(base, dst, shape.Cols(), o.Size/2, (o.Size-1)/2)
	kernel.Scale(base, base, alpha)
	kernel.AddScalar(base, base, o.K)
	kernel.Log(power, base)
	kernel.Scale(power, power, -o.Beta)
	kernel.Exp(power, power)
	kernel.Mul(dst, src, power)
	return t.record(record{op: opLocalResponseNorm, out: y.id, a: x.id, b: -1, c: -1, aux: aux.id,
		n0: int32(o.Size), f0: alpha, f1: o.Beta})
}

// neighbours sets dst[i, c] to the sum of x[i, c-before] to x[i, c+after], in order, for rows of
// cols elements.
func neighbours(dst, x []float32, cols, before, after int) {
	clear(dst)
	before, after = min(before, cols-1), min(after, cols-1)
	for at := 0; at < len(x); at += cols {
		row, from := dst[at:at+cols], x[at:at+cols]
		for d := -before; d <= after; d++ {
			if d < 0 {
				kernel.AddTo(row[-d:], from)
			} else {
				kernel.AddTo(row[:cols-d], from[d:])
			}
		}
	}
}

var opLocalResponseNorm = define("LocalResponseNorm", backwardLocalResponseNorm)

// dx = dy·s^-Beta - 2·Alpha·Beta·x·Σ dy·y/s, the sums over the channels whose sums hold this one.
func backwardLocalResponseNorm(t *Tape, r *record) {
	if !t.nodes[r.a].needs {
		return
	}
	t.reserve(r.a)
	x, out := t.nodes[r.a].val, &t.nodes[r.out]
	dy, y, cols, size := out.grad, out.val, out.shape.Cols(), int(r.n0)
	base, power := t.nodes[r.aux].val[:len(x)], t.nodes[r.aux].val[len(x):]
	mark := t.mem.mark()
	share, sum := t.mem.alloc(len(x)), t.mem.alloc(len(x))
	kernel.Mul(share, dy, y)
	kernel.Div(share, share, base)
	neighbours(sum, share, cols, (size-1)/2, size/2)
	kernel.Mul(sum, sum, x)
	kernel.Scale(sum, sum, -2*r.f0*r.f1)
	kernel.MulAdd(sum, dy, power)
	if dx, accumulate := t.chain(r.a); accumulate {
		kernel.AddTo(dx, sum)
	} else {
		copy(dx, sum)
	}
	t.mem.release(mark)
}
